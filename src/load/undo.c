/*
 * An import taken back: every row that it made goes, every row that it changed is as it was. Steps
 * of some hundred receipts, each a transaction; what is left after a crash is taken back by calling
 * again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "customer/customer.h"
#include "load/load.h"
#include "load/undo.h"
#include "place/place.h"

#define STEP 200

/* ---- whether it can be exact ---- */

static bool has(bool ok, const bool *found, size_t n, bool *ret_any, size_t *ret_at)
{
	*ret_any = false;
	for (size_t i = 0; ok && i < n && !*ret_any; i++)
		if (found[i]) {
			*ret_any = true;
			*ret_at = i;
		}
	return ok;
}

static bool worked_on(const struct undoing *u, size_t at, const char *why, struct err *e)
{
	char text[ID_TEXT];

	return ERR(e, ERR_CONFLICT, "import.worked-on",
		   "The lead %s %s since: the import cannot be taken back without a trace.",
		   id_text(u->lead[at].lead_id, text), why);
}

/* One question about every lead of the step. */
#define ASK(u, what, ...)                                                                          \
	struct what##_in *in = ARENA_ARRAY((u)->a, struct what##_in, (u)->n);                      \
	struct what##_row *rows = ARENA_ARRAY((u)->a, struct what##_row, (u)->n);                  \
	bool *found = ARENA_ARRAY((u)->a, bool, (u)->n), any;                                      \
	size_t at = 0;                                                                             \
                                                                                                   \
	for (size_t i = 0; i < (u)->n; i++)                                                        \
		in[i] = (struct what##_in){ (u)->publisher, __VA_ARGS__ };                         \
	if (!has(what##_batch((u)->db, in, (u)->n, (u)->a, rows, found, e), found, (u)->n, &any,   \
		 &at))                                                                             \
	return false

static bool check_foreign(const struct undoing *u, struct err *e)
{
	ASK(u, undo_foreign, u->lead[i].lead_id, u->load);
	for (size_t i = at; i < u->n; i++)
		if (found[i] && u->made[i])
			return worked_on(u, i, "was joined by messages that came otherwise", e);
	return true;
}

static bool check_delivered(const struct undoing *u, struct err *e)
{
	ASK(u, undo_delivered, u->lead[i].lead_id);
	return !any || worked_on(u, at, "was delivered", e);
}

static bool check_engaged(const struct undoing *u, struct err *e)
{
	ASK(u, undo_engaged, u->lead[i].lead_id);
	for (size_t i = at; i < u->n; i++)
		if (found[i] && u->made[i])
			return worked_on(u, i, "was worked on", e);
	return true;
}

static bool check_moved(const struct undoing *u, struct err *e)
{
	ASK(u, undo_moved, u->lead[i].lead_id);
	return !any || worked_on(u, at, "was moved to another customer by a user", e);
}

static bool check_changed(const struct undoing *u, struct err *e)
{
	ASK(u, undo_changed, u->of[i], u->load);
	return !any || worked_on(u, at, "was changed by a later import (undo that first)", e);
}

static bool check_leads(const struct undoing *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->made[i] &&
		    (u->lead[i].responded_at != SQL_NULL_INT || !id_is_null(u->lead[i].owner_id)))
			return worked_on(u, i, "was answered or assigned", e);
	return !u->n || (check_foreign(u, e) && check_delivered(u, e) && check_engaged(u, e) &&
			 check_moved(u, e) && check_changed(u, e));
}

/* ---- what a step is about ---- */

/* The next receipts and the leads of their touches: 1 some, 0 none, -1 error. */
static int find(struct undoing *u, struct id after, struct err *e)
{
	struct undo_receipts_in in = { u->publisher, u->load, after, STEP };
	struct undo_lead_in *ask;
	struct undo_lead_row *rows;
	bool *found;

	if (!undo_receipts(u->db, &in, u->a, &u->receipt, &u->receipts, e))
		return -1;
	if (!u->receipts)
		return 0;
	ask = ARENA_ARRAY(u->a, struct undo_lead_in, u->receipts);
	rows = ARENA_ARRAY(u->a, struct undo_lead_row, u->receipts);
	found = ARENA_ARRAY(u->a, bool, u->receipts);
	for (size_t i = 0; i < u->receipts; i++)
		ask[i] = (struct undo_lead_in){ u->publisher, u->receipt[i].receipt_id };
	if (!undo_lead_batch(u->db, ask, u->receipts, u->a, rows, found, e))
		return -1;
	u->lead = ARENA_ARRAY(u->a, struct undo_lead_row, u->receipts);
	u->made = ARENA_ARRAY(u->a, bool, u->receipts);
	u->of = ARENA_ARRAY(u->a, struct id, u->receipts);
	u->n = 0;
	for (size_t i = 0; i < u->receipts; i++) {
		const struct undo_receipts_row *r = &u->receipt[i];

		if (!found[i])
			continue;
		u->lead[u->n] = rows[i];
		u->of[u->n] = r->receipt_id;
		u->made[u->n++] =
			id_eq(rows[i].lead_id, place_lead_id(r->receipt_id, 0, r->received_at));
	}
	return 1;
}

static bool check_waiting(const struct undoing *u, struct err *e)
{
	struct load_waiting_in in = { u->publisher, u->load };
	struct load_waiting_row row;
	int waits = load_waiting(u->db, &in, u->a, &row, e);

	if (waits > 0)
		return ERR(e, ERR_BUSY, "import.placing",
			   "Rows of the import are still being placed: try again in a moment.");
	return waits == 0;
}

bool load_undo_check(struct sql_db *db, struct arena *a, const char *publisher, struct id load,
		     struct err *e)
{
	struct undoing u = { .db = db, .a = a, .publisher = publisher, .load = load };
	struct id after = ID_NULL;
	int more = 1;

	if (!check_waiting(&u, e))
		return false;
	while (more > 0) {
		ARENA_SCOPE(a);

		more = find(&u, after, e);
		if (more < 0 || (more > 0 && !check_leads(&u, e)))
			return false;
		if (more > 0)
			after = u.receipt[u.receipts - 1].receipt_id;
	}
	return undo_rows_check(&u, e);
}

/* ---- a step ---- */

static bool end(const struct undoing *u, const char *state, struct err *e)
{
	struct load_undone_in in = { u->publisher, u->load, state, u->now_ms, u->actor };
	struct change_put_in tell = { u->publisher, id_new(clock_now()), "import", u->load, state };

	return load_undone(u->db, &in, NULL, e) && change_put(u->db, &tell, NULL, e);
}

int load_undo_step(struct sql_db *db, struct arena *a, const char *publisher, struct id load,
		   const char *actor, int64_t now_ms, struct err *e)
{
	struct undoing u = { .db = db,
			     .a = a,
			     .publisher = publisher,
			     .load = load,
			     .actor = actor,
			     .now_ms = now_ms };
	AUTO_TX tx = { 0 };
	bool parted = false;
	int64_t n = 0;
	int more;

	if (!check_waiting(&u, e) || !sql_begin(db, &tx, e) || !customer_lock(db, a, &n, e))
		return -1;
	u.version = n;
	more = find(&u, ID_NULL, e);
	if (more > 0 && (!check_leads(&u, e) || !undo_part(&u, &parted, e)))
		return -1;
	if (parted) /* some of the leads are others' now */
		more = find(&u, ID_NULL, e);
	if (more > 0 && !undo_take(&u, e))
		return -1;
	if (more == 0)
		more = undo_rows_take(&u, e);
	if (more < 0 || !end(&u, more ? "undoing" : "undone", e) || !sql_commit(&tx, e))
		return -1;
	return more;
}
