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

bool notice_is_due(int64_t oldest_at, int64_t day_at, int64_t day_mails, int64_t now_ms)
{
	bool new_day = now_ms - day_at >= DAY || now_ms < day_at;

	return now_ms - oldest_at >= NOTICE_GATHER_MS && (new_day || day_mails < NOTICE_DAY_MAX);
}

struct telling {
	struct sql_db *db;
	struct arena *a;
	const char *publisher;
	const struct account_list_row *who;
	struct notice_get_row as; /* how they want it */
	int64_t now_ms;
};

static bool mute(struct telling *t, const char *kind, int64_t before, struct err *e)
{
	struct notification_mute_in in = { t->publisher, t->who->account_id, kind, before };

	return notification_mute(t->db, &in, NULL, e);
}

/* What is to come by no mail is taken out, so that it does not wait for ever. */
static bool leave_out(struct telling *t, struct err *e)
{
	struct str rest = str_of(t->as.muted), kind;

	if (!t->as.mail || !mail_address_ok(str_of(t->who->email)))
		return mute(t, NULL, INT64_MAX, e);
	while (str_split(&rest, ' ', &kind))
		if (kind.n && !mute(t, str_dup(t->a, kind), INT64_MAX, e))
			return false;
	return mute(t, NULL, t->now_ms - STALE_MS, e);
}

/* 1 yes, 0 no, -1 */
static int is_quiet(struct telling *t, struct err *e)
{
	AUTO_CALENDAR c = NULL;

	if (!t->as.quiet)
		return 0;
	if (!desk_calendar(t->db, t->a, t->publisher, t->who->account_id, &c, NULL, e))
		return -1;
	return c && calendar_worked(c, t->now_ms, t->now_ms + 1) == 0;
}

/* 1 now, 0 not now, -1 */
static int is_time(struct telling *t, struct err *e)
{
	struct notification_oldest_in in = { t->publisher, t->who->account_id };
	struct notice_get_in key = { t->who->publisher_id, t->who->account_id };
	struct notification_oldest_row first;
	int found, quiet;

	found = notification_oldest(t->db, &in, t->a, &first, e);
	if (found <= 0)
		return found;
	t->as = (struct notice_get_row){ .mail = 1, .quiet = 1, .muted = "" };
	if (notice_get(t->db, &key, t->a, &t->as, e) < 0 || !leave_out(t, e))
		return -1;
	found = notification_oldest(t->db, &in, t->a, &first, e);
	if (found <= 0 || !notice_is_due(first.at, t->as.day_at, t->as.day_mails, t->now_ms))
		return found < 0 ? -1 : 0;
	quiet = is_quiet(t, e);
	return quiet < 0 ? -1 : !quiet;
}

static bool sent(struct telling *t, struct err *e)
{
	struct notification_mailed_in mailed = { t->publisher, t->who->account_id, t->now_ms,
						 t->now_ms };
	struct notice_sent_in in = { t->who->publisher_id, t->who->account_id, t->as.day_at,
				     t->as.day_mails + 1 };
	AUTO_TX tx = { 0 };

	if (t->now_ms - in.day_at >= DAY || t->now_ms < in.day_at) {
		in.day_at = t->now_ms;
		in.day_mails = 1;
	}
	return sql_begin(t->db, &tx, e) && notification_mailed(t->db, &mailed, NULL, e) &&
	       notice_sent(t->db, &in, NULL, e) && sql_commit(&tx, e);
}

static int oldest(const void *a, const void *b)
{
	const struct notification_mail_row *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static bool add_part(struct telling *t, const struct reach_part *part, struct notice_lines *x,
		     struct err *e)
{
	struct notification_kinds_in of = { t->publisher, t->who->account_id, t->now_ms,
					    part->owner,  part->team,         part->offer };
	struct notification_mail_in in = { t->publisher, t->who->account_id, t->now_ms,
					   NOTICE_LINES, part->owner,        part->team,
					   part->offer };
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
static bool words_of(struct telling *t, struct alarm_text *ret, size_t *ret_n, struct err *e)
{
	struct reach r = { reach_of(str_of(t->who->reach)), t->who->account_id };
	struct notice_lines x = { .base_url = dest_server()->base_url,
				  .kinds = ARENA_NEW(t->a, struct notification_kinds_row),
				  .lines = ARENA_NEW(t->a, struct notification_mail_row) };
	struct reach_part *parts;
	size_t n;

	if (!reach_parts(t->db, t->a, &r, t->publisher, &parts, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!add_part(t, &parts[i], &x, e))
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
	if (!words_of(t, &words, &n, e))
		return TOLD_FAILED;
	if (!n) /* read meanwhile, or out of reach */
		return mute(t, NULL, t->now_ms + 1, e) ? TOLD_NOT : TOLD_FAILED;
	told = alarm_relay(t->a, t->who->email, &words, id_text(id_new(taken), id), t->now_ms, e);
	if (told == TOLD && !sent(t, e))
		return TOLD_FAILED;
	return told;
}

bool notice_tell(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_there, struct err *e)
{
	struct telling t = { .db = db, .a = a, .publisher = publisher, .now_ms = now_ms };
	struct account_list_row *all;
	size_t n;

	*ret_there = true;
	if (!dest_server()->smtp_url)
		return true;
	if (!account_list(db, &(struct account_list_in){ NULL }, a, &all, &n, e))
		return false;
	for (size_t i = 0; i < n && *ret_there; i++) {
		ARENA_SCOPE(a);
		enum alarm_told told;
		int due;

		if (!all[i].active ||
		    (*all[i].publisher_id && strcmp(all[i].publisher_id, publisher) != 0))
			continue;
		t.who = &all[i];
		due = is_time(&t, e);
		if (due < 0)
			return false;
		told = due ? tell(&t, e) : TOLD_NOT;
		if (told == TOLD_FAILED)
			return false;
		*ret_there = told != TOLD_NOBODY;
	}
	return true;
}
