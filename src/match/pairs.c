/* What a batch's links say in the store: the lead that made another one its customer's, and pairs
 * of customers that a person should look at, one pair of leads for each. */
#include <math.h>
#include "match/base.h"

#define THOUSANDTHS 1000

int64_t pairs_bits(double weight)
{
	return llround(weight * THOUSANDTHS);
}

struct id pairs_lead(const struct pairs *p, bool test, uint32_t record)
{
	const struct side *s = &p->base->side[test];

	for (size_t i = 0; i < p->n && record >= s->mark_leads; i++)
		if (p->items[i].test == test && p->items[i].record == record)
			return p->items[i].lead;
	return s->leads.at[record];
}

struct customer_link pairs_link(const struct pairs *p, const struct match_item *it,
				const struct identity_link *l)
{
	return (struct customer_link){ .one = it->lead,
				       .other = pairs_lead(p, it->test, l->record),
				       .bits = pairs_bits(l->bits),
				       .pattern = (int64_t)l->pattern,
				       .model = it->model };
}

static bool question_of(const struct pairs *p, const struct match_item *it, struct question *ret)
{
	const struct identity_link *l = &it->found.review;

	if (it->touch || l->group == IDENTITY_NONE || l->group == it->group)
		return false;
	*ret = (struct question){ .pair = id_derive(it->lead, "pair", 0, it->at),
				  .one = it->customer,
				  .other = p->base->side[it->test].customers.at[l->group],
				  .link = pairs_link(p, it, l),
				  .at = it->at };
	return true;
}

bool pairs_write(struct pairs *p, struct err *e)
{
	struct question *q = ARENA_ARRAY(p->a, struct question, p->n);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += question_of(p, &p->items[i], &q[n]);
	return questions_write(p->db, p->a, p->publisher, q, &n, &p->asked, e);
}

bool pairs_ask(const struct pairs *p, const struct match_item *it, const struct id customers[2],
	       const struct customer_link *l, struct err *e)
{
	struct question q = { id_derive(it->lead, "pair", 1, it->at), customers[0], customers[1],
			      *l, it->at };
	struct customer_asked asked = { NULL, 0, 0 };

	return questions_put(p->db, p->a, p->publisher, &q, 1, &asked, e) &&
	       customer_recount(p->db, p->a, p->publisher, &asked, e);
}
