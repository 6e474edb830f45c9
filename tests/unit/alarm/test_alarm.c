/* When an offer has fallen silent, and what the mails say. */
#include "alarm/alarm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/utf8.h"

#define DAY 86400000LL
#define NOW 1795255200000LL

/* n receipts, `gap` days apart, the newest `ago` days before now. */
static bool silent(size_t n, double gap, double ago)
{
	int64_t at[ALARM_RHYTHM];

	for (size_t i = 0; i < n; i++)
		at[i] = NOW - (int64_t)((ago + gap * (double)i) * DAY);
	return alarm_is_silent(at, n, NOW);
}

static void silence_is_told_by_the_offers_own_rhythm(void **state)
{
	(void)state;
	assert_true(silent(21, 1, 3.1));   /* daily, and none for three days */
	assert_false(silent(21, 1, 2.9));  /* a long weekend */
	assert_false(silent(21, 7, 20.9)); /* weekly: three weeks */
	assert_true(silent(21, 7, 21.1));
	assert_false(silent(21, 0.01, 2.9)); /* never sooner than three days */
	assert_true(silent(21, 0.01, 3.1));
	assert_false(silent(ALARM_RHYTHM_MIN - 1, 1, 300)); /* too few to know */
	assert_true(silent(ALARM_RHYTHM_MIN, 1, 300));
	assert_false(alarm_is_silent(NULL, 0, NOW));
}

static void one_long_pause_before_makes_it_patient(void **state)
{
	int64_t at[12];

	(void)state;
	for (int i = 0; i < 12; i++)
		at[i] = NOW - 10 * DAY - i * DAY - (i > 5 ? 4 * DAY : 0);
	assert_false(alarm_is_silent(at, 12, NOW)); /* it paused for five days once */
	assert_true(alarm_is_silent(at, 12, NOW + 6 * DAY));
}

static void mails_say_it_in_three_languages_with_all_parts(void **state)
{
	static const char *const languages[] = { "en", "ko", "zh-Hans", "tlh" };
	static const char *const kinds[] = { ALARM_PARKED, ALARM_PAUSED, ALARM_SILENT };
	AUTO_ARENA a = arena_new("test", 1 << 20);

	(void)state;
	for (size_t l = 0; l < LL_COUNT(languages); l++)
		for (size_t k = 0; k < LL_COUNT(kinds); k++) {
			struct alarm_text t = alarm_words(a, languages[l], kinds[k], "100%s CRM",
							  "HTTP 401 %n", "https://x/destinations");

			assert_non_null(strstr(t.subject, "100%s CRM"));
			assert_non_null(strstr(t.body, "100%s CRM"));
			assert_non_null(strstr(t.body, "HTTP 401 %n"));
			assert_non_null(strstr(t.body, "https://x/destinations"));
			assert_true(utf8_valid(str_of(t.body)));
			assert_null(strstr(strstr(t.body, "CRM"), "%s"));
		}
	assert_string_equal(alarm_words(a, "tlh", ALARM_PARKED, "n", "d", "l").subject,
			    alarm_words(a, "en", ALARM_PARKED, "n", "d", "l").subject);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_told_by_the_offers_own_rhythm),
		cmocka_unit_test(one_long_pause_before_makes_it_patient),
		cmocka_unit_test(mails_say_it_in_three_languages_with_all_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
