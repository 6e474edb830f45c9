/*
 * Expectation and maximisation over counted patterns (Dempster, Laird and Rubin 1977; for record
 * linkage Winkler 1988), with the shipped model as prior, so that ten records work as well as a
 * million. Four classes: with two, the strongest split in such data is "same company", not "same
 * person".
 */
#include <stdlib.h>
#include "base/err.h"
#include "identity/identity.h"

#define ROUNDS      60
#define PRIOR       200.0  /* pairs that the shipped model counts for */
#define PRIOR_OTHER 2000.0 /* the same, of classes that do not match */
#define FLOOR       0.002  /* of the match class: nothing is impossible there */
#define FLOOR_OTHER 1e-5

struct sums {
	double share[CLASSES];
	double level[CLASSES][TRAITS][IDENTITY_LEVELS], all[CLASSES][TRAITS];
};

static void expect_one(const struct identity_model *m, const struct identity_count *c,
		       struct sums *s)
{
	double r[CLASSES], sum = 0;

	for (int k = 0; k < CLASSES; k++) {
		r[k] = m->share[k];
		for (int t = 0; t < TRAITS; t++) {
			unsigned l = identity_level(c->pattern, (enum identity_trait)t);

			if (l)
				r[k] *= m->level[k][t][l];
		}
		sum += r[k];
	}
	for (int k = 0; k < CLASSES; k++) {
		double n = (double)c->n * r[k] / sum;

		s->share[k] += n;
		for (int t = 0; t < TRAITS; t++) {
			unsigned l = identity_level(c->pattern, (enum identity_trait)t);

			if (!l)
				continue;
			s->level[k][t][l] += n;
			s->all[k][t] += n;
		}
	}
}

static void maximise(const struct sums *s, double total, struct identity_model *m)
{
	const struct identity_model *prior = &identity_model_shipped;

	for (int k = 0; k < CLASSES; k++) {
		double floor = k == CLASS_MATCH ? FLOOR : FLOOR_OTHER;
		double strength = k < MATCH_CLASSES ? PRIOR : PRIOR_OTHER;

		m->share[k] = (s->share[k] + PRIOR * prior->share[k]) / (total + PRIOR);
		if (k == CLASS_MOVED)
			continue; /* too rare to be learned: it would end among namesakes */
		for (int t = 0; t < TRAITS; t++) {
			for (int l = 1; l < IDENTITY_LEVELS; l++) {
				double v = (s->level[k][t][l] + strength * prior->level[k][t][l]) /
					   (s->all[k][t] + strength);

				m->level[k][t][l] = v > floor ? v : floor;
			}
		}
	}
}

/* A class of matches whose addresses and names mostly differ is no longer one of matches. */
static bool is_sound(const struct identity_model *m)
{
	const double *email = m->level[CLASS_MATCH][TRAIT_EMAIL],
		     *name = m->level[CLASS_MATCH][TRAIT_NAME];

	return email[1] >= 0.5 && name[13] <= 0.2;
}

bool identity_learn(const struct identity_count *counts, size_t n, struct identity_model *ret)
{
	struct identity_model m = identity_model_shipped;
	struct sums *s = malloc(sizeof(*s));
	double total = 0;
	bool sound;

	MUST(s);
	for (size_t i = 0; i < n; i++)
		total += (double)counts[i].n;
	for (int round = 0; round < ROUNDS; round++) {
		memset(s, 0, sizeof(*s));
		for (size_t i = 0; i < n; i++)
			expect_one(&m, &counts[i], s);
		maximise(s, total, &m);
	}
	free(s);
	sound = is_sound(&m);
	if (sound)
		*ret = m;
	return sound;
}
