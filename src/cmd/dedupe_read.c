#include "cmd/dedupe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "understand/understand.h"

#define COLUMNS   256               /* that are looked at */
#define RECORD    ((size_t)1 << 20) /* bytes of one record */
#define NO_FIELD  (-1)
#define ID_COLUMN (-2)
#define NESTED    (-3)

struct column {
	struct str name;
	int field; /* enum identity_field, or one of the above */
};
struct dedupe_list {
	FILE *file;
	int64_t size;
	bool is_json;
	char delimiter;
	struct arena *arena; /* of columns and ids */
	struct column map[COLUMNS];
	size_t maps;
	struct str id_name;
	struct column column[COLUMNS]; /* CSV: by place. JSON: known keys */
	size_t columns;
	struct buf record;
	struct str *id;
	size_t ids, room, line;
};

/* What lists hold beside a lead's own fields; folded by fold_key(). */
static const struct {
	const char *text;
	enum identity_field field;
} headers[] = {
	{ "address", IDENTITY_ADDRESS },
	{ "address1", IDENTITY_ADDRESS },
	{ "address2", IDENTITY_ADDRESS },
	{ "birthdate", IDENTITY_DATE },
	{ "birthday", IDENTITY_DATE },
	{ "city", IDENTITY_CITY },
	{ "county", IDENTITY_REGION },
	{ "dateofbirth", IDENTITY_DATE },
	{ "dob", IDENTITY_DATE },
	{ "firmenname", IDENTITY_COMPANY },
	{ "place", IDENTITY_CITY },
	{ "postalcode", IDENTITY_POSTCODE },
	{ "postcode", IDENTITY_POSTCODE },
	{ "province", IDENTITY_REGION },
	{ "region", IDENTITY_REGION },
	{ "socsecid", IDENTITY_CODE },
	{ "ssn", IDENTITY_CODE },
	{ "state", IDENTITY_REGION },
	{ "street", IDENTITY_ADDRESS },
	{ "streetaddress", IDENTITY_ADDRESS },
	{ "streetnumber", IDENTITY_ADDRESS },
	{ "suburb", IDENTITY_CITY },
	{ "taxid", IDENTITY_CODE },
	{ "town", IDENTITY_CITY },
	{ "vatid", IDENTITY_CODE },
	{ "zip", IDENTITY_POSTCODE },
	{ "zipcode", IDENTITY_POSTCODE },
};
static const int label_fields[] = {
	[LABEL_FIRST_NAME] = IDENTITY_FIRST, [LABEL_LAST_NAME] = IDENTITY_LAST,
	[LABEL_EMAIL] = IDENTITY_EMAIL,      [LABEL_PHONE] = IDENTITY_PHONE,
	[LABEL_COUNTRY] = IDENTITY_COUNTRY,  [LABEL_COMPANY] = IDENTITY_COMPANY,
	[LABEL_TITLE] = IDENTITY_TITLE,      [LABEL_FULL_NAME] = IDENTITY_FULL,
};

static int field_by_header(struct dedupe_list *l, struct str name)
{
	enum label label = label_of(l->arena, name)->label;
	struct str key;

	if (label < LL_COUNT(label_fields))
		return label_fields[label];
	if (label == LABEL_CONTACT)
		return NESTED;
	key = fold_key(l->arena, name);
	for (size_t i = 0; i < LL_COUNT(headers); i++)
		if (str_eq_z(key, headers[i].text))
			return headers[i].field;
	return NO_FIELD;
}

static int field_of(struct dedupe_list *l, struct str name)
{
	if (l->id_name.n && str_eq(l->id_name, name))
		return ID_COLUMN;
	for (size_t i = 0; i < l->maps; i++)
		if (str_eq(l->map[i].name, name))
			return l->map[i].field;
	return field_by_header(l, name);
}

static void add_column(struct dedupe_list *l, struct str name)
{
	if (l->columns < COLUMNS)
		l->column[l->columns++] =
			(struct column){ { str_dup(l->arena, name), name.n }, field_of(l, name) };
}

static bool read_map(struct dedupe_list *l, const char *text, struct err *e)
{
	struct str rest = str_of(text), piece;

	while (text && str_split(&rest, ',', &piece)) {
		size_t at = piece.n;
		enum identity_field field = IDENTITY_FIELDS;
		struct str type;

		while (at && piece.p[at - 1] != ':')
			at--;
		type = str_trim(str_from(piece, at));
		if (!at || l->maps == COLUMNS ||
		    (!str_eq_z(type, "ignore") && !identity_field_of(type, &field)))
			return cmd_usage(
				e,
				"--map: \"" STR_FMT "\" is not COLUMN:TYPE; types are first, last, "
				"full, email, phone, country, company, title, address, city, "
				"region, postcode, date, code, text, ignore.",
				STR_ARG(piece));
		l->map[l->maps++] =
			(struct column){ utf8_trim(str_upto(piece, at - 1)),
					 field == IDENTITY_FIELDS ? NO_FIELD : (int)field };
	}
	return true;
}

/* A value's place in the record. Of parts of an address, texts and codes, all; else the first. */
static void put(struct arena *a, struct identity_record *r, int field, struct str value)
{
	struct str *to;

	value = utf8_trim(value);
	if (field < 0 || !value.n)
		return;
	to = &r->value[field];
	if (!to->n)
		*to = (struct str){ str_dup(a, value), value.n };
	else if (field == IDENTITY_ADDRESS || field == IDENTITY_TEXT || field == IDENTITY_CODE)
		*to = str_of(arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(*to), STR_ARG(value)));
}

static void keep_id(struct dedupe_list *l, struct str value)
{
	value = utf8_trim(value);
	if (l->ids == l->room) {
		l->room = l->room ? l->room * 2 : 4096;
		l->id = realloc(l->id, l->room * sizeof(*l->id));
		MUST(l->id);
	}
	l->id[l->ids++] = (struct str){ str_dup(l->arena, value), value.n };
}

/* One record of CSV, quotes and line ends inside them as they are; false at the end. */
static bool read_row(struct dedupe_list *l)
{
	bool quoted = false, any = false;
	int c;

	buf_clear(&l->record);
	while ((c = getc_unlocked(l->file)) != EOF) {
		any = true;
		if (c == '"')
			quoted = !quoted;
		if (c == '\n' && !quoted)
			break;
		buf_byte(&l->record, (char)c);
	}
	while (l->record.n && l->record.p[l->record.n - 1] == '\r')
		l->record.n--;
	return any;
}

/* The next cell; quotes are undone in place. False after the last. */
static bool next_cell(struct dedupe_list *l, size_t *at, struct str *ret)
{
	char *p = l->record.p;
	size_t from = *at, to = from, i = from;
	bool quoted = false;

	if (from > l->record.n)
		return false;
	for (; i < l->record.n && (quoted || p[i] != l->delimiter); i++) {
		if (p[i] == '"' && quoted && i + 1 < l->record.n && p[i + 1] == '"')
			p[to++] = p[i++];
		else if (p[i] == '"')
			quoted = !quoted;
		else
			p[to++] = p[i];
	}
	*ret = utf8_trim((struct str){ p + from, to - from });
	*at = i + 1;
	return true;
}

static bool read_header(struct dedupe_list *l, struct err *e)
{
	static const char delimiters[] = ",;\t|";
	size_t most = 0, at = 0;
	struct str cell;

	if (!read_row(l))
		return ERR(e, ERR_INPUT, "dedupe.empty", "The list is empty.");
	for (const char *d = delimiters; *d; d++) {
		size_t n = 0;

		for (size_t i = 0; i < l->record.n; i++)
			n += l->record.p[i] == *d;
		if (n > most) {
			most = n;
			l->delimiter = *d;
		}
	}
	while (next_cell(l, &at, &cell))
		add_column(l, cell);
	for (size_t i = 0; i < l->maps; i++) {
		size_t k = 0;

		while (k < l->columns && !str_eq(l->column[k].name, l->map[i].name))
			k++;
		if (k == l->columns)
			return cmd_usage(e, "--map: there is no column \"" STR_FMT "\".",
					 STR_ARG(l->map[i].name));
	}
	for (size_t i = 0; i < l->columns; i++)
		if (l->column[i].field == ID_COLUMN)
			return true;
	return !l->id_name.n ||
	       cmd_usage(e, "--id: there is no column \"" STR_FMT "\".", STR_ARG(l->id_name));
}

static void take_row(struct dedupe_list *l, struct arena *a, struct identity_record *out)
{
	struct str cell, id = STR("");
	size_t at = 0;

	for (size_t i = 0; next_cell(l, &at, &cell) && i < l->columns; i++) {
		if (l->column[i].field == ID_COLUMN)
			id = cell;
		put(a, out, l->column[i].field, cell);
	}
	if (l->id_name.n)
		keep_id(l, id);
}

static int key_field(struct dedupe_list *l, struct str name)
{
	for (size_t i = 0; i < l->columns; i++)
		if (str_eq(l->column[i].name, name))
			return l->column[i].field;
	if (l->columns == COLUMNS)
		return NO_FIELD;
	add_column(l, utf8_trim(name));
	l->column[l->columns - 1].name = (struct str){ str_dup(l->arena, name), name.n };
	return l->column[l->columns - 1].field;
}

static void take_object(struct dedupe_list *l, struct arena *a, const struct json *object,
			struct identity_record *out, struct str *id)
{
	struct json_walk w = { 0 };

	while (json_next(object, &w)) {
		int field = key_field(l, w.name);

		if (json_kind(w.value) == JSON_OBJ) {
			if (field == NESTED)
				take_object(l, a, w.value, out, id);
			continue;
		}
		if (field == ID_COLUMN)
			*id = json_scalar(a, w.value);
		else if (field >= 0)
			put(a, out, field, json_scalar(a, w.value));
	}
}

/*
 * One JSON value a line; or one list of them over many lines, whose elements are told apart by
 * their brackets. False at the end.
 */
static bool read_value(struct dedupe_list *l)
{
	bool quoted = false, escaped = false;
	int depth = 0, c;

	buf_clear(&l->record);
	while ((c = getc_unlocked(l->file)) != EOF) {
		if (!depth && c != '{')
			continue; /* commas, blanks, the list's own brackets */
		buf_byte(&l->record, (char)c);
		if (escaped)
			escaped = false;
		else if (quoted && c == '\\')
			escaped = true;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += (c == '{') - (c == '}');
		if (!depth)
			return true;
	}
	return l->record.n > 0;
}

static bool take_value(struct dedupe_list *l, struct arena *a, struct identity_record *out,
		       struct err *e)
{
	AUTO_JSON j = NULL;
	struct str id = STR("");
	struct err why;

	if (!json_parse(buf_view(&l->record), &j, &why))
		return ERR(e, ERR_INPUT, "dedupe.json", "Record %zu is no JSON: %s", l->line + 1,
			   why.text);
	take_object(l, a, j, out, &id);
	if (l->id_name.n)
		keep_id(l, id);
	return true;
}

int dedupe_fill(void *list, struct arena *a, struct identity_record *out, int max, struct err *e)
{
	struct dedupe_list *l = list;
	int n = 0;

	while (n < max) {
		if (!(l->is_json ? read_value(l) : read_row(l)))
			break;
		if (!buf_ok(&l->record))
			return ERR(e, ERR_TOO_LARGE, "dedupe.record", "Record %zu is too long.",
				   l->line + 1)
				       ? 0
				       : -1;
		if (!l->is_json && !l->record.n)
			continue;
		if (l->is_json && !take_value(l, a, &out[n], e))
			return -1;
		if (!l->is_json)
			take_row(l, a, &out[n]);
		l->line++;
		n++;
	}
	return n;
}

static void skip_mark(FILE *f)
{
	if (getc(f) != 0xEF || getc(f) != 0xBB || getc(f) != 0xBF)
		rewind(f);
}

static bool begin(struct dedupe_list *l, struct err *e)
{
	int c;

	fseek(l->file, 0, SEEK_END);
	l->size = ftell(l->file);
	rewind(l->file);
	skip_mark(l->file);
	do
		c = getc(l->file);
	while (c == ' ' || c == '\n' || c == '\r' || c == '\t');
	l->is_json = c == '{' || c == '[';
	ungetc(c, l->file);
	return l->is_json || read_header(l, e);
}

bool dedupe_open(const char *path, const char *map, const char *id, struct dedupe_list **ret,
		 struct err *e)
{
	struct dedupe_list *l = calloc(1, sizeof(*l));

	MUST(l);
	l->arena = arena_new("dedupe", (size_t)8 << 30);
	l->record = buf_new(RECORD);
	l->id_name = utf8_trim(str_of(id));
	l->delimiter = ',';
	l->file = fopen(path, "r");
	if (!l->file) {
		ERR(e, ERR_NOT_FOUND, "dedupe.file", "%s cannot be read: %s.", path,
		    strerror(errno));
	} else if (read_map(l, map, e) && begin(l, e)) {
		*ret = l;
		return true;
	}
	dedupe_close(l);
	return false;
}

void dedupe_close(struct dedupe_list *l)
{
	if (!l)
		return;
	if (l->file)
		fclose(l->file);
	arena_free(l->arena);
	buf_free(&l->record);
	free(l->id);
	free(l);
}

bool dedupe_has_id(const struct dedupe_list *l)
{
	return l->id_name.n > 0;
}

struct str dedupe_id(struct dedupe_list *l, struct arena *a, size_t i)
{
	return l->id_name.n ? l->id[i] : str_of(arena_printf(a, "%zu", i + 1));
}

int dedupe_percent(const struct dedupe_list *l)
{
	return l->size ? (int)(ftell(l->file) * 100 / l->size) : 100;
}
