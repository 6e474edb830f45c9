/* What a batch's links say in the store: the lead that made another one its customer's, and pairs
 * of customers that a person should look at, one pair of leads for each. */
#include <math.h>
#include <stdlib.h>
#include "match/base.h"
#include "store/store.h"

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

struct pair {
	struct id one, other; /* customers, the smaller first */
	struct id lead_one, lead_other;
	const struct match_item *item;
	int64_t bits, pattern;
};

static int id_order(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b));
}

/* The heaviest pair of two customers first; of equals the one of the smaller leads. */
static int by_customers(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;
	int d = id_order(a->one, b->one);

	d = d ? d : id_order(a->other, b->other);
	d = d ? d : (a->bits < b->bits) - (a->bits > b->bits);
	d = d ? d : id_order(a->lead_one, b->lead_one);
	return d ? d : id_order(a->lead_other, b->lead_other);
}

static void swap(struct id *a, struct id *b)
{
	struct id was = *a;

	*a = *b;
	*b = was;
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

static bool pair_of(const struct pairs *p, const struct match_item *it, struct pair *ret)
{
	const struct identity_link *l = &it->found.review;
	const struct side *s = &p->base->side[it->test];
	struct customer_link link;

	if (it->touch || l->group == IDENTITY_NONE || l->group == it->group)
		return false;
	link = pairs_link(p, it, l);
	*ret = (struct pair){ .one = it->customer,
			      .other = s->customers.at[l->group],
			      .lead_one = link.one,
			      .lead_other = link.other,
			      .item = it,
			      .bits = link.bits,
			      .pattern = link.pattern };
	if (id_order(ret->one, ret->other) > 0)
		swap(&ret->one, &ret->other);
	if (id_order(ret->lead_one, ret->lead_other) > 0)
		swap(&ret->lead_one, &ret->lead_other);
	return true;
}

/* Each pair of customers once. */
static size_t collect(const struct pairs *p, struct pair *out)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < p->n; i++)
		n += pair_of(p, &p->items[i], &out[n]);
	if (n)
		qsort(out, n, sizeof(*out), by_customers);
	for (size_t i = 0; i < n; i++)
		if (!kept || !id_eq(out[i].one, out[kept - 1].one) ||
		    !id_eq(out[i].other, out[kept - 1].other))
			out[kept++] = out[i];
	return kept;
}

/* Not those that a person has seen, or will see by an earlier pair. */
static bool leave_known(const struct pairs *p, struct pair *pair, size_t *n, struct err *e)
{
	struct match_between_in *ask = ARENA_ARRAY(p->a, struct match_between_in, *n);
	struct match_between_row *rows = ARENA_ARRAY(p->a, struct match_between_row, *n);
	bool *found = ARENA_ARRAY(p->a, bool, *n);
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		ask[i] = (struct match_between_in){ p->publisher, pair[i].one, pair[i].other };
	if (!match_between_batch(p->db, ask, *n, p->a, rows, found, e))
		return false;
	for (size_t i = 0; i < *n; i++)
		if (!found[i])
			pair[kept++] = pair[i];
	*n = kept;
	return true;
}

bool pairs_write(struct pairs *p, struct err *e)
{
	struct pair *pair = ARENA_ARRAY(p->a, struct pair, p->n);
	struct match_pair_put_in *puts;
	size_t n = collect(p, pair);

	if (n && !leave_known(p, pair, &n, e))
		return false;
	puts = ARENA_ARRAY(p->a, struct match_pair_put_in, n);
	for (size_t i = 0; i < n; i++)
		puts[i] = (struct match_pair_put_in){ .publisher = p->publisher,
						      .pair = id_derive(pair[i].item->lead, "pair",
									0, pair[i].item->at),
						      .lead_a = pair[i].lead_one,
						      .lead_b = pair[i].lead_other,
						      .state = "review",
						      .bits = pair[i].bits,
						      .pattern = pair[i].pattern,
						      .model = pair[i].item->model,
						      .at = pair[i].item->at };
	for (size_t i = 0; i < n; i++) {
		customer_asked_add(p->a, &p->asked, pair[i].one);
		customer_asked_add(p->a, &p->asked, pair[i].other);
	}
	return !n || match_pair_put_batch(p->db, puts, n, e);
}

bool pairs_ask(const struct pairs *p, const struct match_item *it, const struct id customers[2],
	       const struct customer_link *l, struct err *e)
{
	bool in_order = id_order(l->one, l->other) < 0;
	struct match_pair_put_in put = { .publisher = p->publisher,
					 .pair = id_derive(it->lead, "pair", 1, it->at),
					 .lead_a = in_order ? l->one : l->other,
					 .lead_b = in_order ? l->other : l->one,
					 .state = "review",
					 .bits = l->bits,
					 .pattern = l->pattern,
					 .model = l->model,
					 .at = it->at };

	struct customer_asked asked = { NULL, 0, 0 };

	for (int i = 0; i < 2; i++)
		customer_asked_add(p->a, &asked, customers[i]);
	return match_pair_put(p->db, &put, NULL, e) &&
	       customer_recount(p->db, p->a, p->publisher, &asked, e);
}
