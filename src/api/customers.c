/* The list of customers: filters, search, order, cursors. */
#include <stdlib.h>
#include "api/customer.h"
#include "api/customer_search.h"
#include "api/merge.h"
#include "base/limits.h"
#include "understand/understand.h"

static const char *const sorts[] = { "-last", "last", NULL };

FITS(struct customers_in);
const struct field customers_query[] = {
	F_PUBLISHER(struct customers_in),
	F_STR(struct customers_in, q, "q", .max = 200,
	      .help = "Full text of their leads, which give the order: by the newest of a "
		      "customer's that has the words, with sort=last by the oldest. A page may be "
		      "short, and next say that there are more."),
	F_STR(struct customers_in, country, "country", .min = 2, .max = 2,
	      .help = "ISO 3166-1 alpha-2"),
	F_STR(struct customers_in, email, "email", .max = LIMIT_EMAIL,
	      .help = "This mailbox, however it is spelt."),
	F_TIME(struct customers_in, since, "since", .help = "Last heard of at this time or later."),
	F_TIME(struct customers_in, until, "until",
	       .help = "Last heard of at this time or earlier."),
	F_BOOL(struct customers_in, has_review, "hasReview", .def = "false",
	       .help = "Only those that may be the same as another one."),
	F_CHOICE(struct customers_in, sort, "sort", .choices = sorts, .def = "-last",
		 .help = "By the last lead."),
	F_PAGE(struct customers_in),
	F_END,
};

void write_customer_members(struct json_out *o, const struct customer_page_row *c)
{
	json_put_id(o, "id", &c->customer_id);
	json_put_z(o, "publisher", c->publisher_id);
	json_put_z(o, "firstName", c->first_name);
	json_put_z(o, "lastName", c->last_name);
	json_put_z(o, "email", c->email);
	json_put_z(o, "phone", c->phone);
	json_put_z(o, "country", c->country);
	json_put_z(o, "company", c->company);
	json_put_z(o, "title", c->title);
	json_put_int(o, "leads", c->leads);
	json_put_time(o, "createdAt", c->created_at);
	json_put_time(o, "lastAt", c->last_at);
}

static int oldest(const void *a, const void *b)
{
	const struct customer_page_row *x = a, *y = b;

	if (x->last_at != y->last_at)
		return x->last_at > y->last_at ? 1 : -1;
	return id_order(x->customer_id, y->customer_id);
}

static int newest(const void *a, const void *b)
{
	return oldest(b, a);
}

/* ---- one publisher's page ---- */

struct page {
	const struct customers_in *in;
	struct customer_list_in at;
	int64_t since, until; /* ms */
	bool rising;
};

static bool after_cursor(const struct page *p, const struct customer_page_row *c)
{
	struct customer_page_row cursor = { .last_at = p->at.at, .customer_id = p->at.id };
	int order = oldest(c, &cursor);

	return p->rising ? order > 0 : order < 0;
}

static bool fits(const void *page, const struct customer_page_row *c)
{
	const struct page *p = page;

	return c->last_at >= p->since && c->last_at <= p->until &&
	       (!p->in->has_review || c->reviews > 0) &&
	       (!p->at.country || (c->country && !strcmp(c->country, p->at.country)));
}

/* Those of a mailbox: few enough to be sorted here. */
static bool read_mailbox(struct http_request *rq, const struct page *p,
			 struct customer_page_row **ret, size_t *ret_n, struct err *e)
{
	const char *clean = email_clean(rq->arena, str_of(p->in->email));
	struct customer_of_email_in in = { p->at.publisher,
					   clean ? email_key(rq->arena, clean) : NULL, LIMIT_PAGE };
	size_t n = 0, all = 0;
	struct lead_words words;

	*ret_n = 0;
	if (p->in->q && !customer_words(rq, p->at.publisher, p->in->q, &words, e))
		return false;
	if (in.email_key && !customer_of_email(db_of(rq), &in, rq->arena, ret, &all, e))
		return false;
	for (size_t i = 0; i < all; i++) {
		const struct customer_page_row *c = &(*ret)[i];
		int has = after_cursor(p, c) && fits(p, c);

		if (has && p->in->q)
			has = customer_has_words(rq, p->at.publisher, c->customer_id, &words, e);
		if (has < 0)
			return false;
		if (has)
			(*ret)[n++] = *c;
	}
	if (n)
		qsort(*ret, n, sizeof(**ret), p->rising ? oldest : newest);
	*ret_n = n < (size_t)p->at.limit ? n : (size_t)p->at.limit;
	return true;
}

/* By hasReview, and by whether there is a country. */
static const enum customer_list_filter filters[2][2] = {
	{ CUSTOMER_LIST_FILTER_ANY, CUSTOMER_LIST_FILTER_COUNTRY },
	{ CUSTOMER_LIST_FILTER_REVIEW, CUSTOMER_LIST_FILTER_REVIEW_COUNTRY },
};

static bool read_page(struct http_request *rq, const struct page *p, struct arena *a,
		      struct customer_page_row **ret, size_t *ret_n, struct err *e)
{
	if (p->in->email)
		return read_mailbox(rq, p, ret, ret_n, e);
	return customer_list(db_of(rq), filters[p->in->has_review][p->at.country != NULL],
			     p->rising ? CUSTOMER_LIST_ORDER_OLDEST : CUSTOMER_LIST_ORDER_NEWEST,
			     &p->at, a, ret, ret_n, e);
}

/* A cursor is "last_at.id"; one of another span of time begins at this one's edge. */
static bool read_cursor(const char *after, struct page *p, struct err *e)
{
	struct str s = str_of(after), at;
	int64_t from = p->rising ? p->since : p->until;
	bool inside;

	p->at.edge = p->rising ? p->until : p->since;
	if (after &&
	    (!str_split(&s, '.', &at) || !str_int(at, &p->at.at) || !id_parse(s, &p->at.id)))
		return bad_cursor(e);
	inside = after && (p->rising ? p->at.at >= from : p->at.at <= from);
	if (!inside) {
		p->at.at = from;
		p->at.id = p->rising ? ID_NULL : id_last(ID_MS_MAX);
	}
	return true;
}

static struct page page_of(const struct customers_in *in)
{
	struct page p = { .in = in, .rising = !strcmp(in->sort, sorts[1]) };

	p.since = in->since == FIELD_NO_INT ? INT64_MIN : in->since;
	p.until = in->until == FIELD_NO_INT ? INT64_MAX : in->until;
	p.at.country = in->country;
	p.at.limit = in->limit + 1;
	return p;
}

static bool collect(struct http_request *rq, const struct scope *scope, struct page *p,
		    struct merge *m, struct err *e)
{
	struct customer_page_row *rows = NULL;
	size_t n;

	if (!read_cursor(p->in->after, p, e))
		return false;
	merge_begin(m, &customer_get_query, p->rising ? oldest : newest, (size_t)p->at.limit,
		    scope->n, rq->arena);
	for (size_t i = 0; i < scope->n; i++) {
		p->at.publisher = scope->publishers[i];
		if (!read_page(rq, p, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

static void write_items(struct json_out *o, struct merge *m, size_t limit)
{
	json_list(o, "items");
	for (size_t i = 0; i < m->n && i < limit; i++) {
		json_obj(o, NULL);
		write_customer_members(o, merge_row(m, i));
		json_end_obj(o);
	}
	json_end_list(o);
}

static bool reply_list(struct http_request *rq, const struct scope *scope, struct page *p,
		       struct http_reply *reply, struct err *e)
{
	size_t limit = (size_t)p->in->limit;
	const char *next = NULL;
	AUTO_MERGE m = { 0 };
	char id[ID_TEXT];
	struct json_out o;

	if (!collect(rq, scope, p, &m, e))
		return false;
	if (m.n > limit) {
		const struct customer_page_row *last = merge_row(&m, limit - 1);

		next = arena_printf(rq->arena, "%lld.%s", (long long)last->last_at,
				    id_text(last->customer_id, id));
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_items(&o, &m, limit);
	json_put_z(&o, "next", next);
	json_end_obj(&o);
	return true;
}

/* ---- those that words find ---- */

struct hit {
	int64_t seq;
	bool oldest;
	const struct customer_page_row *row;
};

/* Publishers stand in the order of their ids where their leads are of one place. */
static int by_lead(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->seq != y->seq)
		return (x->seq < y->seq) == x->oldest ? -1 : 1;
	return strcmp(x->row->publisher_id, y->row->publisher_id);
}

/* "seq", and with several publishers ".publisher", as of leads. */
static bool read_lead_cursor(const char *after, struct customer_search *s, struct err *e)
{
	struct str rest = str_of(after), seq;

	s->seq = customer_search_start(s->oldest);
	if (!after)
		return true;
	if (!str_split(&rest, '.', &seq) || !str_int(seq, &s->seq) || s->seq < 0 ||
	    s->seq == INT64_MAX)
		return bad_cursor(e);
	if (rest.p && strcmp(s->publisher, rest.p) > 0)
		s->seq += s->oldest ? -1 : 1;
	return true;
}

/* The first of all, in the order of their leads. */
struct hits {
	struct hit *at;
	size_t n, keep;
	struct arena *own, *next; /* of what is kept, of what will be */
	bool more;                /* a publisher has leads behind stop that nobody looked at */
	int64_t stop;
};

static void hits_end(struct hits *h)
{
	arena_free(h->own);
	arena_free(h->next);
}
#define AUTO_HITS LL_CLEANUP(hits_end) struct hits

static void merge_found(struct hits *h, const struct customer_found *f, bool oldest_first)
{
	struct arena *was = h->own;
	struct hit *all = ARENA_ARRAY(h->next, struct hit, h->n + f->n);

	if (h->n)
		memcpy(all, h->at, h->n * sizeof(*all));
	for (size_t i = 0; i < f->n; i++)
		all[h->n++] = (struct hit){ f->seq[i], oldest_first, &f->row[i] };
	qsort(all, h->n, sizeof(*all), by_lead);
	h->n = h->n < h->keep ? h->n : h->keep;
	for (size_t i = 0; i < h->n; i++)
		all[i].row = row_keep(h->next, &customer_get_query, all[i].row);
	h->at = all;
	h->own = h->next;
	h->next = was;
	arena_reset(was);
}

static void add_found(struct hits *h, const struct customer_found *f, bool oldest_first)
{
	if (f->n)
		merge_found(h, f, oldest_first);
	if (f->more && (!h->more || (f->stop < h->stop) == oldest_first))
		h->stop = f->stop;
	h->more = h->more || f->more;
}

static bool search_all(struct http_request *rq, const struct scope *scope, const struct page *p,
		       struct hits *h, struct err *e)
{
	AUTO_ARENA each = arena_new("customers", LIMIT_ARENA_REQUEST);

	for (size_t i = 0; i < scope->n; i++) {
		struct customer_search s = { .publisher = scope->publishers[i],
					     .q = p->in->q,
					     .oldest = p->rising,
					     .limit = (size_t)p->at.limit,
					     .fits = fits,
					     .narrow = p->at.country || p->in->has_review ||
						       p->in->since != FIELD_NO_INT ||
						       p->in->until != FIELD_NO_INT,
					     .ctx = p };
		struct customer_found f;

		arena_reset(each);
		if (!read_lead_cursor(p->in->after, &s, e) ||
		    !customer_search(db_of(rq), each, &s, &f, e))
			return false;
		add_found(h, &f, p->rising);
	}
	while (h->more && h->n && h->at[h->n - 1].seq != h->stop &&
	       (h->at[h->n - 1].seq > h->stop) == p->rising)
		h->n--;
	return true;
}

static bool reply_found(struct http_request *rq, const struct scope *scope, const struct page *p,
			struct http_reply *reply, struct err *e)
{
	size_t limit = (size_t)p->in->limit;
	AUTO_HITS h = { .keep = limit + 1,
			.own = arena_new("hits", LIMIT_ARENA_REQUEST),
			.next = arena_new("hits", LIMIT_ARENA_REQUEST) };
	const char *next = NULL;
	struct json_out o;

	if (!search_all(rq, scope, p, &h, e))
		return false;
	if (h.n > limit)
		next = arena_printf(rq->arena, "%lld%s%s", (long long)h.at[limit - 1].seq,
				    scope->n > 1 ? "." : "",
				    scope->n > 1 ? h.at[limit - 1].row->publisher_id : "");
	else if (h.more)
		next = arena_printf(rq->arena, "%lld", (long long)h.stop);
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < h.n && i < limit; i++) {
		json_obj(&o, NULL);
		write_customer_members(&o, h.at[i].row);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_put_z(&o, "next", next);
	json_end_obj(&o);
	return true;
}

bool h_customers(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct customers_in *in = input;
	struct page p = page_of(in);
	struct scope scope;

	if (is_limited(rq))
		return reply_customers_in_reach(rq, in, !strcmp(in->sort, sorts[1]), reply, e);
	if (!scope_of(rq, in->publisher, &scope, e))
		return false;
	return in->q && !in->email ? reply_found(rq, &scope, &p, reply, e)
				   : reply_list(rq, &scope, &p, reply, e);
}
