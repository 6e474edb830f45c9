#include "api/handlers.h"

#include "api/merge.h"
#include "base/limits.h"

static const char *const states[] = { "due",    "leased",  "done",      "rejected",
				      "parked", "expired", "cancelled", NULL };

struct deliveries_in {
	const char *publisher, *state, *after;
	struct id destination, lead;
	int64_t since, until, limit;
};
FITS(struct deliveries_in);
const struct field deliveries_query[] = {
	F_PUBLISHER(struct deliveries_in),
	F_CHOICE(struct deliveries_in, state, "state", .choices = states,
		 .help = "State of the delivery."),
	F_ID(struct deliveries_in, destination, "destination", .help = "Id of a destination."),
	F_ID(struct deliveries_in, lead, "lead", .help = "Id of a lead."),
	F_TIME(struct deliveries_in, since, "since", .help = "Owed since this time or later."),
	F_TIME(struct deliveries_in, until, "until", .help = "Owed since this time or earlier."),
	F_PAGE(struct deliveries_in),
	F_END,
};

static void write_members(struct http_request *rq, struct json_out *o,
			  const struct delivery_page_row *d)
{
	json_put_id(o, "id", &d->delivery_id);
	json_put_z(o, "publisher", d->publisher_id);
	json_put_id(o, "lead", &d->lead_id);
	json_obj(o, "customer");
	json_put_z(o, "firstName", d->first_name);
	json_put_z(o, "lastName", d->last_name);
	json_put_z(o, "company", d->company);
	json_put_z(o, "email", d->email);
	json_end_obj(o);
	json_put_bool(o, "test", d->test == 1);
	json_obj(o, "destination");
	json_put_id(o, "id", &d->destination_id);
	json_put_z(o, "kind", d->destination_kind);
	json_put_z(o, "name", d->destination_name);
	json_end_obj(o);
	json_put_z(o, "state", d->state);
	json_put_int(o, "attemptCount", d->attempts);
	json_put_int(o, "replays", d->replays);
	json_put_time(o, "createdAt", d->created_at);
	json_put_time(o, "nextAttemptAt", strcmp(d->state, "due") == 0 ? d->next_at : SQL_NULL_INT);
	json_put_time(o, "doneAt", d->done_at);
	json_put_z(o, "outcome", d->outcome);
	json_put_int_but(o, "status", d->http_status, SQL_NULL_INT);
	json_put_z(o, "code", d->code);
	json_put_z(o, "detail", d->detail);
	json_put_z(o, "remoteId", d->remote_id);
	json_put_z(o, "remoteLink",
		   record_link(rq, d->publisher_id, d->destination_id, d->remote_id));
	json_put_z(o, "recipient", *d->recipient ? d->recipient : NULL);
}

void write_delivery(struct http_request *rq, struct json_out *o, const char *key,
		    const struct delivery_page_row *d)
{
	json_obj(o, key);
	write_members(rq, o, d);
	json_put_int(o, "attempts", d->attempts);
	json_end_obj(o);
}

static int newest(const void *a, const void *b)
{
	return memcmp(((const struct delivery_page_row *)b)->delivery_id.b,
		      ((const struct delivery_page_row *)a)->delivery_id.b, sizeof(struct id));
}

static bool collect(struct http_request *rq, const struct deliveries_in *in, int64_t limit,
		    struct merge *m, struct err *e)
{
	enum delivery_page_filter filter = !id_is_null(in->lead) ? DELIVERY_PAGE_FILTER_LEAD
					   : in->state && strcmp(in->state, "done")
						   ? DELIVERY_PAGE_FILTER_STATE
						   : DELIVERY_PAGE_FILTER_ANY;
	struct delivery_page_in page = {
		.limit = limit,
		.since = id_first(in->since == FIELD_NO_INT ? 0 : in->since),
		.state = in->state,
		.destination = in->destination,
		.lead = in->lead,
	};
	struct scope scope;

	if (!id_before(in->after, in->until, &page.before, e))
		return false;
	if (!scope_of(rq, in->publisher, &scope, e))
		return false;
	merge_begin(m, &delivery_get_query, newest, (size_t)limit, scope.n, rq->arena);
	for (size_t i = 0; i < scope.n; i++) {
		struct delivery_page_row *rows;
		size_t n;

		page.publisher = scope.publishers[i];
		if (!delivery_page(db_of(rq), filter, &page, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_deliveries(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct deliveries_in *in = input;
	const struct delivery_page_row *last = NULL;
	AUTO_MERGE m = { 0 };
	struct json_out o;
	size_t i;

	if (!collect(rq, in, in->limit + 1, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit; i++) {
		last = merge_row(&m, i);
		write_delivery(rq, &o, NULL, last);
	}
	json_end_list(&o);
	if (i < m.n)
		json_put_id(&o, "next", &last->delivery_id);
	else
		json_put_null(&o, "next");
	json_end_obj(&o);
	return true;
}

static bool find(struct http_request *rq, const struct scope *scope, struct id id,
		 struct delivery_page_row *ret, struct err *e)
{
	for (size_t i = 0; i < scope->n; i++) {
		int found = delivery_get(db_of(rq),
					 &(struct delivery_get_in){ scope->publishers[i], id },
					 rq->arena, ret, e);

		if (found != 0)
			return found > 0;
	}
	return not_found("delivery", e);
}

bool h_delivery(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct attempt_list_row *rows;
	struct delivery_page_row d;
	struct scope scope;
	struct json_out o;
	AUTO_TX tx = { 0 };
	struct id id;
	size_t n;

	(void)in;
	/* Of one moment: else an attempt is over, and its delivery still under way. */
	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e) ||
	    !sql_begin_read(db_of(rq), &tx, e) || !find(rq, &scope, id, &d, e) ||
	    !attempt_list(db_of(rq), &(struct attempt_list_in){ d.publisher_id, id }, rq->arena,
			  &rows, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_members(rq, &o, &d);
	json_list(&o, "attempts");
	for (size_t i = 0; i < n; i++) {
		json_obj(&o, NULL);
		json_put_int(&o, "n", rows[i].n);
		json_put_time(&o, "at", rows[i].at);
		json_put_int(&o, "durationMs", rows[i].duration_ms);
		json_put_z(&o, "outcome", rows[i].outcome);
		json_put_int_but(&o, "status", rows[i].http_status, SQL_NULL_INT);
		json_put_z(&o, "code", rows[i].code);
		json_put_z(&o, "detail", rows[i].detail);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}

/* ---- replay ---- */

#define REPLAY_MAX 10000 /* one call; a longer range is replayed in pieces */

struct replay_in {
	const char *const *ids;
	const struct json *filter;
	bool dry_run;
};
FITS(struct replay_in);
const struct field replay_body[] = {
	F_STRS(struct replay_in, ids, "ids", .max = LIMIT_PAGE, .help = "Ids of deliveries."),
	F_OBJ(struct replay_in, filter, "filter",
	      .help = "As the query of GET /deliveries, in place of ids."),
	F_BOOL(struct replay_in, dry_run, "dryRun", .def = "false", .help = "Only counts."),
	F_END,
};

/* What a replay is about, by ids or by filter. */
struct owed {
	const char *publisher;
	struct id id;
	bool replayable;
};

static struct owed owed_of(const struct delivery_page_row *d)
{
	bool under_way = !strcmp(d->state, "due") || !strcmp(d->state, "leased");

	return (struct owed){ d->publisher_id, d->delivery_id, !under_way };
}

static bool by_ids(struct http_request *rq, const char *const *ids, struct owed **ret,
		   size_t *ret_n, struct err *e)
{
	struct scope scope;
	size_t n = 0;

	if (!scope_of(rq, NULL, &scope, e))
		return false;
	*ret = ARENA_ARRAY(rq->arena, struct owed, LIMIT_PAGE);
	for (; ids[n]; n++) {
		struct delivery_page_row row;
		struct id id;

		if (!id_parse(str_of(ids[n]), &id))
			return ERR_FIELD(e, ERR_INPUT, "field.id", "ids",
					 "ids must be ids of deliveries (UUIDs).");
		if (!find(rq, &scope, id, &row, e))
			return false;
		(*ret)[n] = owed_of(&row);
	}
	*ret_n = n;
	return true;
}

/* m holds the rows that *ret points into. */
static bool by_filter(struct http_request *rq, const struct json *filter, struct merge *m,
		      struct owed **ret, size_t *ret_n, struct err *e)
{
	struct deliveries_in in = { 0 };
	struct field_problems p = { 0 };

	field_defaults(rq->arena, deliveries_query, &in);
	if (!field_decode(rq->arena, deliveries_query, filter, false, &in, &p)) {
		*e = p.e[0];
		return false;
	}
	if (!collect(rq, &in, REPLAY_MAX, m, e))
		return false;
	*ret = ARENA_ARRAY(rq->arena, struct owed, m->n);
	for (size_t i = 0; i < m->n; i++)
		(*ret)[i] = owed_of(merge_row(m, i));
	*ret_n = m->n;
	return true;
}

static bool replay(struct http_request *rq, const struct owed *all, size_t n, int64_t *ret_done,
		   struct err *e)
{
	AUTO_TX tx = { 0 };

	if (!sql_begin(db_of(rq), &tx, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(rq->arena);
		struct delivery_replay_row row;
		int moved;

		if (!all[i].replayable)
			continue;
		moved = delivery_replay(
			db_of(rq),
			&(struct delivery_replay_in){ all[i].publisher, all[i].id, rq->now_ms },
			rq->arena, &row, e);
		if (moved < 0 || (moved && !say_change(rq, all[i].publisher, "delivery", all[i].id,
						       "replayed", e)))
			return false;
		*ret_done += moved;
	}
	return sql_commit(&tx, e);
}

bool h_delivery_replay(struct http_request *rq, const void *input, struct http_reply *reply,
		       struct err *e)
{
	const struct replay_in *in = input;
	AUTO_MERGE m = { 0 };
	struct owed *all;
	int64_t matched = 0, done = 0;
	struct json_out o;
	size_t n;

	if (!in->ids == !in->filter)
		return ERR_FIELD(e, ERR_INPUT, "replay.what", "ids",
				 "Give either ids or a filter.");
	if (!(in->ids ? by_ids(rq, in->ids, &all, &n, e)
		      : by_filter(rq, in->filter, &m, &all, &n, e)))
		return false;
	for (size_t i = 0; i < n; i++)
		matched += all[i].replayable;
	reply->unchanged = in->dry_run;
	if (!in->dry_run) {
		if (!replay(rq, all, n, &done, e))
			return false;
		worker_of(rq)->api->wake_sender(worker_of(rq)->api->sender);
		live_wake(worker_of(rq)->api->live);
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_int(&o, "matched", matched);
	json_put_int(&o, "replayed", done);
	json_put_bool(&o, "more", n == REPLAY_MAX);
	json_end_obj(&o);
	return true;
}
