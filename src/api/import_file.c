/* An import's file: its pieces, what is in it, what became of its rows. */
#include "api/imports.h"

#include <string.h>
#include "base/limits.h"
#include "load/load.h"
#include "sheet/sheet.h"

#define REPORT_ROWS 20000 /* of one download: further ones by its Link header */
#define MAP_MAX     (256 * 1024)

struct piece_in {
	int64_t at;
};
FITS(struct piece_in);
const struct field import_piece_query[] = {
	F_INT(struct piece_in, at, "at", .min = 0, .max = LIMIT_SHEET_BYTES, .def = "0",
	      .help = "Where in the file the body belongs: bytesRead."),
	F_END,
};

static const char *const outcomes[] = { "new", "known", "changed", "refused", "ignored", NULL };
struct rows_in {
	const char *outcome;
	int64_t after, limit;
};
FITS(struct rows_in);
const struct field import_rows_query[] = {
	F_CHOICE(struct rows_in, outcome, "outcome", .choices = outcomes,
		 .help = "Only rows with this outcome."),
	F_INT(struct rows_in, after, "after", .min = 0, .max = LIMIT_SHEET_ROWS, .def = "0",
	      .help = "Cursor: the `next` of the page before, the number of a row."),
	F_INT(struct rows_in, limit, "limit", .min = 1, .max = LIMIT_PAGE, .def = PAGE_DEFAULT,
	      .help = "Rows on a page."),
	F_END,
};
const struct field import_report_query[] = {
	F_CHOICE(struct rows_in, outcome, "outcome", .choices = outcomes,
		 .help = "Only rows with this outcome."),
	F_INT(struct rows_in, after, "after", .min = 0, .max = LIMIT_SHEET_ROWS, .def = "0",
	      .help = "Behind the row with this number, as the Link header has it."),
	F_END,
};

/* ---- the map ---- */

void import_put_map(struct json_out *o, const char *map)
{
	struct str rest = str_of(map), piece;

	json_list(o, "map");
	while (map && str_split(&rest, '\n', &piece)) {
		struct str column, field;

		if (!load_map_split(piece, &column, &field))
			continue;
		json_obj(o, NULL);
		json_put_str(o, "column", column);
		json_put_str(o, "field", field);
		json_end_obj(o);
	}
	json_end_list(o);
}

static bool bad_map(const char *column, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "import.map", "map",
			 "The column \"%.80s\" must get a field of GET /imports/{id}/preview, or "
			 "\"ignore\".",
			 column);
}

bool import_take_map(struct http_request *rq, const struct json *map, const char **ret,
		     struct err *e)
{
	AUTO_BUF b = buf_new(MAP_MAX);
	struct json_walk w = { 0 };

	while (json_next(map, &w)) {
		struct str field = json_str(w.value);

		if (!w.name.n || str_find(w.name, '\n') < w.name.n ||
		    (sheet_field_of(field) == SHEET_NO_FIELD && !str_eq_z(field, "ignore")))
			return bad_map(str_dup(rq->arena, w.name), e);
		buf_str(&b, w.name);
		buf_byte(&b, ':');
		buf_str(&b, field);
		buf_byte(&b, '\n');
	}
	if (!buf_ok(&b))
		return ERR_FIELD(e, ERR_INPUT, "import.map", "map", "The map is too long.");
	*ret = b.n ? arena_strndup(rq->arena, b.p, b.n) : NULL;
	return true;
}

/* ---- pieces ---- */

static bool bad_offset(int64_t at, struct err *e)
{
	return ERR_FIELD(e, ERR_CONFLICT, "import.offset", "at",
			 "The next piece begins at byte %lld of the file.", (long long)at);
}

/*
 * The store is asked first, and its row is held until the bytes are there: of two pieces for one
 * place one is taken, and a crash leaves nothing but bytes that the next one cuts off.
 */
static bool store_piece(struct http_request *rq, const struct load_get_row *r, struct err *e)
{
	const char *dir = worker_of(rq)->api->import_dir;
	const char *path = load_spool(rq->arena, dir, r->load_id);
	int64_t has = r->read_bytes + (int64_t)rq->body.n;
	struct load_piece_in in = { r->publisher_id, r->load_id, r->read_bytes, has,
				    has == r->file_bytes ? "ready" : "uploading" };
	struct load_piece_row row;
	AUTO_TX tx = { 0 };
	int taken;

	if (!load_spool_ready(dir, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	taken = load_piece(db_of(rq), &in, rq->arena, &row, e);
	if (taken <= 0)
		return taken == 0 && ERR(e, ERR_CONFLICT, "import.offset",
					 "Two pieces came at once: send the one behind bytesRead.");
	return load_spool_cut(path, r->read_bytes, e) &&
	       load_spool_add(path, r->read_bytes, rq->body, e) && sql_commit(&tx, e);
}

bool h_import_piece(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct piece_in *in = input;
	struct load_get_row r;

	if (!import_find(rq, &r, e))
		return false;
	if (strcmp(r.state, "uploading") != 0)
		return ERR(e, ERR_CONFLICT, "import.whole", "The file is here as a whole already.");
	if (!rq->body.n)
		return ERR(e, ERR_INPUT, "import.piece",
			   "The body is empty: send the file's bytes from `at` on, at most %d at a "
			   "time.",
			   LIMIT_API_BODY);
	if (in->at != r.read_bytes)
		return bad_offset(r.read_bytes, e);
	if (in->at + (int64_t)rq->body.n > r.file_bytes)
		return ERR_FIELD(e, ERR_INPUT, "import.size", "at",
				 "The file was announced with %lld bytes.",
				 (long long)r.file_bytes);
	return store_piece(rq, &r, e) && import_reply(rq, reply, e);
}

/* ---- what is in it ---- */

static bool not_here(const struct load_get_row *r, struct err *e)
{
	if (!strcmp(r->state, "uploading"))
		return ERR(e, ERR_CONFLICT, "import.uploading",
			   "The file is not here as a whole: %lld of %lld bytes.",
			   (long long)r->read_bytes, (long long)r->file_bytes);
	return ERR(e, ERR_CONFLICT, "import.file-gone",
		   "The file is not kept any longer than it takes to read it in.");
}

static bool not_on_this_server(struct err *e)
{
	return ERR(e, ERR_CONFLICT, "import.file-gone",
		   "The file is not in this server's importDir: several servers need one that they "
		   "share. Else remove the import, and send the file again.");
}

bool h_import_preview(struct http_request *rq, const void *in, struct http_reply *reply,
		      struct err *e)
{
	struct load_get_row r;
	struct load_options o = { .map_end = '\n', .dry = true };
	struct load *l;
	struct json_out out;
	bool ok;

	(void)in;
	if (!import_find(rq, &r, e))
		return false;
	if (strcmp(r.state, "ready") != 0 && strcmp(r.state, "checked") != 0)
		return not_here(&r, e);
	o.publisher = r.publisher_id;
	o.offer = r.offer_id;
	o.map = r.map;
	o.name = r.file_name;
	o.actor = r.actor;
	o.bytes = r.file_bytes;
	o.sheet.encoding = r.encoding;
	o.sheet.delimiter = r.delimiter ? *r.delimiter : 0;
	o.sheet.tab = r.tab;
	if (!load_open(db_of(rq), load_spool(rq->arena, worker_of(rq)->api->import_dir, r.load_id),
		       &o, rq->now_ms, &l, e))
		return e->kind == ERR_NOT_FOUND && !strcmp(e->code, "import.file") &&
		       not_on_this_server(e);
	out = json_reply(reply);
	json_obj(&out, NULL);
	ok = load_preview(l, &out, e);
	json_end_obj(&out);
	load_close(l);
	return ok;
}

/* ---- what became of its rows ---- */

static bool rows_of(struct http_request *rq, const struct rows_in *in, int64_t limit,
		    struct load_get_row *load, struct load_row_page_row **ret, size_t *ret_n,
		    struct err *e)
{
	struct load_row_page_in page = { .after = in->after,
					 .limit = limit,
					 .outcome = in->outcome };

	if (!import_find(rq, load, e))
		return false;
	page.publisher = load->publisher_id;
	page.load = load->load_id;
	return load_row_page(db_of(rq), &page, rq->arena, ret, ret_n, e);
}

bool h_import_rows(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const struct rows_in *in = input;
	size_t limit = (size_t)in->limit, n;
	struct load_row_page_row *rows;
	struct load_get_row load;
	struct json_out o;

	if (!rows_of(rq, in, in->limit + 1, &load, &rows, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n && i < limit; i++)
		load_put_row(&o, &rows[i]);
	json_end_list(&o);
	json_put_z(&o, "next",
		   n > limit ? arena_printf(rq->arena, "%lld", (long long)rows[limit - 1].n)
			     : NULL);
	json_end_obj(&o);
	return true;
}

static bool to_buf(void *ctx, struct str bytes, struct err *e)
{
	struct buf *b = ctx;

	buf_str(b, bytes);
	return buf_ok(b) || ERR(e, ERR_BUG, "import.report", "the report is too long");
}

static bool write_row(struct http_request *rq, struct sheet_writer *w,
		      const struct load_row_page_row *r, struct err *e)
{
	const char *const text[] = { arena_printf(rq->arena, "%lld", (long long)r->n),
				     arena_printf(rq->arena, "%lld", (long long)r->line),
				     r->outcome, r->problem ? r->problem : "",
				     id_is_null(r->receipt_id) ? ""
							       : id_key(rq->arena, r->receipt_id) };
	struct sheet_value v[LL_COUNT(text)];

	for (size_t i = 0; i < LL_COUNT(text); i++)
		v[i] = (struct sheet_value){ SHEET_TEXT, str_of(text[i]) };
	return sheet_write_row(w, v, e);
}

static bool write_report(struct http_request *rq, const struct load_row_page_row *rows, size_t n,
			 struct buf *b, struct err *e)
{
	static const char *const names[] = { "row", "line", "outcome", "problem", "receipt" };
	const struct sheet_style style = { .format = SHEET_CSV, .marked = true, .guarded = true };
	const struct sheet_sink sink = { to_buf, NULL, b };
	struct str columns[LL_COUNT(names)];
	struct sheet_writer *w = NULL;
	bool ok;

	for (size_t i = 0; i < LL_COUNT(names); i++)
		columns[i] = str_of(names[i]);
	ok = sheet_write(&style, columns, LL_COUNT(names), &sink, &w, e);
	for (size_t i = 0; ok && i < n; i++)
		ok = write_row(rq, w, &rows[i], e);
	ok = ok && sheet_write_end(w, e);
	sheet_write_free(w);
	return ok;
}

bool h_import_report(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct rows_in *in = input;
	struct load_row_page_row *rows;
	struct load_get_row load;
	char id[ID_TEXT];
	size_t n;

	if (!rows_of(rq, in, REPORT_ROWS, &load, &rows, &n, e))
		return false;
	reply->body = buf_new(LIMIT_REPLY);
	if (!write_report(rq, rows, n, &reply->body, e))
		return false;
	reply->content_type = "text/csv; charset=utf-8";
	http_reply_header(reply, "content-disposition",
			  arena_printf(rq->arena, "attachment; filename=\"import-%s.csv\"",
				       id_text(load.load_id, id)));
	if (n == REPORT_ROWS)
		http_reply_header(
			reply, "link",
			arena_printf(rq->arena,
				     "</api/v1/imports/%s/report?after=%lld%s%s>; rel=\"next\"", id,
				     (long long)rows[n - 1].n, in->outcome ? "&outcome=" : "",
				     in->outcome ? in->outcome : ""));
	return true;
}
