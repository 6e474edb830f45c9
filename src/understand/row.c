#include "understand/row.h"

#include "base/arena.h"
#include "base/json.h"

const char *const row_field_text[ROW_FIELDS] = {
	[ROW_FIRST_NAME] = "firstName",
	[ROW_LAST_NAME] = "lastName",
	[ROW_EMAIL] = "email",
	[ROW_PHONE] = "phone",
	[ROW_COUNTRY] = "country",
	[ROW_COMPANY] = "company",
	[ROW_TITLE] = "title",
	[ROW_FULL_NAME] = "fullName",
	[ROW_LEAD_SOURCE] = "leadSource",
	[ROW_ACTION_CODE] = "actionCode",
	[ROW_OFFER_TITLE] = "offerTitle",
	[ROW_DESCRIPTION] = "description",
	[ROW_PRODUCT_ID] = "productId",
	[ROW_STATUS] = "status",
	[ROW_SUBSTATUS] = "substatus",
	[ROW_DO_NOT_CONTACT] = "doNotContact",
	[ROW_OWNER] = "owner",
};

/* The column whose cell the value is a view of, or -1. */
static int64_t column_of(const struct row_body *r, struct str value)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->cell[i].p == value.p && r->cell[i].n == value.n)
			return (int64_t)i;
	return -1;
}

void row_write(const struct row_body *r, struct buf *to)
{
	struct json_out o = json_out(to);

	json_obj(&o, NULL);
	json_list(&o, "columns");
	for (size_t i = 0; i < r->n; i++) {
		json_list(&o, NULL);
		json_put_str(&o, NULL, r->name[i]);
		json_put_str(&o, NULL, r->cell[i]);
		json_end_list(&o);
	}
	json_end_list(&o);
	json_obj(&o, "fields");
	for (int f = 0; f < ROW_FIELDS; f++) {
		int64_t column = r->value[f].n ? column_of(r, r->value[f]) : -1;

		if (column >= 0)
			json_put_int(&o, row_field_text[f], column);
		else if (r->value[f].n)
			json_put_str(&o, row_field_text[f], r->value[f]);
	}
	json_end_obj(&o);
	json_end_obj(&o);
}

static struct str copy(struct arena *a, const struct json *j)
{
	struct str s = json_str(j);

	return (struct str){ str_dup(a, s), s.n };
}

static void read_columns(struct arena *a, const struct json *list, struct row_body *ret)
{
	struct str *name, *cell;

	ret->n = json_count(list);
	ret->name = name = ARENA_ARRAY(a, struct str, ret->n + 1);
	ret->cell = cell = ARENA_ARRAY(a, struct str, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++) {
		name[i] = copy(a, json_at(json_at(list, i), 0));
		cell[i] = copy(a, json_at(json_at(list, i), 1));
	}
}

static void read_field(struct arena *a, const struct json *fields, int f, struct row_body *ret)
{
	const struct json *j = json_get(fields, row_field_text[f]);

	ret->column[f] = str_of(row_field_text[f]);
	ret->value[f] = STR("");
	if (json_kind(j) == JSON_STR) {
		ret->value[f] = copy(a, j);
	} else if (json_kind(j) == JSON_INT && json_int(j) >= 0 && (size_t)json_int(j) < ret->n) {
		ret->value[f] = ret->cell[json_int(j)];
		ret->column[f] = ret->name[json_int(j)];
	}
}

bool row_read(struct arena *a, struct str text, struct row_body *ret)
{
	AUTO_JSON j = NULL;
	struct err ignored;
	const struct json *columns, *fields;

	if (!json_parse(text, &j, &ignored))
		return false;
	columns = json_get(j, "columns");
	fields = json_get(j, "fields");
	if (json_kind(columns) != JSON_LIST || json_kind(fields) != JSON_OBJ)
		return false;
	read_columns(a, columns, ret);
	for (int f = 0; f < ROW_FIELDS; f++)
		read_field(a, fields, f, ret);
	return true;
}
