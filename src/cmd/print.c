/* The answer on standard output: JSON, or the same for people. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "base/json.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

#define OUT_MAX      (64 * 1024 * 1024)
#define COLUMNS_MAX  16
#define INDENT       2
#define TIME_TEXT    24 /* "2026-11-21T10:00:00.000Z" */
#define TIME_SECONDS 19

/* Columns that a text takes on a terminal; Korean and Chinese take two each. */
static unsigned width(struct str s)
{
	unsigned n = 0;
	uint32_t cp;

	while (s.n) {
		int w;

		s = str_from(s, utf8_next(s, &cp));
		w = wcwidth((wchar_t)cp);
		n += w > 0 ? (unsigned)w : 0;
	}
	return n;
}

/* What came from outside must not drive the terminal: control characters become blanks. */
static struct str harmless(struct arena *a, struct str s)
{
	char *out = arena_strndup(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)out[i] < ' ' || out[i] == 0x7F)
			out[i] = ' ';
	/* The C1 range U+0080 … U+009F is two bytes in UTF-8. */
	for (size_t i = 0; i + 1 < s.n; i++)
		if ((unsigned char)out[i] == 0xC2 && (unsigned char)out[i + 1] < 0xA0)
			out[i] = out[i + 1] = ' ';
	return (struct str){ out, s.n };
}

static bool is_time(struct str s)
{
	return s.n == TIME_TEXT && s.p[4] == '-' && s.p[10] == 'T' && s.p[TIME_TEXT - 1] == 'Z';
}

static struct str scalar(struct arena *a, const struct json *j)
{
	struct str s = json_scalar(a, j);

	if (json_kind(j) == JSON_BOOL)
		return json_is_true(j) ? STR("yes") : STR("no");
	if (is_time(s)) {
		char *text = arena_strndup(a, s.p, TIME_SECONDS);

		text[10] = ' ';
		return str_of(text);
	}
	return harmless(a, s);
}

static struct str cell(struct arena *a, const struct json *j, const char *path)
{
	struct str rest = str_of(path), part;
	AUTO_BUF list = buf_new(4096);

	while (str_split(&rest, '.', &part))
		j = json_kind(j) == JSON_OBJ ? json_get(j, str_dup(a, part)) : NULL;
	if (json_kind(j) != JSON_LIST)
		return scalar(a, j);
	for (size_t i = 0; i < json_count(j); i++) {
		buf_z(&list, i ? ", " : "");
		buf_str(&list, scalar(a, json_at(j, i)));
	}
	return str_of(str_dup(a, buf_view(&list)));
}

static struct str fit(struct arena *a, struct str s, unsigned max)
{
	struct str left = s;
	unsigned n = 0;
	uint32_t cp;

	if (!max || width(s) <= max)
		return s;
	while (left.n) {
		size_t step = utf8_next(left, &cp);
		int w = wcwidth((wchar_t)cp);

		if (n + (unsigned)(w > 0 ? w : 0) > max - 1)
			break;
		n += (unsigned)(w > 0 ? w : 0);
		left = str_from(left, step);
	}
	return str_of(arena_printf(a, STR_FMT "…", STR_ARG(str_upto(s, s.n - left.n))));
}

static void print_row(const struct str *cells, const unsigned *widths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned pad = i + 1 < n ? widths[i] - width(cells[i]) + 2 : 0;

		printf(STR_FMT "%*s", STR_ARG(cells[i]), (int)pad, "");
	}
	putchar('\n');
}

static void print_table(struct cmd *c, const struct json *items, const struct cmd_column *columns)
{
	size_t rows = json_count(items), n = 0;
	unsigned widths[COLUMNS_MAX] = { 0 };
	struct str *cells;

	while (columns[n].title)
		n++;
	MUST(n <= COLUMNS_MAX);
	cells = ARENA_ARRAY(c->arena, struct str, (rows + 1) * n);
	for (size_t i = 0; i <= rows; i++) {
		for (size_t k = 0; k < n; k++) {
			struct str s = i ? cell(c->arena, json_at(items, i - 1), columns[k].path)
					 : str_of(columns[k].title);
			unsigned w;

			cells[i * n + k] = s = fit(c->arena, s, columns[k].max);
			w = width(s);
			if (w > widths[k])
				widths[k] = w;
		}
	}
	for (size_t i = 0; i <= rows; i++)
		print_row(&cells[i * n], widths, n);
}

static bool print_json(struct str json, struct err *e)
{
	if (fwrite(json.p, 1, json.n, stdout) != json.n || putchar('\n') == EOF)
		return ERR(e, ERR_STORE, "cmd.output", "standard output could not be written.");
	return true;
}

bool cmd_print_list(struct cmd *c, struct str json, const struct cmd_column *columns, struct err *e)
{
	AUTO_JSON j = NULL;
	const struct json *items;

	if (c->json)
		return print_json(json, e);
	if (!json_parse(json, &j, e))
		return false;
	items = json_kind(j) == JSON_LIST ? j : json_get(j, "items");
	if (!json_count(items))
		cmd_note("Nothing to list.");
	else
		print_table(c, items, columns);
	if (json_kind(j) == JSON_OBJ && json_kind(json_get(j, "next")) == JSON_STR)
		cmd_note("There is more: --after " STR_FMT, STR_ARG(json_str(json_get(j, "next"))));
	return true;
}

static bool is_deep(const struct json *j)
{
	return (json_kind(j) == JSON_OBJ && json_count(j)) ||
	       (json_kind(j) == JSON_LIST && json_count(j) &&
		(json_kind(json_at(j, 0)) == JSON_OBJ || json_kind(json_at(j, 0)) == JSON_LIST));
}

static void print_value(struct cmd *c, const struct json *j, int indent);

static void print_members(struct cmd *c, const struct json *j, int indent, bool first_inline)
{
	struct json_walk w = { 0 };

	while (json_next(j, &w)) {
		printf("%*s" STR_FMT ":", first_inline ? 0 : indent, "", STR_ARG(w.name));
		first_inline = false;
		if (is_deep(w.value)) {
			putchar('\n');
			print_value(c, w.value, indent + INDENT);
		} else {
			struct str s = cell(c->arena, j, str_dup(c->arena, w.name));

			printf("%s" STR_FMT "\n", s.n ? " " : "", STR_ARG(s));
		}
	}
}

static void print_value(struct cmd *c, const struct json *j, int indent)
{
	if (json_kind(j) == JSON_OBJ) {
		print_members(c, j, indent, false);
		return;
	}
	for (size_t i = 0; i < json_count(j); i++) {
		const struct json *one = json_at(j, i);

		printf("%*s- ", indent, "");
		if (json_kind(one) == JSON_OBJ && json_count(one))
			print_members(c, one, indent + INDENT, true);
		else
			printf(STR_FMT "\n", STR_ARG(scalar(c->arena, one)));
	}
}

bool cmd_print_one(struct cmd *c, struct str json, struct err *e)
{
	AUTO_JSON j = NULL;

	if (c->json)
		return print_json(json, e);
	if (!json_parse(json, &j, e))
		return false;
	print_value(c, j, 0);
	return true;
}
