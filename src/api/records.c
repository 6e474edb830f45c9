/* What CRMs say of the leads that they were given, and how far they were asked. */
#include "api/destination.h"

#include "follow/follow.h"

const char *record_link(struct http_request *rq, const char *publisher, struct id destination,
			const char *remote_id)
{
	AUTO_ROUTING snapshot = routing_hold(worker_of(rq)->api->routing);
	const struct routing_destination *d = routing_get(snapshot, publisher, destination);

	return remote_id && d && d->driver->link
		       ? d->driver->link(rq->arena, d->settings, remote_id)
		       : NULL;
}

static void write_record(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
			 const struct record_list_row *r)
{
	json_obj(o, NULL);
	json_obj(o, "destination");
	json_put_id(o, "id", &r->destination_id);
	json_put_z(o, "kind", r->kind);
	json_put_z(o, "name", r->name);
	json_end_obj(o);
	json_put_z(o, "id", r->remote_id);
	json_put_z(o, "link", record_link(rq, l->publisher_id, r->destination_id, r->remote_id));
	json_put_z(o, "status", r->status);
	json_put_z(o, "standing", r->standing);
	json_put_z(o, "owner", r->owner);
	json_put_z(o, "ownerEmail", r->owner_email);
	json_put_time(o, "changedAt", r->changed_at ? r->changed_at : SQL_NULL_INT);
	json_put_time(o, "readAt", r->read_at);
	json_put_z(o, "conflict",
		   follow_conflict(l->status, l->substatus, dest_standing_of(str_of(r->standing))));
	json_end_obj(o);
}

bool write_records(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		   struct err *e)
{
	struct record_list_row *rows;
	size_t n;

	if (!record_list(db_of(rq), &(struct record_list_in){ l->publisher_id, l->lead_id },
			 rq->arena, &rows, &n, e))
		return false;
	json_list(o, "records");
	for (size_t i = 0; i < n; i++)
		write_record(rq, o, l, &rows[i]);
	json_end_list(o);
	return true;
}

/* null: its kind cannot be followed, or its settings say not to. */
bool write_follow(struct http_request *rq, struct json_out *o, const struct destination_get_row *d,
		  const struct dest_driver *driver, const void *settings, struct err *e)
{
	const struct dest_common *common = dest_settings_common(settings);
	struct follow_get_in in = { d->publisher_id, d->destination_id };
	struct follow_list_row f;
	int found = 0;

	if (!follow_is_on(driver, common)) {
		json_put_null(o, "follow");
		return true;
	}
	found = follow_get(db_of(rq), &in, rq->arena, &f, e);
	if (found < 0)
		return false;
	json_obj(o, "follow");
	json_put_int(o, "minutes", common->follow_minutes);
	json_put_time(o, "readAt", found ? f.read_at : SQL_NULL_INT);
	json_put_time(o, "nextAt", found ? f.next_at : rq->now_ms);
	json_put_int(o, "failures", found ? f.failures : 0);
	if (found && f.error_code) {
		json_obj(o, "error");
		json_put_z(o, "code", f.error_code);
		json_put_z(o, "detail", f.error);
		json_end_obj(o);
	} else {
		json_put_null(o, "error");
	}
	json_end_obj(o);
	return true;
}

bool h_destination_follow(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	struct destination_get_row d;
	const struct dest_driver *driver;
	void *settings;

	(void)in;
	if (!destination_find(rq, &d, e) || !destination_open(rq, &d, &driver, &settings, e))
		return false;
	if (!driver->follow)
		return ERR(e, ERR_CONFLICT, "destination.no-follow",
			   "Records cannot be read back from destinations of the kind %s.", d.kind);
	if (!follow_is_on(driver, dest_settings_common(settings)))
		return ERR(e, ERR_CONFLICT, "destination.follow-off",
			   "Its setting followMinutes is 0: set it to read records back.");
	return follow_ask(db_of(rq),
			  &(struct follow_ask_in){ d.publisher_id, d.destination_id,
						   follow_begin(d.destination_id) },
			  NULL, e) &&
	       destination_reply(rq, d.publisher_id, d.destination_id, false, reply, e);
}
