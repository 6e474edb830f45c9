/*
 * The lead list as a file. It is written as a whole before the answer begins: what goes wrong is
 * told as a problem and not by a file that ends too early, and no transaction waits for a client.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include "api/lead_list.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "export/export.h"

static const char *const types[] = {
	[SHEET_CSV] = "text/csv; charset=utf-8",
	[SHEET_NDJSON] = "application/x-ndjson",
	[SHEET_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/* Files that are made or sent: what they take of the disk is bounded. */
static atomic_int files;

static void file_gone(void)
{
	atomic_fetch_sub(&files, 1);
}

struct exporting {
	struct sql_db *db;
	const struct conf *conf;
	FILE *file;
	struct export_rows *rows;
	int64_t n, bytes;
};

static bool failed(const char *what, struct err *e)
{
	return ERR(e, ERR_STORE, "leads.export-file", "The export cannot be %s: %s.", what,
		   strerror(errno));
}

static bool to_file(void *ctx, struct str bytes, struct err *e)
{
	struct exporting *x = ctx;

	x->bytes += (int64_t)bytes.n;
	if (x->bytes > x->conf->export_bytes)
		return ERR(e, ERR_TOO_LARGE, "leads.export-bytes",
			   "The file is longer than %lld bytes: narrow it by since and until, or "
			   "use the command export.",
			   (long long)x->conf->export_bytes);
	return fwrite(bytes.p, 1, bytes.n, x->file) == bytes.n || failed("written", e);
}

static bool open_file(struct http_request *rq, FILE **ret, struct err *e)
{
	const char *dir = worker_of(rq)->api->import_dir;
	int fd;

	if (!load_spool_ready(dir, e))
		return false;
	fd = file_nameless(dir);
	if (fd < 0)
		return failed("made", e);
	*ret = fdopen(fd, "w+");
	MUST(*ret);
	return true;
}

static bool write_page(void *ctx, const struct merge *m, size_t n, struct arena *a, struct err *e)
{
	struct exporting *x = ctx;
	struct export_lead_in *in = ARENA_ARRAY(a, struct export_lead_in, n);
	struct export_leads_row *rows = ARENA_ARRAY(a, struct export_leads_row, n);
	bool *found = ARENA_ARRAY(a, bool, n);

	if (!n)
		return true;
	x->n += (int64_t)n;
	if (x->n > x->conf->export_rows)
		return ERR(e, ERR_TOO_LARGE, "leads.export",
			   "More than %lld leads are found: narrow it by since and until, or use "
			   "the command export.",
			   (long long)x->conf->export_rows);
	for (size_t i = 0; i < n; i++) {
		const struct lead_page_row *l = merge_row(m, i);

		in[i] = (struct export_lead_in){ l->publisher_id, l->lead_id };
	}
	if (!export_lead_batch(x->db, in, n, a, rows, found, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (found[i] && !export_row(x->rows, &rows[i], e))
			return false;
	return true;
}

/* The store at one moment. */
static bool write_all(struct http_request *rq, const struct leads_in *in, enum sheet_format format,
		      struct exporting *x, struct err *e)
{
	const struct sheet_sink sink = { to_file, NULL, x };
	const struct sheet_style style = { .format = format, .marked = true, .guarded = true };
	AUTO_TX tx = { 0 };

	if (!export_begin(export_kind_of("leads"), &style, &sink, &x->rows, e) ||
	    !sql_begin_read(x->db, &tx, e) || !leads_walk(rq, in, write_page, x, e) ||
	    !export_end(x->rows, e))
		return false;
	return fflush(x->file) == 0 || failed("written", e);
}

static bool reply_with(struct http_request *rq, const struct leads_in *in, struct http_reply *reply,
		       struct err *e)
{
	struct exporting x = { .db = db_of(rq), .conf = worker_of(rq)->api->conf };
	enum sheet_format format;
	char today[CLOCK_TEXT];
	bool ok;

	MUST(export_format(in->format, &format));
	if (!open_file(rq, &x.file, e))
		return false;
	ok = write_all(rq, in, format, &x, e);
	export_free(x.rows);
	if (!ok) {
		fclose(x.file);
		return false;
	}
	reply->file = x.file;
	reply->file_gone = file_gone;
	reply->content_type = types[format];
	http_reply_header(reply, "content-disposition",
			  arena_printf(rq->arena, "attachment; filename=\"leads-%.10s.%s\"",
				       clock_text(rq->now_ms, today), in->format));
	return true;
}

/* A long one keeps a worker and the disk busy: one at a time leaves the others to people. */
static bool make(struct http_request *rq, const struct leads_in *in, struct http_reply *reply,
		 struct err *e)
{
	static atomic_flag one = ATOMIC_FLAG_INIT;
	bool ok;

	if (atomic_flag_test_and_set(&one))
		return ERR(e, ERR_LIMIT, "leads.export-busy",
			   "Another export is being made; try again in a moment.");
	ok = reply_with(rq, in, reply, e);
	atomic_flag_clear(&one);
	return ok;
}

bool h_leads_export(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	bool ok;

	if (atomic_fetch_add(&files, 1) < LIMIT_EXPORTS)
		ok = make(rq, input, reply, e);
	else
		ok = ERR(e, ERR_LIMIT, "leads.export-busy",
			 "%d exports are being made or sent; try again when one of them has "
			 "arrived.",
			 LIMIT_EXPORTS);
	if (!ok)
		file_gone();
	return ok;
}
