/* The parts of a spreadsheet file: a ZIP archive of XML (ECMA-376), in the subset that is written.
 */
#pragma once
#include <expat.h>
#include <zip.h>
#include "sheet/parts.h"
#include "sheet/spool.h"

/* A part on its way through the XML parser. */
struct xml {
	XML_Parser parser;
	zip_file_t *file;
	const char *part; /* its name, for messages */
	uint64_t bytes, packed;
	bool suspended, done;
	struct err failure; /* kind is not ERR_NONE when a handler has failed */
};
/* Handlers get the parser; XML_GetUserData() gives user. False when the part is not there. */
bool xml_open(struct xml *x, zip_t *zip, const char *part, void *user,
	      XML_StartElementHandler start, XML_EndElementHandler end,
	      XML_CharacterDataHandler text, struct err *e) LL_MUST;
/* On to the next time a handler suspends, or the end (done). */
bool xml_step(struct xml *x, struct err *e) LL_MUST;
void xml_close(struct xml *x);
void xml_fail(struct xml *x); /* in a handler, once x->failure is set */
/* The name without its namespace prefix. */
const char *xml_local(const char *name);
/* NULL when it is not there; prefixes do not count. */
const char *xml_attribute(const char **attributes, const char *name);

/* xlsx_strings.c: the shared strings, in a temporary file. */
struct strings;
bool strings_read(zip_t *zip, struct strings **ret, struct err *e) LL_MUST; /* none: empty */
void strings_free(struct strings *s);
/* Appends string number i. */
bool strings_get(struct strings *s, uint64_t i, struct buf *to, struct err *e) LL_MUST;
/* "_x000D_" in a text is one character (ST_Xstring). Appends. */
void xstring_decode(struct str s, struct buf *to);

/* xlsx_styles.c: which numbers are dates. */
enum number_kind { NUMBER_PLAIN = 0, NUMBER_DATE, NUMBER_TIME };
struct styles {
	enum number_kind *of; /* by the index of a cell's style */
	size_t n;
};
bool styles_read(zip_t *zip, struct arena *a, struct styles *ret, struct err *e) LL_MUST;
/* A number as it stands in the file, as a person would have typed it. */
void number_text(struct str number, enum number_kind kind, bool from_1904, struct buf *to);

/* xlsx_book.c: the sheets of the file. */
struct tab {
	const char *name, *part;
	bool hidden;
};
struct book {
	struct tab *tab;
	size_t n;
	bool from_1904; /* dates are counted from 1904, as old Macintoshes did */
};
bool book_read(zip_t *zip, struct arena *a, struct book *ret, struct err *e) LL_MUST;
