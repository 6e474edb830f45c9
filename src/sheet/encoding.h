/* Which encoding a file is in, told from a sample of its bytes. */
#pragma once
#include "base/str.h"

/* "UTF-16LE", "UTF-16BE", or NULL: by the zero bytes that delimiters and line ends have there. */
const char *encoding_utf16(struct str sample);
/*
 * Of text with bytes over 0x7F: a name that ICU knows, never NULL. *ret_sure: nothing else is near.
 * Each encoding is tried; what its characters and the names of columns look like decides.
 */
const char *encoding_tell(struct str sample, bool *ret_sure);

/* What is expected of a character that is no ASCII. */
enum encoding_script {
	SCRIPT_LATIN = 1, /* single letters among ASCII ones */
	SCRIPT_OTHER,     /* an alphabet of its own: not among ASCII letters */
	SCRIPT_HANGUL,
	SCRIPT_HAN,
	SCRIPT_JAPANESE,
};

/* An encoding with the letters that one language, or all of its languages, have in it. */
struct encoding_row {
	const char *encoding;
	enum encoding_script script;
	const char *letters; /* frequent ones, UTF-8 */
	double weight;       /* of each of them */
	double prior;
	const char *icu[3]; /* what ICU's detector calls it; NULL-ended */
};
/* Rows of one encoding are neighbours; ends with encoding NULL. */
extern const struct encoding_row encoding_rows[];
