/* URLs, headers, Retry-After and scrubbing: everything about an exchange that needs no network. */
#include "net/transfer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void takes_good_urls(void **state)
{
	static const char *const list[] = {
		"https://example.com",
		"https://example.com/a/b?x=1&sig=%2Fab%3D",
		"HTTPS://example.com:8443/",
		"https://[2606:4700::1111]/x",
		"https://prod-1.westus.logic.azure.com:443/workflows/abc/triggers/manual/paths/"
		"invoke"
		"?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abc",
		"https://example.com/a@b",
	};
	(void)state;
	struct err e = { 0 };
	for (size_t i = 0; i < LL_COUNT(list); i++)
		if (!net_url_check(list[i], false, "url", &e))
			fail_msg("%s: %s", list[i], e.text);
}

static void refuses_bad_urls_and_names_the_remedy(void **state)
{
	static const struct {
		const char *url, *code;
	} list[] = {
		{ "", "url.scheme" },
		{ "example.com", "url.scheme" },
		{ "file:///etc/passwd", "url.scheme" },
		{ "gopher://x/", "url.scheme" },
		{ "http://example.com/", "url.http" },
		{ "https://example.com/#frag", "url.fragment" },
		{ "https://user@example.com/", "url.user" },
		{ "https://user:pw@example.com/", "url.user" },
		{ "https://@example.com/", "url.user" },
		{ "https://good.example\\@evil.example/", "url.characters" },
		{ "https://example.com/a b", "url.characters" },
		{ "https://example.com/\r\nX: y", "url.characters" },
		{ "https://", "url.invalid" },
		{ "https:///path", "url.invalid" },
		{ "https://example.com:99999/", "url.invalid" },
		{ "https://[::1/", "url.invalid" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		struct err e = { 0 };
		if (net_url_check(list[i].url, false, "url", &e))
			fail_msg("%s was taken", list[i].url);
		assert_string_equal(e.code, list[i].code);
		assert_string_equal(e.field, "url");
	}
}

static void takes_http_only_when_allowed(void **state)
{
	struct err e = { 0 };
	(void)state;
	assert_true(net_url_check("http://example.com/", true, "url", &e));
	assert_false(net_url_check("ftp://example.com/", true, "url", &e));
}

static void refuses_headers_that_split(void **state)
{
	struct net_request r = { .header_count = 0 };
	struct err e = { 0 };
	(void)state;
	assert_true(net_header(&r, "X-One", "value", &e));
	assert_true(net_header(&r, "X-Empty", "", &e));
	assert_false(net_header(&r, "X-Two", "a\r\nEvil: b", &e));
	assert_false(net_header(&r, "X-Two", "a\nb", &e));
	assert_false(net_header(&r, "X Two", "a", &e));
	assert_false(net_header(&r, "X-Two:", "a", &e));
	assert_false(net_header(&r, "", "a", &e));
	assert_int_equal(r.header_count, 2);
	while (r.header_count < NET_HEADERS)
		assert_true(net_header(&r, "X-More", "x", &e));
	assert_false(net_header(&r, "X-More", "x", &e));
}

static void reads_every_form_of_retry_after(void **state)
{
	const int64_t now = 1795255200000; /* 2026-11-21T10:00:00Z */
	static const struct {
		const char *value;
		int64_t ms;
	} list[] = {
		{ NULL, -1 },
		{ "", -1 },
		{ "0", 0 },
		{ "120", 120000 },
		{ " 120 ", 120000 },
		{ "0.5", 500 },
		{ "1.0001", 1001 },
		{ ".25", 250 },
		{ "99999999999999999999", 30LL * 24 * 3600 * 1000 },
		{ "Sat, 21 Nov 2026 10:00:30 GMT", 30000 },
		{ "Saturday, 21-Nov-26 10:01:00 GMT", 60000 },
		{ "Sat Nov 21 10:02:00 2026", 120000 },
		{ "Sat, 21 Nov 2026 09:00:00 GMT", 0 },
		{ "Sat, 21 Nov 619999999 10:00:00 GMT", -1 }, /* no such year, and no overflow */
		{ "soon", -1 },
		{ "-5", -1 },
		{ "12x", -1 },
		{ "1e3", -1 },
		{ "2026-11-21", -1 },
		{ ".", -1 },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++)
		if (net_retry_after(list[i].value, now) != list[i].ms)
			fail_msg("%s gives %lld", list[i].value,
				 (long long)net_retry_after(list[i].value, now));
}

static void scrubs_a_url_whole_and_in_parts(void **state)
{
	static const char url[] = "https://hooks.example.com/in/KEYKEY?sig=abcdef";
	static const struct {
		const char *text, *want;
	} list[] = {
		{ "no such thing", "no such thing" },
		{ "bad: https://hooks.example.com/in/KEYKEY?sig=abcdef!", "bad: ***!" },
		{ "Cannot POST /in/KEYKEY?sig=abcdef", "Cannot POST ***" },
		{ "query was sig=abcdef, sig=abcdef", "query was ***, ***" },
		{ "host hooks.example.com", "host hooks.example.com" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		char text[128];
		snprintf(text, sizeof(text), "%s", list[i].text);
		net_scrub(text, url);
		assert_string_equal(text, list[i].want);
	}
	char slash[] = "a/b/c";
	net_scrub(slash, "https://example.com/");
	net_scrub(slash, NULL);
	assert_string_equal(slash, "a/b/c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_good_urls),
		cmocka_unit_test(refuses_bad_urls_and_names_the_remedy),
		cmocka_unit_test(takes_http_only_when_allowed),
		cmocka_unit_test(refuses_headers_that_split),
		cmocka_unit_test(reads_every_form_of_retry_after),
		cmocka_unit_test(scrubs_a_url_whole_and_in_parts),
	};
	net_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
