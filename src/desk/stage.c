/* Where a lead stands in its process, and the totals of the board. */
#include <string.h>
#include "desk/parts.h"

#define DAY_MS (24LL * 3600 * 1000)
#define STEP   100 /* leads of one run */

bool desk_lead_process(struct desk_lead *d, struct err *e)
{
	const char *publisher = d->who->publisher;
	int found = 0;

	if (d->process.id)
		return true;
	if (d->stood.stage)
		found = desk_process_get(d->db, d->a, publisher, d->stood.process_id, &d->process,
					 e);
	return found > 0 || (found == 0 && desk_process_for(d->db, d->a, publisher, d->l.offer_id,
							    &d->process, e));
}

/* A stage that the process does not have any more is its first one. */
static void stand_in(struct desk_lead *d, const char *stage, int64_t entered_at)
{
	const struct desk_process *p = &d->process;
	size_t at = stage ? desk_stage_at(p, stage) : p->stage_count;
	const struct desk_stage *s = &p->stages[at == p->stage_count ? 0 : at];

	d->stands = (struct stage_get_row){
		.process_id = p->id,
		.stage = s->key,
		.entered_at = entered_at,
		.late_at = s->target_days ? entered_at + s->target_days * DAY_MS : SQL_NULL_INT,
		.currency = ""
	};
}

bool desk_stage_enter(struct desk_lead *d, struct err *e)
{
	if (!desk_lead_process(d, e))
		return false;
	stand_in(d, NULL, d->who->now_ms);
	return true;
}

void desk_stage_leave(struct desk_lead *d)
{
	d->stands = (struct stage_get_row){ .stage = NULL };
}

bool desk_stand(struct desk_lead *d, struct err *e)
{
	struct stage_get_in in = { d->who->publisher, d->id };

	d->stood = (struct stage_get_row){ .stage = NULL };
	if (stage_get(d->db, &in, d->a, &d->stood, e) < 0)
		return false;
	d->stands = d->stood;
	if (d->stage != LEAD_ACCEPTED) {
		desk_stage_leave(d);
		return true;
	}
	return d->stood.stage || !desk_is_worked(d->l.kind, d->l.test != 0) ||
	       desk_stage_enter(d, e);
}

bool desk_stage_restore(struct desk_lead *d, const struct move_last_row *m, struct err *e)
{
	int found;

	if (d->stage != LEAD_ACCEPTED) {
		desk_stage_leave(d);
		return true;
	}
	if (!m->was_stage)
		return desk_stage_enter(d, e);
	found = desk_process_get(d->db, d->a, d->who->publisher, m->was_process, &d->process, e);
	if (found == 0)
		return desk_stage_enter(d, e);
	if (found > 0)
		stand_in(d, m->was_stage, m->was_entered_at);
	return found > 0;
}

/* ---- writing ---- */

static bool same(const struct stage_get_row *x, const struct stage_get_row *y)
{
	if (!x->stage || !y->stage)
		return !x->stage && !y->stage;
	return !strcmp(x->process_id, y->process_id) && !strcmp(x->stage, y->stage) &&
	       !strcmp(x->currency, y->currency) && x->value == y->value &&
	       x->entered_at == y->entered_at && x->late_at == y->late_at;
}

static int by_key(const struct stage_get_row *x, const struct stage_get_row *y)
{
	int order = strcmp(x->process_id, y->process_id);

	order = order ? order : strcmp(x->stage, y->stage);
	return order ? order : strcmp(x->currency, y->currency);
}

static bool add(struct desk_lead *d, const struct stage_get_row *s, int64_t n, int64_t value,
		struct err *e)
{
	struct stage_total_add_in in = {
		d->who->publisher, s->process_id, s->stage, s->currency, n, value
	};

	return stage_total_add(d->db, &in, NULL, e);
}

/* In the order of their keys, so that two writers never wait for each other crosswise. */
static bool write_totals(struct desk_lead *d, struct err *e)
{
	const struct stage_get_row *was = &d->stood, *is = &d->stands;
	int order = was->stage && is->stage ? by_key(was, is) : 1;

	if (!order)
		return add(d, is, 0, is->value - was->value, e);
	if (order < 0)
		return add(d, was, -1, -was->value, e) && add(d, is, 1, is->value, e);
	return (!is->stage || add(d, is, 1, is->value, e)) &&
	       (!was->stage || add(d, was, -1, -was->value, e));
}

bool desk_stage_write(struct desk_lead *d, struct err *e)
{
	struct stage_get_row *s = &d->stands;
	bool valued = d->g.value != SQL_NULL_INT && d->g.currency;
	struct stage_put_in in;

	if (s->stage) {
		s->value = valued ? d->g.value : 0;
		s->currency = valued ? d->g.currency : "";
	}
	if (same(&d->stood, s))
		return true;
	if (!s->stage) {
		struct stage_gone_in gone = { d->who->publisher, d->id };
		struct stage_gone_row row;
		int found = stage_gone(d->db, &gone, d->a, &row, e);

		return found > 0 ? write_totals(d, e) : found == 0;
	}
	in = (struct stage_put_in){ d->who->publisher, d->id,    d->l.seq,
				    s->process_id,     s->stage, s->entered_at,
				    s->late_at,        s->value, s->currency };
	return stage_put(d->db, &in, NULL, e) && write_totals(d, e);
}

void desk_put_stage(struct json_out *o, const char *key, const struct desk_process *p,
		    const char *stage)
{
	size_t at = stage ? desk_stage_at(p, stage) : p->stage_count;

	if (!stage) {
		json_put_null(o, key);
		return;
	}
	json_obj(o, key);
	json_put_z(o, "key", stage);
	json_put_z(o, "name", at < p->stage_count ? p->stages[at].name : stage);
	json_put_bool(o, "shipped", at < p->stage_count && p->stages[at].shipped);
	json_end_obj(o);
}

/* ---- a move ---- */

static bool past_gate(const struct desk_process *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (p->stages[i].gate)
			return true;
	return false;
}

/* *ret: the items that were passed over, or NULL. */
static bool check_gate(struct desk_lead *d, const struct desk_step *x, const char **ret,
		       struct err *e)
{
	size_t from = desk_stage_at(&d->process, d->stands.stage);
	size_t to = desk_stage_at(&d->process, x->stage);

	*ret = NULL;
	if (!past_gate(&d->process, from, to))
		return true;
	if (!desk_missing(d, ret, e))
		return false;
	if (!*ret)
		return true;
	if (!x->override)
		return ERR(e, ERR_CONFLICT, "lead.gate",
			   "The lead is not qualified yet. Still open: %s.", *ret);
	if (!x->reason || !*x->reason)
		return ERR_FIELD(e, ERR_INPUT, "lead.gate-reason", "reason",
				 "Say why the open items are passed over.");
	return true;
}

static bool write_move(struct desk_lead *d, const struct desk_step *x, const char *missing,
		       struct err *e)
{
	const struct stage_get_row was = d->stands;
	const char *at = lead_substatus_text(d->stage);
	const struct engagement_get_row *g = &d->g;
	AUTO_ENTRY t = { 0 };
	struct move_add_in in;

	desk_tell(&t, d, "stage");
	json_put_z(&t.o, "process", d->process.id);
	desk_put_stage(&t.o, "from", &d->process, was.stage);
	desk_put_stage(&t.o, "to", &d->process, x->stage);
	desk_put_text(&t, "override", missing ? x->reason : NULL);
	desk_put_text(&t, "missing", missing);
	desk_put_text(&t, "note", x->note);
	in = (struct move_add_in){ .publisher = d->who->publisher,
				   .lead = d->id,
				   .version = g->version + 1, /* desk_write() */
				   .move = t.id,
				   .at = d->who->now_ms,
				   .event = DESK_MOVE_STAGE,
				   .from = at,
				   .to = at,
				   .was_reason = g->reason,
				   .was_accepted_at = g->accepted_at,
				   .was_closed_at = g->closed_at,
				   .was_process = was.process_id,
				   .was_stage = was.stage,
				   .was_entered_at = was.entered_at,
				   .few_seq = SQL_NULL_INT,
				   .owed = d->owed };
	stand_in(d, x->stage, d->who->now_ms);
	return move_add(d->db, &in, NULL, e) && desk_told(&t, d, e);
}

bool desk_step(struct sql_db *db, struct arena *a, const struct desk_who *who,
	       const struct desk_at *at, const struct desk_step *x, struct err *e)
{
	const char *missing;
	struct desk_lead d;

	struct publisher_hold_in hold = { who->publisher };

	if (!desk_open(&d, db, a, who, at->lead, at->expect, e) || !desk_works(&d, e) ||
	    !publisher_hold(db, &hold, NULL, e) || !desk_lead_process(&d, e))
		return false;
	/* A stage that was taken out at the moment in which the lead came into it. */
	if (d.stands.stage && desk_stage_at(&d.process, d.stands.stage) == d.process.stage_count &&
	    !desk_stage_enter(&d, e))
		return false;
	if (!d.stands.stage)
		return ERR(e, ERR_CONFLICT, "lead.not-active",
			   "Only a lead that was accepted and is not closed stands in a stage.");
	if (!x->stage || desk_stage_at(&d.process, x->stage) == d.process.stage_count)
		return ERR_FIELD(e, ERR_INPUT, "lead.stage-unknown", "stage",
				 "Its process has no such stage.");
	if (!strcmp(x->stage, d.stands.stage))
		return true;
	if (!check_gate(&d, x, &missing, e) || !write_move(&d, x, missing, e))
		return false;
	d.g.worked_at = who->now_ms;
	return desk_write(&d, true, e);
}

/* ---- what did not come by the desk ---- */

static bool settle_one(struct sql_db *db, struct arena *a, const struct desk_who *who,
		       struct id lead, struct err *e)
{
	struct change_put_in change = { who->publisher, id_new(who->now_ms), "lead", lead,
					"stage" };
	struct desk_lead d;
	AUTO_TX tx = { 0 };
	struct err why;

	if (!sql_begin(db, &tx, e))
		return false;
	if (desk_open(&d, db, a, who, lead, NULL, &why))
		return desk_write(&d, false, e) && change_put(db, &change, NULL, e) &&
		       sql_commit(&tx, e);
	if (why.kind != ERR_NOT_FOUND) {
		*e = why;
		return false;
	}
	/* It is gone, with an import that was taken back. */
	d.l.seq = 0;
	if (!desk_stand(&d, e))
		return false;
	desk_stage_leave(&d);
	return desk_stage_write(&d, e) && sql_commit(&tx, e);
}

bool desk_settle(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_more, struct err *e)
{
	struct desk_who who = { .publisher = publisher, .actor = "leadline", .now_ms = now_ms };
	struct stage_missing_row *come;
	struct stage_stray_row *gone;
	size_t n, m;

	if (!stage_missing(db, &(struct stage_missing_in){ publisher, STEP }, a, &come, &n, e) ||
	    !stage_stray(db, &(struct stage_stray_in){ publisher, 0, STEP }, a, &gone, &m, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!settle_one(db, a, &who, come[i].lead_id, e))
			return false;
	for (size_t i = 0; i < m; i++)
		if (!settle_one(db, a, &who, gone[i].lead_id, e))
			return false;
	*ret_more = n == STEP || m == STEP;
	return true;
}
