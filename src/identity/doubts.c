/* What a person should look at once the clusters are there: one link between each two of them. */
#include "identity/batch.h"

#include <stdlib.h>

struct between {
	uint32_t low, high; /* clusters */
	struct identity_doubt doubt;
};

static int rising(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* The heaviest of two clusters first; of equals the one of the first records. */
static int by_clusters(const void *x, const void *y)
{
	const struct between *a = x, *b = y;
	int d = rising(a->low, b->low);

	d = d ? d : rising(a->high, b->high);
	d = d ? d : (a->doubt.bits < b->doubt.bits) - (a->doubt.bits > b->doubt.bits);
	d = d ? d : rising(a->doubt.other, b->doubt.other);
	return d ? d : rising(a->doubt.one, b->doubt.one);
}

static bool is_doubtful(const struct identity_batch *b, const struct identity_limits *l,
			const struct edge *e, struct between *ret)
{
	uint32_t x = b->cluster[e->i], y = b->cluster[e->j];
	double bits = identity_evidence(&b->model, e->pattern);

	if (x == y || bits < l->review)
		return false;
	*ret = (struct between){ .low = x < y ? x : y,
				 .high = x < y ? y : x,
				 .doubt = { e->i, e->j, e->pattern, bits } };
	return true;
}

const struct identity_doubt *identity_batch_doubts(struct identity_batch *b,
						   const struct identity_limits *limits,
						   size_t *ret_n)
{
	struct between one, *all;
	size_t n = 0, kept = 0;

	for (size_t k = 0; k < b->edges.n; k++)
		n += is_doubtful(b, limits, &b->edges.at[k], &one);
	all = batch_alloc(sizeof(*all), n);
	b->doubt = batch_alloc(sizeof(*b->doubt), n);
	n = 0;
	for (size_t k = 0; k < b->edges.n; k++)
		if (is_doubtful(b, limits, &b->edges.at[k], &one))
			all[n++] = one;
	if (n)
		qsort(all, n, sizeof(*all), by_clusters);
	for (size_t k = 0; k < n; k++)
		if (!k || all[k].low != all[k - 1].low || all[k].high != all[k - 1].high)
			b->doubt[kept++] = all[k].doubt;
	free(all);
	*ret_n = kept;
	return b->doubt;
}
