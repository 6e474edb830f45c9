#include "api/customer.h"
#include "api/merge.h"

#include "api/desk.h"
#include "api/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/limits.h"
#include "understand/understand.h"

static void write_customer(struct json_out *o, const struct lead_page_row *l)
{
	json_obj(o, "customer");
	json_put_id(o, "id", &l->customer_id);
	json_put_z(o, "firstName", l->first_name);
	json_put_z(o, "lastName", l->last_name);
	json_put_z(o, "email", l->email);
	json_put_z(o, "phone", l->phone);
	json_put_z(o, "country", l->country);
	json_put_z(o, "company", l->company);
	json_put_z(o, "title", l->title);
	json_end_obj(o);
}

static void write_flags(struct json_out *o, int64_t flags)
{
	json_list(o, "flags");
	for (int i = 0; i < FLAG_COUNT; i++)
		if (flags & INT64_C(1) << i)
			json_put_z(o, NULL, flag_text((enum flag)(1 << i)));
	json_end_list(o);
}

/* Where an Active lead stands; null: nowhere. */
static void write_stage(struct json_out *o, const struct lead_page_row *l, int64_t now_ms)
{
	bool named = l->stage_name && *l->stage_name;

	if (!l->stage) {
		json_put_null(o, "stage");
		return;
	}
	json_obj(o, "stage");
	json_put_z(o, "process", l->process_id);
	json_put_z(o, "key", l->stage);
	json_put_z(o, "name", named ? l->stage_name : desk_stage_name(l->stage));
	json_put_bool(o, "shipped", !named);
	json_put_time(o, "enteredAt", l->entered_at);
	json_put_time(o, "dueAt", l->late_at);
	json_put_bool(o, "overdue", l->late_at != SQL_NULL_INT && l->late_at < now_ms);
	json_end_obj(o);
}

/* The same promise in working time, null where there is none. */
static void write_hours(struct json_out *o, const struct desk_hours *h)
{
	bool any = !id_is_null(h->calendar);

	json_put_time(o, "workingDueAt", any ? h->due_at : SQL_NULL_INT);
	json_put_int_but(o, "workingMs", any ? h->worked_ms : -1, -1);
	json_put_int_but(o, "workingPromiseMs", any ? h->promise_ms : -1, -1);
	json_put_bool(o, "workingBreached", h->breached);
	json_put_z(o, "timeZone", h->zone);
	if (!any) {
		json_put_null(o, "calendar");
		return;
	}
	json_obj(o, "calendar");
	json_put_id(o, "id", &h->calendar);
	json_put_z(o, "name", h->name);
	json_end_obj(o);
}

/* hours: what is said of working time beside the clock; NULL in lists. */
static void write_response(struct json_out *o, const struct lead_page_row *l,
			   const struct desk_hours *hours, int64_t now_ms)
{
	int64_t end = desk_clock_end(l, now_ms);

	json_obj(o, "firstResponse");
	json_put_time(o, "dueAt", l->due_at);
	json_put_time(o, "respondedAt", l->responded_at);
	json_put_bool(o, "owed", desk_owes(l));
	json_put_bool(o, "breached",
		      l->due_at != SQL_NULL_INT && end != SQL_NULL_INT && end > l->due_at);
	if (hours)
		write_hours(o, hours);
	json_end_obj(o);
}

static void write_lead_members(struct json_out *o, const struct lead_page_row *l,
			       const struct desk_hours *hours, int64_t now_ms)
{
	char offer[LIMIT_ID * 2 + 2];

	snprintf(offer, sizeof(offer), "%s.%s", l->publisher_id, l->offer_id);
	json_put_id(o, "id", &l->lead_id);
	json_put_z(o, "publisher", l->publisher_id);
	json_obj(o, "offer");
	json_put_z(o, "id", offer);
	json_put_z(o, "title", l->offer_title);
	json_end_obj(o);
	json_put_z(o, "source", l->source);
	json_put_z(o, "action", l->action);
	json_put_z(o, "kind", l->kind);
	json_put_z(o, "leadSource", l->lead_source);
	json_put_z(o, "description", l->description);
	json_put_time(o, "receivedAt", l->received_at);
	json_put_time(o, "touchedAt", l->touched_at);
	json_put_int(o, "touches", l->touches);
	json_put_bool(o, "test", l->test);
	json_put_bool(o, "doNotContact", l->dnc);
	json_put_bool(o, "bought", l->bought);
	json_put_bool(o, "hot", l->hot);
	json_put_time(o, "warmUntil", l->warm_until);
	json_put_bool(o, "unread", l->read_at == SQL_NULL_INT);
	json_put_z(o, "status", l->status);
	json_put_z(o, "substatus", l->substatus);
	json_put_id(o, "owner", &l->owner_id);
	json_put_z(o, "ownerName", l->owner_name);
	json_put_id(o, "team", &l->team_id);
	json_put_z(o, "teamName", l->team_name);
	write_stage(o, l, now_ms);
	write_response(o, l, hours, now_ms);
	write_customer(o, l);
	write_flags(o, l->flags);
}

void write_lead(struct json_out *o, const char *key, const struct lead_page_row *l, int64_t now_ms)
{
	json_obj(o, key);
	write_lead_members(o, l, NULL, now_ms);
	json_end_obj(o);
}

/* ---- one lead ---- */

bool find_lead(struct http_request *rq, struct lead_page_row *ret, struct err *e)
{
	struct id id;

	return path_id(rq, 0, &id, e) && find_lead_of(rq, id, ret, e);
}

bool find_lead_of(struct http_request *rq, struct id id, struct lead_page_row *ret, struct err *e)
{
	struct scope scope;

	if (!scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = lead_get(db_of(rq), &(struct lead_get_in){ scope.publishers[i], id },
				     rq->arena, ret, e);

		if (found != 0)
			return found > 0 && check_reach(rq, scope.publishers[i], id, e);
	}
	return not_found("lead", e);
}

#define OTHERS 50

static bool write_others(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
			 struct err *e)
{
	AUTO_MERGE m = { 0 };

	if (!leads_in_reach(rq, l->publisher_id, l->customer_id, l->lead_id, OTHERS, &m, e))
		return false;
	json_list(o, "otherLeads");
	for (size_t i = 0; i < m.n; i++)
		write_lead(o, NULL, merge_row(&m, i), rq->now_ms);
	json_end_list(o);
	return true;
}

/* Every name is there, null where nothing came. */
static void write_texts(struct json_out *o, const struct json *texts)
{
	static const char *const more[] = { "leadSource", "actionCode", "offerTitle", "productId",
					    "description" };

	json_obj(o, "asReceived");
	for (size_t i = 0; i < CONTACT_FIELDS + LL_COUNT(more); i++) {
		const char *name =
			i < CONTACT_FIELDS ? contact_field_text[i] : more[i - CONTACT_FIELDS];
		const struct json *text = json_get(texts, name);

		if (json_kind(text) == JSON_STR)
			json_put_str(o, name, json_str(text));
		else
			json_put_null(o, name);
	}
	json_end_obj(o);
}

static void write_note(struct json_out *o, const struct note *n)
{
	json_obj(o, NULL);
	json_put_z(o, "field", n->field);
	json_put_z(o, "value", n->value);
	json_put_z(o, "raw", n->raw);
	json_put_z(o, "from", n->from);
	json_put_z(o, "rule", n->rule);
	json_put_z(o, "confidence", confidence_text(n->confidence));
	json_end_obj(o);
}

static bool write_first_touch(struct http_request *rq, struct json_out *o, const char *publisher,
			      const struct lead_touches_row *first, struct err *e)
{
	struct touch_record_row t;
	AUTO_JSON texts = NULL;
	struct note *notes = NULL;
	size_t n = 0;
	int found = !first ? 0
			   : touch_record(db_of(rq),
					  &(struct touch_record_in){ publisher, first->receipt_id,
								     first->ordinal },
					  rq->arena, &t, e);

	if (found < 0 || (found > 0 && (!json_parse(str_of(t.as_received), &texts, e) ||
					!notes_unpack(rq->arena, str_of(t.notes),
						      str_of(t.as_received), &notes, &n, e))))
		return false;
	write_texts(o, texts);
	json_list(o, "understanding");
	for (size_t i = 0; i < n; i++)
		write_note(o, &notes[i]);
	json_end_list(o);
	return true;
}

struct lead_in {
	const char *join;
};
FITS(struct lead_in);
const struct field lead_query[] = {
	F_STR(struct lead_in, join, "join", .max = 12,
	      .help = "What if this many bits made two leads one customer?"),
	F_END,
};

static bool write_whole(struct http_request *rq, const struct engagement_get_row *seen,
			const struct lead_page_row *l, double join, struct http_reply *reply,
			struct err *e)
{
	struct lead_touches_in touched = { l->publisher_id, l->lead_id };
	struct delivery_page_in owing = { .publisher = l->publisher_id,
					  .limit = LIMIT_PAGE,
					  .lead = l->lead_id };
	struct delivery_page_row *deliveries;
	struct lead_touches_row *touches;
	struct desk_hours hours;
	size_t n, owed;
	struct json_out o;

	memset(&owing.before, 0xFF, sizeof(owing.before));
	if (!lead_touches(db_of(rq), &touched, rq->arena, &touches, &n, e) ||
	    !delivery_page(db_of(rq), DELIVERY_PAGE_FILTER_LEAD, &owing, rq->arena, &deliveries,
			   &owed, e) ||
	    !desk_hours(db_of(rq), rq->arena, l, rq->now_ms, &hours, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_lead_members(&o, l, &hours, rq->now_ms);
	if (!write_engagement(rq, &o, seen, l, reply, e) || !write_tasks(rq, &o, l, seen, e) ||
	    !write_first_touch(rq, &o, l->publisher_id, n ? &touches[0] : NULL, e) ||
	    !write_timeline(rq, &o, &(struct timeline){ l, touches, n, deliveries, owed }, e))
		return false;
	json_list(&o, "deliveries");
	for (size_t i = 0; i < owed; i++)
		write_delivery(rq, &o, NULL, &deliveries[i]);
	json_end_list(&o);
	if (!write_records(rq, &o, l, e) || !write_others(rq, &o, l, e) ||
	    !write_lead_match(rq, &o, l, join, e))
		return false;
	json_end_obj(&o);
	return true;
}

bool reply_lead(struct http_request *rq, const char *publisher, struct id lead, double join,
		struct http_reply *reply, struct err *e)
{
	struct lead_get_in in = { publisher, lead };
	struct engagement_get_row seen;
	struct lead_page_row l;
	int found;

	if (!desk_seen(db_of(rq), rq->arena, publisher, lead, &seen, e))
		return false;
	found = lead_get(db_of(rq), &in, rq->arena, &l, e);
	if (found <= 0)
		return found == 0 ? not_found("lead", e) : false;
	return write_whole(rq, &seen, &l, join, reply, e);
}

bool h_lead(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct lead_in *in = input;
	struct lead_page_row l;
	AUTO_TX moment = { 0 };
	double join;

	return sql_begin_read(db_of(rq), &moment, e) && find_lead(rq, &l, e) &&
	       read_join(in->join, &join, e) &&
	       reply_lead(rq, l.publisher_id, l.lead_id, join, reply, e);
}

struct read_body {
	bool unread;
};
FITS(struct read_body);
const struct field lead_read_body[] = {
	F_BOOL(struct read_body, unread, "unread", .help = "true: back to unread."),
	F_END,
};

/* Marks read or unread; the counter moves only when the mark does. */
bool h_lead_read(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct read_body *in = input;
	struct lead_read_row was;
	struct lead_unread_row is;
	struct lead_page_row l;
	AUTO_TX tx = { 0 };
	bool test;
	int moved;

	if (!find_lead(rq, &l, e) || !sql_begin(db_of(rq), &tx, e) || !desk_hold(rq, &l, e))
		return false;
	if (in->unread) {
		moved = lead_unread(db_of(rq),
				    &(struct lead_unread_in){ l.publisher_id, l.lead_id },
				    rq->arena, &is, e);
		test = moved > 0 && is.test;
	} else {
		moved = lead_read(db_of(rq),
				  &(struct lead_read_in){ l.publisher_id, l.lead_id, rq->now_ms },
				  rq->arena, &was, e);
		test = moved > 0 && was.test;
	}
	if (moved < 0)
		return false;
	if (moved && !test &&
	    !counter_add(
		    db_of(rq),
		    &(struct counter_add_in){ l.publisher_id, "leads.unread", in->unread ? 1 : -1 },
		    NULL, e))
		return false;
	if (moved &&
	    !say_change(rq, l.publisher_id, "lead", l.lead_id, in->unread ? "unread" : "read", e))
		return false;
	if (!sql_commit(&tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	reply->status = 204;
	return true;
}
