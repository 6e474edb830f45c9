/* Decimal text to the smallest unit and back. */
#include "desk/desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

static void texts_are_read_exactly(void **state)
{
	static const struct {
		const char *text;
		int decimals;
		int64_t units; /* -1: refused */
	} all[] = {
		{ "0", 2, 0 },
		{ "12000", 2, 1200000 },
		{ "12000.5", 2, 1200050 },
		{ "12000.05", 2, 1200005 },
		{ "0.01", 2, 1 },
		{ "007", 0, 7 },
		{ "1.234", 3, 1234 },
		{ "10000000000000.00", 2, INT64_C(1000000000000000) },
		{ "10000000000000.01", 2, -1 },
		{ "99999999999999999999", 0, -1 },
		{ "12000.505", 2, -1 },
		{ "1.0", 0, -1 },
		{ "", 2, -1 },
		{ ".", 2, -1 },
		{ ".5", 2, -1 },
		{ "5.", 2, -1 },
		{ "-5", 2, -1 },
		{ "1,000", 2, -1 },
		{ "1.2.3", 3, -1 },
		{ "1e3", 2, -1 },
		{ " 1", 2, -1 },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(all); i++) {
		int64_t units = -1;
		bool ok = desk_money_parse(str_of(all[i].text), all[i].decimals, &units);

		assert_int_equal(ok, all[i].units >= 0);
		assert_true(units == all[i].units);
	}
}

static void what_is_written_reads_back(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	static const int64_t units[] = { 0,   1,         9,
					 10,  99,        100,
					 101, 123456789, INT64_C(1000000000000000) };

	(void)state;
	for (int decimals = 0; decimals <= 3; decimals++)
		for (size_t i = 0; i < LL_COUNT(units); i++) {
			const char *text = desk_money_text(a, units[i], decimals);
			int64_t back;

			assert_true(desk_money_parse(str_of(text), decimals, &back));
			assert_true(back == units[i]);
		}
	assert_string_equal(desk_money_text(a, 5, 2), "0.05");
	assert_string_equal(desk_money_text(a, 1200050, 2), "12000.50");
}

static void currencies_have_their_decimals(void **state)
{
	(void)state;
	assert_int_equal(desk_currency_decimals(STR("EUR")), 2);
	assert_int_equal(desk_currency_decimals(STR("KRW")), 0);
	assert_int_equal(desk_currency_decimals(STR("JPY")), 0);
	assert_int_equal(desk_currency_decimals(STR("CNY")), 2);
	assert_int_equal(desk_currency_decimals(STR("KWD")), 3);
	assert_int_equal(desk_currency_decimals(STR("eur")), -1);
	assert_int_equal(desk_currency_decimals(STR("XXX")), -1);
	assert_int_equal(desk_currency_decimals(STR("UR ")), -1);
	assert_int_equal(desk_currency_decimals(STR("")), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_read_exactly),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(currencies_have_their_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
