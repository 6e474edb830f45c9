/*
 * Customers that a text finds: those of the leads that have its words, in the order of these leads.
 * A customer stands where the first of its leads in that order does, once. So a page reads leads
 * from its cursor on, and only of who has several it asks whether one of them was before.
 */
#include "api/customer_search.h"
#include "api/merge.h"

#define CHUNK_FIRST 100 /* leads that are read at first */
#define CHUNK       500 /* and then: each time the search begins anew */
#define LOOKED_AT                                                                                  \
	500 /* leads whose customers a page looks at, when other filters keep them out             \
	     */

struct walk {
	struct sql_db *db;
	struct arena *arena;
	const struct customer_search *s;
	struct lead_ask ask; /* its seq is how far the walk has come */
	struct lead_text text;
	struct lead_words words;
	struct id *seen; /* customers, each once */
	size_t seen_count, leads;
	struct customer_found *ret;
};

/* Customers that were not seen yet, with the lead that each was found by. */
struct chunk {
	struct id customer[CHUNK];
	int64_t seq[CHUNK];
	struct customer_page_row row[CHUNK];
	bool found[CHUNK];
	size_t n;
	bool last; /* there are no more leads */
};

static bool add_seen(struct walk *w, struct id customer)
{
	for (size_t i = 0; i < w->seen_count; i++)
		if (id_eq(w->seen[i], customer))
			return false;
	w->seen[w->seen_count++] = customer;
	return true;
}

static bool read_leads(struct walk *w, struct chunk *c, struct err *e)
{
	ARENA_SCOPE(w->arena);
	AUTO_MERGE m = { 0 };

	merge_begin(&m, &lead_get_query, lead_orders[w->ask.order], (size_t)w->ask.p.limit, 1,
		    w->arena);
	if (!lead_read_page(w->db, &w->ask, 0, &m, w->arena, e))
		return false;
	c->n = 0;
	for (size_t i = 0; i < m.n; i++) {
		const struct lead_page_row *l = merge_row(&m, i);

		w->ask.seq = l->seq;
		if (!add_seen(w, l->customer_id))
			continue;
		c->customer[c->n] = l->customer_id;
		c->seq[c->n++] = l->seq;
	}
	w->leads += m.n;
	c->last = (int64_t)m.n < w->ask.p.limit;
	w->ask.p.limit = CHUNK;
	return true;
}

static bool read_customers(struct walk *w, struct chunk *c, struct err *e)
{
	struct customer_get_in ask[CHUNK];

	for (size_t i = 0; i < c->n; i++)
		ask[i] = (struct customer_get_in){ w->s->publisher, c->customer[i] };
	return !c->n || customer_get_batch(w->db, ask, c->n, w->arena, c->row, c->found, e);
}

/* Those that a lead before the page was found by were on a page before. */
static bool leave_out_earlier(struct walk *w, struct chunk *c, struct err *e)
{
	struct search_of_customer_in ask[CHUNK];
	struct search_of_customer_row rows[CHUNK];
	bool found[CHUNK];
	size_t at[CHUNK], n = 0;

	if (w->s->seq == customer_search_start(w->s->oldest))
		return true;
	for (size_t i = 0; i < c->n; i++) {
		if (!c->found[i] || c->row[i].leads < 2)
			continue;
		at[n] = i;
		ask[n++] = (struct search_of_customer_in){ w->s->publisher, c->customer[i],
							   w->s->oldest ? INT64_MIN : w->s->seq,
							   w->s->oldest ? w->s->seq : INT64_MAX,
							   w->words.text };
	}
	if (n && !search_of_customer_batch(w->db, ask, n, w->arena, rows, found, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (found[i])
			c->found[at[i]] = false;
	return true;
}

static void keep(struct walk *w, const struct chunk *c)
{
	struct customer_found *f = w->ret;

	for (size_t i = 0; i < c->n && f->n < w->s->limit; i++) {
		if (!c->found[i] || !w->s->fits(w->s->ctx, &c->row[i]))
			continue;
		f->seq[f->n] = c->seq[i];
		f->row[f->n++] = c->row[i];
	}
}

int64_t customer_search_start(bool oldest)
{
	return oldest ? -1 : INT64_MAX;
}

bool customer_search(struct sql_db *db, struct arena *a, const struct customer_search *s,
		     struct customer_found *ret, struct err *e)
{
	struct walk w = { .db = db,
			  .arena = a,
			  .s = s,
			  .ask = { .q = s->q,
				   .order = s->oldest ? LEAD_ORDER_OLDEST : LEAD_ORDER_NEWEST,
				   .seq = s->seq,
				   .due = INT64_MAX,
				   .p = { .publisher = s->publisher,
					  .limit = s->narrow ? CHUNK : CHUNK_FIRST,
					  .to = INT64_MAX,
					  .due_below = INT64_MAX } },
			  .ret = ret };
	struct chunk *c = ARENA_ARRAY(a, struct chunk, 1);

	w.ask.text = &w.text;
	*ret = (struct customer_found){ ARENA_ARRAY(a, int64_t, s->limit),
					ARENA_ARRAY(a, struct customer_page_row, s->limit), 0,
					false, 0 };
	if (!lead_ask_words(db, &w.ask, true, a, &w.words, e))
		return false;
	w.seen = ARENA_ARRAY(a, struct id, LOOKED_AT + CHUNK);
	while (!w.words.none && !c->last && ret->n < s->limit && w.leads < LOOKED_AT) {
		if (!read_leads(&w, c, e) || !read_customers(&w, c, e) ||
		    !leave_out_earlier(&w, c, e))
			return false;
		keep(&w, c);
	}
	ret->more = !w.words.none && !c->last && ret->n < s->limit;
	ret->stop = w.ask.seq;
	return true;
}

bool customer_words(struct http_request *rq, const char *publisher, const char *q,
		    struct lead_words *ret, struct err *e)
{
	struct lead_ask ask = { .q = q, .p = { .publisher = publisher } };

	return lead_ask_words(db_of(rq), &ask, true, rq->arena, ret, e);
}

int customer_has_words(struct http_request *rq, const char *publisher, struct id customer,
		       const struct lead_words *words, struct err *e)
{
	struct search_of_customer_in in = { publisher, customer, INT64_MIN, INT64_MAX,
					    words->text };
	struct search_of_customer_row row;

	return words->none ? 0 : search_of_customer(db_of(rq), &in, rq->arena, &row, e);
}
