/*
 * What a person should look at: a destination that refuses us or asked us to stop, an offer that
 * has fallen silent. An alarm is raised once, told once to those who look after the publisher (by
 * mail when the server has a relay; in the page always), and over when its cause is. docs/alarms.md
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "sql/sql.h"

#define ALARM_PARKED "destination-parked"
#define ALARM_PAUSED "destination-stopped"
#define ALARM_SILENT "offer-silent"

/*
 * Raises and ends the alarms of a publisher by what is in the store: those of its destinations, and
 * those of its offers, which take a query each and change by the day.
 */
bool alarm_watch_destinations(struct sql_db *db, struct arena *a, const char *publisher,
			      int64_t now_ms, struct err *e) LL_MUST;
bool alarm_watch_offers(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
			struct err *e) LL_MUST;

/*
 * Mails the alarms that nobody was told of, one by one: to the admins and managers of the
 * publisher, or where it has none to those of the installation. Without a relay it does nothing.
 * Blocks for as long as the relay takes; *ret_there is false when the relay did not answer, and
 * then it is no use to go on with other publishers: what is untold is told later.
 */
bool alarm_tell(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		bool *ret_there, struct err *e) LL_MUST;

/*
 * Whether an offer has fallen silent: at[0] the newest of n receipts (ms since 1970, falling). It
 * is when the silence is longer than three days and than three times the longest pause between the
 * last twenty. Too few to tell (under ALARM_RHYTHM_MIN): false.
 */
#define ALARM_RHYTHM     21
#define ALARM_RHYTHM_MIN 10
bool alarm_is_silent(const int64_t *at, size_t n, int64_t now_ms);

/* A mail's words. language: en, ko, zh-Hans; others as en. */
struct alarm_text {
	const char *subject, *body;
};
struct alarm_text alarm_words(struct arena *a, const char *language, const char *kind,
			      const char *name, const char *detail, const char *link);

/* ---- what the clock tells people (alert/), by mail: notice.c, notice_words.c ---- */

/* So many mails a day for one person; so many of a mail's lines. */
#define NOTICE_DAY_MAX 12
#define NOTICE_LINES   20
/* Gathered for so long, for twice as long after each mail of a day, up to the longest: the mails of
 * a day last for the day, and those of a quiet one come soon. */
#define NOTICE_GATHER_MS     (5 * 60000LL)
#define NOTICE_GATHER_MAX_MS (180 * 60000LL)
int64_t notice_gather_ms(int64_t day_mails);
/*
 * Mails everybody what they were told and have neither read nor had by mail: one mail a person,
 * whatever publishers it is of. Without a relay it does nothing, and where that does not answer it
 * ends. What fails for one person is logged and counted; false: the store is not there.
 */
bool notice_tell(struct sql_db *db, struct arena *a, int64_t now_ms, struct err *e) LL_MUST;
/* oldest_at: since when the first has waited. day_at, day_mails: the mails of the day that began
 * then. A clock that was set back begins a new day. */
bool notice_is_due(int64_t oldest_at, int64_t day_at, int64_t day_mails, int64_t now_ms);

struct notification_kinds_row;
struct notification_mail_row;
struct notice_lines {
	const char *base_url;
	struct notification_kinds_row *kinds; /* how many of each; a kind may come twice */
	size_t kind_count;
	struct notification_mail_row *lines; /* some of them */
	size_t line_count;
};
struct alarm_text notice_words(struct arena *a, const char *language, const struct notice_lines *x);
