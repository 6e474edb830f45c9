/* When an offer has fallen silent, and what the mails say. */
#include "alarm/alarm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "alert/alert.h"
#include "base/utf8.h"
#include "store/store.h"

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

static void notices_are_gathered_and_no_more_than_a_dozen_a_day(void **state)
{
	(void)state;
	assert_false(notice_is_due(NOW - NOTICE_GATHER_MS + 1, NOW - 1, 0, NOW));
	assert_true(notice_is_due(NOW - NOTICE_GATHER_MS, NOW - 1, 0, NOW));
	assert_true(notice_is_due(NOW - DAY, NOW - 1, NOTICE_DAY_MAX - 1, NOW));
	assert_false(notice_is_due(NOW - DAY, NOW - 1, NOTICE_DAY_MAX, NOW));
	assert_true(notice_is_due(NOW - DAY, NOW - DAY, NOTICE_DAY_MAX, NOW));
	assert_true(notice_is_due(NOW - DAY, NOW + 1, NOTICE_DAY_MAX, NOW)); /* set back */
	assert_false(notice_is_due(NOW - 2 * NOTICE_GATHER_MS + 1, NOW - 1, 1, NOW));
	assert_true(notice_is_due(NOW - 2 * NOTICE_GATHER_MS, NOW - 1, 1, NOW));
	assert_true(notice_is_due(NOW - NOTICE_GATHER_MS, NOW - DAY, 7, NOW));
	assert_true(notice_is_due(NOW - DAY, 0, 0, NOW));
}

/* Somebody who is told all the time: a mail as soon as there may be one. */
static void a_dozen_mails_last_for_a_day(void **state)
{
	int64_t at = 0;

	(void)state;
	for (int64_t i = 0; i < NOTICE_DAY_MAX; i++)
		at += notice_gather_ms(i);
	assert_in_range(at, DAY - NOTICE_GATHER_MAX_MS, DAY);
	assert_in_range(notice_gather_ms(0) + notice_gather_ms(1) + notice_gather_ms(2), 1,
			DAY / 24);
}

static void a_notice_says_what_and_where_and_how_many_more(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct notification_kinds_row kinds[] = { { ALERT_WARNING, 30 }, { ALERT_BREACHED, 2 } };
	struct notification_mail_row lines[] = {
		{ .kind = ALERT_BREACHED,
		  .company = "100%s\nLtd #",
		  .offer_id = "crm",
		  .due_at = NOW },
		{ .kind = ALERT_WARNING, .due_at = SQL_NULL_INT, .task_due_at = SQL_NULL_INT },
	};
	struct notice_lines x = { "https://x", kinds, 2, lines, 2 };
	struct alarm_text en = notice_words(a, "en", &x), ko = notice_words(a, "ko", &x),
			  zh = notice_words(a, "zh-Hans", &x);

	(void)state;
	assert_string_equal(en.subject, "Late: 2, Answer soon: 30");
	assert_string_equal(ko.subject, "기한 지남: 2, 곧 응답 기한: 30");
	assert_string_equal(zh.subject, "已逾期: 2, 即将到期: 30");
	assert_non_null(strstr(en.body, "Late - 100%s Ltd # - crm - due 2026-11-21 10:00 UTC\n"
					"https://x/leads/00000000-"));
	assert_non_null(strstr(en.body, "And 30 more: https://x/today"));
	assert_non_null(strstr(ko.body, "외 30건"));
	assert_true(utf8_valid(str_of(zh.body)));
	assert_string_equal(notice_words(a, "tlh", &x).subject, en.subject);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_told_by_the_offers_own_rhythm),
		cmocka_unit_test(one_long_pause_before_makes_it_patient),
		cmocka_unit_test(mails_say_it_in_three_languages_with_all_parts),
		cmocka_unit_test(notices_are_gathered_and_no_more_than_a_dozen_a_day),
		cmocka_unit_test(a_dozen_mails_last_for_a_day),
		cmocka_unit_test(a_notice_says_what_and_where_and_how_many_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
