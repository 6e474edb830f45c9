/* What an answer means: the tables of destinations.md 0.2, 1.2 and 2.7, row by row. */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/hash.h"

#define NOW 1795255200000 /* 2026-11-21T10:00:00Z */
#define URL "https://hooks.example.com/in/abc?sig=0123456789abcdef0123"

static struct arena *arena;

static struct dest_call call_of(const char *kind, bool create_table)
{
	static struct dest_lead lead;
	const struct dest_driver *d = dest_driver_by_kind(str_of(kind));
	void *settings = dest_settings_new(arena, d);
	struct field_problems p = { 0 };
	struct err e = { 0 };
	if (strcmp(kind, "https") == 0)
		assert_true(dest_settings_set(arena, d, STR("url"), STR(URL), settings, &e));
	if (strcmp(kind, "azure-table") == 0) {
		assert_true(dest_settings_set(
			arena, d, STR("connectionString"),
			STR("AccountName=contoso1;AccountKey=c2VjcmV0c2VjcmV0c2VjcmV0"), settings,
			&e));
		assert_true(dest_settings_set(arena, d, STR("createTable"),
					      create_table ? STR("true") : STR("false"), settings,
					      &e));
		assert_true(dest_settings_check(arena, d, settings, &p));
	}
	return (struct dest_call){
		.arena = arena, .settings = settings, .lead = &lead, .attempt = 1, .now_ms = NOW
	};
}

static struct dest_outcome classify(const char *kind, const struct dest_call *c,
				    const struct net_reply *r)
{
	struct dest_outcome o;
	dest_classify(dest_driver_by_kind(str_of(kind)), c, r, &o);
	assert_int_not_equal(o.outcome, OUTCOME_NONE);
	assert_true(o.code[0]);
	return o;
}

static struct net_reply answer(int status, const char *body)
{
	return (struct net_reply){ .failure = NET_OK,
				   .status = status,
				   .body = str_of(body),
				   .body_sent = true,
				   .retry_after_ms = -1 };
}

struct row {
	int from, to;
	enum outcome outcome;
	bool slow_down;
	int64_t at_least_ms;
};

static void expect_rows(const char *kind, const struct row *rows, size_t n)
{
	struct dest_call c = call_of(kind, true);
	for (size_t i = 0; i < n; i++)
		for (int s = rows[i].from; s <= rows[i].to; s++) {
			struct net_reply r = answer(s, "");
			struct dest_outcome o = classify(kind, &c, &r);
			if (o.outcome != rows[i].outcome || o.slow_down != rows[i].slow_down ||
			    o.at_least_ms != rows[i].at_least_ms)
				fail_msg("%s: %d gives %s", kind, s, outcome_text(o.outcome));
			assert_int_equal(o.status, s);
		}
}

static void https_statuses(void **state)
{
	static const struct row rows[] = {
		{ 200, 299, OUTCOME_DELIVERED, false, 0 }, { 300, 399, OUTCOME_RETRY, false, 0 },
		{ 400, 400, OUTCOME_REJECTED, false, 0 },  { 401, 401, OUTCOME_CONFIG, false, 0 },
		{ 402, 402, OUTCOME_REJECTED, false, 0 },  { 403, 405, OUTCOME_CONFIG, false, 0 },
		{ 406, 407, OUTCOME_REJECTED, false, 0 },  { 408, 408, OUTCOME_RETRY, false, 0 },
		{ 409, 409, OUTCOME_REJECTED, false, 0 },  { 410, 410, OUTCOME_GONE, false, 0 },
		{ 411, 424, OUTCOME_REJECTED, false, 0 },  { 425, 425, OUTCOME_RETRY, false, 0 },
		{ 426, 428, OUTCOME_REJECTED, false, 0 },  { 429, 429, OUTCOME_RETRY, true, 60000 },
		{ 430, 499, OUTCOME_REJECTED, false, 0 },  { 500, 501, OUTCOME_RETRY, false, 0 },
		{ 502, 502, OUTCOME_RETRY, true, 0 },      { 503, 503, OUTCOME_RETRY, false, 0 },
		{ 504, 504, OUTCOME_RETRY, true, 0 },      { 505, 599, OUTCOME_RETRY, false, 0 },
		{ 600, 999, OUTCOME_RETRY, false, 0 },     { 100, 199, OUTCOME_RETRY, false, 0 },
	};
	(void)state;
	expect_rows("https", rows, LL_COUNT(rows));
}

static void broken_exchanges(void **state)
{
	static const struct {
		enum net_failure failure;
		enum outcome before, after;
	} rows[] = {
		{ NET_GUARD, OUTCOME_RETRY, OUTCOME_RETRY },
		{ NET_DNS, OUTCOME_RETRY, OUTCOME_RETRY },
		{ NET_CONNECT, OUTCOME_RETRY, OUTCOME_RETRY },
		{ NET_TLS_HANDSHAKE, OUTCOME_RETRY, OUTCOME_RETRY },
		{ NET_SETTINGS, OUTCOME_CONFIG, OUTCOME_CONFIG },
		{ NET_CERTIFICATE, OUTCOME_CONFIG, OUTCOME_CONFIG },
		{ NET_TIMEOUT, OUTCOME_RETRY, OUTCOME_UNKNOWN },
		{ NET_CUT, OUTCOME_RETRY, OUTCOME_UNKNOWN },
		{ NET_PROTOCOL, OUTCOME_RETRY, OUTCOME_UNKNOWN },
		{ NET_TOO_LARGE, OUTCOME_RETRY, OUTCOME_UNKNOWN },
	};
	struct dest_call c = call_of("https", true);
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		for (int sent = 0; sent < 2; sent++) {
			/* A 200 that was cut off is no success. */
			struct net_reply r = { .failure = rows[i].failure,
					       .status = sent ? 200 : 0,
					       .body_sent = sent,
					       .detail = "words" };
			struct dest_outcome o = classify("https", &c, &r);
			assert_int_equal(o.outcome, sent ? rows[i].after : rows[i].before);
			assert_int_equal(o.status, 0);
			assert_string_equal(o.code, net_failure_text(rows[i].failure));
		}
}

static void a_receiver_may_ask_to_stop(void **state)
{
	static const struct {
		int status;
		const char *wish;
		enum outcome outcome;
	} rows[] = {
		{ 200, "disable", OUTCOME_GONE },
		{ 500, " Disable ", OUTCOME_GONE },
		{ 500, "abort-message", OUTCOME_REJECTED },
		{ 200, "abort-message", OUTCOME_DELIVERED },
		{ 500, "else", OUTCOME_RETRY },
	};
	struct dest_call c = call_of("https", true);
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct net_reply r = answer(rows[i].status, "");
		r.headers[r.header_count++] =
			(struct net_header){ "webhook-delivery", rows[i].wish };
		assert_int_equal(classify("https", &c, &r).outcome, rows[i].outcome);
	}
}

static void a_redirect_shows_where_to_without_its_query(void **state)
{
	struct dest_call c = call_of("https", true);
	struct net_reply r = answer(302, "");
	(void)state;
	r.headers[r.header_count++] =
		(struct net_header){ "location", "https://new.example.com/x?token=secret" };
	struct dest_outcome o = classify("https", &c, &r);
	assert_string_equal(o.code, "redirect");
	assert_non_null(strstr(o.detail, "https://new.example.com/x,"));
	assert_null(strstr(o.detail, "token"));
}

static void retry_after_is_handed_on(void **state)
{
	struct dest_call c = call_of("https", true);
	struct net_reply r = answer(503, "");
	(void)state;
	assert_int_equal(classify("https", &c, &r).retry_after_ms, -1);
	r.retry_after_ms = 120000;
	assert_int_equal(classify("https", &c, &r).retry_after_ms, 120000);
}

static void details_are_one_clean_line_without_secrets(void **state)
{
	struct dest_call c = call_of("https", true);
	struct net_reply r =
		answer(400, "no\r\nsuch\x01\xff thing at /in/abc?sig=0123456789abcdef0123 "
			    "nor 0123456789abcdef0123");
	(void)state;
	struct dest_outcome o = classify("https", &c, &r);
	assert_null(strpbrk(o.detail, "\r\n\x01"));
	assert_null(strstr(o.detail, "0123456789"));
	assert_non_null(strstr(o.detail, "HTTP 400: no  such"));
}

/* ---- azure-table ---- */

#define ODATA(code)                                                                                \
	"{\"odata.error\":{\"code\":\"" code "\",\"message\":{\"lang\":\"en-US\",\"value\":\"x\"}" \
	"}}"
#define XML(code) "<?xml version=\"1.0\"?><Error><Code>" code "</Code><Message>x</Message></Error>"

static void azure_codes(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum outcome outcome;
		const char *token;
	} rows[] = {
		{ 204, "", OUTCOME_DELIVERED, "delivered" },
		{ 201, "{}", OUTCOME_DELIVERED, "delivered" },
		{ 409, ODATA("EntityAlreadyExists"), OUTCOME_ALREADY, "already-there" },
		{ 409, ODATA("TableBeingDeleted"), OUTCOME_RETRY, "table-being-deleted" },
		{ 404, ODATA("TableNotFound"), OUTCOME_CONFIG, "table-not-found" },
		{ 403, XML("AuthenticationFailed"), OUTCOME_CONFIG, "forbidden" },
		{ 403, XML("AuthorizationFailure"), OUTCOME_CONFIG, "forbidden" },
		{ 403, ODATA("AuthorizationPermissionMismatch"), OUTCOME_CONFIG, "no-permission" },
		{ 403, ODATA("InsufficientAccountPermissions"), OUTCOME_CONFIG, "no-permission" },
		{ 401, "", OUTCOME_CONFIG, "unauthorized" },
		{ 400, ODATA("InvalidInput"), OUTCOME_REJECTED, "invalid-input" },
		{ 400, ODATA("PropertiesNeedValue"), OUTCOME_REJECTED, "properties-need-value" },
		{ 400, ODATA("PropertyValueTooLarge"), OUTCOME_REJECTED, "property-too-large" },
		{ 400, ODATA("EntityTooLarge"), OUTCOME_REJECTED, "entity-too-large" },
		{ 400, ODATA("PropertyNameInvalid"), OUTCOME_REJECTED, "property-name-invalid" },
		{ 400, ODATA("PropertyNameTooLong"), OUTCOME_REJECTED, "property-name-too-long" },
		{ 400, ODATA("TooManyProperties"), OUTCOME_REJECTED, "too-many-properties" },
		{ 400, ODATA("OutOfRangeInput"), OUTCOME_REJECTED, "out-of-range" },
		{ 400, ODATA("DuplicatePropertiesSpecified"), OUTCOME_REJECTED,
		  "duplicate-properties" },
		{ 400, ODATA("InvalidDuplicateRow"), OUTCOME_REJECTED, "duplicate-row" },
		{ 400, ODATA("SomethingNew"), OUTCOME_REJECTED, "bad-request" },
		{ 400, ODATA("HostInformationNotPresent"), OUTCOME_CONFIG, "request-refused" },
		{ 400, ODATA("UnsupportedHttpVerb"), OUTCOME_CONFIG, "request-refused" },
		{ 400, ODATA("InvalidHeaderValue"), OUTCOME_CONFIG, "request-refused" },
		{ 405, "", OUTCOME_CONFIG, "method-not-allowed" },
		{ 415, ODATA("JsonFormatNotSupported"), OUTCOME_CONFIG, "request-refused" },
		{ 501, ODATA("NotImplemented"), OUTCOME_CONFIG, "request-refused" },
		{ 500, ODATA("InternalError"), OUTCOME_RETRY, "server-error" },
		{ 500, ODATA("OperationTimedOut"), OUTCOME_RETRY, "operation-timed-out" },
		{ 503, ODATA("ServerBusy"), OUTCOME_RETRY, "server-busy" },
		{ 429, "{\"error\":{\"code\":\"TooManyRequests\"}}", OUTCOME_RETRY,
		  "too-many-requests" },
	};
	struct dest_call c = call_of("azure-table", false);
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct net_reply r = answer(rows[i].status, rows[i].body);
		struct dest_outcome o = classify("azure-table", &c, &r);
		if (o.outcome != rows[i].outcome || strcmp(o.code, rows[i].token) != 0)
			fail_msg("%d %s gives %s %s", rows[i].status, rows[i].body,
				 outcome_text(o.outcome), o.code);
	}
}

static void azure_prefers_the_header_with_the_code(void **state)
{
	struct dest_call c = call_of("azure-table", false);
	struct net_reply r = answer(409, XML("TableBeingDeleted"));
	(void)state;
	r.headers[r.header_count++] =
		(struct net_header){ "x-ms-error-code", "EntityAlreadyExists" };
	assert_int_equal(classify("azure-table", &c, &r).outcome, OUTCOME_ALREADY);
}

static void azure_reads_a_pause_in_milliseconds(void **state)
{
	struct dest_call c = call_of("azure-table", false);
	struct net_reply r = answer(429, "");
	(void)state;
	r.headers[r.header_count++] = (struct net_header){ "x-ms-retry-after-ms", "90000" };
	assert_int_equal(classify("azure-table", &c, &r).retry_after_ms, 90000);
}

static void azure_tells_a_wrong_clock_from_a_wrong_key(void **state)
{
	struct dest_call c = call_of("azure-table", false);
	struct net_reply r = answer(403, XML("AuthenticationFailed"));
	(void)state;
	r.headers[r.header_count++] =
		(struct net_header){ "date", "Sat, 21 Nov 2026 10:05:00 GMT" };
	assert_string_equal(classify("azure-table", &c, &r).code, "forbidden");
	r.headers[0].value = "Sat, 21 Nov 2026 10:30:00 GMT";
	struct dest_outcome o = classify("azure-table", &c, &r);
	assert_string_equal(o.code, "clock-skewed");
	assert_int_equal(o.outcome, OUTCOME_CONFIG);
	assert_non_null(strstr(o.detail, "30 minutes behind"));
}

/* Missing table: create it once, insert again; never count the creation as the lead's delivery. */
static void azure_creates_the_table_once(void **state)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("azure-table"));
	struct dest_call c = call_of("azure-table", true);
	struct net_reply missing = answer(404, ODATA("TableNotFound")), made = answer(204, "");
	struct net_reply there = answer(409, ODATA("TableAlreadyExists"));
	struct net_reply refused = answer(403, XML("AuthorizationFailure"));
	struct dest_outcome o;
	(void)state;
	o = classify("azure-table", &c, &missing);
	assert_true(d->again(&c, &o));
	c.step = 1;
	o = classify("azure-table", &c, &made);
	assert_int_not_equal(o.outcome, OUTCOME_DELIVERED);
	assert_true(d->again(&c, &o));
	o = classify("azure-table", &c, &there);
	assert_true(d->again(&c, &o));
	o = classify("azure-table", &c, &refused);
	assert_int_equal(o.outcome, OUTCOME_CONFIG);
	assert_false(d->again(&c, &o));
	c.step = 2;
	o = classify("azure-table", &c, &missing);
	assert_int_equal(o.outcome, OUTCOME_RETRY);
	assert_false(d->again(&c, &o));
	o = classify("azure-table", &c, &made);
	assert_int_equal(o.outcome, OUTCOME_DELIVERED);
	assert_false(d->again(&c, &o));
	c = call_of("azure-table", false);
	o = classify("azure-table", &c, &missing);
	assert_int_equal(o.outcome, OUTCOME_CONFIG);
	assert_false(d->again(&c, &o));
}

static void an_outcome_is_always_set(void **state)
{
	(void)state;
	for (const struct dest_driver *const *d = dest_drivers; *d; d++) {
		struct dest_call c = call_of((*d)->kind, true);
		for (int status = -1; status <= 1000; status++)
			for (c.step = 0; c.step < DEST_STEPS; c.step++) {
				struct net_reply r = answer(status, "<Code>");
				classify((*d)->kind, &c, &r);
			}
		for (unsigned f = 1; f < 100; f++) {
			struct net_reply r = { .failure = (enum net_failure)f };
			classify((*d)->kind, &c, &r);
		}
		arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(https_statuses),
		cmocka_unit_test(broken_exchanges),
		cmocka_unit_test(a_receiver_may_ask_to_stop),
		cmocka_unit_test(a_redirect_shows_where_to_without_its_query),
		cmocka_unit_test(retry_after_is_handed_on),
		cmocka_unit_test(details_are_one_clean_line_without_secrets),
		cmocka_unit_test(azure_codes),
		cmocka_unit_test(azure_prefers_the_header_with_the_code),
		cmocka_unit_test(azure_reads_a_pause_in_milliseconds),
		cmocka_unit_test(azure_tells_a_wrong_clock_from_a_wrong_key),
		cmocka_unit_test(azure_creates_the_table_once),
		cmocka_unit_test(an_outcome_is_always_set),
	};
	crypto_start();
	arena = arena_new("test", 256 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
