/* The tick: what is due by now is told, some of it at a time. */
#include <string.h>
#include "alert/parts.h"

#define STEP    500 /* leads of one transaction */
#define MINUTE  60000LL
#define ROWS    20000 /* that they may make together */
#define SWEPT   1000
#define NOTHING INT64_MIN

/* A lead whose next steps are due. */
struct due {
	struct id lead;
	int64_t due_at;
	size_t done, from, reached;
};

struct tick {
	struct sql_db *db;
	struct arena *a;
	const char *publisher;
	int64_t now_ms;
	struct alert_chain chain;
	struct due due[STEP];
	size_t n;
};

/* A lead that is gone, with an import that was taken back, goes through to where that is seen. */
static bool is_due(const struct tick *t, struct due *d, int64_t received_at)
{
	d->from = d->reached = d->done;
	if (received_at == SQL_NULL_INT)
		return true;
	d->reached = alert_reached(&t->chain, d->done, received_at, d->due_at, t->now_ms, &d->from);
	return d->reached > d->done;
}

/* Those of one number of steps, behind each other: a lead whose promise is short may be among them
 * before its warning is due, and is passed over. */
static bool find(struct tick *t, size_t done, struct err *e)
{
	struct watch_due_in in = { .publisher = t->publisher,
				   .step = (int64_t)done,
				   .due = t->now_ms - t->chain.step[done].minutes * MINUTE,
				   .after_due = NOTHING,
				   .limit = STEP };
	struct watch_due_row *rows;
	size_t n = STEP;

	while (n == STEP && t->n < STEP) {
		if (!watch_due(t->db, &in, t->a, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n && t->n < STEP; i++) {
			struct due *d = &t->due[t->n];

			*d = (struct due){ .lead = rows[i].lead_id,
					   .due_at = rows[i].due_at,
					   .done = done };
			t->n += is_due(t, d, rows[i].received_at);
			in.after_due = d->due_at;
			in.after = d->lead;
		}
	}
	return true;
}

/* From here on nobody else tells them: an answer that comes now waits, and ends what is told. */
static bool hold(struct tick *t, struct err *e)
{
	struct watch_step_in *in = ARENA_ARRAY(t->a, struct watch_step_in, t->n);

	for (size_t i = 0; i < t->n; i++)
		in[i] = (struct watch_step_in){ t->publisher, t->due[i].lead,
						(int64_t)t->due[i].done,
						(int64_t)t->due[i].reached };
	return watch_step_batch(t->db, in, t->n, e);
}

/* Puts it behind the others unless it is among them. */
static bool id_once(struct id *all, size_t *n, struct id one)
{
	for (size_t i = 0; i < *n; i++)
		if (id_eq(all[i], one))
			return false;
	all[(*n)++] = one;
	return true;
}

/* Whoever several steps are for that came to light at once hears of the last one alone. told: of
 * the lead, who was; room for everybody, as of whom. */
static void tell(struct tick *t, struct alert_rows *r, const struct alert_people *p,
		 const struct due *d, const struct watch_state_row *row, struct id *whom,
		 struct id *told)
{
	const struct alert_lead lead = { row->owner_id, row->owner_id, row->team_id,
					 row->offer_id };
	bool owned = alert_sees(p, &lead, lead.told);
	size_t all = 0;

	for (size_t i = d->reached; i > d->from; i--) {
		const struct alert_step *s = &t->chain.step[i - 1];
		const char *kind = s->minutes < 0 && !owned ? ALERT_OWNERLESS : alert_kind(s);
		size_t n = alert_whom(p, s->to, &lead, whom);

		for (size_t k = 0; k < n; k++)
			if (id_once(told, &all, whom[k]))
				alert_add(r, whom[k], kind, d->lead, d->lead, s->minutes);
	}
}

/* What owes nothing and has a clock was closed by what asks nobody: an import. */
static bool tell_all(struct tick *t, struct alert_rows *r, const struct alert_people *p,
		     struct err *e)
{
	struct watch_state_in *in = ARENA_ARRAY(t->a, struct watch_state_in, t->n);
	struct watch_state_row *rows = ARENA_ARRAY(t->a, struct watch_state_row, t->n);
	bool *found = ARENA_ARRAY(t->a, bool, t->n);
	struct id *whom = ARENA_ARRAY(t->a, struct id, p->n + 2);
	struct id *told = ARENA_ARRAY(t->a, struct id, p->n + 2);

	for (size_t i = 0; i < t->n; i++)
		in[i] = (struct watch_state_in){ t->publisher, t->due[i].lead };
	if (!watch_state_batch(t->db, in, t->n, t->a, rows, found, e))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (found[i] && rows[i].owes)
			tell(t, r, p, &t->due[i], &rows[i], whom, told);
		else if (found[i] && !alert_end(t->db, t->publisher, t->due[i].lead, t->now_ms, e))
			return false;
	}
	return true;
}

/* As many as are told in bounded memory, however many people and steps there are. */
static void keep_some(struct tick *t, const struct alert_people *p)
{
	size_t each = (p->n + 1) * (t->chain.n + 1), most = ROWS / each;

	most = most ? most : 1;
	t->n = t->n < most ? t->n : most;
}

/* The chain that was read is the chain: nobody changes it until the transaction ends. */
static bool hold_chain(struct tick *t, bool *ret_same, struct err *e)
{
	struct publisher_hold_in in = { t->publisher };
	struct alert_chain now;

	if (!publisher_hold(t->db, &in, NULL, e) ||
	    !alert_chain_get(t->db, t->a, t->publisher, &now, e))
		return false;
	*ret_same = now.version == t->chain.version && now.n == t->chain.n;
	return true;
}

static bool tick_leads(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		       bool *ret_more, bool *ret_told, struct err *e)
{
	struct tick *t = ARENA_NEW(a, struct tick);
	struct alert_rows r = { .db = db, .a = a, .publisher = publisher, .now_ms = now_ms };
	struct alert_people p;
	AUTO_TX tx = { 0 };
	size_t found;
	bool same;

	*t = (struct tick){ .db = db, .a = a, .publisher = publisher, .now_ms = now_ms };
	if (!alert_chain_get(db, a, publisher, &t->chain, e))
		return false;
	for (size_t done = t->chain.n; done > 0; done--)
		if (!find(t, done - 1, e))
			return false;
	found = t->n;
	if (!found)
		return true;
	if (!sql_begin(db, &tx, e) || !hold_chain(t, &same, e))
		return false;
	if (!same) /* the next tick reads it */
		return true;
	if (!alert_people(db, a, publisher, now_ms, &p, e))
		return false;
	keep_some(t, &p);
	if (!hold(t, e) || !tell_all(t, &r, &p, e) || !alert_write(&r, e) || !sql_commit(&tx, e))
		return false;
	*ret_more |= found == STEP || t->n < found;
	*ret_told |= r.n > 0;
	return true;
}

bool alert_tick(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		bool *ret_more, bool *ret_told, struct err *e)
{
	ARENA_SCOPE(a);

	*ret_more = *ret_told = false;
	return tick_leads(db, a, publisher, now_ms, ret_more, ret_told, e) &&
	       alert_tick_warm(db, a, publisher, now_ms, ret_more, ret_told, e) &&
	       alert_tick_tasks(db, a, publisher, now_ms, ret_more, ret_told, e);
}

bool alert_sweep(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_more, struct err *e)
{
	struct notification_sweep_in in = { .publisher = publisher,
					    .before = id_first(now_ms - ALERT_KEEP_MS),
					    .limit = SWEPT };
	struct account_list_row *all;
	int64_t gone;
	size_t n;

	*ret_more = false;
	if (!account_list(db, &(struct account_list_in){ NULL }, a, &all, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (*all[i].publisher_id && strcmp(all[i].publisher_id, publisher) != 0)
			continue;
		in.account = all[i].account_id;
		if (!notification_sweep(db, &in, &gone, e))
			return false;
		*ret_more |= gone == SWEPT;
	}
	return true;
}
