/* How many open questions there are about customers, counted anew from their leads' pairs. */
#include <stdlib.h>
#include "customer/parts.h"

void customer_asked_add(struct arena *a, struct customer_asked *s, struct id id)
{
	if (s->n == s->max) {
		struct id *more;

		s->max = s->max ? s->max * 2 : 16;
		more = ARENA_ARRAY(a, struct id, s->max);
		if (s->n)
			memcpy(more, s->at, s->n * sizeof(*more));
		s->at = more;
	}
	s->at[s->n++] = id;
}

bool customer_asked_with(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
			 struct customer_asked *s, struct err *e)
{
	struct pair_asked_in in = { publisher, lead };
	struct pair_asked_row *rows;
	size_t n;

	if (!pair_asked(db, &in, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		customer_asked_add(a, s, rows[i].customer_id);
	return true;
}

bool asked_by_pair(struct sql_db *db, struct arena *a, const char *publisher, struct id pair,
		   struct customer_asked *s, struct err *e)
{
	struct pair_get_row p;
	int found = pair_get(db, &(struct pair_get_in){ publisher, pair }, a, &p, e);

	if (found > 0) {
		customer_asked_add(a, s, p.customer_a);
		customer_asked_add(a, s, p.customer_b);
	}
	return found >= 0;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

bool customer_recount(struct sql_db *db, struct arena *a, const char *publisher,
		      struct customer_asked *s, struct err *e)
{
	struct reviews_count_in *puts = ARENA_ARRAY(a, struct reviews_count_in, s->n);
	size_t n = 0;

	if (!s->n)
		return true;
	qsort(s->at, s->n, sizeof(*s->at), by_id);
	for (size_t i = 0; i < s->n; i++)
		if (!i || !id_eq(s->at[i], s->at[i - 1]))
			puts[n++] = (struct reviews_count_in){ publisher, s->at[i] };
	return reviews_count_batch(db, puts, n, e);
}
