/* Errors hold what fits, and what does not fit is cut between characters: a message goes out as
 * JSON and into rows. */
#include "cases.h"
#include "base/utf8.h"

static void texts_that_do_not_fit_stay_valid(void **state)
{
	struct err e;
	char text[700];

	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		memset(text, 'a', lead);
		for (size_t i = lead; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xED\x95\x9C", 4);
		assert_false(ERR_FIELD(&e, ERR_INPUT, "x", text, "%s", text));
		assert_true(utf8_valid(str_of(e.text)) && utf8_valid(str_of(e.field)));
		assert_true(strlen(e.text) > sizeof(e.text) - 5);
	}
}

static void an_error_says_what_and_where(void **state)
{
	struct err e;

	(void)state;
	assert_false(ERR(&e, ERR_BUSY, "a.b", "%d of %s", 3, "many"));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_string_equal(e.code, "a.b");
	assert_string_equal(e.text, "3 of many");
	assert_string_equal(e.field, "");
	assert_non_null(strstr(e.file, "test_err.c"));
	assert_true(e.line > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_that_do_not_fit_stay_valid),
		cmocka_unit_test(an_error_says_what_and_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
