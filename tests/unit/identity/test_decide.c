/* One record that arrives among customers, and what others tell about a card. */
#include <math.h>
#include <stdlib.h>
#include "cases.h"
#include "identity/card.h"

#define L (&identity_limits_default)

static struct identity_candidate of(const double *w, size_t n)
{
	struct identity_candidate c = { 0 };

	for (size_t i = 0; i < n; i++)
		identity_candidate_add(&c, w[i]);
	return c;
}
#define OF(...)                                                                                    \
	of((const double[]){ __VA_ARGS__ },                                                        \
	   sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double))

static void joins_the_best(void **state)
{
	const struct identity_candidate c[] = { OF(3), OF(9, 8), OF(4, 4) };
	size_t review;

	(void)state;
	assert_int_equal(identity_decide(L, c, 3, &review), 1);
	assert_int_equal(review, 3);
}

static void equal_ones_are_settled_by_order(void **state)
{
	const struct identity_candidate c[] = { OF(5), OF(5) };
	size_t review;

	(void)state;
	assert_int_equal(identity_decide(L, c, 2, &review), 0);
}

static void a_doubtful_one_is_for_review(void **state)
{
	const struct identity_candidate c[] = { OF(-9), OF(1, 0), OF(-1) };
	size_t review;

	(void)state;
	assert_int_equal(identity_decide(L, c, 3, &review), 3);
	assert_int_equal(review, 1);
	assert_int_equal(identity_decide(L, c, 0, &review), 0);
	assert_int_equal(review, 0);
}

/* One strong link outweighs what a change of company left behind; one weak link does not. */
static void the_rest_of_the_customer_speaks_too(void **state)
{
	const struct identity_candidate moved[] = { OF(10, -8, -8, -8, -8) },
					chain[] = { OF(3, -12, -12, -12) };
	size_t review;

	(void)state;
	assert_int_equal(identity_decide(L, moved, 1, &review), 0);
	assert_int_equal(identity_decide(L, chain, 1, &review), 1);
	assert_int_equal(review, 0);
}

static void the_order_of_members_makes_no_difference(void **state)
{
	const struct identity_candidate x = OF(-20, 7, 3), y = OF(3, -20, 7);

	(void)state;
	assert_true(fabs(x.most - 7) < 1e-12 && fabs(x.sum - (-12 + 7 + 3)) < 1e-12);
	assert_true(fabs(identity_candidate_score(&x) - identity_candidate_score(&y)) < 1e-12);
	assert_true(fabs(identity_clamped(99) - 12) < 1e-12 &&
		    fabs(identity_clamped(-99) + 12) < 1e-12);
}

static void two_customers_become_one_only_when_it_is_sure(void **state)
{
	const struct identity_candidate sure = OF(8, 6), weak = OF(4, 4), none = { 0 };

	(void)state;
	assert_true(identity_may_merge(L, &sure, 1));
	assert_false(identity_may_merge(L, &sure, -1));
	assert_false(identity_may_merge(L, &weak, 5));
	assert_false(identity_may_merge(L, &none, 5));
}

static void counts_change_levels(void **state)
{
	AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);
	const char *text = "Anna|Meyer|anna@acme.com|+49 30 1234567|Germany|Acme";
	struct identity_card *x = card_of(a, text), *y = card_of(a, text);
	struct identity_shared s = { .name_records = 2, .org_records = 500, .phone_names = 9 };
	identity_pattern p = identity_compare(x, y);

	(void)state;
	assert_int_equal(identity_level(p, TRAIT_NAME), NAME_SAME);
	assert_int_equal(identity_level(p, TRAIT_PHONE), PHONE_SAME);
	assert_int_equal(identity_level(p, TRAIT_ORG), ORG_SAME);
	identity_card_share(x, &s);
	identity_card_share(y, &s);
	p = identity_compare(x, y);
	assert_int_equal(identity_level(p, TRAIT_NAME), NAME_RARE);
	assert_int_equal(identity_level(p, TRAIT_PHONE), PHONE_SHARED);
	assert_int_equal(identity_level(p, TRAIT_ORG), ORG_SAME_MANY);
	assert_int_equal(identity_level(p, TRAIT_EMAIL), EMAIL_SAME);
	s.mailbox_names = s.mailbox_records = 8;
	identity_card_share(x, &s);
	identity_card_share(y, &s);
	assert_int_equal(identity_level(identity_compare(x, y), TRAIT_EMAIL), EMAIL_ROLE);
}

/* A company's two names meet at the domain that most of it write from. */
static void learned_domains_join_scripts(void **state)
{
	AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);
	struct identity_card *x = card_of(a, "민준|김||||한빛소프트"),
			     *y = card_of(a, "Minjun|Kim|mj@hanbit.co.kr|||Hanbit Soft");

	(void)state;
	assert_int_equal(identity_level(identity_compare(x, y), TRAIT_ORG), 0);
	identity_card_label(x, identity_card_terms(y).label);
	assert_int_equal(identity_level(identity_compare(x, y), TRAIT_ORG), ORG_SAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_the_best),
		cmocka_unit_test(equal_ones_are_settled_by_order),
		cmocka_unit_test(a_doubtful_one_is_for_review),
		cmocka_unit_test(the_rest_of_the_customer_speaks_too),
		cmocka_unit_test(the_order_of_members_makes_no_difference),
		cmocka_unit_test(two_customers_become_one_only_when_it_is_sure),
		cmocka_unit_test(counts_change_levels),
		cmocka_unit_test(learned_domains_join_scripts),
	};

	return cmocka_run_group_tests_name("identity/decide", tests, NULL, NULL);
}
