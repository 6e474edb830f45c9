/* Merge, split and undo, each with a preview. */
#include <stdlib.h>
#include "api/customer.h"
#include "base/limits.h"

#define MERGE_MAX 100

/* When one of its leads is in reach. */
static bool reaches_customer(struct http_request *rq, const char *publisher, struct id customer,
			     struct err *e)
{
	struct reach r = reach_of_caller(rq);
	int has = reach_has_customer(db_of(rq), rq->arena, &r, publisher, customer, e);

	return has > 0 || (has == 0 && not_found("customer", e));
}

bool find_customer(struct http_request *rq, const char *text, const char **ret_publisher,
		   struct id *ret_asked, struct id *ret_living, struct err *e)
{
	struct scope scope;

	if (!id_parse(str_of(text), ret_asked))
		return not_found("customer", e);
	if (!scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = customer_living(db_of(rq), rq->arena, scope.publishers[i], *ret_asked,
					    ret_living, e);

		*ret_publisher = scope.publishers[i];
		if (found > 0 && is_limited(rq))
			return reaches_customer(rq, *ret_publisher, *ret_living, e);
		if (found)
			return found > 0;
	}
	return not_found("customer", e);
}

struct customer_who who_asks(struct http_request *rq, const char *publisher)
{
	return (struct customer_who){ publisher, rq->who.name ? rq->who.name : "", rq->now_ms };
}

/* ---- the reply ---- */

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

/* Customers that leads left or came to, each once. */
static struct id *touched(struct arena *a, const struct customer_change *c, size_t *ret_n)
{
	struct id *ids = ARENA_ARRAY(a, struct id, c->move_count * 2);
	size_t n = 0, m = 0;

	for (size_t i = 0; i < c->move_count; i++) {
		ids[n++] = c->moves[i].from;
		ids[n++] = c->moves[i].to;
	}
	qsort(ids, n, sizeof(*ids), by_id);
	for (size_t i = 0; i < n; i++)
		if (!m || !id_eq(ids[i], ids[m - 1]))
			ids[m++] = ids[i];
	*ret_n = m;
	return ids;
}

struct customers {
	struct customer_page_row *rows;
	size_t n;
};

/* Those of the ids that have leads now. */
static bool read_living(struct http_request *rq, const char *publisher, const struct id *ids,
			size_t n, struct customers *ret, struct err *e)
{
	*ret = (struct customers){ ARENA_ARRAY(rq->arena, struct customer_page_row, n), 0 };
	for (size_t i = 0; i < n; i++) {
		struct customer_get_in in = { publisher, ids[i] };
		int found = customer_get(db_of(rq), &in, rq->arena, &ret->rows[ret->n], e);

		if (found < 0)
			return false;
		ret->n += found && ret->rows[ret->n].leads > 0;
	}
	return true;
}

static void write_customers(struct json_out *o, const char *key, const struct customers *c)
{
	json_list(o, key);
	for (size_t i = 0; i < c->n; i++) {
		json_obj(o, NULL);
		write_customer_members(o, &c->rows[i]);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void write_moves(struct json_out *o, const struct customer_change *c)
{
	json_list(o, "moves");
	for (size_t i = 0; i < c->move_count && i < LIMIT_PAGE; i++) {
		json_obj(o, NULL);
		json_put_id(o, "lead", &c->moves[i].lead);
		json_put_id(o, "from", &c->moves[i].from);
		json_put_id(o, "to", &c->moves[i].to);
		json_end_obj(o);
	}
	json_end_list(o);
}

bool reply_change(struct http_request *rq, const char *publisher, struct sql_tx *tx,
		  const struct customer_change *done, bool dry_run, struct http_reply *reply,
		  struct err *e)
{
	struct customers before = { NULL, 0 }, after;
	struct json_out o;
	size_t n;
	struct id *ids = touched(rq->arena, done, &n);

	if (!read_living(rq, publisher, ids, n, &after, e))
		return false;
	reply->unchanged = dry_run;
	if (dry_run) {
		sql_tx_end(tx);
		if (!read_living(rq, publisher, ids, n, &before, e))
			return false;
	} else {
		if (!sql_commit(tx, e))
			return false;
		live_wake(worker_of(rq)->api->live);
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_bool(&o, "dryRun", dry_run);
	if (dry_run)
		json_put_null(&o, "regroup");
	else
		json_put_id(&o, "regroup", &done->regroup);
	json_put_id(&o, "customer", &done->customer);
	json_put_int(&o, "leads", (int64_t)done->move_count);
	write_moves(&o, done);
	if (dry_run)
		write_customers(&o, "before", &before);
	write_customers(&o, "after", &after);
	json_end_obj(&o);
	return true;
}

/* ---- merge ---- */

#define F_DRY_RUN(S)                                                                               \
	F_BOOL(S, dry_run, "dryRun", .def = "false",                                               \
	       .help = "Only shows what would move, and the customers before and after.")

struct merge_in {
	const char *const *customers;
	struct id into;
	bool dry_run, overrule;
};
FITS(struct merge_in);
const struct field customer_merge_body[] = {
	F_STRS(struct merge_in, customers, "customers", .min = 2, .max = MERGE_MAX,
	       .help = "Ids of the customers that are one."),
	F_ID(struct merge_in, into, "into",
	     .help = "The one whose id stays; else the one with most leads."),
	F_BOOL(struct merge_in, overrule, "overrule", .def = "false",
	       .help = "Also when a user said before that they are different."),
	F_DRY_RUN(struct merge_in),
	F_END,
};

/* All of one publisher, as ids. */
static bool find_all(struct http_request *rq, const char *const *texts, struct id *ids,
		     size_t *ret_n, const char **ret_publisher, struct err *e)
{
	const char *publisher;
	struct id living;
	size_t n = 0;

	for (; texts && texts[n]; n++) {
		if (!find_customer(rq, texts[n], &publisher, &ids[n], &living, e))
			return false;
		if (n && strcmp(publisher, *ret_publisher) != 0)
			return ERR_FIELD(e, ERR_INPUT, "customers.publishers", "customers",
					 "Customers of two publishers cannot be one.");
		*ret_publisher = publisher;
	}
	*ret_n = n;
	return n >= 2 ||
	       ERR_FIELD(e, ERR_INPUT, "customers.one", "customers", "Name two customers or more.");
}

bool h_customer_merge(struct http_request *rq, const void *input, struct http_reply *reply,
		      struct err *e)
{
	const struct merge_in *in = input;
	struct customer_change done;
	const char *publisher = NULL;
	struct id ids[MERGE_MAX];
	struct customer_who w;
	AUTO_TX tx = { 0 };
	size_t n;

	if (!find_all(rq, in->customers, ids, &n, &publisher, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	w = who_asks(rq, publisher);
	return customer_merge(db_of(rq), rq->arena, &w, ids, n, in->into, in->overrule, &done, e) &&
	       reply_change(rq, publisher, &tx, &done, in->dry_run, reply, e);
}

/* ---- split ---- */

struct split_in {
	const char *const *leads;
	bool dry_run;
};
FITS(struct split_in);
const struct field customer_split_body[] = {
	F_STRS(struct split_in, leads, "leads", .max = LIMIT_PAGE,
	       .help = "Ids of the leads that go to a customer of their own."),
	F_DRY_RUN(struct split_in),
	F_END,
};

bool h_customer_split(struct http_request *rq, const void *input, struct http_reply *reply,
		      struct err *e)
{
	const struct split_in *in = input;
	struct customer_change done;
	struct id asked, id, leads[LIMIT_PAGE];
	const char *publisher;
	struct customer_who w;
	AUTO_TX tx = { 0 };
	size_t n = 0;

	if (!find_customer(rq, rq->path_args[0], &publisher, &asked, &id, e))
		return false;
	for (; in->leads && in->leads[n]; n++)
		if (!id_parse(str_of(in->leads[n]), &leads[n]))
			return ERR_FIELD(e, ERR_INPUT, "field.id", "leads",
					 "leads must be ids of leads (UUIDs).");
	w = who_asks(rq, publisher);
	return sql_begin(db_of(rq), &tx, e) &&
	       customer_split(db_of(rq), rq->arena, &w, id, leads, n, &done, e) &&
	       reply_change(rq, publisher, &tx, &done, in->dry_run, reply, e);
}

/* ---- undo ---- */

struct undo_in {
	bool dry_run;
};
FITS(struct undo_in);
const struct field customer_undo_body[] = { F_DRY_RUN(struct undo_in), F_END };

static bool find_regroup(struct http_request *rq, struct id *ret, const char **ret_publisher,
			 struct err *e)
{
	struct regroup_get_row row;
	struct scope scope;

	if (!path_id(rq, 0, ret, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = regroup_get(db_of(rq),
					&(struct regroup_get_in){ scope.publishers[i], *ret },
					rq->arena, &row, e);

		*ret_publisher = scope.publishers[i];
		if (found)
			return found > 0;
	}
	return not_found("change", e);
}

bool h_customer_undo(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct undo_in *in = input;
	struct customer_change done;
	const char *publisher;
	struct customer_who w;
	AUTO_TX tx = { 0 };
	struct id regroup;

	if (!find_regroup(rq, &regroup, &publisher, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	w = who_asks(rq, publisher);
	return customer_undo(db_of(rq), rq->arena, &w, regroup, &done, e) &&
	       reply_change(rq, publisher, &tx, &done, in->dry_run, reply, e);
}
