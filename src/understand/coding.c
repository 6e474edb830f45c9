/* Escapes of JSON texts and of forms. */
#include "understand/pairs.h"

#include "base/utf8.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hex digits at s.p, or -1. */
static int32_t unit(struct str s)
{
	int32_t u = 0;

	if (s.n < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int h = hex(s.p[i]);

		if (h < 0)
			return -1;
		u = u << 4 | h;
	}
	return u;
}

/* What follows "\u"; a surrogate without its other half becomes U+FFFD. Returns bytes taken. */
static size_t take_unicode(struct str s, uint32_t *ret_cp, bool *ret_broken)
{
	int32_t high = unit(s), low;

	*ret_cp = (uint32_t)high;
	if (high < 0xD800 || high > 0xDFFF) {
		if (high >= 0)
			return 4;
		*ret_cp = 'u'; /* no digits: like any other letter behind a backslash */
		*ret_broken = true;
		return 0;
	}
	if (high < 0xDC00 && s.n >= 6 && s.p[4] == '\\' && s.p[5] == 'u') {
		low = unit(str_from(s, 6));
		if (low >= 0xDC00 && low <= 0xDFFF) {
			*ret_cp = 0x10000 + (((uint32_t)high - 0xD800) << 10) +
				  ((uint32_t)low - 0xDC00);
			return 10;
		}
	}
	*ret_cp = 0xFFFD;
	*ret_broken = true;
	return 4;
}

/* No escape is shorter than what it stands for, and none stands for more than four bytes. */
static char *room_for(struct arena *a, struct str s, size_t max)
{
	return arena_alloc(a, (s.n < max ? s.n : max) + 5);
}

struct str coding_json(struct arena *a, struct str s, size_t max, bool *ret_broken)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char *out = room_for(a, s, max);
	size_t n = 0;

	while (s.n && n <= max) {
		size_t plain = str_find(str_upto(s, max + 1 - n), '\\');
		const char *simple;
		uint32_t cp;

		memcpy(out + n, s.p, plain);
		n += plain;
		s = str_from(s, plain);
		if (n > max || s.n < 2)
			break;
		s = str_from(s, 1);
		simple = memchr(from, s.p[0], sizeof(from) - 1);
		if (s.p[0] == 'u') {
			s = str_from(s, 1);
			s = str_from(s, take_unicode(s, &cp, ret_broken));
			n += utf8_put(out + n, cp);
			continue;
		}
		out[n++] = simple ? to[simple - from] : s.p[0];
		s = str_from(s, 1);
	}
	return (struct str){ out, n };
}

struct str coding_form(struct arena *a, struct str s, size_t max)
{
	char *out = room_for(a, s, max);
	size_t n = 0;

	for (size_t i = 0; i < s.n && n <= max; i++) {
		if (s.p[i] == '%' && s.n - i > 2 && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			out[n++] = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
			i += 2;
			continue;
		}
		out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
	}
	return (struct str){ out, n };
}
