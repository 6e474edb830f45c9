/* Tasks that are due. */
#include "alert/parts.h"

#define STEP 200 /* of one transaction */

static bool tell(struct alert_rows *r, const struct alert_people *p,
		 const struct task_untold_row *t, struct id *whom, struct err *e)
{
	struct task_told_in told = { r->publisher, t->task_id, t->due_at };
	const struct alert_lead lead = { t->owner_id, t->lead_owner, t->team_id, t->offer_id };
	int64_t still;
	size_t n;

	if (!task_told(r->db, &told, &still, e))
		return false;
	n = still ? alert_whom(p, ALERT_OWNER, &lead, whom) : 0;
	for (size_t i = 0; i < n; i++)
		alert_add(r, whom[i], ALERT_TASK, t->lead_id, t->task_id, t->due_at);
	return true;
}

bool alert_tick_tasks(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		      bool *ret_more, bool *ret_told, struct err *e)
{
	struct alert_rows r = { .db = db, .a = a, .publisher = publisher, .now_ms = now_ms };
	struct task_untold_in in = { publisher, now_ms, STEP };
	struct task_untold_row *rows;
	struct alert_people p;
	AUTO_TX tx = { 0 };
	struct id *whom;
	size_t n;

	if (!task_untold(db, &in, a, &rows, &n, e))
		return false;
	if (!n)
		return true;
	if (!sql_begin(db, &tx, e) ||
	    !publisher_hold(db, &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !alert_people(db, a, publisher, now_ms, &p, e))
		return false;
	whom = ARENA_ARRAY(a, struct id, p.n + 1);
	for (size_t i = 0; i < n; i++)
		if (!tell(&r, &p, &rows[i], whom, e))
			return false;
	if (!alert_write(&r, e) || !sql_commit(&tx, e))
		return false;
	*ret_more |= n == STEP;
	*ret_told |= r.n > 0;
	return true;
}
