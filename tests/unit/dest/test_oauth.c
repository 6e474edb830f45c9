/* Tokens: the request, and what each answer is (RFC 6749, 4.4, 5.1 and 5.2). */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/field.h"
#include "base/hash.h"

#define NOW 1795255200000 /* 2026-11-21T10:00:00Z */

struct crm {
	struct dest_common common;
	const char *secret, *scope;
};
static const struct field settings[] = {
	F_STR(struct crm, secret, "secret", .flags = FIELD_SECRET),
	F_STR(struct crm, scope, "scope", .max = 200),
	F_END,
};

static void oauth(const struct dest_call *c, struct dest_oauth *ret)
{
	const struct crm *s = c->settings;

	*ret = (struct dest_oauth){ "https://login.example.com/token", "the client", s->secret,
				    s->scope };
}

static const struct dest_driver driver = {
	.kind = "crm", .settings = settings, .settings_size = sizeof(struct crm), .oauth = oauth
};
static struct arena *arena;
static struct crm crm;

static struct dest_call call(void)
{
	crm = (struct crm){ .common = { .timeout_ms = 1000 }, .secret = "p&ss=w ö+rd-0123456789" };
	return (struct dest_call){ .arena = arena, .settings = &crm, .now_ms = NOW };
}

static struct net_reply answer(int status, const char *body)
{
	return (struct net_reply){
		.status = status, .body = str_of(body), .body_sent = true, .retry_after_ms = -1
	};
}

static void the_request_is_a_form(void **state)
{
	struct dest_call c = call();
	struct net_request r;
	struct err e = { 0 };

	(void)state;
	assert_true(dest_token_prepare(&driver, &c, &r, &e));
	assert_string_equal(r.method, "POST");
	assert_string_equal(r.url, "https://login.example.com/token");
	assert_true(str_eq_z(r.body, "grant_type=client_credentials&client_id=the%20client&"
				     "client_secret=p%26ss%3Dw%20%C3%B6%2Brd-0123456789"));
	assert_string_equal(r.headers[0].value, "application/x-www-form-urlencoded");
	assert_string_equal(r.secret, crm.secret);
	assert_int_equal(r.timeout_ms, 1000);
	crm.scope = "https://x.example/.default";
	assert_true(dest_token_prepare(&driver, &c, &r, &e));
	assert_non_null(strstr(r.body.p, "&scope=https%3A%2F%2Fx.example%2F.default"));
}

static void a_token_is_kept_until_shortly_before_its_end(void **state)
{
	static const struct {
		const char *life;
		int64_t after_s; /* -1: until it is refused */
	} rows[] = {
		{ "3600", 3300 }, { "\"3599\"", 3299 }, { "60", 45 }, { "4", 3 },
		{ "0", 0 },       { "null", -1 },       { "-5", -1 }, { "\"soon\"", -1 },
		{ "1e99", -1 },   { "99999999", -1 },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct dest_call c = call();
		struct net_reply r = answer(
			200, arena_printf(arena, "{\"access_token\":\"t\",\"expires_in\":%s}",
					  rows[i].life));
		struct dest_token t;
		struct dest_outcome o;
		int64_t want = rows[i].after_s < 0 ? INT64_MAX : NOW + rows[i].after_s * 1000;

		if (!dest_token_read(&driver, &c, &r, &t, &o))
			fail_msg("a life of %s: %s", rows[i].life, o.detail);
		if (t.renew_at != want)
			fail_msg("a life of %s: renewed after %lld s", rows[i].life,
				 (long long)(t.renew_at - NOW) / 1000);
	}
}

static void an_address_comes_along_when_it_may_be_followed(void **state)
{
	static const struct {
		const char *url;
		bool ok;
	} rows[] = {
		{ "https://eu9.example.com", true },
		{ "http://169.254.169.254", false },
		{ "file:///etc/passwd", false },
		{ "https://user:secret@example.com", false },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct dest_call c = call();
		struct net_reply r = answer(
			200, arena_printf(arena, "{\"access_token\":\"t\",\"instance_url\":\"%s\"}",
					  rows[i].url));
		struct dest_token t;
		struct dest_outcome o;
		bool ok = dest_token_read(&driver, &c, &r, &t, &o);

		assert_int_equal(ok, rows[i].ok);
		if (ok)
			assert_string_equal(t.base_url, rows[i].url);
		else
			assert_string_equal(o.code, "token-unreadable");
	}
}

static void what_is_no_token_is_none(void **state)
{
	static const char *const bodies[] = {
		"",
		"{",
		"[]",
		"{}",
		"<html>Sign in</html>",
		"{\"access_token\":\"\"}",
		"{\"access_token\":7}",
		"{\"access_token\":\"a b\"}",
		"{\"access_token\":\"a\\r\\nX-Injected: 1\"}",
		"{\"access_token\":\"\\u00fc\"}",
		"{\"access_token\":\"a\\u0000b\"}",
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(bodies); i++) {
		struct dest_call c = call();
		struct net_reply r = answer(200, bodies[i]);
		struct dest_token t;
		struct dest_outcome o;

		if (dest_token_read(&driver, &c, &r, &t, &o))
			fail_msg("%s gives the token %s", bodies[i], t.text);
		assert_int_equal(o.outcome, OUTCOME_RETRY);
		assert_string_equal(o.code, "token-unreadable");
	}
}

static void refusals_are_told_apart_by_their_error(void **state)
{
	static const struct {
		int status;
		const char *error;
		enum outcome outcome;
		const char *code;
	} rows[] = {
		{ 401, "invalid_client", OUTCOME_CONFIG, "token-invalid-client" },
		{ 400, "invalid_client_id", OUTCOME_CONFIG, "token-invalid-client" },
		{ 400, "unauthorized_client", OUTCOME_CONFIG, "token-unauthorized-client" },
		{ 400, "invalid_grant", OUTCOME_CONFIG, "token-invalid-grant" },
		{ 400, "invalid_scope", OUTCOME_CONFIG, "token-invalid-scope" },
		{ 400, "invalid_resource", OUTCOME_CONFIG, "token-invalid-scope" },
		{ 400, "invalid_request", OUTCOME_CONFIG, "token-invalid-request" },
		{ 400, "unsupported_grant_type", OUTCOME_CONFIG, "token-unsupported-grant" },
		{ 400, "temporarily_unavailable", OUTCOME_RETRY, "token-unavailable" },
		{ 503, "temporarily_unavailable", OUTCOME_RETRY, "token-unavailable" },
		{ 400, "news", OUTCOME_CONFIG, "token-refused" },
		{ 404, "", OUTCOME_CONFIG, "token-refused" },
		{ 408, "", OUTCOME_RETRY, "token-timeout" },
		{ 429, "", OUTCOME_RETRY, "token-too-many-requests" },
		{ 302, "", OUTCOME_CONFIG, "token-redirect" },
		{ 500, "", OUTCOME_RETRY, "token-server-error" },
		{ 599, "", OUTCOME_RETRY, "token-server-error" },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct dest_call c = call();
		struct net_reply r = answer(
			rows[i].status,
			arena_printf(arena,
				     "{\"error\":\"%s\",\"error_description\":\"AADSTS7: no\\r\\n"
				     "Trace: p&ss=w ö+rd-0123456789\"}",
				     rows[i].error));
		struct dest_token t;
		struct dest_outcome o;

		assert_false(dest_token_read(&driver, &c, &r, &t, &o));
		if (o.outcome != rows[i].outcome || strcmp(o.code, rows[i].code) != 0)
			fail_msg("%d %s is %s %s", rows[i].status, rows[i].error,
				 outcome_text(o.outcome), o.code);
		assert_null(strstr(o.detail, "0123456789"));
		if (rows[i].status == 400)
			assert_non_null(strstr(o.detail, "AADSTS7: no"));
	}
}

static void what_broke_off_is_tried_again(void **state)
{
	(void)state;
	for (int f = NET_GUARD; f <= NET_TOO_LARGE; f++)
		for (int sent = 0; sent < 2; sent++) {
			struct dest_call c = call();
			struct net_reply r = { .failure = (enum net_failure)f,
					       .body_sent = sent,
					       .detail = "words" };
			struct dest_token t;
			struct dest_outcome o;
			bool config = f == NET_SETTINGS || f == NET_CERTIFICATE;

			assert_false(dest_token_read(&driver, &c, &r, &t, &o));
			assert_int_equal(o.outcome, config ? OUTCOME_CONFIG : OUTCOME_RETRY);
		}
}

static void the_token_goes_into_one_header(void **state)
{
	static const struct dest_token token = { "abc", NULL, INT64_MAX };
	struct dest_call c = call();
	struct net_request r = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_false(dest_bearer(&c, &r, &e));
	c.token = &token;
	assert_true(dest_bearer(&c, &r, &e));
	assert_string_equal(r.headers[0].name, "Authorization");
	assert_string_equal(r.headers[0].value, "Bearer abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_is_a_form),
		cmocka_unit_test(a_token_is_kept_until_shortly_before_its_end),
		cmocka_unit_test(an_address_comes_along_when_it_may_be_followed),
		cmocka_unit_test(what_is_no_token_is_none),
		cmocka_unit_test(refusals_are_told_apart_by_their_error),
		cmocka_unit_test(what_broke_off_is_tried_again),
		cmocka_unit_test(the_token_goes_into_one_header),
	};
	int failed;

	crypto_start();
	arena = arena_new("test", 16 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
