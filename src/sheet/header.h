/* Names of columns and what they mean. */
#pragma once
#include "base/str.h"
#include "sheet/sheet.h"

enum header_flag {
	HEADER_WEAK = 1 << 0,   /* means this only among other fields of a person */
	HEADER_SECOND = 1 << 1, /* taken when there is no better one */
	HEADER_WRONG = 1 << 2,  /* a mistranslation on Microsoft's own pages */
};

/* Names with one meaning in one language, separated by bars. */
struct header_row {
	enum sheet_field field;
	unsigned flags;
	const char *language; /* ISO 639-1 */
	const char *names;
};
extern const struct header_row header_rows[]; /* ends with names NULL */

/* A file with at least `least` of these names is the program's; the first that fits wins. */
struct header_dialect {
	const char *dialect, *language;
	unsigned least;
	const char *names;
};
extern const struct header_dialect header_dialects[]; /* ends with names NULL */

#define HEADER_MAX 96 /* bytes of a folded name */

/* Case, accents, blanks and marks away; a view of out. */
struct str header_fold(struct str name, char out[HEADER_MAX]);
/* The row that has the name; NULL when it is unknown. */
const struct header_row *header_find(struct str name);
/* Is it a known name that is not ASCII? So a file's encoding shows. */
bool header_is_word(struct str name);
/* The program whose export has these names, or "". */
const char *header_dialect(const struct str *names, size_t n);
