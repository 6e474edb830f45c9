/* Weights of patterns, and the model that is shipped. */
#include "identity/card.h"

#include <math.h>

static double likelihood(const struct identity_model *m, enum identity_class k, identity_pattern p)
{
	double v = m->share[k];

	for (int t = 0; p; t++, p >>= 4)
		if (p & 15)
			v *= m->level[k][t][p & 15];
	return v;
}

double identity_weight(const struct identity_model *m, identity_pattern p)
{
	double same = 0, other = 0;

	for (int k = 0; k < CLASSES; k++)
		*(k < MATCH_CLASSES ? &same : &other) += likelihood(m, (enum identity_class)k, p);
	return log2(same / other);
}

double identity_evidence(const struct identity_model *m, identity_pattern p)
{
	double w = identity_weight(m, p);
	unsigned name = identity_level(p, TRAIT_NAME);
	bool other_name = name == NAME_DIFFER || name == NAME_LAST_SAME || name == NAME_FIRST_SAME;

	return other_name && identity_level(p, TRAIT_EMAIL) == EMAIL_ROLE ? fmin(w, 0) : w;
}

double identity_probability(double weight)
{
	return 1 / (1 + exp2(-weight));
}

/* Classes do not add up by trait: traits are put in one after the other, in the order of the enum,
 * and each is told what it changes. */
struct identity_why identity_explain(const struct identity_model *m, identity_pattern p)
{
	struct identity_why why = { .prior = identity_weight(m, 0) };
	identity_pattern with = 0;

	why.weight = why.prior;
	for (int t = 0; t < TRAITS; t++) {
		unsigned level = identity_level(p, (enum identity_trait)t);
		double next;

		if (!level)
			continue;
		with |= (identity_pattern)level << (4 * t);
		next = identity_weight(m, with);
		why.step[why.steps++] =
			(struct identity_step){ (enum identity_trait)t, level, next - why.weight };
		why.weight = next;
	}
	return why;
}
