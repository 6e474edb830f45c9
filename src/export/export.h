/*
 * What goes out as files of rows: which columns each kind of row has outside, and how their values
 * are written. Rows come from the kind's own statements; where they go, and which of them, is the
 * caller's business.
 */
#pragma once
#include "sheet/sheet.h"
#include "store/store.h"

/* What a column becomes outside. */
enum export_as {
	EXPORT_TEXT = 1,
	EXPORT_INT,
	EXPORT_ID,
	EXPORT_TIME,
	EXPORT_BOOL,
	EXPORT_FLAGS,
	EXPORT_OFFER, /* publisher.offer */
	EXPORT_HEX,
};
struct export_column {
	const char *name; /* outside; NULL ends the list */
	const char *of;   /* column of the statement */
	enum export_as as;
};
struct export_kind {
	const char *name; /* NULL ends the list */
	const struct export_column *columns;
	const struct sql_query *rows, *count;
};
/* NULL: there is none of that name. */
const struct export_kind *export_kind_of(const char *name);
/* csv, ndjson or xlsx; false: it is none of them. */
bool export_format(const char *text, enum sheet_format *ret);
/* The formats by name, NULL-ended, for fields. */
extern const char *const export_formats[];

struct export_rows;
/*
 * Writes what stands before the rows. style: its tab is the kind's. The caller frees *ret, which is
 * set when this fails as well.
 */
bool export_begin(const struct export_kind *kind, const struct sheet_style *style,
		  const struct sheet_sink *sink, struct export_rows **ret, struct err *e) LL_MUST;
/* One row of the kind's statement. */
bool export_row(struct export_rows *x, const void *row, struct err *e) LL_MUST;
/* Behind the last row. */
bool export_end(struct export_rows *x, struct err *e) LL_MUST;
/* Texts that were longer than a spreadsheet's cell may be, and were cut. */
uint64_t export_cut(const struct export_rows *x);
void export_free(struct export_rows *x); /* NULL is fine */
