/* Dates as people's programs write them. */
#include "../cases.h"
#include "base/clock.h"
#include "load/parts.h"

static void read_as(const char *text, enum when_order order, const char *want)
{
	char got[40] = "none";
	int64_t ms;

	if (when_read(str_of(text), order, &ms))
		clock_text(ms, got);
	SAME(got, want, text);
}

static void every_way_of_writing_a_date(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "2026-01-31", "2026-01-31T00:00:00.000Z" },
		{ " 2026-01-31T18:05:06Z ", "2026-01-31T18:05:06.000Z" },
		{ "2026-01-31T18:05:06+09:00", "2026-01-31T09:05:06.000Z" },
		{ "2026/1/31 18:05", "2026-01-31T18:05:00.000Z" },
		{ "31.01.2026", "2026-01-31T00:00:00.000Z" },
		{ "31.01.2026 18:05:06", "2026-01-31T18:05:06.000Z" },
		{ "1/2/2026", "2026-01-02T00:00:00.000Z" },
		{ "1/2/2026 1:05:06 PM", "2026-01-02T13:05:06.000Z" },
		{ "1/2/2026 12:05 AM", "2026-01-02T00:05:00.000Z" },
		{ "Jan 31, 2026", "2026-01-31T00:00:00.000Z" },
		{ "31 January 2026", "2026-01-31T00:00:00.000Z" },
		{ "2026년 1월 31일 오후 6:05", "2026-01-31T18:05:00.000Z" },
		{ "2026年1月31日 下午6:05", "2026-01-31T18:05:00.000Z" },
		{ "20260131", "2026-01-31T00:00:00.000Z" },
		{ "1769882706", "2026-01-31T18:05:06.000Z" },
		{ "1769882706000", "2026-01-31T18:05:06.000Z" },
		{ "2026-02-30", "none" },
		{ "13/13/2026", "none" },
		{ "31st of May", "none" },
		{ "soon", "none" },
		{ "", "none" },
		{ "12", "none" },
	};

	(void)state;
	EACH(cases, c)
	read_as(c->text, WHEN_MONTH_FIRST, c->want);
	read_as("1/2/2026", WHEN_DAY_FIRST, "2026-02-01T00:00:00.000Z");
}

static void a_date_that_can_be_read_one_way_tells_the_order(void **state)
{
	static const struct {
		const char *text;
		bool tells;
		enum when_order order;
	} cases[] = {
		{ "31/01/2026", true, WHEN_DAY_FIRST },
		{ "01/31/2026", true, WHEN_MONTH_FIRST },
		{ "01/02/2026", false, WHEN_MONTH_FIRST },
		{ "31.01.2026", false, WHEN_MONTH_FIRST },
		{ "2026-01-31", false, WHEN_MONTH_FIRST },
		{ "", false, WHEN_MONTH_FIRST },
	};

	(void)state;
	EACH(cases, c)
	{
		enum when_order order = WHEN_MONTH_FIRST;

		CHECK(when_tells_order(str_of(c->text), &order) == c->tells, c->text);
		CHECK(!c->tells || order == c->order, c->text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_of_writing_a_date),
		cmocka_unit_test(a_date_that_can_be_read_one_way_tells_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
