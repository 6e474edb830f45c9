/* When a step is due, how far a lead has come, and what may be written down. */
#include "alert/alert.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define MINUTE 60000LL
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define NOW    1795255200000LL /* 2026-11-21T10:00Z, a Saturday */

static struct alert_chain chain(const char *text)
{
	struct alert_chain c = { .version = 7 };
	struct err e;

	assert_true(alert_chain_parse(str_of(text), &c, &e));
	return c;
}

static void refused(const char *text, const char *code)
{
	struct alert_chain c = { .n = 3 };
	struct err e = { 0 };

	assert_false(alert_chain_parse(str_of(text), &c, &e));
	assert_string_equal(e.code, code);
	assert_int_equal(c.n, 3);
}

static void a_chain_reads_as_it_is_written(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct alert_chain c =
		chain("1d after: admins, managers\n 90m before:owner;;due: managers ");

	(void)state;
	assert_int_equal(c.n, 3);
	assert_int_equal(c.version, 7);
	assert_string_equal(alert_step_text(a, &c.step[0]), "90m before: owner");
	assert_string_equal(alert_step_text(a, &c.step[1]), "due: managers");
	assert_string_equal(alert_step_text(a, &c.step[2]), "24h after: managers admins");
	assert_string_equal(alert_kind(&c.step[0]), ALERT_WARNING);
	assert_string_equal(alert_kind(&c.step[1]), ALERT_BREACHED);
	assert_string_equal(alert_kind(&c.step[2]), ALERT_ESCALATED);
	assert_int_equal(chain("").n, 0);
	for (size_t i = 0; i < alert_shipped.n; i++) {
		struct alert_chain back = chain(alert_step_text(a, &alert_shipped.step[i]));

		assert_int_equal(back.step[0].minutes, alert_shipped.step[i].minutes);
		assert_int_equal(back.step[0].to, alert_shipped.step[i].to);
	}
}

static void what_is_no_step_is_refused(void **state)
{
	static const char *const bad[] = { "due",
					   "due:",
					   "due: all",
					   ": owner",
					   "4h: owner",
					   "4h before owner",
					   "h before: owner",
					   "4 before: owner",
					   "4h  until: owner",
					   "-4h before: owner",
					   "0m after: owner",
					   "1.5h after: owner",
					   "9223372036854775807d after: owner" };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(bad); i++)
		refused(bad[i], "chain.step");
	refused("721m before: owner", "chain.time");
	refused("15d after: owner", "chain.time");
	refused("4h before: owner; 240m before: managers", "chain.twice");
	refused("1h after:owner;2h after:owner;3h after:owner;4h after:owner;5h after:owner;6h "
		"after:owner;7h after:owner;8h after:owner;9h after:owner;10h after:owner;11h "
		"after:owner",
		"chain.many");
}

static void the_wall_clock_knows_no_weekend_holiday_or_summer_time(void **state)
{
	/* Friday 23:59 in Berlin, before the weekend of the change to summer time and Easter. */
	static const int64_t received = 1774652340000LL; /* 2026-03-27T22:59Z */
	int64_t due = received + DAY;

	(void)state;
	assert_int_equal(alert_moment(&alert_shipped.step[0], received, due), due - 4 * HOUR);
	assert_int_equal(alert_moment(&alert_shipped.step[1], received, due), due);
	assert_int_equal(alert_moment(&alert_shipped.step[3], received, due), due + DAY);
}

static void a_short_promise_is_warned_of_at_its_half(void **state)
{
	(void)state;
	assert_int_equal(alert_moment(&alert_shipped.step[0], NOW, NOW + 2 * HOUR), NOW + HOUR);
	assert_int_equal(alert_moment(&alert_shipped.step[0], NOW, NOW + 8 * HOUR), NOW + 4 * HOUR);
	assert_int_equal(alert_moment(&alert_shipped.step[0], NOW, NOW), NOW);
	assert_int_equal(alert_moment(&alert_shipped.step[1], NOW, NOW + 2 * HOUR), NOW + 2 * HOUR);
	/* A lead whose time was set back before it came: as far before as the chain says. */
	assert_int_equal(alert_moment(&alert_shipped.step[0], NOW, NOW - HOUR), NOW - 5 * HOUR);
}

static void reached(int64_t past_due, size_t done, size_t from, size_t to)
{
	size_t first;

	assert_int_equal(
		alert_reached(&alert_shipped, done, NOW - DAY, NOW, NOW + past_due, &first), to);
	assert_int_equal(first, from);
}

static void a_warning_that_was_overtaken_is_not_told(void **state)
{
	(void)state;
	reached(-4 * HOUR - 1, 0, 0, 0);
	reached(-4 * HOUR, 0, 0, 1); /* the warning */
	reached(-1, 0, 0, 1);
	reached(-1, 1, 1, 1); /* it was told */
	reached(0, 1, 1, 2);
	reached(0, 0, 1, 2); /* late at once: no warning any more */
	reached(5 * HOUR, 0, 1, 3);
	reached(30 * HOUR, 0, 1, 4);
	reached(30 * HOUR, 3, 3, 4);
	reached(300 * HOUR, 4, 4, 4);
	/* The clock was set back: what was told stays told. */
	reached(-20 * HOUR, 2, 2, 2);
}

static void of_two_warnings_at_once_the_later_is_told(void **state)
{
	struct alert_chain c = chain("8h before: owner; 4h before: owner; due: owner");
	size_t first;

	(void)state;
	assert_int_equal(alert_reached(&c, 0, NOW - DAY, NOW, NOW - HOUR, &first), 2);
	assert_int_equal(first, 1);
	assert_int_equal(alert_reached(&c, 0, NOW - DAY, NOW, NOW - 5 * HOUR, &first), 1);
	assert_int_equal(first, 0);
}

/* Against a reckoning of its own: the clock walks minute by minute, and what it tells on its way is
 * what it tells at once, but for warnings. */
static void walking_tells_what_leaping_tells(void **state)
{
	(void)state;
	srand(7);
	for (int round = 0; round < 200; round++) {
		int64_t promise = (rand() % 1440 + 1) * MINUTE, due = NOW + promise;
		int64_t end = due + rand() % (40 * 60) * MINUTE;
		size_t walked = 0, first, told = 0, leapt;

		for (int64_t now = NOW; now <= end; now += MINUTE) {
			size_t next = alert_reached(&alert_shipped, walked, NOW, due, now, &first);

			told += next - first;
			assert_true(next <= walked + 1);
			walked = next;
		}
		leapt = alert_reached(&alert_shipped, 0, NOW, due, end, &first);
		assert_int_equal(walked, leapt);
		assert_int_equal(told, walked);
		assert_int_equal(leapt - first, leapt > 1 ? leapt - 1 : leapt);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_reads_as_it_is_written),
		cmocka_unit_test(what_is_no_step_is_refused),
		cmocka_unit_test(the_wall_clock_knows_no_weekend_holiday_or_summer_time),
		cmocka_unit_test(a_short_promise_is_warned_of_at_its_half),
		cmocka_unit_test(a_warning_that_was_overtaken_is_not_told),
		cmocka_unit_test(of_two_warnings_at_once_the_later_is_told),
		cmocka_unit_test(walking_tells_what_leaping_tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
