/* The traps of clocks, one by one; test_worked.py has the rest. */
#include "calendar/calendar.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/clock.h"

#define HOUR   3600000LL
#define OFFICE "mon-fri 09:00-17:00"

static int64_t at(const char *text)
{
	int64_t ms = 0;

	assert_true(clock_parse(text, &ms));
	return ms;
}

static struct calendar *make(const char *zone, const char *hours, const char *off)
{
	struct calendar_day days[16];
	struct str rest = str_of(off), one;
	struct calendar_week week;
	struct calendar *c = NULL;
	struct err e;
	size_t n = 0;

	assert_true(calendar_week_parse(str_of(hours), &week, &e));
	while (str_split(&rest, ',', &one))
		if (one.n)
			assert_true(calendar_day_parse(one, &days[n++], &e));
	assert_true(calendar_open(zone, &week, days, n, &c, &e));
	return c;
}

static void a_lead_at_friday_2359_local_is_due_on_monday(void **state)
{
	AUTO_CALENDAR c = make("Asia/Seoul", OFFICE, "");
	int64_t friday = at("2026-11-20T23:59:00+09:00");

	(void)state;
	assert_int_equal(calendar_after(c, friday, 8 * HOUR), at("2026-11-23T17:00:00+09:00"));
	assert_int_equal(calendar_after(c, friday, 8 * HOUR + 1),
			 at("2026-11-24T09:00:00.001+09:00"));
	assert_int_equal(calendar_worked(c, friday, at("2026-11-23T10:30:00+09:00")), 3 * HOUR / 2);
}

static void a_change_of_the_clock_leaves_out_an_hour_or_repeats_it(void **state)
{
	AUTO_CALENDAR night = make("Europe/Berlin", "sat-sun 22:00-06:00", "");
	AUTO_CALENDAR always = make("America/New_York", "mon-sun 00:00-24:00", "");

	(void)state;
	/* 29 March 2026: 02:00 is 03:00. 25 October 2026: 03:00 is 02:00. */
	assert_int_equal(calendar_worked(night, at("2026-03-28T12:00:00+01:00"),
					 at("2026-03-29T12:00:00+02:00")),
			 7 * HOUR);
	assert_int_equal(calendar_worked(night, at("2026-10-24T12:00:00+02:00"),
					 at("2026-10-25T12:00:00+01:00")),
			 9 * HOUR);
	assert_int_equal(calendar_after(night, at("2026-10-24T12:00:00+02:00"), 9 * HOUR),
			 at("2026-10-25T06:00:00+01:00"));
	assert_int_equal(
		calendar_worked(always, at("2026-03-01T00:00:00Z"), at("2026-12-01T00:00:00Z")),
		at("2026-12-01T00:00:00Z") - at("2026-03-01T00:00:00Z"));
}

static void a_day_off_is_skipped_each_year_or_once(void **state)
{
	AUTO_CALENDAR c = make("Europe/Berlin", OFFICE, "12-25,2026-12-28,02-29");

	(void)state;
	/* Thursday the 24th, Monday the 28th off, Tuesday. */
	assert_int_equal(calendar_after(c, at("2026-12-24T15:00:00+01:00"), 4 * HOUR),
			 at("2026-12-29T11:00:00+01:00"));
	assert_int_equal(calendar_after(c, at("2027-12-24T16:00:00+01:00"), 2 * HOUR),
			 at("2027-12-27T10:00:00+01:00"));
	assert_int_equal(calendar_worked(c, at("2028-02-29T00:00:00+01:00"),
					 at("2028-03-01T00:00:00+01:00")),
			 0);
}

static void a_span_over_midnight_is_of_the_day_that_it_begins_on(void **state)
{
	AUTO_CALENDAR c = make("UTC", "mon-sun 22:00-06:00", "2026-11-25");

	(void)state;
	/* The night to the 25th is worked, that from the 25th is off. */
	assert_int_equal(calendar_worked(c, at("2026-11-24T12:00:00Z"), at("2026-11-26T12:00:00Z")),
			 8 * HOUR);
}

static void an_owner_in_another_zone_works_at_other_instants(void **state)
{
	AUTO_CALENDAR seoul = make("Asia/Seoul", OFFICE, "");
	AUTO_CALENDAR seattle = make("America/Los_Angeles", OFFICE, "");
	int64_t lead = at("2026-11-23T00:00:00Z");

	(void)state;
	assert_int_equal(calendar_after(seoul, lead, HOUR), at("2026-11-23T10:00:00+09:00"));
	assert_int_equal(calendar_after(seattle, lead, HOUR), at("2026-11-23T10:00:00-08:00"));
}

static void who_never_works_is_never_done(void **state)
{
	AUTO_CALENDAR none = make("UTC", "", "");
	AUTO_CALENDAR seldom = make("UTC", "mon 09:00-09:01", "");

	(void)state;
	assert_int_equal(calendar_worked(none, 0, at("2026-11-24T12:00:00Z")), 0);
	assert_true(calendar_after(none, 0, 1) == CALENDAR_NEVER);
	assert_true(calendar_after(seldom, 0, 24 * HOUR) == CALENDAR_NEVER);
	assert_int_equal(calendar_after(none, 5, 0), 5);
	assert_int_equal(calendar_worked(seldom, 10, 5), 0);
}

static void instants_between_minutes_are_exact(void **state)
{
	AUTO_CALENDAR c = make("Asia/Kathmandu", "mon-sun 09:00-12:00 13:00-17:00", "");
	int64_t start = at("2026-11-23T04:44:59.123Z");

	(void)state;
	for (int64_t n = 1; n < 40 * HOUR; n += 1234567) {
		int64_t end = calendar_after(c, start, n);

		assert_int_equal(calendar_worked(c, start, end), n);
		assert_int_equal(calendar_worked(c, start, end - 1), n - 1);
	}
}

static void hours_are_read_strictly_and_said_in_one_way(void **state)
{
	static const struct {
		const char *text, *said; /* NULL: refused */
	} all[] = {
		{ "", "" },
		{ "mon-tue 13:00-17:30 09:00-12:00",
		  "mon 09:00-12:00 13:00-17:30;tue 09:00-12:00 13:00-17:30" },
		{ " SUN 22:00-06:00 ;\n mon 06:00-24:00", "mon 06:00-24:00;sun 22:00-06:00" },
		{ "sat 09:00-10:00;sat 10:00-11:00", "sat 09:00-10:00 10:00-11:00" },
		{ "mon 09:00-12:00 11:59-13:00", NULL },
		{ "sun 22:00-06:00;mon 05:59-07:00", NULL },
		{ "mon", NULL },
		{ "fri-mon 09:00-17:00", NULL },
		{ "mon 9:00-17:00", NULL },
		{ "mon 09:00-24:01", NULL },
		{ "mon 24:00-06:00", NULL },
		{ "mon 09:60-10:00", NULL },
		{ "mon 09:00-09:00", NULL },
		{ "mon +9:00-10:00", NULL },
		{ "mon 09:00", NULL },
		{ "day 09:00-10:00", NULL },
		{ "mon 01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00 11:00-12:00 "
		  "13:00-14:00",
		  NULL },
	};
	struct arena *a = arena_new("test", 65536);
	struct calendar_week w;
	struct err e;

	(void)state;
	for (size_t i = 0; i < LL_COUNT(all); i++) {
		bool ok = calendar_week_parse(str_of(all[i].text), &w, &e);

		assert_int_equal(ok, all[i].said != NULL);
		if (ok)
			assert_string_equal(calendar_week_text(a, &w), all[i].said);
		else
			assert_string_equal(e.field, "hours");
	}
	arena_free(a);
}

static void days_and_zones_are_read_strictly(void **state)
{
	static const char *const good[] = { "2026-12-25", "12-25", "02-29", "2028-02-29" };
	static const char *const bad[] = { "",           "2026-02-29", "2026-13-01", "13-01",
					   "12-32",      "00-10",      "2026/12/25", "1969-01-01",
					   "2026-12-2x", "+2-10",      "12_25",      "25.12.2026" };
	struct calendar_day d;
	struct err e;

	(void)state;
	for (size_t i = 0; i < LL_COUNT(good); i++)
		assert_true(calendar_day_parse(str_of(good[i]), &d, &e));
	for (size_t i = 0; i < LL_COUNT(bad); i++)
		assert_false(calendar_day_parse(str_of(bad[i]), &d, &e));
	assert_true(calendar_zone_ok("Europe/Berlin"));
	assert_true(calendar_zone_ok("UTC"));
	assert_false(calendar_zone_ok("Mars/Phobos"));
	assert_false(calendar_zone_ok("GMT+5"));
	assert_false(calendar_zone_ok("Etc/Unknown"));
	assert_false(calendar_zone_ok(""));
	assert_false(calendar_zone_ok("Europe/Berlin\xC3\xA9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lead_at_friday_2359_local_is_due_on_monday),
		cmocka_unit_test(a_change_of_the_clock_leaves_out_an_hour_or_repeats_it),
		cmocka_unit_test(a_day_off_is_skipped_each_year_or_once),
		cmocka_unit_test(a_span_over_midnight_is_of_the_day_that_it_begins_on),
		cmocka_unit_test(an_owner_in_another_zone_works_at_other_instants),
		cmocka_unit_test(who_never_works_is_never_done),
		cmocka_unit_test(instants_between_minutes_are_exact),
		cmocka_unit_test(hours_are_read_strictly_and_said_in_one_way),
		cmocka_unit_test(days_and_zones_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
