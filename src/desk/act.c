/* Transitions by people, and taking them back. */
#include <string.h>
#include "desk/parts.h"

static bool check_reason(enum desk_event ev, const struct desk_answer *x, struct err *e)
{
	const char *reason = x->reason ? x->reason : "";
	const struct desk_reason *r = desk_reasons;
	bool wanted = false;

	for (; r->event != DESK_EVENT_NONE; r++) {
		wanted |= r->event == ev;
		if (r->event == ev && !strcmp(r->text, reason))
			break;
	}
	if (!wanted && *reason)
		return ERR_FIELD(e, ERR_INPUT, "lead.reason", "reason",
				 "There is no reason to be given for this.");
	if (!wanted)
		return true;
	if (r->event == DESK_EVENT_NONE)
		return ERR_FIELD(e, ERR_INPUT, "lead.reason", "reason",
				 "Say why: one of the known reasons.");
	if (r->note && (!x->note || !*x->note))
		return ERR_FIELD(e, ERR_INPUT, "lead.reason-note", "note",
				 "Another reason wants a note that says which.");
	return true;
}

/* Who gives up so soon says why, and is counted. */
static bool check_attempts(struct desk_lead *d, enum desk_event ev, const struct desk_answer *x,
			   struct err *e)
{
	struct counter_add_in in = { d->who->publisher, DESK_COUNTER_FEW, 1 };

	if (ev != DESK_LOSE)
		return true;
	if (!desk_lead_process(d, e))
		return false;
	if (d->g.attempts >= d->process.attempts)
		return true;
	if (!x->few_attempts || !*x->few_attempts)
		return ERR_FIELD(e, ERR_INPUT, "lead.few-attempts", "fewAttempts",
				 "%lld of %lld attempts were made: say why it is given up now.",
				 (long long)d->g.attempts, (long long)d->process.attempts);
	d->few_attempts = x->few_attempts;
	return counter_add(d->db, &in, NULL, e);
}

static void put_stage(struct json_out *o, const char *key, enum lead_substatus s)
{
	json_obj(o, key);
	json_put_z(o, "status", lead_status_text(lead_status_with(s)));
	json_put_z(o, "substatus", lead_substatus_text(s));
	json_end_obj(o);
}

/* Into d; what is closed has a time, what was never accepted has none of that. */
static void set_stage(struct desk_lead *d, enum lead_substatus to)
{
	d->stage = to;
	d->l.status = lead_status_text(lead_status_with(to));
	d->l.substatus = lead_substatus_text(to);
}

bool desk_transit(struct desk_lead *d, enum desk_event ev, const char *reason, const char *note,
		  struct err *e)
{
	enum lead_substatus from = d->stage, to;
	struct engagement_get_row *g = &d->g;
	AUTO_ENTRY t = { 0 };
	struct move_add_in in;
	bool owed;

	if (!desk_move(from, ev, &to, e) || !desk_was_owed(d, &owed, e))
		return false;
	desk_tell(&t, d, "status");
	in = (struct move_add_in){ .publisher = d->who->publisher,
				   .lead = d->id,
				   .version = g->version + 1, /* desk_write() */
				   .move = t.id,
				   .at = d->who->now_ms,
				   .event = desk_event_text(ev),
				   .from = lead_substatus_text(from),
				   .to = lead_substatus_text(to),
				   .was_reason = g->reason,
				   .was_accepted_at = g->accepted_at,
				   .was_closed_at = g->closed_at,
				   .was_process = d->stands.process_id,
				   .was_stage = d->stands.stage,
				   .was_entered_at =
					   d->stands.stage ? d->stands.entered_at : SQL_NULL_INT,
				   .few = d->few_attempts != NULL,
				   .few_seq = d->few_attempts ? d->l.seq : SQL_NULL_INT,
				   .owed = owed,
				   .owner = d->l.owner_id };
	set_stage(d, to);
	g->reason = reason && *reason ? reason : NULL;
	if (to == LEAD_ACCEPTED)
		g->accepted_at = d->who->now_ms;
	g->closed_at = lead_status_with(to) == LEAD_CLOSED ? d->who->now_ms : SQL_NULL_INT;
	json_put_z(&t.o, "event", desk_event_text(ev));
	put_stage(&t.o, "from", from);
	put_stage(&t.o, "to", to);
	desk_put_text(&t, "reason", reason);
	desk_put_text(&t, "note", note);
	desk_put_text(&t, "fewAttempts", d->few_attempts);
	if (to != LEAD_ACCEPTED)
		desk_stage_leave(d);
	else if (!desk_stage_enter(d, e))
		return false;
	return move_add(d->db, &in, NULL, e) && desk_told(&t, d, e) &&
	       (lead_status_with(to) != LEAD_CLOSED || desk_tasks_close(d, e));
}

/* Who accepts what nobody owns owns it. *ret: they do now. */
static bool take(struct desk_lead *d, bool *ret, struct err *e)
{
	struct account_get_in in = { d->who->user };
	struct account_list_row me;
	int found;

	*ret = false;
	if (id_is_null(d->who->user) || !id_is_null(d->l.owner_id))
		return true;
	found = account_get(d->db, &in, d->a, &me, e);
	if (found <= 0 || !desk_may_own(&me, d->who->publisher))
		return found >= 0;
	*ret = true;
	return desk_owner_put(d, &me, NULL, e);
}

/* The owner's first team comes with desk_write(), which has been: an undo has to know of both. */
static bool keep_taken(struct desk_lead *d, const struct reach_lead_row *was, struct err *e)
{
	struct move_took_in in = { d->who->publisher, d->id, d->g.version + 1, d->l.owner_id,
				   was->team_id };

	return move_took(d->db, &in, NULL, e);
}

bool desk_act(struct sql_db *db, struct arena *a, const struct desk_who *who,
	      const struct desk_at *at, enum desk_event ev, const struct desk_answer *x,
	      struct err *e)
{
	struct reach_lead_in key = { who->publisher, at->lead };
	struct reach_lead_row was;
	struct desk_lead d;
	bool any, taken = false;

	if ((ev == DESK_ACCEPT && !id_is_null(who->user) && !desk_teams_hold(db, who, e)) ||
	    !desk_open(&d, db, a, who, at->lead, at->expect, e) || !desk_works(&d, e) ||
	    !check_reason(ev, x, e) || !check_attempts(&d, ev, x, e) ||
	    !desk_transit(&d, ev, x->reason, x->note, e) || !desk_deal_put(&d, &x->deal, &any, e) ||
	    (ev == DESK_ACCEPT && !take(&d, &taken, e)))
		return false;
	if (taken && reach_lead(db, &key, a, &was, e) <= 0)
		return false;
	d.g.worked_at = who->now_ms;
	return desk_write(&d, true, e) && (!taken || keep_taken(&d, &was, e));
}

/* ---- undo ---- */

static bool check_undo(const struct desk_lead *d, const struct move_last_row *m, int found,
		       struct err *e)
{
	if (!found)
		return ERR(e, ERR_CONFLICT, "lead.undo", "There is nothing to take back.");
	if (!strcmp(m->event, desk_event_text(DESK_EXPIRE)))
		return ERR(e, ERR_CONFLICT, "lead.undo",
			   "The clock closed this lead: it can still be accepted or declined.");
	if (d->who->now_ms - m->at > DESK_UNDO_MS)
		return ERR(e, ERR_CONFLICT, "lead.undo",
			   "That was more than %d days ago and cannot be taken back any more.",
			   (int)(DESK_UNDO_MS / (24LL * 3600 * 1000)));
	if (strcmp(m->to_substatus, d->l.substatus) != 0)
		return ERR(e, ERR_CONFLICT, "lead.undo",
			   "The lead became %s otherwise since: there is nothing to take back.",
			   d->l.substatus);
	return true;
}

/* A move within the process is told as one; d is as before it when this returns. */
static bool tell_undo(struct desk_lead *d, const struct move_last_row *m, const char *note,
		      struct desk_entry *t, struct err *e)
{
	enum lead_substatus was = d->stage;
	const char *stage = d->stands.stage;
	bool step = !strcmp(m->event, DESK_MOVE_STAGE);

	set_stage(d, lead_substatus_of(str_of(m->from_substatus)));
	if (!desk_lead_process(d, e) || !desk_stage_restore(d, m, e))
		return false;
	desk_tell(t, d, step ? "stage" : "status");
	json_put_z(&t->o, "event", "undo");
	json_put_id(&t->o, "undoes", &m->move_id);
	if (step) {
		desk_put_stage(&t->o, "from", &d->process, stage);
		desk_put_stage(&t->o, "to", &d->process, d->stands.stage);
	} else {
		put_stage(&t->o, "from", was);
		put_stage(&t->o, "to", d->stage);
	}
	desk_put_text(t, "note", note);
	return true;
}

static bool uncount(struct desk_lead *d, const struct move_last_row *m, struct err *e)
{
	struct counter_add_in in = { d->who->publisher, DESK_COUNTER_FEW, -1 };

	return m->few <= 0 || counter_add(d->db, &in, NULL, e);
}

bool desk_undo(struct sql_db *db, struct arena *a, const struct desk_who *who,
	       const struct desk_at *at, const char *note, struct err *e)
{
	struct move_last_in last = { who->publisher, at->lead };
	struct move_last_row m;
	struct desk_lead d;
	AUTO_ENTRY t = { 0 };
	int found;

	if (!desk_teams_hold(db, who, e) || !desk_open(&d, db, a, who, at->lead, at->expect, e) ||
	    !desk_works(&d, e))
		return false;
	found = move_last(db, &last, a, &m, e);
	if (found < 0 || !check_undo(&d, &m, found, e))
		return false;
	if (!tell_undo(&d, &m, note, &t, e))
		return false;
	d.g.reason = m.was_reason;
	d.g.accepted_at = m.was_accepted_at;
	d.g.closed_at = m.was_closed_at;
	d.g.worked_at = who->now_ms;
	return uncount(&d, &m, e) && desk_owed_again(&d, &m, e) &&
	       move_undone(db,
			   &(struct move_undone_in){ who->publisher, at->lead, m.version, t.id },
			   NULL, e) &&
	       desk_told(&t, &d, e) && desk_tasks_back(&d, m.at, e) &&
	       desk_owner_back(&d, &m, note, e) && desk_write(&d, true, e);
}
