/* Buffers: never longer than their maximum, always ended, and a failure sticks. */
#include "cases.h"
#include "base/buf.h"

static void grows_to_its_maximum_and_no_further(void **state)
{
	static const size_t max[] = { 0, 1, 255, 256, 257, 5000 };

	(void)state;
	EACH(max, n)
	{
		AUTO_BUF b = buf_new(*n);

		for (size_t i = 0; i < *n; i++)
			buf_byte(&b, (char)('a' + i % 26));
		assert_true(buf_ok(&b));
		assert_int_equal(b.n, *n);
		assert_int_equal(strlen(buf_view(&b).p), *n);
		buf_byte(&b, 'x');
		assert_false(buf_ok(&b));
		assert_int_equal(b.n, *n);
	}
}

static void writes_every_number(void **state)
{
	static const struct {
		int64_t n;
		const char *text;
	} list[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 10, "10" },
		{ 9007199254740993, "9007199254740993" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};

	(void)state;
	EACH(list, c)
	{
		AUTO_BUF b = buf_new(20);

		buf_int(&b, c->n);
		assert_string_equal(buf_view(&b).p, c->text);
	}
}

static void a_failure_sticks_so_that_no_hole_is_seen(void **state)
{
	AUTO_BUF b = buf_new(4);

	(void)state;
	buf_z(&b, "ab");
	buf_z(&b, "toolong");
	buf_z(&b, "c");
	assert_false(buf_ok(&b));
	assert_string_equal(buf_view(&b).p, "ab");
	buf_clear(&b);
	buf_printf(&b, "%d", 1234);
	assert_true(buf_ok(&b));
	assert_string_equal(buf_view(&b).p, "1234");
	buf_printf(&b, "%s", "");
	assert_true(buf_ok(&b));
	buf_printf(&b, "%d", 5);
	assert_false(buf_ok(&b));
}

static void an_untouched_buffer_is_the_empty_text(void **state)
{
	AUTO_BUF b = buf_new(10);

	(void)state;
	assert_string_equal(buf_view(&b).p, "");
	buf_add(&b, NULL, 0);
	assert_true(buf_ok(&b));
	assert_string_equal(buf_view(&b).p, "");
	buf_free(&b);
	buf_z(&b, "again");
	assert_string_equal(buf_view(&b).p, "again");
}

static void keeps_nul_bytes(void **state)
{
	AUTO_BUF b = buf_new(10);

	(void)state;
	buf_str(&b, (struct str){ "a\0b", 3 });
	assert_int_equal(b.n, 3);
	assert_memory_equal(b.p, "a\0b", 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_to_its_maximum_and_no_further),
		cmocka_unit_test(writes_every_number),
		cmocka_unit_test(a_failure_sticks_so_that_no_hole_is_seen),
		cmocka_unit_test(an_untouched_buffer_is_the_empty_text),
		cmocka_unit_test(keeps_nul_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
