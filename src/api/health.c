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

/* counter -> wire name; kinds are told under their own names, offers as publisher.offer. */
static const struct shown {
	const char *counter, *name;
} shown[] = {
	{ "leads", "leads" },
	{ "leads.unread", "unread" },
	{ "leads.test", "test" },
	{ "leads.lost-few", "lostAfterFewAttempts" },
	{ "receipts.unreadable", "receiptsUnreadable" },
	{ "receipts.set-aside", "receiptsSetAside" },
};
#define KIND_PREFIX  "leads.kind."
#define OFFER_PREFIX "leads.offer."

/* Sums over publishers; offers are members of a JSON object in the making. */
struct totals {
	int64_t shown[LL_COUNT(shown)], kinds[KIND_UNKNOWN + 1];
	struct json_out offers;
};

static void add_counter(struct arena *a, struct totals *t, const char *publisher,
			const struct counter_list_row *c)
{
	struct str name = str_of(c->name);

	for (size_t i = 0; i < LL_COUNT(shown); i++)
		if (str_eq_z(name, shown[i].counter))
			t->shown[i] += c->n;
	if (str_starts(name, KIND_PREFIX))
		t->kinds[kind_of(str_from(name, sizeof(KIND_PREFIX) - 1))] += c->n;
	if (str_starts(name, OFFER_PREFIX))
		json_put_int(
			&t->offers,
			arena_printf(a, "%s.%s", publisher, c->name + sizeof(OFFER_PREFIX) - 1),
			c->n);
}

static bool sum_counters(struct http_request *rq, const struct scope *scope, struct totals *t,
			 struct err *e)
{
	for (size_t i = 0; i < scope->n; i++) {
		ARENA_SCOPE(rq->arena);
		struct counter_list_row *rows;
		size_t n;

		if (!counter_list(db_of(rq), &(struct counter_list_in){ scope->publishers[i] },
				  rq->arena, &rows, &n, e))
			return false;
		for (size_t k = 0; k < n; k++)
			add_counter(rq->arena, t, scope->publishers[i], &rows[k]);
	}
	return true;
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
			ARENA_SCOPE(rq->arena);
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

#define REVIEWS_MAX 1000 /* more are told as so many */

/* Pairs that wait for a person. */
static bool write_reviews(struct http_request *rq, struct json_out *o, const struct scope *scope,
			  struct err *e)
{
	int64_t n = 0;

	for (size_t i = 0; i < scope->n && n < REVIEWS_MAX; i++) {
		struct pair_few_in in = { scope->publishers[i], "review", REVIEWS_MAX - n };
		struct pair_few_row row;

		if (pair_few(db_of(rq), &in, rq->arena, &row, e) < 0)
			return false;
		n += row.n;
	}
	json_put_int(o, "reviews", n);
	return true;
}

bool h_counters(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct counters_in *in = input;
	AUTO_BUF offers = buf_new(LIMIT_REPLY / 2);
	struct totals t = { .offers = json_out(&offers) };
	struct scope scope;
	struct json_out o;

	json_obj(&t.offers, NULL);
	if (!scope_of(rq, in->publisher, &scope, e))
		return false;
	if (is_limited(rq)) {
		o = json_reply(reply);
		json_obj(&o, NULL);
		if (!write_reach_counters(rq, &o, &scope, e))
			return false;
		json_end_obj(&o);
		return true;
	}
	if (!sum_counters(rq, &scope, &t, e))
		return false;
	json_end_obj(&t.offers);
	o = json_reply(reply);
	json_obj(&o, NULL);
	for (size_t i = 0; i < LL_COUNT(shown); i++)
		json_put_int(&o, shown[i].name, t.shown[i]);
	json_put_int(&o, "new", t.shown[1]); /* the unread ones */
	json_obj(&o, "kinds");
	for (int k = KIND_INTEREST; k <= KIND_UNKNOWN; k++)
		json_put_int(&o, kind_text((enum kind)k), t.kinds[k]);
	json_end_obj(&o);
	json_put_raw(&o, "offers", buf_ok(&offers) ? buf_view(&offers) : STR("{}"));
	json_put_bool(&o, "capped", false);
	if (!write_deliveries(rq, &o, &scope, e) || !write_reviews(rq, &o, &scope, e) ||
	    !write_lead_counts(rq, &o, &scope, e))
		return false;
	json_end_obj(&o);
	return true;
}
