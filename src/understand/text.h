/* The bytes of a body as one UTF-8 text: byte order marks, UTF-16 with and without one. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct text {
	struct str
		utf8; /* a view of the body, or a copy when it was UTF-16; may hold invalid bytes */
	const char *encoding; /* "UTF-8", "UTF-16LE", "UTF-16BE" */
	bool marked;          /* a byte order mark was there */
};
struct text text_decode(struct arena *a, struct str body, struct str content_type);
/* No text in any encoding that is read: NUL and other control bytes, or mostly invalid sequences.
 */
bool text_is_binary(struct str utf8);
