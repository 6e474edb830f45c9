/* Weights, their explanation, and learning. */
#include <math.h>
#include <stdlib.h>
#include "cases.h"
#include "identity/card.h"

static void shares_sum_to_one(void **state)
{
	double all = 0;

	(void)state;
	for (int k = 0; k < CLASSES; k++) {
		all += identity_model_shipped.share[k];
		for (int t = 0; t < TRAITS; t++) {
			double sum = 0;

			for (int l = 1; l < IDENTITY_LEVELS; l++)
				sum += identity_model_shipped.level[k][t][l];
			if (fabs(sum - 1) > 0.02)
				fail_msg("class %d, trait %s: %f", k,
					 identity_trait_name((enum identity_trait)t), sum);
		}
	}
	assert_true(fabs(all - 1) < 1e-6);
}

/* Each level that comparing can give has words, and a probability in every class. */
static void levels_have_words_and_weights(void **state)
{
	static const unsigned levels[TRAITS] = { [TRAIT_NAME] = NAME_LOOSE,
						 [TRAIT_EMAIL] = EMAIL_MIXED,
						 [TRAIT_PHONE] = PHONE_DIFFER,
						 [TRAIT_ORG] = ORG_SAME_MANY };

	(void)state;
	for (int t = 0; t < TRAITS; t++) {
		for (unsigned l = 1; l <= (levels[t] ? levels[t] : PLAIN_DIFFER); l++) {
			assert_non_null(identity_level_text((enum identity_trait)t, l));
			if (t == TRAIT_COUNTRY && l != PLAIN_SAME && l != PLAIN_DIFFER)
				continue;
			if (t == TRAIT_TITLE && l == PLAIN_PART)
				continue;
			for (int k = 0; k < CLASSES; k++)
				assert_true(identity_model_shipped.level[k][t][l] > 0);
		}
	}
}

static void steps_sum_to_the_weight(void **state)
{
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		identity_pattern p = 0;
		struct identity_why why;
		double sum;

		for (int t = 0; t < TRAITS; t++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/* levels 1 and 2 of every trait but the country have a weight */
			p |= (identity_pattern)(t == TRAIT_COUNTRY ? x & 1 : x % 3) << (4 * t);
		}
		why = identity_explain(&identity_model_shipped, p);
		sum = why.prior;
		for (size_t i = 0; i < why.steps; i++)
			sum += why.step[i].bits;
		assert_true(fabs(sum - why.weight) < 1e-9);
		assert_true(fabs(why.weight - identity_weight(&identity_model_shipped, p)) < 1e-9);
	}
	assert_true(fabs(identity_probability(0) - 0.5) < 1e-12);
	assert_true(identity_probability(10) > 0.999 && identity_probability(-10) < 0.001);
}

#define ANNA "Anna|Meyer|anna.meyer@acme.com|+49 30 1234567|Germany|Acme GmbH|CTO"

static const struct {
	const char *what, *x, *y;
	bool same;
} traps[] = {
	{ "the same person, formats apart", ANNA,
	  "ANNA|MEYER|Anna.Meyer+trial@acme.com|0301234567|Deutschland|ACME|", true },
	{ "colleagues agree in all but the person", ANNA,
	  "Bert|Kunze|bert.kunze@acme.com|+49 30 1234567|Germany|Acme GmbH|CTO", false },
	{ "a relative in the same company", ANNA,
	  "Otto|Meyer|otto.meyer@acme.com|+49 30 1234567|Germany|Acme GmbH|", false },
	{ "names as near as their addresses", "Ramesh|Kumar|ramesh.kumar@acme.in||India|Acme|",
	  "Rajesh|Kumar|rajesh.kumar@acme.in||India|Acme|", false },
	{ "a slip in the address alone", "Ramesh|Kumar|ramesh.kumar@acme.in||India|Acme|",
	  "Ramesh|Kumar|rmaesh.kumar@acme.in||India|Acme|", true },
	{ "a change of company, the number kept", ANNA,
	  "Anna|Meyer|anna.meyer@zenith.com|+49 30 1234567|Germany|Zenith AG|CTO", true },
	{ "namesakes at two companies", ANNA,
	  "Anna|Meyer|anna.meyer@zenith.com|+49 89 7654321|Germany|Zenith AG|Student", false },
	{ "free mail glues nobody", "Anna|Meyer|anna.m7@gmail.com||Germany",
	  "Bert|Kunze|bk@gmail.com||Germany", false },
	{ "role mailboxes glue nobody", "Anna|Meyer|info@acme.com||Germany|Acme",
	  "Bert|Kunze|info@acme.com||Germany|Acme", false },
	{ "the sample number glues nobody", "Anna|Meyer||1234567890|US",
	  "Bert|Kunze||1234567890|US", false },
	{ "test.com glues nobody", "Anna|Meyer|test@test.com||US", "Bert|Kunze|test@test.com||US",
	  false },
	{ "n/a glues nobody", "Anna|Meyer|n/a|n/a|n/a|n/a|n/a", "Bert|Kunze|n/a|n/a|n/a|n/a|n/a",
	  false },
	{ "a Korean in both scripts, at one address",
	  "민준|김|mj.kim@hanbit.co.kr||대한민국|한빛소프트",
	  "Minjun|Kim|mj.kim@hanbit.co.kr||South Korea|Hanbit Soft", true },
	{ "mixed scripts in one name", "约翰|Smith|john@acme.com||US|Acme",
	  "John|Smith|john@acme.com||US|Acme", true },
};

static void falls_into_no_trap(void **state)
{
	(void)state;
	EACH(traps, c)
	{
		double w = weight_of(c->x, c->y);

		if ((w >= identity_limits_default.join) != c->same)
			fail_msg("%s: weight %f", c->what, w);
	}
}

/* Counts drawn from a known mixture: what is learned stays sound and tells the classes apart. */
static void learns_what_matches(void **state)
{
	const identity_pattern same = NAME_SAME | EMAIL_SAME << 4 | ORG_SAME << 12,
			       colleague = NAME_DIFFER | EMAIL_COLLEAGUE << 4 | ORG_SAME << 12,
			       namesake = NAME_SAME | EMAIL_CORPORATE << 4 | ORG_DIFFER << 12;
	const struct identity_count counts[] = { { same, 5000 },
						 { colleague, 9000 },
						 { namesake, 3000 } };
	struct identity_model m;

	(void)state;
	assert_true(identity_learn(counts, LL_COUNT(counts), &m));
	assert_true(identity_weight(&m, same) > 6);
	assert_true(identity_weight(&m, colleague) < -6);
	assert_true(identity_weight(&m, namesake) < -4);
}

/* Matches that all have other names are no matches: the shipped model stays. */
static void refuses_to_drift(void **state)
{
	const struct identity_count counts[] = {
		{ NAME_DIFFER | EMAIL_SAME << 4 | PHONE_SAME << 8 | ORG_SAME << 12, 100000 },
	};
	struct identity_model m;

	(void)state;
	memset(&m, 7, sizeof(m));
	assert_false(identity_learn(counts, 1, &m));
	assert_int_equal(*(unsigned char *)&m, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_sum_to_one),
		cmocka_unit_test(levels_have_words_and_weights),
		cmocka_unit_test(steps_sum_to_the_weight),
		cmocka_unit_test(falls_into_no_trap),
		cmocka_unit_test(learns_what_matches),
		cmocka_unit_test(refuses_to_drift),
	};

	return cmocka_run_group_tests_name("identity/model", tests, NULL, NULL);
}
