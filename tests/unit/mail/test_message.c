/* Messages, byte by byte where it matters. That the pieces mean what they meant before is proven by
 * the fuzz target, which reads them back. */
#include "mail/mail.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct arena *arena;

static struct mail a_mail(void)
{
	return (struct mail){ .from = { "Contoso leads", "leads@contoso.com" },
			      .to = "anna@fabrikam.com",
			      .reply_to = "customer@example.com",
			      .subject = "New lead",
			      .text = "Hello\nworld",
			      .html = "<p>Hello</p>",
			      .id = "0193-5e1f",
			      .at_ms = 1795255200000 };
}

static const char *build(const struct mail *m)
{
	struct str s;
	struct err e = { 0 };
	if (!mail_build(arena, m, &s, &e))
		fail_msg("%s", e.text);
	return str_dup(arena, s);
}

static const char *text_header(const char *text)
{
	AUTO_BUF b = buf_new(64 * 1024);
	mail_put_text(&b, "Subject", str_of(mail_one_line(arena, text)));
	assert_true(buf_ok(&b));
	return arena_strndup(arena, b.p, b.n);
}

static const char *quoted(const char *text)
{
	AUTO_BUF b = buf_new(64 * 1024);
	mail_put_quoted(&b, str_of(text));
	assert_true(buf_ok(&b));
	return arena_strndup(arena, buf_view(&b).p, b.n);
}

static void a_whole_message(void **state)
{
	struct mail m = a_mail();
	(void)state;
	m.unsubscribe = "https://leads.contoso.com/u/abc";
	assert_string_equal(build(&m), "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
				       "From: Contoso leads <leads@contoso.com>\r\n"
				       "To: anna@fabrikam.com\r\n"
				       "Reply-To: customer@example.com\r\n"
				       "Subject: New lead\r\n"
				       "Message-ID: <0193-5e1f@contoso.com>\r\n"
				       "Auto-Submitted: auto-generated\r\n"
				       "X-Auto-Response-Suppress: All\r\n"
				       "List-Unsubscribe:\r\n <https://leads.contoso.com/u/abc>\r\n"
				       "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
				       "MIME-Version: 1.0\r\n"
				       "Content-Type: multipart/alternative;\r\n"
				       " boundary=\"=_28f987c5b2371c18202f3a47\"\r\n"
				       "\r\n"
				       "--=_28f987c5b2371c18202f3a47\r\n"
				       "Content-Type: text/plain; charset=UTF-8\r\n"
				       "Content-Transfer-Encoding: quoted-printable\r\n"
				       "\r\n"
				       "Hello\r\nworld\r\n"
				       "--=_28f987c5b2371c18202f3a47\r\n"
				       "Content-Type: text/html; charset=UTF-8\r\n"
				       "Content-Transfer-Encoding: quoted-printable\r\n"
				       "\r\n"
				       "<p>Hello</p>\r\n"
				       "--=_28f987c5b2371c18202f3a47--\r\n");
}

static void nothing_of_a_value_becomes_a_header(void **state)
{
	static const char evil[] = "Hi\r\nBcc: victim@example.com\r\n\r\nbody\nX: y\rZ: w";
	struct mail m = a_mail();
	(void)state;
	m.subject = evil;
	m.from.name = evil;
	m.reply_to = "customer@example.com\r\nBcc: victim@example.com";
	m.unsubscribe = "https://x.example/\r\nBcc: victim@example.com";
	const char *got = build(&m);
	assert_null(strstr(got, "\nBcc:"));
	assert_null(strstr(got, "\nX:"));
	assert_null(strstr(got, "\rZ:"));
	assert_null(strstr(got, "Reply-To"));
	assert_null(strstr(got, "List-Unsubscribe"));
	assert_non_null(strstr(got, "Subject: Hi Bcc: victim@example.com body X: y Z: w\r\n"));
}

static void a_mail_needs_its_addresses(void **state)
{
	static const char *const bad[] = { "", "anna", "a@b.co, c@d.de", "a@b.co\r\nBcc: c@d.de" };
	struct str s = { "kept", 4 };
	struct err e = { 0 };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(bad); i++) {
		struct mail m = a_mail();
		m.to = bad[i];
		assert_false(mail_build(arena, &m, &s, &e));
		m = a_mail();
		m.from.address = bad[i];
		assert_false(mail_build(arena, &m, &s, &e));
		assert_string_equal(s.p, "kept");
	}
}

static void subjects(void **state)
{
	static const struct {
		const char *text, *header;
	} rows[] = {
		{ "Plain words", "Subject: Plain words\r\n" },
		{ "  many \t blanks\n ", "Subject: many blanks\r\n" },
		{ "Müller", "Subject: =?UTF-8?Q?M=C3=BCller?=\r\n" },
		{ "새 리드", "Subject: =?UTF-8?B?7IOIIOumrOuTnA==?=\r\n" },
		{ "a =?UTF-8?Q?b?= c", "Subject: =?UTF-8?B?YSA9P1VURi04P1E/Yj89IGM=?=\r\n" },
		{ "a\xff"
		  "b",
		  "Subject: =?UTF-8?B?Ye+/vWI=?=\r\n" },
		{ "left \xe2\x80\xae right \xe2\x80\xa8 down", "Subject: left right down\r\n" },
		{ "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789",
		  "Subject: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n"
		  " 0123456789\r\n" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		assert_string_equal(text_header(rows[i].text), rows[i].header);
}

static void long_subjects_break_between_characters(void **state)
{
	(void)state;
	const char *got =
		text_header("고객이 Contoso Analytics 제품의 무료 평가판을 시작했습니다 그리고 "
			    "더 많은 글자가 있습니다 😀😀😀😀😀😀😀😀😀😀😀😀");
	struct str rest = str_of(got), line;
	int lines = 0;
	while (str_split(&rest, '\n', &line) && line.n) {
		assert_in_range(line.n, 1, 77); /* with its CR */
		assert_true(str_starts(line, lines ? " =?UTF-8?B?" : "Subject: =?UTF-8?B?"));
		lines++;
	}
	assert_in_range(lines, 3, 9);
}

static void display_names(void **state)
{
	static const struct {
		const char *name, *header;
	} rows[] = {
		{ "Contoso leads", "From: Contoso leads <a@b.co>\r\n" },
		{ "Contoso, Inc.", "From: \"Contoso, Inc.\" <a@b.co>\r\n" },
		{ "a \"b\" \\c", "From: \"a \\\"b\\\" \\\\c\" <a@b.co>\r\n" },
		{ "Bücher (neu)", "From: =?UTF-8?B?QsO8Y2hlciAobmV1KQ==?= <a@b.co>\r\n" },
		{ "", "From: a@b.co\r\n" },
		{ "<x@y.zz>", "From: \"<x@y.zz>\" <a@b.co>\r\n" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		AUTO_BUF b = buf_new(4096);
		mail_put_address(&b, "From", str_of(mail_one_line(arena, rows[i].name)), "a@b.co");
		assert_string_equal(b.p, rows[i].header);
	}
}

static void quoted_printable(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "a = b\r\nc\n", "a =3D b\r\nc\r\n" },
		{ "end \nend\t", "end=20\r\nend=09\r\n" },
		{ ".dot\nFrom here\nFor me", "=2Edot\r\n=46rom here\r\nFor me\r\n" },
		{ "é", "=C3=A9\r\n" },
		{ "a\rb", "a=0Db\r\n" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789012345",
		  "0123456789012345678901234567890123456789012345678901234567890123456789012345\r"
		  "\n" },
		{ "01234567890123456789012345678901234567890123456789012345678901234567890123456",
		  "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n"
		  "56\r\n" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		assert_string_equal(quoted(rows[i].text), rows[i].want);
}

static void html_is_escaped(void **state)
{
	AUTO_BUF b = buf_new(4096);
	(void)state;
	mail_html(&b, "<a href=\"x\">'&</a>");
	assert_string_equal(b.p, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_message),
		cmocka_unit_test(nothing_of_a_value_becomes_a_header),
		cmocka_unit_test(a_mail_needs_its_addresses),
		cmocka_unit_test(subjects),
		cmocka_unit_test(long_subjects_break_between_characters),
		cmocka_unit_test(display_names),
		cmocka_unit_test(quoted_printable),
		cmocka_unit_test(html_is_escaped),
	};
	arena = arena_new("test", 16 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
