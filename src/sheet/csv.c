/*
 * Separated values by RFC 4180, and what is written in its place: any of four delimiters, lone CR
 * as a line end, blanks before a quote, text behind one. A quote that is never closed would take
 * the rest of the file: its row is read again with quotes that end on their line.
 */
#include "sheet/header.h"
#include "sheet/parts.h"

enum place { AT_CELL = 1, IN_PLAIN, IN_QUOTES, BEHIND_QUOTES };

struct csv {
	char delimiter;
	bool stops[256];
	enum place place;
	bool on_line; /* quotes end on their line: the row is read again */
	size_t pos, from;
	size_t used; /* of a whole row, its line end too */
	uint64_t line;
	size_t marks, cap, taken; /* taken: cells of the row that was given */
	size_t open;              /* the cell whose quote was opened last */
	struct sheet_span *mark;
	struct arena *a;
};

enum found { WANT_MORE = 0, WHOLE, UNCLOSED, NO_MORE };

static void begin_row(struct csv *c)
{
	c->place = AT_CELL;
	c->pos = c->marks = 0;
}

struct csv *csv_new(struct sheet_reader *r)
{
	struct csv *c = ARENA_NEW(r->a, struct csv);

	c->a = r->a;
	c->line = 1;
	c->delimiter = r->about.delimiter;
	c->stops[(unsigned char)c->delimiter] = c->stops['\n'] = c->stops['\r'] = true;
	begin_row(c);
	return c;
}

static void end_cell(struct csv *c, bool quoted)
{
	if (c->marks == c->cap) {
		size_t cap = c->cap ? c->cap * 4 : 64;
		struct sheet_span *mark = ARENA_ARRAY(c->a, struct sheet_span, cap);

		if (c->marks)
			memcpy(mark, c->mark, c->marks * sizeof(*mark));
		c->mark = mark;
		c->cap = cap;
	}
	/* More cells than there may be columns are one cell: the row is said to be long anyway. */
	if (c->marks > LIMIT_SHEET_COLUMNS)
		c->marks--;
	c->mark[c->marks++] = (struct sheet_span){ (uint32_t)c->from, (uint32_t)c->pos, quoted };
}

static size_t skip_blanks(struct str s, size_t at)
{
	while (at < s.n && s.p[at] == ' ')
		at++;
	return at;
}

/* Is the quote at `at` closed before the line ends? */
static bool closes_on_line(const struct csv *c, struct str s, size_t at)
{
	for (at++; at < s.n && s.p[at] != '\n' && s.p[at] != '\r'; at++) {
		if (s.p[at] != '"')
			continue;
		if (at + 1 < s.n && s.p[at + 1] == '"') {
			at++;
			continue;
		}
		at = skip_blanks(s, at + 1);
		return at == s.n || c->stops[(unsigned char)s.p[at]];
	}
	return false;
}

static enum found enter_cell(struct csv *c, struct str s, bool end)
{
	size_t at = c->delimiter == ' ' ? c->pos : skip_blanks(s, c->pos);

	if (at == s.n && !end)
		return WANT_MORE;
	c->from = c->pos;
	c->place = IN_PLAIN;
	if (at < s.n && s.p[at] == '"' && (!c->on_line || closes_on_line(c, s, at))) {
		c->open = c->marks;
		c->from = at;
		c->pos = at + 1;
		c->place = IN_QUOTES;
	}
	return WHOLE;
}

static enum found leave_quotes(struct csv *c, struct str s, bool end)
{
	const char *quote;

	while ((quote = memchr(s.p + c->pos, '"', s.n - c->pos)) != NULL) {
		size_t at = (size_t)(quote - s.p);

		if (at + 1 == s.n && !end) {
			c->pos = at;
			return WANT_MORE;
		}
		c->pos = at + 1;
		if (c->pos < s.n && s.p[c->pos] == '"') {
			c->pos++;
			continue;
		}
		c->place = BEHIND_QUOTES;
		return WHOLE;
	}
	c->pos = s.n;
	return end ? UNCLOSED : WANT_MORE;
}

/* Text behind a closing quote, and a line end before it: that quote was never meant to close. */
static bool is_stray(const struct csv *c, struct str s)
{
	return c->place == BEHIND_QUOTES && !c->on_line && s.p[c->pos - 1] == '"' &&
	       s.p[c->pos] != ' ' && memchr(s.p + c->from, '\n', c->pos - c->from);
}

/* To the delimiter or line end behind a cell, and over it. */
static enum found leave_cell(struct csv *c, struct str s, bool end)
{
	for (; c->pos < s.n && !c->stops[(unsigned char)s.p[c->pos]]; c->pos++)
		if (is_stray(c, s))
			return UNCLOSED;
	if (c->pos == s.n && !end)
		return WANT_MORE;
	if (c->pos + 1 == s.n && s.p[c->pos] == '\r' && !end)
		return WANT_MORE;
	end_cell(c, c->place == BEHIND_QUOTES);
	c->place = AT_CELL;
	c->used = c->pos;
	if (c->pos == s.n)
		return WHOLE;
	if (s.p[c->pos] == c->delimiter) {
		c->pos++;
		return NO_MORE;
	}
	c->used += s.p[c->pos] == '\r' && c->pos + 1 < s.n && s.p[c->pos + 1] == '\n' ? 2 : 1;
	return WHOLE;
}

/* s begins with the row; goes on where it stopped for want of text. */
static enum found scan(struct csv *c, struct str s, bool end)
{
	enum found f;

	if (!s.n && end)
		return NO_MORE;
	for (;;) {
		switch (c->place) {
		case AT_CELL:
			f = enter_cell(c, s, end);
			if (f != WHOLE)
				return f;
			break;
		case IN_QUOTES:
			f = leave_quotes(c, s, end);
			if (f != WHOLE)
				return f;
			break;
		case IN_PLAIN:
		case BEHIND_QUOTES:
			f = leave_cell(c, s, end);
			if (f != NO_MORE)
				return f;
			break;
		}
	}
}

/* The text of a quoted cell, put together in its own place; *ret_odd: text behind the quotes. */
static struct str unquote(char *p, size_t n, bool *ret_odd)
{
	char *to = p, *from = p + 1, *end = p + n, *quote;

	while ((quote = memchr(from, '"', (size_t)(end - from))) != NULL) {
		bool twice = quote + 1 < end && quote[1] == '"';
		size_t len = (size_t)(quote - from) + twice;

		memmove(to, from, len);
		to += len;
		from = quote + 1 + twice;
		if (!twice)
			break;
	}
	if (quote &&
	    skip_blanks((struct str){ from, (size_t)(end - from) }, 0) < (size_t)(end - from)) {
		*ret_odd = true;
		memmove(to, from, (size_t)(end - from));
		to += end - from;
	}
	return (struct str){ p, (size_t)(to - p) };
}

static uint64_t count_lines(struct str s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n' || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
	return n;
}

static bool take_cells(struct sheet_reader *r, struct csv *c, char *p, struct sheet_row *row)
{
	struct str *cell = row_cells(r, c->marks);
	bool odd = false, any_quoted = false;

	row->line = c->line;
	row->number = r->records + 1;
	if (r->options.raw) { /* before quotes are taken away in place */
		row->raw = (struct str){ arena_strndup(r->row, p, c->used), c->used };
		row->span = c->mark;
		row->spans = c->marks;
	}
	for (size_t i = 0; i < c->marks; i++)
		any_quoted |= c->mark[i].quoted;
	c->line += any_quoted ? count_lines((struct str){ p, c->used }) : 1;
	for (size_t i = 0; i < c->marks; i++) {
		struct sheet_span m = c->mark[i];

		cell[i] = m.quoted ? unquote(p + m.from, m.to - m.from, &odd)
				   : (struct str){ p + m.from, m.to - m.from };
	}
	if (c->on_line)
		row_problem(r, row, SHEET_QUOTE,
			    "the quote in column %zu is never closed and was taken as text; "
			    "close it, or write it twice.",
			    c->open + 1);
	else if (odd)
		row_problem(r, row, SHEET_QUOTE,
			    "there is text behind a closing quote; a quote inside a value is "
			    "written twice.");
	c->taken = c->marks;
	return any_quoted || c->marks > 1 || cell[0].n; /* not a blank line */
}

static int too_long(const struct csv *c, struct err *e)
{
	ERR(e, ERR_TOO_LARGE, "sheet.row",
	    "The row at line %llu is longer than %d bytes. Is this a file of rows, and its line "
	    "ends LF or CR?",
	    (unsigned long long)c->line, LIMIT_SHEET_ROW);
	return -1;
}

/* A row into r->cell; like csv_next(). */
static int take_row(struct sheet_reader *r, struct sheet_row *row, struct err *e)
{
	struct csv *c = r->csv;
	struct window *w = &r->text;

	if (!w->p)
		return 0;
	for (;;) {
		struct str s = window_view(w);
		enum found f =
			scan(c, str_upto(s, LIMIT_SHEET_ROW), w->end && s.n <= LIMIT_SHEET_ROW);

		if (f == NO_MORE || (f == WANT_MORE && s.n < LIMIT_SHEET_ROW))
			return 0;
		if (f != WHOLE) {
			if (c->on_line || c->place < IN_QUOTES)
				return too_long(c, e);
			begin_row(c);
			c->on_line = true;
			continue;
		}
		bool any = take_cells(r, c, w->p + w->at, row);

		w->at += c->used;
		begin_row(c);
		c->on_line = false;
		if (any)
			return 1;
		*row = (struct sheet_row){ 0 };
	}
}

int csv_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e)
{
	struct sheet_row row = { 0 };
	int rc = take_row(r, &row, e);

	if (rc == 1 && !r->columns.n) {
		if (!row_header(r, r->cell, r->csv->taken, e))
			return -1;
		r->header =
			(struct str){ arena_strndup(r->a, row.raw.n ? row.raw.p : "", row.raw.n),
				      row.raw.n };
		/* Our own export for spreadsheet programs: with a mark, our columns. */
		r->guarded = r->options.guarded ||
			     (r->about.marked &&
			      !strcmp(header_dialect(r->columns.name, r->columns.n), "leadline"));
		if (!r->options.no_header) {
			row = (struct sheet_row){ 0 };
			rc = take_row(r, &row, e);
		}
	}
	if (rc <= 0)
		return rc;
	if (!row_finish(r, r->csv->taken, &row, e))
		return -1;
	*ret = row;
	return 1;
}
