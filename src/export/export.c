#include "export/export.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/limits.h"
#include "model/model.h"

#define COLUMNS_MAX 48

/* clang-format off */
/* From accepted on: what became of it, in Partner Center's words. */
static const struct export_column lead_columns[] = {
	{ "id", "lead_id", EXPORT_ID }, { "publisher", "publisher_id", EXPORT_TEXT },
	{ "offer", "offer_id", EXPORT_OFFER }, { "offerTitle", "offer_title", EXPORT_TEXT },
	{ "customerId", "customer_id", EXPORT_ID }, { "receivedAt", "received_at", EXPORT_TIME },
	{ "source", "source", EXPORT_TEXT }, { "action", "action", EXPORT_TEXT }, { "kind", "kind", EXPORT_TEXT },
	{ "leadSource", "lead_source", EXPORT_TEXT }, { "status", "status", EXPORT_TEXT },
	{ "substatus", "substatus", EXPORT_TEXT }, { "touches", "touches", EXPORT_INT }, { "test", "test", EXPORT_BOOL },
	{ "doNotContact", "dnc", EXPORT_BOOL }, { "dueAt", "due_at", EXPORT_TIME },
	{ "respondedAt", "responded_at", EXPORT_TIME }, { "firstName", "first_name", EXPORT_TEXT },
	{ "lastName", "last_name", EXPORT_TEXT }, { "email", "email", EXPORT_TEXT }, { "phone", "phone", EXPORT_TEXT },
	{ "country", "country", EXPORT_TEXT }, { "company", "company", EXPORT_TEXT }, { "title", "title", EXPORT_TEXT },
	{ "description", "description", EXPORT_TEXT }, { "flags", "flags", EXPORT_FLAGS },
	{ "acceptedAt", "accepted_at", EXPORT_TIME }, { "wonAt", "won_at", EXPORT_TIME },
	{ "lostAt", "lost_at", EXPORT_TIME }, { "declinedAt", "declined_at", EXPORT_TIME },
	{ "expiredAt", "expired_at", EXPORT_TIME }, { "statusReason", "reason", EXPORT_TEXT },
	{ "owner", "owner_name", EXPORT_TEXT }, { "team", "team_name", EXPORT_TEXT }, { "stage", "stage", EXPORT_TEXT },
	{ "calls", "calls", EXPORT_INT }, { "attempts", "attempts", EXPORT_INT }, { "quality", "quality", EXPORT_TEXT },
	{ "purchaseIntent", "purchase_intent", EXPORT_TEXT }, { "favorite", "favorite", EXPORT_BOOL },
	{ NULL, NULL, EXPORT_TEXT },
};
static const struct export_column customer_columns[] = {
	{ "id", "customer_id", EXPORT_ID }, { "publisher", "publisher_id", EXPORT_TEXT },
	{ "firstName", "first_name", EXPORT_TEXT }, { "lastName", "last_name", EXPORT_TEXT },
	{ "email", "email", EXPORT_TEXT }, { "phone", "phone", EXPORT_TEXT }, { "country", "country", EXPORT_TEXT },
	{ "company", "company", EXPORT_TEXT }, { "title", "title", EXPORT_TEXT }, { "leads", "leads", EXPORT_INT },
	{ "createdAt", "created_at", EXPORT_TIME }, { "lastAt", "last_at", EXPORT_TIME },
	{ NULL, NULL, EXPORT_TEXT },
};
static const struct export_column delivery_columns[] = {
	{ "id", "delivery_id", EXPORT_ID }, { "publisher", "publisher_id", EXPORT_TEXT },
	{ "leadId", "lead_id", EXPORT_ID }, { "destinationId", "destination_id", EXPORT_ID },
	{ "destinationKind", "kind", EXPORT_TEXT }, { "destinationName", "name", EXPORT_TEXT },
	{ "state", "state", EXPORT_TEXT }, { "attempts", "attempts", EXPORT_INT }, { "replays", "replays", EXPORT_INT },
	{ "createdAt", "created_at", EXPORT_TIME }, { "doneAt", "done_at", EXPORT_TIME },
	{ "outcome", "outcome", EXPORT_TEXT }, { "httpStatus", "http_status", EXPORT_INT }, { "code", "code", EXPORT_TEXT },
	{ "detail", "detail", EXPORT_TEXT }, { "remoteId", "remote_id", EXPORT_TEXT },
	{ "recipient", "recipient", EXPORT_TEXT },
	{ NULL, NULL, EXPORT_TEXT },
};
static const struct export_column audit_columns[] = {
	{ "id", "audit_id", EXPORT_ID }, { "publisher", "publisher_id", EXPORT_TEXT }, { "n", "n", EXPORT_INT },
	{ "at", "at", EXPORT_TIME }, { "actor", "actor", EXPORT_TEXT }, { "verb", "verb", EXPORT_TEXT },
	{ "ref", "ref", EXPORT_TEXT }, { "status", "status", EXPORT_INT }, { "hash", "hash", EXPORT_HEX },
	{ NULL, NULL, EXPORT_TEXT },
};
static const struct export_kind export_kinds[] = {
	{ "leads", lead_columns, &export_leads_query, &export_leads_count_query },
	{ "customers", customer_columns, &export_customers_query, &export_customers_count_query },
	{ "deliveries", delivery_columns, &export_deliveries_query, &export_deliveries_count_query },
	{ "audit", audit_columns, &export_audit_query, &export_audit_count_query },
	{ NULL, NULL, NULL, NULL },
};
/* clang-format on */
const char *const export_formats[] = { "csv", "ndjson", "xlsx", NULL };

struct export_rows {
	const struct export_kind *kind;
	struct sheet_writer *out;
	struct arena *arena; /* of the row */
};

const struct export_kind *export_kind_of(const char *name)
{
	for (const struct export_kind *k = export_kinds; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

bool export_format(const char *text, enum sheet_format *ret)
{
	static const enum sheet_format formats[] = { SHEET_CSV, SHEET_NDJSON, SHEET_XLSX };

	for (size_t i = 0; i < LL_COUNT(formats); i++)
		if (!strcmp(sheet_format_text(formats[i]), text)) {
			*ret = formats[i];
			return true;
		}
	return false;
}

static const void *member(const struct export_rows *x, const void *row, const char *name)
{
	const struct sql_field *f = x->kind->rows->out;

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

static bool is_number(enum export_as as)
{
	return as == EXPORT_INT || as == EXPORT_TIME || as == EXPORT_BOOL || as == EXPORT_FLAGS;
}

/* As text; NULL when it is absent. */
static const char *value(struct export_rows *x, const void *row, const struct export_column *k)
{
	const void *m = member(x, row, k->of);
	char *text = arena_alloc(x->arena, ID_TEXT);
	int64_t n = is_number(k->as) ? *(const int64_t *)m : 0;

	if (n == SQL_NULL_INT)
		return NULL;
	switch (k->as) {
	case EXPORT_TEXT: return *(const char *const *)m;
	case EXPORT_INT: return arena_printf(x->arena, "%lld", (long long)n);
	case EXPORT_ID: return id_text(*(const struct id *)m, text);
	case EXPORT_TIME: return clock_text(n, text);
	case EXPORT_BOOL: return n ? "true" : "false";
	case EXPORT_FLAGS: return flags_text(x->arena, n);
	case EXPORT_HEX:
		return str_hex(x->arena, ((const struct str *)m)->p, ((const struct str *)m)->n);
	case EXPORT_OFFER:
		return arena_printf(x->arena, "%s.%s",
				    *(const char *const *)member(x, row, "publisher_id"),
				    *(const char *const *)m);
	}
	return NULL;
}

static enum sheet_value_kind kind_of_value(enum export_as as)
{
	switch (as) {
	case EXPORT_INT: return SHEET_NUMBER;
	case EXPORT_BOOL: return SHEET_BOOL;
	case EXPORT_TEXT:
	case EXPORT_ID:
	case EXPORT_TIME:
	case EXPORT_FLAGS:
	case EXPORT_HEX:
	case EXPORT_OFFER: return SHEET_TEXT;
	}
	return SHEET_TEXT;
}

bool export_begin(const struct export_kind *kind, const struct sheet_style *style,
		  const struct sheet_sink *sink, struct export_rows **ret, struct err *e)
{
	struct export_rows *x = calloc(1, sizeof(*x));
	struct sheet_style s = *style;
	struct str names[COLUMNS_MAX];
	size_t n = 0;

	MUST(x);
	*x = (struct export_rows){ .kind = kind,
				   .arena = arena_new("export", LIMIT_ARENA_REQUEST) };
	*ret = x;
	s.tab = kind->name;
	for (const struct export_column *k = kind->columns; k->name; k++) {
		MUST(n < COLUMNS_MAX);
		names[n++] = str_of(k->name);
	}
	return sheet_write(&s, names, n, sink, &x->out, e);
}

bool export_row(struct export_rows *x, const void *row, struct err *e)
{
	struct sheet_value values[COLUMNS_MAX];
	size_t n = 0;
	bool ok;

	for (const struct export_column *k = x->kind->columns; k->name; k++) {
		const char *text = value(x, row, k);

		values[n++] = (struct sheet_value){ text ? kind_of_value(k->as) : SHEET_ABSENT,
						    str_of(text) };
	}
	ok = sheet_write_row(x->out, values, e);
	arena_reset(x->arena);
	return ok;
}

bool export_end(struct export_rows *x, struct err *e)
{
	return sheet_write_end(x->out, e);
}

uint64_t export_cut(const struct export_rows *x)
{
	return sheet_write_cut(x->out);
}

void export_free(struct export_rows *x)
{
	if (!x)
		return;
	sheet_write_free(x->out);
	arena_free(x->arena);
	free(x);
}
