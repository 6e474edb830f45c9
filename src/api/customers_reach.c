/*
 * Customers for who does not reach all. One is in reach when one of its leads is; its values and
 * numbers are made of the leads in reach and of nothing else. The list is found by walking these
 * leads in the order of their receipt: a customer stands where its newest lead in reach is.
 */
#include <stdlib.h>
#include "api/customer.h"
#include "api/lead_read.h"
#include "base/limits.h"
#include "place/place.h"
#include "understand/understand.h"

#define SEARCHED  500  /* leads, the newest that match: their customers are the list */
#define LOOKED_AT 2000 /* leads, for one page */
#define MADE      500  /* customers, for one page; or twice its limit */
#define MAILBOX   20   /* customers whose mailbox it is by all leads of a publisher */

/* ---- one ---- */

static int latest(const void *a, const void *b)
{
	const struct golden_leads_row *x = a, *y = b;

	return x->seq == y->seq ? 0 : x->seq < y->seq ? 1 : -1;
}

static void take_lead(struct reached_customer *c, const struct golden_leads_row *r)
{
	c->leads[c->lead_count++] = customer_lead_of(r);
	c->row.leads++;
	if (!c->row.created_at || r->received_at < c->row.created_at)
		c->row.created_at = r->received_at;
	if (r->touched_at > c->row.last_at)
		c->row.last_at = r->touched_at;
}

/* Of a customer with more leads than a golden record looks at: the latest of all parts, so that
 * those in reach are looked at however many others are newer. */
static bool take_many(struct http_request *rq, struct arena *a, const struct parts *parts,
		      struct id id, struct reached_customer *c, struct err *e)
{
	struct reach_span_row all = { 0, 0, 0 }, span;
	AUTO_MERGE m = { 0 };

	merge_begin(&m, &reach_golden_query, latest, CUSTOMER_LEADS, parts->n, a);
	for (size_t i = 0; i < parts->n; i++) {
		const struct reach_part *p = &parts->all[i];
		struct reach_golden_in in = { p->publisher, id,       p->owner,
					      p->team,      p->offer, CUSTOMER_LEADS };
		struct reach_span_in of = { p->publisher, id, p->owner, p->team, p->offer };
		struct golden_leads_row *rows;
		size_t n;

		if (!reach_golden(db_of(rq), &in, merge_arena(&m), &rows, &n, e) ||
		    reach_span(db_of(rq), &of, a, &span, e) < 0)
			return false;
		merge_add(&m, rows, n, i);
		if (span.n && (!all.n || span.first_at < all.first_at))
			all.first_at = span.first_at;
		if (span.last_at > all.last_at)
			all.last_at = span.last_at;
		all.n += span.n;
	}
	for (size_t i = 0; i < m.n; i++)
		take_lead(c, merge_keep(&m, i));
	c->row.leads = all.n;
	c->row.created_at = all.first_at;
	c->row.last_at = all.last_at;
	return true;
}

static void put_values(struct reached_customer *c)
{
	const struct golden_field *f = c->golden.field;

	c->row.email_key = c->golden.email_key;
	c->row.first_name = f[CONTACT_FIRST_NAME].text;
	c->row.last_name = f[CONTACT_LAST_NAME].text;
	c->row.email = f[CONTACT_EMAIL].text;
	c->row.phone = f[CONTACT_PHONE].text;
	c->row.country = f[CONTACT_COUNTRY].text;
	c->row.company = f[CONTACT_COMPANY].text;
	c->row.title = f[CONTACT_TITLE].text;
}

/* They stand publisher by publisher. */
static struct parts parts_in(const struct parts *all, const char *publisher)
{
	struct parts own = { NULL, 0 };

	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->all[i].publisher, publisher)) {
			own.all = own.n ? own.all : &all->all[i];
			own.n++;
		}
	return own;
}

int customer_in_reach(struct http_request *rq, struct arena *a, const struct parts *parts,
		      const char *publisher, struct id id, struct reached_customer *ret,
		      struct err *e)
{
	AUTO_ARENA scratch = arena_new("golden", LIMIT_ARENA_REQUEST);
	struct reach_golden_in in = { .publisher = publisher,
				      .customer = id,
				      .limit = CUSTOMER_LEADS + 1 };
	const struct parts own = parts_in(parts, publisher);
	struct golden_leads_row *rows;
	size_t n;

	*ret = (struct reached_customer){ .row = { .customer_id = id, .publisher_id = publisher },
					  .leads = ARENA_ARRAY(a, struct customer_lead,
							       CUSTOMER_LEADS) };
	if (!reach_golden(db_of(rq), &in, a, &rows, &n, e) ||
	    (n > CUSTOMER_LEADS && !take_many(rq, a, &own, id, ret, e)))
		return -1;
	for (size_t i = 0; i < n && n <= CUSTOMER_LEADS; i++)
		if (reach_holds(own.all, own.n, rows[i].owner_id, rows[i].team_id,
				rows[i].offer_id))
			take_lead(ret, &rows[i]);
	if (!ret->lead_count)
		return 0;
	ret->newest = ret->leads[0].seq;
	customer_golden(a, scratch, ret->leads, ret->lead_count, NULL, &ret->golden);
	put_values(ret);
	return 1;
}

/* ---- the list ---- */

/* What a page takes of a customer. */
struct stands {
	struct customer_page_row row;
	int64_t newest; /* seq of its latest lead in reach; -1: it has none */
};

struct walk {
	struct http_request *rq;
	const struct customers_in *in;
	struct arena *each; /* of the customer that is made: its leads are many */
	struct parts parts;
	const char *words, *email_key; /* "": no mailbox */
	struct id customer;            /* of this one alone; null: any */
	bool rising;
	/* Where it is: the lead that was looked at last. */
	int64_t seq;
	const char *publisher;
	size_t looked;
	/* Those that were made, each once; those of them that are shown. */
	struct stands **made, **shown;
	int64_t *at;
	size_t made_count, made_most, shown_count;
};

/* Words find the newest ones. */
static enum lead_order order_of(const struct walk *w)
{
	return w->rising && !w->words ? LEAD_ORDER_OLDEST : LEAD_ORDER_NEWEST;
}

/* The next leads of a part, real ones or tests, behind the cursor; with words the newest ones. */
static bool read_leads(const struct walk *w, const struct reach_part *part, bool test,
		       size_t source, struct lead_text *text, struct merge *m, struct err *e)
{
	enum lead_order order = order_of(w);
	bool rising = order == LEAD_ORDER_OLDEST;
	struct lead_ask ask = {
		.q = w->words,
		.text = text,
		.order = order,
		.seq = rising ? -1 : INT64_MAX,
		.due = INT64_MAX,
		.received = w->in->since != FIELD_NO_INT || w->in->until != FIELD_NO_INT,
		.p = { .publisher = part->publisher,
		       .limit = (int64_t)m->keep,
		       .test = test,
		       .customer = w->customer,
		       .from = w->in->since == FIELD_NO_INT ? 0 : place_seq(w->in->since, ID_NULL),
		       .to = w->in->until == FIELD_NO_INT
				     ? INT64_MAX
				     : place_seq(w->in->until + 1, ID_NULL) - 1,
		       .due_below = INT64_MAX },
	};

	if (w->publisher && !w->words) {
		ask.seq = w->seq;
		/* Publishers stand in the order of their ids: of the same place, what is behind. */
		if (strcmp(part->publisher, w->publisher) > 0)
			ask.seq += rising ? -1 : 1;
	}
	return !reach_narrow(part, &ask.p) ||
	       lead_read_page(db_of(w->rq), &ask, source, m, w->rq->arena, e);
}

static bool read_all_parts(const struct walk *w, struct merge *m, size_t keep, struct err *e)
{
	struct lead_text text = { 0 };

	merge_begin(m, &lead_get_query, lead_orders[order_of(w)], keep, w->parts.n * 2,
		    w->rq->arena);
	for (size_t i = 0; i < w->parts.n * 2; i++)
		if (!read_leads(w, &w->parts.all[i / 2], i % 2 != 0, i, &text, m, e))
			return false;
	return true;
}

static struct stands *keep(struct arena *a, const struct reached_customer *c, const char *publisher)
{
	struct stands *s = ARENA_NEW(a, struct stands);
	struct customer_page_row row = c->row;

	row.publisher_id = publisher;
	row = *(struct customer_page_row *)row_keep(a, &customer_get_query, &row);
	*s = (struct stands){ row, c->newest };
	return s;
}

/* *ret: the customer of a lead, made once; NULL: no more are made for this page. */
static bool make(struct walk *w, const struct lead_page_row *l, struct stands **ret, struct err *e)
{
	struct reached_customer c;
	int found;

	*ret = NULL;
	for (size_t i = 0; i < w->made_count && !*ret; i++)
		if (id_eq(w->made[i]->row.customer_id, l->customer_id))
			*ret = w->made[i];
	if (*ret || w->made_count == w->made_most)
		return true;
	arena_reset(w->each);
	found = customer_in_reach(w->rq, w->each, &w->parts, l->publisher_id, l->customer_id, &c,
				  e);
	if (found < 0)
		return false;
	c.newest = found ? c.newest : -1; /* given away between the two statements */
	w->made[w->made_count++] = *ret = keep(w->rq->arena, &c, l->publisher_id);
	return true;
}

static bool fits(const struct walk *w, const struct stands *c)
{
	const char *country = w->in->country;

	return (!country || (c->row.country && !strcmp(c->row.country, country))) &&
	       (!w->email_key || (c->row.email_key && !strcmp(c->row.email_key, w->email_key)));
}

/* *ret_full: no more leads are looked at, because the page has all it needs, or for their number.
 */
static bool look_at(struct walk *w, const struct lead_page_row *l, bool stands_here, bool *ret_full,
		    struct err *e)
{
	struct stands *c;

	*ret_full = true;
	if (!make(w, l, &c, e))
		return false;
	if (!c)
		return true;
	if (c->newest >= 0 && (stands_here || c->newest == l->seq) && fits(w, c)) {
		w->at[w->shown_count] = l->seq;
		w->shown[w->shown_count++] = c;
	}
	w->seq = l->seq;
	w->publisher = arena_printf(w->rq->arena, "%s", l->publisher_id);
	w->looked++;
	*ret_full = w->shown_count > (size_t)w->in->limit;
	return true;
}

/* *ret_more: it stopped before the end. */
static bool walk_leads(struct walk *w, bool *ret_more, struct err *e)
{
	size_t chunk = (size_t)w->in->limit + 50;
	bool full = false, end = false;

	while (!full && !end && w->looked < LOOKED_AT) {
		AUTO_MERGE m = { 0 };

		if (!read_all_parts(w, &m, chunk, e))
			return false;
		end = m.n < chunk;
		for (size_t i = 0; i < m.n && !full; i++)
			if (!look_at(w, merge_row(&m, i), false, &full, e))
				return false;
	}
	*ret_more = full || !end;
	return true;
}

static bool before_page(const struct walk *w, const struct lead_page_row *l)
{
	struct lead_page_row cursor = { .publisher_id = w->publisher, .seq = w->seq };
	enum lead_order order = w->rising ? LEAD_ORDER_OLDEST : LEAD_ORDER_NEWEST;

	return w->publisher && lead_orders[order](l, &cursor) <= 0;
}

/* The lead that a customer stands at, each customer once. */
struct stand {
	const struct lead_page_row *lead;
};
struct first {
	struct stand *at;
	size_t n;
};

static bool is_among(const struct first *f, struct id customer)
{
	for (size_t i = 0; i < f->n; i++)
		if (id_eq(f->at[i].lead->customer_id, customer))
			return true;
	return false;
}

static int newest_first(const void *a, const void *b)
{
	const struct stand *x = a, *y = b;

	return lead_orders[LEAD_ORDER_NEWEST](x->lead, y->lead);
}

/* Its newest lead in reach, which has the text if one is asked for. */
static bool add_newest(const struct walk *w, const char *publisher, struct id customer,
		       struct first *f, struct err *e)
{
	struct walk of = *w;
	AUTO_MERGE m = { 0 };

	of.parts = parts_in(&w->parts, publisher);
	of.publisher = NULL;
	of.customer = customer;
	of.words = w->in->q;
	of.rising = false;
	if (!read_all_parts(&of, &m, 1, e))
		return false;
	if (m.n)
		f->at[f->n++].lead = merge_keep(&m, 0);
	return true;
}

/* Words know a mailbox as it was spelt alone. */
static bool add_mailbox(const struct walk *w, struct first *f, struct err *e)
{
	for (size_t i = 0; i < w->parts.n; i++) {
		const char *publisher = w->parts.all[i].publisher;
		struct customer_of_email_in in = { publisher, w->email_key, MAILBOX };
		struct customer_page_row *rows;
		size_t n;

		if (i && !strcmp(publisher, w->parts.all[i - 1].publisher))
			continue;
		if (!customer_of_email(db_of(w->rq), &in, w->rq->arena, &rows, &n, e))
			return false;
		for (size_t k = 0; k < n; k++)
			if (!is_among(f, rows[k].customer_id) &&
			    !add_newest(w, publisher, rows[k].customer_id, f, e))
				return false;
	}
	return true;
}

/* With words: a customer stands where its newest lead is that has them, of as many as are found. */
static bool walk_found(struct walk *w, bool *ret_more, struct err *e)
{
	size_t most = SEARCHED + (w->email_key ? w->parts.n * MAILBOX : 0);
	AUTO_MERGE m = { 0 };
	struct first f = { ARENA_ARRAY(w->rq->arena, struct stand, most), 0 };

	*ret_more = false;
	if (w->email_key && !*w->email_key)
		return true;
	if (!read_all_parts(w, &m, SEARCHED, e))
		return false;
	for (size_t i = 0; i < m.n; i++) {
		const struct lead_page_row *l = merge_row(&m, i);

		if (!is_among(&f, l->customer_id))
			f.at[f.n++].lead = l;
	}
	if (w->email_key && !add_mailbox(w, &f, e))
		return false;
	if (f.n)
		qsort(f.at, f.n, sizeof(*f.at), newest_first);
	for (size_t i = 0; i < f.n && !*ret_more; i++) {
		const struct lead_page_row *l = f.at[w->rising ? f.n - 1 - i : i].lead;

		if (!before_page(w, l) && !look_at(w, l, true, ret_more, e))
			return false;
	}
	return true;
}

/* A cursor is "seq.publisher" of the lead behind which the page begins. */
static bool read_cursor(const char *after, struct walk *w, struct err *e)
{
	struct str s = str_of(after), seq;

	if (!after)
		return true;
	if (!str_split(&s, '.', &seq) || !str_int(seq, &w->seq) || w->seq < 0 ||
	    w->seq == INT64_MAX || !s.n)
		return bad_cursor(e);
	w->publisher = str_dup(w->rq->arena, s);
	return true;
}

static bool begin(struct walk *w, struct err *e)
{
	struct arena *a = w->rq->arena;
	const char *clean, *key;
	struct scope scope;

	if (w->in->has_review)
		return ERR_FIELD(e, ERR_FORBIDDEN, "auth.reach", "hasReview",
				 "Possible duplicates are for those who reach all leads.");
	if (!scope_of(w->rq, w->in->publisher, &scope, e) ||
	    !parts_of(w->rq, &scope, &w->parts, e) || !read_cursor(w->in->after, w, e))
		return false;
	w->made_most = (size_t)w->in->limit * 2 > MADE ? (size_t)w->in->limit * 2 : MADE;
	w->made = ARENA_ARRAY(a, struct stands *, w->made_most);
	w->shown = ARENA_ARRAY(a, struct stands *, (size_t)w->in->limit + 1);
	w->at = ARENA_ARRAY(a, int64_t, (size_t)w->in->limit + 1);
	w->words = w->in->q;
	if (!w->in->email)
		return true;
	clean = email_clean(a, str_of(w->in->email));
	key = clean ? email_key(a, clean) : NULL;
	w->email_key = key ? key : "";
	w->words = arena_printf(a, "%s %s", w->in->q ? w->in->q : "", clean ? clean : "");
	return true;
}

bool reply_customers_in_reach(struct http_request *rq, const struct customers_in *in, bool rising,
			      struct http_reply *reply, struct err *e)
{
	AUTO_ARENA each = arena_new("customer", LIMIT_ARENA_REQUEST);
	struct walk w = { .rq = rq, .in = in, .each = each, .rising = rising };
	size_t limit = (size_t)in->limit;
	bool more;
	struct json_out o;

	if (!begin(&w, e) || !(w.words ? walk_found(&w, &more, e) : walk_leads(&w, &more, e)))
		return false;
	if (w.shown_count > limit) {
		w.seq = w.at[limit - 1];
		w.publisher = w.shown[limit - 1]->row.publisher_id;
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < w.shown_count && i < limit; i++) {
		json_obj(&o, NULL);
		write_customer_members(&o, &w.shown[i]->row);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_put_z(&o, "next",
		   more && w.publisher
			   ? arena_printf(rq->arena, "%lld.%s", (long long)w.seq, w.publisher)
			   : NULL);
	json_end_obj(&o);
	return true;
}

/* ---- the leads of one, as pages show them ---- */

bool leads_in_reach(struct http_request *rq, const char *publisher, struct id customer,
		    struct id but, size_t limit, struct merge *m, struct err *e)
{
	const char *publishers[] = { publisher };
	struct scope scope = { publishers, 1 };
	struct parts parts;

	if (!parts_of(rq, &scope, &parts, e))
		return false;
	merge_begin(m, &lead_get_query, lead_orders[LEAD_ORDER_NEWEST], limit, parts.n, rq->arena);
	for (size_t i = 0; i < parts.n; i++) {
		const struct reach_part *p = &parts.all[i];
		struct lead_others_in in = { publisher, customer, but,     (int64_t)limit,
					     p->owner,  p->team,  p->offer };
		struct lead_page_row *rows;
		size_t n;

		if (!lead_others(db_of(rq), &in, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}
