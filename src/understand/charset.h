/*
 * Encodings older than Unicode: by the names that senders give them, and told apart when nobody
 * says. ICU's converters and detector do the work. Names follow the WHATWG Encoding Standard where
 * it is wider than the name's own meaning ("iso-8859-1" is windows-1252, "gb2312" is GBK), because
 * that is what senders mean.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct charset;                                    /* one of a fixed table */
const char *charset_name(const struct charset *c); /* "windows-949" */

/* NULL for what is not in the table; UTF-8 and UTF-16 are not: nothing is to be converted. */
const struct charset *charset_of(struct str label);
/* The charset parameter of a header's value, or "". */
struct str charset_label(struct str header);
/*
 * in as UTF-8, a copy; what is not valid there becomes U+FFFD and sets *ret_broken. False when ICU
 * has no such converter, or in is over LIMIT_CONVERT.
 */
bool charset_read(struct arena *a, const struct charset *c, struct str in, struct str *ret,
		  bool *ret_broken) LL_MUST;
/*
 * The encoding of bytes that are not valid UTF-8, when there is enough of it and no other one is
 * likely; else NULL. in may be ASCII for the most part.
 */
const struct charset *charset_guess(struct arena *a, struct str in);
