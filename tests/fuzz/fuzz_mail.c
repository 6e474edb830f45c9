/*
 * Any texts as a mail: pieces of the input, parted by 0x1f, are display name, subject, addresses
 * and body. Every message has exactly the headers that it should have, in lines that SMTP takes;
 * its subject, sender and text, read back by the rules of RFC 2047 and 2045, are what went in.
 */
#include "fuzz.h"
#include <ctype.h>
#include <stdlib.h>
#include "base/utf8.h"
#include "mail/mail.h"

#define LINE_MAX_BYTES 998

static const char *piece(struct arena *a, struct str *rest)
{
	struct str s;
	return str_split(rest, 0x1f, &s) ? arena_strndup(a, s.p, s.n) : "";
}

/* Only CR LF ends a line, nothing but ASCII is in it. */
static void check_lines(struct str s)
{
	size_t column = 0;
	MUST(s.n > 2 && memcmp(s.p + s.n - 2, "\r\n", 2) == 0);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		MUST(c < 0x7f && (c >= ' ' || c == '\t' || c == '\r' || c == '\n'));
		MUST((c != '\r' || s.p[i + 1] == '\n') && (c != '\n' || (i && s.p[i - 1] == '\r')));
		column = c == '\n' ? 0 : column + 1;
		MUST(column <= LINE_MAX_BYTES);
	}
}

static void put_q(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char hex[3] = { 0 };
		if (s.p[i] == '=') {
			MUST(i + 2 < s.n && isxdigit((unsigned char)s.p[i + 1]) &&
			     isxdigit((unsigned char)s.p[i + 2]));
			memcpy(hex, s.p + i + 1, 2);
			buf_byte(out, (char)strtol(hex, NULL, 16));
			i += 2;
		} else {
			buf_byte(out, s.p[i] == '_' ? ' ' : s.p[i]);
		}
	}
}

/* One encoded-word at the beginning of s: its bytes to out, what follows it to *ret. */
static bool take_word(struct arena *a, struct buf *out, struct str s, struct str *ret)
{
	if (!str_starts(s, "=?UTF-8?") || s.n < 12)
		return false;
	const char *end = memmem(s.p + 10, s.n - 10, "?=", 2);
	MUST(end && end - s.p + 2 <= 75 && s.p[9] == '?');
	struct str inner = { s.p + 10, (size_t)(end - s.p) - 10 }, bytes;
	size_t before = out->n;
	if (s.p[8] == 'Q') {
		put_q(out, inner);
	} else {
		MUST(str_unbase64(a, inner, &bytes));
		buf_str(out, bytes);
	}
	MUST(utf8_valid((struct str){ out->p + before, out->n - before }));
	*ret = str_from(s, (size_t)(end - s.p) + 2);
	return true;
}

/* Unfolded, its encoded-words decoded, blanks between them gone (RFC 2047, 6.2). */
static char *decoded(struct arena *a, struct str value)
{
	AUTO_BUF flat = buf_new(1 << 20);
	AUTO_BUF out = buf_new(1 << 20);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			buf_byte(&flat, value.p[i]);
	struct str s = buf_view(&flat), next;
	while (s.n) {
		if (take_word(a, &out, s, &next)) {
			struct str blank = str_trim(next);
			s = str_starts(blank, "=?UTF-8?") ? blank : next;
		} else {
			buf_byte(&out, *s.p);
			s = str_from(s, 1);
		}
	}
	return arena_strndup(a, buf_view(&out).p, out.n);
}

/* The value of a header with its folding, and what follows it; which header it is, is asked for. */
static struct str take_header(struct str *rest, const char *name)
{
	size_t n = strlen(name), end = 0;
	MUST(str_starts(*rest, name) && rest->p[n] == ':');
	while (!(rest->p[end] == '\n' && rest->p[end + 1] != ' '))
		end++;
	struct str value = str_trim((struct str){ rest->p + n + 1, end - n - 1 });
	*rest = str_from(*rest, end + 1);
	return value;
}

/* Quoted-printable of the text part, as lines with LF. */
static char *text_of(struct arena *a, struct str s)
{
	AUTO_BUF out = buf_new(1 << 20);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r')
			continue;
		if (s.p[i] != '=') {
			buf_byte(&out, s.p[i]);
			continue;
		}
		if (s.p[i + 1] != '\r')
			put_q(&out, (struct str){ s.p + i, 3 });
		i += 2;
	}
	return arena_strndup(a, buf_view(&out).p, out.n);
}

/* What the text is to come back as: repaired, line ends LF, one at its end. */
static char *normal_text(struct arena *a, const char *text)
{
	bool changed;
	struct str s = str_of(utf8_repair(a, str_of(text), &changed)), line;
	AUTO_BUF out = buf_new(1 << 20);
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	while (str_split(&s, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		buf_str(&out, line);
		buf_byte(&out, '\n');
	}
	return arena_strndup(a, buf_view(&out).p, out.n);
}

static void check_text(struct arena *a, struct str rest, const char *text)
{
	const char *at = memmem(rest.p, rest.n, "\r\n\r\n", 4);
	MUST(at);
	rest = str_from(rest, (size_t)(at - rest.p) + 4);
	const char *end = memmem(rest.p, rest.n, "--=_", 4);
	MUST(end);
	const char *got = text_of(a, str_upto(rest, (size_t)(end - rest.p)));
	MUST(!strchr(got, '\r') || strchr(text, '\r'));
	MUST(strcmp(got, normal_text(a, text)) == 0);
}

/* What stands before the <address>: unquoted, or decoded. */
static char *display_of(struct arena *a, struct str from)
{
	size_t open = from.n;
	while (open && from.p[open - 1] != '<')
		open--;
	struct str s = open ? str_trim(str_upto(from, open - 1)) : STR("");
	if (s.n == 0 || *s.p != '"')
		return decoded(a, s);
	AUTO_BUF out = buf_new(1 << 20);
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		buf_byte(&out, s.p[i]);
	}
	return arena_strndup(a, buf_view(&out).p, out.n);
}

static void check_message(struct arena *a, const struct mail *m, struct str s)
{
	struct str rest = s, from;
	check_lines(s);
	take_header(&rest, "Date");
	from = take_header(&rest, "From");
	MUST(strcmp(display_of(a, from), mail_one_line(a, m->from.name)) == 0);
	MUST(str_eq_z(take_header(&rest, "To"), m->to));
	if (mail_address_ok(str_of(m->reply_to)))
		MUST(str_eq_z(take_header(&rest, "Reply-To"), m->reply_to));
	MUST(strcmp(decoded(a, take_header(&rest, "Subject")), mail_one_line(a, m->subject)) == 0);
	take_header(&rest, "Message-ID");
	take_header(&rest, "Auto-Submitted");
	take_header(&rest, "X-Auto-Response-Suppress");
	if (str_starts(rest, "List-")) {
		take_header(&rest, "List-Unsubscribe");
		take_header(&rest, "List-Unsubscribe-Post");
	}
	take_header(&rest, "MIME-Version");
	take_header(&rest, "Content-Type");
	MUST(str_starts(rest, "\r\n--=_"));
	check_text(a, rest, m->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 1 << 28);
	struct str rest = { (const char *)data, n }, out;
	struct err e = { 0 };
	struct mail m = { .from = { NULL, "leads@contoso.com" },
			  .id = "a-1",
			  .at_ms = 1795255200000 };
	if (n > 32 * 1024)
		return 0;
	m.from.name = piece(a, &rest);
	m.subject = piece(a, &rest);
	m.reply_to = piece(a, &rest);
	m.unsubscribe = piece(a, &rest);
	m.to = piece(a, &rest);
	if (!*m.to)
		m.to = "anna@fabrikam.com";
	m.text = m.html = piece(a, &rest);
	if (mail_build(a, &m, &out, &e))
		check_message(a, &m, out);
	else
		MUST(e.kind == ERR_INPUT && !mail_address_ok(str_of(m.to)));
	struct mail_address address = { NULL, NULL };
	if (mail_address_parse(a, str_of(m.subject), "to", &address, &e))
		MUST(mail_address_ok(str_of(address.address)));
	MUST(mail_relay_ok(str_of(m.subject), "url", &e) || e.kind == ERR_INPUT);
	return 0;
}
