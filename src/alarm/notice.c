/*
 * What people are told by the clock, by mail: gathered for a while, one mail for all of it, so many
 * a day, and none at night where a calendar says when night is.
 */
#include <stdlib.h>
#include <string.h>
#include "alarm/parts.h"
#include "alert/alert.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/calendar.h"
#include "desk/desk.h"
#include "dest/dest.h"
#include "mail/mail.h"
#include "reach/reach.h"
#include "store/store.h"

#define MINUTE   60000LL
#define DAY      (24 * 60 * MINUTE)
#define TAKEN_MS (5 * MINUTE) /* longer than a mail takes; after it another server may try */
#define STALE_MS                                                                                   \
	(7 * DAY) /* there was no relay, or no working time: what is older is seen in the page */

int64_t notice_gather_ms(int64_t day_mails)
{
	int64_t ms = NOTICE_GATHER_MS;

	for (int64_t i = 0; i < day_mails && ms < NOTICE_GATHER_MAX_MS; i++)
		ms *= 2;
	return ms < NOTICE_GATHER_MAX_MS ? ms : NOTICE_GATHER_MAX_MS;
}

bool notice_is_due(int64_t oldest_at, int64_t day_at, int64_t day_mails, int64_t now_ms)
{
	bool new_day = now_ms - day_at >= DAY || now_ms < day_at;

	return now_ms - oldest_at >= notice_gather_ms(new_day ? 0 : day_mails) &&
	       (new_day || day_mails < NOTICE_DAY_MAX);
}

/* One person, and the publishers that have something for them: one of which they are, or some of
 * the installation's. */
struct telling {
	struct sql_db *db;
	struct arena *a;
	const struct account_list_row *who;
	struct notice_get_row as; /* how they want it */
	int64_t now_ms;
	const char **publishers;
	int64_t *oldest; /* of each: since when its first has waited */
	size_t n;
};

static bool mute(struct telling *t, const char *publisher, const char *kind, int64_t before,
		 struct err *e)
{
	struct notification_mute_in in = { publisher, t->who->account_id, kind, before };

	return notification_mute(t->db, &in, NULL, e);
}

/* What is to come by no mail is taken out, so that it does not wait for ever. */
static bool leave_out(struct telling *t, const char *publisher, struct err *e)
{
	struct str rest = str_of(t->as.muted), kind;

	if (!t->as.mail || !mail_address_ok(str_of(t->who->email)))
		return mute(t, publisher, NULL, INT64_MAX, e);
	while (str_split(&rest, ' ', &kind))
		if (kind.n && !mute(t, publisher, str_dup(t->a, kind), INT64_MAX, e))
			return false;
	return mute(t, publisher, NULL, t->now_ms - STALE_MS, e);
}

/* Those of which something waits, of those that are there. */
static bool find_waiting(struct telling *t, const char **publishers, size_t n, struct err *e)
{
	t->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct notification_oldest_in in = { publishers[i], t->who->account_id };
		struct notification_oldest_row first;
		int found = notification_oldest(t->db, &in, t->a, &first, e);

		if (found < 0)
			return false;
		if (!found)
			continue;
		t->publishers[t->n] = publishers[i];
		t->oldest[t->n++] = first.at;
	}
	return true;
}

/* 1 yes, 0 no, -1 */
static int is_quiet(struct telling *t, const char *publisher, struct err *e)
{
	AUTO_CALENDAR c = NULL;

	if (!t->as.quiet)
		return 0;
	if (!desk_calendar(t->db, t->a, publisher, t->who->account_id, &c, NULL, e))
		return -1;
	return c && calendar_worked(c, t->now_ms, t->now_ms + 1) == 0;
}

static bool drop_quiet(struct telling *t, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		int quiet = is_quiet(t, t->publishers[i], e);

		if (quiet < 0)
			return false;
		if (quiet)
			continue;
		t->publishers[n] = t->publishers[i];
		t->oldest[n++] = t->oldest[i];
	}
	t->n = n;
	return true;
}

static bool is_due(const struct telling *t)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < t->n; i++)
		first = t->oldest[i] < first ? t->oldest[i] : first;
	return t->n && notice_is_due(first, t->as.day_at, t->as.day_mails, t->now_ms);
}

/* 1 now, 0 not now, -1. What waits is looked for first: of most people there is nothing. */
static int is_time(struct telling *t, const char **publishers, size_t n, struct err *e)
{
	struct notice_get_in key = { t->who->publisher_id, t->who->account_id };

	if (!find_waiting(t, publishers, n, e))
		return -1;
	if (!t->n)
		return 0;
	t->as = (struct notice_get_row){ .mail = 1, .quiet = 1, .muted = "" };
	if (notice_get(t->db, &key, t->a, &t->as, e) < 0)
		return -1;
	for (size_t i = 0; i < t->n; i++)
		if (!leave_out(t, t->publishers[i], e))
			return -1;
	if (!find_waiting(t, t->publishers, t->n, e))
		return -1;
	if (!is_due(t))
		return 0;
	return drop_quiet(t, e) ? is_due(t) : -1;
}

/* The mail is about these and no others: what is told while it is made and under way may be older
 * than it, since times are taken before the commit. */
static bool claim(struct telling *t, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		struct notification_claim_in in = { t->publishers[i], t->who->account_id,
						    t->now_ms };

		if (!notification_claim(t->db, &in, NULL, e))
			return false;
	}
	return true;
}

/* mailed_at: NULL where there was nothing left to be mailed. */
static bool settle(struct telling *t, int64_t mailed_at, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		struct notification_mailed_in in = { t->publishers[i], t->who->account_id,
						     mailed_at };

		if (!notification_mailed(t->db, &in, NULL, e))
			return false;
	}
	return true;
}

static bool sent(struct telling *t, struct err *e)
{
	struct notice_sent_in in = { t->who->publisher_id, t->who->account_id, t->as.day_at,
				     t->as.day_mails + 1 };
	AUTO_TX tx = { 0 };

	if (t->now_ms - in.day_at >= DAY || t->now_ms < in.day_at) {
		in.day_at = t->now_ms;
		in.day_mails = 1;
	}
	return sql_begin(t->db, &tx, e) && settle(t, t->now_ms, e) &&
	       notice_sent(t->db, &in, NULL, e) && sql_commit(&tx, e);
}

static int oldest(const void *a, const void *b)
{
	const struct notification_mail_row *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static bool add_part(struct telling *t, const char *publisher, const struct reach_part *part,
		     struct notice_lines *x, struct err *e)
{
	struct notification_kinds_in of = { publisher, t->who->account_id, part->owner, part->team,
					    part->offer };
	struct notification_mail_in in = { publisher,   t->who->account_id, NOTICE_LINES,
					   part->owner, part->team,         part->offer };
	struct notification_kinds_row *kinds;
	struct notification_mail_row *lines;
	size_t n, m;

	if (!notification_kinds(t->db, &of, t->a, &kinds, &n, e) ||
	    !notification_mail(t->db, &in, t->a, &lines, &m, e))
		return false;
	x->kinds = memcpy(ARENA_ARRAY(t->a, struct notification_kinds_row, x->kind_count + n + 1),
			  x->kinds, x->kind_count * sizeof(*kinds));
	memcpy(x->kinds + x->kind_count, kinds, n * sizeof(*kinds));
	x->kind_count += n;
	x->lines = memcpy(ARENA_ARRAY(t->a, struct notification_mail_row, x->line_count + m + 1),
			  x->lines, x->line_count * sizeof(*lines));
	memcpy(x->lines + x->line_count, lines, m * sizeof(*lines));
	x->line_count += m;
	qsort(x->lines, x->line_count, sizeof(*lines), oldest);
	x->line_count = x->line_count > NOTICE_LINES ? NOTICE_LINES : x->line_count;
	return true;
}

/* Of leads in reach alone: it may have changed since they were told. */
static bool add_publisher(struct telling *t, const char *publisher, struct notice_lines *x,
			  struct err *e)
{
	struct reach r = { reach_of(str_of(t->who->reach)), t->who->account_id };
	struct reach_part *parts;
	size_t n;

	if (!reach_parts(t->db, t->a, &r, publisher, &parts, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!add_part(t, publisher, &parts[i], x, e))
			return false;
	return true;
}

static bool words_of(struct telling *t, struct alarm_text *ret, size_t *ret_n, struct err *e)
{
	struct notice_lines x = { .base_url = dest_server()->base_url,
				  .kinds = ARENA_NEW(t->a, struct notification_kinds_row),
				  .lines = ARENA_NEW(t->a, struct notification_mail_row) };

	for (size_t i = 0; i < t->n; i++)
		if (!add_publisher(t, t->publishers[i], &x, e))
			return false;
	*ret = notice_words(t->a, t->who->language, &x);
	*ret_n = x.line_count;
	return true;
}

static enum alarm_told tell(struct telling *t, struct err *e)
{
	int64_t taken = clock_now(); /* a round may be long by now */
	struct notice_take_in take = { t->who->publisher_id, t->who->account_id, taken + TAKEN_MS,
				       taken };
	struct notice_take_row row;
	struct alarm_text words;
	enum alarm_told told;
	char id[ID_TEXT];
	size_t n;
	int ours = notice_take(t->db, &take, t->a, &row, e);

	if (ours <= 0)
		return ours < 0 ? TOLD_FAILED : TOLD_NOT;
	if (!claim(t, e) || !words_of(t, &words, &n, e))
		return TOLD_FAILED;
	if (!n) /* read meanwhile, or out of reach */
		return settle(t, SQL_NULL_INT, e) ? TOLD_NOT : TOLD_FAILED;
	told = alarm_relay(t->a, t->who->email, &words, id_text(id_new(taken), id), t->now_ms, e);
	if (told == TOLD && !sent(t, e))
		return TOLD_FAILED;
	return told;
}

static enum alarm_told tell_person(struct telling *t, const char **publishers, size_t n,
				   struct err *e)
{
	const char *own = t->who->publisher_id;
	int due = *own ? is_time(t, &own, 1, e) : is_time(t, publishers, n, e);

	if (due < 0)
		return TOLD_FAILED;
	return due ? tell(t, e) : TOLD_NOT;
}

static const char **ids_of(struct arena *a, const struct publisher_list_row *rows, size_t n)
{
	const char **ids = ARENA_ARRAY(a, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].publisher_id;
	return ids;
}

bool notice_tell(struct sql_db *db, struct arena *a, int64_t now_ms, struct err *e)
{
	struct telling t = { .db = db, .a = a, .now_ms = now_ms };
	struct publisher_list_row *publishers;
	struct account_list_row *all;
	enum alarm_told told = TOLD_NOT;
	const char **ids;
	size_t n, count;

	if (!dest_server()->smtp_url)
		return true;
	if (!account_list(db, &(struct account_list_in){ NULL }, a, &all, &n, e) ||
	    !publisher_list(db, a, &publishers, &count, e))
		return false;
	ids = ids_of(a, publishers, count);
	t.publishers = ARENA_ARRAY(a, const char *, count + 1);
	t.oldest = ARENA_ARRAY(a, int64_t, count + 1);
	for (size_t i = 0; i < n && told != TOLD_NOBODY; i++) {
		ARENA_SCOPE(a);
		struct err why = { 0 };

		if (!all[i].active)
			continue;
		t.who = &all[i];
		told = tell_person(&t, ids, count, &why);
		if (told != TOLD_FAILED)
			continue;
		metric_add(METRIC_JOB_FAILURES, 1);
		log_err(LOG_ERROR, "notice.tell", &why);
		if (!sql_ping(db, e))
			return false;
	}
	return true;
}
