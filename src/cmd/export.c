/* export: every row of a kind, as CSV or as one JSON object a line. */
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "model/model.h"
#include "store/store.h"

#define ROW_MAX (1024 * 1024)

/* What a column becomes outside. */
enum as { AS_TEXT = 1, AS_INT, AS_ID, AS_TIME, AS_BOOL, AS_FLAGS, AS_OFFER };
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
};
/* clang-format on */

struct flags {
	const char *format, *publisher;
	bool spreadsheet;
};
static const struct field export_flags[] = {
	F_STR(struct flags, format, "format", .flags = FIELD_REQUIRED, .max = 16,
	      .help = "csv or ndjson."),
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Only this publisher's."),
	F_BOOL(struct flags, spreadsheet, "spreadsheet", .def = "false",
	       .help = "With csv: texts that a spreadsheet would run as formulas get an "
		       "apostrophe."),
	F_END,
};

struct export
{
	struct cmd *c;
	const struct what *what;
	bool csv, spreadsheet;
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
	case AS_OFFER:
		return arena_printf(x->arena, "%s.%s",
				    *(const char *const *)member(x, row, "publisher_id"),
				    *(const char *const *)m);
	}
	return NULL;
}

/* RFC 4180. */
static void put_cell(const struct export *x, const char *text)
{
	bool formula = x->spreadsheet && *text && strchr("=+-@\t\r", *text);

	if (!formula && !strpbrk(text, "\",\r\n;\t")) {
		fputs(text, stdout);
		return;
	}
	fputs(formula ? "\"'" : "\"", stdout);
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void csv_row(struct export *x, const void *row)
{
	for (const struct column *k = x->what->columns; k->name; k++) {
		const char *text = value(x, row, k);

		if (k != x->what->columns)
			putchar(',');
		put_cell(x, text ? text : "");
	}
	fputs("\r\n", stdout);
}

static void json_row(struct export *x, const void *row)
{
	AUTO_BUF b = buf_new(ROW_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	for (const struct column *k = x->what->columns; k->name; k++) {
		const char *text = value(x, row, k);

		if (text && (k->as == AS_INT || k->as == AS_BOOL))
			json_put_raw(&o, k->name, str_of(text));
		else
			json_put_z(&o, k->name, text);
	}
	json_end_obj(&o);
	MUST(buf_ok(&b));
	fputs(b.p, stdout);
	putchar('\n');
}

static bool take_row(void *ctx, const void *row, struct err *e)
{
	struct export *x = ctx;

	if (x->csv)
		csv_row(x, row);
	else
		json_row(x, row);
	arena_reset(x->arena);
	cmd_progress_show(&x->progress, ++x->done, x->total);
	return !ferror(stdout) ||
	       ERR(e, ERR_STORE, "cmd.output", "standard output could not be written.");
}

static void csv_head(const struct export *x)
{
	for (const struct column *k = x->what->columns; k->name; k++)
		printf("%s%s", k == x->what->columns ? "" : ",", k->name);
	fputs("\r\n", stdout);
}

static bool write_all(struct export *x, const struct flags *f, struct err *e)
{
	/* The arguments of each of these statements are alike. */
	struct export_leads_in in = { f->publisher };
	struct store_count n = { 0 };
	AUTO_TX tx = { 0 };

	if (!cmd_open(x->c, NULL, e) || !sql_begin_read(x->c->db, &tx, e) ||
	    sql_one(x->c->db, x->what->count, &in, x->c->arena, &n, e) < 0)
		return false;
	x->total = n.n;
	if (x->csv)
		csv_head(x);
	return sql_walk(x->c->db, x->what->rows, &in, take_row, x, e);
}

static bool export_(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	AUTO_ARENA arena = arena_new("export", LIMIT_ARENA_REQUEST);
	struct export x = { .c = c,
			    .arena = arena,
			    .csv = !strcmp(f->format, "csv"),
			    .spreadsheet = f->spreadsheet,
			    .progress = cmd_progress_start("Export") };
	bool ok;

	if (!strcmp(f->format, "xlsx"))
		return cmd_usage(
			e, "--format xlsx is not available in this version: csv and ndjson are.");
	if (!x.csv && strcmp(f->format, "ndjson") != 0)
		return cmd_usage(e, "--format must be csv or ndjson.");
	for (size_t i = 0; i < LL_COUNT(whats); i++)
		if (!strcmp(whats[i].name, c->args[0]))
			x.what = &whats[i];
	if (!x.what)
		return cmd_usage(e, "%.40s is none of leads, customers, deliveries.", c->args[0]);
	ok = write_all(&x, f, e);
	cmd_progress_end(&x.progress);
	return ok;
}

const struct command cmd_export[] = {
	{ .noun = "export",
	  .args = "leads|customers|deliveries",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = export_flags,
	  .in_size = sizeof(struct flags),
	  .run = export_,
	  .summary = "Writes all rows to standard output.",
	  .more = "CSV is UTF-8 with a header line (RFC 4180), NDJSON one object a line. What is "
		  "written is "
		  "the store at one moment." },
	{ .noun = NULL },
};
