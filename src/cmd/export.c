/* export: every row of a kind, as CSV, as one JSON object a line, or as a spreadsheet. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/limits.h"
#include "cmd/cmd.h"
#include "cmd/export_like.h"
#include "export/export.h"

struct flags {
	const char *format, *publisher, *like, *out, *offer;
	bool spreadsheet;
};
static const struct field export_flags[] = {
	F_STR(struct flags, format, "format", .max = 16,
	      .help = "csv, ndjson or xlsx; not with --like."),
	F_STR(struct flags, like, "like", .max = 4096,
	      .help = "Of leads: a CSV file that Partner Center or a CRM exported. It is written "
		      "again with the state that its leads have here, all else untouched."),
	F_STR(struct flags, out, "out", .max = 4096,
	      .help = "With --like: where to, as files of 1,000 rows (FILE, FILE-2 …), which is "
		      "what Partner Center takes at a time."),
	F_STR(struct flags, offer, "offer", .max = 2 * LIMIT_ID,
	      .help = "With --like: as it was given to import."),
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Only this publisher's."),
	F_BOOL(struct flags, spreadsheet, "spreadsheet", .def = "false",
	       .help = "With csv: a byte order mark, which Excel wants, and texts that a "
		       "spreadsheet program would run as formulas get an apostrophe."),
	F_END,
};

struct writing {
	const struct export_kind *kind;
	struct export_rows *out;
	struct cmd_progress progress;
	int64_t done, total;
};

static bool take_row(void *ctx, const void *row, struct err *e)
{
	struct writing *w = ctx;

	cmd_progress_show(&w->progress, ++w->done, w->total);
	return export_row(w->out, row, e);
}

static bool to_stdout(void *ctx, struct str bytes, struct err *e)
{
	(void)ctx;
	return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n ||
	       ERR(e, ERR_STORE, "cmd.output", "standard output could not be written.");
}

static bool write_all(struct cmd *c, struct writing *w, const struct flags *f,
		      enum sheet_format format, struct err *e)
{
	const struct sheet_sink sink = { to_stdout, NULL, NULL };
	const struct sheet_style style = { .format = format,
					   .marked = f->spreadsheet,
					   .guarded = f->spreadsheet };
	/* The arguments of each of these statements are alike. */
	struct export_leads_in in = { f->publisher };
	struct store_count n = { 0 };
	AUTO_TX tx = { 0 };

	if (!cmd_open(c, NULL, e) || !sql_begin_read(c->db, &tx, e) ||
	    sql_one(c->db, w->kind->count, &in, c->arena, &n, e) < 0)
		return false;
	w->total = n.n;
	return export_begin(w->kind, &style, &sink, &w->out, e) &&
	       sql_walk(c->db, w->kind->rows, &in, take_row, w, e) && export_end(w->out, e);
}

static bool write_like(struct cmd *c, const struct flags *f, struct err *e)
{
	const struct export_like x = { f->like, f->out, f->publisher, f->offer };

	if (strcmp(c->args[0], "leads") != 0 || f->format || f->spreadsheet)
		return cmd_usage(e, "--like goes with leads, --out, --publisher and --offer only.");
	return export_like(c, &x, e);
}

static bool export_(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	struct writing w = { .progress = cmd_progress_start("Export") };
	enum sheet_format format;
	bool ok;

	if (f->like)
		return write_like(c, f, e);
	if (!f->format)
		return cmd_usage(e, "--format is needed: csv, ndjson or xlsx.");
	if (!export_format(f->format, &format))
		return cmd_usage(e, "--format must be csv, ndjson or xlsx.");
	if (format == SHEET_XLSX && isatty(STDOUT_FILENO))
		return cmd_usage(e, "a spreadsheet is nothing for a terminal: add > FILE.xlsx.");
	w.kind = export_kind_of(c->args[0]);
	if (!w.kind)
		return cmd_usage(e, "%.40s is none of leads, customers, deliveries, audit.",
				 c->args[0]);
	ok = write_all(c, &w, f, format, e);
	if (ok && export_cut(w.out))
		fprintf(stderr, "%llu texts were longer than a spreadsheet's cell and were cut.\n",
			(unsigned long long)export_cut(w.out));
	export_free(w.out);
	cmd_progress_end(&w.progress);
	return ok;
}

const struct command cmd_export[] = {
	{ .noun = "export",
	  .args = "leads|customers|deliveries|audit",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = export_flags,
	  .in_size = sizeof(struct flags),
	  .run = export_,
	  .summary = "Writes all rows to standard output.",
	  .more = "CSV is UTF-8 with a header line (RFC 4180), NDJSON one object a line, XLSX a "
		  "spreadsheet. What is written is the store at one moment." },
	{ .noun = NULL },
};
