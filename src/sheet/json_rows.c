/*
 * Rows of JSON: an object is a row, its names are columns, nested objects are columns with a dot.
 * Lists inside a row stay JSON text. A line that is broken costs its row only.
 */
#include "base/utf8.h"
#include "sheet/json_scan.h"
#include "sheet/parts.h"

#define DEPTH    8    /* deeper objects stay JSON text */
#define NAME_MAX 1000 /* bytes of a name with those it is nested in */

enum where { AT_TOP = 1, IN_LIST, BEHIND_LIST };

struct json_rows {
	enum where where;
	bool any;       /* the first object or list has begun */
	bool in_object; /* the list is inside {"value":[…]} */
	bool skip_line; /* to the next line end: what is before it is broken */
	size_t tried;   /* text that was too little for the row at hand */
	uint64_t line;
	uint32_t hint; /* the column that comes next if this row is like the one before */
	char name[NAME_MAX];
};

/* The members that hold the rows when the file is one object: OData, and what APIs do. */
static const char *const list_names[] = {
	"value", "items", "leads", "records", "results", "data", "rows", NULL,
};

struct json_rows *json_rows_new(struct sheet_reader *r)
{
	struct json_rows *j = ARENA_NEW(r->a, struct json_rows);

	j->where = AT_TOP;
	j->line = 1;
	return j;
}

static bool put(struct sheet_reader *r, struct str name, struct str value, struct err *e)
{
	uint32_t i = columns_find(&r->columns, name, r->json->hint);
	bool changed;

	if (i == UINT32_MAX && !utf8_valid(name)) {
		name = str_of(utf8_repair(r->row, name, &changed));
		i = columns_find(&r->columns, name, 0);
	}
	if (i == UINT32_MAX) {
		i = r->columns.n;
		if (!columns_add(&r->columns, name, e))
			return false;
		row_cells(r, i + 1)[i] = STR("");
	}
	r->cell[i] = value;
	r->json->hint = i + 1;
	return true;
}

/* The name behind the first `outer` bytes of j->name, with a dot; its length in all. */
static size_t join(struct sheet_reader *r, size_t outer, struct str *name, bool escaped)
{
	struct json_rows *j = r->json;

	if (escaped)
		*name = json_scan_unescape(r->row, *name);
	*name = str_trim(*name);
	if (name->n > NAME_MAX - outer - 1)
		name->n = NAME_MAX - outer - 1;
	if (outer)
		j->name[outer++] = '.';
	if (outer + name->n > NAME_MAX)
		name->n = NAME_MAX - outer;
	memcpy(j->name + outer, name->p, name->n);
	outer += name->n;
	if (outer > name->n)
		*name = (struct str){ j->name, outer };
	return outer;
}

static enum json_scanned object(struct sheet_reader *r, struct json_scan *s, size_t outer,
				unsigned depth, struct err *e);

static enum json_scanned member(struct sheet_reader *r, struct json_scan *s, size_t outer,
				unsigned depth, struct err *e)
{
	struct str name, value = STR("");
	bool escaped;
	enum json_scanned rc = json_scan_name(s, &name, &escaped);
	size_t len;

	if (rc != SCAN_DONE)
		return rc;
	len = join(r, outer, &name, escaped);
	if (*s->p == '{' && depth < DEPTH)
		return object(r, s, len, depth + 1, e);
	if (*s->p == '"') {
		rc = json_scan_string(s, &value, &escaped);
		if (rc == SCAN_DONE && escaped)
			value = json_scan_unescape(r->row, value);
	} else {
		rc = json_scan_value(s, &value);
		if (str_eq_z(value, "null"))
			value = STR("");
	}
	if (rc != SCAN_DONE)
		return rc;
	if (put(r, name, value, e))
		return SCAN_DONE;
	s->why = NULL;
	return SCAN_BAD;
}

/* At its brace. SCAN_BAD without s->why: e is set. At most DEPTH deep. */
static enum json_scanned object(struct sheet_reader *r, struct json_scan *s, size_t outer,
				unsigned depth, struct err *e) // NOLINT(misc-no-recursion)
{
	bool first = true;

	s->p++;
	for (;;) {
		enum json_scanned rc;

		if (!json_scan_blanks(s))
			return SCAN_MORE;
		if (*s->p == '}') {
			s->p++;
			return SCAN_DONE;
		}
		if (!first && *s->p != ',') {
			s->why = "a comma or the closing brace";
			return SCAN_BAD;
		}
		if (!first)
			s->p++;
		first = false;
		rc = member(r, s, outer, depth, e);
		if (rc != SCAN_DONE)
			return rc;
	}
}

/*
 * Is the first object only the wrapping of a list of rows? Then s.p is behind the list's bracket.
 * SCAN_BAD: it is not, or is nothing that can be read, which whoever reads it will say.
 */
static enum json_scanned find_list(struct json_scan *s)
{
	s->p++;
	for (;;) {
		struct str name, value;
		bool escaped;
		enum json_scanned rc = json_scan_name(s, &name, &escaped);

		if (rc != SCAN_DONE)
			return rc;
		for (size_t i = 0; list_names[i]; i++) {
			if (!str_ieq_z(name, list_names[i]) || *s->p != '[')
				continue;
			struct json_scan in = { s->p + 1, s->end, NULL };

			if (!json_scan_blanks(&in))
				return SCAN_MORE;
			if (*in.p != '{' && *in.p != ']')
				continue;
			*s = in;
			return SCAN_DONE;
		}
		rc = json_scan_value(s, &value);
		if (rc != SCAN_DONE)
			return rc;
		if (!json_scan_blanks(s))
			return SCAN_MORE;
		if (*s->p != ',')
			return SCAN_BAD;
		s->p++;
	}
}

/* Over text that was read, up to p. */
static void advance(struct sheet_reader *r, const char *p)
{
	const char *from = r->text.p + r->text.at, *nl;

	r->text.at = (size_t)(p - r->text.p);
	while ((nl = memchr(from, '\n', (size_t)(p - from))) != NULL) {
		r->json->line++;
		from = nl + 1;
	}
}

/* Brackets and commas between rows; 1 at a row, 0 no more text, -1. */
static int to_row(struct sheet_reader *r, struct json_scan *s, struct err *e)
{
	struct json_rows *j = r->json;

	while (json_scan_blanks(s)) {
		char c = *s->p;

		if (j->where == BEHIND_LIST) {
			s->p = s->end;
		} else if (c == '[' && j->where == AT_TOP) {
			j->where = IN_LIST;
			j->any = true;
			r->about.format = SHEET_JSON;
			s->p++;
		} else if (c == ']' && j->where == IN_LIST) {
			j->where = j->in_object ? BEHIND_LIST : AT_TOP;
			s->p++;
		} else if (c == ',' && j->any) {
			s->p++;
		} else if (c == '{' && !j->any) {
			struct json_scan in = *s;
			enum json_scanned rc = find_list(&in);

			if (rc == SCAN_MORE && !r->text.end)
				return 0;
			j->any = true;
			if (rc != SCAN_DONE)
				return 1;
			j->where = IN_LIST;
			j->in_object = true;
			r->about.format = SHEET_JSON;
			s->p = in.p;
		} else {
			return 1;
		}
	}
	if (r->text.end && j->where == IN_LIST) {
		ERR(e, ERR_INPUT, "sheet.json",
		    "The list of rows is not closed: the file ends too early, at line %llu. Is it "
		    "whole?",
		    (unsigned long long)j->line);
		return -1;
	}
	return 0;
}

static int broken(struct sheet_reader *r, const struct json_scan *s, struct sheet_row *row,
		  struct err *e)
{
	struct json_rows *j = r->json;
	const char *why = s->why ? s->why : "more text";
	const char *from = r->text.p + r->text.at;
	uint64_t line = j->line;

	for (const char *p = from; p < s->p; p++)
		line += *p == '\n';
	if (j->where == IN_LIST) {
		ERR(e, ERR_INPUT, "sheet.json",
		    "Row %llu, line %llu: not valid JSON; %s was wanted here.",
		    (unsigned long long)r->records + 1, (unsigned long long)line, why);
		return -1;
	}
	row->line = j->line;
	row->number = r->records + 1;
	row_problem(r, row, SHEET_BROKEN, "not valid JSON, the line is left out; %s was wanted.",
		    why);
	j->any = j->skip_line = true;
	j->tried = 0;
	advance(r, from + 1);
	for (size_t i = 0; i < r->columns.n; i++)
		row_cells(r, r->columns.n)[i] = STR("");
	return row_finish(r, 0, row, e) ? 1 : -1;
}

/* To the next line that may begin an object: not indented, no closing bracket. */
static void skip_line(struct sheet_reader *r)
{
	const char *from = r->text.p + r->text.at, *end = r->text.p + r->text.n;
	const char *nl;

	while ((nl = memchr(from, '\n', (size_t)(end - from))) != NULL) {
		from = nl;
		if (nl + 1 == end)
			break;
		from = nl + 1;
		if (!strchr(" \t\r\n}],", *from)) {
			r->json->skip_line = false;
			break;
		}
	}
	advance(r, nl ? from : end);
}

/* The object at s, as a row; like json_rows_next(). */
static int take_row(struct sheet_reader *r, struct json_scan *s, struct sheet_row *row,
		    struct err *e)
{
	struct json_rows *j = r->json;
	enum json_scanned rc = SCAN_BAD;

	/* What came since is too little to be worth another look. */
	if (!r->text.end && j->tried && (size_t)(s->end - s->p) < j->tried + j->tried / 4)
		return 0;
	row_cells(r, r->columns.n);
	for (size_t i = 0; i < r->columns.n; i++)
		r->cell[i] = STR("");
	j->hint = 0;
	row->line = j->line;
	s->why = "an object in braces";
	if (*s->p == '{') {
		s->why = NULL;
		rc = object(r, s, 0, 0, e);
		if (rc == SCAN_BAD && !s->why)
			return -1;
	}
	if (rc == SCAN_MORE && !r->text.end) {
		j->tried = r->text.n - r->text.at;
		if (j->tried < LIMIT_SHEET_ROW)
			return 0;
		ERR(e, ERR_TOO_LARGE, "sheet.row",
		    "The row at line %llu is longer than %d bytes. Is it a list of objects?",
		    (unsigned long long)j->line, LIMIT_SHEET_ROW);
		return -1;
	}
	if (rc != SCAN_DONE)
		return broken(r, s, row, e);
	j->tried = 0;
	advance(r, s->p);
	return row_finish(r, r->columns.n, row, e) ? 1 : -1;
}

int json_rows_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e)
{
	struct sheet_row row = { 0 };
	struct json_scan s;
	int rc;

	if (!r->text.p)
		return 0;
	if (r->json->skip_line)
		skip_line(r);
	if (r->json->skip_line)
		return 0;
	s = (struct json_scan){ r->text.p + r->text.at, r->text.p + r->text.n, NULL };
	rc = to_row(r, &s, e);
	if (rc >= 0)
		advance(r, s.p);
	if (rc > 0)
		rc = take_row(r, &s, &row, e);
	if (rc > 0)
		*ret = row;
	return rc;
}
