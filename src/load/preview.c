/* What a person looks at before an import: the file as it is, and what it was taken for. */
#include <string.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "load/open.h"

#define ROWS  8
#define CELL  160 /* bytes of a cell */
#define CELLS 200 /* of a row */

static bool has_field(const struct load *l, enum sheet_field from, enum sheet_field to)
{
	for (size_t i = 0; i < l->map.n; i++)
		if (l->map.guess[i].field >= from && l->map.guess[i].field <= to)
			return true;
	return false;
}

/* code: what a page has its own words for; field: of the import that would mend it. */
static void put_problem(struct json_out *o, const char *code, const char *field, const char *text)
{
	json_obj(o, NULL);
	json_put_z(o, "code", code);
	json_put_z(o, "field", field);
	json_put_z(o, "text", text);
	json_end_obj(o);
}

static void put_problems(const struct load *l, struct json_out *o)
{
	json_list(o, "problems");
	if (!sheet_about(l->sheet)->encoding_sure)
		put_problem(o, "encoding", "encoding",
			    "The encoding is a guess: look at the rows, and say it if they are "
			    "not readable.");
	if (!has_field(l, SHEET_FIRST_NAME, SHEET_CONTACT))
		put_problem(o, "contact", "map",
			    "No column holds a name, an e-mail address, a phone number or a "
			    "company: say which ones do.");
	if (!*l->o.offer && !has_field(l, SHEET_LEAD_SOURCE, SHEET_LEAD_SOURCE) &&
	    !has_field(l, SHEET_OFFER_TITLE, SHEET_OFFER_ID))
		put_problem(o, "offer", "offer",
			    "No column names the offer: say which offer the rows belong to.");
	if (!has_field(l, SHEET_RECEIVED_AT, SHEET_RECEIVED_AT))
		put_problem(o, "date", "map",
			    "No column holds the date: the leads get the time of the import.");
	json_end_list(o);
}

static void put_row(struct json_out *o, const struct sheet_row *row)
{
	size_t n = row->n < CELLS ? row->n : CELLS;

	json_obj(o, NULL);
	json_put_int(o, "row", (int64_t)row->number);
	json_put_int(o, "line", (int64_t)row->line);
	json_put_z(o, "problem", row->problem);
	json_list(o, "cells");
	for (size_t i = 0; i < n; i++)
		json_put_str(o, NULL, utf8_cut(row->cell[i], CELL));
	json_end_list(o);
	json_end_obj(o);
}

static bool put_rows(struct load *l, struct json_out *o, struct err *e)
{
	struct sheet_row row;
	int got = 1;

	json_list(o, "rows");
	for (int i = 0; i < ROWS && (got = sheet_next(l->sheet, &row, e)) > 0; i++) {
		load_learn(l);
		put_row(o, &row);
	}
	json_end_list(o);
	return got >= 0;
}

static void put_fields(struct json_out *o)
{
	json_list(o, "fields");
	for (int f = 0; f < SHEET_IGNORED; f++)
		json_put_z(o, NULL, sheet_field_text((enum sheet_field)f));
	json_end_list(o);
}

bool load_preview(struct load *l, struct json_out *o, struct err *e)
{
	const char *tab;

	if (!put_rows(l, o, e))
		return false;
	load_learn(l); /* of a header without rows */
	json_put_raw(o, "about", str_of(load_about_json(l, l->batch)));
	put_problems(l, o);
	put_fields(o);
	json_list(o, "tabs");
	for (size_t i = 0; (tab = sheet_tab(l->sheet, i)); i++)
		json_put_z(o, NULL, tab);
	json_end_list(o);
	return true;
}
