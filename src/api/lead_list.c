/* The lead list: filters, search, order, cursors. */
#include "api/lead_list.h"

#include "api/lead_read.h"
#include "base/limits.h"
#include "export/export.h"
#include "understand/understand.h"

/* A page of the longest texts ends before its reply would be too long; its cursor goes on there. */
#define REPLY_ENOUGH (LIMIT_REPLY / 2)

static const char *const sorts[] = { "received", "-received", "due", "-due", NULL };
static const char *const response_choices[] = { "owed", "overdue", "warm", NULL };
static const char *const progress_choices[] = { "stalled", "one-attempt", "few-attempts", NULL };
static const char *const quality_choices[] = { "High", "Low", NULL };
static const char *const intent_choices[] = { "Yes", "No", "Have not decided", NULL };

FITS(struct leads_in);
static const char *const kinds[] = {
	"interest", "active", "trial", "information", "unknown", NULL
};
static const char *const statuses[] = { "New", "Active", "Closed", NULL };
/* What is asked of the list and of an export of it. */
/* clang-format off */
#define QUESTION \
	F_PUBLISHER(struct leads_in), \
	F_STR(struct leads_in, offer, "offer", .max = LIMIT_ID * 2, .help = "publisher.offer"), \
	F_STR(struct leads_in, source, "source", .max = LIMIT_CODE, \
	      .help = "Canonical source: AppSource …"), \
	F_STR(struct leads_in, action, "action", .max = LIMIT_CODE, \
	      .help = "Canonical action: PLT …"), \
	F_CHOICE(struct leads_in, kind, "kind", .choices = kinds, \
		 .help = "What the customer did, seen as a whole."), \
	F_CHOICE(struct leads_in, status, "status", .choices = statuses, \
		 .help = "How far the work is."), \
	F_STR(struct leads_in, substatus, "substatus", .max = LIMIT_CODE, .help = "Received …"), \
	F_STR(struct leads_in, owner, "owner", .max = 36, \
	      .help = "Id of a user, or me; none: open ones that nobody owns, by the response " \
		      "clock."), \
	F_STR(struct leads_in, team, "team", .max = 36, .help = "Id of a team."), \
	F_STR(struct leads_in, customer, "customer", .max = 36, .help = "Id of a customer"), \
	F_STR(struct leads_in, country, "country", .min = 2, .max = 2, \
	      .help = "ISO 3166-1 alpha-2"), \
	F_BOOL(struct leads_in, test, "test", .def = "false", \
	       .help = "Test leads instead of real ones."), \
	F_BOOL(struct leads_in, unread, "unread", .def = "false", \
	       .help = "Only leads that nobody has opened."), \
	F_CHOICE(struct leads_in, response, "response", .choices = response_choices, \
		 .help = "owed: a first response is due; overdue: and its time has passed; warm: " \
			 "of a trial that began within the hour."), \
	F_CHOICE(struct leads_in, progress, "progress", .choices = progress_choices, \
		 .help = "stalled: longer in its stage than its target; one-attempt: open after a " \
			 "single one; few-attempts: lost after fewer than its process asks. By " \
			 "time of receipt, not with q or response."), \
	F_BOOL(struct leads_in, favorite, "favorite", .def = "false", \
	       .help = "Only favorites. As progress; so are quality and purchaseIntent."), \
	F_CHOICE(struct leads_in, quality, "quality", .choices = quality_choices, \
		 .help = "How good somebody found it."), \
	F_CHOICE(struct leads_in, intent, "purchaseIntent", .choices = intent_choices, \
		 .help = "Whether the customer means to buy on the marketplace."), \
	F_TIME(struct leads_in, since, "since", .help = "Received at this time or later."), \
	F_TIME(struct leads_in, until, "until", .help = "Received at this time or earlier."), \
	F_STR(struct leads_in, q, "q", .max = 200, \
	      .help = "Full text; two characters of Korean or Chinese do."), \
	F_CHOICE(struct leads_in, sort, "sort", .choices = sorts, \
		 .help = "Order of the list: -received, for owner=none due.")
/* clang-format on */
const struct field leads_query[] = { QUESTION, F_PAGE(struct leads_in), F_END };
const struct field leads_export_query[] = {
	QUESTION,
	F_CHOICE(struct leads_in, format, "format", .choices = export_formats,
		 .flags = FIELD_REQUIRED,
		 .help = "csv is for spreadsheet programs: with a byte order mark, and no text is "
			 "a formula there."),
	F_END,
};

static bool asks_unowned(const struct leads_in *in)
{
	return in->owner && !strcmp(in->owner, "none");
}

static struct lead_marks marks_of(const struct leads_in *in)
{
	return (struct lead_marks){ in->progress, in->favorite, in->quality, in->intent };
}

static bool is_marked(const struct leads_in *in)
{
	struct lead_marks x = marks_of(in);

	return lead_is_marked(&x);
}

static const char *sort_of(const struct leads_in *in)
{
	return in->sort ? in->sort : asks_unowned(in) && !is_marked(in) ? "due" : "-received";
}

static enum lead_order order_of(const struct leads_in *in)
{
	static const enum lead_order orders[] = { LEAD_ORDER_OLDEST, LEAD_ORDER_NEWEST,
						  LEAD_ORDER_RISING, LEAD_ORDER_FALLING };
	/* A test lead has no clock: among them the clock's order is that of receipt. */
	static const enum lead_order of_tests[] = { LEAD_ORDER_OLDEST, LEAD_ORDER_NEWEST,
						    LEAD_ORDER_OLDEST, LEAD_ORDER_NEWEST };

	for (size_t i = 0; sorts[i]; i++)
		if (!strcmp(sorts[i], sort_of(in)))
			return in->test ? of_tests[i] : orders[i];
	return LEAD_ORDER_NEWEST;
}

/*
 * A cursor is "due.seq", and with several publishers ".publisher" of the last row too: a seq is
 * unique within its publisher only, so that behind a page other ones may have a row at the same
 * place.
 */
static bool read_cursor(const char *after, struct lead_ask *ask, struct err *e)
{
	bool rising = ask->order == LEAD_ORDER_OLDEST || ask->order == LEAD_ORDER_RISING;
	struct str s = str_of(after), due, seq;

	if (!after) {
		ask->seq = rising ? -1 : INT64_MAX;
		ask->due = rising ? -1 : INT64_MAX;
		return true;
	}
	if (!str_split(&s, '.', &due) || !str_int(due, &ask->due) || !str_split(&s, '.', &seq) ||
	    !str_int(seq, &ask->seq) || ask->seq < 0 || ask->seq == INT64_MAX)
		return bad_cursor(e);
	/* Publishers stand in the order of their ids: what comes behind this one at the same place.
	 */
	if (s.p && strcmp(ask->p.publisher, s.p) > 0)
		ask->seq += rising ? -1 : 1;
	return true;
}

static const char *write_cursor(struct http_request *rq, const struct lead_page_row *l, bool many)
{
	return arena_printf(rq->arena, "%lld.%lld%s%s", (long long)l->due_sort, (long long)l->seq,
			    many ? "." : "", many ? l->publisher_id : "");
}

static bool filter_id(const char *text, const char *field, struct id *ret, struct err *e)
{
	if (text && !id_parse(str_of(text), ret))
		return ERR_FIELD(e, ERR_INPUT, "field.id", field, "%s must be an id (a UUID).",
				 field);
	return true;
}

/* me: who asks, if that is an account; none is asks_unowned()'s. */
static bool filter_owner(const struct http_request *rq, const char *text, struct id *ret,
			 struct err *e)
{
	if (text && !strcmp(text, "none"))
		return true;
	if (!text || strcmp(text, "me") != 0)
		return filter_id(text, "owner", ret, e);
	*ret = rq->who.user_id;
	return !id_is_null(*ret) ||
	       ERR_FIELD(e, ERR_INPUT, "leads.me", "owner",
			 "owner=me is for people: this token belongs to nobody.");
}

/* A trial is warm for so long after it began, whatever its kind. */
static int64_t warm_ms(void)
{
	int longest = 0;

	for (const struct kind_rule *k = kind_rules; k->kind != KIND_NONE; k++)
		longest = k->warm_min > longest ? k->warm_min : longest;
	return (int64_t)longest * 60 * 1000;
}

/* Times as seqs, whose upper bits they are. */
static int64_t seq_from(int64_t since)
{
	return since == FIELD_NO_INT ? 0 : place_seq(since, (struct id){ 0 });
}

static int64_t seq_to(int64_t until)
{
	return until == FIELD_NO_INT ? INT64_MAX : place_seq(until + 1, (struct id){ 0 }) - 1;
}

static int64_t due_below(const struct leads_in *in, int64_t now_ms)
{
	return !in->response                      ? INT64_MAX
	       : !strcmp(in->response, "overdue") ? now_ms
						  : LEAD_DUE_NONE;
}

/* What warm says of other filters. *ret_none: they let none of it in. */
static void fill_warm(const struct leads_in *in, int64_t now_ms, struct lead_ask *ask,
		      bool *ret_none)
{
	const char *trial = kind_text(KIND_TRIAL);
	int64_t from = seq_from(now_ms - warm_ms());

	if (!in->response || strcmp(in->response, "warm") != 0)
		return;
	*ret_none |= in->kind && strcmp(in->kind, trial) != 0;
	ask->p.kind = trial;
	ask->p.from = from > ask->p.from ? from : ask->p.from;
	ask->received = true;
}

/* The filters for one part of the reach; *ret_none: nothing of it can fit. */
static bool fill_ask(struct http_request *rq, const struct leads_in *in,
		     const struct reach_part *part, struct lead_ask *ret, bool *ret_none,
		     struct err *e)
{
	const char *offer_publisher = NULL;
	struct lead_page_in *p = &ret->p;

	*ret = (struct lead_ask){
		.q = in->q,
		.order = order_of(in),
		.response = in->response,
		.received = in->since != FIELD_NO_INT || in->until != FIELD_NO_INT,
	};
	*p = (struct lead_page_in){
		.publisher = part->publisher,
		.limit = in->limit + 1,
		.test = in->test,
		.from = seq_from(in->since),
		.to = seq_to(in->until),
		.due_below = due_below(in, rq->now_ms),
		.status = in->status,
		.substatus = in->substatus,
		.source = in->source,
		.action = in->action,
		.kind = in->kind,
		.country = in->country,
		.unread = in->unread,
		.unowned = asks_unowned(in),
	};
	if (in->offer &&
	    !offer_split(rq->arena, in->offer, "offer", &offer_publisher, &p->offer, e))
		return false;
	if (!filter_id(in->customer, "customer", &p->customer, e) ||
	    !filter_id(in->team, "team", &p->team, e) ||
	    !filter_owner(rq, in->owner, &p->owner, e) || !read_cursor(in->after, ret, e))
		return false;
	*ret_none = (offer_publisher && strcmp(offer_publisher, part->publisher) != 0) ||
		    (in->test && (in->response || p->unowned)) || !reach_narrow(part, p) ||
		    (p->unowned && !id_is_null(p->owner));
	fill_warm(in, rq->now_ms, ret, ret_none);
	return true;
}

/* Those that do not get on have an index in the order of receipt, and no other; those that nobody
 * owns one in the order of the clock. */
static bool check_order(const struct leads_in *in, struct err *e)
{
	enum lead_order order = order_of(in);
	const char *field = !is_marked(in)                                              ? NULL
			    : in->q                                                     ? "q"
			    : in->response                                              ? "response"
			    : order == LEAD_ORDER_RISING || order == LEAD_ORDER_FALLING ? "sort"
											: NULL;

	if (asks_unowned(in) && !is_marked(in) && !in->test && order != LEAD_ORDER_RISING &&
	    order != LEAD_ORDER_FALLING)
		return ERR_FIELD(e, ERR_INPUT, "leads.unowned", "sort",
				 "owner=none is a list by the clock: sort it by due or -due.");
	return !field ||
	       ERR_FIELD(e, ERR_INPUT, "leads.progress", field,
			 "progress, favorite, quality and purchaseIntent are lists by time of "
			 "receipt: they do not go with %s.",
			 field);
}

static bool read_page(struct http_request *rq, const struct leads_in *in,
		      const struct lead_ask *ask, size_t source, struct merge *m, struct err *e)
{
	struct lead_marks x = marks_of(in);

	if (!lead_is_marked(&x))
		return lead_read_page(db_of(rq), ask, source, m, rq->arena, e);
	return lead_read_progress(db_of(rq), ask, &x, rq->now_ms, source, m, rq->arena, e);
}

/* Pages of all parts of the reach, merged: each gives its first limit + 1. */
static bool collect(struct http_request *rq, const struct leads_in *in, const struct parts *parts,
		    struct merge *m, struct err *e)
{
	struct lead_ask ask = { .order = order_of(in), .response = in->response };
	struct lead_text text = { 0 };
	bool none;

	merge_begin(m, &lead_get_query, lead_orders[ask.order], (size_t)in->limit + 1,
		    parts->n + lead_by_clock(&ask), rq->arena);
	for (size_t i = 0; i < parts->n; i++) {
		if (!fill_ask(rq, in, &parts->all[i], &ask, &none, e))
			return false;
		ask.text = &text;
		if (!none && !read_page(rq, in, &ask, i, m, e))
			return false;
	}
	return true;
}

bool leads_that_match(struct http_request *rq, const struct json *filter, size_t most,
		      struct merge *m, size_t *ret_n, const char **ret_next, struct err *e)
{
	struct field_problems p = { 0 };
	struct leads_in in = { 0 };
	struct scope scope;
	struct parts parts;

	field_defaults(rq->arena, leads_query, &in);
	if (!field_decode(rq->arena, leads_query, filter, false, &in, &p)) {
		*e = p.e[0];
		return false;
	}
	in.limit = (int64_t)most;
	if (!check_order(&in, e) || !scope_of(rq, in.publisher, &scope, e) ||
	    !parts_of(rq, &scope, &parts, e) || !collect(rq, &in, &parts, m, e))
		return false;
	*ret_n = m->n < most ? m->n : most;
	*ret_next = m->n > most ? write_cursor(rq, merge_row(m, most - 1), scope.n > 1) : NULL;
	return true;
}

bool leads_walk(struct http_request *rq, const struct leads_in *in, leads_page_fn *fn, void *ctx,
		struct err *e)
{
	AUTO_ARENA arena = arena_new("leads", LIMIT_ARENA_REQUEST);
	struct http_request page = *rq;
	struct leads_in q = *in;
	struct scope scope;
	struct parts parts;
	char after[LIMIT_ID + 64];
	bool more = true;

	if (!check_order(in, e) || !scope_of(rq, in->publisher, &scope, e) ||
	    !parts_of(rq, &scope, &parts, e))
		return false;
	page.arena = arena;
	q.after = NULL;
	q.limit = LIMIT_PAGE;
	while (more) {
		AUTO_MERGE m = { 0 };

		if (!collect(&page, &q, &parts, &m, e))
			return false;
		more = m.n > LIMIT_PAGE;
		if (!fn(ctx, &m, more ? LIMIT_PAGE : m.n, arena, e))
			return false;
		if (more)
			snprintf(after, sizeof(after), "%s",
				 write_cursor(&page, merge_row(&m, LIMIT_PAGE - 1), scope.n > 1));
		q.after = after;
		arena_reset(arena);
	}
	return true;
}

/* Where a page is, and whose leads: the asker's, not the question's. */
static bool is_question(const struct json *query, struct err *e)
{
	static const char *const others[] = { "publisher", "after", "limit" };

	for (size_t i = 0; i < LL_COUNT(others); i++)
		if (json_get(query, others[i]))
			return ERR_FIELD(e, ERR_INPUT, "view.query", "query",
					 "A view keeps filters, sort and q: leave out %s.",
					 others[i]);
	return true;
}

bool leads_query_read(struct http_request *rq, const struct json *query, struct leads_named *ret,
		      struct err *e)
{
	struct field_problems p = { 0 };
	struct leads_in in = { 0 };
	const char *publisher, *offer;
	struct id id;

	*ret = (struct leads_named){ 0 };
	field_defaults(rq->arena, leads_query, &in);
	if (!field_decode(rq->arena, leads_query, query, false, &in, &p)) {
		*e = p.e[0];
		return false;
	}
	if (in.owner && strcmp(in.owner, "me") != 0 && !asks_unowned(&in))
		ret->owner = in.owner;
	ret->offer = in.offer;
	ret->team = in.team;
	ret->customer = in.customer;
	ret->q = in.q && *in.q ? in.q : NULL;
	return is_question(query, e) && check_order(&in, e) && filter_id(in.team, "team", &id, e) &&
	       filter_id(in.customer, "customer", &id, e) &&
	       filter_id(ret->owner, "owner", &id, e) &&
	       (!in.offer || offer_split(rq->arena, in.offer, "offer", &publisher, &offer, e));
}

bool h_leads(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct leads_in *in = input;
	const struct lead_page_row *last = NULL;
	AUTO_MERGE m = { 0 };
	struct scope scope;
	struct parts parts;
	struct json_out o;
	size_t i;

	if (!check_order(in, e) || !scope_of(rq, in->publisher, &scope, e) ||
	    !parts_of(rq, &scope, &parts, e) || !collect(rq, in, &parts, &m, e))
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
