/*
 * import: files of rows into the store. Receipts are placed by the server that runs on the store,
 * else by this process: whoever holds the placer's lease.
 */
#include "cmd/import.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/limits.h"
#include "intake/intake.h"
#include "load/load.h"
#include "sheet/sheet.h"
#include "store/store.h"

#define LOOK_EVERY_MS 20
#define SHOWN         10 /* problems on the terminal; the report has all */
#define ANSWER        (64 * 1024 * 1024)

struct flags {
	const char *publisher, *offer, *map, *encoding, *delimiter, *sheet, *report;
	bool deliver, dry_run;
};
static const struct field import_flags[] = {
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose leads they are; needless with --offer, or with one publisher."),
	F_STR(struct flags, offer, "offer", .max = 2 * LIMIT_ID,
	      .help = "The offer (PUB.OFFER) of rows that name none, or none that is known."),
	F_STR(struct flags, map, "map", .max = 16384,
	      .help = "COLUMN:FIELD,… beside what is told by itself; FIELD may be ignore."),
	F_STR(struct flags, encoding, "encoding", .max = 64,
	      .help = "Without it: told from the bytes. utf-8, windows-949, gb18030 …"),
	F_STR(struct flags, delimiter, "delimiter", .max = 3,
	      .help = "Between the cells: , ; | or tab. Without it: told."),
	F_STR(struct flags, sheet, "sheet", .max = 128,
	      .help = "Of a spreadsheet: which sheet. Without it: the first with rows."),
	F_BOOL(struct flags, deliver, "deliver", .def = "false",
	       .help = "The leads are delivered to the destinations like those that arrive."),
	F_BOOL(struct flags, dry_run, "dryRun", .def = "false",
	       .help = "Reads everything, tells what would become of each row, writes nothing."),
	F_STR(struct flags, report, "report", .max = 4096,
	      .help = "A CSV file that tells what became of each row."),
	F_END,
};

struct run {
	struct cmd *c;
	const struct flags *f;
	struct load_options o;
	struct placing *placing;
	struct cmd_progress progress;
	struct json_out out;
	struct sheet_writer *report;
	FILE *report_file;
	const char *file;
	size_t shown, unshown;
	struct err *e;
	bool report_failed;
};

/* ---- what the flags mean ---- */

static bool take_delimiter(const char *text, char *ret, struct err *e)
{
	if (!text)
		return true;
	if (!strcmp(text, "tab") || !strcmp(text, "\\t"))
		text = "\t";
	if (strlen(text) != 1 || !strchr(",;|\t", *text))
		return cmd_usage(e, "--delimiter is one of , ; | or tab.");
	*ret = *text;
	return true;
}

bool import_only_publisher(struct cmd *c, const char **ret, struct err *e)
{
	struct publisher_list_row *rows;
	size_t n;

	if (!publisher_list(c->db, c->arena, &rows, &n, e))
		return false;
	if (n != 1)
		return cmd_usage(e, "whose leads are they? Say --publisher ID or --offer "
				    "PUB.OFFER.");
	*ret = rows[0].publisher_id;
	return true;
}

static bool take_publisher(struct cmd *c, const struct flags *f, struct load_options *o,
			   struct err *e)
{
	struct publisher_get_in in = { f->publisher };
	struct publisher_get_row row;
	int found;

	if (f->offer && !cmd_offer_id(c, f->offer, &o->publisher, &o->offer, e))
		return false;
	if (f->offer && f->publisher && strcmp(f->publisher, o->publisher) != 0)
		return cmd_usage(e, "--offer %s is none of the publisher %s.", f->offer,
				 f->publisher);
	if (f->offer)
		return true;
	if (!f->publisher)
		return import_only_publisher(c, &o->publisher, e);
	found = publisher_get(c->db, &in, c->arena, &row, e);
	o->publisher = f->publisher;
	return found > 0 || (found == 0 && ERR(e, ERR_NOT_FOUND, "publisher.unknown",
					       "there is no publisher %s.", f->publisher));
}

/* ---- what is told of rows ---- */

static bool write_report(struct run *r, const struct load_row *row, struct err *e)
{
	char n[24], line[24], id[ID_TEXT] = "";
	struct sheet_value v[6];
	const char *text[] = {
		r->file, n, line, load_outcome_text(row->outcome), row->problem ? row->problem : "",
		id
	};

	snprintf(n, sizeof(n), "%llu", (unsigned long long)row->n);
	snprintf(line, sizeof(line), "%llu", (unsigned long long)row->line);
	if (!id_is_null(row->receipt))
		id_text(row->receipt, id);
	for (size_t i = 0; i < LL_COUNT(v); i++)
		v[i] = (struct sheet_value){ SHEET_TEXT, str_of(text[i]) };
	return sheet_write_row(r->report, v, e);
}

static void take_row(void *ctx, const struct load_row *row)
{
	struct run *r = ctx;

	if (r->report && !r->report_failed)
		r->report_failed = !write_report(r, row, r->e);
	if (!row->problem)
		return;
	if (r->shown++ < SHOWN)
		cmd_note("%s, row %llu, line %llu: %s. %s", r->file, (unsigned long long)row->n,
			 (unsigned long long)row->line, load_outcome_text(row->outcome),
			 row->problem);
	else
		r->unshown++;
}

static bool to_report(void *ctx, struct str bytes, struct err *e)
{
	struct run *r = ctx;

	return fwrite(bytes.p, 1, bytes.n, r->report_file) == bytes.n ||
	       ERR(e, ERR_STORE, "cmd.output", "the report could not be written.");
}

static bool begin_report(struct run *r, struct err *e)
{
	static const char *const names[] = {
		"file", "row", "line", "outcome", "problem", "receipt"
	};
	const struct sheet_style style = { .format = SHEET_CSV, .marked = true, .guarded = true };
	const struct sheet_sink sink = { to_report, NULL, r };
	struct str columns[LL_COUNT(names)];

	if (!r->f->report)
		return true;
	r->report_file = fopen(r->f->report, "we");
	if (!r->report_file)
		return ERR(e, ERR_STORE, "cmd.output", "%s could not be written.", r->f->report);
	for (size_t i = 0; i < LL_COUNT(names); i++)
		columns[i] = str_of(names[i]);
	return sheet_write(&style, columns, LL_COUNT(names), &sink, &r->report, e);
}

static bool end_report(struct run *r, bool ok, struct err *e)
{
	if (ok && r->report)
		ok = sheet_write_end(r->report, e);
	sheet_write_free(r->report);
	if (r->report_file && fclose(r->report_file) != 0 && ok)
		ok = ERR(e, ERR_STORE, "cmd.output", "%s could not be written.", r->f->report);
	return ok;
}

/* ---- one file ---- */

static void show_columns(const struct run *r, const struct load *l)
{
	const struct sheet_about *about = load_about(l);
	const struct sheet_map *m = load_map(l);

	cmd_note("%s: %s%s%s, %s%s%s%s", r->file, sheet_format_text(about->format),
		 about->tab ? ", sheet " : "", about->tab ? about->tab : "", about->encoding,
		 about->encoding_sure ? "" : " (a guess: --encoding says it outright)",
		 m->dialect && *m->dialect ? ", as written by " : "", m->dialect ? m->dialect : "");
	for (size_t i = 0; i < m->n; i++)
		if (m->guess[i].field != SHEET_NO_FIELD && m->guess[i].field != SHEET_IGNORED)
			cmd_note("  " STR_FMT " -> %s%s", STR_ARG(load_column(l, i)),
				 sheet_field_text(m->guess[i].field),
				 m->guess[i].sure == SHEET_GUESS ? " (a guess: --map says it "
								   "outright)"
								 : "");
}

/* Receipts wait at the placer: those that arrive by themselves must not stand behind them long. */
static bool make_room(struct run *r, int64_t most, struct err *e)
{
	int64_t waiting;

	if (r->o.dry)
		return true;
	for (;;) {
		if (!placing_backlog(r->placing, &waiting, e))
			return false;
		if (waiting <= most)
			return true;
		if (!placing_some(r->placing, e))
			return false;
	}
}

static bool read_file(struct run *r, struct load *l, struct err *e)
{
	int got = 1;
	bool shown = false;

	while (got > 0) {
		if (!make_room(r, LOAD_AHEAD, e))
			return false;
		got = load_step(l, clock_now(), e);
		if (got < 0 || r->report_failed)
			return false;
		if (!shown && r->f->dry_run)
			show_columns(r, l);
		shown = true;
		cmd_progress_show(&r->progress, load_counts(l)->bytes, (int64_t)load_size(l));
	}
	while ((got = load_settle(l, clock_now(), e)) == 0)
		if (!placing_some(r->placing, e))
			return false;
	return got > 0;
}

static bool nothing_taken(const struct load *l, struct err *e)
{
	const struct load_counts *c = load_counts(l);

	if (!c->by[LOAD_REFUSED] || c->by[LOAD_NEW] || c->by[LOAD_KNOWN] || c->by[LOAD_CHANGED])
		return false;
	return !ERR(e, ERR_INPUT, "import.nothing",
		    "no row could be imported: see what is said of the first ones.");
}

static bool import_file(struct run *r, const char *path, struct err *e)
{
	struct load_get_row row;
	struct load *l;
	const char *slash = strrchr(path, '/');
	bool ok;

	r->file = r->o.name = slash ? slash + 1 : path;
	r->shown = r->unshown = 0;
	r->progress = cmd_progress_start(r->file);
	if (!load_open(r->c->db, path, &r->o, clock_now(), &l, e))
		return false;
	load_tell(l, take_row, r);
	ok = read_file(r, l, e);
	cmd_progress_end(&r->progress);
	if (r->unshown)
		cmd_note("%zu more rows have something to be told: --report FILE, or import show.",
			 r->unshown);
	row = load_as_row(l, r->c->arena);
	if (ok && !r->o.dry)
		row.state = "done";
	if (ok)
		load_put_json(&r->out, &row);
	ok = ok && !nothing_taken(l, e);
	load_close(l);
	return ok;
}

static const struct cmd_column columns[] = {
	{ "FILE", "file", 40 },
	{ "ROWS", "rows.read", 0 },
	{ "NEW", "rows.new", 0 },
	{ "KNOWN", "rows.known", 0 },
	{ "CHANGED", "rows.changed", 0 },
	{ "REFUSED", "rows.refused", 0 },
	{ "IGNORED", "rows.ignored", 0 },
	{ "TEST", "rows.test", 0 },
	{ "STATE", "state", 0 },
	{ "ID", "id", 0 },
	{ NULL, NULL, 0 },
};

static bool import_all(struct run *r, struct err *e)
{
	AUTO_BUF b = buf_new(ANSWER);
	struct err print;
	bool ok = begin_report(r, e);

	r->out = json_out(&b);
	json_obj(&r->out, NULL);
	json_list(&r->out, "items");
	for (size_t i = 0; ok && i < r->c->arg_count; i++)
		ok = import_file(r, r->c->args[i], e);
	json_end_list(&r->out);
	json_put_null(&r->out, "next");
	json_end_obj(&r->out);
	ok = end_report(r, ok, e);
	if (!buf_ok(&b) || cmd_print_list(r->c, buf_view(&b), columns, &print))
		return ok;
	if (ok)
		*e = print;
	return false;
}

static bool import(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	struct run r = { .c = c, .f = f, .e = e };
	bool ok;

	r.o = (struct load_options){ .offer = "",
				     .map = f->map,
				     .actor = "command line",
				     .deliver = f->deliver,
				     .dry = f->dry_run,
				     .sheet = { .encoding = f->encoding, .tab = f->sheet } };
	if (!take_delimiter(f->delimiter, &r.o.sheet.delimiter, e) || !cmd_open(c, NULL, e) ||
	    !take_publisher(c, f, &r.o, e) || (!f->dry_run && !placing_start(c, &r.placing, e)))
		return false;
	ok = import_all(&r, e);
	placing_stop(r.placing);
	return ok;
}

/* ---- imports of the past ---- */

static bool list_publisher(struct cmd *c, const char *publisher, struct json_out *o, struct err *e)
{
	struct load_page_in in = { publisher, id_last(INT64_MAX), LIMIT_PAGE };
	struct load_get_row *rows;
	size_t n;

	if (!load_page(c->db, &in, c->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		load_put_json(o, &rows[i]);
	return true;
}

static bool list(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF b = buf_new(ANSWER);
	struct json_out o = json_out(&b);
	struct publisher_list_row *rows;
	size_t n;

	(void)flags;
	if (!cmd_open(c, NULL, e) || !publisher_list(c->db, c->arena, &rows, &n, e))
		return false;
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++)
		if (!list_publisher(c, rows[i].publisher_id, &o, e))
			return false;
	json_end_list(&o);
	json_put_null(&o, "next");
	json_end_obj(&o);
	return cmd_print_list(c, buf_view(&b), columns, e);
}

/* Of any publisher: whoever has the store has all of them. */
static bool find(struct cmd *c, const char *text, struct load_get_row *ret, struct err *e)
{
	struct publisher_list_row *rows;
	struct id id;
	size_t n;

	if (!cmd_id(text, &id, e) || !cmd_open(c, NULL, e) ||
	    !publisher_list(c->db, c->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct load_get_in in = { rows[i].publisher_id, id };
		int found = load_get(c->db, &in, c->arena, ret, e);

		if (found)
			return found > 0;
	}
	return ERR(e, ERR_NOT_FOUND, "import.unknown", "there is no import %s.", text);
}

static bool show(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF b = buf_new(ANSWER);
	struct json_out o = json_out(&b);
	struct load_get_row row;

	(void)flags;
	if (!find(c, c->args[0], &row, e))
		return false;
	if (!load_rows_json(c->db, c->arena, &row, &o, e))
		return false;
	return cmd_print_one(c, buf_view(&b), e);
}

static bool undo(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_ARENA a = arena_new("undo", CMD_ARENA);
	struct load_get_row row;
	struct placing *placing;
	int more = 1;
	bool ok;

	(void)flags;
	if (!find(c, c->args[0], &row, e))
		return false;
	if (!strcmp(row.state, "undone"))
		return ERR(e, ERR_CONFLICT, "import.undone", "it is undone already.");
	if (!placing_start(c, &placing, e))
		return false;
	ok = placing_until_placed(placing, row.publisher_id, row.load_id, e) &&
	     load_undo_check(c->db, a, row.publisher_id, row.load_id, e);
	while (ok && more > 0) {
		arena_reset(a);
		more = load_undo_step(c->db, a, row.publisher_id, row.load_id, "command line",
				      clock_now(), e);
		ok = more >= 0 && placing_tidy(placing, e);
	}
	placing_stop(placing);
	return ok;
}

const struct command cmd_import[] = {
	{ .noun = "import",
	  .args = "FILE…",
	  .min_args = 1,
	  .max_args = CMD_MANY,
	  .flags = import_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_AUDIT | CMD_JSON,
	  .run = import,
	  .summary = "Reads leads from files: CSV, NDJSON, JSON, XLSX, exports of Partner Center "
		     "and CRMs.",
	  .more = "What is in a file is told by itself: encoding, delimiter, what each column "
		  "holds. Try --dry-run first.\nThe same row in the same or another file is known "
		  "and makes nothing twice; its status moves forward only.\nDestinations get "
		  "nothing of it without --deliver. Works beside a running server, and without." },
	{ .noun = "import",
	  .verb = "list",
	  .args = "",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the imports, the newest first." },
	{ .noun = "import",
	  .verb = "show",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = show,
	  .summary = "Shows an import: what was told of the file, and what became of its rows." },
	{ .noun = "import",
	  .verb = "undo",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_AUDIT,
	  .run = undo,
	  .summary = "Takes an import back without a trace: its leads, and customers without "
		     "others.",
	  .more = "Refused when one of its leads was answered, assigned, delivered, joined by "
		  "other messages, moved by\na user or changed by a later import: undo that "
		  "first." },
	{ .noun = NULL },
};
