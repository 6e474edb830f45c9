/* By mail, once: the alarm is taken for a while, mailed to each, and marked. */
#include "alarm/parts.h"
#include "base/clock.h"
#include "dest/dest.h"
#include "mail/mail.h"
#include "store/store.h"

#define TAKEN_MS 300000 /* longer than a mail to each takes; after it another server may try */

static bool looks_after(const struct account_list_row *who, const char *publisher)
{
	return who->active && strcmp(who->publisher_id, publisher) == 0 &&
	       (strcmp(who->role, "admin") == 0 || strcmp(who->role, "manager") == 0) &&
	       mail_address_ok(str_of(who->email));
}

struct people {
	const struct account_list_row **who;
	size_t n;
};

static void gather(const struct account_list_row *all, size_t n, const char *publisher,
		   struct people *ret)
{
	for (size_t i = 0; i < n; i++)
		if (looks_after(&all[i], publisher))
			ret->who[ret->n++] = &all[i];
}

/* Those of the publisher; where it has none, those of the whole installation. */
static bool find_people(struct sql_db *db, struct arena *a, const char *publisher,
			struct people *ret, struct err *e)
{
	struct account_list_row *all;
	size_t n;

	if (!account_list(db, &(struct account_list_in){ NULL }, a, &all, &n, e))
		return false;
	*ret = (struct people){ ARENA_ARRAY(a, const struct account_list_row *, n + 1), 0 };
	gather(all, n, publisher, ret);
	if (!ret->n)
		gather(all, n, "", ret);
	return true;
}

static const char *link_of(struct arena *a, const char *kind)
{
	return arena_printf(a, "%s%s", dest_server()->base_url,
			    strcmp(kind, ALARM_SILENT) == 0 ? "/receipts" : "/destinations");
}

static enum alarm_told mail_to(struct arena *a, const struct account_list_row *who,
			       const struct alarm_page_row *alarm, int64_t now_ms, struct err *e)
{
	struct alarm_text words = alarm_words(a, who->language, alarm->kind, alarm->name,
					      alarm->detail, link_of(a, alarm->kind));
	char id[ID_TEXT];

	return alarm_relay(a, who->email, &words, id_text(alarm->alarm_id, id), now_ms, e);
}

/* One who has it is enough: the alarm stands in the page for the others, and a mailbox that is full
 * for days must not bring the same mail to everybody else again and again. */
static enum alarm_told tell(struct sql_db *db, struct arena *a, const char *publisher,
			    const struct alarm_page_row *alarm, const struct people *all,
			    int64_t now_ms, struct err *e)
{
	int64_t taken = clock_now(); /* a round may be long by now */
	struct alarm_take_in take = { publisher, alarm->alarm_id, taken + TAKEN_MS, taken };
	struct alarm_take_row row;
	enum alarm_told t = TOLD_NOT;
	bool told = false;
	int ours = alarm_take(db, &take, a, &row, e);

	if (ours <= 0)
		return ours < 0 ? TOLD_FAILED : TOLD;
	for (size_t i = 0; i < all->n && t > TOLD_NOBODY; i++) {
		t = mail_to(a, all->who[i], alarm, now_ms, e);
		told |= t == TOLD;
	}
	if (!told || t == TOLD_FAILED)
		return t;
	return alarm_told(db, &(struct alarm_told_in){ publisher, alarm->alarm_id, now_ms }, NULL,
			  e)
		       ? TOLD
		       : TOLD_FAILED;
}

bool alarm_tell(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		bool *ret_there, struct err *e)
{
	struct alarm_page_row *rows;
	struct people all;
	enum alarm_told t = TOLD;
	size_t n;

	*ret_there = true;
	if (!dest_server()->smtp_url)
		return true;
	if (!alarm_lasting(db, &(struct alarm_lasting_in){ publisher }, a, &rows, &n, e) ||
	    !find_people(db, a, publisher, &all, e))
		return false;
	for (size_t i = 0; i < n && all.n && t > TOLD_NOBODY; i++)
		if (rows[i].told_at == SQL_NULL_INT)
			t = tell(db, a, publisher, &rows[i], &all, now_ms, e);
	*ret_there = t != TOLD_NOBODY;
	return t != TOLD_FAILED;
}
