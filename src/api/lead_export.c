/*
 * The lead list as a file. It is written as a whole before the answer begins: what goes wrong is
 * told as a problem and not by a file that ends too early, and no transaction waits for a client.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "api/lead_list.h"
#include "base/clock.h"
#include "base/limits.h"
#include "export/export.h"

static const char *const types[] = {
	[SHEET_CSV] = "text/csv; charset=utf-8",
	[SHEET_NDJSON] = "application/x-ndjson",
	[SHEET_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

struct exporting {
	struct sql_db *db;
	FILE *file;
	struct export_rows *rows;
	size_t n;
};

static bool failed(const char *what, struct err *e)
{
	return ERR(e, ERR_STORE, "leads.export-file", "The export cannot be %s: %s.", what,
		   strerror(errno));
}

static bool to_file(void *ctx, struct str bytes, struct err *e)
{
	return fwrite(bytes.p, 1, bytes.n, ctx) == bytes.n || failed("written", e);
}

/* Without a name: it is gone with the answer, or with the process. */
static bool open_file(struct arena *a, const char *dir, FILE **ret, struct err *e)
{
	char *path = arena_strdup(a, arena_printf(a, "%s/export-XXXXXX", dir));
	int fd;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return failed("made", e);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return failed("made", e);
	unlink(path);
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
	x->n += n;
	if (x->n > LIMIT_EXPORT_ROWS)
		return ERR(e, ERR_TOO_LARGE, "leads.export",
			   "More than %d leads are found: narrow it by since and until, or use the "
			   "command export.",
			   LIMIT_EXPORT_ROWS);
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
	const struct sheet_sink sink = { to_file, NULL, x->file };
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
	struct exporting x = { .db = db_of(rq) };
	enum sheet_format format;
	char today[CLOCK_TEXT];
	bool ok;

	MUST(export_format(in->format, &format));
	if (!open_file(rq->arena, worker_of(rq)->api->import_dir, &x.file, e))
		return false;
	ok = write_all(rq, in, format, &x, e);
	export_free(x.rows);
	if (!ok) {
		fclose(x.file);
		return false;
	}
	reply->file = x.file;
	reply->content_type = types[format];
	http_reply_header(reply, "content-disposition",
			  arena_printf(rq->arena, "attachment; filename=\"leads-%.10s.%s\"",
				       clock_text(rq->now_ms, today), in->format));
	return true;
}

bool h_leads_export(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	/* A long one keeps a worker and the disk busy: one at a time leaves the others to people.
	 */
	static atomic_flag one = ATOMIC_FLAG_INIT;
	bool ok;

	if (atomic_flag_test_and_set(&one))
		return ERR(e, ERR_LIMIT, "leads.export-busy",
			   "Another export is being made; try again in a moment.");
	ok = reply_with(rq, input, reply, e);
	atomic_flag_clear(&one);
	return ok;
}
