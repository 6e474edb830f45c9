/* UTF-8: validity, repair, trimming, cutting. */
#pragma once
#include "base/str.h"

struct arena;

bool utf8_valid(struct str s); /* strict: no surrogates, no overlong forms; NUL counts as valid */
/*
 * A copy in which every invalid sequence is U+FFFD, and control characters other than tab, LF and
 * CR (NUL too) are gone. *ret_changed tells whether it differs from s.
 */
char *utf8_repair(struct arena *a, struct str s, bool *ret_changed);
/* Decodes one code point at s.p (valid UTF-8 asked for); returns its length in bytes, 0 at the end.
 */
size_t utf8_next(struct str s, uint32_t *ret_cp);
size_t utf8_put(char out[4], uint32_t cp); /* returns bytes written */
/* At most max bytes of s, cut before a code point. */
struct str utf8_cut(struct str s, size_t max);
size_t utf8_units16(struct str s); /* length in UTF-16 units */
/* Trims white space of any script (U+00A0, U+3000, U+FEFF … too) at both ends. */
struct str utf8_trim(struct str s);
