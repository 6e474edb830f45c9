/* Templates, and the lines of the setting: dest/map.h has the language. */
#include <ctype.h>
#include "base/arena.h"
#include "base/utf8.h"
#include "dest/map_parts.h"
#include "dest/rows.h"

#define VALUE_MAX   DEST_VALUE_MAX
#define PEER_NAME   100 /* characters of a peer's field */
#define PIECE_ARENA (64 * 1024 * 1024)

/* ---- templates ---- */

static bool is_literal(struct str s)
{
	return s.n >= 2 && s.p[0] == '\'' && s.p[s.n - 1] == '\'';
}

static bool is_known(struct str choice)
{
	return is_literal(choice) || map_lead_knows(choice);
}

/* "a|b|'x'": the first that is not empty. */
static struct str choose(const struct dest_call *c, struct str choices)
{
	struct str one, text;

	while (str_split(&choices, '|', &one)) {
		one = str_trim(one);
		if (is_literal(one))
			return str_upto(str_from(one, 1), one.n - 2);
		text = map_lead_text(c, one);
		if (text.n)
			return text;
	}
	return STR("");
}

/*
 * Walks a template: text pieces and choices in turn. False at its end; *ret_open when a brace is
 * never closed.
 */
static bool next_piece(struct str *rest, struct str *ret, bool *ret_choice, bool *ret_open)
{
	size_t at;

	*ret_choice = false;
	if (!rest->n)
		return false;
	if (rest->p[0] == '{' && (rest->n == 1 || rest->p[1] != '{')) {
		at = str_find(*rest, '}');
		*ret_open = at == rest->n;
		*ret_choice = true;
		*ret = str_upto(str_from(*rest, 1), at - 1);
		*rest = str_from(*rest, at + 1);
		return true;
	}
	at = rest->p[0] == '{' ? 2 : 0; /* "{{" */
	at += str_find(str_from(*rest, at), '{');
	*ret = str_upto(*rest, at);
	if (ret->p[0] == '{')
		*ret = str_from(*ret, 1);
	*rest = str_from(*rest, at);
	return true;
}

static const char ellipsis[] = "…";

/* As much as there is room for; false: not all. */
static bool append(struct buf *b, struct str text)
{
	if (text.n <= VALUE_MAX - b->n) {
		buf_str(b, text);
		return true;
	}
	struct str begun = utf8_cut(text, VALUE_MAX - b->n);
	buf_str(b, begun);
	begun = utf8_cut(buf_view(b), VALUE_MAX - strlen(ellipsis));
	b->n = begun.n;
	buf_z(b, ellipsis);
	return false;
}

/* Pieces live in an arena of their own, one at a time: a line may name the longest field a hundred
 * times, and the caller's arena is to hold the value alone. */
struct str map_expand(const struct dest_call *c, struct str template, bool *ret_cut)
{
	AUTO_BUF b = buf_new(VALUE_MAX);
	struct dest_call piecewise = *c;
	struct str piece;
	bool choice, open = false;

	*ret_cut = false;
	piecewise.arena = arena_new("mapping", PIECE_ARENA);
	while (!*ret_cut && next_piece(&template, &piece, &choice, &open)) {
		*ret_cut = !append(&b, choice ? choose(&piecewise, piece) : piece);
		arena_reset(piecewise.arena);
	}
	arena_free(piecewise.arena);
	return (struct str){ arena_strndup(c->arena, buf_view(&b).p, b.n), b.n };
}

/* ---- lines of the setting ---- */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("_@.-", s.p[i]))
			return false;
	return s.n && s.n <= PEER_NAME;
}

static const char *const types[] = {
	[DEST_TEXT] = "text", [DEST_INT] = "int", [DEST_BOOL] = "bool"
};

const char *dest_type_text(enum dest_type t)
{
	return types[t];
}

static bool type_of(struct str name, enum dest_type *ret)
{
	for (size_t i = 0; i < LL_COUNT(types); i++)
		if (str_eq_z(name, types[i])) {
			*ret = (enum dest_type)i;
			return true;
		}
	return false;
}

/* "name[:type] = template"; false: it is none. */
static bool read_line(struct str line, struct map_line *ret)
{
	size_t equals = str_find(line, '=');
	struct str name = str_trim(str_upto(line, equals));
	size_t colon = str_find(name, ':');

	*ret = (struct map_line){ .to = str_trim(str_upto(name, colon)),
				  .from = str_trim(str_from(line, equals + 1)),
				  .typed = colon < name.n };
	if (equals == line.n || !is_name(ret->to))
		return false;
	return !ret->typed || type_of(str_trim(str_from(name, colon + 1)), &ret->type);
}

bool map_next_line(struct str *rest, struct map_line *ret)
{
	struct str line;

	while (str_split(rest, '\n', &line))
		if (str_trim(line).n && read_line(line, ret))
			return true;
	return false;
}

static void problem(struct field_problems *p, struct str line, const char *why)
{
	ERR_FIELD(dest_problem(p), ERR_INPUT, "mapping.line", "mapping",
		  "mapping: \"" STR_FMT "\": %s", STR_ARG(utf8_cut(line, 80)), why);
}

static void check_template(struct str line, struct str template, struct field_problems *p)
{
	struct str piece, one;
	bool choice, open = false;

	while (next_piece(&template, &piece, &choice, &open)) {
		if (open) {
			problem(p, line, "a \"{\" is not closed; \"{{\" is the character itself.");
			return;
		}
		while (choice && str_split(&piece, '|', &one))
			if (!is_known(str_trim(one)))
				problem(p, line,
					"there is no such field of a lead; GET /destination-kinds "
					"lists them as leadFields.");
	}
}

bool dest_map_check(const char *own, struct field_problems *p)
{
	struct str rest = str_of(own), line;
	size_t before = p->n, n = 0;
	struct map_line o;

	while (str_split(&rest, '\n', &line)) {
		if (!str_trim(line).n)
			continue;
		if (!read_line(line, &o))
			problem(p, line,
				"a line is \"Field = template\" or \"Field:int = template\"; types "
				"are text, int and bool.");
		else
			check_template(line, o.from, p);
		n++;
	}
	if (n > DEST_MAP_VALUES / 2)
		problem(p, STR(""), "there may be 60 lines at most.");
	return p->n == before;
}

bool map_writes(const char *mapping, const char *field)
{
	struct str rest = str_of(mapping);
	struct map_line line;

	while (map_next_line(&rest, &line))
		if (str_ieq_z(line.to, field) && line.from.n)
			return true;
	return false;
}
