/* Questions that a person answers, are these two customers one: a pair of leads in review, one for
 * each pair of customers of which nothing is known yet. */
#include <stdlib.h>
#include "match/base.h"
#include "store/store.h"

static void swap_if_needed(struct id *a, struct id *b)
{
	struct id was = *a;

	if (id_order(*a, *b) <= 0)
		return;
	*a = *b;
	*b = was;
}

/* The smaller customer, and the smaller lead, first. */
static void put_in_order(struct question *q)
{
	swap_if_needed(&q->one, &q->other);
	swap_if_needed(&q->link.one, &q->link.other);
}

/* The heaviest pair of two customers first; of equals the one of the smaller leads. */
static int by_customers(const void *x, const void *y)
{
	const struct question *a = x, *b = y;
	int d = id_order(a->one, b->one);

	d = d ? d : id_order(a->other, b->other);
	d = d ? d : (a->link.bits < b->link.bits) - (a->link.bits > b->link.bits);
	d = d ? d : id_order(a->link.one, b->link.one);
	return d ? d : id_order(a->link.other, b->link.other);
}

static size_t each_once(struct question *q, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		put_in_order(&q[i]);
	qsort(q, n, sizeof(*q), by_customers);
	for (size_t i = 0; i < n; i++)
		if (!kept || !id_eq(q[i].one, q[kept - 1].one) ||
		    !id_eq(q[i].other, q[kept - 1].other))
			q[kept++] = q[i];
	return kept;
}

/* Not those that a person has seen, or will see by an earlier pair. */
static bool leave_known(struct sql_db *db, struct arena *a, const char *publisher,
			struct question *q, size_t *n, struct err *e)
{
	struct match_between_in *ask = ARENA_ARRAY(a, struct match_between_in, *n);
	struct match_between_row *rows = ARENA_ARRAY(a, struct match_between_row, *n);
	bool *found = ARENA_ARRAY(a, bool, *n);
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		ask[i] = (struct match_between_in){ publisher, q[i].one, q[i].other };
	if (!match_between_batch(db, ask, *n, a, rows, found, e))
		return false;
	for (size_t i = 0; i < *n; i++)
		if (!found[i])
			q[kept++] = q[i];
	*n = kept;
	return true;
}

bool questions_put(struct sql_db *db, struct arena *a, const char *publisher, struct question *q,
		   size_t n, struct customer_asked *asked, struct err *e)
{
	struct match_pair_put_in *puts = ARENA_ARRAY(a, struct match_pair_put_in, n);

	for (size_t i = 0; i < n; i++) {
		put_in_order(&q[i]);
		puts[i] = (struct match_pair_put_in){ .publisher = publisher,
						      .pair = q[i].pair,
						      .lead_a = q[i].link.one,
						      .lead_b = q[i].link.other,
						      .state = "review",
						      .bits = q[i].link.bits,
						      .pattern = q[i].link.pattern,
						      .model = q[i].link.model,
						      .at = q[i].at };
		customer_asked_add(a, asked, q[i].one);
		customer_asked_add(a, asked, q[i].other);
	}
	return !n || match_pair_put_batch(db, puts, n, e);
}

bool questions_write(struct sql_db *db, struct arena *a, const char *publisher, struct question *q,
		     size_t *n, struct customer_asked *asked, struct err *e)
{
	if (!*n)
		return true;
	*n = each_once(q, *n);
	return leave_known(db, a, publisher, q, n, e) &&
	       questions_put(db, a, publisher, q, *n, asked, e);
}
