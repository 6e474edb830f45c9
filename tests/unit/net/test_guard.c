/* Which numeric addresses may be dialled: destinations.md 1.6, every range at both ends. */
#include "net/net.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static bool is_public(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return net_address_is_public((const struct sockaddr *)&in);
	assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return net_address_is_public((const struct sockaddr *)&in6);
}

static void expect_all(const char *const *list, bool want)
{
	for (; *list; list++)
		if (is_public(*list) != want)
			fail_msg("%s should be %s", *list, want ? "public" : "refused");
}

static void refuses_special_ipv4(void **state)
{
	static const char *const list[] = {
		"0.0.0.0",      "0.255.255.255",   "10.0.0.0",   "10.255.255.255",
		"100.64.0.0",   "100.127.255.255", "127.0.0.1",  "127.255.255.255",
		"169.254.0.0",  "169.254.169.254", "172.16.0.0", "172.31.255.255",
		"192.0.0.0",    "192.0.0.255",     "192.0.2.1",  "192.88.99.1",
		"192.168.0.0",  "192.168.255.255", "198.18.0.0", "198.19.255.255",
		"198.51.100.7", "203.0.113.7",     "224.0.0.1",  "239.255.255.255",
		"240.0.0.1",    "255.255.255.255", NULL,
	};
	(void)state;
	expect_all(list, false);
}

static void lets_public_ipv4_through(void **state)
{
	static const char *const list[] = {
		"1.1.1.1",         "9.255.255.255",   "11.0.0.0",
		"100.63.255.255",  "100.128.0.0",     "126.255.255.255",
		"128.0.0.0",       "169.253.255.255", "169.255.0.0",
		"172.15.255.255",  "172.32.0.0",      "192.0.1.0",
		"192.167.255.255", "192.169.0.0",     "198.17.255.255",
		"198.20.0.0",      "223.255.255.255", NULL,
	};
	(void)state;
	expect_all(list, true);
}

static void refuses_special_ipv6(void **state)
{
	static const char *const list[] = {
		"::",      "::1",     "fc00::1", "fdff::1", "fd00:ec2::254",
		"fe80::1", "febf::1", "fec0::1", "ff02::1", "2001:db8::1",
		"2001::1", "100::1",  "5f00::1", "3fff::1", "64:ff9b:1::808:808",
		NULL,
	};
	(void)state;
	expect_all(list, false);
}

static void judges_an_inner_ipv4_address(void **state)
{
	static const char *const refused[] = {
		"::ffff:127.0.0.1",
		"::ffff:10.1.2.3",
		"::ffff:169.254.169.254",
		"64:ff9b::127.0.0.1",
		"64:ff9b::192.168.1.1",
		"2002:7f00:1::",
		"2002:c0a8:101::1",
		"::127.0.0.1",
		"::10.0.0.1",
		NULL,
	};
	static const char *const passed[] = {
		"::ffff:8.8.8.8",
		"64:ff9b::8.8.8.8",
		"2002:808:808::1",
		NULL,
	};
	(void)state;
	expect_all(refused, false);
	expect_all(passed, true);
}

static void lets_public_ipv6_through(void **state)
{
	static const char *const list[] = { "2606:4700::1111", "2a00:1450::1", "2001:4860::8888",
					    "2001:db7::1",     "fbff::1",      NULL };
	(void)state;
	expect_all(list, true);
}

static void refuses_other_families(void **state)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };
	(void)state;
	assert_false(net_address_is_public(&sa));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_special_ipv4),
		cmocka_unit_test(lets_public_ipv4_through),
		cmocka_unit_test(refuses_special_ipv6),
		cmocka_unit_test(judges_an_inner_ipv4_address),
		cmocka_unit_test(lets_public_ipv6_through),
		cmocka_unit_test(refuses_other_families),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
