/* Opening: what the file is, what its columns mean, and how its dates are to be read. */
#include "load/open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"

#define LIFE_ARENA  ((size_t)256 * 1024 * 1024)
#define BATCH_ARENA ((size_t)1024 * 1024 * 1024)
#define SAMPLE      500 /* rows that are looked at first */
#define WISHES      256

const char *load_outcome_text(enum load_outcome o)
{
	static const char *const texts[LOAD_OUTCOMES] = {
		[LOAD_NONE] = "none",       [LOAD_NEW] = "new",         [LOAD_KNOWN] = "known",
		[LOAD_CHANGED] = "changed", [LOAD_REFUSED] = "refused", [LOAD_IGNORED] = "ignored",
	};

	return texts[o];
}

/* ---- what the caller says of columns ---- */

bool load_map_split(struct str piece, struct str *ret_column, struct str *ret_field)
{
	size_t at = piece.n;

	while (at && piece.p[at - 1] != ':')
		at--;
	if (!at)
		return false;
	*ret_column = str_upto(piece, at - 1);
	*ret_field = str_from(piece, at);
	return true;
}

static bool read_wish(struct load *l, struct str piece, struct err *e)
{
	struct str column = STR(""), field = STR("");
	struct wish *w = &l->wishes[l->wish_count];
	bool split = load_map_split(piece, &column, &field);

	field = utf8_trim(field);
	w->name = utf8_trim(column);
	w->field = sheet_field_of(field);
	if (!split || !w->name.n || (w->field == SHEET_NO_FIELD && !str_eq_z(field, "ignore")))
		return ERR_FIELD(e, ERR_INPUT, "import.map", "map",
				 "\"" STR_FMT "\" is not COLUMN:FIELD; fields are firstName, "
				 "lastName, fullName, email, phone, country, company, title, "
				 "leadSource, actionCode, callToAction, offerId, offerTitle, "
				 "description, receivedAt, status, substatus, leadId, "
				 "doNotContact, ignore and the others of docs/import.md.",
				 STR_ARG(str_upto(piece, 80)));
	l->wish_count++;
	return true;
}

static bool read_wishes(struct load *l, struct err *e)
{
	struct str rest = str_of(l->o.map), piece;

	l->wishes = ARENA_ARRAY(l->arena, struct wish, WISHES);
	while (l->o.map && str_split(&rest, l->o.map_end ? l->o.map_end : ',', &piece)) {
		if (!piece.n)
			continue;
		if (l->wish_count == WISHES)
			return ERR_FIELD(e, ERR_INPUT, "import.map", "map",
					 "More than %d columns are mapped.", WISHES);
		if (!read_wish(l, piece, e))
			return false;
	}
	return true;
}

/* Whoever says what a column is means that it is no other, and that no other column is it. */
static void grant(struct load *l)
{
	for (size_t w = 0; w < l->wish_count; w++)
		for (size_t i = 0; i < l->columns; i++) {
			struct sheet_guess *g = &l->map.guess[i];

			if (!str_eq(l->name[i], l->wishes[w].name)) {
				g->second |= g->field == l->wishes[w].field;
				continue;
			}
			l->wishes[w].met = true;
			g->field = l->wishes[w].field;
			g->sure = SHEET_SURE;
			g->second = false;
			g->why = "said";
		}
}

void load_learn(struct load *l)
{
	size_t n = sheet_columns(l->sheet);

	if (n == l->columns && l->map.guess)
		return;
	if (n > l->column_room) {
		struct str *more = ARENA_ARRAY(l->arena, struct str, n * 2);

		if (l->columns)
			memcpy(more, l->name, l->columns * sizeof(*more));
		l->name = more;
		l->column_room = n * 2;
	}
	for (; l->columns < n; l->columns++) {
		struct str s = sheet_column(l->sheet, l->columns);

		l->name[l->columns] = (struct str){ str_dup(l->arena, s), s.n };
	}
	sheet_map(l->arena, l->name, l->columns, &l->map);
	grant(l);
}

static bool check_wishes(const struct load *l, struct err *e)
{
	for (size_t i = 0; i < l->wish_count; i++)
		if (!l->wishes[i].met)
			return ERR_FIELD(e, ERR_INPUT, "import.map", "map",
					 "There is no column \"" STR_FMT "\".",
					 STR_ARG(str_upto(l->wishes[i].name, 80)));
	return true;
}

/* ---- the first rows ---- */

/* How 01/02/2026 is to be read: as the first date of the file that can only be read one way. */
static bool sample(struct load *l, struct err *e)
{
	struct sheet_row row;
	bool known = false;
	int got = 1;

	for (int i = 0; i < SAMPLE; i++) {
		got = sheet_next(l->sheet, &row, e);
		if (got <= 0)
			break;
		load_learn(l);
		for (size_t c = 0; c < row.n && c < l->map.n && !known; c++)
			known = l->map.guess[c].field == SHEET_RECEIVED_AT &&
				when_tells_order(row.cell[c], &l->order);
	}
	if (got >= 0 && !l->map.guess)
		load_learn(l); /* a header without rows */
	return got >= 0 && check_wishes(l, e);
}

static bool look(struct load *l, struct err *e)
{
	struct stat st;

	if (stat(l->path, &st) != 0)
		return ERR(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_INPUT, "import.file", "%s: %s.",
			   l->path, strerror(errno));
	l->size = (uint64_t)st.st_size;
	if (l->o.bytes && st.st_size != l->o.bytes)
		return ERR(e, ERR_INPUT, "import.file-short",
			   "%lld of the file's %lld bytes are here: remove the import, and send "
			   "the file again.",
			   (long long)st.st_size, (long long)l->o.bytes);
	if (!sheet_open(l->path, &l->o.sheet, &l->sheet, e) || !sample(l, e))
		return false;
	sheet_close(l->sheet);
	l->sheet = NULL;
	l->columns = 0;
	l->map = (struct sheet_map){ 0 };
	return sheet_open(l->path, &l->o.sheet, &l->sheet, e);
}

static bool check_offer(struct load *l, struct err *e)
{
	if (!*l->o.offer || offers_has(l->offers, l->o.offer))
		return true;
	return ERR_FIELD(e, ERR_NOT_FOUND, "offer.unknown", "offer", "There is no offer %s.%s.",
			 l->o.publisher, l->o.offer);
}

static struct load_options copy(struct arena *a, const struct load_options *o)
{
	struct load_options c = *o;

	c.row = NULL;
	c.publisher = arena_strdup(a, o->publisher);
	c.offer = arena_strdup(a, o->offer ? o->offer : "");
	c.map = o->map ? arena_strdup(a, o->map) : NULL;
	c.name = arena_strdup(a, o->name);
	c.actor = arena_strdup(a, o->actor);
	c.sheet.encoding = o->sheet.encoding ? arena_strdup(a, o->sheet.encoding) : NULL;
	c.sheet.tab = o->sheet.tab ? arena_strdup(a, o->sheet.tab) : NULL;
	return c;
}

/* What its row says of it; a dry run counts from the start. */
static void take_row(struct load *l, const struct load_get_row *r)
{
	l->id = r->load_id;
	l->sent = true;
	if (l->o.dry || !strcmp(r->state, "ready") || !strcmp(r->state, "checked"))
		return;
	l->begun = true;
	l->ended = !strcmp(r->state, "placing");
	l->started = r->started_at;
	l->skip = r->rows_read;
	l->counts = (struct load_counts){
		.rows = r->rows_read,
		.by = { [LOAD_NEW] = r->rows_new,
			[LOAD_KNOWN] = r->rows_known,
			[LOAD_CHANGED] = r->rows_changed,
			[LOAD_REFUSED] = r->rows_refused,
			[LOAD_IGNORED] = r->rows_ignored },
		.tests = r->rows_test,
		.archived = r->pc_archived,
		.archives = r->pc_archives,
		.expired = r->pc_expired,
		.expires = r->pc_expires,
		.bytes = r->read_bytes,
	};
}

bool load_open(struct sql_db *db, const char *path, const struct load_options *o, int64_t now_ms,
	       struct load **ret, struct err *e)
{
	struct load *l = calloc(1, sizeof(*l));

	MUST(l != NULL);
	l->db = db;
	l->arena = arena_new("import", LIFE_ARENA);
	l->batch = arena_new("import batch", BATCH_ARENA);
	l->o = copy(l->arena, o);
	l->path = arena_strdup(l->arena, path);
	l->id = id_new(now_ms);
	l->started = now_ms;
	if (o->row)
		take_row(l, o->row);
	if (o->dry)
		l->seen = seen_new();
	if (read_wishes(l, e) && offers_load(db, l->arena, l->o.publisher, &l->offers, e) &&
	    check_offer(l, e) && look(l, e)) {
		*ret = l;
		return true;
	}
	load_close(l);
	return false;
}

void load_close(struct load *l)
{
	if (!l)
		return;
	sheet_close(l->sheet);
	seen_free(l->seen);
	arena_free(l->batch);
	arena_free(l->arena);
	free(l);
}

/* ---- looking at it ---- */

const struct sheet_about *load_about(const struct load *l)
{
	return sheet_about(l->sheet);
}

const struct sheet_map *load_map(const struct load *l)
{
	return &l->map;
}

size_t load_columns(const struct load *l)
{
	return l->columns;
}

struct str load_column(const struct load *l, size_t i)
{
	return l->name[i];
}

uint64_t load_size(const struct load *l)
{
	return l->size;
}

struct id load_id(const struct load *l)
{
	return l->id;
}

bool load_was_read(const struct load *l)
{
	return l->ended;
}

const struct load_counts *load_counts(const struct load *l)
{
	return &l->counts;
}

void load_tell(struct load *l, void (*fn)(void *ctx, const struct load_row *row), void *ctx)
{
	l->tell = fn;
	l->tell_ctx = ctx;
}

static void put_column(struct json_out *o, struct str name, const struct sheet_guess *g)
{
	static const char *const sure[] = { [SHEET_LEFT_OVER] = "none",
					    [SHEET_GUESS] = "guess",
					    [SHEET_LIKELY] = "likely",
					    [SHEET_SURE] = "sure" };

	json_obj(o, NULL);
	json_put_str(o, "name", name);
	json_put_z(o, "field", g->field == SHEET_NO_FIELD ? NULL : sheet_field_text(g->field));
	json_put_z(o, "confidence", sure[g->sure]);
	json_put_bool(o, "second", g->second);
	json_put_z(o, "why", g->why);
	json_end_obj(o);
}

const char *load_about_json(const struct load *l, struct arena *a)
{
	const struct sheet_about *about = sheet_about(l->sheet);
	const char delimiter[2] = { about->delimiter, 0 };
	AUTO_BUF b = buf_new(LIMIT_SHEET_ROW * 4);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_z(&o, "format", sheet_format_text(about->format));
	json_put_z(&o, "delimiter", *delimiter ? delimiter : NULL);
	json_put_z(&o, "encoding", about->encoding);
	json_put_bool(&o, "encodingSure", about->encoding_sure);
	json_put_z(&o, "tab", about->tab);
	json_put_z(&o, "dialect", l->map.dialect && *l->map.dialect ? l->map.dialect : NULL);
	json_put_z(&o, "language", l->map.language);
	json_list(&o, "columns");
	for (size_t i = 0; i < l->map.n; i++)
		put_column(&o, l->name[i], &l->map.guess[i]);
	json_end_list(&o);
	json_end_obj(&o);
	return buf_ok(&b) ? arena_strndup(a, b.p, b.n) : "{}";
}
