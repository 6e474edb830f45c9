/* A message: its headers in a fixed order, its two parts. */
#include "mail/mail.h"
#include <time.h>
#include "base/hash.h"
#include "base/utf8.h"

#define LINE        76
#define HEADERS_MAX (16 * 1024)
#define ID_MAX      80

/* ---- quoted-printable ---- */

static bool is_literal(unsigned char c)
{
	return (c >= '!' && c <= '~' && c != '=') || c == ' ' || c == '\t';
}

/* One line without its end. A blank at the end would be lost on the way; a dot or "From " at the
 * beginning was changed by relays of old. */
static void put_line(struct buf *out, struct str s)
{
	size_t column = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool last = i + 1 == s.n, blank = c == ' ' || c == '\t';
		bool odd = column == 0 &&
			   (c == '.' || (c == 'F' && str_starts(str_from(s, i), "From ")));
		size_t width = !is_literal(c) || odd || (last && blank) ? 3 : 1;
		if (column + width > LINE - (last ? 0 : 1)) { /* room for the "=" */
			buf_z(out, "=\r\n");
			column = 0;
			odd = c == '.' || (c == 'F' && str_starts(str_from(s, i), "From "));
			width = odd ? 3 : width;
		}
		if (width == 3)
			buf_printf(out, "=%02X", (unsigned)c);
		else
			buf_byte(out, (char)c);
		column += width;
	}
	buf_z(out, "\r\n");
}

void mail_put_quoted(struct buf *out, struct str text)
{
	struct str line;
	if (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	while (str_split(&text, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		put_line(out, line);
	}
}

void mail_html(struct buf *out, const char *text)
{
	for (; text && *text; text++)
		switch (*text) {
		case '&': buf_z(out, "&amp;"); break;
		case '<': buf_z(out, "&lt;"); break;
		case '>': buf_z(out, "&gt;"); break;
		case '"': buf_z(out, "&quot;"); break;
		case '\'': buf_z(out, "&#39;"); break;
		default: buf_byte(out, *text);
		}
}

/* ---- headers ---- */

/* RFC 5322, 3.3, in UTC; in English whatever the locale. */
static void put_date(struct buf *out, int64_t at_ms)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t s = (time_t)(at_ms / 1000);
	struct tm t;
	gmtime_r(&s, &t);
	buf_printf(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n", days + 3 * t.tm_wday,
		   t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min,
		   t.tm_sec);
}

static const char *domain_of(const char *address)
{
	return strrchr(address, '@') + 1;
}

static bool is_https_url(const char *url)
{
	if (!str_starts(str_of(url), "https://") || strlen(url) > 900)
		return false;
	for (; *url; url++)
		if (*url <= ' ' || *url > '~' || strchr("<>\"\\", *url))
			return false;
	return true;
}

static void put_headers(struct buf *out, struct arena *a, const struct mail *m)
{
	put_date(out, m->at_ms);
	mail_put_address(out, "From", str_of(mail_one_line(a, m->from.name)), m->from.address);
	mail_put_address(out, "To", (struct str){ NULL, 0 }, m->to);
	if (m->reply_to && mail_address_ok(str_of(m->reply_to)))
		mail_put_address(out, "Reply-To", (struct str){ NULL, 0 }, m->reply_to);
	mail_put_text(out, "Subject", str_of(mail_one_line(a, m->subject)));
	buf_printf(out, "Message-ID: <%s@%s>\r\n", m->id, domain_of(m->from.address));
	/* Vacation responders keep quiet (RFC 3834), Exchange's too. */
	buf_z(out, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
	if (m->unsubscribe && is_https_url(m->unsubscribe))
		buf_printf(out,
			   "List-Unsubscribe:\r\n <%s>\r\n"
			   "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
			   m->unsubscribe);
	buf_z(out, "MIME-Version: 1.0\r\n");
}

/* ---- parts ---- */

static void put_part(struct buf *out, struct arena *a, const char *boundary, const char *type,
		     const char *text)
{
	bool changed;
	buf_printf(out,
		   "--%s\r\nContent-Type: %s; charset=UTF-8\r\n"
		   "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		   boundary, type);
	mail_put_quoted(out, str_of(utf8_repair(a, str_of(text), &changed)));
}

/* "=_" stands in no quoted-printable text (RFC 2045, 6.7). */
static const char *boundary_of(struct arena *a, const char *id)
{
	struct hash h = hash_of(str_of(id));
	return arena_printf(a, "=_%s", str_hex(a, h.b, 12));
}

static bool is_id(const char *z)
{
	size_t n = strlen(z);
	if (n == 0 || n > ID_MAX || z[0] == '.' || z[n - 1] == '.' || strstr(z, ".."))
		return false;
	return strspn(z, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.") == n;
}

bool mail_build(struct arena *a, const struct mail *m, struct str *ret, struct err *e)
{
	AUTO_BUF b = buf_new(HEADERS_MAX + 2 * MAIL_TEXT_MAX);
	if (!mail_address_ok(str_of(m->from.address)) || !mail_address_ok(str_of(m->to)))
		return ERR(e, ERR_INPUT, "mail.address", "The mail has no sender or no recipient.");
	if (!is_id(m->id))
		return ERR(e, ERR_BUG, "mail.id", "the Message-ID is none");
	const char *boundary = boundary_of(a, m->id);
	put_headers(&b, a, m);
	buf_printf(&b, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
		   boundary);
	put_part(&b, a, boundary, "text/plain", m->text);
	put_part(&b, a, boundary, "text/html", m->html);
	buf_printf(&b, "--%s--\r\n", boundary);
	if (!buf_ok(&b))
		return ERR(e, ERR_INPUT, "too-large", "The mail is larger than %d bytes.",
			   HEADERS_MAX + 2 * MAIL_TEXT_MAX);
	*ret = (struct str){ arena_strndup(a, b.p, b.n), b.n };
	return true;
}
