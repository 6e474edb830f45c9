/* Whose a lead is. */
#include <string.h>
#include "alert/alert.h"
#include "assign/assign.h"
#include "base/clock.h"
#include "desk/parts.h"
#include "hook/hook.h"

bool desk_may_own(const struct account_list_row *account, const char *publisher)
{
	return assign_may_own(publisher, account->publisher_id, account->role,
			      account->active != 0);
}

/* The address of an account as the timeline keeps it; NULL: nobody, or an account that is gone. */
static bool address(struct desk_lead *d, struct id account, const char **ret, struct err *e)
{
	struct account_get_in in = { account };
	struct account_list_row row = { .email = NULL };
	int found = id_is_null(account) ? 0 : account_get(d->db, &in, d->a, &row, e);

	*ret = found > 0 ? row.email : NULL;
	return found >= 0;
}

/* Tasks that go with a lead, and those that are nobody's, which fall to its owner: who was told of
 * them has no more to do with them, and who has them now is told by the next tick. */
static bool hand_tasks(struct desk_lead *d, const struct task_give_in *give, struct err *e)
{
	struct task_of_in of = { give->publisher, d->id, DESK_TASKS_MAX };
	struct task_page_row *rows;
	size_t n;

	if (!task_of(d->db, &of, d->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct alert_what x = { .lead = d->id, .kind = ALERT_TASK, .ref = rows[i].task_id };

		if ((id_is_null(rows[i].owner_id) || id_eq(rows[i].owner_id, give->from)) &&
		    !alert_over(d->db, give->publisher, &x, give->now, e))
			return false;
	}
	return task_give(d->db, give, NULL, e);
}

/* Who takes a lead needs not be told, nor who gives it away; nor one who is no owner any more. */
static bool tell_owner(struct desk_lead *d, struct id from, struct id entry, const char *cause,
		       struct err *e)
{
	const struct desk_who *who = d->who;
	const struct alert_owned x = { .lead = d->id,
				       .from = from,
				       .to = d->l.owner_id,
				       .entry = entry,
				       .told_from = !cause && !id_eq(from, who->user),
				       .told_to = !id_eq(d->l.owner_id, who->user) };

	return alert_assigned(d->db, who->publisher, &x, who->now_ms, e);
}

/* cause: a stable word for what made it so, where nobody decided about this lead; or NULL. */
static bool put_owner(struct desk_lead *d, const struct account_list_row *owner, const char *why,
		      const char *cause, struct err *e)
{
	struct task_give_in give = { d->who->publisher, d->id, d->l.owner_id,
				     owner ? owner->account_id : ID_NULL, d->who->now_ms };
	AUTO_ENTRY t = { 0 };
	const char *before;

	if (!address(d, d->l.owner_id, &before, e))
		return false;
	desk_tell(&t, d, "owner");
	json_put_z(&t.o, "from", before);
	json_put_z(&t.o, "to", owner ? owner->email : NULL);
	desk_put_text(&t, "why", why);
	if (cause)
		json_put_z(&t.o, "cause", cause);
	d->l.owner_id = owner ? owner->account_id : ID_NULL;
	return desk_told(&t, d, e) && hand_tasks(d, &give, e) &&
	       tell_owner(d, give.from, t.id, cause, e);
}

bool desk_owner_put(struct desk_lead *d, const struct account_list_row *owner, const char *why,
		    struct err *e)
{
	return put_owner(d, owner, why, NULL, e);
}

bool desk_teams_hold(struct sql_db *db, const struct desk_who *who, struct err *e)
{
	return publisher_hold(db, &(struct publisher_hold_in){ who->publisher }, NULL, e);
}

/* The name of a team as the timeline keeps it; NULL: none. 1, 0 when it is not there, or -1. */
static int team_name(struct desk_lead *d, struct id team, const char **ret, struct err *e)
{
	struct team_get_in in = { d->who->publisher, team };
	struct team_list_row row = { .name = NULL };
	int found = id_is_null(team) ? 1 : team_get(d->db, &in, d->a, &row, e);

	*ret = found > 0 ? row.name : NULL;
	return found;
}

static bool write_team(struct desk_lead *d, const char *before, const char *after, const char *why,
		       struct id *ret_entry, struct err *e)
{
	AUTO_ENTRY t = { 0 };

	desk_tell(&t, d, "team");
	json_put_z(&t.o, "from", before);
	json_put_z(&t.o, "to", after);
	desk_put_text(&t, "why", why);
	*ret_entry = t.id;
	return desk_told(&t, d, e);
}

/* A team that is gone since is none. */
static bool team_back(struct desk_lead *d, struct id is, struct id was, struct err *e)
{
	struct alert_what told = { .lead = d->id, .kind = ALERT_TEAM };
	struct lead_team_set_in in = { d->who->publisher, d->id, was };
	const char *before, *after;
	struct id entry;
	int found = team_name(d, was, &after, e);

	if (found < 0 || team_name(d, is, &before, e) < 0)
		return false;
	if (!found)
		in.team = ID_NULL;
	return write_team(d, before, after, NULL, &entry, e) &&
	       alert_over(d->db, d->who->publisher, &told, d->who->now_ms, e) &&
	       lead_team_set(d->db, &in, NULL, e);
}

bool desk_owner_back(struct desk_lead *d, const struct move_last_row *m, const char *why,
		     struct err *e)
{
	struct reach_lead_row is;

	if (id_is_null(m->got_owner) || !id_eq(d->l.owner_id, m->got_owner))
		return true;
	if (!desk_owner_put(d, NULL, why, e) ||
	    reach_lead(d->db, &(struct reach_lead_in){ d->who->publisher, d->id }, d->a, &is, e) <
		    0)
		return false;
	return !id_eq(is.team_id, m->got_team) || id_eq(is.team_id, m->was_team) ||
	       team_back(d, is.team_id, m->was_team, e);
}

/* What is owned, or closed, is no news for a team. */
static bool tell_team(struct desk_lead *d, struct id team, struct id entry, struct err *e)
{
	const struct desk_who *who = d->who;
	const struct alert_what before = { .lead = d->id, .kind = ALERT_TEAM };
	const struct assign_told told = { d->id, entry, who->user, d->l.offer_id };

	if (!alert_over(d->db, who->publisher, &before, who->now_ms, e))
		return false;
	if (id_is_null(team) || !id_is_null(d->l.owner_id) ||
	    lead_status_of(str_of(d->l.status)) == LEAD_CLOSED)
		return true;
	return assign_tell_team(d->db, d->a, who->publisher, team, &told, who->now_ms, e);
}

bool desk_team(struct sql_db *db, struct arena *a, const struct desk_who *who,
	       const struct desk_at *at, struct id team, const char *why, struct err *e)
{
	struct lead_team_set_in in = { who->publisher, at->lead, team };
	const char *before, *after;
	struct reach_lead_row was;
	struct desk_lead d;
	struct id entry;
	int found;

	if ((!id_is_null(team) && !desk_teams_hold(db, who, e)) ||
	    !desk_open(&d, db, a, who, at->lead, at->expect, e) || !desk_works(&d, e) ||
	    reach_lead(db, &(struct reach_lead_in){ who->publisher, at->lead }, a, &was, e) < 0)
		return false;
	if (id_eq(was.team_id, team))
		return true;
	found = team_name(&d, team, &after, e);
	if (found < 0 || team_name(&d, was.team_id, &before, e) < 0)
		return false;
	if (!found)
		return ERR_FIELD(e, ERR_INPUT, "lead.team", "team",
				 "There is no such team of this publisher.");
	d.g.worked_at = who->now_ms;
	return write_team(&d, before, after, why, &entry, e) && desk_write(&d, true, e) &&
	       lead_team_set(db, &in, NULL, e) && tell_team(&d, team, entry, e);
}

bool desk_own(struct sql_db *db, struct arena *a, const struct desk_who *who,
	      const struct desk_at *at, struct id owner, const char *why, struct err *e)
{
	struct account_get_in in = { owner };
	struct account_list_row row = { .email = NULL };
	struct desk_lead d;
	int found = 1;

	if ((!id_is_null(owner) && !desk_teams_hold(db, who, e)) ||
	    !desk_open(&d, db, a, who, at->lead, at->expect, e) || !desk_works(&d, e))
		return false;
	if (id_eq(d.l.owner_id, owner))
		return true;
	if (!id_is_null(owner))
		found = account_get(db, &in, a, &row, e);
	if (found < 0)
		return false;
	if (!found || (!id_is_null(owner) && !desk_may_own(&row, who->publisher)))
		return ERR_FIELD(e, ERR_INPUT, "lead.owner", "owner",
				 "The owner must be an active account of this publisher, at least "
				 "a seller.");
	if (!desk_owner_put(&d, id_is_null(owner) ? NULL : &row, why, e))
		return false;
	d.g.worked_at = who->now_ms;
	return desk_write(&d, true, e);
}

bool desk_give(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       struct id owner, struct id team, struct err *e)
{
	struct change_put_in change = { who->publisher, id_new(clock_now()), "lead", lead,
					"owner" };
	struct lead_team_set_in set = { who->publisher, lead, team };
	struct desk_lead d;

	if (!desk_open(&d, db, a, who, lead, NULL, e))
		return false;
	d.l.owner_id = owner;
	return desk_write(&d, true, e) && lead_team_set(db, &set, NULL, e) &&
	       hook_updated(db, a, who->publisher, lead, who->now_ms, e) &&
	       change_put(db, &change, NULL, e);
}

bool desk_hand_over(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id from,
		    const struct account_list_row *heir, size_t limit, size_t *ret_n, struct err *e)
{
	struct lead_open_of_in in = { who->publisher, from, (int64_t)limit };
	struct lead_open_of_row *rows;
	struct desk_lead d;
	size_t n;

	if (!lead_open_of(db, &in, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!desk_open(&d, db, a, who, rows[i].lead_id, NULL, e) ||
		    !put_owner(&d, heir, NULL, "owner-left", e) || !desk_write(&d, true, e))
			return false;
	*ret_n = n;
	return true;
}
