/* export: every row of a kind, as CSV, as one JSON object a line, or as a spreadsheet. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "cmd/export_like.h"
#include "model/model.h"
#include "sheet/sheet.h"
#include "store/store.h"

#define COLUMNS_MAX 40

/* What a column becomes outside. */
enum as { AS_TEXT = 1, AS_INT, AS_ID, AS_TIME, AS_BOOL, AS_FLAGS, AS_OFFER, AS_HEX };
struct column {
	const char *name; /* outside */
	const char *of;   /* column of the statement */
	enum as as;
};
/* clang-format off */
static const struct column lead_columns[] = {
	{ "id", "lead_id", AS_ID }, { "publisher", "publisher_id", AS_TEXT }, { "offer", "offer_id", AS_OFFER },
	{ "offerTitle", "offer_title", AS_TEXT }, { "customerId", "customer_id", AS_ID },
	{ "receivedAt", "received_at", AS_TIME }, { "source", "source", AS_TEXT }, { "action", "action", AS_TEXT },
	{ "kind", "kind", AS_TEXT }, { "leadSource", "lead_source", AS_TEXT }, { "status", "status", AS_TEXT },
	{ "substatus", "substatus", AS_TEXT }, { "touches", "touches", AS_INT }, { "test", "test", AS_BOOL },
	{ "doNotContact", "dnc", AS_BOOL }, { "dueAt", "due_at", AS_TIME }, { "respondedAt", "responded_at", AS_TIME },
	{ "firstName", "first_name", AS_TEXT }, { "lastName", "last_name", AS_TEXT }, { "email", "email", AS_TEXT },
	{ "phone", "phone", AS_TEXT }, { "country", "country", AS_TEXT }, { "company", "company", AS_TEXT },
	{ "title", "title", AS_TEXT }, { "description", "description", AS_TEXT }, { "flags", "flags", AS_FLAGS },
	{ NULL, NULL, AS_TEXT },
};
static const struct column customer_columns[] = {
	{ "id", "customer_id", AS_ID }, { "publisher", "publisher_id", AS_TEXT }, { "firstName", "first_name", AS_TEXT },
	{ "lastName", "last_name", AS_TEXT }, { "email", "email", AS_TEXT }, { "phone", "phone", AS_TEXT },
	{ "country", "country", AS_TEXT }, { "company", "company", AS_TEXT }, { "title", "title", AS_TEXT },
	{ "leads", "leads", AS_INT }, { "createdAt", "created_at", AS_TIME }, { "lastAt", "last_at", AS_TIME },
	{ NULL, NULL, AS_TEXT },
};
static const struct column delivery_columns[] = {
	{ "id", "delivery_id", AS_ID }, { "publisher", "publisher_id", AS_TEXT }, { "leadId", "lead_id", AS_ID },
	{ "destinationId", "destination_id", AS_ID }, { "destinationKind", "kind", AS_TEXT },
	{ "destinationName", "name", AS_TEXT }, { "state", "state", AS_TEXT }, { "attempts", "attempts", AS_INT },
	{ "replays", "replays", AS_INT }, { "createdAt", "created_at", AS_TIME }, { "doneAt", "done_at", AS_TIME },
	{ "outcome", "outcome", AS_TEXT }, { "httpStatus", "http_status", AS_INT }, { "code", "code", AS_TEXT },
	{ "detail", "detail", AS_TEXT }, { "remoteId", "remote_id", AS_TEXT },
	{ "recipient", "recipient", AS_TEXT },
	{ NULL, NULL, AS_TEXT },
};
static const struct column audit_columns[] = {
	{ "id", "audit_id", AS_ID }, { "publisher", "publisher_id", AS_TEXT }, { "n", "n", AS_INT },
	{ "at", "at", AS_TIME }, { "actor", "actor", AS_TEXT }, { "verb", "verb", AS_TEXT }, { "ref", "ref", AS_TEXT },
	{ "status", "status", AS_INT }, { "hash", "hash", AS_HEX },
	{ NULL, NULL, AS_TEXT },
};
static const struct what {
	const char *name;
	const struct column *columns;
	const struct sql_query *rows, *count;
} whats[] = {
	{ "leads", lead_columns, &export_leads_query, &export_leads_count_query },
	{ "customers", customer_columns, &export_customers_query, &export_customers_count_query },
	{ "deliveries", delivery_columns, &export_deliveries_query, &export_deliveries_count_query },
	{ "audit", audit_columns, &export_audit_query, &export_audit_count_query },
};
/* clang-format on */

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

struct export
{
	struct cmd *c;
	const struct what *what;
	struct sheet_writer *out;
	struct arena *arena; /* of the row */
	struct cmd_progress progress;
	int64_t done, total;
};

static const void *member(const struct export *x, const void *row, const char *name)
{
	const struct sql_field *f = x->what->rows->out;

	while (strcmp(f->name, name) != 0) /* the tables above name columns that are there */
		f++;
	return (const char *)row + f->off;
}

static const char *flags_text(struct arena *a, int64_t flags)
{
	AUTO_BUF b = buf_new(1024);

	for (int i = 0; i < FLAG_COUNT; i++)
		if (flags & INT64_C(1) << i)
			buf_printf(&b, "%s%s", b.n ? " " : "", flag_text((enum flag)(1 << i)));
	return str_dup(a, buf_view(&b));
}

/* As text; NULL when it is absent. */
static const char *value(struct export *x, const void *row, const struct column *k)
{
	const void *m = member(x, row, k->of);
	char *text = arena_alloc(x->arena, ID_TEXT);
	int64_t n = k->as == AS_INT || k->as == AS_TIME || k->as == AS_BOOL || k->as == AS_FLAGS
			    ? *(const int64_t *)m
			    : 0;

	if (n == SQL_NULL_INT)
		return NULL;
	switch (k->as) {
	case AS_TEXT: return *(const char *const *)m;
	case AS_INT: return arena_printf(x->arena, "%lld", (long long)n);
	case AS_ID: return id_text(*(const struct id *)m, text);
	case AS_TIME: return clock_text(n, text);
	case AS_BOOL: return n ? "true" : "false";
	case AS_FLAGS: return flags_text(x->arena, n);
	case AS_HEX:
		return str_hex(x->arena, ((const struct str *)m)->p, ((const struct str *)m)->n);
	case AS_OFFER:
		return arena_printf(x->arena, "%s.%s",
				    *(const char *const *)member(x, row, "publisher_id"),
				    *(const char *const *)m);
	}
	return NULL;
}

static enum sheet_value_kind kind_of_value(enum as as)
{
	switch (as) {
	case AS_INT: return SHEET_NUMBER;
	case AS_BOOL: return SHEET_BOOL;
	case AS_TEXT:
	case AS_ID:
	case AS_TIME:
	case AS_FLAGS:
	case AS_HEX:
	case AS_OFFER: return SHEET_TEXT;
	}
	return SHEET_TEXT;
}

static bool take_row(void *ctx, const void *row, struct err *e)
{
	struct export *x = ctx;
	struct sheet_value values[COLUMNS_MAX];
	size_t n = 0;
	bool ok;

	for (const struct column *k = x->what->columns; k->name; k++) {
		const char *text = value(x, row, k);

		values[n++] = (struct sheet_value){ text ? kind_of_value(k->as) : SHEET_ABSENT,
						    str_of(text) };
	}
	ok = sheet_write_row(x->out, values, e);
	arena_reset(x->arena);
	cmd_progress_show(&x->progress, ++x->done, x->total);
	return ok;
}

static bool to_stdout(void *ctx, struct str bytes, struct err *e)
{
	(void)ctx;
	return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n ||
	       ERR(e, ERR_STORE, "cmd.output", "standard output could not be written.");
}

static bool begin_rows(struct export *x, const struct flags *f, enum sheet_format format,
		       struct err *e)
{
	const struct sheet_sink sink = { to_stdout, NULL, NULL };
	const struct sheet_style style = { .format = format,
					   .marked = f->spreadsheet,
					   .guarded = f->spreadsheet,
					   .tab = x->what->name };
	struct str names[COLUMNS_MAX];
	size_t n = 0;

	for (const struct column *k = x->what->columns; k->name; k++) {
		MUST(n < COLUMNS_MAX);
		names[n++] = str_of(k->name);
	}
	return sheet_write(&style, names, n, &sink, &x->out, e);
}

static bool write_all(struct export *x, const struct flags *f, enum sheet_format format,
		      struct err *e)
{
	/* The arguments of each of these statements are alike. */
	struct export_leads_in in = { f->publisher };
	struct store_count n = { 0 };
	AUTO_TX tx = { 0 };

	if (!cmd_open(x->c, NULL, e) || !sql_begin_read(x->c->db, &tx, e) ||
	    sql_one(x->c->db, x->what->count, &in, x->c->arena, &n, e) < 0)
		return false;
	x->total = n.n;
	return begin_rows(x, f, format, e) &&
	       sql_walk(x->c->db, x->what->rows, &in, take_row, x, e) && sheet_write_end(x->out, e);
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
	AUTO_ARENA arena = arena_new("export", LIMIT_ARENA_REQUEST);
	struct export x = { .c = c, .arena = arena, .progress = cmd_progress_start("Export") };
	enum sheet_format format = SHEET_CSV;
	bool ok;

	if (f->like)
		return write_like(c, f, e);
	if (!f->format)
		return cmd_usage(e, "--format is needed: csv, ndjson or xlsx.");
	while (format <= SHEET_XLSX && strcmp(f->format, sheet_format_text(format)) != 0)
		format++;
	if (format > SHEET_XLSX || format == SHEET_JSON)
		return cmd_usage(e, "--format must be csv, ndjson or xlsx.");
	if (format == SHEET_XLSX && isatty(STDOUT_FILENO))
		return cmd_usage(e, "a spreadsheet is nothing for a terminal: add > FILE.xlsx.");
	for (size_t i = 0; i < LL_COUNT(whats); i++)
		if (!strcmp(whats[i].name, c->args[0]))
			x.what = &whats[i];
	if (!x.what)
		return cmd_usage(e, "%.40s is none of leads, customers, deliveries, audit.",
				 c->args[0]);
	ok = write_all(&x, f, format, e);
	if (ok && sheet_write_cut(x.out))
		fprintf(stderr, "%llu texts were longer than a spreadsheet's cell and were cut.\n",
			(unsigned long long)sheet_write_cut(x.out));
	sheet_write_free(x.out);
	cmd_progress_end(&x.progress);
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
