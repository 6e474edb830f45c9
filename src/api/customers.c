/* The list of customers: filters, search, order, cursors. */
#include <stdlib.h>
#include "api/customer.h"
#include "api/lead_read.h"
#include "api/merge.h"
#include "base/limits.h"
#include "understand/understand.h"

#define SEARCHED 2000 /* leads, the newest that match: their customers are the list */

static const char *const sorts[] = { "-last", "last", NULL };

struct customers_in {
	const char *publisher, *q, *country, *email, *sort, *after;
	int64_t since, until, limit;
	bool has_review;
};
FITS(struct customers_in);
const struct field customers_query[] = {
	F_PUBLISHER(struct customers_in),
	F_STR(struct customers_in, q, "q", .max = 200,
	      .help = "Full text of their leads; of many the 2,000 newest."),
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
	return memcmp(x->customer_id.b, y->customer_id.b, sizeof(struct id));
}

static int newest(const void *a, const void *b)
{
	return oldest(b, a);
}

/* ---- sets of customers that a filter finds by itself ---- */

struct set {
	struct id *ids; /* each once, in order */
	size_t n;
	bool asked;
};

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

static void set_close(struct set *s)
{
	size_t n = s->n;

	s->asked = true;
	s->n = 0;
	qsort(s->ids, n, sizeof(*s->ids), by_id);
	for (size_t i = 0; i < n; i++)
		if (!s->n || !id_eq(s->ids[i], s->ids[s->n - 1]))
			s->ids[s->n++] = s->ids[i];
}

static bool in_set(const struct set *s, struct id id)
{
	return !s->asked || bsearch(&id, s->ids, s->n, sizeof(*s->ids), by_id);
}

static int newest_lead(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->seq == y->seq ? 0 : x->seq < y->seq ? 1 : -1;
}

/* Customers of the newest leads that have the words. */
static bool find_words(struct http_request *rq, const char *publisher, const char *q,
		       struct set *ret, struct err *e)
{
	struct lead_ask ask = { .q = q,
				.order = LEAD_ORDER_NEWEST,
				.seq = INT64_MAX,
				.due = INT64_MAX,
				.p = { .publisher = publisher,
				       .limit = SEARCHED,
				       .to = INT64_MAX,
				       .due_below = INT64_MAX } };
	AUTO_MERGE m = { 0 };

	merge_begin(&m, &lead_get_query, newest_lead, SEARCHED, 1, rq->arena);
	if (!lead_read_page(db_of(rq), &ask, 0, &m, rq->arena, e))
		return false;
	ret->ids = ARENA_ARRAY(rq->arena, struct id, m.n);
	for (size_t i = 0; i < m.n; i++)
		ret->ids[ret->n++] = ((const struct lead_page_row *)merge_row(&m, i))->customer_id;
	set_close(ret);
	return true;
}

static bool find_email(struct http_request *rq, const char *publisher, const char *email,
		       struct set *ret, struct err *e)
{
	const char *clean = email_clean(rq->arena, str_of(email));
	const char *key = clean ? email_key(rq->arena, clean) : NULL;
	struct customer_page_row *rows = NULL;
	size_t n = 0;

	if (key && !customer_of_email(db_of(rq),
				      &(struct customer_of_email_in){ publisher, key, LIMIT_PAGE },
				      rq->arena, &rows, &n, e))
		return false;
	ret->ids = ARENA_ARRAY(rq->arena, struct id, n);
	for (size_t i = 0; i < n; i++)
		ret->ids[ret->n++] = rows[i].customer_id;
	set_close(ret);
	return true;
}

/* ---- one publisher's page ---- */

struct page {
	const struct customers_in *in;
	struct customer_list_in at;
	int64_t since, until; /* ms */
	bool rising;
};

static bool fits(const struct page *p, const struct customer_page_row *c)
{
	struct customer_page_row cursor = { .last_at = p->at.at, .customer_id = p->at.id };
	int order = oldest(c, &cursor);

	return (p->rising ? order > 0 : order < 0) && c->last_at >= p->since &&
	       c->last_at <= p->until && (!p->in->has_review || c->reviews > 0) &&
	       (!p->at.country || (c->country && !strcmp(c->country, p->at.country)));
}

/* Those of the smallest set that are in the others: few enough to be sorted here. */
static bool read_sets(struct http_request *rq, const struct page *p, const struct set *sets,
		      size_t n, struct customer_page_row **ret, size_t *ret_n, struct err *e)
{
	const struct set *least = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (sets[i].asked && (!least || sets[i].n < least->n))
			least = &sets[i];
	*ret = ARENA_ARRAY(rq->arena, struct customer_page_row, least ? least->n : 0);
	for (size_t i = 0; least && i < least->n; i++) {
		struct customer_get_in in = { p->at.publisher, least->ids[i] };
		struct customer_page_row row;
		bool all = true;
		int found;

		for (size_t k = 0; k < n; k++)
			all = all && in_set(&sets[k], least->ids[i]);
		found = all ? customer_get(db_of(rq), &in, rq->arena, &row, e) : 0;
		if (found < 0)
			return false;
		if (found && fits(p, &row))
			(*ret)[(*ret_n)++] = row;
	}
	qsort(*ret, *ret_n, sizeof(**ret), p->rising ? oldest : newest);
	if (*ret_n > (size_t)p->at.limit)
		*ret_n = (size_t)p->at.limit;
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
	struct set sets[2] = { { NULL, 0, false } };
	const char *publisher = p->at.publisher;

	if ((p->in->q && !find_words(rq, publisher, p->in->q, &sets[0], e)) ||
	    (p->in->email && !find_email(rq, publisher, p->in->email, &sets[1], e)))
		return false;
	if (sets[0].asked || sets[1].asked)
		return read_sets(rq, p, sets, LL_COUNT(sets), ret, ret_n, e);
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

static bool collect(struct http_request *rq, const struct customers_in *in, struct merge *m,
		    struct err *e)
{
	struct page p = { .in = in, .rising = !strcmp(in->sort, sorts[1]) };
	struct customer_page_row *rows;
	struct scope scope;
	size_t n;

	p.since = in->since == FIELD_NO_INT ? INT64_MIN : in->since;
	p.until = in->until == FIELD_NO_INT ? INT64_MAX : in->until;
	if (!scope_of(rq, in->publisher, &scope, e) || !read_cursor(in->after, &p, e))
		return false;
	p.at.country = in->country;
	p.at.limit = in->limit + 1;
	merge_begin(m, &customer_get_query, p.rising ? oldest : newest, (size_t)p.at.limit, scope.n,
		    rq->arena);
	for (size_t i = 0; i < scope.n; i++) {
		p.at.publisher = scope.publishers[i];
		if (!read_page(rq, &p, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_customers(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct customers_in *in = input;
	const struct customer_page_row *last = NULL;
	AUTO_MERGE m = { 0 };
	char id[ID_TEXT];
	struct json_out o;
	size_t i;

	if (!collect(rq, in, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit; i++) {
		last = merge_row(&m, i);
		json_obj(&o, NULL);
		write_customer_members(&o, last);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_put_z(&o, "next",
		   last && i < m.n ? arena_printf(rq->arena, "%lld.%s", (long long)last->last_at,
						  id_text(last->customer_id, id))
				   : NULL);
	json_end_obj(&o);
	return true;
}
