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

#define PART_FEW 4000 /* leads of a part of a reach that are sorted by their changes */

/* Whole rows are taken up for those only that are kept, when all parts have given their places. */
struct place {
	int64_t key;
	struct id id;
	enum { LISTED, CHANGED, ELSEWHERE } how; /* ELSEWHERE: changed since, it stands there */
	const char *publisher;                   /* CHANGED */
	size_t row;                              /* LISTED: in the merge */
};

static int by_place(int64_t x, const struct id *a, int64_t y, const struct id *b)
{
	return x == y ? id_order(*a, *b) : x < y ? -1 : 1;
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

/* The lead list's rows from where the walk stands, in m. */
static bool list_rows(const struct referral_walk *w, size_t n, struct merge *m, struct place *ret,
		      size_t *ret_n, struct err *e)
{
	struct lead_text text = { 0 };

	merge_begin(m, &lead_get_query, w->order.rising ? row_rising : row_falling, n, w->parts.n,
		    w->rq->arena);
	for (size_t i = 0; i < w->parts.n; i++) {
		const struct reach_part *part = &w->parts.all[i];
		struct lead_ask ask = ask_of(w, part->publisher, n);

		ask.text = &text;
		if (!reach_narrow(part, &ask.p))
			continue;
		if (!lead_read_page(db_of(w->rq), &ask, i, m, w->rq->arena, e))
			return false;
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct lead_page_row *l = merge_row(m, i);
		bool elsewhere = w->order.updated && l->updated_seq != SQL_NULL_INT;

		ret[i] = (struct place){ l->seq, l->lead_id, elsewhere ? ELSEWHERE : LISTED, NULL,
					 i };
	}
	*ret_n = m->n;
	return true;
}

/* A part with few leads is sorted; of one with many, few of the last changes are others'. */
static bool part_of(const struct referral_walk *w, const struct reach_part *part,
		    enum lead_updated_page_part *ret, struct err *e)
{
	static const enum lead_updated_page_part leads[] = {
		[REACH_BY_NOTHING] = LEAD_UPDATED_PAGE_PART_ANY,
		[REACH_BY_OWNER] = LEAD_UPDATED_PAGE_PART_OWNER,
		[REACH_BY_TEAM] = LEAD_UPDATED_PAGE_PART_TEAM,
		[REACH_BY_OFFER] = LEAD_UPDATED_PAGE_PART_OFFER,
	};
	int few = reach_has_few(db_of(w->rq), w->rq->arena, part, PART_FEW, e);

	*ret = leads[few > 0 ? reach_by(part) : REACH_BY_NOTHING];
	return few >= 0;
}

/*
 * The first n places of those that have changed, of all parts. ret: room for 2 n. *ret_whole: no
 * part has more.
 */
static bool changed_places(const struct referral_walk *w, size_t n, struct place *ret,
			   size_t *ret_n, bool *ret_whole, struct err *e)
{
	enum lead_updated_page_order order =
		w->order.rising ? LEAD_UPDATED_PAGE_ORDER_OLDEST : LEAD_UPDATED_PAGE_ORDER_NEWEST;

	*ret_n = 0;
	*ret_whole = true;
	for (size_t i = 0; i < w->parts.n; i++) {
		ARENA_SCOPE(w->rq->arena);
		const struct reach_part *part = &w->parts.all[i];
		struct lead_updated_page_in in = { part->publisher, w->from,     w->to,
						   (int64_t)n,      part->owner, part->team,
						   part->offer };
		struct lead_updated_page_row *rows;
		size_t count;

		enum lead_updated_page_part lead;

		if (!part_of(w, part, &lead, e) ||
		    !lead_updated_page(db_of(w->rq), lead, order, &in, w->rq->arena, &rows, &count,
				       e))
			return false;
		for (size_t k = 0; k < count; k++)
			ret[(*ret_n)++] = (struct place){ rows[k].updated_seq, rows[k].lead_id,
							  CHANGED, part->publisher, 0 };
		qsort(ret, *ret_n, sizeof(*ret), w->order.rising ? rising : falling);
		*ret_whole = *ret_whole && count < n && *ret_n <= n;
		*ret_n = *ret_n < n ? *ret_n : n;
	}
	return true;
}

/* The leads of n places, those that have changed by their ids. */
static bool take_up(const struct referral_walk *w, const struct merge *m, const struct place *all,
		    size_t n, const struct lead_page_row **ret, struct err *e)
{
	struct arena *a = w->rq->arena;
	struct lead_get_in *asks = ARENA_ARRAY(a, struct lead_get_in, n);
	size_t count = 0, at = 0;
	struct lead_page_row *leads;
	bool *found;

	for (size_t i = 0; i < n; i++)
		if (all[i].how == CHANGED)
			asks[count++] = (struct lead_get_in){ all[i].publisher, all[i].id };
	leads = ARENA_ARRAY(a, struct lead_page_row, count);
	found = ARENA_ARRAY(a, bool, count);
	if (count && !lead_get_batch(db_of(w->rq), asks, count, a, leads, found, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ret[i] = NULL;
		if (all[i].how == LISTED)
			ret[i] = merge_keep(m, all[i].row);
		else if (all[i].how == CHANGED && found[at++])
			ret[i] = &leads[at - 1];
	}
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
	size_t most = n + 1, count, more = 0, kept = 0;
	struct place *all = ARENA_ARRAY(w->rq->arena, struct place, 3 * most);
	AUTO_MERGE m = { 0 };
	bool whole = true;

	narrow(w);
	if (!list_rows(w, most, &m, all, &count, e) ||
	    (w->order.updated && !changed_places(w, most, all + count, &more, &whole, e)))
		return false;
	w->ended = count < most && whole;
	count += more;
	qsort(all, count, sizeof(*all), w->order.rising ? rising : falling);
	for (size_t i = 0; i < count && kept < n; i++) {
		if (walked(w, all[i].key, &all[i].id))
			continue;
		all[kept++] = all[i];
		w->key = all[i].key;
		w->lead = all[i].id;
	}
	w->ended = w->ended && kept < n;
	*ret_n = kept;
	return take_up(w, &m, all, kept, ret_leads, e);
}
