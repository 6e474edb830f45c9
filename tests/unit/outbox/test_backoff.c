/* The schedule of destinations.md 0.3. */
#include "outbox/outbox.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define S   1000LL
#define M   (60 * S)
#define H   (60 * M)
#define NOW 1795255200000LL

static const int64_t waits[] = { 5 * S,  5 * M,  30 * M, 2 * H,  5 * H, 10 * H,
				 14 * H, 20 * H, 24 * H, 24 * H, 24 * H };

static struct outbox_times times(int64_t tries)
{
	return (struct outbox_times){ .since_at = NOW,
				      .now_ms = NOW,
				      .tries = tries,
				      .retry_after_ms = -1,
				      .max_age_ms = 72 * H };
}

static void follows_the_schedule(void **state)
{
	(void)state;
	for (size_t i = 0; i < LL_COUNT(waits); i++) {
		struct outbox_times t = times((int64_t)i + 1);
		assert_int_equal(outbox_next_at(&t, 2000) - NOW, waits[i]);
	}
}

static void spreads_by_a_fifth(void **state)
{
	(void)state;
	for (size_t i = 0; i < LL_COUNT(waits); i++) {
		struct outbox_times t = times((int64_t)i + 1);
		assert_int_equal(outbox_next_at(&t, 0) - NOW, waits[i] * 8 / 10);
		assert_int_equal(outbox_next_at(&t, 4000) - NOW, waits[i] * 12 / 10);
		for (uint32_t r = 1; r < UINT32_MAX / 3; r = r * 3 + 1) {
			int64_t wait = outbox_next_at(&t, r) - NOW;
			assert_true(wait >= waits[i] * 8 / 10 && wait <= waits[i] * 12 / 10);
		}
	}
}

static void honours_the_peers_wish_up_to_a_day(void **state)
{
	struct outbox_times t = times(1);
	(void)state;
	t.retry_after_ms = 2 * H;
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 2 * H);
	t.retry_after_ms = 1 * S; /* never sooner than the schedule */
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 5 * S);
	t.retry_after_ms = 200 * H;
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 24 * H);
}

static void floor_is_for_peers_that_name_no_time(void **state)
{
	struct outbox_times t = times(1);
	(void)state;
	t.at_least_ms = 60 * S;
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 60 * S);
	t.retry_after_ms = 10 * S;
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 10 * S);
	t = times(4);
	t.at_least_ms = 60 * S;
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 2 * H);
}

static void ends_with_max_age(void **state)
{
	struct outbox_times t = times(9);
	(void)state;
	t.since_at = NOW - 47 * H;
	assert_int_equal(outbox_next_at(&t, 2000), NOW + 24 * H);
	t.since_at = NOW - 49 * H;
	assert_int_equal(outbox_next_at(&t, 2000), -1);
	t = times(1);
	t.max_age_ms = 1 * H;
	t.retry_after_ms = 2 * H;
	assert_int_equal(outbox_next_at(&t, 2000), -1);
}

/* The whole life of a lead that nobody takes: how many attempts, over how long. */
static void gives_a_dead_destination_nine_or_ten_attempts(void **state)
{
	(void)state;
	for (uint32_t r = 0; r <= 4000; r += 100) {
		struct outbox_times t = times(0);
		do {
			t.tries++;
			int64_t next = outbox_next_at(&t, r);
			if (next < 0)
				break;
			assert_true(next > t.now_ms);
			t.now_ms = next;
		} while (t.tries < 100);
		assert_in_range(t.tries, 8, 10);
		assert_true(t.now_ms - t.since_at > 40 * H);
		assert_true(t.now_ms - t.since_at <= 72 * H);
	}
}

static void some_kinds_try_quickly_and_not_for_long(void **state)
{
	static const int64_t quick[] = { 2 * S, 10 * S, 30 * S };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(quick); i++) {
		struct outbox_times t = times((int64_t)i + 1);
		t.retries = 3;
		assert_int_equal(outbox_next_at(&t, 2000) - NOW, quick[i]);
		t.retry_after_ms = 5 * M;
		assert_int_equal(outbox_next_at(&t, 2000) - NOW, 5 * M);
	}
	struct outbox_times t = times(4);
	t.retries = 3;
	assert_int_equal(outbox_next_at(&t, 2000), -1);
}

static void some_kinds_have_so_many_attempts_however_long_it_takes(void **state)
{
	(void)state;
	for (int64_t tries = 1; tries < 10; tries++) {
		struct outbox_times t = times(tries);
		t.attempts = 10;
		t.max_age_ms = 0;
		t.now_ms = NOW + 1000 * H;
		assert_int_equal(outbox_next_at(&t, 2000) - t.now_ms, waits[tries - 1]);
	}
	struct outbox_times t = times(10);
	t.attempts = 10;
	assert_int_equal(outbox_next_at(&t, 2000), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_schedule),
		cmocka_unit_test(spreads_by_a_fifth),
		cmocka_unit_test(honours_the_peers_wish_up_to_a_day),
		cmocka_unit_test(floor_is_for_peers_that_name_no_time),
		cmocka_unit_test(ends_with_max_age),
		cmocka_unit_test(gives_a_dead_destination_nine_or_ten_attempts),
		cmocka_unit_test(some_kinds_try_quickly_and_not_for_long),
		cmocka_unit_test(some_kinds_have_so_many_attempts_however_long_it_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
