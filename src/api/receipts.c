#include "api/handlers.h"

#include "api/merge.h"
#include "erase/erase.h"
#include "base/limits.h"

static const char *const states[] = { "waiting", "placed", "unreadable", "set-aside", NULL };

struct receipts_in {
	const char *publisher, *offer, *state, *after;
	int64_t since, until, limit;
};
FITS(struct receipts_in);
const struct field receipts_query[] = {
	F_PUBLISHER(struct receipts_in),
	F_STR(struct receipts_in, offer, "offer", .max = LIMIT_ID * 2, .help = "publisher.offer"),
	F_CHOICE(struct receipts_in, state, "state", .choices = states,
		 .help = "State of the receipt."),
	F_TIME(struct receipts_in, since, "since", .help = "Received at this time or later."),
	F_TIME(struct receipts_in, until, "until", .help = "Received at this time or earlier."),
	F_PAGE(struct receipts_in),
	F_END,
};

struct found {
	const char *publisher;
	struct receipt_get_row r;
};

/* The states of few receipts have an index of their own. */
static enum receipt_list_state_filter filter_of(const char *state)
{
	if (!strcmp(state, "waiting"))
		return RECEIPT_LIST_STATE_FILTER_WAITING;
	return strcmp(state, "placed") ? RECEIPT_LIST_STATE_FILTER_TROUBLE
				       : RECEIPT_LIST_STATE_FILTER_ANY;
}

static bool read_page(struct http_request *rq, const struct receipts_in *in, const char *publisher,
		      const char *offer, struct id before, struct arena *a,
		      struct receipt_get_row **ret, size_t *ret_n, struct err *e)
{
	struct id since = id_first(in->since == FIELD_NO_INT ? 0 : in->since);
	int64_t limit = in->limit + 1;

	if (!in->state)
		return receipt_list(
			db_of(rq),
			&(struct receipt_list_in){ publisher, before, since, offer, limit }, a, ret,
			ret_n, e);
	return receipt_list_state(db_of(rq), filter_of(in->state),
				  &(struct receipt_list_state_in){ publisher, before, since, offer,
								   in->state, limit },
				  a, ret, ret_n, e);
}

static int newest(const void *a, const void *b)
{
	return memcmp(((const struct receipt_get_row *)b)->receipt_id.b,
		      ((const struct receipt_get_row *)a)->receipt_id.b, sizeof(struct id));
}

static bool write_leads(struct http_request *rq, struct json_out *o, const struct found *f,
			struct err *e)
{
	struct receipt_leads_row *rows;
	size_t n;

	if (!receipt_leads(db_of(rq), &(struct receipt_leads_in){ f->publisher, f->r.receipt_id },
			   rq->arena, &rows, &n, e))
		return false;
	json_list(o, "leads");
	for (size_t i = 0; i < n; i++)
		json_put_id(o, NULL, &rows[i].lead_id);
	json_end_list(o);
	return true;
}

static bool write_receipt(struct http_request *rq, struct json_out *o, const struct found *f,
			  struct err *e)
{
	const struct receipt_get_row *r = &f->r;

	json_obj(o, NULL);
	json_put_id(o, "id", &r->receipt_id);
	json_put_z(o, "publisher", f->publisher);
	json_put_z(o, "offer", arena_printf(rq->arena, "%s.%s", f->publisher, r->offer_id));
	json_put_z(o, "state", r->state);
	json_put_int(o, "arrivals", r->arrivals);
	json_put_time(o, "receivedAt", r->received_at);
	json_put_time(o, "lastAt", r->last_at);
	json_put_z(o, "contentType", r->content_type);
	json_put_int(o, "bytes", r->bytes);
	if (!write_leads(rq, o, f, e))
		return false;
	if (r->problem_code) {
		json_obj(o, "problem");
		json_put_z(o, "code", r->problem_code);
		json_put_z(o, "text", r->problem_text);
		json_end_obj(o);
	} else {
		json_put_null(o, "problem");
	}
	json_end_obj(o);
	return true;
}

static bool collect(struct http_request *rq, const struct receipts_in *in,
		    const struct scope *scope, struct merge *m, struct err *e)
{
	const char *only = NULL, *offer = NULL;
	struct id before;

	if (!id_before(in->after, in->until, &before, e))
		return false;
	if (in->offer && !offer_split(rq->arena, in->offer, "offer", &only, &offer, e))
		return false;
	merge_begin(m, &receipt_get_query, newest, (size_t)in->limit + 1, scope->n, rq->arena);
	for (size_t i = 0; i < scope->n; i++) {
		struct receipt_get_row *rows;
		size_t n;

		if (only && strcmp(only, scope->publishers[i]) != 0)
			continue;
		if (!read_page(rq, in, scope->publishers[i], offer, before, merge_arena(m), &rows,
			       &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_receipts(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct receipts_in *in = input;
	struct found f = { 0 };
	AUTO_MERGE m = { 0 };
	struct scope scope;
	struct json_out o;
	size_t i;

	if (!scope_of(rq, in->publisher, &scope, e) || !collect(rq, in, &scope, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit && reply->body.n < LIMIT_REPLY / 2; i++) {
		ARENA_SCOPE(rq->arena);

		f.publisher = scope.publishers[merge_source(&m, i)];
		memcpy(&f.r, merge_row(&m, i), sizeof(f.r));
		if (!write_receipt(rq, &o, &f, e))
			return false;
	}
	json_end_list(&o);
	if (i < m.n)
		json_put_id(&o, "next", &f.r.receipt_id);
	else
		json_put_null(&o, "next");
	json_end_obj(&o);
	return true;
}

static bool find(struct http_request *rq, struct found *ret, struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found;

		ret->publisher = scope.publishers[i];
		found = receipt_get(db_of(rq), &(struct receipt_get_in){ ret->publisher, id },
				    rq->arena, &ret->r, e);
		if (found != 0)
			return found > 0;
	}
	return not_found("receipt", e);
}

bool h_receipt(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct found f;
	struct json_out o;

	(void)in;
	if (!find(rq, &f, e))
		return false;
	o = json_reply(reply);
	return write_receipt(rq, &o, &f, e);
}

/* The bytes as they came, as a download that no browser runs. */
bool h_receipt_body(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct receipt_body_row row;
	struct found f;
	int found;

	(void)in;
	if (!find(rq, &f, e))
		return false;
	found = receipt_body(db_of(rq), &(struct receipt_body_in){ f.publisher, f.r.receipt_id },
			     rq->arena, &row, e);
	if (found <= 0)
		return found == 0 ? not_found("receipt", e) : false;
	reply->content_type = "application/octet-stream";
	http_reply_header(reply, "content-disposition", "attachment; filename=\"receipt.bin\"");
	reply->body = buf_new(LIMIT_REPLY);
	buf_str(&reply->body, row.body);
	return true;
}

bool h_receipt_reread(struct http_request *rq, const void *in, struct http_reply *reply,
		      struct err *e)
{
	struct receipt_reread_row row;
	struct json_out o;
	struct found f;
	AUTO_TX tx = { 0 };
	int found;

	(void)in;
	if (!find(rq, &f, e) || !sql_begin(db_of(rq), &tx, e))
		return false;
	if (!strcmp(f.r.content_type, ERASED_TYPE))
		return ERR(e, ERR_CONFLICT, "receipt.erased",
			   "This message was erased: there is nothing left to read.");
	found = receipt_reread(db_of(rq),
			       &(struct receipt_reread_in){ f.publisher, f.r.receipt_id },
			       rq->arena, &row, e);
	if (found == 0)
		return ERR(e, ERR_CONFLICT, "receipt.state",
			   "This receipt is %s: only an unreadable one or one set aside can be "
			   "read again.",
			   f.r.state);
	if (found < 0 ||
	    !counter_add(
		    db_of(rq),
		    &(struct counter_add_in){
			    f.publisher, arena_printf(rq->arena, "receipts.%s", f.r.state), -1 },
		    NULL, e) ||
	    !say_change(rq, f.publisher, "receipt", f.r.receipt_id, "waiting", e) ||
	    !sql_commit(&tx, e))
		return false;
	placer_note(worker_of(rq)->api->placer, 1);
	live_wake(worker_of(rq)->api->live);
	f.r.state = receipt_state_text(RECEIPT_WAITING);
	f.r.problem_code = NULL;
	reply->status = 202;
	o = json_reply(reply);
	return write_receipt(rq, &o, &f, e);
}
