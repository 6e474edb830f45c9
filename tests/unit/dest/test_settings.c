/* Settings: JSON and name=value, defaults, what is refused and in which words, what is shown. */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/hash.h"

static struct arena *arena;

static bool decode(const char *kind, const char *text, void **ret, struct field_problems *p)
{
	const struct dest_driver *d = dest_driver_by_kind(str_of(kind));
	AUTO_JSON j = NULL;
	struct err e = { 0 };
	void *s = dest_settings_new(arena, d);
	assert_true(json_parse(str_of(text), &j, &e));
	*p = (struct field_problems){ 0 };
	*ret = s;
	return dest_settings_decode(arena, d, j, false, s, p);
}

static void fills_defaults(void **state)
{
	struct field_problems p;
	void *s;
	(void)state;
	assert_true(decode("https", "{\"url\":\"https://example.com/\"}", &s, &p));
	const struct dest_common *c = dest_settings_common(s);
	assert_false(c->allow_http || c->allow_private);
	assert_string_equal(c->ordering, "none");
	assert_string_equal(c->do_not_contact, "forward");
	assert_string_equal(c->test_leads, "tag");
	assert_int_equal(c->max_age_h, 72);
	assert_int_equal(c->timeout_ms, 30000);
	assert_true(decode("azure-table",
			   "{\"connectionString\":\"UseDevelopmentStorage=true\","
			   "\"allowHttp\":true}",
			   &s, &p));
	c = dest_settings_common(s);
	assert_string_equal(c->do_not_contact, "forward");
	assert_int_equal(c->timeout_ms, 30000);
}

static void names_the_field_at_fault(void **state)
{
	static const struct {
		const char *kind, *json, *field, *code;
	} list[] = {
		{ "https", "{}", "url", "field.required" },
		{ "https", "{\"url\":\"http://example.com/\"}", "url", "url.http" },
		{ "https", "{\"url\":\"https://u:p@example.com/\"}", "url", "url.user" },
		{ "https", "{\"url\":\"https://example.com/#x\"}", "url", "url.fragment" },
		{ "https", "{\"url\":\"ftp://example.com/\"}", "url", "field.url" },
		{ "https", "{\"url\":\"https://a.example/\",\"secret\":\"x\"}", "secret",
		  "https.secret" },
		{ "https", "{\"url\":\"https://a.example/\",\"header\":\"no colon\"}", "header",
		  "https.header" },
		{ "https", "{\"url\":\"https://a.example/\",\"header\":\"A: b\\r\\nC: d\"}",
		  "header", "https.header" },
		{ "https", "{\"url\":\"https://a.example/\",\"header\":\"Host: b\"}", "header",
		  "https.header" },
		{ "https", "{\"url\":\"https://a.example/\",\"header\":\"Webhook-Id: b\"}",
		  "header", "https.header" },
		{ "https", "{\"url\":\"https://a.example/\",\"envelope\":\"big\"}", "envelope",
		  "field.choice" },
		{ "https", "{\"url\":\"https://a.example/\",\"timeoutMs\":1}", "timeoutMs",
		  "field.range" },
		{ "https", "{\"url\":\"https://a.example/\",\"maxAge\":0}", "maxAge",
		  "field.range" },
		{ "https", "{\"url\":\"https://a.example/\",\"uri\":\"x\"}", "uri",
		  "field.unknown" },
		{ "azure-table", "{}", "connectionString", "field.required" },
		{ "azure-table", "{\"connectionString\":\"AccountName=x\"}", "connectionString",
		  "azure.credential" },
		{ "azure-table", "{\"connectionString\":\"UseDevelopmentStorage=true\"}",
		  "connectionString", "url.http" },
		{ "azure-table",
		  "{\"connectionString\":\"UseDevelopmentStorage=true\",\"allowHttp\":"
		  "true,\"table\":\"a-b\"}",
		  "table", "azure.table" },
		{ "azure-table",
		  "{\"connectionString\":\"UseDevelopmentStorage=true\",\"allowHttp\":"
		  "true,\"table\":\"Tables\"}",
		  "table", "azure.table" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		struct field_problems p;
		void *s;
		if (decode(list[i].kind, list[i].json, &s, &p))
			fail_msg("%s was taken", list[i].json);
		if (strcmp(p.e[0].field, list[i].field) != 0 ||
		    strcmp(p.e[0].code, list[i].code) != 0)
			fail_msg("%s: %s %s", list[i].json, p.e[0].field, p.e[0].code);
		assert_true(p.e[0].text[0]);
	}
}

static void makes_a_secret_once(void **state)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("https"));
	struct field_problems p;
	AUTO_JSON j = NULL;
	struct err e = { 0 };
	void *s;
	(void)state;
	assert_true(decode("https", "{\"url\":\"https://example.com/\"}", &s, &p));
	char *first = dest_settings_json(arena, d, s, true);
	assert_non_null(strstr(first, "\"secret\":\"whsec_"));
	assert_true(json_parse(STR("{\"timeoutMs\":5000}"), &j, &e));
	assert_true(dest_settings_decode(arena, d, j, true, s, &p));
	AUTO_JSON again = NULL;
	assert_true(json_parse(str_of(dest_settings_json(arena, d, s, true)), &again, &e));
	AUTO_JSON before = NULL;
	assert_true(json_parse(str_of(first), &before, &e));
	assert_true(
		str_eq(json_str(json_get(before, "secret")), json_str(json_get(again, "secret"))));
	assert_int_equal(json_int(json_get(again, "timeoutMs")), 5000);
}

static void hides_secrets_and_reads_its_own_writing(void **state)
{
	static const struct {
		const char *kind, *json, *secret;
	} list[] = {
		{ "https",
		  "{\"url\":\"https://example.com/?sig=S3CRET\",\"header\":\"X-Key: S3CRET\"}",
		  "S3CRET" },
		{ "azure-table", "{\"connectionString\":\"AccountName=a1;AccountKey=UzNDUkVU\"}",
		  "UzNDUkVU" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		const struct dest_driver *d = dest_driver_by_kind(str_of(list[i].kind));
		struct field_problems p;
		void *s, *t;
		assert_true(decode(list[i].kind, list[i].json, &s, &p));
		char *open = dest_settings_json(arena, d, s, true);
		assert_null(strstr(dest_settings_json(arena, d, s, false), list[i].secret));
		assert_non_null(strstr(open, list[i].secret));
		assert_true(decode(list[i].kind, open, &t, &p));
		assert_string_equal(dest_settings_json(arena, d, t, true), open);
	}
}

static void takes_name_and_value(void **state)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("https"));
	struct field_problems p = { 0 };
	struct err e = { 0 };
	void *s = dest_settings_new(arena, d);
	(void)state;
	assert_false(dest_settings_set(arena, d, STR("uri"), STR("x"), s, &e));
	assert_non_null(strstr(e.text, "url"));
	assert_false(dest_settings_set(arena, d, STR("maxAge"), STR("soon"), s, &e));
	assert_false(dest_settings_check(arena, d, s, &p));
	assert_string_equal(p.e[0].field, "url");
	p.n = 0;
	assert_true(dest_settings_set(arena, d, STR("url"), STR("http://127.0.0.1:9/"), s, &e));
	assert_false(dest_settings_check(arena, d, s, &p));
	p.n = 0;
	assert_true(dest_settings_set(arena, d, STR("allowHttp"), STR("true"), s, &e));
	assert_true(dest_settings_check(arena, d, s, &p));
}

static void drops_by_rule(void **state)
{
	struct dest_common c = { .test_leads = "drop", .do_not_contact = "forward" };
	struct dest_lead test = { .test = true }, dnc = { .dnc = true }, plain = { .test = false };
	(void)state;
	assert_string_equal(dest_dropped(&c, &test), DEST_DROPPED_TEST);
	assert_null(dest_dropped(&c, &dnc));
	assert_null(dest_dropped(&c, &plain));
	c = (struct dest_common){ .test_leads = "tag", .do_not_contact = "drop" };
	assert_null(dest_dropped(&c, &test));
	assert_string_equal(dest_dropped(&c, &dnc), DEST_DROPPED_DNC);
}

static void every_setting_is_documented(void **state)
{
	(void)state;
	for (const struct dest_driver *const *d = dest_drivers; *d; d++)
		for (const struct field *f = (*d)->settings; f->name; f++) {
			assert_non_null(f->help);
			assert_true(f->help[0]);
		}
	assert_null(dest_driver_by_kind(STR("telegraph")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_defaults),
		cmocka_unit_test(names_the_field_at_fault),
		cmocka_unit_test(makes_a_secret_once),
		cmocka_unit_test(hides_secrets_and_reads_its_own_writing),
		cmocka_unit_test(takes_name_and_value),
		cmocka_unit_test(drops_by_rule),
		cmocka_unit_test(every_setting_is_documented),
	};
	crypto_start();
	arena = arena_new("test", 16 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
