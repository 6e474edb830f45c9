/* A destination's health: open, suspended, probing, and the slow way back. */
#include "outbox/outbox.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define NOW 1795255200000LL

static const struct dest_outcome ok = { .outcome = OUTCOME_DELIVERED, .retry_after_ms = -1 };
static const struct dest_outcome down = { .outcome = OUTCOME_RETRY,
					  .retry_after_ms = -1,
					  .site = true };
static const struct dest_outcome lost = { .outcome = OUTCOME_UNKNOWN,
					  .retry_after_ms = -1,
					  .site = true };
static const struct dest_outcome refused = { .outcome = OUTCOME_REJECTED, .retry_after_ms = -1 };

static void starts_open(void **state)
{
	struct outbox_health h = outbox_health_new();
	(void)state;
	assert_int_equal(outbox_health_state(&h, NOW), OUTBOX_OPEN);
	assert_int_equal(outbox_health_room(&h, NOW), OUTBOX_WINDOW);
}

static void is_left_alone_after_failures_in_a_row(void **state)
{
	struct outbox_health h = outbox_health_new();
	(void)state;
	for (int i = 1; i < OUTBOX_FAILURES; i++) {
		assert_false(outbox_health_note(&h, i % 2 ? &down : &lost, NOW));
		assert_int_equal(outbox_health_state(&h, NOW), OUTBOX_OPEN);
	}
	outbox_health_note(&h, &down, NOW);
	assert_int_equal(outbox_health_state(&h, NOW), OUTBOX_SUSPENDED);
	assert_int_equal(outbox_health_room(&h, NOW), 0);
	assert_int_equal(outbox_health_state(&h, NOW + 5000), OUTBOX_PROBING);
	assert_int_equal(outbox_health_room(&h, NOW + 5000), 1);
}

static void counts_what_was_in_flight_together_once(void **state)
{
	struct outbox_health h = outbox_health_new();
	(void)state;
	for (int i = 0; i < 100; i++)
		outbox_health_note(&h, &down, NOW);
	assert_int_equal(h.failures, OUTBOX_FAILURES);
	assert_int_equal(h.suspended_until, NOW + 5000);
}

static void waits_longer_with_every_failed_probe(void **state)
{
	struct outbox_health h = outbox_health_new();
	int64_t now = NOW, last = 0;
	(void)state;
	for (int i = 0; i < OUTBOX_FAILURES; i++)
		outbox_health_note(&h, &down, now);
	for (int i = 0; i < 20; i++) {
		int64_t wait = h.suspended_until - now;
		assert_true(wait >= last && wait <= 5 * 60000);
		last = wait;
		now = h.suspended_until;
		outbox_health_note(&h, &down, now);
	}
	assert_int_equal(last, 5 * 60000);
}

static void comes_back_slowly(void **state)
{
	struct outbox_health h = outbox_health_new();
	(void)state;
	for (int i = 0; i < OUTBOX_FAILURES; i++)
		outbox_health_note(&h, &down, NOW);
	outbox_health_note(&h, &ok, NOW + 5000);
	assert_int_equal(outbox_health_state(&h, NOW + 5000), OUTBOX_OPEN);
	int64_t room = outbox_health_room(&h, NOW + 5000);
	assert_true(room >= 1 && room <= 4);
	for (int i = 0; i < 1000; i++)
		outbox_health_note(&h, &ok, NOW + 5000);
	assert_int_equal(outbox_health_room(&h, NOW + 5000), OUTBOX_WINDOW_MAX);
}

static void a_success_resets_the_count(void **state)
{
	struct outbox_health h = outbox_health_new();
	(void)state;
	for (int i = 0; i < 100; i++) {
		outbox_health_note(&h, i % 2 ? &ok : &down, NOW);
		assert_int_equal(outbox_health_state(&h, NOW), OUTBOX_OPEN);
	}
}

static void slows_down_when_asked_to(void **state)
{
	struct outbox_health h = outbox_health_new();
	struct dest_outcome o = { .outcome = OUTCOME_RETRY,
				  .slow_down = true,
				  .site = true,
				  .retry_after_ms = 4000,
				  .at_least_ms = 60000 };
	(void)state;
	outbox_health_note(&h, &o, NOW);
	assert_int_equal(h.suspended_until, NOW + 4000);
	assert_int_equal(outbox_health_room(&h, NOW + 3999), 0);
	assert_true(outbox_health_room(&h, NOW + 4000) > 1);
	h = outbox_health_new();
	o.retry_after_ms = -1;
	outbox_health_note(&h, &o, NOW);
	assert_int_equal(h.suspended_until, NOW + 60000);
	h = outbox_health_new();
	o.at_least_ms = 0;
	outbox_health_note(&h, &o, NOW);
	assert_int_equal(h.suspended_until, NOW + 5000);
}

static void a_site_that_is_always_slow_is_suspended_too(void **state)
{
	struct outbox_health h = outbox_health_new();
	struct dest_outcome o = {
		.outcome = OUTCOME_RETRY, .slow_down = true, .site = true, .retry_after_ms = -1
	};
	int64_t now = NOW;
	(void)state;
	for (int i = 0; i < 12; i++) {
		outbox_health_note(&h, &o, now);
		now = h.suspended_until;
	}
	assert_true(h.failures >= OUTBOX_FAILURES);
	assert_int_equal(outbox_health_state(&h, now), OUTBOX_PROBING);
}

static void refused_leads_are_the_leads_fault_until_there_are_many(void **state)
{
	struct outbox_health h = outbox_health_new();
	(void)state;
	for (int i = 1; i < OUTBOX_REFUSALS; i++)
		assert_false(outbox_health_note(&h, &refused, NOW));
	assert_int_equal(outbox_health_state(&h, NOW), OUTBOX_OPEN);
	assert_true(outbox_health_note(&h, &refused, NOW));
	h = outbox_health_new();
	for (int i = 1; i < OUTBOX_REFUSALS * 3; i++) {
		assert_false(outbox_health_note(&h, &refused, NOW));
		if (i % 5 == 0)
			outbox_health_note(&h, &ok, NOW);
	}
}

static void settings_at_fault_are_at_once(void **state)
{
	struct outbox_health h = outbox_health_new();
	const struct dest_outcome o = { .outcome = OUTCOME_CONFIG, .retry_after_ms = -1 };
	(void)state;
	assert_true(outbox_health_note(&h, &o, NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_open),
		cmocka_unit_test(is_left_alone_after_failures_in_a_row),
		cmocka_unit_test(counts_what_was_in_flight_together_once),
		cmocka_unit_test(waits_longer_with_every_failed_probe),
		cmocka_unit_test(comes_back_slowly),
		cmocka_unit_test(a_success_resets_the_count),
		cmocka_unit_test(slows_down_when_asked_to),
		cmocka_unit_test(a_site_that_is_always_slow_is_suspended_too),
		cmocka_unit_test(refused_leads_are_the_leads_fault_until_there_are_many),
		cmocka_unit_test(settings_at_fault_are_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
