/* The rows of customers, made anew from their leads. */
#include "customer/customer.h"
#include "store/store.h"

#define SCRATCH_MAX ((size_t)64 << 20)

struct customer_lead customer_lead_of(const struct golden_leads_row *r)
{
	return (struct customer_lead){
		.lead = r->lead_id,
		.seq = r->seq,
		.received_at = r->received_at,
		.touched_at = r->touched_at,
		.action = r->action,
		.dnc = r->dnc,
		.test = r->test,
		.contact = { [CONTACT_COMPANY] = r->company,
			     [CONTACT_COUNTRY] = r->country,
			     [CONTACT_EMAIL] = r->email,
			     [CONTACT_FIRST_NAME] = r->first_name,
			     [CONTACT_LAST_NAME] = r->last_name,
			     [CONTACT_PHONE] = r->phone,
			     [CONTACT_TITLE] = r->title },
	};
}

bool customer_leads(struct sql_db *db, struct arena *a, const char *publisher, struct id customer,
		    struct customer_lead **ret, size_t *ret_n, struct err *e)
{
	struct golden_leads_in in = { publisher, customer, CUSTOMER_LEADS };
	struct golden_leads_row *rows;
	size_t n;

	if (!golden_leads(db, &in, a, &rows, &n, e))
		return false;
	*ret = ARENA_ARRAY(a, struct customer_lead, n);
	*ret_n = n;
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = customer_lead_of(&rows[i]);
	return true;
}

bool customer_overrides(struct sql_db *db, struct arena *a, const char *publisher,
			struct id customer, struct customer_override ret[CONTACT_FIELDS],
			struct err *e)
{
	struct override_list_row *rows;
	size_t n;

	if (!override_list(db, &(struct override_list_in){ publisher, customer }, a, &rows, &n, e))
		return false;
	memset(ret, 0, CONTACT_FIELDS * sizeof(*ret));
	for (size_t i = 0; i < n; i++)
		for (int f = 0; f < CONTACT_FIELDS; f++)
			if (!strcmp(rows[i].field, contact_field_text[f]))
				ret[f] = (struct customer_override){ rows[i].value, rows[i].actor,
								     rows[i].at };
	return true;
}

/* How many leads there are, and since when: of all, also where the record looks at the latest. */
static bool span(struct sql_db *db, struct arena *a, const char *publisher, struct id customer,
		 const struct customer_lead *leads, size_t n, struct golden_put_in *put,
		 struct err *e)
{
	struct golden_span_row all;

	put->leads = (int64_t)n;
	put->created_at = leads[0].received_at;
	put->last_at = leads[0].touched_at;
	for (size_t i = 1; i < n; i++) {
		if (leads[i].received_at < put->created_at)
			put->created_at = leads[i].received_at;
		if (leads[i].touched_at > put->last_at)
			put->last_at = leads[i].touched_at;
	}
	if (n < CUSTOMER_LEADS)
		return true;
	if (golden_span(db, &(struct golden_span_in){ publisher, customer }, a, &all, e) < 0)
		return false;
	put->leads = all.n;
	put->created_at = all.first_at;
	return true;
}

static void put_values(const struct golden *g, struct golden_put_in *put)
{
	put->email_key = g->email_key;
	put->first_name = g->field[CONTACT_FIRST_NAME].text;
	put->last_name = g->field[CONTACT_LAST_NAME].text;
	put->email = g->field[CONTACT_EMAIL].text;
	put->phone = g->field[CONTACT_PHONE].text;
	put->country = g->field[CONTACT_COUNTRY].text;
	put->company = g->field[CONTACT_COMPANY].text;
	put->title = g->field[CONTACT_TITLE].text;
}

struct refreshing {
	struct sql_db *db;
	const char *publisher;
	struct arena *a, *scratch;
};

/* *ret_none: it has no leads. */
static bool make_row(struct refreshing *r, struct id customer, bool overridden,
		     struct golden_put_in *put, bool *ret_none, struct err *e)
{
	struct customer_override overrides[CONTACT_FIELDS] = { { NULL, NULL, 0 } };
	struct customer_lead *leads;
	struct golden g;
	size_t n;

	if (!customer_leads(r->db, r->a, r->publisher, customer, &leads, &n, e) ||
	    (overridden && !customer_overrides(r->db, r->a, r->publisher, customer, overrides, e)))
		return false;
	*ret_none = n == 0;
	if (!n)
		return true;
	*put = (struct golden_put_in){ .publisher = r->publisher, .customer = customer };
	customer_golden(r->a, r->scratch, leads, n, overrides, &g);
	put_values(&g, put);
	return span(r->db, r->a, r->publisher, customer, leads, n, put, e);
}

bool customer_refresh(struct sql_db *db, const char *publisher, const struct id *customers,
		      size_t n, struct err *e)
{
	AUTO_ARENA a = arena_new("customers", SCRATCH_MAX * 4);
	AUTO_ARENA scratch = arena_new("customer", SCRATCH_MAX);
	struct refreshing r = { db, publisher, a, scratch };
	struct override_any_in *ask = ARENA_ARRAY(a, struct override_any_in, n);
	struct override_any_row *rows = ARENA_ARRAY(a, struct override_any_row, n);
	struct golden_put_in *puts = ARENA_ARRAY(a, struct golden_put_in, n);
	bool *overridden = ARENA_ARRAY(a, bool, n), none;
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		ask[i] = (struct override_any_in){ publisher, customers[i] };
	if (n && !override_any_batch(db, ask, n, a, rows, overridden, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!make_row(&r, customers[i], overridden[i], &puts[m], &none, e))
			return false;
		m += !none;
	}
	return !m || golden_put_batch(db, puts, m, e);
}
