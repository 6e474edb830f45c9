/* What is done to every row, whatever file it is from: repair, limits, counting, words. */
#include <stdarg.h>
#include <stdlib.h>
#include "base/utf8.h"
#include "sheet/parts.h"

struct str *row_cells(struct sheet_reader *r, size_t n)
{
	size_t cap = r->cell_cap ? r->cell_cap : 64;

	if (n <= r->cell_cap)
		return r->cell;
	while (cap < n)
		cap *= 2;
	r->cell = realloc(r->cell, cap * sizeof(*r->cell));
	if (!r->cell)
		BUG("out of memory for %zu cells", cap);
	r->cell_cap = cap;
	return r->cell;
}

void row_problem(struct sheet_reader *r, struct sheet_row *row, unsigned flag, const char *fmt, ...)
{
	size_t n = row->flags ? strlen(r->problem) : 0;
	va_list ap;

	if (!row->flags)
		n = (size_t)snprintf(r->problem, sizeof(r->problem),
				     "Row %llu, line %llu:", (unsigned long long)row->number,
				     (unsigned long long)row->line);
	row->flags |= flag;
	row->problem = r->problem;
	if (n + 2 >= sizeof(r->problem))
		return;
	r->problem[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(r->problem + n, sizeof(r->problem) - n, fmt, ap);
	va_end(ap);
}

/* A column by its place and name, for a sentence. */
static const char *column_words(struct sheet_reader *r, size_t i)
{
	struct str name = i < r->columns.n ? utf8_cut(r->columns.name[i], 40) : STR("");

	if (!name.n)
		return arena_printf(r->row, "column %zu", i + 1);
	return arena_printf(r->row, "column %zu (" STR_FMT ")", i + 1, STR_ARG(name));
}

/* Has a converter put U+FFFD for bytes that it did not know? */
static bool substituted(const struct sheet_reader *r, struct str s)
{
	return r->about.encoding && strcmp(r->about.encoding, "UTF-8") != 0 &&
	       memmem(s.p, s.n, "\xEF\xBF\xBD", 3);
}

static struct str unguarded(struct sheet_reader *r, struct str s)
{
	AUTO_BUF b = buf_new(s.n + 1);

	if (!memchr(s.p, '\'', s.n))
		return s;
	sheet_unguard(s, &b);
	return (struct str){ arena_strndup(r->row, b.p, b.n), b.n };
}

static void mend(struct sheet_reader *r, size_t i, struct sheet_row *row)
{
	struct str *cell = &r->cell[i];
	bool changed = false;

	if (r->guarded)
		*cell = unguarded(r, *cell);
	if (cell->n > LIMIT_SHEET_CELL) {
		*cell = utf8_cut(*cell, LIMIT_SHEET_CELL);
		row_problem(r, row, SHEET_CUT,
			    "%s is longer than %d bytes and was cut; shorten it.",
			    column_words(r, i), LIMIT_SHEET_CELL);
	}
	if (!utf8_valid(*cell) || memchr(cell->p, 0, cell->n)) {
		*cell = str_of(utf8_repair(r->row, *cell, &changed));
		changed = true;
	} else if (cell->n >= 3 && substituted(r, *cell)) {
		changed = true;
	}
	if (changed && !(row->flags & SHEET_REPAIRED))
		row_problem(r, row, SHEET_REPAIRED,
			    "%s has bytes that are no text in %s; say the file's encoding.",
			    column_words(r, i), r->about.encoding ? r->about.encoding : "UTF-8");
}

bool row_finish(struct sheet_reader *r, size_t n, struct sheet_row *ret, struct err *e)
{
	size_t columns = r->columns.n;

	if (++r->records > LIMIT_SHEET_ROWS)
		return ERR(e, ERR_TOO_LARGE, "sheet.rows",
			   "There are more than %d rows. Split the file.", LIMIT_SHEET_ROWS);
	ret->number = r->records;
	row_cells(r, n > columns ? n : columns);
	for (size_t i = n; i < columns; i++)
		r->cell[i] = STR("");
	if (n < columns && r->about.format == SHEET_CSV)
		row_problem(r, ret, SHEET_SHORT,
			    "%zu cells where the header has %zu; a line end inside a value wants "
			    "quotes around the value.",
			    n, columns);
	if (n > columns)
		row_problem(r, ret, SHEET_LONG,
			    "%zu cells where the header has %zu; a delimiter inside a value wants "
			    "quotes around the value.",
			    n, columns);
	for (size_t i = 0; i < n; i++)
		if (r->cell[i].n)
			mend(r, i, ret);
	ret->cell = r->cell;
	ret->n = n > columns ? n : columns;
	return true;
}

/* Spreadsheet letters: A … Z, AA … */
static struct str letters(struct arena *a, size_t i)
{
	char out[8];
	size_t at = sizeof(out);

	for (i++; i; i = (i - 1) / 26)
		out[--at] = (char)('A' + (i - 1) % 26);
	return (struct str){ arena_strndup(a, out + at, sizeof(out) - at), sizeof(out) - at };
}

bool row_header(struct sheet_reader *r, const struct str *cell, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct str name = r->options.no_header ? letters(r->a, i) : cell[i];
		bool changed;

		if (!utf8_valid(name) || memchr(name.p, 0, name.n))
			name = str_of(utf8_repair(r->row, name, &changed));
		if (!columns_add(&r->columns, utf8_cut(name, LIMIT_TEXT), e))
			return false;
	}
	return true;
}
