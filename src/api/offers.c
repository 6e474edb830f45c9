#include "api/handlers.h"

#include "base/limits.h"

static const char *const call_choices = "contact-me,get-it-now,free-trial,test-drive,create";

struct offers_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct offers_in);
const struct field offers_query[] = { F_PUBLISHER(struct offers_in), F_PAGE(struct offers_in),
				      F_END };

struct offer_in {
	const char *id, *title;
	const char *const *listing;
	bool transactable;
};
FITS(struct offer_in);
const struct field offer_body[] = {
	F_STR(struct offer_in, id, "id", .flags = FIELD_REQUIRED, .min = 3, .max = LIMIT_ID * 2,
	      .help = "publisher.offer, as given in Partner Center."),
	F_STR(struct offer_in, title, "title", .max = LIMIT_NAME, .def = "",
	      .help = "The offer's display name."),
	F_STRS(struct offer_in, listing, "listing", .max = 5, .def = "",
	       .help = "Calls to action: contact-me, get-it-now, free-trial, test-drive, create."),
	F_BOOL(struct offer_in, transactable, "transactable", .def = "false",
	       .help = "Sold through the marketplace."),
	F_END,
};
struct offer_change {
	const char *title;
	const char *const *listing;
	bool transactable;
};
FITS(struct offer_change);
const struct field offer_set_body[] = {
	F_STR(struct offer_change, title, "title", .max = LIMIT_NAME,
	      .help = "The offer's display name."),
	F_STRS(struct offer_change, listing, "listing", .max = 5, .help = "Calls to action."),
	F_BOOL(struct offer_change, transactable, "transactable",
	       .help = "Sold through the marketplace."),
	F_END,
};
struct rotate_in {
	int64_t overlap_s;
};
FITS(struct rotate_in);
const struct field rotate_body[] = {
	F_INT(struct rotate_in, overlap_s, "overlapSeconds", .min = 0, .max = 30 * 86400,
	      .help = "How long the old address stays good; default: the option keyOverlapS."),
	F_END,
};

/* ---- publishers ---- */

static bool publisher_item(struct http_request *rq, const char *publisher, struct short_page *page,
			   struct json_out *o, struct err *e)
{
	struct publisher_get_row p;
	int found =
		publisher_get(db_of(rq), &(struct publisher_get_in){ publisher }, rq->arena, &p, e);

	if (found < 0)
		return false;
	if (!found || !short_page_takes(page, p.publisher_id))
		return true;
	json_obj(o, NULL);
	json_put_z(o, "id", p.publisher_id);
	json_put_z(o, "name", p.name);
	json_put_time(o, "createdAt", p.created_at);
	json_end_obj(o);
	return true;
}

bool h_publishers(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct bare_list *in = input;

	return reply_over_scope(rq, NULL, short_page(in->after, in->limit), publisher_item, reply,
				e);
}

static const char *full_id(struct arena *a, const struct offer_list_row *f)
{
	return arena_printf(a, "%s.%s", f->publisher_id, f->offer_id);
}

static bool write_offer(struct http_request *rq, struct json_out *o, const struct offer_list_row *f,
			bool with_url, struct err *e)
{
	struct receipt_offer_seen_row seen;
	struct str listing = str_of(f->listing), call;
	const char *url = NULL;
	int found = receipt_offer_seen(
		db_of(rq), &(struct receipt_offer_seen_in){ f->publisher_id, f->offer_id },
		rq->arena, &seen, e);

	if (found < 0)
		return false;
	if (with_url && !offer_intake_url(db_of(rq), rq->arena, worker_of(rq)->api->seal,
					  worker_of(rq)->api->public_url, f->publisher_id,
					  f->offer_id, &url, e))
		return false;
	json_obj(o, NULL);
	json_put_z(o, "id", full_id(rq->arena, f));
	json_put_z(o, "publisher", f->publisher_id);
	json_put_z(o, "title", f->title);
	json_list(o, "listing");
	while (str_split(&listing, ',', &call))
		if (call.n)
			json_put_str(o, NULL, call);
	json_end_list(o);
	json_put_bool(o, "transactable", f->transactable);
	json_put_time(o, "createdAt", f->created_at);
	json_put_time(o, "lastReceivedAt",
		      found && !is_limited(rq) ? seen.received_at : SQL_NULL_INT);
	if (url)
		json_put_z(o, "intakeUrl", url);
	json_end_obj(o);
	return true;
}

/* The address is a secret: from manager on, and for who reaches all. */
static bool sees_url(const struct http_request *rq)
{
	return rq->who.role >= ROLE_MANAGER && !is_limited(rq);
}

static bool offer_items(struct http_request *rq, const char *publisher, struct short_page *page,
			struct json_out *o, struct err *e)
{
	struct scope scope = { &publisher, 1 };
	struct offer_list_row *rows;
	struct parts parts;
	size_t n;

	if (!parts_of(rq, &scope, &parts, e) ||
	    !offer_list(db_of(rq), &(struct offer_list_in){ publisher }, rq->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (shows_offer(&parts, publisher, rows[i].offer_id) &&
		    short_page_takes(page, full_id(rq->arena, &rows[i])) &&
		    !write_offer(rq, o, &rows[i], sees_url(rq), e))
			return false;
	return true;
}

bool h_offers(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct offers_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit), offer_items,
				reply, e);
}

static bool find(struct http_request *rq, const char *full, struct offer_list_row *ret,
		 struct err *e)
{
	const char *publisher, *offer;
	struct scope scope;
	struct parts parts;
	int found;

	if (!offer_split(rq->arena, full, "id", &publisher, &offer, e) ||
	    !scope_of(rq, publisher, &scope, e)) {
		return e->kind == ERR_INPUT || e->kind == ERR_NOT_FOUND ? not_found("offer", e)
									: false;
	}
	found = offer_get(db_of(rq), &(struct offer_get_in){ publisher, offer }, rq->arena, ret, e);
	if (found < 0 || !parts_of(rq, &scope, &parts, e))
		return false;
	return (found && shows_offer(&parts, publisher, ret->offer_id)) || not_found("offer", e);
}

static bool reply_offer(struct http_request *rq, const char *full, struct http_reply *reply,
			struct err *e)
{
	struct offer_list_row f;
	struct json_out o;

	if (!find(rq, full, &f, e))
		return false;
	o = json_reply(reply);
	return write_offer(rq, &o, &f, sees_url(rq), e);
}

bool h_offer(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)in;
	return reply_offer(rq, rq->path_args[0], reply, e);
}

static bool join_listing(struct arena *a, const char *const *listing, const char **ret,
			 struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_NAME);

	for (; listing && *listing; listing++) {
		struct str rest = str_of(call_choices), call;
		bool known = false;

		while (str_split(&rest, ',', &call))
			known |= str_eq_z(call, *listing);
		if (!known)
			return ERR_FIELD(e, ERR_INPUT, "offer.listing", "listing",
					 "listing must be of: %s.", call_choices);
		buf_printf(&b, "%s%s", b.n ? "," : "", *listing);
	}
	*ret = str_dup(a, buf_view(&b));
	return true;
}

bool h_offer_add(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct offer_in *in = input;
	struct api *api = worker_of(rq)->api;
	const char *publisher, *offer, *listing;
	AUTO_TX tx = { 0 };

	if (!offer_split(rq->arena, in->id, "id", &publisher, &offer, e) ||
	    !join_listing(rq->arena, in->listing, &listing, e))
		return false;
	if (*rq->who.publisher && strcmp(publisher, rq->who.publisher) != 0)
		return ERR_FIELD(e, ERR_INPUT, "offer.publisher", "id",
				 "id must begin with %s. here.", rq->who.publisher);
	if (!sql_begin(db_of(rq), &tx, e) ||
	    !offer_make(db_of(rq), rq->arena, api->seal,
			&(struct offer_add_in){ publisher, offer, in->title, listing,
						in->transactable, rq->now_ms },
			e) ||
	    !sql_commit(&tx, e) || !intake_keys_load(api->intake, db_of(rq), rq->now_ms, e))
		return false;
	reply->status = 201;
	return reply_offer(rq, in->id, reply, e);
}

bool h_offer_set(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct offer_change *in = input;
	struct offer_list_row f;
	const char *listing;
	struct json_walk w = { 0 };
	AUTO_JSON body = NULL;
	bool transactable;

	if (!find(rq, rq->path_args[0], &f, e) ||
	    !join_listing(rq->arena, in->listing, &listing, e) || !json_parse(rq->body, &body, e))
		return false;
	/* What the body does not name stays. */
	transactable = f.transactable;
	if (!in->listing)
		listing = f.listing;
	while (json_next(body, &w))
		if (str_eq_z(w.name, "transactable"))
			transactable = in->transactable;
	if (!offer_set(db_of(rq),
		       &(struct offer_set_in){ f.publisher_id, f.offer_id,
					       in->title ? in->title : f.title, listing,
					       transactable },
		       NULL, e))
		return false;
	return reply_offer(rq, rq->path_args[0], reply, e);
}

bool h_offer_rotate(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct rotate_in *in = input;
	struct api *api = worker_of(rq)->api;
	int64_t overlap = in->overlap_s == FIELD_NO_INT ? api->conf->key_overlap_s : in->overlap_s;
	struct offer_list_row f;
	AUTO_TX tx = { 0 };

	if (!find(rq, rq->path_args[0], &f, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !offer_rotate_key(db_of(rq), rq->arena, api->seal, f.publisher_id, f.offer_id,
			      overlap * 1000, rq->now_ms, e) ||
	    !sql_commit(&tx, e) || !intake_keys_load(api->intake, db_of(rq), rq->now_ms, e))
		return false;
	return reply_offer(rq, rq->path_args[0], reply, e);
}
