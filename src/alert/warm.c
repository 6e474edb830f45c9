/* Trials that are warm: that the window ends soon, and that it ended without an answer. */
#include "alert/parts.h"

#define STEP 500   /* leads of one transaction */
#define ROWS 20000 /* that they may make together */

int64_t alert_warm_at(int64_t warm_until, int64_t now_ms)
{
	return warm_until != SQL_NULL_INT && warm_until > now_ms ? warm_until - ALERT_WARM_MS
								 : SQL_NULL_INT;
}

/* From here on nobody else tells them. */
static bool hold(const struct alert_rows *r, const struct warm_due_row *rows, size_t n,
		 struct err *e)
{
	struct warm_step_in *in = ARENA_ARRAY(r->a, struct warm_step_in, n);

	for (size_t i = 0; i < n; i++) {
		bool warm = rows[i].warm_until != SQL_NULL_INT && rows[i].warm_until > r->now_ms;

		in[i] = (struct warm_step_in){ r->publisher, rows[i].lead_id, rows[i].warm_at,
					       warm ? rows[i].warm_until : SQL_NULL_INT };
	}
	return warm_step_batch(r->db, in, n, e);
}

/* Its owner, else the managers. A window that has ended is all that is told of it; of a response
 * that is late by now the chain tells. */
static bool tell(struct alert_rows *r, const struct alert_people *p, const struct warm_due_row *d,
		 const struct watch_state_row *row, struct id *whom, struct err *e)
{
	const struct alert_lead lead = { row->owner_id, row->owner_id, row->team_id,
					 row->offer_id };
	const struct alert_what ending = { .lead = d->lead_id, .kind = ALERT_WARM_ENDING };
	bool ended = d->warm_until <= r->now_ms;
	size_t n;

	if (d->warm_until == SQL_NULL_INT || d->due_at <= r->now_ms)
		return true;
	if (ended && !alert_over(r->db, r->publisher, &ending, r->now_ms, e))
		return false;
	n = alert_whom(p, ALERT_OWNER, &lead, whom);
	for (size_t i = 0; i < n; i++)
		alert_add(r, whom[i], ended ? ALERT_WARM_ENDED : ALERT_WARM_ENDING, d->lead_id,
			  d->lead_id, 0);
	return true;
}

static bool tell_all(struct alert_rows *r, const struct alert_people *p,
		     const struct warm_due_row *due, size_t n, struct err *e)
{
	struct watch_state_in *in = ARENA_ARRAY(r->a, struct watch_state_in, n);
	struct watch_state_row *rows = ARENA_ARRAY(r->a, struct watch_state_row, n);
	struct id *whom = ARENA_ARRAY(r->a, struct id, p->n + 2);
	bool *found = ARENA_ARRAY(r->a, bool, n);

	for (size_t i = 0; i < n; i++)
		in[i] = (struct watch_state_in){ r->publisher, due[i].lead_id };
	if (!watch_state_batch(r->db, in, n, r->a, rows, found, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!found[i])
			continue;
		if (rows[i].owes ? !tell(r, p, &due[i], &rows[i], whom, e)
				 : !alert_end(r->db, r->publisher, due[i].lead_id, r->now_ms, e))
			return false;
	}
	return true;
}

bool alert_tick_warm(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		     bool *ret_more, bool *ret_told, struct err *e)
{
	struct alert_rows r = { .db = db, .a = a, .publisher = publisher, .now_ms = now_ms };
	struct warm_due_in in = { publisher, now_ms, STEP };
	struct warm_due_row *due;
	struct alert_people p;
	AUTO_TX tx = { 0 };
	size_t n, found, most;

	if (!warm_due(db, &in, a, &due, &found, e))
		return false;
	if (!found)
		return true;
	if (!sql_begin(db, &tx, e) ||
	    !publisher_hold(db, &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !alert_people(db, a, publisher, now_ms, &p, e))
		return false;
	most = ROWS / (p.n + 1) + 1;
	n = found < most ? found : most;
	if (!hold(&r, due, n, e) || !tell_all(&r, &p, due, n, e) || !alert_write(&r, e) ||
	    !sql_commit(&tx, e))
		return false;
	*ret_more |= found == STEP || n < found;
	*ret_told |= r.n > 0;
	return true;
}
