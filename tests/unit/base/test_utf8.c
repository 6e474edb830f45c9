/* UTF-8: what is valid (Unicode table 3-7), and repair, cut and trim that never leave anything
 * else. */
#include "cases.h"
#include "base/utf8.h"

/* STR() for static tables */
#define S(lit)                                                                                     \
	{                                                                                          \
		lit, sizeof(lit) - 1                                                               \
	}
#define BAD "\xEF\xBF\xBD"

static void knows_valid_from_invalid(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		bool valid;
	} cases[] = {
		{ "empty", S(""), true },
		{ "ASCII", S("abc\x7F"), true },
		{ "NUL", S("a\0b"), true },
		{ "two bytes, least", S("\xC2\x80"), true },
		{ "three bytes, least", S("\xE0\xA0\x80"), true },
		{ "before the surrogates", S("\xED\x9F\xBF"), true },
		{ "after the surrogates", S("\xEE\x80\x80"), true },
		{ "four bytes, least", S("\xF0\x90\x80\x80"), true },
		{ "the last code point", S("\xF4\x8F\xBF\xBF"), true },
		{ "overlong NUL", S("\xC0\x80"), false },
		{ "overlong two", S("\xC1\xBF"), false },
		{ "overlong three", S("\xE0\x9F\xBF"), false },
		{ "overlong four", S("\xF0\x8F\xBF\xBF"), false },
		{ "a surrogate", S("\xED\xA0\x80"), false },
		{ "past the last", S("\xF4\x90\x80\x80"), false },
		{ "five bytes", S("\xF8\x88\x80\x80\x80"), false },
		{ "a lone continuation", S("\x80"), false },
		{ "cut in two", S("\xE2\x82"), false },
		{ "cut at one", S("\xF0"), false },
		{ "wrong continuation", S("\xE2\x28\xA1"), false },
		{ "Latin-1", S("caf\xE9"), false },
	};

	(void)state;
	EACH(cases, c) CHECK(utf8_valid(c->text) == c->valid, c->name);
}

static void repair_leaves_valid_text_without_controls(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		const char *want;
	} cases[] = {
		{ "fine", S("\xED\x95\x9C\tx\r\n"), "\xED\x95\x9C\tx\r\n" },
		{ "NUL", S("a\0b"), "ab" },
		{ "controls",
		  S("a\x01\x1B\x7F"
		    "b"),
		  "ab" },
		{ "Latin-1", S("caf\xE9!"), "caf" BAD "!" },
		{ "cut", S("x\xE2\x82"), "x" BAD BAD },
		{ "surrogate", S("\xED\xA0\x80"), BAD BAD BAD },
		{ "all bad", S("\xFF\xFE"), BAD BAD },
	};
	AUTO_ARENA a = arena_new("test", 1 << 20);

	(void)state;
	EACH(cases, c)
	{
		bool changed;
		char *got = utf8_repair(a, c->text, &changed);

		SAME(got, c->want, c->name);
		CHECK(changed == (c != &cases[0]), c->name);
		CHECK(utf8_valid(str_of(got)), c->name);
	}
}

static void any_bytes_are_repaired_to_valid_text(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	char bytes[40];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		ARENA_SCOPE(a);
		bool changed, again;
		char *got;

		rand_bytes(bytes, sizeof(bytes));
		got = utf8_repair(a, (struct str){ bytes, sizeof(bytes) }, &changed);
		assert_true(utf8_valid(str_of(got)));
		utf8_repair(a, str_of(got), &again);
		assert_false(again);
	}
}

static void a_cut_never_splits_a_character(void **state)
{
	static const char text[] = "a\xC3\xA9\xED\x95\x9C\xF0\x9F\x98\x80z";

	(void)state;
	for (size_t max = 0; max <= sizeof(text); max++) {
		struct str got = utf8_cut(str_of(text), max);

		assert_true(got.n <= max && utf8_valid(got));
		assert_true(got.n + 4 > max || got.n == strlen(text));
	}
}

static void trims_the_blanks_of_every_script(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "  ", "" },
		{ " a b\n", "a b" },
		{ "\xC2\xA0\xE3\x80\x80x\xE3\x80\x80", "x" },
		{ "\xEF\xBB\xBF{}", "{}" },
		{ "\xE2\x80\x8Bx\xE2\x80\x8B", "x" },
		{ "\xED\x95\x9C", "\xED\x95\x9C" },
	};

	(void)state;
	EACH(cases, c) CHECK(str_eq_z(utf8_trim(str_of(c->text)), c->want), c->text);
}

static void code_points_go_both_ways(void **state)
{
	static const uint32_t cases[] = { 0,      'a',    0x7F,   0x80,    0x7FF,   0x800,
					  0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF };
	uint32_t cp;

	(void)state;
	EACH(cases, c)
	{
		char out[4];
		size_t n = utf8_put(out, *c);

		assert_int_equal(utf8_next((struct str){ out, n }, &cp), n);
		assert_int_equal(cp, *c);
		assert_int_equal(utf8_units16((struct str){ out, n }), *c > 0xFFFF ? 2 : 1);
	}
	assert_int_equal(utf8_next(STR("\xE9x"), &cp), 1);
	assert_int_equal(cp, 0xFFFD);
	assert_int_equal(utf8_next(STR(""), &cp), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_valid_from_invalid),
		cmocka_unit_test(repair_leaves_valid_text_without_controls),
		cmocka_unit_test(any_bytes_are_repaired_to_valid_text),
		cmocka_unit_test(a_cut_never_splits_a_character),
		cmocka_unit_test(trims_the_blanks_of_every_script),
		cmocka_unit_test(code_points_go_both_ways),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
