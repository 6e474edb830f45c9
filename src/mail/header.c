/*
 * Headers. A value is plain ASCII, folded at its blanks, or encoded-words from its first character
 * to its last: mixing both would lose blanks (RFC 2047, 6.2). Encoded-words are at most 75 long,
 * hold whole characters only, and stand on lines of at most 76.
 */
#include "mail/mail.h"
#include <ctype.h>
#include "base/utf8.h"

#define LINE      76
#define WORD      75
#define WORD_HEAD "=?UTF-8?Q?"
#define WORD_END  "?="
#define WORD_ROOM (WORD - (sizeof(WORD_HEAD) - 1) - (sizeof(WORD_END) - 1))

/* Not to be seen, or turning the direction of what is: line ends of all kinds, controls, marks. */
static bool is_unseen(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x200e || cp == 0x200f ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

/* Each run of blanks and of what is unseen is one blank. */
char *mail_one_line(struct arena *a, const char *text)
{
	bool changed, gap = false;
	struct str s = str_of(text);
	/* What it drops (controls) stood between words. */
	char *spaced = arena_strndup(a, s.p, s.n);
	for (char *c = spaced; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	s = str_of(utf8_repair(a, str_of(spaced), &changed));
	char *out = arena_alloc(a, s.n + 1), *to = out;
	uint32_t cp;
	for (size_t n; (n = utf8_next(s, &cp)); s = str_from(s, n)) {
		if (cp == ' ' || is_unseen(cp)) {
			gap = to > out;
			continue;
		}
		if (gap)
			*to++ = ' ';
		gap = false;
		to = (char *)memcpy(to, s.p, n) + n;
	}
	*to = 0;
	return out;
}

/* ---- encoded-words ---- */

/* What an encoded-word may hold as it is wherever it stands (RFC 2047, 5 (3)). */
static bool is_plain_in_word(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("!*+-/", c));
}

static size_t q_width(struct str character)
{
	return character.n == 1 && (is_plain_in_word(*character.p) || *character.p == ' ')
		       ? 1
		       : 3 * character.n;
}

static void q_put(struct buf *out, struct str character)
{
	if (character.n == 1 && *character.p == ' ')
		buf_byte(out, '_');
	else if (character.n == 1 && is_plain_in_word(*character.p))
		buf_byte(out, *character.p);
	else
		for (size_t i = 0; i < character.n; i++)
			buf_printf(out, "=%02X", (unsigned)(unsigned char)character.p[i]);
}

static void b_put(struct buf *out, struct str s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;
		v |= left > 1 ? (uint32_t)(unsigned char)s.p[i + 1] << 8 : 0;
		v |= left > 2 ? (uint32_t)(unsigned char)s.p[i + 2] : 0;
		buf_byte(out, digits[v >> 18]);
		buf_byte(out, digits[v >> 12 & 63]);
		buf_byte(out, left > 1 ? digits[v >> 6 & 63] : '=');
		buf_byte(out, left > 2 ? digits[v & 63] : '=');
	}
}

/* How many bytes of s, whole characters, fit one word with so much room; at least one character. */
static size_t word_bytes(struct str s, bool q, size_t room)
{
	size_t bytes = 0, width = 0, n;
	uint32_t cp;
	while ((n = utf8_next(str_from(s, bytes), &cp))) {
		width += q ? q_width((struct str){ s.p + bytes, n }) : 0;
		size_t want = q ? width : (bytes + n + 2) / 3 * 4;
		if (want > room && bytes)
			break;
		bytes += n;
	}
	return bytes;
}

static void put_word(struct buf *out, struct str s, bool q)
{
	buf_z(out, q ? "=?UTF-8?Q?" : "=?UTF-8?B?");
	size_t n;
	uint32_t cp;
	if (!q)
		b_put(out, s);
	else
		for (; (n = utf8_next(s, &cp)); s = str_from(s, n))
			q_put(out, str_upto(s, n));
	buf_z(out, WORD_END);
}

/* column: of the line at hand. The shorter of the two encodings. */
static size_t put_words(struct buf *out, struct str s, size_t column)
{
	size_t width = 0, n, at = 0;
	uint32_t cp;
	for (; (n = utf8_next(str_from(s, at), &cp)); at += n)
		width += q_width((struct str){ s.p + at, n });
	bool q = width <= (s.n + 2) / 3 * 4;
	const size_t frame = sizeof(WORD_HEAD) - 1 + sizeof(WORD_END) - 1;
	while (s.n) {
		/* A character has up to 12 places; with less the line is left as it is. */
		if (column + frame + 12 > LINE) {
			buf_z(out, "\r\n ");
			column = 1;
		}
		size_t room = LINE - column - frame;
		n = word_bytes(s, q, room < WORD_ROOM ? room : WORD_ROOM);
		size_t before = out->n;
		put_word(out, str_upto(s, n), q);
		column += out->n - before;
		s = str_from(s, n);
		if (s.n) {
			buf_z(out, "\r\n ");
			column = 1;
		}
	}
	return column;
}

/* ---- headers ---- */

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~')
			return false;
	return true;
}

/* Plain when a reader would not take it for something else, and it can be folded. */
static bool is_plain(struct str s)
{
	struct str word;
	if (!is_ascii(s) || (s.n && memmem(s.p, s.n, "=?", 2)))
		return false;
	while (str_split(&s, ' ', &word))
		if (word.n > LINE - 1)
			return false;
	return true;
}

/* Words with a line break before each that would not fit. */
static void put_folded(struct buf *out, struct str s, size_t column)
{
	struct str word;
	for (bool first = true; str_split(&s, ' ', &word); first = false) {
		if (!first && column + 1 + word.n > LINE) {
			buf_z(out, "\r\n");
			column = 0;
		}
		if (!first) {
			buf_byte(out, ' ');
			column++;
		}
		buf_str(out, word);
		column += word.n;
	}
}

void mail_put_text(struct buf *out, const char *name, struct str one_line)
{
	size_t column = strlen(name) + 2;
	struct str first = str_upto(one_line, str_find(one_line, ' '));
	buf_printf(out, "%s: ", name);
	if (is_plain(one_line) && column + first.n <= LINE)
		put_folded(out, one_line, column);
	else
		put_words(out, one_line, column);
	buf_z(out, "\r\n");
}

static bool is_phrase(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("!#$%&'*+-/=?^_`{|}~ ", s.p[i]))
			return false;
	return true;
}

static size_t put_display(struct buf *out, struct str s, size_t column)
{
	if (!is_plain(s) || column + s.n + 2 > LINE)
		return put_words(out, s, column);
	size_t before = out->n;
	if (is_phrase(s)) {
		buf_str(out, s);
		return column + s.n;
	}
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
	buf_byte(out, '"');
	return column + out->n - before;
}

void mail_put_address(struct buf *out, const char *name, struct str display, const char *address)
{
	size_t column = strlen(name) + 2;
	buf_printf(out, "%s: ", name);
	if (display.n) {
		column = put_display(out, display, column);
		buf_z(out, column + strlen(address) + 3 > LINE ? "\r\n " : " ");
		buf_printf(out, "<%s>\r\n", address);
	} else {
		buf_printf(out, "%s\r\n", address);
	}
}
