/* What every reader of rows keeps to, whatever the bytes: fed whole or in two pieces. */
#pragma once
#include "base/limits.h"
#include "base/utf8.h"
#include "sheet/sheet.h"

static inline void check_row(const struct sheet_reader *r, const struct sheet_row *row,
			     uint64_t number)
{
	MUST(row->number == number && row->n >= sheet_columns(r) && row->line > 0);
	MUST(!row->flags == !row->problem);
	for (size_t i = 0; i < row->n; i++) {
		MUST(utf8_valid(row->cell[i]) && row->cell[i].n <= LIMIT_SHEET_CELL);
		MUST(!memchr(row->cell[i].p, 0, row->cell[i].n));
	}
}

/* How many rows there are; feeds `first` bytes, takes what is there, then the rest. */
static inline uint64_t count_rows(struct str bytes, size_t first, const struct sheet_options *o)
{
	AUTO_SHEET r = sheet_fed(o);
	struct sheet_row row;
	struct err e = { 0 };
	uint64_t n = 0;
	int rc = 0;

	sheet_feed(r, str_upto(bytes, first));
	while ((rc = sheet_next(r, &row, &e)) > 0)
		check_row(r, &row, ++n);
	sheet_feed(r, str_from(bytes, first));
	sheet_feed_end(r);
	while (rc == 0 && (rc = sheet_next(r, &row, &e)) > 0) {
		do
			check_row(r, &row, ++n);
		while ((rc = sheet_next(r, &row, &e)) > 0);
	}
	MUST(rc == 0 || (e.code && e.text[0]));
	for (size_t i = 0; i < sheet_columns(r); i++)
		MUST(utf8_valid(sheet_column(r, i)));
	return n;
}

static inline void check_rows(struct str bytes, const struct sheet_options *o)
{
	uint64_t n = count_rows(bytes, bytes.n, o);

	MUST(count_rows(bytes, bytes.n / 2, o) == n);
}
