/* Pairs of leads that may be one customer: the list to decide, one with its evidence, the verdict.
 */
#include <math.h>
#include "api/customer.h"
#include "api/merge.h"
#include "base/limits.h"

static const char *const states[] = { "review", "same", "different", "gone", NULL };

struct matches_in {
	const char *publisher, *state, *after;
	int64_t limit;
};
FITS(struct matches_in);
const struct field matches_query[] = {
	F_PUBLISHER(struct matches_in),
	F_CHOICE(struct matches_in, state, "state", .choices = states, .def = "review",
		 .help = "review: waits for a person; gone: both leads are one customer's by now."),
	F_PAGE(struct matches_in),
	F_END,
};

static int heaviest(const void *a, const void *b)
{
	const struct pair_get_row *x = a, *y = b;

	if (x->bits != y->bits)
		return x->bits < y->bits ? 1 : -1;
	return id_order(y->pair_id, x->pair_id);
}

/* A cursor is "bits.id". */
static bool read_cursor(const char *after, struct pair_page_in *page, struct err *e)
{
	struct str s = str_of(after), bits;

	page->bits = INT64_MAX;
	page->pair = id_last(ID_MS_MAX);
	if (!after)
		return true;
	if (!str_split(&s, '.', &bits) || !str_int(bits, &page->bits) || !id_parse(s, &page->pair))
		return bad_cursor(e);
	return true;
}

/* ---- one pair ---- */

/* The lead, and how large its customer is. */
static bool write_side(struct http_request *rq, struct json_out *o, const char *key,
		       const char *publisher, struct id lead, struct id customer, struct err *e)
{
	struct customer_get_in in = { publisher, customer };
	struct lead_page_row l;
	struct customer_page_row c;

	if (lead_get(db_of(rq), &(struct lead_get_in){ publisher, lead }, rq->arena, &l, e) <= 0 ||
	    customer_get(db_of(rq), &in, rq->arena, &c, e) <= 0)
		return not_found("lead", e);
	json_obj(o, key);
	write_lead(o, "lead", &l, rq->now_ms);
	json_obj(o, "customer");
	write_customer_members(o, &c);
	json_end_obj(o);
	json_end_obj(o);
	return true;
}

static bool write_pair(struct http_request *rq, struct json_out *o, const struct pair_get_row *p,
		       double join, struct err *e)
{
	struct why why = { p->publisher_id, (identity_pattern)p->pattern, p->model, join };

	json_put_id(o, "id", &p->pair_id);
	json_put_z(o, "publisher", p->publisher_id);
	json_put_z(o, "state", p->state);
	json_put_time(o, "madeAt", p->made_at);
	json_put_time(o, "decidedAt", p->decided_at);
	json_put_z(o, "decidedBy", p->decided_by);
	if (!write_side(rq, o, "a", p->publisher_id, p->lead_a, p->customer_a, e) ||
	    !write_side(rq, o, "b", p->publisher_id, p->lead_b, p->customer_b, e))
		return false;
	if (p->pattern)
		return write_why(rq, o, "why", &why, e);
	json_put_null(o, "why"); /* a user said so; nothing was compared */
	return true;
}

static bool collect(struct http_request *rq, const struct matches_in *in, struct merge *m,
		    struct err *e)
{
	struct pair_page_in page = { .state = in->state, .limit = in->limit + 1 };
	struct scope scope;

	if (!scope_of(rq, in->publisher, &scope, e) || !read_cursor(in->after, &page, e))
		return false;
	merge_begin(m, &pair_get_query, heaviest, (size_t)page.limit, scope.n, rq->arena);
	for (size_t i = 0; i < scope.n; i++) {
		struct pair_get_row *rows;
		size_t n;

		page.publisher = scope.publishers[i];
		if (!pair_page(db_of(rq), &page, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_matches(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct matches_in *in = input;
	const struct pair_get_row *last = NULL;
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
		if (!write_pair(rq, &o, last, NAN, e))
			return false;
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_put_z(&o, "next",
		   last && i < m.n ? arena_printf(rq->arena, "%lld.%s", (long long)last->bits,
						  id_text(last->pair_id, id))
				   : NULL);
	json_end_obj(&o);
	return true;
}

static bool find_pair(struct http_request *rq, struct pair_get_row *ret, struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = pair_get(db_of(rq), &(struct pair_get_in){ scope.publishers[i], id },
				     rq->arena, ret, e);

		if (found)
			return found > 0;
	}
	return not_found("match", e);
}

struct match_in {
	const char *join;
};
FITS(struct match_in);
const struct field match_query[] = {
	F_STR(struct match_in, join, "join", .max = 12,
	      .help = "What if this many bits made two leads one customer?"),
	F_END,
};

bool h_match(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct match_in *in = input;
	struct pair_get_row p;
	struct json_out o;
	double join;

	if (!find_pair(rq, &p, e) || !read_join(in->join, &join, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	if (!write_pair(rq, &o, &p, join, e))
		return false;
	json_end_obj(&o);
	return true;
}

/* ---- the verdict ---- */

static const char *const verdicts[] = { "same", "different", NULL };

struct verdict_in {
	const char *verdict;
	bool dry_run;
};
FITS(struct verdict_in);
const struct field match_verdict_body[] = {
	F_CHOICE(struct verdict_in, verdict, "verdict", .choices = verdicts,
		 .help = "same: the customers of both leads become one."),
	F_BOOL(struct verdict_in, dry_run, "dryRun", .def = "false",
	       .help = "Only shows what would move, and the customers before and after."),
	F_END,
};

bool h_match_verdict(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct verdict_in *in = input;
	struct customer_change done;
	struct pair_get_row p;
	struct customer_who w;
	AUTO_TX tx = { 0 };

	if (!find_pair(rq, &p, e))
		return false;
	if (!in->verdict)
		return ERR_FIELD(e, ERR_INPUT, "match.verdict", "verdict",
				 "Say whether they are the same or different.");
	w = who_asks(rq, p.publisher_id);
	return sql_begin(db_of(rq), &tx, e) &&
	       customer_verdict(db_of(rq), rq->arena, &w, p.pair_id,
				!strcmp(in->verdict, verdicts[0]), &done, e) &&
	       reply_change(rq, p.publisher_id, &tx, &done, in->dry_run, reply, e);
}
