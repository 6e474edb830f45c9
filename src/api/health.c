#include "api/handlers.h"

#include "base/limits.h"
#include "base/metric.h"

/* The process answers: nothing else is asked. */
bool h_health(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct json_out o = json_reply(reply);

	(void)rq;
	(void)in;
	(void)e;
	json_obj(&o, NULL);
	json_put_z(&o, "status", "ok");
	json_put_z(&o, "version", LEADLINE_VERSION);
	json_end_obj(&o);
	return true;
}

/* The store answers and is at the program's version. */
bool h_ready(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct json_out o;

	(void)in;
	if (!sql_ping(db_of(rq), e) ||
	    !sql_migrated(db_of(rq), store_migrations, store_migration_count, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_z(&o, "status", "ready");
	json_end_obj(&o);
	return true;
}

bool h_metrics(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)rq;
	(void)in;
	(void)e;
	reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
	reply->body = buf_new(LIMIT_REPLY);
	metric_write(&reply->body);
	return true;
}

/* counter -> wire name; offers and kinds are told under their own names. */
static const struct {
	const char *counter, *name;
} shown[] = {
	{ "leads", "leads" },
	{ "leads.unread", "unread" },
	{ "leads.test", "test" },
	{ "receipts.unreadable", "receiptsUnreadable" },
	{ "receipts.set-aside", "receiptsSetAside" },
};

static int64_t sum(const struct counter_list_row *rows, size_t n, const char *name)
{
	int64_t total = 0;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name))
			total += rows[i].n;
	return total;
}

static void write_prefixed(struct json_out *o, const char *key, const struct counter_list_row *rows,
			   size_t n, const char *prefix)
{
	size_t skip = strlen(prefix);

	json_obj(o, key);
	for (size_t i = 0; i < n; i++)
		if (!strncmp(rows[i].name, prefix, skip))
			json_put_int(o, rows[i].name + skip, rows[i].n);
	json_end_obj(o);
}

/* Deliveries move too often for a counter: the few that wait are counted by their partial index. */
static bool write_deliveries(struct http_request *rq, struct json_out *o, const struct scope *scope,
			     struct err *e)
{
	static const struct {
		const char *state, *name;
	} states[] = { { "due", "deliveriesDue" },
		       { "parked", "deliveriesParked" },
		       { "rejected", "deliveriesRejected" },
		       { "expired", "deliveriesExpired" } };

	for (size_t s = 0; s < LL_COUNT(states); s++) {
		int64_t total = 0;

		for (size_t i = 0; i < scope->n; i++) {
			struct delivery_count_row row;

			if (delivery_count(db_of(rq),
					   &(struct delivery_count_in){ scope->publishers[i],
									states[s].state },
					   rq->arena, &row, e) < 0)
				return false;
			total += row.n;
		}
		json_put_int(o, states[s].name, total);
	}
	return true;
}

struct counters_in {
	const char *publisher;
};

bool h_counters(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct counters_in *in = input;
	struct counter_list_row *all = NULL;
	struct scope scope;
	struct json_out o;
	size_t n = 0;

	if (!scope_of(rq, in->publisher, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		struct counter_list_row *rows, *more;
		size_t got;

		if (!counter_list(db_of(rq), &(struct counter_list_in){ scope.publishers[i] },
				  rq->arena, &rows, &got, e))
			return false;
		more = ARENA_ARRAY(rq->arena, struct counter_list_row, n + got);
		if (n)
			memcpy(more, all, n * sizeof(*all));
		if (got)
			memcpy(more + n, rows, got * sizeof(*rows));
		all = more;
		n += got;
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	for (size_t i = 0; i < LL_COUNT(shown); i++)
		json_put_int(&o, shown[i].name, sum(all, n, shown[i].counter));
	json_put_int(&o, "new", sum(all, n, "leads.unread"));
	json_obj(&o, "kinds");
	for (int k = KIND_INTEREST; k <= KIND_UNKNOWN; k++)
		json_put_int(
			&o, kind_text((enum kind)k),
			sum(all, n,
			    arena_printf(rq->arena, "leads.kind.%s", kind_text((enum kind)k))));
	json_end_obj(&o);
	write_prefixed(&o, "offers", all, n, "leads.offer.");
	if (!write_deliveries(rq, &o, &scope, e))
		return false;
	json_end_obj(&o);
	return true;
}
