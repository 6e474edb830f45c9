/* What the writers share. */
#pragma once
#include "base/buf.h"
#include "base/limits.h"
#include "sheet/sheet.h"

struct pack;

struct sheet_writer {
	struct sheet_style style;
	struct sheet_sink sink;
	struct arena *a;
	const char **column;
	size_t n;
	struct buf out; /* not given to the sink yet */
	uint64_t rows;  /* in the file at hand */
	unsigned files;
	uint64_t cut;
	struct pack *pack; /* of a spreadsheet */
	uint64_t tab_rows;
	unsigned tabs;
};

/* Each format: before the rows, a row, behind them. All append to w->out. */
struct writer_format {
	bool (*begin)(struct sheet_writer *w, struct err *e);
	bool (*row)(struct sheet_writer *w, const struct sheet_value *values, struct err *e);
	bool (*end)(struct sheet_writer *w, struct err *e);
};
extern const struct writer_format write_xlsx;
bool writer_flush(struct sheet_writer *w, struct err *e) LL_MUST;

/*
 * pack.c: a ZIP archive written in one go, its directory last (APPNOTE.TXT 6.3): sizes follow each
 * part's bytes, so nothing is written twice. Parts and archive below 4 GiB.
 */
struct pack *pack_new(void);
void pack_free(struct pack *p); /* NULL is fine */
bool pack_begin(struct pack *p, const char *name, struct buf *out, struct err *e) LL_MUST;
bool pack_add(struct pack *p, struct str bytes, struct buf *out, struct err *e) LL_MUST;
bool pack_end_part(struct pack *p, struct buf *out, struct err *e) LL_MUST;
bool pack_end(struct pack *p, struct buf *out, struct err *e) LL_MUST;
