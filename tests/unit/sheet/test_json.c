/* JSON: objects one a line, in a list, in a list in an object; broken ones. */
#include "dump.h"

static void reads_objects(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "one a line", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
		  "a,b\n1[1][x]\n2[2][y]" },
		{ "other order", "{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":4}", "a,b\n1[1][2]\n2[4][3]" },
		{ "columns come later", "{\"a\":1}\n{\"b\":2}\n", "a,b\n1[1]\n2[][2]" },
		{ "nested",
		  "{\"UserDetails\":{\"Email\":\"a@b\",\"Name\":{\"First\":\"x\"}},\"n\":1}",
		  "UserDetails.Email,UserDetails.Name.First,n\n1[a@b][x][1]" },
		{ "lists stay JSON", "{\"a\":[1, \"]\",{\"b\":2}],\"c\":3}",
		  "a,c\n1[[1, \"]\",{\"b\":2}]][3]" },
		{ "scalars", "{\"a\":null,\"b\":true,\"c\":-1.5e3,\"d\":\"\"}",
		  "a,b,c,d\n1[][true][-1.5e3][]" },
		{ "escapes", "{\"a\":\"\\u00e9\\n\\\"\\\\\\/\\ud83d\\ude00\"}",
		  "a\n1[é\n\"\\/\U0001F600]" },
		{ "a lone surrogate", "{\"a\":\"x\\ud83d y\"}", "a\n1[x\uFFFD y]" },
		{ "a NUL", "{\"a\":\"x\\u0000y\"}", "a\n1!repaired[xy]" },
		{ "an escaped name", "{\"\\u0061b\":1}", "ab\n1[1]" },
		{ "over several lines", "{\n \"a\": 1,\n \"b\": 2\n}\n{\n \"a\": 3 }\n",
		  "a,b\n1[1][2]\n2[3][]" },
		{ "a list", "[{\"a\":1},\n{\"a\":2}]\n", "a\n1[1]\n2[2]" },
		{ "an empty list", "[]", "" },
		{ "OData",
		  "{\"@odata.context\":\"x\",\"value\":[{\"a\":1},{\"a\":2}],\"next\":\"y\"}",
		  "a\n1[1]\n2[2]" },
		{ "a lead with a member called value", "{\"value\":1,\"b\":2}",
		  "value,b\n1[1][2]" },
		{ "an empty object", "{}\n{\"a\":1}", "a\n1\n2[1]" },
		{ "the same name twice: the last", "{\"a\":1,\"a\":2}", "a\n1[2]" },
		{ "deep stays JSON",
		  "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}",
		  "a.a.a.a.a.a.a.a.a\n1[1]" },
	};

	(void)state;
	EACH(cases, c)
	SAME(dump(c->text), c->want, c->name);
}

static void a_broken_line_costs_its_row(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "no brace", "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", "a\n1[1]\n2!broken[]\n3[3]" },
		{ "no quote", "{\"a\":1}\n{\"a\":\"x}\n{\"a\":3}\n", "a\n1[1]\n2!broken[]\n3[3]" },
		{ "no object", "{\"a\":1}\n\"x\"\n{\"a\":3}\n", "a\n1[1]\n2!broken[]\n3[3]" },
		{ "the last is cut off", "{\"a\":1}\n{\"a\":", "a\n1[1]\n2!broken[]" },
		{ "words", "{\"a\":1}\n{\"a\":yes}\n{\"a\":3}", "a\n1[1]\n2!broken[]\n3[3]" },
		{ "in a list it is the end", "[{\"a\":1},{\"a\":}]", "a\n1[1]\nsheet.json" },
		{ "a list that is not closed", "[{\"a\":1},", "a\n1[1]\nsheet.json" },
		{ "comma at the end of a list", "[{\"a\":1},]", "a\n1[1]" },
	};

	(void)state;
	EACH(cases, c)
	SAME(dump(c->text), c->want, c->name);
	SAME(first_problem(str_of("{\"a\":1}\n\n{\"a\" 2}\n"), NULL),
	     "Row 2, line 3: not valid JSON, the line is left out; a colon was wanted.", "words");
}

static void tells_the_format(void **state)
{
	struct sheet_about about;

	(void)state;
	dump_bytes(str_of(" {\"a\":1}"), NULL, &about);
	assert_int_equal(about.format, SHEET_NDJSON);
	dump_bytes(str_of("[{\"a\":1}]"), NULL, &about);
	assert_int_equal(about.format, SHEET_JSON);
	dump_bytes(str_of("{\"value\":[{\"a\":1}]}"), NULL, &about);
	assert_int_equal(about.format, SHEET_JSON);
	assert_string_equal(sheet_format_text(SHEET_NDJSON), "ndjson");
}

static void keeps_to_its_limits(void **state)
{
	AUTO_BUF row = buf_new(8 << 20), names = buf_new(1 << 20);

	(void)state;
	buf_z(&row, "{\"a\":\"");
	for (size_t i = 0; i < 5 << 20; i++)
		buf_byte(&row, 'y');
	buf_z(&row, "\"}");
	assert_non_null(strstr(first_problem(buf_view(&row), NULL), "cut"));
	buf_byte(&names, '{');
	for (int i = 0; i < 5000; i++)
		buf_printf(&names, "%s\"n%d\":%d", i ? "," : "", i, i);
	buf_byte(&names, '}');
	assert_non_null(strstr(first_problem(buf_view(&names), NULL), "more than 4096 columns"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_objects),
		cmocka_unit_test(a_broken_line_costs_its_row),
		cmocka_unit_test(tells_the_format),
		cmocka_unit_test(keeps_to_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
