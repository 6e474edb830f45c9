#include "base/str.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sodium.h>
#include "base/arena.h"

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (!a.n || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_z(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

bool str_ieq(struct str a, struct str b)
{
	return a.n == b.n && (!a.n || strncasecmp(a.p, b.p, a.n) == 0);
}

bool str_ieq_z(struct str a, const char *z)
{
	return str_ieq(a, str_of(z));
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

bool str_istarts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && strncasecmp(s.p, prefix, n) == 0;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.n && blank(s.p[0]))
		s = str_from(s, 1);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t str_find(struct str s, char c)
{
	const char *p = s.n ? memchr(s.p, c, s.n) : NULL;

	return p ? (size_t)(p - s.p) : s.n;
}

#define EACH (UINT64_MAX / 255) /* 1 in each of eight bytes */

/* Bit 7 of each byte below n; above the first that is, it may be wrong. */
static uint64_t below(uint64_t eight, unsigned char n)
{
	return (eight - EACH * n) & ~eight & EACH << 7;
}

size_t str_plain(struct str s, char x, char y)
{
	size_t n = 0;

	for (; s.n - n >= sizeof(uint64_t); n += sizeof(uint64_t)) {
		uint64_t eight, hit;

		memcpy(&eight, s.p + n, sizeof(eight));
		eight = le64toh(eight);
		hit = below(eight, ' ') | below(eight ^ EACH * (unsigned char)x, 1) |
		      below(eight ^ EACH * (unsigned char)y, 1);
		if (hit)
			return n + (size_t)__builtin_ctzll(hit) / 8;
	}
	while (n < s.n && s.p[n] != x && s.p[n] != y && (unsigned char)s.p[n] >= ' ')
		n++;
	return n;
}

bool str_split(struct str *rest, char sep, struct str *ret_piece)
{
	size_t at;

	if (!rest->p)
		return false;
	at = str_find(*rest, sep);
	*ret_piece = str_upto(*rest, at);
	if (at == rest->n)
		*rest = (struct str){ NULL, 0 };
	else
		*rest = str_from(*rest, at + 1);
	return true;
}

bool str_int(struct str s, int64_t *ret)
{
	char text[24], *end;
	long long v;

	if (!s.n || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (!(text[0] >= '0' && text[0] <= '9') &&
	    !((text[0] == '-' || text[0] == '+') && text[1] >= '0' && text[1] <= '9'))
		return false;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno || *end || end != text + s.n)
		return false;
	*ret = v;
	return true;
}

char *str_dup(struct arena *a, struct str s)
{
	return arena_strndup(a, s.p, s.n);
}

char *str_base64(struct arena *a, const void *p, size_t n)
{
	size_t max = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL);
	char *out = arena_alloc(a, max);

	return sodium_bin2base64(out, max, p, n, sodium_base64_VARIANT_ORIGINAL);
}

static bool unbase64(struct arena *a, struct str s, int variant, struct str *ret)
{
	size_t room = s.n / 4 * 3 + 3, n;
	char *out = arena_alloc(a, room + 1);

	if (sodium_base642bin((unsigned char *)out, room, s.p, s.n, NULL, &n, NULL, variant) != 0)
		return false;
	*ret = (struct str){ out, n };
	return true;
}

bool str_unbase64(struct arena *a, struct str s, struct str *ret)
{
	return unbase64(a, s, sodium_base64_VARIANT_ORIGINAL, ret);
}

char *str_base64url(struct arena *a, const void *p, size_t n)
{
	size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	return sodium_bin2base64(arena_alloc(a, size), size, p, n,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool str_unbase64url(struct arena *a, struct str s, struct str *ret)
{
	return unbase64(a, s, sodium_base64_VARIANT_URLSAFE_NO_PADDING, ret);
}

char *str_hex(struct arena *a, const void *p, size_t n)
{
	char *out = arena_alloc(a, n * 2 + 1);

	return sodium_bin2hex(out, n * 2 + 1, p, n);
}

bool str_same_secret(struct str a, struct str b)
{
	return a.n == b.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}
