/* What the files of this folder share: the reader's state and the steps of its way. */
#pragma once
#include <stdio.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "sheet/sheet.h"

/* Text on its way from the decoder to a parser: [at, n) is not read yet. */
struct window {
	char *p;
	size_t at, n, cap;
	bool end; /* nothing comes behind it */
};
static inline struct str window_view(const struct window *w)
{
	return w->p ? (struct str){ w->p + w->at, w->n - w->at } : STR("");
}
char *window_room(struct window *w, size_t n); /* at least n bytes to be written at its end */
void window_free(struct window *w);

/* bytes.c: from bytes to UTF-8. */
struct bytes;
struct bytes *bytes_new(const char *encoding);
void bytes_free(struct bytes *b);
/*
 * Decodes what is there into the window; *ret_used of raw's bytes were taken, fewer than all when
 * more are wanted to tell the encoding. end: raw is the last.
 */
bool bytes_decode(struct bytes *b, struct str raw, bool end, struct window *to, size_t *ret_used,
		  struct sheet_about *about, struct err *e) LL_MUST;

/* columns.c: the names, as many as were seen. */
struct columns {
	struct arena *a;
	struct str *name, *raw;
	uint32_t n, cap;
	uint32_t *slot; /* by hash of the name; index + 1 */
	uint32_t slots;
};
bool columns_add(struct columns *c, struct str raw, struct err *e) LL_MUST;
/* The column of that name, after first trying hint; UINT32_MAX when there is none. */
uint32_t columns_find(const struct columns *c, struct str name, uint32_t hint);

struct csv;
struct json_rows;
struct spool;
struct xlsx;

struct sheet_reader {
	struct sheet_options options;
	struct sheet_about about;
	struct arena *a;   /* what lives as long as the reader */
	struct arena *row; /* what lives as long as a row */
	FILE *file;        /* NULL: fed */
	struct buf raw;    /* taken from the source, not decoded yet */
	bool raw_end;
	uint64_t bytes;
	struct bytes *decoder;
	struct window text;
	struct columns columns;
	struct str *cell; /* of the row at hand */
	size_t cell_cap;
	uint64_t records;
	char problem[320];
	struct str header; /* with the option raw */
	bool guarded;      /* cells lose the apostrophes that sheet_guard() gave them */
	bool opened, failed;
	struct err failure; /* once failed, every call says it again */
	struct csv *csv;
	struct json_rows *json;
	struct xlsx *xlsx;
	struct spool *spool; /* a spreadsheet that is fed: its directory is at its end */
};

/* The parsers: 1 a row, 0 more text is wanted (all of it was there when text.end), -1 error. */
struct csv *csv_new(struct sheet_reader *r);
int csv_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e) LL_MUST;
struct json_rows *json_rows_new(struct sheet_reader *r);
int json_rows_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e) LL_MUST;

/* The file is taken over, on failure too. Rows are all there: 0 is the end. */
bool xlsx_open(struct sheet_reader *r, FILE *file, struct err *e) LL_MUST;
void xlsx_close(struct xlsx *x);
int xlsx_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e) LL_MUST;
const char *xlsx_tab(const struct xlsx *x, size_t i);

/* delimiter.c: of a sample of text; 0 when there is none in it. *ret_skip: a line "sep=;". */
char delimiter_tell(struct str sample, size_t *ret_skip);

/* row.c: the cells of a row. */
struct str *row_cells(struct sheet_reader *r, size_t n); /* room for n, all the old ones kept */
/* Repairs, cuts, counts, words: all that is done to a row whose n cells are in place. */
bool row_finish(struct sheet_reader *r, size_t n, struct sheet_row *ret, struct err *e) LL_MUST;
void row_problem(struct sheet_reader *r, struct sheet_row *row, unsigned flag, const char *fmt, ...)
	LL_PRINTF(4, 5);
bool row_header(struct sheet_reader *r, const struct str *cell, size_t n, struct err *e) LL_MUST;
