/* Which texts are addresses, relays and host names: few, on purpose. */
#include "mail/mail.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct arena *arena;

static void takes_addresses(void **state)
{
	static const char *const good[] = { "a@b.co", "anna.berg+leads@mail.fabrikam.com",
					    "o'neil@xn--bcher-kva.example", "x_y-z=1@a-b.c1" };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(good); i++)
		if (!mail_address_ok(str_of(good[i])))
			fail_msg("%s was refused", good[i]);
}

static void refuses_what_is_not_one_address(void **state)
{
	static const char *const bad[] = {
		"",
		"a",
		"@b.co",
		"a@",
		"a@b",
		"a@b.",
		"a@.b",
		"a@b..co",
		".a@b.co",
		"a.@b.co",
		"a..b@c.de",
		"a b@c.de",
		"a@b.co,c@d.de",
		"a@b.co;c@d.de",
		"<a@b.co>",
		"a@b.co>",
		"a@[127.0.0.1]",
		"a@127.0.0.1",
		"\"a b\"@c.de",
		"a@b.co\r\nBcc: x@y.zz",
		"a@b.co\n",
		"a\t@b.co",
		"a@b@c.de",
		"a@-b.co",
		"a@b-.co",
		"ü@b.co",
		"a@bü.co",
		"a(x)@b.co",
		"a@b.co ",
		"0123456789012345678901234567890123456789012345678901234567890123x@b.co",
		"a@0123456789012345678901234567890123456789012345678901234567890123x.co",
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(bad); i++)
		if (mail_address_ok(str_of(bad[i])))
			fail_msg("%s was taken", bad[i]);
	assert_false(mail_address_ok((struct str){ "a@b.c\0d", 7 }));
}

static void reads_names_and_brackets(void **state)
{
	static const struct {
		const char *text, *name, *address;
	} rows[] = {
		{ " leads@contoso.com ", NULL, "leads@contoso.com" },
		{ "<leads@contoso.com>", NULL, "leads@contoso.com" },
		{ "Contoso leads <leads@contoso.com>", "Contoso leads", "leads@contoso.com" },
		{ "\"Berg, \\\"Anna\\\"\" <a@b.co>", "Berg, \"Anna\"", "a@b.co" },
		{ "리드 <a@b.co>", "리드", "a@b.co" },
		{ "one\r\nBcc: two <a@b.co>", "one Bcc: two", "a@b.co" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct mail_address got;
		struct err e = { 0 };
		if (!mail_address_parse(arena, str_of(rows[i].text), "to", &got, &e))
			fail_msg("%s: %s", rows[i].text, e.text);
		assert_string_equal(got.address, rows[i].address);
		if (rows[i].name)
			assert_string_equal(got.name, rows[i].name);
		else
			assert_null(got.name);
	}
}

static void says_which_setting_is_wrong(void **state)
{
	struct mail_address got = { NULL, "kept" };
	struct err e = { 0 };
	(void)state;
	assert_false(mail_address_parse(arena, STR("Contoso"), "mailFrom", &got, &e));
	assert_string_equal(e.field, "mailFrom");
	assert_string_equal(e.code, "mail.address");
	assert_string_equal(got.address, "kept");
}

static void relays_have_scheme_host_and_port(void **state)
{
	static const char *const good[] = {
		"smtp://mail.contoso.com",       "smtp://mail.contoso.com:587",
		"SMTPS://mail.contoso.com:465/", "smtp://localhost:25",
		"smtps://10.0.0.5:465",          "smtp://[2001:db8::1]:587"
	};
	static const char *const bad[] = { "",
					   "mail.contoso.com",
					   "http://x.y",
					   "smtp://",
					   "smtp://:25",
					   "smtp://user@x.y",
					   "smtp://u:p@x.y:25",
					   "smtp://x.y/z",
					   "smtp://x.y?z",
					   "smtp://x.y#z",
					   "smtp://x.y:0",
					   "smtp://x.y:99999",
					   "smtp://x.y:",
					   "smtp://x y",
					   "smtp://[::1",
					   "smtp://[]:25",
					   "smtp://x.y\r\nz",
					   "smtp://[x]:25" };
	struct err e = { 0 };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(good); i++)
		if (!mail_relay_ok(str_of(good[i]), "smtpUrl", &e))
			fail_msg("%s: %s", good[i], e.text);
	for (size_t i = 0; i < LL_COUNT(bad); i++) {
		if (mail_relay_ok(str_of(bad[i]), "smtpUrl", &e))
			fail_msg("%s was taken", bad[i]);
		assert_string_equal(e.field, "smtpUrl");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_addresses),
		cmocka_unit_test(refuses_what_is_not_one_address),
		cmocka_unit_test(reads_names_and_brackets),
		cmocka_unit_test(says_which_setting_is_wrong),
		cmocka_unit_test(relays_have_scheme_host_and_port),
	};
	arena = arena_new("test", 1 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
