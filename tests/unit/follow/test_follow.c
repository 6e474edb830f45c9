/* What is pure of following: when to ask again, and what contradicts what. */
#include "follow/follow.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define NOW    INT64_C(1795255205000)

static int64_t wait_after(int64_t minutes, int64_t failures, int64_t least)
{
	return follow_next_at(NOW, minutes, failures, least) - NOW;
}

static void failures_are_asked_ever_more_rarely(void **state)
{
	int64_t before = 0;

	(void)state;
	assert_int_equal(wait_after(5, 0, -1), 5 * MINUTE);
	assert_int_equal(wait_after(5, 1, -1), 10 * MINUTE);
	assert_int_equal(wait_after(5, 5, -1), 160 * MINUTE);
	for (int64_t failures = 0; failures < 100; failures++) {
		int64_t wait = wait_after(5, failures, -1);

		assert_true(wait >= before && wait <= 180 * MINUTE);
		before = wait;
	}
	assert_int_equal(before, 180 * MINUTE);
}

static void what_the_peer_or_a_person_wants_is_kept(void **state)
{
	(void)state;
	assert_int_equal(wait_after(5, 1, 3600000), 60 * MINUTE);
	assert_int_equal(wait_after(5, 1, 1000), 10 * MINUTE);
	assert_int_equal(wait_after(1440, 0, -1), 1440 * MINUTE);
	assert_int_equal(wait_after(1440, 9, -1), 1440 * MINUTE);
}

static void late_commits_are_waited_for_and_then_no_more(void **state)
{
	int64_t newest = NOW - 7 * MINUTE; /* by a clock of its own */

	(void)state;
	assert_int_equal(follow_since(newest, NOW, NOW), newest - 2 * MINUTE);
	assert_int_equal(follow_since(newest, NOW, NOW + 2 * MINUTE - 1), newest - 2 * MINUTE);
	assert_int_equal(follow_since(newest, NOW, NOW + 2 * MINUTE), newest + 1000);
	assert_true(follow_begin(id_new(NOW)) < NOW - 59 * MINUTE);
}

/* docs/following.md said the other way round: for every pair of sides, by a rule and not by rows.
 */
static const char *naive(const char *status, const char *substatus, enum dest_standing s)
{
	bool won = !strcmp(substatus, "Won"), closed = !strcmp(status, "Closed");
	bool ended_there = s == DEST_WON || s == DEST_LOST;

	if (s == DEST_GONE)
		return closed ? NULL : "gone-there";
	if (!closed)
		return ended_there                                ? "closed-there"
		       : !strcmp(status, "New") && s != DEST_OPEN ? "worked-on-there"
								  : NULL;
	if (ended_there)
		return won != (s == DEST_WON) ? "other-outcome" : NULL;
	return won && s == DEST_QUALIFIED ? NULL : "open-there";
}

static void both_sides_are_compared_as_documented(void **state)
{
	static const char *const sides[][2] = { { "New", "Received" },    { "New", "Pending" },
						{ "Active", "Accepted" }, { "Closed", "Won" },
						{ "Closed", "Lost" },     { "Closed", "Declined" },
						{ "Closed", "Expired" } };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(sides); i++)
		for (enum dest_standing s = DEST_OPEN; s <= DEST_GONE; s++) {
			const char *is = follow_conflict(sides[i][0], sides[i][1], s);
			const char *want = naive(sides[i][0], sides[i][1], s);

			/* Active and worked on or qualified there: hand in hand. */
			if (!strcmp(sides[i][0], "Active") &&
			    (s == DEST_WORKING || s == DEST_QUALIFIED))
				want = NULL;
			if ((is == NULL) != (want == NULL) || (is && strcmp(is, want) != 0))
				fail_msg("%s and %s: %s", sides[i][1], dest_standing_text(s),
					 is ? is : "no conflict");
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_are_asked_ever_more_rarely),
		cmocka_unit_test(what_the_peer_or_a_person_wants_is_kept),
		cmocka_unit_test(late_commits_are_waited_for_and_then_no_more),
		cmocka_unit_test(both_sides_are_compared_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
