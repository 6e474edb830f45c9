/* A person's data, gone for who asks that it goes; person_data.c gives it to who asks for it. */
#include "erase/erase.h"

#include "api/customer.h"
#include "base/limits.h"

#define PLACES_SHOWN 1000 /* where else it lies */

/* ---- erasing ---- */

struct erase_in {
	bool dry_run;
};
FITS(struct erase_in);
const struct field customer_erase_body[] = {
	F_BOOL(struct erase_in, dry_run, "dryRun", .def = "false",
	       .help = "Only counts what would go, and names where else it lies."),
	F_END,
};

static bool write_places(struct http_request *rq, struct json_out *o, const char *publisher,
			 struct id customer, struct err *e)
{
	struct erase_delivered_in in = { publisher, customer, PLACES_SHOWN };
	struct erase_delivered_row *rows;
	size_t n;

	if (!erase_delivered(db_of(rq), &in, rq->arena, &rows, &n, e))
		return false;
	json_list(o, "delivered");
	for (size_t i = 0; i < n; i++) {
		json_obj(o, NULL);
		json_obj(o, "destination");
		json_put_id(o, "id", &rows[i].destination_id);
		json_put_z(o, "name", rows[i].name);
		json_put_z(o, "kind", rows[i].kind);
		json_end_obj(o);
		json_put_id(o, "lead", &rows[i].lead_id);
		json_put_z(o, "remoteId", rows[i].remote_id);
		json_put_z(o, "recipient", *rows[i].recipient ? rows[i].recipient : NULL);
		json_put_time(o, "at", rows[i].done_at);
		json_end_obj(o);
	}
	json_end_list(o);
	return true;
}

bool h_customer_erase(struct http_request *rq, const void *input, struct http_reply *reply,
		      struct err *e)
{
	const struct erase_in *in = input;
	struct erase_counts counts;
	const char *publisher;
	struct customer_who w;
	struct id asked, id;
	struct json_out o;
	AUTO_TX tx = { 0 };

	if (!find_customer(rq, rq->path_args[0], &publisher, &asked, &id, e) ||
	    !sql_begin(db_of(rq), &tx, e))
		return false;
	w = who_asks(rq, publisher);
	if (!erase_customer(db_of(rq), rq->arena, &w, id, &counts, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_bool(&o, "dryRun", in->dry_run);
	json_put_id(&o, "customer", &id);
	json_put_int(&o, "leads", counts.leads);
	json_put_int(&o, "receipts", counts.receipts);
	json_put_int(&o, "cancelled", counts.cancelled);
	if (!write_places(rq, &o, publisher, id, e))
		return false;
	json_end_obj(&o);
	reply->unchanged = in->dry_run;
	if (in->dry_run)
		return true;
	if (!sql_commit(&tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

/* The body of a message that nobody could read may be somebody's as well. */
static bool find_receipt(struct http_request *rq, struct id *ret, const char **ret_publisher,
			 struct err *e)
{
	struct scope scope;

	if (!path_id(rq, 0, ret, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		struct receipt_get_in in = { scope.publishers[i], *ret };
		struct receipt_get_row row;
		int found = receipt_get(db_of(rq), &in, rq->arena, &row, e);

		*ret_publisher = scope.publishers[i];
		if (found > 0 && !strcmp(row.state, receipt_state_text(RECEIPT_WAITING)))
			return ERR(e, ERR_CONFLICT, "receipt.waiting",
				   "This message is about to be read: try again in a moment.");
		if (found)
			return found > 0;
	}
	return not_found("receipt", e);
}

bool h_receipt_erase(struct http_request *rq, const void *in, struct http_reply *reply,
		     struct err *e)
{
	const char *publisher;
	struct customer_who w;
	AUTO_TX tx = { 0 };
	struct id id;
	bool now;

	(void)in;
	if (!find_receipt(rq, &id, &publisher, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	w = who_asks(rq, publisher);
	if (!erase_receipt_body(db_of(rq), rq->arena, &w, id, &now, e) ||
	    !say_change(rq, publisher, "receipt", id, "erased", e) || !sql_commit(&tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return h_receipt(rq, NULL, reply, e);
}

bool write_erasure(struct http_request *rq, struct json_out *o, const char *publisher,
		   struct id customer, struct err *e)
{
	struct erasure_get_in in = { publisher, customer };
	struct erasure_get_row row;
	int found = erasure_get(db_of(rq), &in, rq->arena, &row, e);

	if (found <= 0) {
		json_put_null(o, "erased");
		return found == 0;
	}
	json_obj(o, "erased");
	json_put_time(o, "at", row.at);
	json_put_z(o, "by", row.actor);
	json_put_int(o, "leads", row.leads);
	json_put_int(o, "receipts", row.receipts);
	json_put_time(o, "settledAt", row.settled_at);
	json_end_obj(o);
	return true;
}
