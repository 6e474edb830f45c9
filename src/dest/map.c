/* From rows to values: dest/map.h has the language. */
#include <stdio.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "dest/map_parts.h"

#define TOTAL_MAX (1024 * 1024) /* bytes of all values: no peer takes more at once */

struct str dest_fit(struct arena *a, struct str s, size_t max, bool *ret_cut)
{
	size_t units = 0, bytes = 0, n;
	uint32_t cp;

	*ret_cut = max && s.n > max && utf8_units16(s) > max;
	if (!*ret_cut)
		return s;
	while ((n = utf8_next(str_from(s, bytes), &cp)) &&
	       units + (cp > 0xffff ? 2 : 1) <= max - 1) {
		units += cp > 0xffff ? 2 : 1;
		bytes += n;
	}
	return str_of(arena_printf(a, STR_FMT "…", STR_ARG(str_upto(s, bytes))));
}

void dest_note_cut(struct dest_cuts *cuts, const char *name)
{
	size_t n = cuts ? strlen(cuts->names) : 0;

	if (cuts)
		snprintf(cuts->names + n, sizeof(cuts->names) - n, "%s%s", n ? ", " : "", name);
}

struct mapping {
	const struct dest_call *c;
	struct dest_value *v;
	const struct dest_map_row **row; /* of each value; NULL: an own one */
	size_t n;
	size_t bytes; /* of all values, before they are cut */
	struct dest_cuts cuts;
	struct buf in_full; /* what was cut, for the notes */
};

static bool fits_type(struct str text, enum dest_type type)
{
	int64_t n;

	return type == DEST_TEXT || (type == DEST_INT && str_int(text, &n)) ||
	       (type == DEST_BOOL && (str_eq_z(text, "true") || str_eq_z(text, "false")));
}

static bool add(struct mapping *m, const struct dest_map_row *row, struct err *e)
{
	static const char *const wants[] = {
		[DEST_INT] = "a whole number", [DEST_BOOL] = "true or false"
	};
	bool ended, cut;
	struct str whole = map_expand(m->c, str_of(row->from), &ended), text;

	if (!whole.n || m->n == DEST_MAP_VALUES)
		return true;
	m->bytes += whole.n;
	if (m->bytes > TOTAL_MAX)
		return ERR_FIELD(e, ERR_INPUT, "too-large", "mapping",
				 "The mapping makes more than %d bytes of this lead.", TOTAL_MAX);
	if (!fits_type(whole, row->type))
		return ERR_FIELD(e, ERR_INPUT, "mapping.type", "mapping",
				 "%s wants %s, and the mapping makes \"" STR_FMT "\" of this lead.",
				 row->to, wants[row->type], STR_ARG(utf8_cut(whole, 60)));
	text = dest_fit(m->c->arena, whole, (size_t)row->max, &cut);
	if ((cut || ended) && row->over == DEST_REFUSE)
		return ERR_FIELD(e, ERR_INPUT, "too-long", row->to,
				 "%s may have %d characters, and addresses are never cut.", row->to,
				 row->max ? row->max : DEST_VALUE_MAX);
	if (cut || ended)
		dest_note_cut(&m->cuts, row->to);
	if (cut && !row->notes)
		buf_printf(&m->in_full, "\n%s: " STR_FMT, row->to, STR_ARG(whole));
	m->row[m->n] = row;
	m->v[m->n++] = (struct dest_value){ row->to, text, row->type };
	return true;
}

/* The default row with what the settings say instead. */
static const struct dest_map_row *with_own(const struct dest_call *c,
					   const struct dest_map_row *row, const char *own)
{
	struct str rest = str_of(own);
	struct dest_map_row *mine = NULL;
	struct map_line o;

	while (map_next_line(&rest, &o)) {
		if (!str_ieq_z(o.to, row->to)) /* some peers do not tell case */
			continue;
		mine = arena_alloc(c->arena, sizeof(*mine));
		*mine = *row;
		mine->from = str_dup(c->arena, o.from);
		if (o.typed)
			mine->type = o.type;
	}
	return mine ? mine : row;
}

static bool is_default(const struct dest_map_row *rows, struct str to)
{
	for (; rows->to; rows++)
		if (str_ieq_z(to, rows->to))
			return true;
	return false;
}

/* Of two lines for one field the last counts. */
static bool is_last(struct str rest, struct str to)
{
	struct map_line later;

	while (map_next_line(&rest, &later))
		if (str_ieq(later.to, to))
			return false;
	return true;
}

static bool add_own(struct mapping *m, const struct dest_map_row *rows, const char *own,
		    struct err *e)
{
	struct str rest = str_of(own);
	struct map_line o;

	while (map_next_line(&rest, &o)) {
		struct dest_map_row *row;

		if (is_default(rows, o.to) || !is_last(rest, o.to))
			continue;
		row = arena_alloc(m->c->arena, sizeof(*row));
		*row = (struct dest_map_row){ .to = str_dup(m->c->arena, o.to),
					      .from = str_dup(m->c->arena, o.from),
					      .type = o.type };
		if (!add(m, row, e))
			return false;
	}
	return true;
}

static void append_in_full(struct mapping *m)
{
	for (size_t i = 0; m->in_full.n && i < m->n; i++) {
		struct dest_value *v = &m->v[i];
		bool cut;

		if (!m->row[i]->notes)
			continue;
		v->text =
			dest_fit(m->c->arena,
				 str_of(arena_printf(m->c->arena, STR_FMT STR_FMT, STR_ARG(v->text),
						     STR_ARG(buf_view(&m->in_full)))),
				 (size_t)m->row[i]->max, &cut);
		return;
	}
}

static bool map_rows(struct mapping *m, const struct dest_map_row *rows, struct err *e)
{
	const char *own = dest_settings_common(m->c->settings)->mapping;

	for (const struct dest_map_row *row = rows; row->to; row++)
		if (!add(m, with_own(m->c, row, own), e))
			return false;
	return add_own(m, rows, own, e);
}

bool dest_map(const struct dest_call *c, const struct dest_map_row *rows,
	      const struct dest_value **ret, size_t *ret_n, struct err *e)
{
	struct mapping m = {
		.c = c,
		.v = ARENA_ARRAY(c->arena, struct dest_value, DEST_MAP_VALUES),
		.row = ARENA_ARRAY(c->arena, const struct dest_map_row *, DEST_MAP_VALUES),
		.in_full = buf_new(2 * TOTAL_MAX),
	};
	bool ok = map_rows(&m, rows, e);

	append_in_full(&m);
	buf_free(&m.in_full);
	if (!ok)
		return false;
	if (c->cuts)
		*c->cuts = m.cuts;
	*ret = m.v;
	*ret_n = m.n;
	return true;
}

struct str dest_value_of(const struct dest_value *v, size_t n, const char *to)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].to, to) == 0)
			return v[i].text;
	return STR("");
}

void dest_put_values(struct json_out *o, const struct dest_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t number = 0;

		if (v[i].type == DEST_TEXT)
			json_put_str(o, v[i].to, v[i].text);
		else if (v[i].type == DEST_BOOL)
			json_put_bool(o, v[i].to, str_eq_z(v[i].text, "true"));
		else if (str_int(v[i].text, &number))
			json_put_int(o, v[i].to, number);
	}
}
