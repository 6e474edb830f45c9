/* Options: where a value comes from, what is refused and how it is named, what needs a restart. */
#include "conf/conf.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static char path[64];
static struct arena *arena;

static int setup(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/leadline-conf-XXXXXX");
	fd = mkstemp(path);
	arena = arena_new("test", 1 << 20);
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	arena_free(arena);
	return 0;
}

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static struct conf load(const char *file, const char *const *env, const char *const *flags)
{
	struct conf_source s = { file, flags, env };
	struct conf c;
	struct err e;

	if (!conf_load(arena, &s, &c, &e))
		fail_msg("%s", e.text);
	return c;
}

/* The error of a load that must fail. */
static struct err refusal(const char *file_text, const char *const *env, const char *const *flags)
{
	struct conf_source s = { file_text ? path : NULL, flags, env };
	struct conf c = { .listen = "untouched" };
	struct err e = { 0 };

	if (file_text)
		write_file(file_text);
	assert_false(conf_load(arena, &s, &c, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(c.listen, "untouched");
	return e;
}

static void has_defaults_and_the_store_lies_in_the_data_directory(void **state)
{
	const char *const env[] = { "LEADLINE_DATA=/var/lib/x", "PATH=/bin", NULL };
	struct conf c = load(NULL, NULL, NULL);

	(void)state;
	assert_string_equal(c.db, "sqlite:./leadline-data/leadline.db");
	assert_string_equal(c.listen, "127.0.0.1:8080");
	assert_int_equal(c.body_limit, 65536);
	assert_false(c.demo);
	assert_string_equal(load(NULL, env, NULL).db, "sqlite:/var/lib/x/leadline.db");
}

static void flag_beats_environment_beats_file_beats_default(void **state)
{
	const char *const env[] = { "LEADLINE_LISTEN=env:1", "LEADLINE_PUBLIC_URL=https://env",
				    NULL };
	const char *const flags[] = { "listen", "flag:1", NULL };
	struct conf c;

	(void)state;
	write_file("# all of it\n\nlisten = file:1\r\npublicUrl=https://file\n  workers = 9  \n");
	c = load(path, env, flags);
	assert_string_equal(c.listen, "flag:1");
	assert_string_equal(c.public_url, "https://env");
	assert_int_equal(c.workers, 9);
	assert_int_equal(c.loops, 0);
	assert_string_equal(load(path, NULL, NULL).listen, "file:1");
}

static void values_may_stand_in_quotes_and_lists_have_commas(void **state)
{
	struct conf c;

	(void)state;
	write_file("data = \" /a b \"\ntrustedProxies = 10.0.0.0/8, ::1 ,\n");
	c = load(path, NULL, NULL);
	assert_string_equal(c.data, " /a b ");
	assert_string_equal(c.trusted_proxies[0], "10.0.0.0/8");
	assert_string_equal(c.trusted_proxies[1], "::1");
	assert_null(c.trusted_proxies[2]);
}

static void an_unknown_option_names_file_and_line(void **state)
{
	struct err e = refusal("listen = a:1\n\nno-such-option = 1\n", NULL, NULL);

	(void)state;
	assert_non_null(strstr(e.text, ":3: "));
	assert_non_null(strstr(e.text, "no-such-option"));
}

static void a_line_without_an_equals_sign_and_a_second_setting_are_refused(void **state)
{
	(void)state;
	assert_non_null(strstr(refusal("listen\n", NULL, NULL).text, ":1: "));
	assert_non_null(strstr(refusal("loops = 1\nloops = 2\n", NULL, NULL).text, ":2: "));
}

static void a_bad_value_says_where_it_came_from(void **state)
{
	const char *const env[] = { "LEADLINE_LOOPS=many", NULL };
	const char *const flags[] = { "logLevel", "loud", NULL };

	(void)state;
	assert_non_null(strstr(refusal(NULL, env, NULL).text, "LEADLINE_LOOPS"));
	assert_non_null(strstr(refusal(NULL, NULL, flags).text, "--log-level"));
	assert_non_null(strstr(refusal("loops = 65\n", NULL, NULL).text, ":1: "));
	assert_string_equal(refusal("db = mysql://x\n", NULL, NULL).field, "db");
	assert_string_equal(refusal("tlsCert = /x\n", NULL, NULL).field, "tlsKey");
}

static void a_secret_comes_from_a_file_without_its_last_line_end(void **state)
{
	const char *env[] = { arena_printf(arena, "LEADLINE_DB=@%s", path), NULL };
	const char *const gone[] = { "LEADLINE_DB=@/nonexistent/secret", NULL };

	(void)state;
	write_file("postgresql://u:p@h/d\n");
	assert_string_equal(load(NULL, env, NULL).db, "postgresql://u:p@h/d");
	assert_non_null(strstr(refusal(NULL, gone, NULL).text, "LEADLINE_DB"));
}

static void a_missing_file_is_refused(void **state)
{
	struct conf_source s = { "/nonexistent/leadline.conf", NULL, NULL };
	struct conf c;
	struct err e;

	(void)state;
	assert_false(conf_load(arena, &s, &c, &e));
	assert_non_null(strstr(e.text, "/nonexistent/leadline.conf"));
}

static void names_the_first_option_that_needs_a_restart(void **state)
{
	struct conf old = load(NULL, NULL, NULL), now = load(NULL, NULL, NULL);
	const char *const proxies[] = { "10.0.0.0/8", NULL }, *const none[] = { NULL };

	(void)state;
	now.log_level = "debug";
	now.session_idle_s = 61;
	now.trusted_proxies = none;
	assert_null(conf_needs_restart(&old, &now));
	now.trusted_proxies = proxies;
	assert_string_equal(conf_needs_restart(&old, &now), "trustedProxies");
	now.listen = "other:1";
	assert_string_equal(conf_needs_restart(&old, &now), "listen");
}

static void the_base_of_urls_is_public_url_or_made_from_listen(void **state)
{
	static const char *const cases[][2] = {
		{ "127.0.0.1:8080", "http://127.0.0.1:8080" },
		{ "0.0.0.0:80, [::]:80", "http://127.0.0.1:80" },
		{ "[::]:8080", "http://[::1]:8080" },
		{ "leads.example:443", "http://leads.example:443" },
	};
	struct conf c = { 0 };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		c.listen = cases[i][0];
		assert_string_equal(conf_base_url(arena, &c), cases[i][1]);
	}
	c.tls_cert = "x";
	c.listen = "h:1";
	assert_string_equal(conf_base_url(arena, &c), "https://h:1");
	c.public_url = "https://leads.example/hub/";
	assert_string_equal(conf_base_url(arena, &c), "https://leads.example/hub");
	assert_string_equal(conf_env_name(arena, "publicUrl"), "LEADLINE_PUBLIC_URL");
}

static void mail_needs_a_relay_and_a_sender(void **state)
{
	static const struct {
		const char *file, *field;
	} rows[] = {
		{ "smtpUrl = smtp://mail.contoso.com\n", "mailFrom" },
		{ "smtpUrl = http://mail.contoso.com\nmailFrom = a@b.co\n", "smtpUrl" },
		{ "smtpUrl = smtp://user:pw@mail.contoso.com\nmailFrom = a@b.co\n", "smtpUrl" },
		{ "smtpUrl = smtp://x.y\nmailFrom = Contoso\n", "mailFrom" },
		{ "smtpUrl = smtp://x.y\nmailFrom = a@b.co\nsmtpUser = u\n", "smtpPassword" },
		{ "smtpUrl = smtp://x.y\nmailFrom = a@b.co\nsmtpPassword = p\n", "smtpUser" },
		{ "smtpUser = u\nsmtpPassword = p\n", "smtpUrl" },
		{ "smtpName = no/host\n", "smtpName" },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		assert_string_equal(refusal(rows[i].file, NULL, NULL).field, rows[i].field);
	write_file("smtpUrl = smtps://mail.contoso.com:465\nmailFrom = Contoso <a@b.co>\n"
		   "smtpUser = u\nsmtpPassword = p\n");
	assert_string_equal(load(path, NULL, NULL).smtp_password, "p");
}

static void the_hosts_name_is_public_or_the_machines(void **state)
{
	const char *const public[] = { "LEADLINE_PUBLIC_URL=https://leads.contoso.com:8443/x",
				       NULL };
	const char *const address[] = { "LEADLINE_PUBLIC_URL=http://127.0.0.1:8080", NULL };
	struct conf c = load(NULL, public, NULL);

	(void)state;
	assert_string_equal(conf_host_name(arena, &c), "leads.contoso.com");
	c = load(NULL, address, NULL);
	assert_string_not_equal(conf_host_name(arena, &c), "127.0.0.1");
	assert_true(*conf_host_name(arena, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults_and_the_store_lies_in_the_data_directory),
		cmocka_unit_test(flag_beats_environment_beats_file_beats_default),
		cmocka_unit_test(values_may_stand_in_quotes_and_lists_have_commas),
		cmocka_unit_test(an_unknown_option_names_file_and_line),
		cmocka_unit_test(a_line_without_an_equals_sign_and_a_second_setting_are_refused),
		cmocka_unit_test(a_bad_value_says_where_it_came_from),
		cmocka_unit_test(a_secret_comes_from_a_file_without_its_last_line_end),
		cmocka_unit_test(a_missing_file_is_refused),
		cmocka_unit_test(names_the_first_option_that_needs_a_restart),
		cmocka_unit_test(the_base_of_urls_is_public_url_or_made_from_listen),
		cmocka_unit_test(mail_needs_a_relay_and_a_sender),
		cmocka_unit_test(the_hosts_name_is_public_or_the_machines),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
