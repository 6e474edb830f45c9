/* Values from outside: every type from text and from JSON, every bound, every problem at once. */
#include "cases.h"
#include "base/clock.h"
#include "base/field.h"
#include "base/id.h"

struct all {
	const char *name, *color, *url, *email;
	int64_t count, at;
	bool on;
	struct id who;
	const char *const *tags;
	const struct json *extra;
};
static const char *const colors[] = { "red", "green", NULL };
static const struct field rows[] = {
	F_STR(struct all, name, "name", .flags = FIELD_REQUIRED, .min = 2, .max = 5),
	F_CHOICE(struct all, color, "color", .choices = colors, .def = "green"),
	F_URL(struct all, url, "url", .help = "x"),
	F_EMAIL(struct all, email, "email", .help = "x"),
	F_INT(struct all, count, "count", .min = -3, .max = 300),
	F_TIME(struct all, at, "at", .help = "x"),
	F_BOOL(struct all, on, "on", .def = "true"),
	F_ID(struct all, who, "who", .help = "x"),
	F_STRS(struct all, tags, "tags", .max = 3),
	F_OBJ(struct all, extra, "extra", .help = "x"),
	F_END,
};

struct stand {
	struct arena *a;
	struct all v;
	struct field_problems p;
	struct json *j;
};

static bool decode(struct stand *s, const char *text, bool partial)
{
	struct err e;

	memset(&s->v, 0, sizeof(s->v));
	s->p.n = 0;
	json_free(LL_TAKE(s->j));
	if (!json_parse(str_of(text), &s->j, &e))
		fail_msg("%s: %s", text, e.text);
	field_defaults(s->a, rows, &s->v);
	return field_decode(s->a, rows, s->j, partial, &s->v, &s->p);
}

static int setup(void **state)
{
	static struct stand s;

	s = (struct stand){ .a = arena_new("test", 16 << 20) };
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	struct stand *s = *state;

	json_free(s->j);
	arena_free(s->a);
	return 0;
}

static void absent_members_have_their_defaults(void **state)
{
	struct stand *s = *state;

	assert_true(decode(s, "{\"name\":\"ana\"}", false));
	assert_string_equal(s->v.name, "ana");
	assert_string_equal(s->v.color, "green");
	assert_true(s->v.on);
	assert_null(s->v.url);
	assert_int_equal(s->v.count, FIELD_NO_INT);
	assert_int_equal(s->v.at, FIELD_NO_INT);
	assert_true(id_is_null(s->v.who));
}

static void null_takes_a_value_away(void **state)
{
	struct stand *s = *state;

	assert_true(
		decode(s,
		       "{\"name\":\"ana\",\"color\":null,\"url\":null,\"count\":null,\"at\":null,"
		       "\"on\":null,\"who\":null,\"tags\":null,\"extra\":null}",
		       false));
	assert_string_equal(s->v.color, "green");
	assert_int_equal(s->v.count, FIELD_NO_INT);
	assert_null(s->v.tags);
	assert_false(decode(s, "{\"name\":null}", true));
	assert_string_equal(s->p.e[0].code, "field.required");
}

static void each_wrong_value_is_named_with_its_code(void **state)
{
	static const struct {
		const char *member, *code, *field;
	} cases[] = {
		{ "\"name\":\"a\"", "field.too-short", "name" },
		{ "\"name\":\"\xED\x95\x9C\"", "field.too-short", "name" },
		{ "\"name\":\"abcdef\"", "field.too-long", "name" },
		{ "\"name\":7", "field.type", "name" },
		{ "\"name\":[]", "field.type", "name" },
		{ "\"name\":\"a\\u0000b\"", "field.text", "name" },
		{ "\"name\":\"ab\xFF\"", "field.text", "name" },
		{ "\"color\":\"RED\"", "field.choice", "color" },
		{ "\"color\":\"\"", "field.choice", "color" },
		{ "\"url\":\"ftp://x\"", "field.url", "url" },
		{ "\"url\":\"https://\"", "field.url", "url" },
		{ "\"url\":\"http://a b\"", "field.url", "url" },
		{ "\"email\":\"ana\"", "field.email", "email" },
		{ "\"email\":\"@x\"", "field.email", "email" },
		{ "\"email\":\"a@\"", "field.email", "email" },
		{ "\"email\":\"a@b@c\"", "field.email", "email" },
		{ "\"count\":-4", "field.range", "count" },
		{ "\"count\":301", "field.range", "count" },
		{ "\"count\":99999999999999999999", "field.range", "count" },
		{ "\"count\":1.5", "field.type", "count" },
		{ "\"count\":\"1\"", "field.type", "count" },
		{ "\"count\":1e300", "field.type", "count" },
		{ "\"at\":\"yesterday\"", "field.time", "at" },
		{ "\"at\":12", "field.type", "at" },
		{ "\"on\":1", "field.type", "on" },
		{ "\"on\":\"true\"", "field.type", "on" },
		{ "\"who\":\"x\"", "field.id", "who" },
		{ "\"tags\":\"a\"", "field.type", "tags" },
		{ "\"tags\":[1]", "field.type", "tags" },
		{ "\"tags\":[\"a\",\"b\",\"c\",\"d\"]", "field.too-many", "tags" },
		{ "\"tags\":[\"a\\u0000b\"]", "field.text", "tags" },
		{ "\"tags\":[\"\xFF\"]", "field.text", "tags" },
		{ "\"extra\":[]", "field.type", "extra" },
		{ "\"nane\":\"x\"", "field.unknown", "nane" },
	};
	struct stand *s = *state;

	EACH(cases, c)
	{
		char text[200];

		snprintf(text, sizeof(text), "{%s}", c->member);
		CHECK(!decode(s, text, true), c->member);
		CHECK(s->p.n == 1, c->member);
		SAME(s->p.e[0].code, c->code, c->member);
		SAME(s->p.e[0].field, c->field, c->member);
	}
}

static void right_values_come_through(void **state)
{
	struct stand *s = *state;
	static const struct id who = { { 0x01, 0x90, 0xF2, 0xAA, 0xBB, 0xCC, 0x7D, 0xDD, 0x8E, 0xEE,
					 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF } };

	assert_true(decode(
		s,
		"{\"name\":\"\xED\x95\x9C\xEA\xB8\x80\xED\x95\x9C\xEA\xB8\x80\",\"color\":\"red\","
		"\"url\":\"HTTPS://x\",\"email\":\"a@b\",\"count\":3e2,"
		"\"at\":\"2026-11-21T10:00:00Z\",\"on\":false,"
		"\"who\":\"0190F2AA-bbcc-7ddd-8eee-ffffffffffff\",\"tags\":[\"a\",\"\"],"
		"\"extra\":{\"x\":1}}",
		false));
	assert_string_equal(s->v.color, "red");
	assert_int_equal(s->v.count, 300);
	assert_int_equal(s->v.at, 1795255200000);
	assert_false(s->v.on);
	assert_true(id_eq(s->v.who, who));
	assert_string_equal(s->v.tags[0], "a");
	assert_string_equal(s->v.tags[1], "");
	assert_null(s->v.tags[2]);
	assert_int_equal(json_int(json_get(s->v.extra, "x")), 1);
}

static void zero_is_a_whole_number_however_written(void **state)
{
	static const char *const cases[] = { "{\"count\":0}", "{\"count\":0.0}",
					     "{\"count\":-0.0}" };
	struct stand *s = *state;

	EACH(cases, c)
	{
		CHECK(decode(s, *c, true), *c);
		CHECK(s->v.count == 0, *c);
	}
}

static void all_problems_are_told_up_to_the_bound(void **state)
{
	struct stand *s = *state;
	char text[1024] = "{\"x0\":1";

	for (int i = 1; i < 40; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",\"x%d\":1", i);
	strcat(text, "}");
	assert_false(decode(s, text, false));
	assert_int_equal(s->p.n, FIELD_MAX_PROBLEMS);
	assert_false(decode(s, "{\"color\":1,\"count\":\"x\"}", false));
	assert_int_equal(s->p.n, 3);
	assert_string_equal(s->p.e[2].field, "name");
	assert_false(decode(s, "[]", false));
	assert_string_equal(s->p.e[0].code, "body.object");
}

static void text_sets_every_type_that_has_a_text(void **state)
{
	static const struct {
		const char *field, *text;
		bool ok;
	} cases[] = {
		{ "name", "ana", true },     { "name", "a", false },       { "color", "red", true },
		{ "color", "blue", false },  { "count", " 7 ", true },     { "count", "7x", false },
		{ "on", "YES", true },       { "on", "0", true },          { "on", "maybe", false },
		{ "on", "", false },         { "at", "2026-01-01", true }, { "at", "", false },
		{ "tags", "a, b,,c", true }, { "tags", "a,b,c,d", false }, { "tags", "", true },
		{ "extra", "{}", false },    { "who", "x", false },
	};
	struct stand *s = *state;
	struct err e;

	EACH(cases, c)
	{
		const struct field *f = field_find(rows, str_of(c->field));

		CHECK(field_set_text(s->a, f, str_of(c->text), &s->v, &e) == c->ok, c->text);
	}
	assert_null(field_find(rows, STR("Name")));
}

static void secrets_are_shown_only_when_asked(void **state)
{
	struct one {
		const char *a, *b;
	};
	static const struct field secret[] = { F_STR(struct one, a, "a", .flags = FIELD_SECRET),
					       F_STR(struct one, b, "b", .flags = FIELD_SECRET),
					       F_END };
	struct one v = { .a = "top", .b = NULL };

	(void)state;
	for (int reveal = 0; reveal < 2; reveal++) {
		AUTO_BUF b = buf_new(1000);
		struct json_out o = json_out(&b);

		json_obj(&o, NULL);
		field_encode(secret, &v, reveal, &o);
		json_end_obj(&o);
		assert_string_equal(buf_view(&b).p,
				    reveal ? "{\"a\":\"top\",\"b\":null}"
					   : "{\"a\":{\"set\":true},\"b\":{\"set\":false}}");
	}
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(absent_members_have_their_defaults),
		T(null_takes_a_value_away),
		T(each_wrong_value_is_named_with_its_code),
		T(right_values_come_through),
		T(zero_is_a_whole_number_however_written),
		T(all_problems_are_told_up_to_the_bound),
		T(text_sets_every_type_that_has_a_text),
		T(secrets_are_shown_only_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
