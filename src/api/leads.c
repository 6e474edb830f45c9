#include "api/handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/limits.h"
#include "understand/understand.h"

static const char *const sorts[] = { "received", "-received", "due", "-due", NULL };
static const char *const response_choices[] = { "owed", "overdue", NULL };

struct leads_in {
	const char *publisher, *offer, *source, *action, *kind, *status, *substatus, *owner,
		*customer, *country, *q, *sort, *response, *after;
	bool test, unread;
	int64_t since, until, limit;
};
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

size_t leads_query_size(void)
{
	return sizeof(struct leads_in);
}

static void write_customer(struct json_out *o, const struct lead_page_row *l)
{
	json_obj(o, "customer");
	json_put_id(o, "id", &l->customer_id);
	json_put_z(o, "firstName", l->first_name);
	json_put_z(o, "lastName", l->last_name);
	json_put_z(o, "email", l->email);
	json_put_z(o, "phone", l->phone);
	json_put_z(o, "country", l->country);
	json_put_z(o, "company", l->company);
	json_put_z(o, "title", l->title);
	json_end_obj(o);
}

static void write_flags(struct json_out *o, int64_t flags)
{
	json_list(o, "flags");
	for (int i = 0; i < FLAG_COUNT; i++)
		if (flags & INT64_C(1) << i)
			json_put_z(o, NULL, flag_text((enum flag)(1 << i)));
	json_end_list(o);
}

static void write_lead_members(struct json_out *o, const struct lead_page_row *l, int64_t now_ms)
{
	char offer[LIMIT_ID * 2 + 2];

	snprintf(offer, sizeof(offer), "%s.%s", l->publisher_id, l->offer_id);
	json_put_id(o, "id", &l->lead_id);
	json_put_z(o, "publisher", l->publisher_id);
	json_obj(o, "offer");
	json_put_z(o, "id", offer);
	json_put_z(o, "title", l->offer_title);
	json_end_obj(o);
	json_put_z(o, "source", l->source);
	json_put_z(o, "action", l->action);
	json_put_z(o, "kind", l->kind);
	json_put_z(o, "leadSource", l->lead_source);
	json_put_z(o, "description", l->description);
	json_put_time(o, "receivedAt", l->received_at);
	json_put_time(o, "touchedAt", l->touched_at);
	json_put_int(o, "touches", l->touches);
	json_put_bool(o, "test", l->test);
	json_put_bool(o, "doNotContact", l->dnc);
	json_put_bool(o, "bought", l->bought);
	json_put_bool(o, "hot", l->hot);
	json_put_time(o, "warmUntil", l->warm_until);
	json_put_bool(o, "unread", l->read_at == SQL_NULL_INT);
	json_put_z(o, "status", l->status);
	json_put_z(o, "substatus", l->substatus);
	json_put_id(o, "owner", &l->owner_id);
	json_obj(o, "firstResponse");
	json_put_time(o, "dueAt", l->due_at);
	json_put_time(o, "respondedAt", l->responded_at);
	json_put_bool(o, "breached",
		      l->due_at != SQL_NULL_INT &&
			      (l->responded_at == SQL_NULL_INT ? now_ms : l->responded_at) >
				      l->due_at);
	json_end_obj(o);
	write_customer(o, l);
	write_flags(o, l->flags);
}

void write_lead(struct json_out *o, const char *key, const struct lead_page_row *l, int64_t now_ms)
{
	json_obj(o, key);
	write_lead_members(o, l, now_ms);
	json_end_obj(o);
}

/* ---- the list ---- */

enum order { ORDER_NEWEST, ORDER_OLDEST, ORDER_DUE, ORDER_DUE_LAST };
static enum order order_of(const char *sort)
{
	for (int i = 0; sorts[i]; i++)
		if (!strcmp(sorts[i], sort))
			return (const enum order[]){ ORDER_OLDEST, ORDER_NEWEST, ORDER_DUE,
						     ORDER_DUE_LAST }[i];
	return ORDER_NEWEST;
}

/* A cursor is "due.seq"; due is 0 in the orders by receipt. */
static bool read_cursor(const char *after, enum order order, struct lead_page_in *in, struct err *e)
{
	struct str s = str_of(after), due;

	if (!after) {
		bool rising = order == ORDER_OLDEST || order == ORDER_DUE;

		in->seq = rising ? -1 : INT64_MAX;
		in->due = rising ? -1 : INT64_MAX;
		return true;
	}
	if (!str_split(&s, '.', &due) || !str_int(due, &in->due) || !str_int(s, &in->seq))
		return bad_cursor(e);
	return true;
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
		      const struct lead_page_in *p, enum order order, struct lead_page_row **ret,
		      size_t *ret_n, struct err *e)
{
	const char *words = id_is_null(p->customer) ? search_words(rq, in, p->publisher) : NULL;
	struct lead_search_page_in s;

	/* Text without a single word in it finds nothing, rather than everything. */
	if (in->q && !words) {
		*ret_n = 0;
		return true;
	}
	if (!words)
		return lead_page(db_of(rq), leading_filter(p), (enum lead_page_order)order, p,
				 rq->arena, ret, ret_n, e);
	s = (struct lead_search_page_in){ p->publisher, p->seq,      p->due,    p->limit,
					  p->test,      p->since,    p->until,  p->due_below,
					  p->offer,     p->customer, p->owner,  p->status,
					  p->substatus, p->source,   p->action, p->kind,
					  p->country,   p->unread,   words };
	return lead_search_page(db_of(rq), (enum lead_search_page_order)order, &s, rq->arena, ret,
				ret_n, e);
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

static int newest(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return (x->seq < y->seq) - (x->seq > y->seq);
}

static int oldest(const void *a, const void *b)
{
	return -newest(a, b);
}

static int due(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;
	int by = (x->due_sort > y->due_sort) - (x->due_sort < y->due_sort);

	return by ? by : oldest(a, b);
}

static int due_last(const void *a, const void *b)
{
	return -due(a, b);
}

/* Pages of all publishers in scope, merged: each gives its first limit + 1. */
static bool collect(struct http_request *rq, const struct leads_in *in, const struct scope *scope,
		    struct lead_page_row **ret, size_t *ret_n, struct err *e)
{
	static int (*const compare[])(const void *, const void *) = { newest, oldest, due,
								      due_last };
	struct lead_page_row *all = NULL, *rows;
	size_t n = 0, got;

	for (size_t i = 0; i < scope->n; i++) {
		struct lead_page_row *more;
		struct lead_page_in p;
		bool none;

		if (!fill_page(rq, in, scope->publishers[i], &p, &none, e))
			return false;
		if (none)
			continue;
		if (!read_page(rq, in, &p, order_of(in->sort), &rows, &got, e))
			return false;
		if (!got)
			continue;
		more = ARENA_ARRAY(rq->arena, struct lead_page_row, n + got);
		if (n)
			memcpy(more, all, n * sizeof(*all));
		memcpy(more + n, rows, got * sizeof(*rows));
		all = more;
		n += got;
	}
	if (scope->n > 1 && n)
		qsort(all, n, sizeof(*all), compare[order_of(in->sort)]);
	*ret = all;
	*ret_n = n;
	return true;
}

bool h_leads(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct leads_in *in = input;
	struct lead_page_row *rows;
	struct scope scope;
	struct json_out o;
	size_t n, shown;

	if (!scope_of(rq, in->publisher, &scope, e) || !collect(rq, in, &scope, &rows, &n, e))
		return false;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < shown; i++)
		write_lead(&o, NULL, &rows[i], rq->now_ms);
	json_end_list(&o);
	json_put_z(&o, "next",
		   n > shown ? arena_printf(rq->arena, "%lld.%lld",
					    (long long)rows[shown - 1].due_sort,
					    (long long)rows[shown - 1].seq)
			     : NULL);
	json_end_obj(&o);
	return true;
}

/* ---- one lead ---- */

static bool find_lead(struct http_request *rq, struct lead_page_row *ret, struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = lead_get(db_of(rq), &(struct lead_get_in){ scope.publishers[i], id },
				     rq->arena, ret, e);

		if (found != 0)
			return found > 0;
	}
	return not_found("lead", e);
}

struct event {
	int64_t at;
	const char *type;
	struct id receipt, delivery;
	const struct delivery_page_row *d;
};

static int newest_event(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	return (x->at < y->at) - (x->at > y->at);
}

static void write_timeline(struct http_request *rq, struct json_out *o,
			   const struct lead_page_row *l, const struct lead_touches_row *t,
			   size_t touches, const struct delivery_page_row *d, size_t deliveries)
{
	struct event *all = ARENA_ARRAY(rq->arena, struct event, touches + deliveries * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i < touches; i++)
		all[n++] = (struct event){ .at = t[i].at,
					   .type = i ? "touch" : "received",
					   .receipt = t[i].receipt_id };
	if (l->read_at != SQL_NULL_INT)
		all[n++] = (struct event){ .at = l->read_at, .type = "read" };
	for (size_t i = 0; i < deliveries; i++)
		all[n++] = (struct event){ .at = d[i].done_at == SQL_NULL_INT ? d[i].created_at
									      : d[i].done_at,
					   .type = "delivery",
					   .delivery = d[i].delivery_id,
					   .d = &d[i] };
	qsort(all, n, sizeof(*all), newest_event);
	json_list(o, "timeline");
	for (size_t i = 0; i < n; i++) {
		json_obj(o, NULL);
		json_put_time(o, "at", all[i].at);
		json_put_z(o, "type", all[i].type);
		if (!id_is_null(all[i].receipt))
			json_put_id(o, "receipt", &all[i].receipt);
		if (all[i].d) {
			json_put_id(o, "delivery", &all[i].delivery);
			json_obj(o, "detail");
			json_put_z(o, "state", all[i].d->state);
			json_put_z(o, "kind", all[i].d->destination_kind);
			json_put_z(o, "name", all[i].d->destination_name);
			json_end_obj(o);
		}
		json_end_obj(o);
	}
	json_end_list(o);
}

static bool write_others(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
			 struct err *e)
{
	struct lead_page_row *rows;
	struct customer_page_row c;
	size_t n;
	int found;

	if (!lead_others(
		    db_of(rq),
		    &(struct lead_others_in){ l->publisher_id, l->customer_id, l->lead_id, 50 },
		    rq->arena, &rows, &n, e))
		return false;
	found = customer_get(db_of(rq),
			     &(struct customer_get_in){ l->publisher_id, l->customer_id },
			     rq->arena, &c, e);
	if (found < 0)
		return false;
	json_list(o, "otherLeads");
	for (size_t i = 0; i < n; i++)
		write_lead(o, NULL, &rows[i], rq->now_ms);
	json_end_list(o);
	json_obj(o, "match");
	json_put_z(o, "rule", found && c.email_key ? "email" : "none");
	json_put_z(o, "value", found ? c.email_key : NULL);
	json_put_int(o, "leads", found ? c.leads : 1);
	json_end_obj(o);
	return true;
}

/* Every name is there, null where nothing came. */
static void write_texts(struct json_out *o, const struct json *texts)
{
	static const char *const more[] = { "leadSource", "actionCode", "offerTitle", "productId",
					    "description" };

	json_obj(o, "asReceived");
	for (size_t i = 0; i < CONTACT_FIELDS + LL_COUNT(more); i++) {
		const char *name =
			i < CONTACT_FIELDS ? contact_field_text[i] : more[i - CONTACT_FIELDS];
		const struct json *text = json_get(texts, name);

		if (json_kind(text) == JSON_STR)
			json_put_str(o, name, json_str(text));
		else
			json_put_null(o, name);
	}
	json_end_obj(o);
}

static void write_note(struct json_out *o, const struct note *n)
{
	json_obj(o, NULL);
	json_put_z(o, "field", n->field);
	json_put_z(o, "value", n->value);
	json_put_z(o, "raw", n->raw);
	json_put_z(o, "from", n->from);
	json_put_z(o, "rule", n->rule);
	json_put_z(o, "confidence", confidence_text(n->confidence));
	json_end_obj(o);
}

static bool write_first_touch(struct http_request *rq, struct json_out *o,
			      const struct lead_touches_row *t, struct err *e)
{
	AUTO_JSON texts = NULL;
	struct note *notes = NULL;
	size_t n = 0;

	if (t &&
	    (!json_parse(str_of(t->as_received), &texts, e) ||
	     !notes_unpack(rq->arena, str_of(t->notes), str_of(t->as_received), &notes, &n, e)))
		return false;
	write_texts(o, texts);
	json_list(o, "understanding");
	for (size_t i = 0; i < n; i++)
		write_note(o, &notes[i]);
	json_end_list(o);
	return true;
}

bool h_lead(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct delivery_page_row *deliveries;
	struct lead_touches_row *touches;
	struct lead_page_row l;
	size_t n, owed;
	struct id last;
	struct json_out o;

	(void)in;
	memset(&last, 0xFF, sizeof(last));
	if (!find_lead(rq, &l, e) ||
	    !lead_touches(db_of(rq), &(struct lead_touches_in){ l.publisher_id, l.lead_id },
			  rq->arena, &touches, &n, e) ||
	    !delivery_page(db_of(rq), DELIVERY_PAGE_FILTER_LEAD,
			   &(struct delivery_page_in){ .publisher = l.publisher_id,
						       .before = last,
						       .until = last,
						       .limit = LIMIT_PAGE,
						       .lead = l.lead_id },
			   rq->arena, &deliveries, &owed, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_lead_members(&o, &l, rq->now_ms);
	if (!write_first_touch(rq, &o, n ? &touches[0] : NULL, e))
		return false;
	write_timeline(rq, &o, &l, touches, n, deliveries, owed);
	json_list(&o, "deliveries");
	for (size_t i = 0; i < owed; i++)
		write_delivery(&o, NULL, &deliveries[i]);
	json_end_list(&o);
	if (!write_others(rq, &o, &l, e))
		return false;
	json_end_obj(&o);
	return true;
}

struct read_body {
	bool unread;
};
const struct field lead_read_body[] = {
	F_BOOL(struct read_body, unread, "unread", .help = "true: back to unread."),
	F_END,
};

/* Marks read or unread; the counter moves only when the mark does. */
bool h_lead_read(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct read_body *in = input;
	struct lead_read_row was;
	struct lead_unread_row is;
	struct lead_page_row l;
	AUTO_TX tx = { 0 };
	bool test;
	int moved;

	if (!find_lead(rq, &l, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	if (in->unread) {
		moved = lead_unread(db_of(rq),
				    &(struct lead_unread_in){ l.publisher_id, l.lead_id },
				    rq->arena, &is, e);
		test = moved > 0 && is.test;
	} else {
		moved = lead_read(db_of(rq),
				  &(struct lead_read_in){ l.publisher_id, l.lead_id, rq->now_ms },
				  rq->arena, &was, e);
		test = moved > 0 && was.test;
	}
	if (moved < 0)
		return false;
	if (moved && !test &&
	    !counter_add(
		    db_of(rq),
		    &(struct counter_add_in){ l.publisher_id, "leads.unread", in->unread ? 1 : -1 },
		    NULL, e))
		return false;
	if (moved &&
	    !say_change(rq, l.publisher_id, "lead", l.lead_id, in->unread ? "unread" : "read", e))
		return false;
	if (!sql_commit(&tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	reply->status = 204;
	return true;
}
