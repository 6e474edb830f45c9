/* Throttles: the burst, what comes back in a minute, and clocks that jump. */
#include "cases.h"
#include "base/throttle.h"

#define NOW    INT64_C(1795255200000)
#define MINUTE 60000

static int taken(struct throttle *t, const char *key, int64_t now, int tries)
{
	int64_t wait = 0;
	int n = 0;

	for (int i = 0; i < tries; i++)
		n += throttle_take(t, str_of(key), now, &wait);
	return n;
}

static void gives_the_burst_then_so_many_a_minute(void **state)
{
	static const struct {
		int burst, per_minute;
	} cases[] = { { 1, 1 }, { 5, 2 }, { 10, 60 }, { 60, 60 }, { 3, 600 } };

	(void)state;
	EACH(cases, c)
	{
		struct throttle *t = throttle_new(c->burst, c->per_minute);
		int back = c->per_minute < c->burst ? c->per_minute : c->burst;

		assert_int_equal(taken(t, "a", NOW, 1000), c->burst);
		assert_int_equal(taken(t, "a", NOW + MINUTE, 1000), back);
		assert_int_equal(taken(t, "a", NOW + 100 * MINUTE, 1000), c->burst);
		throttle_free(t);
	}
}

static void the_wait_it_names_is_enough_and_no_less(void **state)
{
	struct throttle *t = throttle_new(2, 7);
	int64_t wait = 0;

	(void)state;
	taken(t, "a", NOW, 2);
	assert_false(throttle_take(t, STR("a"), NOW, &wait));
	assert_true(wait > 0 && wait <= MINUTE / 7 + 1);
	assert_false(throttle_take(t, STR("a"), NOW + wait - 60, &(int64_t){ 0 }));
	assert_true(throttle_take(t, STR("a"), NOW + wait + 1, &(int64_t){ 0 }));
	throttle_free(t);
}

/* Somebody who asks every ms gets what a patient one gets. */
static void hammering_does_not_stop_what_comes_back(void **state)
{
	struct throttle *t = throttle_new(5, 10);
	int n;

	(void)state;
	n = taken(t, "a", NOW, 5);
	for (int ms = 1; ms <= 2 * MINUTE; ms++)
		n += taken(t, "a", NOW + ms, 1);
	assert_true(n >= 5 + 19 && n <= 5 + 20);
	throttle_free(t);
}

static void a_clock_set_back_does_not_lock_out_for_ever(void **state)
{
	struct throttle *t = throttle_new(5, 60);

	(void)state;
	assert_int_equal(taken(t, "a", NOW + 86400000, 10), 5);
	assert_int_equal(taken(t, "a", NOW, 10), 0);
	assert_int_equal(taken(t, "a", NOW + MINUTE, 10), 5);
	throttle_free(t);
}

/* The widest that the options allow, at a time of now: what comes back in all the time since 1970
 * fits no number. */
static void many_a_minute_are_given_from_the_first(void **state)
{
	struct throttle *t = throttle_new(600000, 6000000);

	(void)state;
	assert_int_equal(taken(t, "a", INT64_C(1795000000000), 1000), 1000);
	assert_int_equal(taken(t, "a", INT64_C(1995000000000), 1000), 1000);
	throttle_free(t);
}

static void keys_have_counters_of_their_own_and_are_forgiven(void **state)
{
	struct throttle *t = throttle_new(2, 1);
	char longer[300];
	int free_ones = 0;

	(void)state;
	assert_int_equal(taken(t, "a", NOW, 9), 2);
	throttle_forgive(t, STR("a"));
	assert_int_equal(taken(t, "a", NOW, 9), 2);
	for (int i = 0; i < 100; i++) {
		snprintf(longer, sizeof(longer), "192.0.2.%d", i);
		free_ones += taken(t, longer, NOW, 9) == 2;
	}
	assert_true(free_ones > 80); /* a few share a counter */
	throttle_free(t);
	t = throttle_new(2, 1);
	memset(longer, 'x', sizeof(longer));
	assert_true(throttle_take(t, (struct str){ longer, sizeof(longer) }, NOW, &(int64_t){ 0 }));
	throttle_free(t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_burst_then_so_many_a_minute),
		cmocka_unit_test(the_wait_it_names_is_enough_and_no_less),
		cmocka_unit_test(hammering_does_not_stop_what_comes_back),
		cmocka_unit_test(a_clock_set_back_does_not_lock_out_for_ever),
		cmocka_unit_test(many_a_minute_are_given_from_the_first),
		cmocka_unit_test(keys_have_counters_of_their_own_and_are_forgiven),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
