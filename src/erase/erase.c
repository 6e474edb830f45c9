#include "base/clock.h"
#include "erase/parts.h"

/*
 * The placer's memory of the leads follows the regroups: a lead that goes nowhere is forgotten, so
 * that no later one is matched with what it said. It also shows in the customer's history.
 */
static bool forget(struct erasing *x, int64_t order, struct err *e)
{
	const struct customer_who *w = x->w;
	struct id regroup = id_new(w->now_ms);
	struct regroup_put_in put = { w->publisher, regroup, order, "erase", w->actor, w->now_ms };
	struct regroup_lead_put_in *rows = ARENA_ARRAY(x->a, struct regroup_lead_put_in, x->n);

	for (size_t i = 0; i < x->n; i++)
		rows[i] = (struct regroup_lead_put_in){ w->publisher, regroup, x->leads[i].lead_id,
							x->customer, ID_NULL };
	return regroup_put(x->db, &put, NULL, e) &&
	       (!x->n || regroup_lead_put_batch(x->db, rows, x->n, e));
}

/* Customers that were merged into this one have rows of their own, which nobody looks at. */
static bool erase_merged_ones(struct erasing *x, struct id lead, struct err *e)
{
	const char *publisher = x->w->publisher;
	struct erase_former_in in = { publisher, lead };
	struct erase_former_row *rows;
	size_t n;

	if (!erase_former(x->db, &in, x->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct erase_merged_in merged = { publisher, rows[i].from_customer };
		struct override_clear_in own = { publisher, rows[i].from_customer };
		struct erase_merged_row row;
		int found = erase_merged(x->db, &merged, x->a, &row, e);

		if (found < 0 || (found > 0 && !override_clear(x->db, &own, NULL, e)))
			return false;
	}
	return true;
}

/* Last of all, as the sender does it: deliveries before their destinations. */
static bool erase_answers(struct erasing *x, struct err *e)
{
	const char *publisher = x->w->publisher;
	struct erase_destinations_in in = { publisher, x->customer };
	struct erase_destinations_row *rows;
	size_t n;

	if (!erase_destinations(x->db, &in, x->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		char ref[ID_TEXT];
		struct erase_errors_in errors = { publisher, rows[i].destination_id };
		struct erase_alarms_in alarms = { publisher, id_text(errors.destination, ref) };

		if (!erase_errors(x->db, &errors, NULL, e) ||
		    !erase_alarms(x->db, &alarms, NULL, e))
			return false;
	}
	return true;
}

static bool erase_row(struct erasing *x, struct err *e)
{
	const struct customer_who *w = x->w;
	struct override_clear_in own = { w->publisher, x->customer };
	struct erasure_put_in put = { w->publisher, x->customer,     w->now_ms,
				      w->actor,     x->counts.leads, x->counts.receipts };
	struct change_put_in tell = { w->publisher, id_new(clock_now()), "customer", x->customer,
				      "erased" };

	for (size_t i = 0; i < x->n; i++)
		if (!erase_merged_ones(x, x->leads[i].lead_id, e))
			return false;
	return override_clear(x->db, &own, NULL, e) &&
	       customer_refresh(x->db, w->publisher, &x->customer, 1, e) &&
	       customer_recount(x->db, x->a, w->publisher, &x->asked, e) &&
	       erasure_put(x->db, &put, NULL, e) && change_put(x->db, &tell, NULL, e);
}

bool erase_customer(struct sql_db *db, struct arena *a, const struct customer_who *w,
		    struct id customer, struct erase_counts *ret, struct err *e)
{
	struct erasing x = { .db = db, .a = a, .w = w, .customer = customer };
	struct erase_leads_in in = { w->publisher, customer, ERASE_LEADS_MAX + 1 };
	int64_t order;

	if (!customer_lock(db, a, &order, e) || !erase_leads(db, &in, a, &x.leads, &x.n, e))
		return false;
	if (x.n > ERASE_LEADS_MAX)
		return ERR(e, ERR_TOO_LARGE, "erase.leads",
			   "The customer has more than %d leads: split it first.", ERASE_LEADS_MAX);
	x.counts.leads = (int64_t)x.n;
	for (size_t i = 0; i < x.n; i++)
		if (!customer_asked_with(db, a, w->publisher, x.leads[i].lead_id, &x.asked, e))
			return false;
	customer_asked_add(a, &x.asked, customer);
	for (size_t i = 0; i < x.n; i++) {
		ARENA_SCOPE(a);

		if (!erase_one_lead(&x, &x.leads[i], e))
			return false;
	}
	if (!forget(&x, order, e) || !erase_row(&x, e) || !erase_answers(&x, e))
		return false;
	*ret = x.counts;
	return true;
}
