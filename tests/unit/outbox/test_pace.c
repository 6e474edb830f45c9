/* The pace of a destination: bursts, then one in so long. */
#include "outbox/outbox.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define NOW   1795255200000LL
#define EVERY 1000
#define BURST 5

/* Takes all that may go at each ms; how many went in all. */
static int64_t run(int64_t *at, int64_t from, int64_t to)
{
	int64_t gone = 0;
	for (int64_t now = from; now < to; now++)
		while (outbox_pace_room(*at, now, EVERY, BURST) > 0) {
			*at = outbox_pace_take(*at, now, EVERY);
			gone++;
		}
	return gone;
}

static void without_a_pace_there_is_no_limit(void **state)
{
	(void)state;
	assert_int_equal(outbox_pace_room(0, NOW, 0, 0), INT64_MAX);
}

static void a_burst_and_then_one_in_so_long(void **state)
{
	int64_t at = 0;
	(void)state;
	assert_int_equal(outbox_pace_room(at, NOW, EVERY, BURST), BURST);
	assert_int_equal(run(&at, NOW, NOW + 1), BURST);
	assert_int_equal(outbox_pace_room(at, NOW + EVERY - 1, EVERY, BURST), 0);
	assert_int_equal(outbox_pace_room(at, NOW + EVERY, EVERY, BURST), 1);
	assert_int_equal(run(&at, NOW + 1, NOW + 60 * EVERY + 1), 60);
}

static void rest_gives_the_burst_back_and_no_more(void **state)
{
	int64_t at = 0;
	(void)state;
	run(&at, NOW, NOW + 10 * EVERY);
	assert_int_equal(outbox_pace_room(at, NOW + 3600000, EVERY, BURST), BURST);
	assert_int_equal(run(&at, NOW + 3600000, NOW + 3600001), BURST);
}

/* A clock that is set back must not silence a destination for longer than it was busy. */
static void a_pause_is_never_longer_than_what_has_gone(void **state)
{
	int64_t at = 0;
	(void)state;
	run(&at, NOW, NOW + 1);
	assert_int_equal(outbox_pace_room(at, NOW + BURST * EVERY, EVERY, BURST), BURST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_pace_there_is_no_limit),
		cmocka_unit_test(a_burst_and_then_one_in_so_long),
		cmocka_unit_test(rest_gives_the_burst_back_and_no_more),
		cmocka_unit_test(a_pause_is_never_longer_than_what_has_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
