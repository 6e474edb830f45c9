/* What the kinds of CRMs, those of Dynamics 365 and Salesforce above all, have to themselves; what
 * their answers mean is in tests/golden. */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/hash.h"

#define NOW 1795255200000 /* 2026-11-21T10:00:00Z */

static struct arena *arena;

static const char *const settings_of[][2] = {
	{ "dynamics365",
	  "{\"url\":\"https://contoso.crm4.dynamics.com\",\"tenantId\":\"t.example\","
	  "\"clientId\":\"c\",\"clientSecret\":\"secret-of-dynamics\"}" },
	{ "salesforce", "{\"domain\":\"contoso\",\"clientId\":\"c\",\"clientSecret\":\"secret-of-"
			"salesforce\",\"externalIdField\":\"Leadline_Id__c\"}" },
	{ "salesforce-web-to-lead", "{\"oid\":\"00D000000000062\"}" },
};

struct answer {
	const char *kind;
	int status;
	const char *body;
};

static void *settings_for(const struct answer *a)
{
	const struct dest_driver *d = dest_driver_by_kind(str_of(a->kind));
	void *s = dest_settings_new(arena, d);
	struct field_problems p = { 0 };
	AUTO_JSON j = NULL;
	struct err e = { 0 };

	for (size_t i = 0; i < LL_COUNT(settings_of); i++)
		if (strcmp(settings_of[i][0], a->kind) == 0)
			assert_true(json_parse(str_of(settings_of[i][1]), &j, &e));
	if (!j)
		return s;
	if (!dest_settings_decode(arena, d, j, false, s, &p))
		fail_msg("%s: %s", a->kind, p.e[0].text);
	return s;
}

static struct dest_call call_of(const struct answer *a)
{
	static struct dest_lead lead;
	static const struct dest_token token = { "token-of-the-test", NULL, INT64_MAX };

	return (struct dest_call){
		.arena = arena,
		.settings = settings_for(a),
		.lead = &lead,
		.attempt = 1,
		.now_ms = NOW,
		.server = dest_server(),
		.token = &token,
	};
}

static struct net_reply reply_of(const struct answer *a)
{
	return (struct net_reply){ .failure = NET_OK,
				   .status = a->status,
				   .body = str_of(a->body),
				   .body_sent = true,
				   .retry_after_ms = -1 };
}

/* No number that stays out of the tables ends in a success. */
static void only_a_confirmation_is_a_success(void **state)
{
	(void)state;
	for (size_t k = 0; k < LL_COUNT(settings_of); k++)
		for (int status = 100; status <= 999; status++) {
			struct answer a = { .kind = settings_of[k][0],
					    .status = status,
					    .body = "no JSON" };
			struct dest_call c = call_of(&a);
			struct net_reply r = reply_of(&a);
			bool web = strcmp(a.kind, "salesforce-web-to-lead") == 0;
			struct dest_outcome o;

			dest_classify(dest_driver_by_kind(str_of(a.kind)), &c, &r, &o);
			if (o.outcome == OUTCOME_DELIVERED)
				assert_int_equal(status, web ? 200 : 204);
			if (o.outcome == OUTCOME_ALREADY)
				assert_int_equal(status, 412);
		}
}

static void details_have_neither_secret_nor_token(void **state)
{
	static const struct answer list[] = {
		{ "dynamics365", 400,
		  "{\"error\":{\"message\":\"secret-of-dynamics and token-of-the-test\"}}" },
		{ "salesforce", 400,
		  "[{\"errorCode\":\"X\",\"message\":\"secret-of-salesforce and "
		  "token-of-the-test\"}]" },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		struct dest_call c = call_of(&list[i]);
		struct net_reply r = reply_of(&list[i]);
		struct dest_outcome o;

		dest_classify(dest_driver_by_kind(str_of(list[i].kind)), &c, &r, &o);
		assert_null(strstr(o.detail, "secret-of"));
		assert_null(strstr(o.detail, "token-of"));
		assert_non_null(strstr(o.detail, "*** and ***"));
	}
}

/* What has no key over there must not be repeated by the network library. */
static void only_what_has_a_key_may_go_twice(void **state)
{
	static const struct {
		const char *kind, *json;
		bool once;
	} rows[] = {
		{ "dynamics365", NULL, false },
		{ "salesforce", NULL, false },
		{ "salesforce",
		  "{\"domain\":\"contoso\",\"clientId\":\"c\",\"clientSecret\":\"s\"}", true },
		{ "salesforce-web-to-lead", NULL, true },
		{ "hubspot", "{\"token\":\"t\",\"idProperty\":\"lead_id\"}", false },
		{ "hubspot", "{\"token\":\"t\"}", true },
		{ "slack", "{\"url\":\"https://hooks.slack.com/services/T0/B0/x\"}", true },
		{ "teams", "{\"url\":\"https://x.api.powerplatform.com/a?sig=1\"}", true },
		{ "https", "{\"url\":\"https://hooks.example.com/\"}", false },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct answer a = { .kind = rows[i].kind };
		const struct dest_driver *d = dest_driver_by_kind(str_of(a.kind));
		struct dest_call c = call_of(&a);
		struct field_problems p = { 0 };
		struct net_request r;
		AUTO_JSON j = NULL;
		struct err e = { 0 };
		void *own = dest_settings_new(arena, d);

		if (rows[i].json) {
			assert_true(json_parse(str_of(rows[i].json), &j, &e));
			assert_true(dest_settings_decode(arena, d, j, false, own, &p));
			c.settings = own;
		}
		assert_true(d->prepare(&c, &r, &e));
		if (r.once != rows[i].once)
			fail_msg("%s %s: once is %d", a.kind, rows[i].json, r.once);
	}
}

static void links_lead_to_records_only(void **state)
{
	static const struct {
		const char *kind, *id, *link;
	} rows[] = {
		{ "dynamics365", "01938c5e-1111-780b-96d7-9bf2f0c84577",
		  "https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=lead&id="
		  "01938c5e-1111-780b-96d7-9bf2f0c84577" },
		{ "dynamics365", "x&id=1", NULL },
		{ "salesforce", "00Q5g00000AbCdEEAV",
		  "https://contoso.my.salesforce.com/00Q5g00000AbCdEEAV" },
		{ "salesforce", "../setup/000000", NULL },
		{ "salesforce", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct answer a = { .kind = rows[i].kind };
		const struct dest_driver *d = dest_driver_by_kind(str_of(a.kind));
		const char *link = d->link(arena, settings_for(&a), rows[i].id);

		if (rows[i].link)
			assert_string_equal(link, rows[i].link);
		else
			assert_null(link);
	}
}

static void bad_settings_are_named(void **state)
{
	static const struct {
		const char *kind, *name, *value, *field, *code;
	} rows[] = {
		{ "dynamics365", "tenantId", "a/../b", "tenantId", "dynamics.tenant" },
		{ "dynamics365", "url", "http://contoso.example", "url", "url.http" },
		{ "dynamics365", "loginUrl", "http://login.example", "loginUrl", "url.http" },
		{ "dynamics365", "mapping", "nonsense", "mapping", "mapping.line" },
		{ "salesforce", "domain", "login.salesforce.com", "domain", "salesforce.domain" },
		{ "salesforce", "domain", "http://contoso.example", "domain", "url.http" },
		{ "salesforce", "apiVersion", "6o.0", "apiVersion", "salesforce.version" },
		{ "salesforce", "apiVersion", "45.0", "apiVersion", "salesforce.version" },
		{ "salesforce", "externalIdField", "Email", "externalIdField", "salesforce.field" },
		{ "salesforce", "externalIdField", "a/b", "externalIdField", "salesforce.field" },
		{ "salesforce", "mapping", "leadline_id__c = {leadId}", "mapping",
		  "salesforce.key" },
		{ "salesforce-web-to-lead", "oid", "00X000000000062", "oid", "salesforce.oid" },
		{ "salesforce-web-to-lead", "url", "http://webto.example", "url", "url.http" },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct answer a = { .kind = rows[i].kind };
		const struct dest_driver *d = dest_driver_by_kind(str_of(a.kind));
		void *s = settings_for(&a);
		struct field_problems p = { 0 };
		struct err e = { 0 };

		assert_true(dest_settings_set(arena, d, str_of(rows[i].name), str_of(rows[i].value),
					      s, &e));
		if (dest_settings_check(arena, d, s, &p))
			fail_msg("%s: %s=%s is taken", a.kind, rows[i].name, rows[i].value);
		assert_string_equal(p.e[0].field, rows[i].field);
		assert_string_equal(p.e[0].code, rows[i].code);
	}
}

static void a_list_of_fields_is_read(void **state)
{
	static const struct {
		const char *kind, *body, *name, *label;
		int64_t max;
		bool required;
	} rows[] = {
		{ "dynamics365",
		  "{\"value\":[{\"LogicalName\":\"hidden\",\"IsValidForCreate\":false},"
		  "{\"LogicalName\":\"lastname\",\"AttributeType\":\"String\",\"MaxLength\":50,"
		  "\"IsValidForCreate\":true,\"RequiredLevel\":{\"Value\":\"ApplicationRequired\"},"
		  "\"DisplayName\":{\"UserLocalizedLabel\":{\"Label\":\"Last Name\"}}}]}",
		  "lastname", "Last Name", 50, true },
		{ "salesforce",
		  "{\"fields\":[{\"name\":\"Id\",\"createable\":false},{\"name\":\"Company\","
		  "\"label\":\"Company\",\"type\":\"string\",\"length\":255,\"createable\":true,"
		  "\"nillable\":false,\"defaultedOnCreate\":false}]}",
		  "Company", "Company", 255, true },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct answer a = { .kind = rows[i].kind, .status = 200, .body = rows[i].body };
		const struct dest_driver *d = dest_driver_by_kind(str_of(a.kind));
		struct dest_call c = call_of(&a);
		const struct dest_peer_field *f;
		struct net_reply r = reply_of(&a);
		struct net_request q;
		struct err e = { 0 };
		size_t n;

		assert_true(d->describe(&c, &q, &e));
		assert_string_equal(q.method, "GET");
		assert_true(d->read_fields(&c, &r, &f, &n));
		assert_int_equal(n, 1);
		assert_string_equal(f->name, rows[i].name);
		assert_string_equal(f->label, rows[i].label);
		assert_int_equal(f->max, rows[i].max);
		assert_int_equal(f->required, rows[i].required);
		r.body = STR("{\"value\":");
		assert_false(d->read_fields(&c, &r, &f, &n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_confirmation_is_a_success),
		cmocka_unit_test(details_have_neither_secret_nor_token),
		cmocka_unit_test(only_what_has_a_key_may_go_twice),
		cmocka_unit_test(links_lead_to_records_only),
		cmocka_unit_test(bad_settings_are_named),
		cmocka_unit_test(a_list_of_fields_is_read),
	};
	int failed;

	crypto_start();
	arena = arena_new("test", 256 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
