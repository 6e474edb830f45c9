/* Distances against values worked out by hand, and what must hold for any two texts. */
#include "../base/cases.h"
#include <math.h>
#include "identity/similar.h"

static const struct {
	const char *x, *y;
	unsigned edits;
} edits[] = {
	{ "", "", 0 },
	{ "abc", "abc", 0 },
	{ "abc", "acb", 1 },
	{ "abc", "ab", 1 },
	{ "abc", "abcd", 1 },
	{ "abc", "axc", 1 },
	{ "ca", "abc", 3 },
	{ "kitten", "sitting", 3 },
	{ "김민준", "김민준", 0 },
	{ "김민준", "김민주", 1 },
	{ "佐藤", "加藤", 1 },
};

static void counts_edits(void **state)
{
	(void)state;
	EACH(edits, c)
	{
		assert_int_equal(similar_edits(str_of(c->x), str_of(c->y), 5), c->edits);
		assert_int_equal(similar_edits(str_of(c->y), str_of(c->x), 5), c->edits);
	}
	assert_int_equal(similar_edits(STR("abcdef"), STR("uvwxyz"), 2), 3);
	assert_int_equal(similar_edits(STR("abcdefgh"), STR("a"), 2), 3);
}

/* Winkler's own examples. */
static const struct {
	const char *x, *y;
	double jw;
} winkler[] = {
	{ "martha", "marhta", 0.961 },
	{ "dwayne", "duane", 0.840 },
	{ "dixon", "dicksonx", 0.813 },
	{ "abc", "xyz", 0 },
	{ "", "abc", 0 },
	{ "same", "same", 1 },
};

static void measures_jaro_winkler(void **state)
{
	(void)state;
	EACH(winkler, c)
	{
		double got = similar_jw(str_of(c->x), str_of(c->y));

		if (fabs(got - c->jw) > 0.001)
			fail_msg("%s, %s: got %f, want %f", c->x, c->y, got, c->jw);
		assert_true(fabs(got - similar_jw(str_of(c->y), str_of(c->x))) < 1e-9);
	}
}

static void shares_words(void **state)
{
	(void)state;
	assert_true(fabs(similar_words(STR("north wind foods"), STR("north wind foods")) - 1) <
		    1e-9);
	assert_true(similar_words(STR("north wind foods"), STR("foods north wind")) > 0.99);
	assert_true(similar_words(STR("north wind"), STR("south sea")) < 0.01);
	assert_true(similar_words(STR("kingston street"), STR("kingstone street")) > 0.8);
	assert_true(similar_words(STR(""), STR("north")) < 0.01);
}

/* What the quick look refuses is never within two edits. */
static void letters_tell_only_what_is_sure(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char x[9] = { 0 }, y[9] = { 0 };

		for (int i = 0; i < 8; i++) {
			seed = seed * 1664525u + 1013904223u;
			x[i] = (char)('a' + (seed >> 16) % 26);
			y[i] = seed >> 28 ? x[i] : (char)('a' + (seed >> 8) % 26);
		}
		if (similar_edits(str_of(x), str_of(y), 2) <= 2)
			assert_true(similar_letters(str_of(x), str_of(y)));
	}
	assert_false(similar_letters(STR("robert"), STR("lindy")));
	assert_true(similar_letters(STR("佐藤"), STR("鈴木")));
}

/* Long texts are looked at up to their 64th character, and nothing is read beyond. */
static void bounds_long_texts(void **state)
{
	char x[1000], y[1000];

	(void)state;
	memset(x, 'a', sizeof(x));
	memset(y, 'b', sizeof(y));
	assert_int_equal(similar_edits((struct str){ x, 1000 }, (struct str){ x, 1000 }, 1), 0);
	assert_int_equal(similar_edits((struct str){ x, 1000 }, (struct str){ y, 1000 }, 1), 2);
	assert_true(similar_is_fuzzy((struct str){ x, 900 }, (struct str){ x, 1000 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_edits),
		cmocka_unit_test(measures_jaro_winkler),
		cmocka_unit_test(shares_words),
		cmocka_unit_test(letters_tell_only_what_is_sure),
		cmocka_unit_test(bounds_long_texts),
	};

	return cmocka_run_group_tests_name("identity/similar", tests, NULL, NULL);
}
