/* Which delimiter a file has: the one that gives its first rows the same number of cells. */
#include "sheet/parts.h"

#define ROWS 30

static const char delimiters[] = { ',', ';', '\t', '|' }; /* the first wins when all is equal */

/* The end of the row at `at`, and its cells; quotes as csv.c has them, roughly. */
static size_t row_end(struct str s, size_t at, char delimiter, unsigned *ret_cells, bool *ret_whole)
{
	bool quoted = false, fresh = true;

	*ret_cells = 1;
	*ret_whole = true;
	for (; at < s.n; at++) {
		char c = s.p[at];

		if (c == '"') {
			if (fresh || quoted)
				quoted = !quoted;
		} else if (!quoted && c == delimiter) {
			++*ret_cells;
			fresh = true;
			continue;
		} else if (!quoted && (c == '\n' || c == '\r')) {
			return at + 1 + (c == '\r' && at + 1 < s.n && s.p[at + 1] == '\n');
		}
		fresh = fresh && c == ' ';
	}
	*ret_whole = !quoted;
	return at;
}

/* How well it fits: rows with as many cells as the header, of all rows; 0 when it is not there. */
static unsigned fitness(struct str s, char delimiter)
{
	unsigned header = 0, same = 0, rows = 0, cells;
	bool whole;

	for (size_t at = 0; at < s.n && rows < ROWS;) {
		size_t from = at;

		at = row_end(s, at, delimiter, &cells, &whole);
		/* The last row of the sample may be half a row. */
		if (at == s.n && rows && (s.p[s.n - 1] != '\n' || !whole))
			break;
		if (str_trim((struct str){ s.p + from, at - from }).n == 0)
			continue;
		if (!rows++)
			header = cells;
		same += cells == header;
	}
	if (header < 2)
		return 0;
	return same * 1000 / rows + (header > 20 ? 20 : header);
}

char delimiter_tell(struct str s, size_t *ret_skip)
{
	struct str said = str_istarts(s, "\"sep=") ? str_from(s, 5) : str_from(s, 4);
	unsigned best = 0;
	char told = ',';
	size_t at;

	*ret_skip = 0;
	/* Excel's own line in front of the header. */
	if ((str_istarts(s, "sep=") || str_istarts(s, "\"sep=")) && said.n > 1) {
		for (at = 1; at < said.n && strchr("\"\r", said.p[at]); at++)
			;
		if (at < said.n && (said.p[at] == '\n' || said.p[at - 1] == '\r')) {
			*ret_skip = (size_t)(said.p - s.p) + at + (said.p[at] == '\n');
			return said.p[0];
		}
	}
	for (size_t i = 0; i < LL_COUNT(delimiters); i++) {
		unsigned fits = fitness(s, delimiters[i]);

		if (fits > best) {
			best = fits;
			told = delimiters[i];
		}
	}
	return told;
}
