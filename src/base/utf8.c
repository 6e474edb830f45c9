#include "base/utf8.h"

#include "base/arena.h"
#include "base/buf.h"

/* Length of the valid sequence at s (Unicode table 3-7), 0 when there is none. */
static size_t sequence(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char low = 0x80, high = 0xBF;
	size_t n, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (s.n < n)
		return 0;
	switch (p[0]) {
	case 0xE0: low = 0xA0; break;
	case 0xED: high = 0x9F; break;
	case 0xF0: low = 0x90; break;
	case 0xF4: high = 0x8F; break;
	default: break;
	}
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

/* Eight bytes at a time: most text is ASCII, and this runs before a lead is answered. */
static size_t ascii_run(struct str s)
{
	uint64_t eight;
	size_t n = 0;

	for (; s.n - n >= sizeof(eight); n += sizeof(eight)) {
		memcpy(&eight, s.p + n, sizeof(eight));
		if (eight & 0x8080808080808080)
			break;
	}
	return n;
}

bool utf8_valid(struct str s)
{
	while (s.n) {
		size_t n = ascii_run(s);

		s = str_from(s, n);
		if (!s.n)
			break;
		n = sequence(s);

		if (!n)
			return false;
		s = str_from(s, n);
	}
	return true;
}

/* Bytes at the start that are ASCII and no control characters. */
static size_t plain_ascii(struct str s)
{
	return str_plain(str_upto(s, ascii_run(s)), 0x7F, 0x7F);
}

static bool control(char c)
{
	unsigned char u = (unsigned char)c;

	return (u < 0x20 && u != '\t' && u != '\n' && u != '\r') || u == 0x7F;
}

char *utf8_repair(struct arena *a, struct str s, bool *ret_changed)
{
	char *out = arena_alloc(a, s.n * 3 + 1);
	bool changed = false;
	size_t at = 0;

	while (s.n) {
		size_t n = plain_ascii(s);

		if (n) {
			memcpy(out + at, s.p, n);
			at += n;
			s = str_from(s, n);
			continue;
		}
		n = sequence(s);
		if (n == 1 && control(s.p[0])) {
			changed = true;
		} else if (n) {
			memcpy(out + at, s.p, n);
			at += n;
		} else {
			memcpy(out + at, "\xEF\xBF\xBD", 3);
			at += 3;
			changed = true;
			n = 1;
		}
		s = str_from(s, n);
	}
	out[at] = 0;
	*ret_changed = changed;
	return out;
}

size_t utf8_next(struct str s, uint32_t *ret_cp)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n, i;
	uint32_t cp;

	if (!s.n)
		return 0;
	n = sequence(s);
	if (n <= 1) {
		*ret_cp = n ? p[0] : 0xFFFD;
		return 1;
	}
	cp = p[0] & (0x7Fu >> n);
	for (i = 1; i < n; i++)
		cp = cp << 6 | (p[i] & 0x3Fu);
	*ret_cp = cp;
	return n;
}

size_t utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

struct str utf8_cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return str_upto(s, max);
}

size_t utf8_units16(struct str s)
{
	size_t units = 0;
	uint32_t cp;

	while (s.n) {
		s = str_from(s, utf8_next(s, &cp));
		units += cp > 0xFFFF ? 2 : 1;
	}
	return units;
}

/* White_Space of Unicode, and the marks that come along as invisible blanks. */
static bool blank(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0xA0 ||
	       cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200D) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202F || cp == 0x205F || cp == 0x2060 || cp == 0x3000 || cp == 0xFEFF;
}

struct str utf8_trim(struct str s)
{
	uint32_t cp;
	size_t n;

	while (s.n && (n = utf8_next(s, &cp)) && blank(cp))
		s = str_from(s, n);
	while (s.n) {
		size_t at = s.n - 1;

		while (at && ((unsigned char)s.p[at] & 0xC0) == 0x80)
			at--;
		utf8_next(str_from(s, at), &cp);
		if (!blank(cp))
			break;
		s.n = at;
	}
	return s;
}
