/* Tasks: what is due, for whom; and a meeting for other calendars. */
#include "api/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include "api/merge.h"
#include "base/limits.h"
#include "calendar/calendar.h"

#define OF_LEAD 100 /* desk/task.c lets no more be open */

void write_task(struct json_out *o, const char *key, const struct task_page_row *t, int64_t now_ms)
{
	json_obj(o, key);
	json_put_id(o, "id", &t->task_id);
	json_put_z(o, "publisher", t->publisher_id);
	json_put_z(o, "kind", t->kind);
	json_put_z(o, "text", t->text);
	json_put_time(o, "dueAt", t->due_at);
	json_put_time(o, "endsAt", t->ends_at);
	json_put_z(o, "place", *t->place ? t->place : NULL);
	json_put_bool(o, "overdue", t->done_at == SQL_NULL_INT && t->due_at < now_ms);
	json_put_z(o, "outcome", t->outcome);
	json_put_time(o, "doneAt", t->done_at);
	if (t->owner_email) {
		json_obj(o, "owner");
		json_put_id(o, "id", &t->owner_id);
		json_put_z(o, "email", t->owner_email);
		json_put_z(o, "name", t->owner_name);
		json_end_obj(o);
	} else {
		json_put_null(o, "owner");
	}
	json_obj(o, "lead");
	json_put_id(o, "id", &t->lead_id);
	json_put_z(o, "firstName", t->first_name);
	json_put_z(o, "lastName", t->last_name);
	json_put_z(o, "company", t->company);
	json_put_z(o, "email", t->email);
	json_put_z(o, "status", t->status);
	json_put_z(o, "substatus", t->substatus);
	json_end_obj(o);
	json_end_obj(o);
}

static void write_proposal(struct json_out *o, const struct desk_proposal *p)
{
	if (!p->reason) {
		json_put_null(o, "proposal");
		return;
	}
	json_obj(o, "proposal");
	json_put_z(o, "reason", p->reason);
	json_put_z(o, "kind", p->kind);
	json_put_z(o, "text", p->text);
	json_put_time(o, "dueAt", p->due_at);
	json_end_obj(o);
}

bool write_tasks(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		 const struct engagement_get_row *seen, struct err *e)
{
	struct task_of_in in = { l->publisher_id, l->lead_id, OF_LEAD };
	struct desk_proposal p = { .reason = NULL };
	struct task_page_row *rows;
	size_t n;

	if (!task_of(db_of(rq), &in, rq->arena, &rows, &n, e) ||
	    (!n && !desk_propose(db_of(rq), rq->arena, l, seen, rq->now_ms, &p, e)))
		return false;
	json_list(o, "tasks");
	for (size_t i = 0; i < n; i++)
		write_task(o, NULL, &rows[i], rq->now_ms);
	json_end_list(o);
	write_proposal(o, &p);
	return true;
}

/* ---- the list ---- */

#define PART_FEW 2000 /* leads of a part of a reach whose tasks are looked up */

struct tasks_in {
	const char *publisher, *owner, *after;
	int64_t due, limit;
};
FITS(struct tasks_in);
const struct field tasks_query[] = {
	F_PUBLISHER(struct tasks_in),
	F_STR(struct tasks_in, owner, "owner", .max = 36, .help = "Id of a user, or me."),
	F_TIME(struct tasks_in, due, "due", .help = "Due before this time."),
	F_PAGE(struct tasks_in),
	F_END,
};

/* A cursor is "due.task" of the last row. */
static bool read_cursor(const char *after, struct task_page_in *in, struct err *e)
{
	struct str s = str_of(after), due;

	in->due = INT64_MIN;
	if (!after)
		return true;
	return str_split(&s, '.', &due) && str_int(due, &in->due) && id_parse(s, &in->task)
		       ? true
		       : bad_cursor(e);
}

static bool read_owner(struct http_request *rq, const char *text, struct id *ret, struct err *e)
{
	*ret = ID_NULL;
	if (!text)
		return true;
	if (!strcmp(text, "me"))
		*ret = rq->who.user_id;
	else if (!id_parse(str_of(text), ret))
		return ERR_FIELD(e, ERR_INPUT, "field.id", "owner", "owner is the id of a user.");
	return !id_is_null(*ret) || ERR_FIELD(e, ERR_INPUT, "leads.me", "owner",
					      "This caller is no user: there is no me.");
}

static int earliest(const void *a, const void *b)
{
	const struct task_page_row *x = a, *y = b;

	if (x->due_at != y->due_at)
		return x->due_at < y->due_at ? -1 : 1;
	return id_order(x->task_id, y->task_id);
}

static bool read_part(struct http_request *rq, const struct reach_part *part,
		      const struct task_page_in *in, struct arena *a, struct task_page_row **rows,
		      size_t *n, struct err *e)
{
	static const enum task_part_part leads[] = { [REACH_BY_OWNER] = TASK_PART_PART_OWNER,
						     [REACH_BY_TEAM] = TASK_PART_PART_TEAM,
						     [REACH_BY_OFFER] = TASK_PART_PART_OFFER };
	struct task_part_in of = { in->publisher, in->due_below,  in->due,  in->task,
				   in->limit,     in->lead_owner, in->team, in->offer };
	int few;

	if (!id_is_null(in->owner))
		return task_page(db_of(rq), TASK_PAGE_LEAD_OWNER, in, a, rows, n, e);
	few = reach_has_few(db_of(rq), rq->arena, part, PART_FEW, e);
	if (few > 0)
		return task_part(db_of(rq), leads[reach_by(part)], &of, a, rows, n, e);
	return !few && task_page(db_of(rq), TASK_PAGE_LEAD_ANY, in, a, rows, n, e);
}

/* One row more than the page of each part of the reach, so that the last knows whether there are
 * others. */
static bool read_rows(struct http_request *rq, const struct parts *parts, struct task_page_in *in,
		      struct merge *m, struct err *e)
{
	struct task_page_row *rows;
	size_t n;

	merge_begin(m, &task_get_query, earliest, (size_t)in->limit, parts->n, rq->arena);
	for (size_t i = 0; i < parts->n; i++) {
		in->publisher = parts->all[i].publisher;
		in->lead_owner = parts->all[i].owner;
		in->team = parts->all[i].team;
		in->offer = parts->all[i].offer;
		if (!read_part(rq, &parts->all[i], in, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_tasks(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct tasks_in *q = input;
	struct task_page_in in = { .due_below = q->due == FIELD_NO_INT ? LEAD_DUE_NONE : q->due,
				   .limit = q->limit + 1 };
	size_t limit = (size_t)q->limit;
	const struct task_page_row *last;
	const char *next = NULL;
	AUTO_MERGE m = { 0 };
	struct parts parts;
	struct scope scope;
	struct json_out o;

	if (!scope_of(rq, q->publisher, &scope, e) || !read_owner(rq, q->owner, &in.owner, e) ||
	    !read_cursor(q->after, &in, e) || !parts_of(rq, &scope, &parts, e) ||
	    !read_rows(rq, &parts, &in, &m, e))
		return false;
	if (m.n > limit) {
		last = merge_row(&m, limit - 1);
		next = arena_printf(rq->arena, "%lld.%s", (long long)last->due_at,
				    id_key(rq->arena, last->task_id));
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < m.n && i < limit; i++)
		write_task(&o, NULL, merge_row(&m, i), rq->now_ms);
	json_end_list(&o);
	json_put_z(&o, "next", next);
	json_end_obj(&o);
	return true;
}

bool find_task(struct http_request *rq, struct task_page_row *ret, struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = task_get(db_of(rq), &(struct task_get_in){ scope.publishers[i], id },
				     rq->arena, ret, e);

		if (found < 0)
			return false;
		if (found)
			return check_reach(rq, ret->publisher_id, ret->lead_id, e);
	}
	return not_found("task", e);
}

bool h_task(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct task_page_row t;
	struct json_out o;

	(void)in;
	if (!find_task(rq, &t, e))
		return false;
	o = json_reply(reply);
	write_task(&o, NULL, &t, rq->now_ms);
	return true;
}

/* ---- for other calendars ---- */

static const char *guest_name(struct arena *a, const struct task_page_row *t)
{
	return arena_printf(a, "%s%s%s", t->first_name ? t->first_name : "",
			    t->first_name && t->last_name ? " " : "",
			    t->last_name ? t->last_name : "");
}

bool h_task_ics(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct calendar_event x = { .uid = NULL };
	struct task_page_row t;

	(void)in;
	if (!find_task(rq, &t, e))
		return false;
	if (t.ends_at == SQL_NULL_INT)
		return ERR(e, ERR_CONFLICT, "task.no-meeting",
			   "Only a meeting can be put into other calendars.");
	x.uid = arena_printf(rq->arena, "%s@leadline", id_key(rq->arena, t.task_id));
	x.sequence = t.sequence;
	x.cancelled = t.outcome &&
		      (!strcmp(t.outcome, "dropped") || !strcmp(t.outcome, DESK_TASK_CLOSED));
	x.summary = t.text;
	x.place = t.place;
	x.from_ms = t.due_at;
	x.to_ms = t.ends_at;
	x.stamp_ms = t.changed_at;
	x.host = (struct calendar_guest){ t.owner_name, t.owner_email };
	x.guest = (struct calendar_guest){ guest_name(rq->arena, &t), t.email };
	reply->content_type = "text/calendar; charset=utf-8";
	reply->body = buf_new(LIMIT_REPLY);
	buf_z(&reply->body, calendar_ics(rq->arena, &x));
	http_reply_header(reply, "content-disposition", "attachment; filename=\"meeting.ics\"");
	return true;
}
