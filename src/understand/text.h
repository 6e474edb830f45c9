/*
 * The bytes of a body as one UTF-8 text: byte order marks, UTF-16 with and without one, encodings
 * older than Unicode, and multipart forms as the text of a form.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct text {
	struct str utf8; /* a view of the body, or a copy when it is rewritten; may hold invalid
			    bytes */
	const char *encoding; /* "UTF-8", "UTF-16LE", "UTF-16BE", or an older one's name */
	bool marked;          /* a byte order mark was there */
	bool guessed;         /* the encoding was told by the bytes alone */
	bool broken;          /* some bytes are nothing in that encoding */
	bool multipart;       /* utf8 is a form's text, the body was none */
};
struct text text_decode(struct arena *a, struct str body, struct str content_type);
/* No text in any encoding that is read: NUL and other control bytes, or mostly invalid sequences.
 */
bool text_is_binary(struct str utf8);
