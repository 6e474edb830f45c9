/* Promises: what is to be done next for a lead, by whom and when. */
#include <string.h>
#include "alert/alert.h"
#include "desk/parts.h"

#define MINUTE  60000LL
#define MEETING (30 * MINUTE)            /* where nobody says how long */
#define LONGEST (7LL * 24 * 60 * MINUTE) /* a meeting */

const char *const desk_task_kinds[] = { "call", "mail", "meeting", "other", NULL };
const char *const desk_task_outcomes[] = { "done", "missed", "dropped", NULL };

static bool is_meeting(const char *kind)
{
	return !strcmp(kind, "meeting");
}

static bool is_one_of(const char *const *words, const char *text)
{
	while (*words && (!text || strcmp(*words, text) != 0))
		words++;
	return *words != NULL;
}

/* Into the row: how a meeting ends, and that nothing else does. */
static bool check(const struct desk_task *x, int64_t *ret_ends_at, struct err *e)
{
	if (!is_one_of(desk_task_kinds, x->kind))
		return ERR_FIELD(e, ERR_INPUT, "task.kind", "kind",
				 "A task is a call, a mail, a meeting or other.");
	if (!x->text || !*x->text)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "text", "Say what is to be done.");
	if (x->due_at < 0 || x->due_at >= LEAD_DUE_NONE)
		return ERR_FIELD(e, ERR_INPUT, "task.due", "dueAt", "Say when it is to be done.");
	*ret_ends_at = SQL_NULL_INT;
	if (!is_meeting(x->kind)) {
		if (x->ends_at != SQL_NULL_INT)
			return ERR_FIELD(e, ERR_INPUT, "task.end", "endsAt",
					 "Only a meeting has an end.");
		return true;
	}
	*ret_ends_at = x->ends_at == SQL_NULL_INT ? x->due_at + MEETING : x->ends_at;
	if (*ret_ends_at <= x->due_at || *ret_ends_at - x->due_at > LONGEST)
		return ERR_FIELD(e, ERR_INPUT, "task.end", "endsAt",
				 "A meeting ends after it begins, within a week.");
	return true;
}

/* Null: nobody in particular. */
static bool find_owner(struct desk_lead *d, struct id owner, struct account_list_row *ret,
		       struct err *e)
{
	int found;

	*ret = (struct account_list_row){ .email = NULL };
	if (id_is_null(owner))
		return true;
	found = account_get(d->db, &(struct account_get_in){ owner }, d->a, ret, e);
	if (found < 0)
		return false;
	return (found && desk_may_own(ret, d->who->publisher)) ||
	       ERR_FIELD(e, ERR_INPUT, "lead.owner", "owner",
			 "The owner must be an active account of this publisher, at least a "
			 "seller.");
}

static void put_task(struct desk_entry *t, struct id id, const char *event,
		     const struct desk_task *x, int64_t ends_at)
{
	json_put_z(&t->o, "event", event);
	json_put_id(&t->o, "task", &id);
	json_put_z(&t->o, "kind", x->kind);
	json_put_z(&t->o, "text", x->text);
	json_put_time(&t->o, "dueAt", x->due_at);
	json_put_time(&t->o, "endsAt", ends_at);
	desk_put_text(t, "place", x->place);
}

static bool too_many(struct err *e)
{
	return ERR(e, ERR_CONFLICT, "task.many", "A lead has at most %d open tasks.",
		   DESK_TASKS_MAX);
}

bool desk_task_add(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   const struct desk_task *x, struct id *ret, struct err *e)
{
	struct task_add_in in = { .publisher = who->publisher,
				  .task = id_new(who->now_ms),
				  .lead = lead,
				  .kind = x->kind,
				  .text = x->text,
				  .place = x->place ? x->place : "",
				  .due_at = x->due_at,
				  .owner = x->owner,
				  .now = who->now_ms };
	struct task_of_in open = { who->publisher, lead, DESK_TASKS_MAX };
	struct account_list_row owner;
	struct task_page_row *rows;
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;
	size_t n;

	if (!check(x, &in.ends_at, e) || !desk_open(&d, db, a, who, lead, NULL, e) ||
	    !desk_works(&d, e) || !find_owner(&d, x->owner, &owner, e) ||
	    !task_of(db, &open, a, &rows, &n, e))
		return false;
	if (n == DESK_TASKS_MAX)
		return too_many(e);
	desk_tell(&t, &d, "task");
	put_task(&t, in.task, "set", x, in.ends_at);
	json_put_z(&t.o, "owner", owner.email);
	*ret = in.task;
	d.g.worked_at = who->now_ms;
	return task_add(db, &in, NULL, e) && desk_told(&t, &d, e) && desk_write(&d, false, e);
}

/* What was told of it is no matter any more. */
static bool end_alert(const struct desk_lead *d, struct id task, struct err *e)
{
	const struct alert_what x = { .lead = d->id, .kind = ALERT_TASK, .ref = task };

	return alert_over(d->db, d->who->publisher, &x, d->who->now_ms, e);
}

static bool is_other(const struct task_page_row *was, const struct desk_task *x)
{
	return x->due_at != was->due_at || !id_eq(x->owner, was->owner_id);
}

static bool is_over(struct err *e)
{
	return ERR(e, ERR_CONFLICT, "task.done", "This was done already: look at the lead again.");
}

bool desk_task_set(struct sql_db *db, struct arena *a, const struct desk_who *who,
		   const struct task_page_row *was, const struct desk_task *x, struct err *e)
{
	struct task_set_in in = { .publisher = who->publisher,
				  .task = was->task_id,
				  .text = x->text,
				  .place = x->place ? x->place : "",
				  .due_at = x->due_at,
				  .owner = x->owner,
				  .now = who->now_ms };
	struct account_list_row owner;
	struct task_set_row row;
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;
	int found;

	if (!check(x, &in.ends_at, e) || !desk_open(&d, db, a, who, was->lead_id, NULL, e))
		return false;
	/* Whoever has it keeps it, also when nothing new would be given to them any more. */
	owner = (struct account_list_row){ .email = was->owner_email };
	if (!id_eq(x->owner, was->owner_id) && !find_owner(&d, x->owner, &owner, e))
		return false;
	found = task_set(db, &in, a, &row, e);
	if (found <= 0)
		return found == 0 && is_over(e);
	desk_tell(&t, &d, "task");
	put_task(&t, was->task_id, "changed", x, in.ends_at);
	json_put_z(&t.o, "owner", owner.email);
	json_obj(&t.o, "was");
	json_put_z(&t.o, "text", was->text);
	json_put_time(&t.o, "dueAt", was->due_at);
	json_put_z(&t.o, "owner", was->owner_email);
	json_end_obj(&t.o);
	d.g.worked_at = who->now_ms;
	return (!is_other(was, x) || end_alert(&d, was->task_id, e)) && desk_told(&t, &d, e) &&
	       desk_write(&d, false, e);
}

/* A meeting that was held is a first response, at the time that it was for; one that was only
 * agreed on, or missed, is none. */
static bool count(struct desk_lead *d, struct id entry, const struct task_page_row *was,
		  const char *outcome, struct err *e)
{
	bool held = !strcmp(outcome, "done");
	struct desk_contact x = { "meeting", was->due_at, held, held };

	if (!is_meeting(was->kind) || !strcmp(outcome, "dropped"))
		return true;
	if (x.at < d->l.received_at)
		x.at = d->l.received_at;
	return desk_contact(d, entry, &x, e);
}

bool desk_task_done(struct sql_db *db, struct arena *a, const struct desk_who *who,
		    const struct task_page_row *was, const char *outcome, const char *note,
		    struct err *e)
{
	struct desk_task x = {
		.kind = was->kind, .text = was->text, .place = was->place, .due_at = was->due_at
	};
	struct task_done_in in = { who->publisher, was->task_id, outcome, who->now_ms };
	struct task_done_row row;
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;
	int found;

	if (!is_one_of(desk_task_outcomes, outcome))
		return ERR_FIELD(e, ERR_INPUT, "task.outcome", "outcome",
				 "Say what came of it: done, missed or dropped.");
	if (is_meeting(was->kind) && strcmp(outcome, "dropped") != 0 && was->due_at > who->now_ms)
		return ERR(e, ERR_CONFLICT, "task.early",
			   "This meeting has not begun: change it, or drop it.");
	if (!desk_open(&d, db, a, who, was->lead_id, NULL, e))
		return false;
	found = task_done(db, &in, a, &row, e);
	if (found <= 0)
		return found == 0 && is_over(e);
	desk_tell(&t, &d, "task");
	put_task(&t, was->task_id, outcome, &x, was->ends_at);
	desk_put_text(&t, "note", note);
	json_put_id(&t.o, "author", &who->author);
	d.g.worked_at = who->now_ms;
	return count(&d, t.id, was, outcome, e) && end_alert(&d, was->task_id, e) &&
	       desk_told(&t, &d, e) && desk_write(&d, false, e);
}

/* ---- with the lead ---- */

static bool tell_of(const struct desk_lead *d, const struct task_page_row *row, const char *event,
		    struct err *e)
{
	struct desk_task x = {
		.kind = row->kind, .text = row->text, .place = row->place, .due_at = row->due_at
	};
	AUTO_ENTRY t = { 0 };

	desk_tell(&t, d, "task");
	put_task(&t, row->task_id, event, &x, row->ends_at);
	json_put_z(&t.o, "owner", row->owner_email);
	return desk_told(&t, d, e);
}

/* In the order of the tick, which holds them as well. */
bool desk_tasks_close(struct desk_lead *d, struct err *e)
{
	struct task_of_in open = { d->who->publisher, d->id, DESK_TASKS_MAX };
	struct task_page_row *rows;
	size_t n;

	if (!task_of(d->db, &open, d->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct task_done_in in = { d->who->publisher, rows[i].task_id, DESK_TASK_CLOSED,
					   d->who->now_ms };
		struct task_done_row row;
		int found = task_done(d->db, &in, d->a, &row, e);

		if (found < 0 || (found && (!end_alert(d, rows[i].task_id, e) ||
					    !tell_of(d, &rows[i], DESK_TASK_CLOSED, e))))
			return false;
	}
	return true;
}

/* As many as there is room for beside those that were set since. */
bool desk_tasks_back(struct desk_lead *d, int64_t closed_at, struct err *e)
{
	struct task_of_in open = { d->who->publisher, d->id, DESK_TASKS_MAX };
	struct task_closed_in in = { d->who->publisher, d->id, closed_at, DESK_TASKS_MAX };
	struct task_page_row *rows;
	size_t n;

	if (!task_of(d->db, &open, d->a, &rows, &n, e))
		return false;
	in.limit -= (int64_t)n;
	if (!in.limit)
		return true;
	if (!task_closed(d->db, &in, d->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct task_reopen_in back = { d->who->publisher, rows[i].task_id, d->who->now_ms };
		struct task_reopen_row row;
		int found = task_reopen(d->db, &back, d->a, &row, e);

		if (found < 0 || (found && !tell_of(d, &rows[i], "reopened", e)))
			return false;
	}
	return true;
}

static bool not_over(const struct task_page_row *was, struct err *e)
{
	if (was->done_at == SQL_NULL_INT)
		return ERR(e, ERR_CONFLICT, "task.open", "This is to be done still.");
	return ERR(
		e, ERR_CONFLICT, "task.counted",
		"A meeting that was held, or that nobody came to, has counted: withdraw that, or "
		"set another one.");
}

bool desk_task_reopen(struct sql_db *db, struct arena *a, const struct desk_who *who,
		      const struct task_page_row *was, struct err *e)
{
	struct desk_task x = {
		.kind = was->kind, .text = was->text, .place = was->place, .due_at = was->due_at
	};
	struct task_reopen_in in = { who->publisher, was->task_id, who->now_ms };
	struct task_of_in open = { who->publisher, was->lead_id, DESK_TASKS_MAX };
	struct task_page_row *rows;
	struct task_reopen_row row;
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;
	size_t n;
	int found;

	if (!desk_open(&d, db, a, who, was->lead_id, NULL, e) || !desk_works(&d, e) ||
	    !task_of(db, &open, a, &rows, &n, e))
		return false;
	if (n == DESK_TASKS_MAX)
		return too_many(e);
	found = task_reopen(db, &in, a, &row, e);
	if (found <= 0)
		return found == 0 && not_over(was, e);
	desk_tell(&t, &d, "task");
	put_task(&t, was->task_id, "reopened", &x, was->ends_at);
	json_put_z(&t.o, "owner", was->owner_email);
	d.g.worked_at = who->now_ms;
	return desk_told(&t, &d, e) && desk_write(&d, false, e);
}
