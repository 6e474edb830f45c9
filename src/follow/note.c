/* What a page of records says that is new: a row a lead, an entry of its timeline. */
#include "follow/parts.h"

#include "base/json.h"
#include "desk/desk.h"
#include "hook/hook.h"

#define LEADS_A_RECORD 100 /* with some kinds a record is a person */
#define DETAIL_MAX     (16 * 1024)

struct noting {
	struct sql_db *db;
	struct arena *arena;
	const struct routing_destination *d;
	const struct dest_record *r;
	const struct follow_leads_row *lead;
	int64_t now_ms;
	struct id entry;
	int64_t answered_at; /* SQL_NULL_INT: nobody was answered by this */
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_news(const struct record_get_row *was, const struct dest_record *r)
{
	return !same(was->status, r->status) || !same(was->owner, r->owner) ||
	       !same(was->owner_email, r->owner_email) || !same(was->remote_id, r->remote_id) ||
	       !same(was->standing, dest_standing_text(r->standing));
}

/*
 * When the lead was answered over there, as the record shows it besides its status, which is one
 * that the settings take for an answer: a call, mail or meeting with the person after the lead
 * came, in the CRM's own words; else that it got this status after we have seen it with another
 * one, by somebody who is not the one that made it. The status alone is none: rules and imports set
 * it, and so do we.
 */
static int64_t answered_at(const struct noting *n, const struct record_get_row *was)
{
	const struct dest_record *r = n->r;
	bool set = was && r->by_other && !same(was->status, r->status);
	int64_t at = r->contacted_at ? r->contacted_at : set ? r->changed_at : 0;

	if (n->lead->due_at == SQL_NULL_INT || at <= n->lead->received_at ||
	    at > n->now_ms + DESK_SKEW_MS || !dest_status_answers(n->d->common, r->status))
		return SQL_NULL_INT;
	at = at < n->now_ms ? at : n->now_ms;
	return n->lead->responded_at == SQL_NULL_INT || at < n->lead->responded_at ? at
										   : SQL_NULL_INT;
}

/* Once: what was withdrawn is not written down again. */
static bool find_answer(struct noting *n, const struct record_get_row *was, struct err *e)
{
	struct contact_of_in in = { n->d->publisher, n->lead->lead_id, DESK_CONTACT_CRM,
				    answered_at(n, was) };
	struct contact_of_row row;
	int found;

	n->answered_at = in.at;
	if (in.at == SQL_NULL_INT)
		return true;
	found = contact_of(n->db, &in, n->arena, &row, e);
	if (found > 0)
		n->answered_at = SQL_NULL_INT;
	return found >= 0;
}

static void put_side(struct json_out *o, const char *key, const char *status, const char *standing,
		     const char *owner)
{
	json_obj(o, key);
	json_put_z(o, "status", status);
	json_put_z(o, "standing", standing);
	json_put_z(o, "owner", owner);
	json_end_obj(o);
}

/* was NULL: it is seen for the first time. */
static const char *detail(const struct noting *n, const struct record_get_row *was)
{
	const struct dest_record *r = n->r;
	AUTO_BUF b = buf_new(DETAIL_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_id(&o, "destination", &n->d->id);
	json_put_z(&o, "kind", n->d->driver->kind);
	json_put_z(&o, "name", n->d->name);
	json_put_z(&o, "remoteId", r->remote_id);
	if (was)
		put_side(&o, "from", was->status, was->standing, was->owner);
	put_side(&o, "to", r->status, dest_standing_text(r->standing), r->owner);
	json_put_z(&o, "conflict",
		   follow_conflict(n->lead->status, n->lead->substatus, r->standing));
	if (n->answered_at != SQL_NULL_INT) {
		json_put_bool(&o, "answered", true);
		json_put_time(&o, "at", n->answered_at);
	}
	json_end_obj(&o);
	MUST(buf_ok(&b));
	return arena_strndup(n->arena, b.p, b.n);
}

static bool tell(const struct noting *n, const struct record_get_row *was, struct err *e)
{
	int64_t at = n->r->changed_at;
	char id[ID_TEXT];
	struct timeline_add_in entry = {
		.publisher = n->d->publisher,
		.lead = n->lead->lead_id,
		.entry = n->entry,
		.at = at > 0 && at < n->now_ms ? at : n->now_ms,
		.type = "crm",
		.actor = arena_printf(n->arena, "destination %s", id_text(n->d->id, id)),
		.detail = detail(n, was),
	};
	struct change_put_in change = { n->d->publisher, id_new(n->now_ms), "lead",
					n->lead->lead_id, "crm" };

	return timeline_add(n->db, &entry, NULL, e) &&
	       hook_updated(n->db, n->arena, n->d->publisher, n->lead->lead_id, n->now_ms, e) &&
	       change_put(n->db, &change, NULL, e);
}

static bool keep(const struct noting *n, struct err *e)
{
	const struct dest_record *r = n->r;
	struct record_put_in in = {
		.publisher = n->d->publisher,
		.lead = n->lead->lead_id,
		.destination = n->d->id,
		.remote = r->remote_id,
		.status = r->status,
		.standing = dest_standing_text(r->standing),
		.owner = r->owner,
		.owner_email = r->owner_email,
		.changed_at = r->changed_at,
		.now = n->now_ms,
	};

	return record_put(n->db, &in, NULL, e);
}

static bool answer(const struct noting *n, struct err *e)
{
	char id[ID_TEXT];
	struct desk_who who = { .publisher = n->d->publisher,
				.actor = arena_printf(n->arena, "destination %s",
						      id_text(n->d->id, id)),
				.now_ms = n->now_ms };

	return n->answered_at == SQL_NULL_INT ||
	       desk_answered_there(n->db, n->arena, &who, n->lead->lead_id, n->entry,
				   n->answered_at, e);
}

static bool note_lead(struct noting *n, size_t *ret_changed, struct err *e)
{
	struct record_get_in in = { n->d->publisher, n->lead->lead_id, n->d->id };
	struct record_get_row was;
	int found = record_get(n->db, &in, n->arena, &was, e);

	if (found < 0 || !find_answer(n, found ? &was : NULL, e))
		return false;
	if (found && !is_news(&was, n->r) && n->answered_at == SQL_NULL_INT)
		return true;
	*ret_changed += 1;
	/* A record that nobody has touched is what was delivered: no news. */
	if (!found && n->r->standing == DEST_OPEN && n->answered_at == SQL_NULL_INT)
		return keep(n, e);
	return keep(n, e) && tell(n, found ? &was : NULL, e) && answer(n, e);
}

bool follow_note(struct sql_db *db, struct arena *a, const struct routing_destination *d,
		 const struct dest_records *page, int64_t now_ms, size_t *ret_changed,
		 struct err *e)
{
	*ret_changed = 0;
	for (size_t i = 0; i < page->n; i++) {
		struct follow_leads_in in = { d->publisher, d->id, page->all[i].remote_id,
					      LEADS_A_RECORD };
		struct follow_leads_row *leads;
		size_t n;

		if (!follow_leads(db, &in, a, &leads, &n, e))
			return false;
		for (size_t k = 0; k < n; k++) {
			struct noting one = {
				db,          a, d, &page->all[i], &leads[k], now_ms, id_new(now_ms),
				SQL_NULL_INT
			};

			if (!note_lead(&one, ret_changed, e))
				return false;
		}
	}
	return true;
}
