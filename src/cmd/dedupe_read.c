#include "cmd/dedupe.h"

#include <stdlib.h>
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "sheet/sheet.h"
#include "understand/understand.h"

#define MAPS      256
#define NO_FIELD  (-1)
#define ID_COLUMN (-2)
#define ARENA_IDS ((size_t)8 << 30)

struct column {
	struct str name;
	int field; /* enum identity_field, or one of the above */
	bool seen;
};
struct dedupe_list {
	struct sheet_reader *sheet;
	struct arena *arena; /* of names and ids */
	struct column map[MAPS];
	size_t maps;
	struct column id_name;
	int *field; /* of each column of the file that was seen */
	size_t columns, column_room;
	struct str *id;
	size_t ids, room;
	uint64_t rows, broken;
	const char *problem; /* the first one */
};

/* What lists hold beside a lead's own fields, plus 1. */
static const int sheet_fields[SHEET_FIELDS] = {
	[SHEET_ADDRESS] = IDENTITY_ADDRESS + 1, [SHEET_BIRTH_DATE] = IDENTITY_DATE + 1,
	[SHEET_CITY] = IDENTITY_CITY + 1,       [SHEET_CODE] = IDENTITY_CODE + 1,
	[SHEET_COMPANY] = IDENTITY_COMPANY + 1, [SHEET_POSTCODE] = IDENTITY_POSTCODE + 1,
	[SHEET_REGION] = IDENTITY_REGION + 1,
};
static const int label_fields[] = {
	[LABEL_FIRST_NAME] = IDENTITY_FIRST, [LABEL_LAST_NAME] = IDENTITY_LAST,
	[LABEL_EMAIL] = IDENTITY_EMAIL,      [LABEL_PHONE] = IDENTITY_PHONE,
	[LABEL_COUNTRY] = IDENTITY_COUNTRY,  [LABEL_COMPANY] = IDENTITY_COMPANY,
	[LABEL_TITLE] = IDENTITY_TITLE,      [LABEL_FULL_NAME] = IDENTITY_FULL,
};

static int field_by_header(struct dedupe_list *l, struct str name)
{
	const struct label_row *label = label_of(l->arena, name);
	struct sheet_map map;

	if (label->label < LL_COUNT(label_fields))
		return label_fields[label->label];
	sheet_map(l->arena, &name, 1, &map);
	if (map.guess->field != SHEET_NO_FIELD && sheet_fields[map.guess->field])
		return sheet_fields[map.guess->field] - 1;
	return NO_FIELD;
}

/* What stands behind the last dot, and whether what is before it holds a person. */
static struct str inner_name(struct dedupe_list *l, struct str name, bool *ret_person)
{
	size_t at = name.n;
	struct str outer;

	while (at && name.p[at - 1] != '.')
		at--;
	*ret_person = true;
	if (!at)
		return name;
	outer = str_upto(name, at - 1);
	while (str_find(outer, '.') < outer.n)
		outer = str_from(outer, str_find(outer, '.') + 1);
	*ret_person = label_of(l->arena, outer)->label == LABEL_CONTACT;
	return str_from(name, at);
}

static int field_of(struct dedupe_list *l, struct str name)
{
	bool person;
	struct str inner = inner_name(l, name, &person);

	if (l->id_name.name.n &&
	    (str_eq(l->id_name.name, name) || str_eq(l->id_name.name, inner))) {
		l->id_name.seen = true;
		return ID_COLUMN;
	}
	for (size_t i = 0; i < l->maps; i++) {
		if (str_eq(l->map[i].name, name) || str_eq(l->map[i].name, inner)) {
			l->map[i].seen = true;
			return l->map[i].field;
		}
	}
	return person ? field_by_header(l, inner) : NO_FIELD;
}

static void learn_columns(struct dedupe_list *l)
{
	size_t n = sheet_columns(l->sheet);

	while (l->columns < n) {
		if (l->columns == l->column_room) {
			l->column_room = l->column_room ? l->column_room * 2 : 64;
			l->field = realloc(l->field, l->column_room * sizeof(*l->field));
			MUST(l->field);
		}
		l->field[l->columns] = field_of(l, sheet_column(l->sheet, l->columns));
		l->columns++;
	}
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
		if (!at || l->maps == MAPS ||
		    (!str_eq_z(type, "ignore") && !identity_field_of(type, &field)))
			return cmd_usage(e,
					 "--map: \"" STR_FMT
					 "\" is not COLUMN:TYPE; types are first, last, "
					 "full, email, phone, country, company, title, address, "
					 "city, region, "
					 "postcode, date, code, text, ignore.",
					 STR_ARG(piece));
		l->map[l->maps++] = (struct column){
			.name = utf8_trim(str_upto(piece, at - 1)),
			.field = field == IDENTITY_FIELDS ? NO_FIELD : (int)field,
		};
	}
	return true;
}

/* Every column that was asked for is there. */
static bool check_map(const struct dedupe_list *l, struct err *e)
{
	for (size_t i = 0; i < l->maps; i++)
		if (!l->map[i].seen)
			return cmd_usage(e, "--map: there is no column \"" STR_FMT "\".",
					 STR_ARG(l->map[i].name));
	return !l->id_name.name.n || l->id_name.seen ||
	       cmd_usage(e, "--id: there is no column \"" STR_FMT "\".", STR_ARG(l->id_name.name));
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

static void take_row(struct dedupe_list *l, const struct sheet_row *row, struct arena *a,
		     struct identity_record *out)
{
	struct str id = STR("");

	for (size_t i = 0; i < row->n && i < l->columns; i++) {
		if (l->field[i] == ID_COLUMN)
			id = row->cell[i];
		put(a, out, l->field[i], row->cell[i]);
	}
	if (l->id_name.name.n)
		keep_id(l, id);
	l->rows++;
	if (!(row->flags & SHEET_BROKEN))
		return;
	if (!l->broken++)
		l->problem = str_dup(l->arena, str_of(row->problem));
}

static bool at_end(struct dedupe_list *l, struct err *e)
{
	learn_columns(l);
	if (l->rows ? l->broken == l->rows : !l->columns)
		return ERR(e, ERR_INPUT, "dedupe.list", "There is no record to read. %s",
			   l->problem ? l->problem : "");
	return check_map(l, e);
}

/* A list of a header's columns says at once which are not there; JSON only at its end. */
int dedupe_fill(void *list, struct arena *a, struct identity_record *out, int max, struct err *e)
{
	struct dedupe_list *l = list;
	struct sheet_row row;
	int n = 0, found = 1;

	while (n < max && (found = sheet_next(l->sheet, &row, e)) > 0) {
		if (l->columns < sheet_columns(l->sheet))
			learn_columns(l);
		if (!l->rows && sheet_about(l->sheet)->format == SHEET_CSV && !check_map(l, e))
			return -1;
		take_row(l, &row, a, &out[n++]);
	}
	if (found > 0)
		return n;
	if (found < 0)
		return -1;
	return n || at_end(l, e) ? n : -1;
}

bool dedupe_open(const char *path, const char *map, const char *id, struct dedupe_list **ret,
		 struct err *e)
{
	struct dedupe_list *l = calloc(1, sizeof(*l));

	MUST(l);
	l->arena = arena_new("dedupe", ARENA_IDS);
	l->id_name.name = utf8_trim(str_of(id));
	if (read_map(l, map, e) && sheet_open(path, NULL, &l->sheet, e)) {
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
	sheet_close(l->sheet);
	arena_free(l->arena);
	free(l->field);
	free(l->id);
	free(l);
}

struct str dedupe_id(struct dedupe_list *l, struct arena *a, size_t i)
{
	return l->id_name.name.n ? l->id[i] : str_of(arena_printf(a, "%zu", i + 1));
}

uint64_t dedupe_bytes(const struct dedupe_list *l)
{
	return sheet_bytes(l->sheet);
}

const char *dedupe_problem(const struct dedupe_list *l, uint64_t *ret_rows)
{
	*ret_rows = l->broken;
	return l->problem;
}
