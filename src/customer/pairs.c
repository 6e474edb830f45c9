/* Lists of moves and pairs that a change gathers. */
#include "customer/parts.h"

void moves_add(struct arena *a, struct moves *m, struct customer_move move)
{
	if (m->n == m->max) {
		struct customer_move *more;

		m->max = m->max ? m->max * 2 : 16;
		more = ARENA_ARRAY(a, struct customer_move, m->max);
		if (m->n)
			memcpy(more, m->at, m->n * sizeof(*more));
		m->at = more;
	}
	m->at[m->n++] = move;
}

static void add(struct arena *a, struct pairs *ps, struct customer_pair p)
{
	if (ps->n == ps->max) {
		struct customer_pair *more;

		ps->max = ps->max ? ps->max * 2 : 16;
		more = ARENA_ARRAY(a, struct customer_pair, ps->max);
		if (ps->n)
			memcpy(more, ps->at, ps->n * sizeof(*more));
		ps->at = more;
	}
	ps->at[ps->n++] = p;
}

static bool decide(struct sql_db *db, struct arena *a, const struct customer_who *w,
		   struct pairs *ps, struct customer_pair p, struct err *e)
{
	struct pair_decide_in in = { w->publisher, p.pair, p.state, w->now_ms, w->actor };

	add(a, ps, p);
	return pair_decide(db, &in, NULL, e);
}

bool pairs_set(struct sql_db *db, struct arena *a, const struct customer_who *w, struct pairs *ps,
	       const struct pair_get_row *p, const char *state, struct err *e)
{
	return decide(
		db, a, w, ps,
		(struct customer_pair){ p->pair_id, p->state, p->decided_by, p->decided_at, state },
		e);
}

bool pairs_tell(struct sql_db *db, struct arena *a, const struct customer_who *w, struct pairs *ps,
		const struct customer_link *l, const char *state, struct err *e)
{
	bool in_order = id_order(l->one, l->other) < 0;
	struct pair_by_leads_in in = { w->publisher, in_order ? l->one : l->other,
				       in_order ? l->other : l->one };
	struct pair_by_leads_row row;
	struct pair_put_in put = { .publisher = w->publisher,
				   .pair = id_new(w->now_ms),
				   .lead_a = in.lead_a,
				   .lead_b = in.lead_b,
				   .state = state,
				   .bits = l->bits,
				   .pattern = l->pattern,
				   .model = l->model,
				   .made_at = w->now_ms,
				   .decided_at = w->now_ms,
				   .decided_by = w->actor };
	int found = pair_by_leads(db, &in, a, &row, e);

	if (found < 0)
		return false;
	if (found) {
		struct pair_weigh_in weigh = { w->publisher, row.pair_id, l->bits, l->pattern,
					       l->model };

		return (!l->pattern || pair_weigh(db, &weigh, NULL, e)) &&
		       decide(db, a, w, ps,
			      (struct customer_pair){ row.pair_id, row.state, row.decided_by,
						      row.decided_at, state },
			      e);
	}
	add(a, ps, (struct customer_pair){ put.pair, NULL, NULL, SQL_NULL_INT, state });
	return pair_put(db, &put, NULL, e);
}

bool pairs_part(struct sql_db *db, struct arena *a, const struct customer_who *w, struct pairs *ps,
		struct id x, struct id y, struct err *e)
{
	return pairs_tell(db, a, w, ps, &(struct customer_link){ .one = x, .other = y },
			  "different", e);
}

bool regroup_now(struct sql_db *db, struct arena *a, const struct customer_who *w, const char *verb,
		 int64_t n, const struct moves *m, const struct pairs *ps,
		 struct customer_change *ret, struct err *e)
{
	struct customer_regroup g = { .who = *w,
				      .verb = verb,
				      .n = n,
				      .moves = m->at,
				      .move_count = m->n,
				      .pairs = ps->at,
				      .pair_count = ps->n };

	ret->moves = m->at;
	ret->move_count = m->n;
	return customer_regroup(db, a, &g, &ret->regroup, e);
}
