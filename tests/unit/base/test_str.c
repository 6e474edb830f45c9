/* Views of text: comparing, cutting, splitting, numbers, encodings. */
#include "cases.h"

static void splits_into_every_piece_also_the_empty_ones(void **state)
{
	static const struct {
		const char *text, *pieces;
	} cases[] = {
		{ "", "[]" },    { "a", "[a]" },    { "a,b", "[a][b]" }, { "a,,b", "[a][][b]" },
		{ ",", "[][]" }, { "a,", "[a][]" }, { ",a", "[][a]" },
	};

	(void)state;
	EACH(cases, c)
	{
		struct str rest = str_of(c->text), piece;
		char got[64] = "";

		while (str_split(&rest, ',', &piece))
			sprintf(got + strlen(got), "[" STR_FMT "]", STR_ARG(piece));
		SAME(got, c->pieces, c->text);
	}
}

static void whole_numbers_only(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t n;
	} cases[] = {
		{ "0", true, 0 },
		{ "-1", true, -1 },
		{ "+5", true, 5 },
		{ "007", true, 7 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1x", false, 0 },
		{ "x", false, 0 },
		{ "-", false, 0 },
		{ "--1", false, 0 },
		{ "0x10", false, 0 },
		{ "1.0", false, 0 },
		{ "1e3", false, 0 },
		{ "0000000000000000000000000000000000001", false, 0 },
	};

	(void)state;
	EACH(cases, c)
	{
		int64_t n = 42;

		CHECK(str_int(str_of(c->text), &n) == c->ok, c->text);
		CHECK(n == (c->ok ? c->n : 42), c->text);
	}
	assert_false(str_int((struct str){ "1\0", 2 }, &(int64_t){ 0 }));
}

static void compares_with_and_without_case(void **state)
{
	(void)state;
	assert_true(str_eq(STR(""), (struct str){ NULL, 0 }));
	assert_true(str_eq_z(STR("a"), "a"));
	assert_false(str_eq_z(STR("a"), "A"));
	assert_true(str_ieq_z(STR("aZ"), "Az"));
	assert_false(str_ieq(STR("a"), STR("ab")));
	assert_true(str_starts(STR("abc"), "ab") && !str_starts(STR("a"), "ab"));
	assert_true(str_istarts(STR("HTTPS://x"), "https://"));
	assert_true(str_starts(STR(""), ""));
	assert_true(str_same_secret(STR("abc"), STR("abc")));
	assert_false(str_same_secret(STR("abc"), STR("abd")));
	assert_false(str_same_secret(STR("abc"), STR("ab")));
	assert_true(str_same_secret(STR(""), STR("")));
}

static void cuts_stay_inside(void **state)
{
	(void)state;
	assert_int_equal(str_from(STR("abc"), 9).n, 0);
	assert_int_equal(str_upto(STR("abc"), 9).n, 3);
	assert_int_equal(str_find(STR("abc"), 'x'), 3);
	assert_int_equal(str_find((struct str){ NULL, 0 }, 'x'), 0);
	assert_true(str_eq_z(str_trim(STR(" \t a b \r\n")), "a b"));
	assert_int_equal(str_trim(STR(" \n ")).n, 0);
}

/* Every byte, at every place of two words and a rest, among bytes that could be mistaken for one.
 */
static void plain_text_ends_where_it_does(void **state)
{
	static const char around[] = { 'a', '!', '#', '[', ']', '\x7F', '\x80', '\xA2', '\xFF' };
	char text[19];

	(void)state;
	for (size_t k = 0; k < sizeof(around); k++)
		for (size_t at = 0; at < sizeof(text); at++)
			for (int c = 0; c < 256; c++) {
				bool stops = c < ' ' || c == '"' || c == '\\';

				memset(text, around[k], sizeof(text));
				text[at] = (char)c;
				assert_int_equal(
					str_plain((struct str){ text, sizeof(text) }, '"', '\\'),
					stops ? at : sizeof(text));
			}
	memset(text, '"', sizeof(text));
	assert_int_equal(str_plain((struct str){ text, sizeof(text) }, '"', '\\'), 0);
	assert_int_equal(str_plain((struct str){ NULL, 0 }, '"', '\\'), 0);
}

static void base64_goes_both_ways_and_is_strict(void **state)
{
	static const char *const wrong[] = { "a",     "ab",   "abc",  "a===", "YQ",    "YQ=",
					     "YR==x", "Y Q=", "-_==", "=",    "YQ==\n" };
	AUTO_ARENA a = arena_new("test", 1 << 20);
	unsigned char bytes[64];
	struct str back;

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++) {
		rand_bytes(bytes, n);
		assert_true(str_unbase64(a, str_of(str_base64(a, bytes, n)), &back));
		assert_int_equal(back.n, n);
		assert_memory_equal(back.p, bytes, n);
	}
	EACH(wrong, c) CHECK(!str_unbase64(a, str_of(*c), &back), *c);
	assert_string_equal(str_hex(a, "\x01\xff", 2), "01ff");
	assert_string_equal(str_hex(a, "", 0), "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_into_every_piece_also_the_empty_ones),
		cmocka_unit_test(whole_numbers_only),
		cmocka_unit_test(compares_with_and_without_case),
		cmocka_unit_test(cuts_stay_inside),
		cmocka_unit_test(plain_text_ends_where_it_does),
		cmocka_unit_test(base64_goes_both_ways_and_is_strict),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
