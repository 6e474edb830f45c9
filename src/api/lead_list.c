/* The lead list: filters, search, order, cursors. */
#include "api/handlers.h"

#include "api/merge.h"
#include "base/limits.h"
#include "understand/understand.h"

/* A page of the longest texts ends before its reply would be too long; its cursor goes on there. */
#define REPLY_ENOUGH (LIMIT_REPLY / 2)

static const char *const sorts[] = { "received", "-received", "due", "-due", NULL };
static const char *const response_choices[] = { "owed", "overdue", NULL };

struct leads_in {
	const char *publisher, *offer, *source, *action, *kind, *status, *substatus, *owner,
		*customer, *country, *q, *sort, *response, *after;
	bool test, unread;
	int64_t since, until, limit;
};
FITS(struct leads_in);
static const char *const kinds[] = {
	"interest", "active", "trial", "information", "unknown", NULL
};
static const char *const statuses[] = { "New", "Active", "Closed", NULL };
const struct field leads_query[] = {
	F_PUBLISHER(struct leads_in),
	F_STR(struct leads_in, offer, "offer", .max = LIMIT_ID * 2, .help = "publisher.offer"),
	F_STR(struct leads_in, source, "source", .max = LIMIT_CODE,
	      .help = "Canonical source: AppSource …"),
	F_STR(struct leads_in, action, "action", .max = LIMIT_CODE,
	      .help = "Canonical action: PLT …"),
	F_CHOICE(struct leads_in, kind, "kind", .choices = kinds,
		 .help = "What the customer did, seen as a whole."),
	F_CHOICE(struct leads_in, status, "status", .choices = statuses,
		 .help = "How far the work is."),
	F_STR(struct leads_in, substatus, "substatus", .max = LIMIT_CODE, .help = "Received …"),
	F_STR(struct leads_in, owner, "owner", .max = 36, .help = "Id of a user"),
	F_STR(struct leads_in, customer, "customer", .max = 36, .help = "Id of a customer"),
	F_STR(struct leads_in, country, "country", .min = 2, .max = 2,
	      .help = "ISO 3166-1 alpha-2"),
	F_BOOL(struct leads_in, test, "test", .def = "false",
	       .help = "Test leads instead of real ones."),
	F_BOOL(struct leads_in, unread, "unread", .def = "false",
	       .help = "Only leads that nobody has opened."),
	F_CHOICE(struct leads_in, response, "response", .choices = response_choices,
		 .help = "owed: a first response is due; overdue: and its time has passed."),
	F_TIME(struct leads_in, since, "since", .help = "Received at this time or later."),
	F_TIME(struct leads_in, until, "until", .help = "Received at this time or earlier."),
	F_STR(struct leads_in, q, "q", .max = 200,
	      .help = "Full text; two characters of Korean or Chinese do."),
	F_CHOICE(struct leads_in, sort, "sort", .choices = sorts, .def = "-received",
		 .help = "Order of the list."),
	F_PAGE(struct leads_in),
	F_END,
};

enum order { ORDER_NEWEST, ORDER_OLDEST, ORDER_DUE, ORDER_DUE_LAST };
static enum order order_of(const char *sort)
{
	for (int i = 0; sorts[i]; i++)
		if (!strcmp(sorts[i], sort))
			return (const enum order[]){ ORDER_OLDEST, ORDER_NEWEST, ORDER_DUE,
						     ORDER_DUE_LAST }[i];
	return ORDER_NEWEST;
}

/*
 * A cursor is "due.seq", and with several publishers ".publisher" of the last row too: a seq is
 * unique within its publisher only, so that behind a page other ones may have a row at the same
 * place.
 */
static bool read_cursor(const char *after, enum order order, struct lead_page_in *in, struct err *e)
{
	bool rising = order == ORDER_OLDEST || order == ORDER_DUE;
	struct str s = str_of(after), due, seq;

	if (!after) {
		in->seq = rising ? -1 : INT64_MAX;
		in->due = rising ? -1 : INT64_MAX;
		return true;
	}
	if (!str_split(&s, '.', &due) || !str_int(due, &in->due) || !str_split(&s, '.', &seq) ||
	    !str_int(seq, &in->seq) || in->seq < 0 || in->seq == INT64_MAX)
		return bad_cursor(e);
	/* Publishers stand in the order of their ids: what comes behind this one at the same place.
	 */
	if (s.p && strcmp(in->publisher, s.p) > 0)
		in->seq += rising ? -1 : 1;
	return true;
}

static const char *write_cursor(struct http_request *rq, const struct lead_page_row *l, bool many)
{
	return arena_printf(rq->arena, "%lld.%lld%s%s", (long long)l->due_sort, (long long)l->seq,
			    many ? "." : "", many ? l->publisher_id : "");
}

/* Words of q, and of the filters that have no index of their own, as the engine's query text. */
static const char *search_words(struct http_request *rq, const struct leads_in *in,
				const char *publisher)
{
	bool sqlite = sql_engine_of(db_of(rq)) == SQL_SQLITE;
	const char *const filters[][2] = { { "source", in->source },
					   { "action", in->action },
					   { "kind", in->kind },
					   { "country", in->country } };
	AUTO_BUF words = buf_new(LIMIT_TEXT), out = buf_new(LIMIT_TEXT);
	struct str rest, word;
	bool any = false;

	if (in->q)
		search_tokens(rq->arena, str_of(in->q), &words);
	rest = buf_view(&words);
	while (str_split(&rest, ' ', &word)) {
		if (!word.n)
			continue;
		buf_printf(&out, "%s%s" STR_FMT "%s%s", any ? (sqlite ? " AND " : " & ") : "",
			   sqlite ? "\"" : "'", STR_ARG(word), sqlite ? "\"" : "'",
			   word.n < 3 ? ""
			   : sqlite   ? "*"
				      : ":*");
		any = true;
	}
	for (size_t i = 0; i < LL_COUNT(filters); i++) {
		if (!filters[i][1])
			continue;
		buf_printf(&out, sqlite ? "%s\"%s\"" : "%s'%s'",
			   any ? (sqlite ? " AND " : " & ") : "",
			   place_filter_word(rq->arena, filters[i][0], filters[i][1]));
		any = true;
	}
	if (!any)
		return NULL;
	if (sqlite) /* one index for all publishers */
		buf_printf(&out, " AND \"%s\"",
			   place_filter_word(rq->arena, "publisher", publisher));
	return arena_strndup(rq->arena, out.p, out.n);
}

static enum lead_page_filter leading_filter(const struct lead_page_in *p)
{
	if (!id_is_null(p->customer))
		return LEAD_PAGE_FILTER_CUSTOMER;
	if (!id_is_null(p->owner))
		return LEAD_PAGE_FILTER_OWNER;
	if (p->test)
		return LEAD_PAGE_FILTER_TEST;
	if (p->status && strcmp(p->status, "New") != 0)
		return LEAD_PAGE_FILTER_STATUS;
	if (p->offer)
		return LEAD_PAGE_FILTER_OFFER;
	return p->unread ? LEAD_PAGE_FILTER_UNREAD : LEAD_PAGE_FILTER_ANY;
}

static bool read_page(struct http_request *rq, const struct leads_in *in,
		      const struct lead_page_in *p, struct arena *a, struct lead_page_row **ret,
		      size_t *ret_n, struct err *e)
{
	const char *words =
		in->q || id_is_null(p->customer) ? search_words(rq, in, p->publisher) : NULL;
	enum order order = order_of(in->sort);
	struct lead_search_page_in s;

	/* Text without a single word in it finds nothing, rather than everything. */
	if (in->q && !words) {
		*ret_n = 0;
		return true;
	}
	if (!words)
		return lead_page(db_of(rq), leading_filter(p), (enum lead_page_order)order, p, a,
				 ret, ret_n, e);
	s = (struct lead_search_page_in){ p->publisher, p->seq,      p->due,    p->limit,
					  p->test,      p->since,    p->until,  p->due_below,
					  p->offer,     p->customer, p->owner,  p->status,
					  p->substatus, p->source,   p->action, p->kind,
					  p->country,   p->unread,   words };
	return lead_search_page(db_of(rq), (enum lead_search_page_order)order, &s, a, ret, ret_n,
				e);
}

static bool filter_id(const char *text, const char *field, struct id *ret, struct err *e)
{
	if (text && !id_parse(str_of(text), ret))
		return ERR_FIELD(e, ERR_INPUT, "field.id", field, "%s must be an id (a UUID).",
				 field);
	return true;
}

/* The filters for one publisher; *ret_none: nothing of this publisher can fit. */
static bool fill_page(struct http_request *rq, const struct leads_in *in, const char *publisher,
		      struct lead_page_in *p, bool *ret_none, struct err *e)
{
	const char *offer_publisher = NULL;

	*p = (struct lead_page_in){
		.publisher = publisher,
		.limit = in->limit + 1,
		.test = in->test,
		.since = in->since == FIELD_NO_INT ? 0 : in->since,
		.until = in->until == FIELD_NO_INT ? INT64_MAX : in->until,
		.due_below = !in->response                                      ? INT64_MAX
			     : in->response[0] == 'o' && in->response[1] == 'w' ? LEAD_DUE_NONE
										: rq->now_ms,
		.status = in->status,
		.substatus = in->substatus,
		.source = in->source,
		.action = in->action,
		.kind = in->kind,
		.country = in->country,
		.unread = in->unread,
	};
	if (in->offer &&
	    !offer_split(rq->arena, in->offer, "offer", &offer_publisher, &p->offer, e))
		return false;
	*ret_none = offer_publisher && strcmp(offer_publisher, publisher) != 0;
	return filter_id(in->customer, "customer", &p->customer, e) &&
	       filter_id(in->owner, "owner", &p->owner, e) &&
	       read_cursor(in->after, order_of(in->sort), p, e);
}

static int by_publisher(const struct lead_page_row *x, const struct lead_page_row *y)
{
	return strcmp(x->publisher_id, y->publisher_id);
}

static int newest(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->seq == y->seq ? by_publisher(x, y) : x->seq < y->seq ? 1 : -1;
}

static int oldest(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->seq == y->seq ? by_publisher(x, y) : x->seq > y->seq ? 1 : -1;
}

static int due(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->due_sort == y->due_sort ? oldest(a, b) : x->due_sort > y->due_sort ? 1 : -1;
}

static int due_last(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->due_sort == y->due_sort ? newest(a, b) : x->due_sort < y->due_sort ? 1 : -1;
}

/* Pages of all publishers in scope, merged: each gives its first limit + 1. */
static bool collect(struct http_request *rq, const struct leads_in *in, const struct scope *scope,
		    struct merge *m, struct err *e)
{
	static merge_order *const orders[] = { newest, oldest, due, due_last };

	merge_begin(m, &lead_get_query, orders[order_of(in->sort)], (size_t)in->limit + 1, scope->n,
		    rq->arena);
	for (size_t i = 0; i < scope->n; i++) {
		struct lead_page_row *rows = NULL;
		struct lead_page_in p;
		size_t n;
		bool none;

		if (!fill_page(rq, in, scope->publishers[i], &p, &none, e))
			return false;
		if (none)
			continue;
		if (!read_page(rq, in, &p, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_leads(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct leads_in *in = input;
	const struct lead_page_row *last = NULL;
	AUTO_MERGE m = { 0 };
	struct scope scope;
	struct json_out o;
	size_t i;

	if (!scope_of(rq, in->publisher, &scope, e) || !collect(rq, in, &scope, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit && reply->body.n < REPLY_ENOUGH; i++) {
		last = merge_row(&m, i);
		write_lead(&o, NULL, last, rq->now_ms);
	}
	json_end_list(&o);
	json_put_z(&o, "next", last && i < m.n ? write_cursor(rq, last, scope.n > 1) : NULL);
	json_end_obj(&o);
	return true;
}
