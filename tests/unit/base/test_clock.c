/* Times as text: RFC 3339 both ways; what is no time is refused. */
#include "cases.h"
#include "base/clock.h"

static void reads_what_rfc_3339_allows(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01", 0 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2026-11-21T10:00:00.123Z", 1795255200123 },
		{ "2026-11-21t10:00:00.123z", 1795255200123 },
		{ "2026-11-21 10:00:00.123Z", 1795255200123 },
		{ "2026-11-21T19:00:00.123+09:00", 1795255200123 },
		{ "2026-11-21T00:30:00.123-09:30", 1795255200123 },
		{ "2026-11-21T10:00:00.1Z", 1795255200100 },
		{ "2026-11-21T10:00:00.1234567Z", 1795255200123 },
		{ "2026-11-21T10:00:00.123456789Z", 1795255200123 },
		{ "2024-02-29T00:00:00Z", 1709164800000 },
		{ "2016-12-31T23:59:60Z", 1483228800000 },
		{ "9999-12-31T23:59:59.999Z", 253402300799999 },
	};

	(void)state;
	EACH(cases, c)
	{
		int64_t ms = 42;

		CHECK(clock_parse(c->text, &ms), c->text);
		if (ms != c->ms)
			fail_msg("%s: %lld", c->text, (long long)ms);
	}
}

static void refuses_what_is_no_time(void **state)
{
	static const char *const cases[] = {
		"",
		"2026",
		"2026-11",
		"2026-11-",
		"2026-13-01",
		"2026-00-01",
		"2026-11-00",
		"2026-11-31",
		"2023-02-29",
		"2026-11-21T",
		"2026-11-21T10",
		"2026-11-21T10:00",
		"2026-11-21T10:00:00",
		"2026-11-21T24:00:00Z",
		"2026-11-21T10:60:00Z",
		"2026-11-21T10:00:61Z",
		"2026-11-21T10:00:00.Z",
		"2026-11-21T10:00:00.1234567890Z",
		"2026-11-21T10:00:00+9:00",
		"2026-11-21T10:00:00+09",
		"2026-11-21T10:00:00+09:60",
		"2026-11-21T10:00:00+24:00",
		"2026-11-21T10:00:00Zx",
		" 2026-11-21",
		"2026-11-21 ",
		"-2026-11-21",
		"26-11-21",
		"2026/11/21",
		"x",
	};

	(void)state;
	EACH(cases, c)
	{
		int64_t ms = 42;

		CHECK(!clock_parse(*c, &ms), *c);
		CHECK(ms == 42, *c);
	}
}

static void writes_and_reads_back_the_same_ms(void **state)
{
	char text[CLOCK_TEXT];
	int64_t back;

	(void)state;
	for (int64_t ms = -62135596800000; ms < 253402300800000; ms += INT64_C(86399991) * 997) {
		assert_true(clock_parse(clock_text(ms, text), &back));
		assert_int_equal(back, ms);
	}
	assert_string_equal(clock_text(-1, text), "1969-12-31T23:59:59.999Z");
}

/* Whatever stands in a row: the text stays inside its 25 bytes. */
static void no_number_is_too_large_to_write(void **state)
{
	static const int64_t cases[] = { INT64_MAX, INT64_MIN + 1000, INT64_MIN, -62135596800001 };
	char text[CLOCK_TEXT];

	(void)state;
	EACH(cases, c) assert_true(strlen(clock_text(*c, text)) < CLOCK_TEXT);
}

static void the_clock_that_never_jumps_only_rises(void **state)
{
	int64_t last = clock_mono_us();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_mono_us();

		assert_true(now >= last);
		last = now;
	}
	assert_true(clock_now() > 1700000000000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_rfc_3339_allows),
		cmocka_unit_test(refuses_what_is_no_time),
		cmocka_unit_test(writes_and_reads_back_the_same_ms),
		cmocka_unit_test(no_number_is_too_large_to_write),
		cmocka_unit_test(the_clock_that_never_jumps_only_rises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
