/* A lead that is held, and what is written with every change of it. */
#include <string.h>
#include "alert/alert.h"
#include "base/clock.h"
#include "base/limits.h"
#include "desk/parts.h"
#include "hook/hook.h"

struct engagement_get_row desk_nothing(void)
{
	return (struct engagement_get_row){ .value = SQL_NULL_INT,
					    .accepted_at = SQL_NULL_INT,
					    .closed_at = SQL_NULL_INT,
					    .worked_at = SQL_NULL_INT };
}

const char *desk_etag(struct arena *a, int64_t version, const char *substatus)
{
	return arena_printf(a, "%lld-%s", (long long)version, substatus);
}

static bool is_closed(const struct desk_lead *d)
{
	return !strcmp(d->l.status, lead_status_text(LEAD_CLOSED));
}

/* What is closed owes no first response, and what is opened again does. What a file or a CRM says
 * is under way owes none, and goes on so. */
static int64_t due_sort(const struct desk_lead *d)
{
	bool owes = d->l.responded_at == SQL_NULL_INT && d->l.due_at != SQL_NULL_INT &&
		    !is_closed(d) && (d->owed || (d->was_closed && !d->owed_none) || d->unanswered);

	return owes ? d->l.due_at : LEAD_DUE_NONE;
}

bool desk_open(struct desk_lead *d, struct sql_db *db, struct arena *a, const struct desk_who *who,
	       struct id lead, const char *expect, struct err *e)
{
	struct desk_lead_in in = { who->publisher, lead };
	struct engagement_get_in key = { who->publisher, lead };
	int found;

	*d = (struct desk_lead){ .db = db, .a = a, .who = who, .id = lead, .g = desk_nothing() };
	found = desk_lead(db, &in, a, &d->l, e);
	if (found == 0)
		return ERR(e, ERR_NOT_FOUND, "not-found", "There is no such lead.");
	if (found < 0 || engagement_get(db, &key, a, &d->g, e) < 0)
		return false;
	d->owed = d->l.due_sort != LEAD_DUE_NONE;
	d->was_closed = is_closed(d);
	d->stage = lead_substatus_of(str_of(d->l.substatus));
	if (lead_status_with(d->stage) != lead_status_of(str_of(d->l.status)))
		d->stage = LEAD_SUBSTATUS_NONE;
	if (expect && strcmp(expect, desk_etag(a, d->g.version, d->l.substatus)) != 0)
		return ERR(e, ERR_STALE, "lead.changed",
			   "Somebody else changed this lead meanwhile: look at it again, then "
			   "decide.");
	return desk_stand(d, e);
}

bool desk_is_worked(const char *kind, bool test)
{
	return !test && kind_of(str_of(kind)) != KIND_INFORMATION;
}

bool desk_works(const struct desk_lead *d, struct err *e)
{
	if (d->l.test)
		return ERR(e, ERR_CONFLICT, "lead.test",
			   "This is a test of the marketplace: there is nobody to work for.");
	if (kind_of(str_of(d->l.kind)) == KIND_INFORMATION)
		return ERR(e, ERR_CONFLICT, "lead.information",
			   "This lead is for information only: its customer is not to be "
			   "contacted.");
	return true;
}

/* One attempt was made, and the lead is still open. */
static int64_t once_seq(const struct desk_lead *d)
{
	bool once = d->g.attempts == 1 && lead_status_of(str_of(d->l.status)) != LEAD_CLOSED;

	return once ? d->l.seq : SQL_NULL_INT;
}

static bool keep_clock(const struct desk_lead *d, struct err *e)
{
	bool owes = due_sort(d) != LEAD_DUE_NONE;

	return owes == d->owed ||
	       alert_keep(d->db, d->who->publisher, d->id, owes, d->who->now_ms, e);
}

bool desk_write(struct desk_lead *d, bool changed, struct err *e)
{
	struct desk_lead_set_in lead = { d->who->publisher, d->id,         d->l.status,
					 d->l.substatus,    d->l.owner_id, d->l.responded_at,
					 due_sort(d) };
	const struct engagement_get_row *g = &d->g;
	struct engagement_put_in in = { .publisher = d->who->publisher,
					.lead = d->id,
					.version = g->version + changed,
					.name = g->name,
					.value = g->value,
					.currency = g->currency,
					.time_frame = g->time_frame,
					.closing_on = g->closing_on,
					.notes = g->notes,
					.crm_id = g->crm_id,
					.campaign_id = g->campaign_id,
					.quality = g->quality,
					.purchase_intent = g->purchase_intent,
					.favorite = g->favorite,
					.reason = g->reason,
					.accepted_at = g->accepted_at,
					.closed_at = g->closed_at,
					.attempts = g->attempts,
					.calls = g->calls,
					.reached = g->reached,
					.worked_at = g->worked_at,
					.once_seq = once_seq(d),
					.seq = d->l.seq,
					.qualification = g->qualification };

	return desk_lead_set(d->db, &lead, NULL, e) && keep_clock(d, e) &&
	       engagement_put(d->db, &in, NULL, e) && desk_stage_write(d, e);
}

bool desk_was_owed(struct desk_lead *d, bool *ret, struct err *e)
{
	struct move_last_in last = { d->who->publisher, d->id };
	struct move_last_row m;
	int found;

	*ret = d->owed;
	if (!d->was_closed)
		return true;
	found = move_last(d->db, &last, d->a, &m, e);
	*ret = found == 0 || strcmp(m.to_substatus, d->l.substatus) != 0 || m.owed != 0;
	return found >= 0;
}

bool desk_contact(struct desk_lead *d, struct id entry, const struct desk_contact *x, struct err *e)
{
	bool owed;
	struct contact_add_in in = { .publisher = d->who->publisher,
				     .lead = d->id,
				     .entry = entry,
				     .kind = x->kind,
				     .at = x->at,
				     .reached = x->reached,
				     .response = x->response,
				     .owner = d->l.owner_id };

	if (!desk_was_owed(d, &owed, e))
		return false;
	in.owed = owed;
	d->g.attempts++;
	d->g.calls += !strcmp(x->kind, "call");
	d->g.reached += x->reached;
	if (x->response && (d->l.responded_at == SQL_NULL_INT || x->at < d->l.responded_at))
		d->l.responded_at = x->at;
	return contact_add(d->db, &in, NULL, e);
}

static bool reckon(struct desk_lead *d, struct err *e)
{
	struct contact_sum_in all = { d->who->publisher, d->id };
	struct contact_sum_row left;

	if (contact_sum(d->db, &all, d->a, &left, e) < 0)
		return false;
	d->g.attempts = left.attempts;
	d->g.calls = left.calls;
	d->g.reached = left.reached;
	d->l.responded_at = left.responded_at;
	d->unanswered = left.owed != 0;
	return true;
}

bool desk_owed_again(struct desk_lead *d, const struct move_last_row *m, struct err *e)
{
	struct contact_sum_in all = { d->who->publisher, d->id };
	struct contact_sum_row left;

	if (m->owed != 0)
		return true;
	if (contact_sum(d->db, &all, d->a, &left, e) < 0)
		return false;
	d->owed_none = !left.owed;
	return true;
}

bool desk_contact_gone(struct desk_lead *d, struct id entry, struct err *e)
{
	struct contact_withdraw_in in = { d->who->publisher, d->id, entry, d->who->now_ms };
	struct contact_withdraw_row row;
	int found = contact_withdraw(d->db, &in, d->a, &row, e);

	return found > 0 ? reckon(d, e) : found == 0;
}

bool desk_contact_vain(struct desk_lead *d, struct id entry, struct err *e)
{
	struct contact_vain_in in = { d->who->publisher, d->id, entry };
	struct contact_vain_row row;
	int found = contact_vain(d->db, &in, d->a, &row, e);

	return found > 0 ? reckon(d, e) : found == 0;
}

/* ---- the timeline ---- */

void desk_tell(struct desk_entry *t, const struct desk_lead *d, const char *type)
{
	*t = (struct desk_entry){ .id = id_new(d->who->now_ms),
				  .type = type,
				  .text = buf_new(LIMIT_RECORD) };
	t->o = json_out(&t->text);
	json_obj(&t->o, NULL);
}

bool desk_entry_write(struct desk_entry *t, const struct desk_lead *d, struct err *e)
{
	struct timeline_add_in in = { .publisher = d->who->publisher,
				      .lead = d->id,
				      .entry = t->id,
				      .at = d->who->now_ms,
				      .type = t->type,
				      .actor = d->who->actor };

	json_end_obj(&t->o);
	if (!buf_ok(&t->text))
		return ERR(e, ERR_TOO_LARGE, "timeline.size", "That is too long to be written.");
	in.detail = str_dup(d->a, buf_view(&t->text));
	return timeline_add(d->db, &in, NULL, e);
}

bool desk_told(struct desk_entry *t, const struct desk_lead *d, struct err *e)
{
	struct change_put_in change = { d->who->publisher, id_new(clock_now()), "lead", d->id,
					t->type };

	return desk_entry_write(t, d, e) &&
	       hook_updated(d->db, d->a, d->who->publisher, d->id, d->who->now_ms, e) &&
	       change_put(d->db, &change, NULL, e);
}

void desk_entry_free(struct desk_entry *t)
{
	buf_free(&t->text);
}

void desk_put_text(struct desk_entry *t, const char *key, const char *text)
{
	json_put_z(&t->o, key, text && *text ? text : NULL);
}
