/* What begins and ends a clock, and what is told by hand. */
#include "alert/parts.h"
#include "base/clock.h"

/* The row first: a tick that has it writes what it tells before this goes on, and then it ends. */
bool alert_end(struct sql_db *db, const char *publisher, struct id lead, int64_t now_ms,
	       struct err *e)
{
	struct watch_gone_in gone = { publisher, lead };
	struct notification_over_clock_in over = { publisher, lead, now_ms };
	struct change_put_in change = { publisher, id_new(clock_now()), "notification", ID_NULL,
					"over" };
	int64_t ended;

	return watch_gone(db, &gone, NULL, e) && notification_over_clock(db, &over, &ended, e) &&
	       (!ended || change_put(db, &change, NULL, e));
}

bool alert_keep(struct sql_db *db, const char *publisher, struct id lead, bool owes, int64_t now_ms,
		struct err *e)
{
	struct watch_begin_in in = { publisher, lead, now_ms, ALERT_WARM_MS };
	struct notification_again_in again = { publisher, lead };

	if (!owes)
		return alert_end(db, publisher, lead, now_ms, e);
	return watch_begin(db, &in, NULL, e) && notification_again(db, &again, NULL, e);
}

bool alert_over(struct sql_db *db, const char *publisher, const struct alert_what *x,
		int64_t now_ms, struct err *e)
{
	struct notification_over_in in = {
		publisher, x->lead, x->kind, x->ref, x->account, now_ms
	};
	struct change_put_in change = { publisher, id_new(clock_now()), "notification", ID_NULL,
					"over" };
	int64_t ended;

	return notification_over(db, &in, &ended, e) &&
	       (!ended || change_put(db, &change, NULL, e));
}

bool alert_assigned(struct sql_db *db, const char *publisher, const struct alert_owned *x,
		    int64_t now_ms, struct err *e)
{
	struct notification_put_in rows[2];
	struct alert_rows r = { .db = db, .publisher = publisher, .now_ms = now_ms, .put = rows };
	const struct alert_what over[] = {
		{ .lead = x->lead, .kind = ALERT_ASSIGNED },
		{ .lead = x->lead, .kind = ALERT_OWNERLESS },
		{ .lead = x->lead, .kind = ALERT_TEAM },
		{ .lead = x->lead, .kind = ALERT_HANDED, .account = x->to }, /* theirs again */
	};

	for (size_t i = 0; i < LL_COUNT(over) - id_is_null(x->to); i++)
		if (!alert_over(db, publisher, &over[i], now_ms, e))
			return false;
	if (x->told_to && !id_is_null(x->to))
		rows[r.n++] =
			(struct notification_put_in){ publisher, x->to,    ID_NULL, ALERT_ASSIGNED,
						      x->lead,   x->entry, 0,       now_ms };
	if (x->told_from && !id_is_null(x->from))
		rows[r.n++] =
			(struct notification_put_in){ publisher, x->from,  ID_NULL, ALERT_HANDED,
						      x->lead,   x->entry, 0,       now_ms };
	return alert_write(&r, e);
}

/* Nobody's, so far: of those who may see it the managers, else the admins. */
static size_t whom(const struct alert_people *p, const struct alert_handed *x, struct id *ret)
{
	const struct alert_lead lead = { .offer = x->offer };

	return alert_whom(p, ALERT_MANAGERS, &lead, ret);
}

bool alert_hand_over(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct alert_handed *x, size_t n, int64_t now_ms, struct err *e)
{
	struct alert_rows r = { .db = db, .a = a, .publisher = publisher, .now_ms = now_ms };
	struct alert_people p = { .n = 0 };
	struct id *list = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t told;

		if (!id_is_null(x[i].account)) {
			alert_add(&r, x[i].account, x[i].kind, x[i].lead, x[i].entry, 0);
			continue;
		}
		if (!list && !alert_people(db, a, publisher, now_ms, &p, e))
			return false;
		if (!list)
			list = ARENA_ARRAY(a, struct id, p.n + 1);
		told = whom(&p, &x[i], list);
		for (size_t k = 0; k < told; k++)
			alert_add(&r, list[k], x[i].kind, x[i].lead, x[i].entry, 0);
	}
	return alert_write(&r, e);
}
