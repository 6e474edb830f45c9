/* What the invented marketplace posts is read by the reader as it is meant. */
#include "market/market.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "understand/understand.h"

#define MESSAGES 2000

static const struct market_mix mix = { .duplicates = 0.2, .broken = 0.1, .tests = 0.05 };

static struct touch read_one(struct arena *a, const struct market_message *m)
{
	const struct market_offer *o = &market_offers[0];
	struct offer_facts facts = { o->publisher, o->offer, o->title, o->transactable };
	struct touch *touches;
	struct err e;
	size_t n;

	if (!understand(a, m->body, str_of(m->content_type), &facts, &touches, &n, &e))
		fail_msg("%s: " STR_FMT, e.text, STR_ARG(m->body));
	assert_int_equal(n, 1);
	return touches[0];
}

static void every_lead_is_understood_and_nothing_broken_is(void **state)
{
	AUTO_ARENA a = arena_new("market", 1 << 20);
	AUTO_ARENA each = arena_new("message", 16 << 20);
	struct market *m = market_new(a, 7, "");
	int seen[MARKET_TEST + 1] = { 0 };

	(void)state;
	for (int i = 0; i < MESSAGES; i++) {
		struct market_message x = market_next(m, each, &mix, &market_offers[0]);
		struct err why;
		enum shape shape = understand_shape(each, x.body, str_of(x.content_type), &why);

		seen[x.what]++;
		if (x.what == MARKET_BROKEN) {
			assert_int_not_equal(shape, SHAPE_LEAD);
		} else {
			struct touch t = read_one(each, &x);

			assert_int_equal(shape, SHAPE_LEAD);
			assert_int_equal(t.test, x.what == MARKET_TEST);
			assert_int_not_equal(t.kind, KIND_UNKNOWN);
			assert_int_equal(t.flags & (FLAG_OFFER_CONFLICT | FLAG_ACTION_CONFLICT |
						    FLAG_COUNTRY_UNKNOWN | FLAG_EMAIL_INVALID),
					 0);
			if (x.what != MARKET_TEST)
				assert_non_null(t.email_key);
		}
		arena_reset(each);
	}
	assert_in_range(seen[MARKET_BROKEN], MESSAGES / 20, MESSAGES / 5);
	assert_in_range(seen[MARKET_TEST], MESSAGES / 50, MESSAGES / 10);
	assert_in_range(seen[MARKET_DUPLICATE], MESSAGES / 10, MESSAGES / 3);
}

static void the_same_seed_gives_the_same_and_no_body_comes_twice(void **state)
{
	AUTO_ARENA a = arena_new("market", 64 << 20);
	const struct market_mix some = { .duplicates = 0.5 };
	struct market *one = market_new(a, 3, ""), *two = market_new(a, 3, "");
	struct str bodies[300];

	(void)state;
	for (size_t i = 0; i < LL_COUNT(bodies); i++) {
		struct market_message x = market_next(one, a, &some, &market_offers[0]);
		struct market_message y = market_next(two, a, &some, &market_offers[0]);

		assert_true(str_eq(x.body, y.body));
		bodies[i] = x.body;
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(bodies[k], x.body));
	}
}

/* Who writes otherwise has a mailbox of her own or no number, and still a name and a company. */
static void some_who_come_again_write_otherwise(void **state)
{
	AUTO_ARENA a = arena_new("market", 64 << 20);
	const struct market_mix same = { .duplicates = 0.3 };
	const struct market_mix other = { .duplicates = 0.3, .otherwise = 1 };
	struct market *one = market_new(a, 5, ""), *two = market_new(a, 5, "");
	int moved[2] = { 0 }, again = 0;

	(void)state;
	for (int i = 0; i < MESSAGES; i++) {
		struct market_message x[2] = { market_next(one, a, &same, &market_offers[0]),
					       market_next(two, a, &other, &market_offers[0]) };

		again += x[1].what == MARKET_DUPLICATE;
		for (int k = 0; k < 2; k++) {
			struct touch t = read_one(a, &x[k]);

			assert_non_null(t.email_key);
			moved[k] += strstr(t.email_key, "-mail.example") != NULL;
		}
	}
	assert_int_equal(moved[0], 0);
	assert_in_range(moved[1], again / 2, again * 5 / 6);
}

static void a_test_lead_carries_its_token_everywhere(void **state)
{
	AUTO_ARENA a = arena_new("market", 1 << 20);
	const char *token;
	struct market_message x = market_test_lead(a, 1795393569370, &market_offers[0], &token);
	struct touch t = read_one(a, &x);

	(void)state;
	assert_true(str_starts(str_of(token), "MSFT_TEST_"));
	assert_int_equal(strlen(token), strlen("MSFT_TEST_") + 18);
	assert_string_equal(t.raw[CONTACT_LAST_NAME], token);
	assert_true(t.test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lead_is_understood_and_nothing_broken_is),
		cmocka_unit_test(the_same_seed_gives_the_same_and_no_body_comes_twice),
		cmocka_unit_test(some_who_come_again_write_otherwise),
		cmocka_unit_test(a_test_lead_carries_its_token_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
