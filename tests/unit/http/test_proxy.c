/* Whom a trusted proxy may speak for. */
#include "http/proxy.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *const trusted[] = { "10.0.0.0/8", "192.0.2.1", "fd00::/9", "::1/128", NULL };

static bool is_trusted(const struct networks *n, const char *z)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, z, &v4.sin_addr) == 1)
		return networks_have(n, (struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, z, &v6.sin6_addr), 1);
	return networks_have(n, (struct sockaddr *)&v6);
}

static void networks(void **state)
{
	static const char *const in[] = { "10.0.0.0",       "10.255.255.255", "192.0.2.1",
					  "fd00::1",        "fd7f:ffff::",    "::1",
					  "::ffff:10.1.2.3" };
	static const char *const out[] = { "9.255.255.255", "11.0.0.0", "192.0.2.2",      "fd80::",
					   "::2",           "::",       "::ffff:11.0.0.1" };
	static const char *const bad[] = { "10.0.0.0/33", "10.0.0/8",  "fd00::/129",
					   "localhost",   "",          "/8",
					   "10.0.0.0/-1", "10.0.0.0/x" };
	AUTO_ARENA a = arena_new("test", 1024 * 1024);
	struct networks n;
	struct err e = { 0 };

	(void)state;
	assert_true(networks_parse(a, trusted, &n, &e));
	for (size_t i = 0; i < LL_COUNT(in); i++)
		assert_true(is_trusted(&n, in[i]));
	for (size_t i = 0; i < LL_COUNT(out); i++)
		assert_false(is_trusted(&n, out[i]));
	for (size_t i = 0; i < LL_COUNT(bad); i++) {
		const char *const list[] = { bad[i], NULL };

		assert_false(networks_parse(a, list, &n, &e));
	}
	assert_true(networks_parse(a, NULL, &n, &e));
	assert_false(is_trusted(&n, "127.0.0.1"));
}

static void hops(void **state)
{
	static const struct {
		const char *x_for, *forwarded, *peer; /* NULL: nothing usable */
	} cases[] = {
		{ "203.0.113.7", NULL, "203.0.113.7" },
		{ " 203.0.113.7 , 10.0.0.1", NULL, "203.0.113.7" },
		{ "6.6.6.6, 203.0.113.7, 10.0.0.1, 192.0.2.1", NULL,
		  "203.0.113.7" },                          /* the forged one is not reached */
		{ "10.0.0.2, 10.0.0.1", NULL, "10.0.0.2" }, /* all trusted: the farthest */
		{ "203.0.113.7:4711", NULL, "203.0.113.7" },
		{ "[2001:db8::7]:4711", NULL, "2001:db8::7" },
		{ "2001:DB8::7", NULL, "2001:db8::7" },
		{ "::ffff:203.0.113.7", NULL, "203.0.113.7" },
		{ "unknown", NULL, NULL },
		{ "203.0.113.7, unknown", NULL, NULL },
		{ "", NULL, NULL },
		{ NULL, NULL, NULL },
		{ NULL, "for=203.0.113.7;proto=https;by=10.0.0.1", "203.0.113.7" },
		{ NULL, "For=\"[2001:db8::7]\"", "2001:db8::7" },
		{ NULL, "for=6.6.6.6, for=203.0.113.7, for=10.9.9.9", "203.0.113.7" },
		{ NULL, "for=_hidden", NULL },
		{ "203.0.113.7", "for=6.6.6.6", "203.0.113.7" },
		{ "203.0.113.7\", <script>", NULL, NULL },
	};
	AUTO_ARENA a = arena_new("test", 1024 * 1024);
	struct networks n;
	struct err e = { 0 };

	(void)state;
	assert_true(networks_parse(a, trusted, &n, &e));
	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		const char *got = forwarded_peer(&n, a, cases[i].x_for, cases[i].forwarded);

		if (!cases[i].peer)
			assert_null(got);
		else
			assert_string_equal(got ? got : "(none)", cases[i].peer);
	}
}

static void schemes(void **state)
{
	(void)state;
	assert_true(forwarded_secure("https", NULL));
	assert_true(forwarded_secure("http, HTTPS", NULL)); /* the hop before us */
	assert_false(forwarded_secure("https, http", NULL));
	assert_false(forwarded_secure(NULL, NULL));
	assert_true(forwarded_secure(NULL, "for=1.2.3.4; proto=https"));
	assert_false(forwarded_secure(NULL, "for=1.2.3.4"));
	assert_false(forwarded_secure("http", "proto=https"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks),
		cmocka_unit_test(hops),
		cmocka_unit_test(schemes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
