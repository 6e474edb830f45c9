/* Imports: a file is announced, sent in pieces, looked at, tried, read in, taken back. */
#include "api/imports.h"

#include <string.h>
#include <unistd.h>
#include "api/merge.h"
#include "base/limits.h"
#include "load/load.h"

struct imports_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct imports_in);
const struct field imports_query[] = { F_PUBLISHER(struct imports_in), F_PAGE(struct imports_in),
				       F_END };

struct import_in {
	const char *publisher, *offer, *file;
	int64_t bytes;
	bool deliver;
};
FITS(struct import_in);
const struct field import_body[] = {
	F_STR(struct import_in, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose leads they are; needless when the caller belongs to one."),
	F_STR(struct import_in, offer, "offer", .max = LIMIT_ID * 2,
	      .help = "publisher.offer of rows that name none, or none that is known."),
	F_STR(struct import_in, file, "file", .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME,
	      .help = "The file's name, to be shown."),
	F_INT(struct import_in, bytes, "bytes", .flags = FIELD_REQUIRED, .min = 1,
	      .max = LIMIT_SHEET_BYTES,
	      .help = "How many bytes it has; see the option importLimit."),
	F_BOOL(struct import_in, deliver, "deliver", .def = "false",
	       .help = "The leads are delivered to the destinations like those that arrive."),
	F_END,
};

struct import_change {
	const char *offer, *encoding, *delimiter, *tab;
	const struct json *map;
	bool deliver;
};
FITS(struct import_change);
static const char *const delimiters[] = { ",", ";", "|", "\t", "", NULL };
const struct field import_set_body[] = {
	F_STR(struct import_change, offer, "offer", .max = LIMIT_ID * 2,
	      .help = "publisher.offer of rows that name none; \"\": such rows are refused."),
	F_OBJ(struct import_change, map, "map",
	      .help = "Column names with the field that each holds, or \"ignore\"; beside what is "
		      "told by itself."),
	F_STR(struct import_change, encoding, "encoding", .max = 64,
	      .help = "The file's encoding, as windows-949; \"\": told from the bytes."),
	F_CHOICE(struct import_change, delimiter, "delimiter", .choices = delimiters,
		 .help = "Between the cells of CSV; \"\": told."),
	F_STR(struct import_change, tab, "tab", .max = 128,
	      .help = "Of a spreadsheet: which sheet; \"\": the first with rows."),
	F_BOOL(struct import_change, deliver, "deliver", .help = "See POST /imports."),
	F_END,
};

/* ---- one ---- */

bool import_find(struct http_request *rq, struct load_get_row *ret, struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = load_get(db_of(rq), &(struct load_get_in){ scope.publishers[i], id },
				     rq->arena, ret, e);

		if (found)
			return found > 0;
	}
	return not_found("import", e);
}

/* Those that are read in come with how many of their leads are there by now. */
static bool write_one(struct http_request *rq, const struct load_get_row *r, struct json_out *o,
		      struct err *e)
{
	struct load_waiting_count_in in = { r->publisher_id, r->load_id, LOAD_AHEAD * 2 };
	struct load_waiting_count_row waits = { 0 };

	if (load_waiting_count(db_of(rq), &in, rq->arena, &waits, e) < 0)
		return false;
	json_obj(o, NULL);
	load_put_members(o, r);
	json_put_int(o, "placing", waits.n);
	json_put_bool(o, "tried", !strcmp(r->state, "checked"));
	json_obj(o, "said");
	json_put_z(o, "offer",
		   *r->offer_id ? arena_printf(rq->arena, "%s.%s", r->publisher_id, r->offer_id)
				: NULL);
	json_put_z(o, "encoding", r->encoding);
	json_put_z(o, "delimiter", r->delimiter);
	json_put_z(o, "tab", r->tab);
	import_put_map(o, r->map);
	json_end_obj(o);
	json_end_obj(o);
	return true;
}

bool import_reply(struct http_request *rq, struct http_reply *reply, struct err *e)
{
	struct load_get_row row;
	struct json_out o;

	if (!import_find(rq, &row, e))
		return false;
	o = json_reply(reply);
	return write_one(rq, &row, &o, e);
}

bool h_import(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)in;
	return import_reply(rq, reply, e);
}

bool import_tell(struct http_request *rq, const struct load_get_row *r, const char *what,
		 struct err *e)
{
	if (!say_change(rq, r->publisher_id, "import", r->load_id, what, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

/* ---- the list ---- */

static int newest(const void *a, const void *b)
{
	return memcmp(((const struct load_get_row *)b)->load_id.b,
		      ((const struct load_get_row *)a)->load_id.b, sizeof(struct id));
}

static bool collect(struct http_request *rq, const struct imports_in *in, struct merge *m,
		    struct err *e)
{
	struct load_page_in page = { .before = id_last(ID_MS_MAX), .limit = in->limit + 1 };
	struct scope scope;

	if (in->after && !id_parse(str_of(in->after), &page.before))
		return bad_cursor(e);
	if (!scope_of(rq, in->publisher, &scope, e))
		return false;
	merge_begin(m, &load_get_query, newest, (size_t)page.limit, scope.n, rq->arena);
	for (size_t i = 0; i < scope.n; i++) {
		struct load_get_row *rows;
		size_t n;

		page.publisher = scope.publishers[i];
		if (!load_page(db_of(rq), &page, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_imports(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct imports_in *in = input;
	AUTO_MERGE m = { 0 };
	struct json_out o;
	size_t limit = (size_t)in->limit;

	if (!collect(rq, in, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < m.n && i < limit; i++)
		load_put_json(&o, merge_row(&m, i));
	json_end_list(&o);
	json_put_z(
		&o, "next",
		m.n > limit
			? id_key(rq->arena,
				 ((const struct load_get_row *)merge_row(&m, limit - 1))->load_id)
			: NULL);
	json_end_obj(&o);
	return true;
}

/* ---- a new one ---- */

/* The offer's own id; "" for none. */
static bool take_offer(struct http_request *rq, const char *full, const char *publisher,
		       const char **ret, struct err *e)
{
	struct offer_list_row row;
	const char *of;
	int found;

	*ret = "";
	if (!full || !*full)
		return true;
	if (!offer_split(rq->arena, full, "offer", &of, ret, e))
		return false;
	found = strcmp(of, publisher) != 0
			? 0
			: offer_get(db_of(rq), &(struct offer_get_in){ publisher, *ret }, rq->arena,
				    &row, e);
	return found > 0 ||
	       (found == 0 &&
		ERR_FIELD(e, ERR_INPUT, "offer.unknown", "offer",
			  "%s has no offer %.80s: GET /offers lists them.", publisher, full));
}

static bool take_publisher(struct http_request *rq, const char *asked, const char **ret,
			   struct err *e)
{
	struct scope scope;

	if (!scope_of(rq, asked, &scope, e))
		return false;
	if (scope.n != 1)
		return ERR_FIELD(e, ERR_INPUT, "publisher.needed", "publisher",
				 "Say whose leads they are: publisher.");
	*ret = scope.publishers[0];
	return true;
}

bool h_import_add(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct import_in *in = input;
	int64_t most = worker_of(rq)->api->conf->import_limit;
	struct load_put_in put = { .load = id_new(rq->now_ms),
				   .file_name = in->file,
				   .file_bytes = in->bytes,
				   .file_hash = STR(""),
				   .deliver = in->deliver,
				   .about = "{}",
				   .actor = rq->who.name,
				   .now = rq->now_ms,
				   .state = "uploading" };
	struct load_get_row row = { .load_id = put.load };

	if (in->bytes > most)
		return ERR_FIELD(e, ERR_TOO_LARGE, "import.size", "bytes",
				 "A file has at most %lld bytes here: cut it, or raise the option "
				 "importLimit.",
				 (long long)most);
	if (!take_publisher(rq, in->publisher, &put.publisher, e) ||
	    !take_offer(rq, in->offer, put.publisher, &put.offer, e) ||
	    !load_put(db_of(rq), &put, NULL, e))
		return false;
	row.publisher_id = put.publisher;
	rq->path_args[0] = id_key(rq->arena, put.load);
	reply->status = 201;
	return import_tell(rq, &row, "new", e) && import_reply(rq, reply, e);
}

/* ---- what a person says of it ---- */

static bool under_way(const struct load_get_row *r, struct err *e)
{
	return ERR(e, ERR_CONFLICT, "import.state", "It is %s: that cannot be done to it now.",
		   load_shown_state(r));
}

/* Members that the body does not name stay; "" is no wish. */
static const char *said(const char *now, const char *before)
{
	return now ? (*now ? now : NULL) : before;
}

static bool names_deliver(struct http_request *rq, bool *ret, struct err *e)
{
	struct json_walk w = { 0 };
	AUTO_JSON body = NULL;

	if (!json_parse(rq->body, &body, e))
		return false;
	while (json_next(body, &w))
		*ret |= str_eq_z(w.name, "deliver");
	return true;
}

bool h_import_set(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct import_change *in = input;
	struct load_get_row r;
	struct load_say_in say;
	struct load_say_row row;
	bool deliver = false;
	AUTO_TX tx = { 0 };
	int taken;

	if (!import_find(rq, &r, e) || !names_deliver(rq, &deliver, e))
		return false;
	say = (struct load_say_in){ .publisher = r.publisher_id,
				    .load = r.load_id,
				    .offer = r.offer_id,
				    .deliver = deliver ? in->deliver : r.deliver,
				    .map = r.map,
				    .encoding = said(in->encoding, r.encoding),
				    .delimiter = said(in->delimiter, r.delimiter),
				    .tab = said(in->tab, r.tab) };
	if ((in->offer && !take_offer(rq, in->offer, r.publisher_id, &say.offer, e)) ||
	    (in->map && !import_take_map(rq, in->map, &say.map, e)) ||
	    !sql_begin(db_of(rq), &tx, e))
		return false;
	taken = load_say(db_of(rq), &say, rq->arena, &row, e);
	if (taken <= 0)
		return taken == 0 ? under_way(&r, e) : false;
	return load_rows_gone(db_of(rq), &(struct load_rows_gone_in){ r.publisher_id, r.load_id },
			      NULL, e) &&
	       sql_commit(&tx, e) && import_reply(rq, reply, e);
}

bool h_import_remove(struct http_request *rq, const void *in, struct http_reply *reply,
		     struct err *e)
{
	struct load_get_row r;
	struct load_gone_row row;
	AUTO_TX tx = { 0 };
	int gone;

	(void)in;
	if (!import_find(rq, &r, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	gone = load_gone(db_of(rq), &(struct load_gone_in){ r.publisher_id, r.load_id }, rq->arena,
			 &row, e);
	if (gone <= 0)
		return gone == 0 ? under_way(&r, e) : false;
	if (!load_rows_gone(db_of(rq), &(struct load_rows_gone_in){ r.publisher_id, r.load_id },
			    NULL, e) ||
	    !import_tell(rq, &r, "gone", e) || !sql_commit(&tx, e))
		return false;
	unlink(load_spool(rq->arena, worker_of(rq)->api->import_dir, r.load_id));
	reply->status = 204;
	return true;
}

/* ---- what is asked of the server ---- */

static bool ask(struct http_request *rq, const char *const *states, const char *work,
		struct http_reply *reply, struct err *e)
{
	struct load_get_row r;
	struct load_ask_row row;
	int taken = 0;

	if (!import_find(rq, &r, e))
		return false;
	for (; *states && !taken; states++)
		taken = load_ask(db_of(rq),
				 &(struct load_ask_in){ r.publisher_id, r.load_id, *states, work,
							rq->who.name },
				 rq->arena, &row, e);
	if (taken <= 0)
		return taken == 0 ? under_way(&r, e) : false;
	loader_wake(worker_of(rq)->api->loader);
	reply->status = 202;
	return import_tell(rq, &r, work, e) && import_reply(rq, reply, e);
}

bool h_import_check(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	static const char *const states[] = { "ready", "checked", NULL };

	(void)in;
	return ask(rq, states, "check", reply, e);
}

bool h_import_start(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	static const char *const states[] = { "ready", "checked", NULL };

	(void)in;
	return ask(rq, states, "import", reply, e);
}

bool h_import_undo(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	static const char *const states[] = { "done", "failed", "undoing", NULL };

	(void)in;
	return ask(rq, states, "undo", reply, e);
}
