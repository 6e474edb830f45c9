/* One regroup: everything that follows when leads move from customer to customer. */
#include <stdlib.h>
#include "base/clock.h"
#include "customer/parts.h"

bool customer_lock(struct sql_db *db, struct arena *a, int64_t *ret_n, struct err *e)
{
	struct customers_raise_row row;
	int found = customers_raise(db, a, &row, e);

	if (found > 0)
		*ret_n = row.n;
	return found > 0 ||
	       (found == 0 && ERR(e, ERR_STORE, "store.version", "The row 'customers' is gone."));
}

struct touched {
	struct id *ids;  /* each once, in order */
	struct id *heir; /* where the leads of each went: the first that one of them went to */
	size_t n;
};

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

static struct touched touched_by(struct arena *a, const struct customer_regroup *g)
{
	struct touched t = { ARENA_ARRAY(a, struct id, g->move_count * 2), NULL, 0 };
	size_t n = 0;

	for (size_t i = 0; i < g->move_count; i++) {
		t.ids[n++] = g->moves[i].from;
		if (!id_is_null(g->moves[i].to))
			t.ids[n++] = g->moves[i].to;
	}
	qsort(t.ids, n, sizeof(*t.ids), by_id);
	for (size_t i = 0; i < n; i++)
		if (!i || !id_eq(t.ids[i], t.ids[t.n - 1]))
			t.ids[t.n++] = t.ids[i];
	t.heir = ARENA_ARRAY(a, struct id, t.n);
	for (size_t i = 0; i < g->move_count; i++) {
		const struct id *from =
			bsearch(&g->moves[i].from, t.ids, t.n, sizeof(*t.ids), by_id);

		if (from && id_is_null(t.heir[from - t.ids]))
			t.heir[from - t.ids] = g->moves[i].to;
	}
	return t;
}

/* ---- rows of the regroup itself ---- */

static bool write_regroup(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
			  struct id regroup, struct err *e)
{
	const struct customer_who *w = &g->who;
	struct regroup_put_in put = { w->publisher, regroup, g->n, g->verb, w->actor, w->now_ms };
	struct regroup_lead_put_in *leads =
		ARENA_ARRAY(a, struct regroup_lead_put_in, g->move_count);
	struct regroup_pair_put_in *pairs =
		ARENA_ARRAY(a, struct regroup_pair_put_in, g->pair_count);

	for (size_t i = 0; i < g->move_count; i++)
		leads[i] = (struct regroup_lead_put_in){ w->publisher, regroup, g->moves[i].lead,
							 g->moves[i].from, g->moves[i].to };
	for (size_t i = 0; i < g->pair_count; i++) {
		const struct customer_pair *p = &g->pairs[i];

		pairs[i] = (struct regroup_pair_put_in){ w->publisher, regroup,   p->pair, p->was,
							 p->was_at,    p->was_by, p->state };
	}
	return regroup_put(db, &put, NULL, e) &&
	       (!g->move_count || regroup_lead_put_batch(db, leads, g->move_count, e)) &&
	       (!g->pair_count || regroup_pair_put_batch(db, pairs, g->pair_count, e));
}

static bool move_leads(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
		       struct err *e)
{
	struct member_move_in *moves = ARENA_ARRAY(a, struct member_move_in, g->move_count);
	size_t n = 0;

	for (size_t i = 0; i < g->move_count; i++)
		if (!id_is_null(g->moves[i].to))
			moves[n++] = (struct member_move_in){ g->who.publisher, g->moves[i].lead,
							      g->moves[i].to };
	return !n || member_move_batch(db, moves, n, e);
}

/* ---- customers ---- */

static bool make_missing(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
			 const struct touched *t, struct err *e)
{
	struct customer_state_in *ask = ARENA_ARRAY(a, struct customer_state_in, t->n);
	struct customer_state_row *rows = ARENA_ARRAY(a, struct customer_state_row, t->n);
	struct customer_make_in *puts = ARENA_ARRAY(a, struct customer_make_in, t->n);
	bool *found = ARENA_ARRAY(a, bool, t->n);
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		ask[i] = (struct customer_state_in){ g->who.publisher, t->ids[i] };
	if (t->n && !customer_state_batch(db, ask, t->n, a, rows, found, e))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (!found[i])
			puts[n++] = (struct customer_make_in){ g->who.publisher, t->ids[i],
							       g->who.now_ms };
	return !n || customer_make_batch(db, puts, n, e);
}

static bool drop(struct sql_db *db, const char *publisher, struct id customer, struct err *e)
{
	return override_clear(db, &(struct override_clear_in){ publisher, customer }, NULL, e) &&
	       customer_drop(db, &(struct customer_drop_in){ publisher, customer }, NULL, e);
}

/* Those without a lead point on to where theirs went, or are gone when theirs are. */
static bool settle_emptied(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
			   const struct touched *t, struct err *e)
{
	const char *publisher = g->who.publisher;
	struct member_any_in *ask = ARENA_ARRAY(a, struct member_any_in, t->n);
	struct member_any_row *rows = ARENA_ARRAY(a, struct member_any_row, t->n);
	struct customer_emptied_in *puts = ARENA_ARRAY(a, struct customer_emptied_in, t->n);
	bool *found = ARENA_ARRAY(a, bool, t->n);
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		ask[i] = (struct member_any_in){ publisher, t->ids[i] };
	if (t->n && !member_any_batch(db, ask, t->n, a, rows, found, e))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (found[i])
			continue;
		if (!id_is_null(t->heir[i]))
			puts[n++] =
				(struct customer_emptied_in){ publisher, t->ids[i], t->heir[i] };
		else if (!drop(db, publisher, t->ids[i], e))
			return false;
	}
	return !n || customer_emptied_batch(db, puts, n, e);
}

/* ---- pairs that ask no more ---- */

/* Both its leads are one customer's now. */
static bool settle_pair(struct sql_db *db, const struct customer_regroup *g,
			const struct pair_get_row *p, struct id regroup, struct err *e)
{
	const char *publisher = g->who.publisher;
	struct pair_decide_in gone = { publisher, p->pair_id, "gone", SQL_NULL_INT, NULL };
	struct regroup_pair_put_in told = { publisher,     regroup,       p->pair_id, p->state,
					    p->decided_at, p->decided_by, "gone" };
	char pair[ID_TEXT];

	if (!strcmp(p->state, "different"))
		return ERR(e, ERR_CONFLICT, "customers.different",
			   "%s said that these are different customers (match %s). Undo that, or "
			   "overrule it.",
			   p->decided_by ? p->decided_by : "Somebody", id_text(p->pair_id, pair));
	if (strcmp(p->state, "review") != 0)
		return true;
	return pair_decide(db, &gone, NULL, e) && regroup_pair_put(db, &told, NULL, e);
}

static bool settle_pairs(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
			 const struct touched *t, struct id regroup, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		struct pair_of_customer_in in = { g->who.publisher, t->ids[i] };
		struct pair_get_row *rows;
		size_t n;

		if (!pair_of_customer(db, &in, a, &rows, &n, e))
			return false;
		for (size_t k = 0; k < n; k++)
			if (id_eq(rows[k].customer_a, rows[k].customer_b) &&
			    !settle_pair(db, g, &rows[k], regroup, e))
				return false;
	}
	return true;
}

/* Of those that leads came to or went from, and those that the regroup said something of. */
static bool recount(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
		    const struct touched *t, struct err *e)
{
	struct customer_asked asked = { NULL, 0, 0 };

	for (size_t i = 0; i < t->n; i++)
		customer_asked_add(a, &asked, t->ids[i]);
	for (size_t i = 0; i < g->pair_count; i++)
		if (!asked_by_pair(db, a, g->who.publisher, g->pairs[i].pair, &asked, e))
			return false;
	return customer_recount(db, a, g->who.publisher, &asked, e);
}

/* With ids of the moment of writing: streams look back only a little. */
static bool say_changes(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
			const struct touched *t, struct err *e)
{
	struct change_put_in *puts = ARENA_ARRAY(a, struct change_put_in, t->n + g->pair_count);
	const char *publisher = g->who.publisher;
	int64_t now = clock_now();
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		puts[n++] = (struct change_put_in){ publisher, id_new(now), "customer", t->ids[i],
						    g->verb };
	for (size_t i = 0; i < g->pair_count; i++)
		puts[n++] = (struct change_put_in){ publisher, id_new(now), "match",
						    g->pairs[i].pair, g->verb };
	return !n || change_put_batch(db, puts, n, e);
}

bool customer_regroup(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
		      struct id *ret_regroup, struct err *e)
{
	struct touched t = touched_by(a, g);
	struct id regroup = id_new(g->who.now_ms);

	if (!write_regroup(db, a, g, regroup, e) || !make_missing(db, a, g, &t, e) ||
	    !move_leads(db, a, g, e) || !settle_emptied(db, a, g, &t, e) ||
	    !customer_refresh(db, g->who.publisher, t.ids, t.n, e) ||
	    !settle_pairs(db, a, g, &t, regroup, e) || !recount(db, a, g, &t, e) ||
	    !say_changes(db, a, g, &t, e))
		return false;
	*ret_regroup = regroup;
	return true;
}
