/* Views of text and bytes: a pointer and a length, owned by somebody else. */
#pragma once
#include <string.h>
#include "base/attr.h"

struct arena;

struct str {
	const char *p;
	size_t n;
};

#define STR(lit)   ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_of(const char *z) /* NULL gives the empty view */
{
	return (struct str){ z ? z : "", z ? strlen(z) : 0 };
}

bool str_eq(struct str a, struct str b);
bool str_eq_z(struct str a, const char *z);
bool str_ieq(struct str a, struct str b); /* ASCII case only */
bool str_ieq_z(struct str a, const char *z);
bool str_starts(struct str s, const char *prefix);
bool str_istarts(struct str s, const char *prefix);
struct str str_trim(struct str s); /* ASCII blanks at both ends */
static inline struct str str_from(struct str s, size_t at)
{
	if (at > s.n)
		at = s.n;
	return (struct str){ s.p + at, s.n - at };
}
static inline struct str str_upto(struct str s, size_t at)
{
	return (struct str){ s.p, at < s.n ? at : s.n };
}
/* Index of the first c, or s.n. */
size_t str_find(struct str s, char c);
/* Index of the first x, y or byte below a blank, or s.n. x and y are ASCII. Eight bytes at a time.
 */
size_t str_plain(struct str s, char x, char y);
/* Next piece of *rest up to sep; false at the end. "a,,b" gives three pieces. */
bool str_split(struct str *rest, char sep, struct str *ret_piece);
/* Whole decimal number, sign allowed; false when it is anything else or out of range. */
bool str_int(struct str s, int64_t *ret);
char *str_dup(struct arena *a, struct str s); /* NUL-ended copy */
/* Base64, standard alphabet with padding. Decoding refuses anything else. */
char *str_base64(struct arena *a, const void *p, size_t n);
bool str_unbase64(struct arena *a, struct str s, struct str *ret);
/* The same in the URL-safe alphabet without padding (RFC 7515). */
char *str_base64url(struct arena *a, const void *p, size_t n);
bool str_unbase64url(struct arena *a, struct str s, struct str *ret);
char *str_hex(struct arena *a, const void *p, size_t n);
bool str_same_secret(struct str a, struct str b); /* constant time in the length of a */
