/* An import as the API and the command line show it. */
#include <string.h>
#include "load/open.h"

#define TOLD 100 /* rows beside an import; its report has all */

static void put_text(struct json_out *o, const char *key, const char *text)
{
	json_put_z(o, key, text && *text ? text : NULL);
}

/* What is owed to it says more than where it was. */
const char *load_shown_state(const struct load_get_row *r)
{
	const char *work = r->work ? r->work : "";

	if (!strcmp(work, "check"))
		return "checking";
	if (!strcmp(work, "undo"))
		return "undoing";
	if (!strcmp(work, "import") && (!strcmp(r->state, "ready") || !strcmp(r->state, "checked")))
		return "waiting";
	return r->state;
}

void load_put_members(struct json_out *o, const struct load_get_row *r)
{
	json_put_id(o, "id", &r->load_id);
	json_put_z(o, "publisher", r->publisher_id);
	put_text(o, "offer", r->offer_id);
	json_put_z(o, "file", r->file_name);
	json_put_int(o, "bytes", r->file_bytes);
	json_put_bool(o, "deliver", r->deliver != 0);
	json_put_z(o, "actor", r->actor);
	json_put_z(o, "state", load_shown_state(r));
	put_text(o, "problem", r->problem_text);
	json_put_time(o, "startedAt", r->started_at);
	json_put_time(o, "endedAt", r->ended_at);
	json_put_time(o, "undoneAt", r->undone_at);
	put_text(o, "undoneBy", r->undone_at == SQL_NULL_INT ? NULL : r->undone_by);
	json_put_int(o, "bytesRead", r->read_bytes);
	json_obj(o, "rows");
	json_put_int(o, "read", r->rows_read);
	json_put_int(o, "new", r->rows_new);
	json_put_int(o, "known", r->rows_known);
	json_put_int(o, "changed", r->rows_changed);
	json_put_int(o, "refused", r->rows_refused);
	json_put_int(o, "ignored", r->rows_ignored);
	json_put_int(o, "test", r->rows_test);
	if (r->rows_total == SQL_NULL_INT)
		json_put_null(o, "total");
	else
		json_put_int(o, "total", r->rows_total);
	json_end_obj(o);
	json_obj(o, "partnerCenter");
	json_put_int(o, "archived", r->pc_archived);
	json_put_int(o, "archivesSoon", r->pc_archives);
	json_put_int(o, "expired", r->pc_expired);
	json_put_int(o, "expiresSoon", r->pc_expires);
	json_end_obj(o);
	json_put_raw(o, "about", str_of(r->about));
}

void load_put_json(struct json_out *o, const struct load_get_row *r)
{
	json_obj(o, NULL);
	load_put_members(o, r);
	json_end_obj(o);
}

void load_put_row(struct json_out *o, const struct load_row_page_row *r)
{
	json_obj(o, NULL);
	json_put_int(o, "row", r->n);
	json_put_int(o, "line", r->line);
	json_put_z(o, "outcome", r->outcome);
	json_put_z(o, "problem", r->problem);
	json_put_id(o, "receipt", &r->receipt_id);
	json_end_obj(o);
}

bool load_rows_json(struct sql_db *db, struct arena *a, const struct load_get_row *r,
		    struct json_out *o, struct err *e)
{
	struct load_row_page_in in = { r->publisher_id, r->load_id, 0, TOLD, NULL };
	struct load_row_page_row *rows;
	size_t n;

	if (!load_row_page(db, &in, a, &rows, &n, e))
		return false;
	json_obj(o, NULL);
	load_put_members(o, r);
	json_list(o, "told");
	for (size_t i = 0; i < n; i++)
		load_put_row(o, &rows[i]);
	json_end_list(o);
	json_end_obj(o);
	return true;
}

struct load_get_row load_as_row(const struct load *l, struct arena *a)
{
	const struct load_counts *c = &l->counts;

	return (struct load_get_row){
		.load_id = l->o.dry ? ID_NULL : l->id,
		.publisher_id = l->o.publisher,
		.offer_id = l->o.offer,
		.file_name = l->o.name,
		.file_bytes = (int64_t)l->size,
		.deliver = l->o.deliver,
		.about = load_about_json(l, a),
		.actor = l->o.actor,
		.state = l->o.dry   ? "dry"
			 : l->ended ? "placing"
				    : "reading",
		.started_at = l->started,
		.ended_at = SQL_NULL_INT,
		.rows_total = l->ended ? c->rows : SQL_NULL_INT,
		.undone_at = SQL_NULL_INT,
		.read_bytes = c->bytes,
		.rows_read = c->rows,
		.rows_new = c->by[LOAD_NEW],
		.rows_known = c->by[LOAD_KNOWN],
		.rows_changed = c->by[LOAD_CHANGED],
		.rows_refused = c->by[LOAD_REFUSED],
		.rows_ignored = c->by[LOAD_IGNORED],
		.rows_test = c->tests,
		.pc_archived = c->archived,
		.pc_archives = c->archives,
		.pc_expired = c->expired,
		.pc_expires = c->expires,
	};
}
