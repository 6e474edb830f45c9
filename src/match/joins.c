/* Customers that a lead showed to be one, joined in the transaction that placed it. */
#include "match/base.h"
#include "store/store.h"

#define LEADS_MOST 300 /* of both: what grows larger by itself is looked at by a person */
#define ACTOR      "leadline"

/* The customers as they are by now: an earlier item may have joined them. 1, 0 nothing to join. */
static int look(const struct pairs *p, struct id both[2], int64_t *ret_leads, struct err *e)
{
	*ret_leads = 0;
	for (int i = 0; i < 2; i++) {
		struct customer_state_row row;
		int found = customer_living(p->db, p->a, p->publisher, both[i], &both[i], e);

		if (found <= 0)
			return found;
		found = customer_state(p->db, &(struct customer_state_in){ p->publisher, both[i] },
				       p->a, &row, e);
		if (found <= 0)
			return found;
		*ret_leads += row.leads;
	}
	return !id_eq(both[0], both[1]);
}

/* A person's word comes first: 'different' holds for ever, and what was taken back is a person's to
 * decide. 1: they may be one; 0; -1. */
static int may_be_one(const struct pairs *p, const struct id both[2], struct err *e)
{
	struct match_between_in in = { p->publisher, both[0], both[1] };
	struct match_between_row row;
	int found = match_between(p->db, &in, p->a, &row, e);

	if (found <= 0)
		return found < 0 ? -1 : 1;
	return strcmp(row.state, "different") != 0 && strcmp(row.state, "asked") != 0;
}

static bool join(const struct pairs *p, const struct match_item *it, int64_t now_ms, struct err *e)
{
	const struct side *s = &p->base->side[it->test];
	const struct identity_link *l = &it->found.merge;
	struct id both[2] = { it->customer, s->customers.at[l->group] };
	struct customer_who w = { p->publisher, ACTOR, now_ms };
	struct customer_link why = pairs_link(p, it, l);
	struct customer_change done;
	int64_t leads;
	int found = look(p, both, &leads, e);

	if (found > 0)
		found = may_be_one(p, both, e);
	if (found <= 0)
		return found == 0;
	if (leads > LEADS_MOST)
		return pairs_ask(p, it, both, &why, e);
	return customer_join(p->db, p->a, &w, both, &why, &done, e);
}

bool joins_write(const struct pairs *p, int64_t now_ms, struct err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].found.merge.group != IDENTITY_NONE &&
		    !join(p, &p->items[i], now_ms, e))
			return false;
	return true;
}
