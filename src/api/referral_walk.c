/*
 * Leads in the order of a list of referrals. By createdDateTime that is the lead list's own order.
 * By updatedDateTime it is two lists merged: leads that have not changed since they came, in the
 * order of that, and those that have, which have an index of their own.
 *
 * A place in the order is a seq and, where two leads share one, the lead's id: it holds for leads
 * of all publishers.
 */
#include "api/referral.h"

#include <stdlib.h>
#include "api/lead_read.h"

/* lead NULL: it has changed since, and stands elsewhere. */
struct place {
	int64_t key;
	struct id id;
	const struct lead_page_row *lead;
};

static int by_place(int64_t x, const struct id *a, int64_t y, const struct id *b)
{
	return x == y ? memcmp(a->b, b->b, sizeof(a->b)) : x < y ? -1 : 1;
}

static int rising(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return by_place(x->key, &x->id, y->key, &y->id);
}

static int falling(const void *a, const void *b)
{
	return rising(b, a);
}

static int row_rising(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return by_place(x->seq, &x->lead_id, y->seq, &y->lead_id);
}

static int row_falling(const void *a, const void *b)
{
	return row_rising(b, a);
}

/* A lead at the very place where the walk stands, or before: two may share a seq. */
static bool walked(const struct referral_walk *w, int64_t key, const struct id *lead)
{
	int way;

	if (id_is_null(w->lead))
		return false;
	way = by_place(key, lead, w->key, &w->lead);
	return w->order.rising ? way <= 0 : way >= 0;
}

static struct lead_ask ask_of(const struct referral_walk *w, const char *publisher, size_t n)
{
	struct lead_ask ask = {
		.q = w->words,
		.order = w->order.rising ? LEAD_ORDER_OLDEST : LEAD_ORDER_NEWEST,
		.received = w->from > 0 || w->to < INT64_MAX,
		.seq = w->order.rising ? -1 : INT64_MAX,
		.due = w->order.rising ? -1 : INT64_MAX,
		.p = w->filter,
	};

	ask.p.publisher = publisher;
	ask.p.limit = (int64_t)n;
	ask.p.due_below = INT64_MAX;
	ask.p.from = w->from;
	ask.p.to = w->to;
	return ask;
}

/* The lead list's rows from where the walk stands. */
static bool list_rows(const struct referral_walk *w, size_t n, struct place *ret, size_t *ret_n,
		      struct err *e)
{
	struct merge *m = ARENA_NEW(w->rq->arena, struct merge);

	/* One arena: the rows are needed after the merge. */
	merge_begin(m, &lead_get_query, w->order.rising ? row_rising : row_falling, n, 1,
		    w->rq->arena);
	for (size_t i = 0; i < w->parts.n; i++) {
		const struct reach_part *part = &w->parts.all[i];
		struct lead_ask ask = ask_of(w, part->publisher, n);

		if (!reach_narrow(part, &ask.p))
			continue;
		if (!lead_read_page(db_of(w->rq), &ask, i, m, w->rq->arena, e))
			return false;
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct lead_page_row *l = merge_row(m, i);
		bool elsewhere = w->order.updated && l->updated_seq != SQL_NULL_INT;

		ret[i] = (struct place){ l->seq, l->lead_id, elsewhere ? NULL : l };
	}
	*ret_n = m->n;
	return true;
}

/* Of one part of the reach: those that have changed, read by their ids. */
static bool changed_rows(const struct referral_walk *w, const struct reach_part *part, size_t n,
			 struct place *ret, size_t *ret_n, struct err *e)
{
	struct arena *a = w->rq->arena;
	struct lead_updated_page_in in = { part->publisher, w->from,    w->to,      (int64_t)n,
					   part->owner,     part->team, part->offer };
	enum lead_updated_page_order order =
		w->order.rising ? LEAD_UPDATED_PAGE_ORDER_OLDEST : LEAD_UPDATED_PAGE_ORDER_NEWEST;
	struct lead_updated_page_row *rows;
	struct lead_get_in *asks;
	struct lead_page_row *leads;
	bool *found;
	size_t count;

	if (!lead_updated_page(db_of(w->rq), order, &in, a, &rows, &count, e))
		return false;
	asks = ARENA_ARRAY(a, struct lead_get_in, count);
	leads = ARENA_ARRAY(a, struct lead_page_row, count);
	found = ARENA_ARRAY(a, bool, count);
	for (size_t i = 0; i < count; i++)
		asks[i] = (struct lead_get_in){ part->publisher, rows[i].lead_id };
	if (count && !lead_get_batch(db_of(w->rq), asks, count, a, leads, found, e))
		return false;
	for (size_t i = 0; i < count; i++)
		ret[i] = (struct place){ rows[i].updated_seq, rows[i].lead_id,
					 found[i] ? &leads[i] : NULL };
	*ret_n = count;
	return true;
}

/* The bounds, and where the walk stands, in one. */
static void narrow(struct referral_walk *w)
{
	if (id_is_null(w->lead))
		return;
	if (w->order.rising && w->key > w->from)
		w->from = w->key;
	if (!w->order.rising && w->key < w->to)
		w->to = w->key;
}

bool referral_walk_on(struct referral_walk *w, size_t n, const struct lead_page_row **ret_leads,
		      size_t *ret_n, struct err *e)
{
	/* One more: the lead that the walk stands at is found again, and left out. */
	size_t most = n + 1, count, more, kept = 0;
	struct place *all = ARENA_ARRAY(w->rq->arena, struct place, most * (1 + w->parts.n));

	narrow(w);
	if (!list_rows(w, most, all, &count, e))
		return false;
	w->ended = count < most;
	for (size_t i = 0; w->order.updated && i < w->parts.n; i++) {
		if (!changed_rows(w, &w->parts.all[i], most, all + count, &more, e))
			return false;
		w->ended = w->ended && more < most;
		count += more;
	}
	qsort(all, count, sizeof(*all), w->order.rising ? rising : falling);
	for (size_t i = 0; i < count && kept < n; i++) {
		if (walked(w, all[i].key, &all[i].id))
			continue;
		ret_leads[kept++] = all[i].lead;
		w->key = all[i].key;
		w->lead = all[i].id;
	}
	w->ended = w->ended && kept < n;
	*ret_n = kept;
	return true;
}
