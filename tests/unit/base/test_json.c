/* JSON in and out: strict in its form, lenient with broken text, bounded in its depth. */
#include "cases.h"
#include <pthread.h>
#include "base/id.h"
#include "base/json.h"
#include "base/limits.h"

static void refuses_what_is_no_json(void **state)
{
	static const char *const cases[] = {
		"",
		" \n",
		"{",
		"}",
		"[",
		"[1",
		"[1,]",
		"{\"a\":1,}",
		"{\"a\"}",
		"{a:1}",
		"\"",
		"\"a",
		"tru",
		"nul",
		"+1",
		"01",
		".5",
		"1e",
		"\"\\x\"",
		"\"\\u12\"",
		"{\"a\":1}}",
		"{} {}",
		"1 2",
		"// x\n1",
		"/* */1",
		"[1 2]",
		"null x",
		"TRUE",
		"{\"a\":1 \"b\":2}",
	};

	(void)state;
	EACH(cases, c)
	{
		AUTO_JSON j = NULL;
		struct err e = { 0 };

		CHECK(!json_parse(str_of(*c), &j, &e), *c);
		CHECK(e.kind == ERR_INPUT && !strncmp(e.code, "json.", 5), *c);
		CHECK(j == NULL, *c);
	}
}

static void takes_every_kind_of_value_at_the_top(void **state)
{
	static const struct {
		const char *text;
		enum json_kind kind;
	} cases[] = {
		{ "null", JSON_NONE },     { " true ", JSON_BOOL }, { "0", JSON_INT },
		{ "-12", JSON_INT },       { "1.5", JSON_REAL },    { "1e3", JSON_REAL },
		{ "\"\"", JSON_STR },      { "[]", JSON_LIST },     { "{}", JSON_OBJ },
		{ "\t{ }\r\n", JSON_OBJ },
	};

	(void)state;
	EACH(cases, c)
	{
		AUTO_JSON j = NULL;
		struct err e = { 0 };

		CHECK(json_parse(str_of(c->text), &j, &e), c->text);
		CHECK(json_kind(j) == c->kind, c->text);
	}
}

static void nul_bytes_and_lone_surrogates_come_through(void **state)
{
	AUTO_JSON j = NULL;
	struct err e = { 0 };
	struct str s;

	(void)state;
	assert_true(json_parse(STR("{\"a\":\"x\\u0000y\",\"b\":\"\\ud800\",\"c\":\"\\udc00z\","
				   "\"d\":\"\\ud83d\\ude00\"}"),
			       &j, &e));
	s = json_str(json_get(j, "a"));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "x\0y", 3);
	assert_string_equal(json_str(json_get(j, "b")).p, "\xEF\xBF\xBD");
	assert_string_equal(json_str(json_get(j, "c")).p, "\xEF\xBF\xBDz");
	assert_string_equal(json_str(json_get(j, "d")).p, "\xF0\x9F\x98\x80");
}

static void nest(char *out, int depth)
{
	memset(out, '[', (size_t)depth);
	memset(out + depth, ']', (size_t)depth);
	out[2 * depth] = 0;
}

static void depth_is_bounded_and_the_parser_lives_on(void **state)
{
	static char deep[2 * 100000 + 1];
	AUTO_JSON j = NULL;
	struct err e = { 0 };

	(void)state;
	nest(deep, LIMIT_JSON_DEPTH - 1);
	assert_true(json_parse(str_of(deep), &j, &e));
	json_free(LL_TAKE(j));
	nest(deep, LIMIT_JSON_DEPTH + 1);
	assert_false(json_parse(str_of(deep), &j, &e));
	nest(deep, 100000);
	assert_false(json_parse(str_of(deep), &j, &e));
	assert_true(json_parse(STR("{\"a\":[1]}"), &j, &e));
}

static void numbers_are_whole_or_nothing(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
	} cases[] = {
		{ "7", 7 },
		{ "-7", -7 },
		{ "7.0", 7 },
		{ "1e3", 1000 },
		{ "7.5", 0 },
		{ "1e300", 0 },
		{ "-1e300", 0 },
		{ "\"7\"", 0 },
		{ "true", 0 },
		{ "null", 0 },
		{ "9223372036854775807", INT64_MAX },
		{ "99999999999999999999", INT64_MAX },
		{ "-99999999999999999999", INT64_MIN },
	};

	(void)state;
	EACH(cases, c)
	{
		AUTO_JSON j = NULL;
		struct err e = { 0 };

		CHECK(json_parse(str_of(c->text), &j, &e), c->text);
		if (json_int(j) != c->want)
			fail_msg("%s: %lld", c->text, (long long)json_int(j));
	}
}

static void walks_objects_in_their_order(void **state)
{
	AUTO_JSON j = NULL;
	struct err e = { 0 };
	struct json_walk w = { 0 };
	char names[32] = "";

	(void)state;
	assert_true(json_parse(STR("{\"b\":1,\"a\":null,\"\":[]}"), &j, &e));
	assert_int_equal(json_count(j), 3);
	while (json_next(j, &w)) {
		strncat(names, w.name.p, 8);
		strcat(names, "|");
	}
	assert_string_equal(names, "b|a||");
	assert_null(json_get(j, "A"));
	assert_int_equal(json_count(json_get(j, "")), 0);
	assert_null(json_at(json_get(j, ""), 0));
	w = (struct json_walk){ 0 };
	assert_false(json_next(NULL, &w));
}

static void scalars_as_text(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	AUTO_JSON j = NULL;
	struct err e = { 0 };

	(void)state;
	assert_true(json_parse(STR("[\"s\",12,1.50,true,null,[],{}]"), &j, &e));
	assert_string_equal(json_scalar(a, json_at(j, 0)).p, "s");
	assert_string_equal(json_scalar(a, json_at(j, 1)).p, "12");
	assert_string_equal(json_scalar(a, json_at(j, 2)).p, "1.50");
	assert_string_equal(json_scalar(a, json_at(j, 3)).p, "true");
	for (size_t i = 4; i < 8; i++)
		assert_string_equal(json_scalar(a, json_at(j, i)).p, "");
}

/* What is written can be read, and says the same. */
static void every_byte_survives_writing_and_reading(void **state)
{
	AUTO_BUF b = buf_new(64 * 1024);
	AUTO_JSON j = NULL;
	struct json_out o = json_out(&b);
	struct err e = { 0 };
	char all[256];
	size_t n = 0;

	(void)state;
	for (int c = 0; c < 0x80; c++)
		all[n++] = (char)c;
	memcpy(all + n, "\xEA\xB0\x80\xF0\x9F\x98\x80", 7);
	n += 7;
	json_obj(&o, NULL);
	json_put_str(&o, "all", (struct str){ all, n });
	json_put_str(&o, "none", (struct str){ "", 0 });
	json_put_z(&o, "null", NULL);
	json_put_int(&o, "least", INT64_MIN);
	json_put_bool(&o, "yes", true);
	json_put_time(&o, "never", INT64_MIN);
	json_put_id(&o, "nobody", &(struct id){ { 0 } });
	json_list(&o, "list");
	for (int i = 0; i < 3; i++)
		json_put_int(&o, NULL, i);
	json_obj(&o, NULL);
	json_end_obj(&o);
	json_list(&o, NULL);
	json_end_list(&o);
	json_end_list(&o);
	json_put_raw(&o, "raw", STR("{\"x\":1}"));
	json_end_obj(&o);
	assert_true(buf_ok(&b));
	assert_true(json_parse(buf_view(&b), &j, &e));
	assert_int_equal(json_str(json_get(j, "all")).n, n);
	assert_memory_equal(json_str(json_get(j, "all")).p, all, n);
	assert_int_equal(json_int(json_get(j, "least")), INT64_MIN);
	assert_int_equal(json_count(json_get(j, "list")), 5);
	assert_int_equal(json_int(json_get(json_get(j, "raw"), "x")), 1);
	assert_int_equal(json_count(j), 9);
}

static void *parse_once(void *arg)
{
	AUTO_JSON j = NULL;
	struct err e = { 0 };

	(void)arg;
	assert_true(json_parse(STR("{\"a\":[1,2,3]}"), &j, &e));
	return NULL;
}

/* Each thread has a parser of its own, which goes with it: leaks are the sanitizer's to see. */
static void a_thread_takes_its_parser_along(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		pthread_t t;

		assert_int_equal(pthread_create(&t, NULL, parse_once, NULL), 0);
		pthread_join(t, NULL);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_json),
		cmocka_unit_test(takes_every_kind_of_value_at_the_top),
		cmocka_unit_test(nul_bytes_and_lone_surrogates_come_through),
		cmocka_unit_test(depth_is_bounded_and_the_parser_lives_on),
		cmocka_unit_test(numbers_are_whole_or_nothing),
		cmocka_unit_test(walks_objects_in_their_order),
		cmocka_unit_test(scalars_as_text),
		cmocka_unit_test(every_byte_survives_writing_and_reading),
		cmocka_unit_test(a_thread_takes_its_parser_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
