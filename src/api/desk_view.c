/* What people made of a lead, and what can be done with it now. */
#include "api/desk.h"

static void write_deal(struct http_request *rq, struct json_out *o,
		       const struct engagement_get_row *g)
{
	struct desk_deal deal = desk_deal_of(rq->arena, g);

	for (int f = 0; f < DEAL_FIELDS; f++)
		json_put_z(o, desk_field_name[f], deal.value[f]);
	json_put_bool(o, "favorite", g->favorite != 0);
	json_put_z(o, "reason", g->reason);
	json_put_time(o, "acceptedAt", g->accepted_at);
	json_put_time(o, "closedAt", g->closed_at);
	json_put_time(o, "workedAt", g->worked_at);
	json_put_int(o, "attempts", g->attempts);
	json_put_int(o, "calls", g->calls);
	json_put_int(o, "reached", g->reached);
}

void write_account(struct json_out *o, const char *key, const struct account_list_row *u)
{
	if (id_is_null(u->account_id)) {
		json_put_null(o, key);
		return;
	}
	json_obj(o, key);
	json_put_id(o, "id", &u->account_id);
	json_put_z(o, "email", u->email);
	json_put_z(o, "name", u->name);
	json_put_bool(o, "active", u->active != 0);
	json_end_obj(o);
}

static bool write_team(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		       struct err *e)
{
	struct team_get_in in = { l->publisher_id, l->team_id };
	struct team_list_row t;
	int found = id_is_null(l->team_id) ? 0 : team_get(db_of(rq), &in, rq->arena, &t, e);

	if (found < 0)
		return false;
	if (!found) {
		json_put_null(o, "team");
		return true;
	}
	json_obj(o, "team");
	json_put_id(o, "id", &t.team_id);
	json_put_z(o, "name", t.name);
	json_end_obj(o);
	return true;
}

/* Each with the reasons that it wants. */
static void write_actions(struct json_out *o, const struct desk_view *v)
{
	json_list(o, "actions");
	for (int ev = DESK_EVENT_NONE + 1; ev < DESK_EVENTS; ev++) {
		if (!v->can[ev])
			continue;
		json_obj(o, NULL);
		json_put_z(o, "action", desk_event_text((enum desk_event)ev));
		json_list(o, "reasons");
		for (const struct desk_reason *r = desk_reasons; r->event != DESK_EVENT_NONE; r++) {
			if ((int)r->event != ev)
				continue;
			json_obj(o, NULL);
			json_put_z(o, "reason", r->text);
			json_put_bool(o, "noteRequired", r->note);
			json_end_obj(o);
		}
		json_end_list(o);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void write_undo(struct json_out *o, const struct move_last_row *m)
{
	if (id_is_null(m->move_id)) {
		json_put_null(o, "undo");
		return;
	}
	json_obj(o, "undo");
	json_put_id(o, "entry", &m->move_id);
	json_put_z(o, "action", m->event);
	json_put_z(o, "to", m->from_substatus);
	json_put_z(o, "stage", m->was_stage);
	json_put_time(o, "until", m->at + DESK_UNDO_MS);
	json_end_obj(o);
}

bool write_engagement(struct http_request *rq, struct json_out *o,
		      const struct engagement_get_row *seen, const struct lead_page_row *l,
		      struct http_reply *reply, struct err *e)
{
	struct desk_view v;
	const char *etag;

	if (!desk_see(db_of(rq), rq->arena, seen, l, rq->now_ms, &v, e))
		return false;
	etag = arena_printf(rq->arena, "\"%s\"", desk_etag(rq->arena, v.g.version, l->substatus));
	http_reply_header(reply, "etag", etag);
	json_put_z(o, "eTag", etag);
	json_obj(o, "engagement");
	write_deal(rq, o, &v.g);
	write_account(o, "owner", &v.owner);
	if (!write_team(rq, o, l, e))
		return false;
	json_put_time(o, "expiresAt", v.expires_at);
	json_put_bool(o, "workable", v.works);
	write_actions(o, &v);
	write_undo(o, &v.undo);
	json_put_int(o, "attemptsWanted", v.process.id ? v.process.attempts : 0);
	json_end_obj(o);
	write_way(o, l->publisher_id, &v);
	return true;
}

/* ---- who may own it ---- */

static bool write_owners_of(struct http_request *rq, struct json_out *o, const char *accounts_of,
			    const char *publisher, struct err *e)
{
	struct account_list_row *rows;
	size_t n;

	if (!account_list(db_of(rq), &(struct account_list_in){ accounts_of }, rq->arena, &rows, &n,
			  e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (desk_may_own(&rows[i], publisher))
			write_account(o, NULL, &rows[i]);
	return true;
}

bool h_lead_owners(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct lead_page_row l;
	struct json_out o;

	(void)in;
	if (!find_lead(rq, &l, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	if (!write_owners_of(rq, &o, l.publisher_id, l.publisher_id, e) ||
	    !write_owners_of(rq, &o, "", l.publisher_id, e))
		return false;
	json_end_list(&o);
	json_put_null(&o, "next");
	json_end_obj(&o);
	return true;
}
