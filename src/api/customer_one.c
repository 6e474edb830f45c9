/* One customer: its golden record with where each value comes from, its leads, what was done to it.
 */
#include <math.h>
#include "api/customer.h"
#include "api/merge.h"
#include "base/limits.h"

#define HISTORY_MAX 100
#define MOVES_SHOWN 200 /* of one regroup */
#define PAIRS_SHOWN 200

struct seen {
	const char *publisher;
	struct id asked, id;
	struct customer_page_row row;
	struct customer_lead *leads;
	size_t lead_count;
	struct customer_override overrides[CONTACT_FIELDS];
	struct golden golden;
};

/* As the leads in reach make it; a user's own values are for the person as a whole. */
static bool see_reached(struct http_request *rq, struct seen *s, struct err *e)
{
	struct scope scope = { &s->publisher, 1 };
	struct reached_customer c;
	struct parts parts;
	int found;

	if (!parts_of(rq, &scope, &parts, e))
		return false;
	found = customer_in_reach(rq, rq->arena, &parts, s->publisher, s->id, &c, e);
	if (found <= 0)
		return found == 0 && not_found("customer", e);
	s->row = c.row;
	s->golden = c.golden;
	memset(s->overrides, 0, sizeof(s->overrides));
	return true;
}

static bool see(struct http_request *rq, struct seen *s, struct err *e)
{
	AUTO_ARENA scratch = arena_new("golden", LIMIT_ARENA_REQUEST);
	struct customer_get_in in;

	if (!find_customer(rq, rq->path_args[0], &s->publisher, &s->asked, &s->id, e))
		return false;
	if (is_limited(rq))
		return see_reached(rq, s, e);
	in = (struct customer_get_in){ s->publisher, s->id };
	if (customer_get(db_of(rq), &in, rq->arena, &s->row, e) <= 0)
		return not_found("customer", e);
	if (!customer_leads(db_of(rq), rq->arena, s->publisher, s->id, &s->leads, &s->lead_count,
			    e) ||
	    !customer_overrides(db_of(rq), rq->arena, s->publisher, s->id, s->overrides, e))
		return false;
	customer_golden(rq->arena, scratch, s->leads, s->lead_count, s->overrides, &s->golden);
	return true;
}

/* ---- where values come from ---- */

static void write_values(struct json_out *o, const struct golden_field *f)
{
	json_list(o, "values");
	for (size_t i = 0; i < f->value_count; i++) {
		json_obj(o, NULL);
		json_put_z(o, "value", f->values[i].text);
		json_put_int(o, "leads", f->values[i].leads);
		json_put_id(o, "lead", &f->values[i].lead);
		json_put_time(o, "at", f->values[i].at);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void write_fields(struct json_out *o, const struct seen *s)
{
	json_obj(o, "fields");
	for (int i = 0; i < CONTACT_FIELDS; i++) {
		const struct golden_field *f = &s->golden.field[i];

		json_obj(o, contact_field_text[i]);
		json_put_z(o, "value", f->text);
		json_put_z(o, "rule", f->rule);
		json_put_id(o, "lead", &f->lead);
		json_put_z(o, "setBy", s->overrides[i].actor);
		json_put_time(o, "setAt",
			      s->overrides[i].value ? s->overrides[i].at : SQL_NULL_INT);
		write_values(o, f);
		json_end_obj(o);
	}
	json_end_obj(o);
}

/* ---- what was done ---- */

/* The link by which the matcher joined. */
static bool write_link(struct http_request *rq, struct json_out *o, const struct seen *s,
		       const struct regroup_get_row *r, struct err *e)
{
	struct regroup_pairs_in in = { s->publisher, r->regroup_id };
	struct regroup_pairs_row *pairs;
	struct pair_get_row p;
	size_t n;

	if (!regroup_pairs(db_of(rq), &in, rq->arena, &pairs, &n, e))
		return false;
	for (size_t i = 0; i < n && i < PAIRS_SHOWN; i++) {
		struct pair_get_in ask = { s->publisher, pairs[i].pair_id };
		int found = strcmp(pairs[i].state, "same") != 0
				    ? 0
				    : pair_get(db_of(rq), &ask, rq->arena, &p, e);
		struct why why = { s->publisher, 0, 0, NAN };

		if (found < 0)
			return false;
		if (!found || !p.pattern ||
		    (!id_eq(p.customer_a, s->id) && !id_eq(p.customer_b, s->id)))
			continue;
		why.pattern = (identity_pattern)p.pattern;
		why.model = p.model;
		return write_why(rq, o, "why", &why, e);
	}
	json_put_null(o, "why");
	return true;
}

static bool write_regroup(struct http_request *rq, struct json_out *o, const struct seen *s,
			  const struct regroup_get_row *r, struct err *e)
{
	struct regroup_leads_in in = { s->publisher, r->regroup_id };
	struct regroup_leads_row *moves;
	size_t n;

	if (!regroup_leads(db_of(rq), &in, rq->arena, &moves, &n, e))
		return false;
	json_obj(o, NULL);
	json_put_id(o, "id", &r->regroup_id);
	json_put_z(o, "verb", r->verb);
	json_put_z(o, "actor", r->actor);
	json_put_time(o, "at", r->at);
	json_put_id(o, "undoneBy", &r->undone_by);
	json_put_int(o, "leads", (int64_t)n);
	json_list(o, "moves");
	for (size_t i = 0; i < n && i < MOVES_SHOWN; i++) {
		json_obj(o, NULL);
		json_put_id(o, "lead", &moves[i].lead_id);
		json_put_id(o, "from", &moves[i].from_customer);
		json_put_id(o, "to", &moves[i].to_customer);
		json_end_obj(o);
	}
	json_end_list(o);
	if (strcmp(r->verb, "match") != 0 && strcmp(r->verb, "rematch") != 0)
		json_put_null(o, "why");
	else if (!write_link(rq, o, s, r, e))
		return false;
	json_end_obj(o);
	return true;
}

/* They name other customers and their leads, which may be out of reach. */
static void write_no_others(struct json_out *o)
{
	json_list(o, "matches");
	json_end_list(o);
	json_list(o, "history");
	json_end_list(o);
}

static bool write_history(struct http_request *rq, struct json_out *o, const struct seen *s,
			  struct err *e)
{
	struct regroup_of_customer_in in = { s->publisher, s->id, HISTORY_MAX };
	struct regroup_get_row *rows;
	size_t n;

	if (!regroup_of_customer(db_of(rq), &in, rq->arena, &rows, &n, e))
		return false;
	json_list(o, "history");
	for (size_t i = 0; i < n; i++)
		if (!write_regroup(rq, o, s, &rows[i], e))
			return false;
	json_end_list(o);
	return true;
}

/* Open questions, and what was told to be different. */
static bool write_pairs(struct http_request *rq, struct json_out *o, const struct seen *s,
			struct err *e)
{
	struct pair_of_customer_in in = { s->publisher, s->id };
	struct pair_get_row *rows;
	size_t n, shown = 0;

	if (!pair_of_customer(db_of(rq), &in, rq->arena, &rows, &n, e))
		return false;
	json_list(o, "matches");
	for (size_t i = 0; i < n && shown < PAIRS_SHOWN; i++) {
		const struct pair_get_row *p = &rows[i];
		bool mine_is_a = id_eq(p->customer_a, s->id);

		if (strcmp(p->state, "review") != 0 && strcmp(p->state, "different") != 0)
			continue;
		json_obj(o, NULL);
		json_put_id(o, "id", &p->pair_id);
		json_put_z(o, "state", p->state);
		json_put_id(o, "customer", mine_is_a ? &p->customer_b : &p->customer_a);
		json_put_id(o, "lead", mine_is_a ? &p->lead_a : &p->lead_b);
		json_put_z(o, "decidedBy", p->decided_by);
		json_put_time(o, "decidedAt", p->decided_at);
		json_end_obj(o);
		shown++;
	}
	json_end_list(o);
	return true;
}

static bool write_leads(struct http_request *rq, struct json_out *o, const struct seen *s,
			struct err *e)
{
	AUTO_MERGE m = { 0 };
	int64_t silent = 0;

	if (!leads_in_reach(rq, s->publisher, s->id, ID_NULL, LIMIT_PAGE, &m, e))
		return false;
	json_list(o, "leadList");
	for (size_t i = 0; i < m.n; i++) {
		const struct lead_page_row *l = merge_row(&m, i);

		write_lead(o, NULL, l, rq->now_ms);
		silent += l->dnc != 0;
	}
	json_end_list(o);
	json_put_int(o, "doNotContactLeads", silent);
	return true;
}

static bool reply_customer(struct http_request *rq, const struct seen *s, struct http_reply *reply,
			   struct err *e)
{
	struct json_out o = json_reply(reply);

	json_obj(&o, NULL);
	write_customer_members(&o, &s->row);
	if (id_eq(s->asked, s->id))
		json_put_null(&o, "mergedFrom");
	else
		json_put_id(&o, "mergedFrom", &s->asked);
	write_fields(&o, s);
	if (!write_leads(rq, &o, s, e))
		return false;
	if (is_limited(rq))
		write_no_others(&o);
	else if (!write_pairs(rq, &o, s, e) || !write_history(rq, &o, s, e))
		return false;
	if (!write_erasure(rq, &o, s->publisher, s->id, e))
		return false;
	json_end_obj(&o);
	return true;
}

bool h_customer(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct seen s = { .publisher = NULL };

	(void)in;
	return see(rq, &s, e) && reply_customer(rq, &s, reply, e);
}

/* ---- a user's own values ---- */

struct customer_set_in {
	const char *value[CONTACT_FIELDS];
};
FITS(struct customer_set_in);
#define VALUE(f, n, max_)                                                                          \
	F_STR(struct customer_set_in, value[f], n, .max = (max_),                                  \
	      .help = "Shown whatever the leads say; empty: what they say again.")
const struct field customer_set_body[] = {
	VALUE(CONTACT_FIRST_NAME, "firstName", LIMIT_NAME),
	VALUE(CONTACT_LAST_NAME, "lastName", LIMIT_NAME),
	VALUE(CONTACT_EMAIL, "email", LIMIT_EMAIL),
	VALUE(CONTACT_PHONE, "phone", LIMIT_PHONE),
	VALUE(CONTACT_COUNTRY, "country", LIMIT_NAME),
	VALUE(CONTACT_COMPANY, "company", LIMIT_NAME),
	VALUE(CONTACT_TITLE, "title", LIMIT_NAME),
	F_END,
};

bool h_customer_set(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct customer_set_in *in = input;
	struct seen s = { .publisher = NULL };
	struct customer_who w;
	AUTO_TX tx = { 0 };
	int64_t order;

	if (!find_customer(rq, rq->path_args[0], &s.publisher, &s.asked, &s.id, e) ||
	    !sql_begin(db_of(rq), &tx, e) || !customer_lock(db_of(rq), rq->arena, &order, e))
		return false;
	w = who_asks(rq, s.publisher);
	/* The country first: a phone number is read by it. */
	for (int i = 0; i < CONTACT_FIELDS; i++) {
		enum contact_field f = (enum contact_field)((i + CONTACT_COUNTRY) % CONTACT_FIELDS);
		const char *value = in->value[f];

		if (value &&
		    !customer_set(db_of(rq), rq->arena, &w, s.id, f, *value ? value : NULL, e))
			return false;
	}
	if (!say_change(rq, s.publisher, "customer", s.id, "set", e) || !sql_commit(&tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return see(rq, &s, e) && reply_customer(rq, &s, reply, e);
}
