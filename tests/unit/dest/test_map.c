/* The mapping language: templates, types, cuts, own lines, and what is wrong with a line. */
#include "dest/map.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/field.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "dest/dest.h"

static struct arena *arena;
static struct dest_lead lead;
static struct dest_common common;
static struct dest_cuts cuts;

static struct dest_call call(void)
{
	return (struct dest_call){
		.arena = arena, .settings = &common, .lead = &lead, .cuts = &cuts
	};
}

static int fresh(void **state)
{
	(void)state;
	arena_reset(arena);
	cuts = (struct dest_cuts){ "" };
	common = (struct dest_common){ .do_not_contact = "flag", .test_leads = "tag" };
	lead = (struct dest_lead){
		.publisher = "contoso",
		.offer = "contoso.crm",
		.offer_title = "Contoso CRM",
		.raw = { [CONTACT_FIRST_NAME] = " ana ",
			 [CONTACT_LAST_NAME] = "müller",
			 [CONTACT_EMAIL] = "ANA@example.com",
			 [CONTACT_COUNTRY] = "USA" },
		.contact = { [CONTACT_FIRST_NAME] = "Ana",
			     [CONTACT_LAST_NAME] = "Müller",
			     [CONTACT_EMAIL] = "ana@example.com",
			     [CONTACT_COUNTRY] = "US" },
		.lead_source = "AppSource-PLT|contoso.crm",
		.description = "Wants a call",
		.source = "AppSource",
		.action = "PLT",
		.kind = KIND_INTEREST,
		.received_at = 1795255200000,
	};
	return 0;
}

/* The value of the only row, or NULL. */
static const char *expand_as(const char *template, enum dest_type type)
{
	const struct dest_map_row rows[] = { { "Field", template, .type = type }, { .to = NULL } };
	struct dest_call c = call();
	const struct dest_value *v;
	struct err e = { 0 };
	size_t n;

	if (!dest_map(&c, rows, &v, &n, &e))
		fail_msg("%s: %s", template, e.text);
	return n ? str_dup(arena, v[0].text) : NULL;
}

static void templates_name_fields_choices_and_literals(void **state)
{
	static const struct {
		const char *template, *value;
	} rows[] = {
		{ "Hot", "Hot" },
		{ "{firstName}", "Ana" },
		{ "{ firstName }", "Ana" },
		{ "{fullName}", "Ana Müller" },
		{ "{emailName}", "ana" },
		{ "{country}", "USA" },
		{ "{countryCode}", "US" },
		{ "{phone|title|'none'}", "none" },
		{ "{phone|firstName|'none'}", "Ana" },
		{ "{phone}", NULL },
		{ "{phone|''}", NULL },
		{ "", NULL },
		{ "{actionCode}", "PLT" },
		{ "{kind}", "interest" },
		{ "{offer}: {offerTitle}", "contoso.crm: Contoso CRM" },
		{ "{{not a field}", "{not a field}" },
		{ "a{{{firstName}b", "a{Anab" },
		{ "{firstName}{lastName}", "AnaMüller" },
		{ "'{firstName}'", "'Ana'" },
		{ "{'|'}", NULL },
		{ "{receivedAt}", "2026-11-21T10:00:00.000Z" },
		{ "{test}", NULL },
		{ "{doNotContact}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		const char *got = expand_as(rows[i].template, DEST_TEXT);

		if (!rows[i].value != !got || (got && strcmp(got, rows[i].value) != 0))
			fail_msg("%s gives %s", rows[i].template, got ? got : "nothing");
	}
}

static void every_name_has_a_value(void **state)
{
	(void)state;
	lead.contact[CONTACT_PHONE] = lead.contact[CONTACT_COMPANY] = lead.contact[CONTACT_TITLE] =
		"x";
	lead.test = lead.dnc = true;
	lead.lead_id = id_new(1);
	for (const char *const *name = dest_map_names(); *name; name++) {
		const char *got = expand_as(arena_printf(arena, "{%s}", *name), DEST_TEXT);

		if (!got)
			fail_msg("{%s} is empty", *name);
	}
}

static void marks_follow_the_settings(void **state)
{
	(void)state;
	lead.test = lead.dnc = true;
	assert_string_equal(expand_as("{testMark}{firstName}", DEST_TEXT), "[TEST] Ana");
	assert_string_equal(expand_as("{doNotContact}", DEST_BOOL), "true");
	assert_non_null(strstr(expand_as("{summary}", DEST_TEXT), "[TEST][DO NOT CONTACT]\nWants"));
	common.test_leads = "deliver";
	common.do_not_contact = "forward";
	assert_string_equal(expand_as("{testMark}{firstName}", DEST_TEXT), "Ana");
	assert_null(expand_as("{doNotContact}", DEST_BOOL));
	assert_true(strncmp(expand_as("{summary}", DEST_TEXT), "Wants", 5) == 0);
}

static const struct dest_map_row rows[] = {
	{ "Name", "{lastName|emailName|'Unknown'}", .max = 6 },
	{ "Mail", "{email}", .max = 15, .over = DEST_REFUSE },
	{ "Notes", "{description}", .max = 60, .notes = true },
	{ "Flag", "{doNotContact}", .type = DEST_BOOL },
	{ .to = NULL },
};

static struct str map_all(const struct dest_value **ret, size_t *ret_n)
{
	struct dest_call c = call();
	AUTO_BUF b = buf_new(4096);
	struct json_out o = json_out(&b);
	struct err e = { 0 };

	if (!dest_map(&c, rows, ret, ret_n, &e))
		fail_msg("%s", e.text);
	json_obj(&o, NULL);
	dest_put_values(&o, *ret, *ret_n);
	json_end_obj(&o);
	assert_true(buf_ok(&b));
	return (struct str){ arena_strndup(arena, b.p, b.n), b.n };
}

static void expect_json(const char *want)
{
	const struct dest_value *v;
	size_t n;
	struct str got = map_all(&v, &n);

	assert_string_equal(got.p, want);
}

static void what_is_too_long_is_cut_and_goes_to_the_notes(void **state)
{
	(void)state;
	lead.contact[CONTACT_LAST_NAME] = "Bo🚀🚀🚀"; /* 8 units: the third would be cut in two */
	expect_json("{\"Name\":\"Bo🚀…\",\"Mail\":\"ana@example.com\","
		    "\"Notes\":\"Wants a call\\nName: Bo🚀🚀🚀\"}");
	assert_string_equal(cuts.names, "Name");
	lead.contact[CONTACT_LAST_NAME] = "Müller"; /* as long as may be */
	cuts = (struct dest_cuts){ "" };
	expect_json(
		"{\"Name\":\"Müller\",\"Mail\":\"ana@example.com\",\"Notes\":\"Wants a call\"}");
	assert_string_equal(cuts.names, "");
}

/* A peer without a limit of its own: what ends at ours is told as any other cut. */
static void a_value_has_its_end_and_it_is_told(void **state)
{
	static const struct {
		size_t bytes;
		const char *word; /* that the description is made of */
		size_t kept;
	} values[] = {
		{ DEST_VALUE_MAX, "x", DEST_VALUE_MAX },
		{ DEST_VALUE_MAX + 1, "x", DEST_VALUE_MAX },
		{ 3 * (DEST_VALUE_MAX / 3 + 1), "가", 3 * ((DEST_VALUE_MAX - 3) / 3) + 3 },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(values); i++) {
		AUTO_BUF b = buf_new(2 * DEST_VALUE_MAX);
		bool whole = values[i].bytes == values[i].kept;

		while (b.n < values[i].bytes)
			buf_z(&b, values[i].word);
		lead.description = arena_strndup(arena, b.p, b.n);
		cuts = (struct dest_cuts){ "" };
		struct str got = str_of(expand_as("{description}", DEST_TEXT));
		assert_int_equal(got.n, values[i].kept);
		assert_string_equal(cuts.names, whole ? "" : "Field");
		assert_int_equal(memcmp(got.p + got.n - 3, "…", 3) == 0, !whole);
	}
	/* Full to the last byte, and more to come; then nothing more that is not empty. */
	lead.description = arena_strndup(arena, lead.description, DEST_VALUE_MAX / 3 * 3);
	cuts = (struct dest_cuts){ "" };
	expand_as("{description}x{phone}", DEST_TEXT);
	assert_string_equal(cuts.names, "");
	expand_as("{description}xx", DEST_TEXT);
	assert_string_equal(cuts.names, "Field");
}

static void notes_are_cut_themselves_when_there_is_no_room(void **state)
{
	const struct dest_value *v;
	struct str notes;
	size_t n;

	(void)state;
	lead.description = "0123456789012345678901234567890123456789012345678901234567";
	lead.contact[CONTACT_LAST_NAME] = "A long last name";
	map_all(&v, &n);
	notes = dest_value_of(v, n, "Notes");
	assert_int_equal(utf8_units16(notes), 60);
	assert_true(str_starts(notes, lead.description));
	assert_memory_equal(notes.p + notes.n - 3, "…", 3);
}

static void nothing_is_sent_for_what_is_empty(void **state)
{
	(void)state;
	lead.contact[CONTACT_LAST_NAME] = lead.raw[CONTACT_LAST_NAME] = NULL;
	lead.contact[CONTACT_EMAIL] = lead.raw[CONTACT_EMAIL] = NULL;
	lead.description = "";
	expect_json("{\"Name\":\"Unkno…\"}"); /* seven letters do not go into six */
}

static void addresses_are_never_cut(void **state)
{
	struct dest_call c = call();
	const struct dest_value *v;
	struct err e = { 0 };
	size_t n;

	(void)state;
	lead.contact[CONTACT_EMAIL] = "anna@example.com";
	assert_false(dest_map(&c, rows, &v, &n, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.code, "too-long");
	assert_string_equal(e.field, "Mail");
}

static void own_lines_replace_add_and_take_away(void **state)
{
	(void)state;
	common.mapping = "Name = {firstName}\n\n  Mail =  \r\n"
			 "Score:int = 7\nHot__c:bool = true\nNew = one\nNew = {offer}\n"
			 "x@odata.bind = /teams(1)";
	expect_json("{\"Name\":\"Ana\",\"Notes\":\"Wants a call\",\"Score\":7,\"Hot__c\":true,"
		    "\"New\":\"contoso.crm\",\"x@odata.bind\":\"/teams(1)\"}");
	common.mapping = "Name = A much longer name"; /* the default row's limit holds */
	expect_json("{\"Name\":\"A muc…\",\"Mail\":\"ana@example.com\",\"Notes\":\"Wants a "
		    "call\\nName: A much longer name\"}");
	common.mapping = "Flag:text = {firstName}"; /* and its type, unless the line has one */
	expect_json("{\"Name\":\"Müller\",\"Mail\":\"ana@example.com\",\"Notes\":\"Wants a call\","
		    "\"Flag\":\"Ana\"}");
}

static void values_must_fit_their_type(void **state)
{
	static const char *const bad[] = { "Score:int = {firstName}", "Score:int = 1.5",
					   "Hot:bool = yes", "Flag = {firstName}" };
	const struct dest_value *v;
	size_t n;

	(void)state;
	for (size_t i = 0; i < LL_COUNT(bad); i++) {
		struct dest_call c = call();
		struct err e = { 0 };

		common.mapping = bad[i];
		if (dest_map(&c, rows, &v, &n, &e))
			fail_msg("%s is taken", bad[i]);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_string_equal(e.code, "mapping.type");
	}
}

static void what_is_wrong_with_a_line_is_said(void **state)
{
	static const struct {
		const char *line, *words;
	} list[] = {
		{ "no equals sign", "Field = template" },
		{ "= {firstName}", "Field = template" },
		{ "A field = x", "Field = template" },
		{ "Field:float = 1", "text, int and bool" },
		{ "Field = {firstname}", "no such field" },
		{ "Field = {phone|nonsense}", "no such field" },
		{ "Field = {firstName", "not closed" },
		{ "Field = {}", "no such field" },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		struct field_problems p = { 0 };

		if (dest_map_check(list[i].line, &p))
			fail_msg("%s is taken", list[i].line);
		assert_int_equal(p.n, 1);
		assert_string_equal(p.e[0].field, "mapping");
		if (!strstr(p.e[0].text, list[i].words))
			fail_msg("%s: %s", list[i].line, p.e[0].text);
	}
}

static void every_wrong_line_is_a_problem_of_its_own(void **state)
{
	struct field_problems p = { 0 };
	AUTO_BUF b = buf_new(DEST_MAP_TEXT);

	(void)state;
	assert_false(dest_map_check("A = x\nno\nB = {none}\n\nC = {{", &p));
	assert_int_equal(p.n, 2);
	for (int i = 0; i < 61; i++)
		buf_printf(&b, "F%d = x\n", i);
	p = (struct field_problems){ 0 };
	assert_false(dest_map_check(buf_view(&b).p, &p));
	assert_non_null(strstr(p.e[0].text, "60 lines"));
	p = (struct field_problems){ 0 };
	assert_true(dest_map_check(NULL, &p) && dest_map_check("", &p));
}

static void fitting_never_breaks_a_character(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *want;
		bool cut;
	} list[] = {
		{ "abc", 0, "abc", false },       { "abc", 3, "abc", false },
		{ "abcd", 3, "ab…", true },       { "한국어", 3, "한국어", false },
		{ "한국어말", 3, "한국…", true }, { "🚀🚀", 4, "🚀🚀", false },
		{ "🚀🚀", 3, "🚀…", true },          { "🚀🚀", 2, "…", true },
		{ "ab", 1, "…", true },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		bool cut;
		struct str got = dest_fit(arena, str_of(list[i].text), list[i].max, &cut);

		if (!str_eq_z(got, list[i].want) || cut != list[i].cut)
			fail_msg("%s in %zu gives " STR_FMT, list[i].text, list[i].max,
				 STR_ARG(got));
	}
}

static void a_huge_value_stays_in_its_bounds(void **state)
{
	char *big = arena_alloc(arena, 70001);
	const char *got;

	(void)state;
	memset(big, 'x', 70000);
	big[70000] = 0;
	lead.description = big;
	got = expand_as("{description}{description}", DEST_TEXT);
	assert_in_range(strlen(got), 60000, 65536);
}

/* A mapping within its limits, and a long lead: what a job has room for is enough for both. */
static void a_greedy_mapping_is_refused_and_takes_no_memory(void **state)
{
	enum { LINES = 55, TIMES = 15 };
	struct arena *own = arena_new("delivery", 16 << 20);
	static const struct dest_map_row none[] = { { .to = NULL } };
	struct dest_call c = call();
	struct field_problems p = { 0 };
	const struct dest_value *v;
	AUTO_BUF lines = buf_new(DEST_MAP_TEXT);
	struct err e = { 0 };
	char big[60001];
	size_t n;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	lead.description = big;
	for (int i = 0; i < LINES; i++) {
		buf_printf(&lines, "F%d = ", i);
		for (int k = 0; k < TIMES; k++)
			buf_z(&lines, "{summary}");
		buf_z(&lines, "\n");
	}
	assert_true(buf_ok(&lines));
	common.mapping = str_dup(arena, buf_view(&lines));
	assert_true(dest_map_check(common.mapping, &p));
	c.arena = own;
	assert_false(dest_map(&c, none, &v, &n, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.code, "too-large");
	arena_free(own);
}

#define T(f) cmocka_unit_test_setup(f, fresh)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(templates_name_fields_choices_and_literals),
		T(every_name_has_a_value),
		T(marks_follow_the_settings),
		T(what_is_too_long_is_cut_and_goes_to_the_notes),
		T(a_value_has_its_end_and_it_is_told),
		T(notes_are_cut_themselves_when_there_is_no_room),
		T(nothing_is_sent_for_what_is_empty),
		T(addresses_are_never_cut),
		T(own_lines_replace_add_and_take_away),
		T(values_must_fit_their_type),
		T(what_is_wrong_with_a_line_is_said),
		T(every_wrong_line_is_a_problem_of_its_own),
		T(fitting_never_breaks_a_character),
		T(a_huge_value_stays_in_its_bounds),
		T(a_greedy_mapping_is_refused_and_takes_no_memory),
	};
	int failed;

	crypto_start();
	arena = arena_new("test", 64 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
