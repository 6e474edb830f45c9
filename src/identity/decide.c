/* One record that arrives: which customer it joins. The batch's rule, for one at a time. */
#include <math.h>
#include "identity/identity.h"

#define CLAMP       12.0     /* bits that one pair can say at most */
#define MERGE_SURER 3.0      /* bits above join that the link to a second customer needs */
#define TRAINED     100000.0 /* records that the default limits are for */

const struct identity_limits identity_limits_default = { .join = 2, .review = -2, .average = 0 };
const struct identity_limits identity_limits_arriving = { .join = 3, .review = -1, .average = 2 };

double identity_clamped(double weight)
{
	return fmax(-CLAMP, fmin(CLAMP, weight));
}

void identity_candidate_add(struct identity_candidate *c, double weight)
{
	double w = identity_clamped(weight);

	c->most = c->members && c->most > w ? c->most : w;
	c->sum += w;
	c->members++;
}

double identity_candidate_score(const struct identity_candidate *c)
{
	return c->members ? (c->most + c->sum / c->members) / 2 : -CLAMP;
}

size_t identity_decide(const struct identity_limits *l, const struct identity_candidate *c,
		       size_t n, size_t *ret_review)
{
	size_t best = n;

	*ret_review = n;
	for (size_t i = 0; i < n; i++) {
		double score = identity_candidate_score(&c[i]);

		if (c[i].most >= l->join && score >= l->average) {
			if (best == n || score > identity_candidate_score(&c[best]))
				best = i;
		} else if (c[i].most >= l->review &&
			   (*ret_review == n || c[i].most > c[*ret_review].most)) {
			*ret_review = i;
		}
	}
	return best;
}

bool identity_may_merge(const struct identity_limits *l, const struct identity_candidate *second,
			double mean_between)
{
	return second->members && second->most >= l->join + MERGE_SURER &&
	       second->sum / second->members >= l->join && mean_between >= 0;
}

struct identity_limits identity_limits_for(const struct identity_limits *l, uint64_t records)
{
	double n = (double)records, more = n > TRAINED ? log2(n / TRAINED) / 2 : 0;

	return (struct identity_limits){ l->join + more, l->review + more, l->average };
}
