#include "api/hook.h"

#include "base/limits.h"

struct destinations_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct destinations_in);
const struct field destinations_query[] = { F_PUBLISHER(struct destinations_in),
					    F_PAGE(struct destinations_in), F_END };

struct destination_in {
	const char *publisher, *offer, *kind, *name;
	const struct json *settings;
};
FITS(struct destination_in);
const struct field destination_body[] = {
	F_STR(struct destination_in, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose it is; may be left out by a caller that belongs to one publisher."),
	F_STR(struct destination_in, offer, "offer", .max = LIMIT_ID * 2,
	      .help = "publisher.offer, or absent: it serves all offers that have none of their "
		      "own."),
	F_STR(struct destination_in, kind, "kind", .flags = FIELD_REQUIRED, .max = LIMIT_CODE,
	      .help = "One of GET /destination-kinds."),
	F_STR(struct destination_in, name, "name", .max = LIMIT_NAME,
	      .help = "What people call it; default: its kind."),
	F_OBJ(struct destination_in, settings, "settings", .flags = FIELD_REQUIRED,
	      .help = "The kind's own settings."),
	F_END,
};
struct destination_change {
	const char *name;
	const struct json *settings;
};
FITS(struct destination_change);
const struct field destination_set_body[] = {
	F_STR(struct destination_change, name, "name", .max = LIMIT_NAME,
	      .help = "What people call it."),
	F_OBJ(struct destination_change, settings, "settings",
	      .help = "Only what is to change; null takes a value away."),
	F_END,
};

/* ---- showing ---- */

bool destination_open(struct http_request *rq, const struct destination_get_row *d,
		      const struct dest_driver **ret, void **ret_settings, struct err *e)
{
	const struct dest_driver *driver = dest_driver_by_kind(str_of(d->kind));
	struct field_problems p = { 0 };
	AUTO_JSON j = NULL;
	struct str plain;
	void *settings;

	if (!driver)
		return ERR(e, ERR_STORE, "destination.kind",
			   "Unknown destination kind %s in the store.", d->kind);
	if (!seal_read(worker_of(rq)->api->seal, rq->arena,
		       routing_seal_place(rq->arena, d->destination_id), d->settings_sealed, &plain,
		       e) ||
	    !json_parse(plain, &j, e))
		return false;
	settings = dest_settings_new(rq->arena, driver);
	if (!dest_settings_decode(rq->arena, driver, j, true, settings, &p)) {
		*e = p.e[0];
		return false;
	}
	*ret = driver;
	*ret_settings = settings;
	return true;
}

static const char *health_state(const struct destination_get_row *d, int64_t now_ms)
{
	if (d->suspended_until == SQL_NULL_INT)
		return "open";
	return d->suspended_until > now_ms ? "suspended" : "probing";
}

static bool write_destination(struct http_request *rq, struct json_out *o,
			      const struct destination_get_row *d, bool reveal_secret,
			      struct err *e)
{
	struct delivery_pending_row pending;
	const struct dest_driver *driver;
	void *settings;

	if (!destination_open(rq, d, &driver, &settings, e) ||
	    delivery_pending(db_of(rq),
			     &(struct delivery_pending_in){ d->publisher_id, d->destination_id },
			     rq->arena, &pending, e) < 0)
		return false;
	json_obj(o, NULL);
	json_put_id(o, "id", &d->destination_id);
	json_put_z(o, "publisher", d->publisher_id);
	json_put_z(o, "offer",
		   *d->offer_id ? arena_printf(rq->arena, "%s.%s", d->publisher_id, d->offer_id)
				: NULL);
	json_put_z(o, "kind", d->kind);
	json_put_z(o, "name", d->name);
	json_put_z(o, "state", d->state);
	json_put_z(o, "stateReason", d->state_reason);
	json_put_time(o, "createdAt", d->created_at);
	json_put_raw(o, "settings",
		     str_of(dest_settings_json(rq->arena, driver, settings, reveal_secret)));
	json_obj(o, "health");
	json_put_z(o, "state", health_state(d, rq->now_ms));
	json_put_int(o, "failures", d->failures);
	json_put_time(o, "until", d->suspended_until);
	json_put_time(o, "lastSuccessAt", d->last_success_at);
	json_put_time(o, "lastFailureAt", d->last_failure_at);
	json_put_z(o, "lastError", d->last_error);
	json_put_int_but(o, "p50Ms", d->p50_ms, SQL_NULL_INT);
	json_put_int_but(o, "p95Ms", d->p95_ms, SQL_NULL_INT);
	json_end_obj(o);
	json_put_int(o, "pending", pending.n);
	if (!write_follow(rq, o, d, driver, settings, e))
		return false;
	json_end_obj(o);
	return true;
}

static bool destination_items(struct http_request *rq, const char *publisher,
			      struct short_page *page, struct json_out *o, struct err *e)
{
	struct destination_get_row *rows;
	size_t n;

	if (!destination_list(db_of(rq), &(struct destination_list_in){ publisher }, rq->arena,
			      &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (short_page_takes(page, id_key(rq->arena, rows[i].destination_id)) &&
		    !write_destination(rq, o, &rows[i], false, e))
			return false;
	return true;
}

bool h_destinations(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct destinations_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit),
				destination_items, reply, e);
}

bool destination_find(struct http_request *rq, struct destination_get_row *ret, struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = destination_get(db_of(rq),
					    &(struct destination_get_in){ scope.publishers[i], id },
					    rq->arena, ret, e);

		if (found != 0)
			return found > 0;
	}
	return not_found("destination", e);
}

bool destination_reply(struct http_request *rq, const char *publisher, struct id id, bool reveal,
		       struct http_reply *reply, struct err *e)
{
	struct destination_get_row d;
	struct json_out o;

	if (destination_get(db_of(rq), &(struct destination_get_in){ publisher, id }, rq->arena, &d,
			    e) <= 0)
		return false;
	o = json_reply(reply);
	return write_destination(rq, &o, &d, reveal, e);
}

bool h_destination(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct destination_get_row d;
	struct json_out o;

	(void)in;
	if (!destination_find(rq, &d, e))
		return false;
	o = json_reply(reply);
	return write_destination(rq, &o, &d, false, e);
}

/* ---- changing ---- */

/* After a change: everybody's routing is read anew, ours at once. */
bool destination_told(struct http_request *rq, struct err *e)
{
	struct api *api = worker_of(rq)->api;

	if (!routing_load(api->routing, db_of(rq), e))
		return false;
	if (api->sender)
		api->wake_sender(api->sender);
	live_wake(api->live);
	return true;
}

static bool problems(struct http_request *rq, const struct field_problems *p,
		     struct http_reply *reply)
{
	struct err first = p->e[0];

	(void)rq;
	http_reply_problem(reply, &first, p);
	return true;
}

static bool whose(struct http_request *rq, const struct destination_in *in,
		  const char **ret_publisher, const char **ret_offer, struct err *e)
{
	struct offer_list_row row;
	struct scope scope;
	int found;

	*ret_offer = "";
	*ret_publisher = in->publisher ? in->publisher : rq->who.publisher;
	if (in->offer && !offer_split(rq->arena, in->offer, "offer", ret_publisher, ret_offer, e))
		return false;
	if (in->offer && in->publisher && strcmp(in->publisher, *ret_publisher) != 0)
		return ERR_FIELD(e, ERR_INPUT, "destination.offer", "offer",
				 "offer does not belong to publisher %s.", in->publisher);
	if (!**ret_publisher)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "publisher",
				 "publisher is required.");
	if (!scope_of(rq, *ret_publisher, &scope, e))
		return false;
	if (!in->offer)
		return true;
	found = offer_get(db_of(rq), &(struct offer_get_in){ *ret_publisher, *ret_offer },
			  rq->arena, &row, e);
	if (found == 0)
		return ERR_FIELD(e, ERR_INPUT, "offer.unknown", "offer", "There is no offer %s.",
				 in->offer);
	return found > 0;
}

bool h_destination_add(struct http_request *rq, const void *input, struct http_reply *reply,
		       struct err *e)
{
	const struct destination_in *in = input;
	const struct dest_driver *driver = dest_driver_by_kind(str_of(in->kind));
	struct id id = id_new(rq->now_ms);
	struct field_problems p = { 0 };
	const char *publisher, *offer;
	void *settings;
	AUTO_TX tx = { 0 };

	if (!driver)
		return ERR_FIELD(e, ERR_INPUT, "destination.kind", "kind",
				 "There is no destination kind %s.", in->kind);
	if (!whose(rq, in, &publisher, &offer, e))
		return false;
	settings = dest_settings_new(rq->arena, driver);
	if (!dest_settings_decode(rq->arena, driver, in->settings, false, settings, &p))
		return problems(rq, &p, reply);
	if (!sql_begin(db_of(rq), &tx, e) ||
	    !hook_claim(rq, driver, publisher, offer, id, HOOK_ALL, e) ||
	    !routing_add(db_of(rq), rq->arena, worker_of(rq)->api->seal, publisher, offer, id,
			 driver, in->name && *in->name ? in->name : driver->kind, settings,
			 rq->now_ms, e) ||
	    !sql_commit(&tx, e) || !destination_told(rq, e))
		return false;
	reply->status = 201;
	/* Shown this once, for a secret that was made here must be copied to the receiver. */
	return destination_reply(rq, publisher, id, true, reply, e);
}

bool h_destination_set(struct http_request *rq, const void *input, struct http_reply *reply,
		       struct err *e)
{
	const struct destination_change *in = input;
	const struct dest_driver *driver;
	struct field_problems p = { 0 };
	struct destination_get_row d;
	void *settings;
	AUTO_TX tx = { 0 };

	if (!destination_find(rq, &d, e) || !destination_open(rq, &d, &driver, &settings, e))
		return false;
	if (in->settings && !dest_settings_change(rq->arena, driver, in->settings, settings, &p))
		return problems(rq, &p, reply);
	if (!sql_begin(db_of(rq), &tx, e) ||
	    !routing_set(db_of(rq), rq->arena, worker_of(rq)->api->seal, &d, driver,
			 in->name ? in->name : d.name, settings, rq->now_ms, e) ||
	    !follow_mended(db_of(rq),
			   &(struct follow_mended_in){ d.publisher_id, d.destination_id }, NULL,
			   e) ||
	    !sql_commit(&tx, e) || !destination_told(rq, e))
		return false;
	return destination_reply(rq, d.publisher_id, d.destination_id, false, reply, e);
}

bool destination_drop(struct http_request *rq, const struct destination_get_row *d, struct err *e)
{
	struct delivery_cancel_for_in cancel = { d->publisher_id, d->destination_id,
						 "destination-removed" };
	struct destination_remove_in remove = { d->publisher_id, d->destination_id };
	struct follow_drop_in follow = { d->publisher_id, d->destination_id };
	struct hook_drop_in hook = { d->publisher_id, d->destination_id };
	AUTO_TX tx = { 0 };

	return sql_begin(db_of(rq), &tx, e) && delivery_cancel_for(db_of(rq), &cancel, NULL, e) &&
	       destination_remove(db_of(rq), &remove, NULL, e) &&
	       follow_drop(db_of(rq), &follow, NULL, e) && hook_drop(db_of(rq), &hook, NULL, e) &&
	       bump(db_of(rq), "destinations", e) && sql_commit(&tx, e) && destination_told(rq, e);
}

bool h_destination_remove(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	struct destination_get_row d;

	(void)in;
	if (!destination_find(rq, &d, e) || !destination_drop(rq, &d, e))
		return false;
	reply->status = 204;
	return true;
}

static bool set_state(struct http_request *rq, const char *state, struct http_reply *reply,
		      struct err *e)
{
	struct destination_get_row d;
	AUTO_TX tx = { 0 };

	if (!destination_find(rq, &d, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !routing_state(db_of(rq), d.publisher_id, d.destination_id, state, "by-hand",
			   rq->now_ms, e) ||
	    !sql_commit(&tx, e) || !destination_told(rq, e))
		return false;
	return destination_reply(rq, d.publisher_id, d.destination_id, false, reply, e);
}

bool h_destination_pause(struct http_request *rq, const void *in, struct http_reply *reply,
			 struct err *e)
{
	(void)in;
	return set_state(rq, "paused", reply, e);
}

bool h_destination_resume(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	(void)in;
	return set_state(rq, "active", reply, e);
}
