/* Promises: what is to be done next for a lead. Every answer is the lead as it is then. */
#include "api/desk.h"

#include "api/tasks.h"
#include "base/limits.h"

struct task_in {
	const char *kind, *text, *place, *owner;
	int64_t due_at, ends_at;
};
FITS(struct task_in);
#define TASK_ROWS                                                                                  \
	F_STR(struct task_in, text, "text", .max = LIMIT_NAME * 5, .help = "What is to be done."), \
		F_TIME(struct task_in, due_at, "dueAt",                                            \
		       .help = "When; of a meeting: when it begins."),                             \
		F_TIME(struct task_in, ends_at, "endsAt",                                          \
		       .help = "When a meeting ends; at first half an hour later."),               \
		F_STR(struct task_in, place, "place", .max = LIMIT_NAME * 5,                       \
		      .help = "Where a meeting is, or its address."),                              \
		F_STR(struct task_in, owner, "owner", .max = LIMIT_EMAIL,                          \
		      .help = "Who: id or address of an account, or me; empty: nobody in "         \
			      "particular. Absent: the lead's owner, else who asks.")
static const char *const kinds[] = { "call", "mail", "meeting", "other", NULL };
const struct field lead_task_body[] = {
	F_CHOICE(struct task_in, kind, "kind", .choices = kinds,
		 .help = "What sort of task it is; needed."),
	TASK_ROWS,
	F_END,
};
const struct field task_set_body[] = { TASK_ROWS, F_END };

/* Whom a task falls to where nobody is named: the owner of the lead, else the one who asks, when
 * they may. */
static bool usual_owner(struct http_request *rq, const struct desk_call_in *c, struct id *ret,
			struct err *e)
{
	const struct id first[] = { c->lead.owner_id, rq->who.user_id };

	*ret = ID_NULL;
	for (size_t i = 0; i < LL_COUNT(first) && id_is_null(*ret); i++) {
		struct account_get_in in = { first[i] };
		struct account_list_row who;
		int found =
			id_is_null(first[i]) ? 0 : account_get(db_of(rq), &in, rq->arena, &who, e);

		if (found < 0)
			return false;
		if (found && desk_may_own(&who, c->who.publisher))
			*ret = first[i];
	}
	return true;
}

bool h_lead_task(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct task_in *in = input;
	struct desk_task x = { .kind = in->kind,
			       .text = in->text,
			       .place = in->place,
			       .due_at = in->due_at,
			       .ends_at = in->ends_at };
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id task;

	return desk_begin(rq, &tx, &c, e) &&
	       (in->owner ? read_owner_text(rq, in->owner, &x.owner, e)
			  : usual_owner(rq, &c, &x.owner, e)) &&
	       desk_task_add(db_of(rq), rq->arena, &c.who, c.at.lead, &x, &task, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

/* The task of the path, and who changes it. Its lead is held first: the task is as it is read. */
static bool begin(struct http_request *rq, struct sql_tx *tx, struct task_page_row *ret,
		  struct desk_call_in *c, struct err *e)
{
	struct desk_lead_row held;

	if (!find_task(rq, ret, e) || !sql_begin(db_of(rq), tx, e) ||
	    desk_lead(db_of(rq), &(struct desk_lead_in){ ret->publisher_id, ret->lead_id },
		      rq->arena, &held, e) < 0 ||
	    !find_task(rq, ret, e))
		return false;
	c->who = desk_who_of(rq, ret->publisher_id);
	c->lead = (struct lead_page_row){ .publisher_id = ret->publisher_id,
					  .lead_id = ret->lead_id };
	return true;
}

bool h_task_set(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct task_in *in = input;
	struct task_page_row was;
	struct desk_call_in c;
	struct desk_task x;
	AUTO_TX tx = { 0 };

	if (!begin(rq, &tx, &was, &c, e))
		return false;
	x = (struct desk_task){ .kind = was.kind,
				.text = in->text ? in->text : was.text,
				.place = in->place ? in->place : was.place,
				.due_at = in->due_at == FIELD_NO_INT ? was.due_at : in->due_at,
				.ends_at = in->ends_at,
				.owner = was.owner_id };
	/* A meeting that is moved stays as long as it was. */
	if (in->ends_at == FIELD_NO_INT && was.ends_at != SQL_NULL_INT)
		x.ends_at = x.due_at + (was.ends_at - was.due_at);
	return (!in->owner || read_owner_text(rq, in->owner, &x.owner, e)) &&
	       desk_task_set(db_of(rq), rq->arena, &c.who, &was, &x, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

struct task_done_in_ {
	const char *outcome, *note;
};
FITS(struct task_done_in_);
static const char *const outcomes[] = { "done", "missed", "dropped", NULL };
const struct field task_done_body[] = {
	F_CHOICE(struct task_done_in_, outcome, "outcome", .choices = outcomes, .def = "done",
		 .help = "What came of it; a meeting that is done was held, a first response."),
	F_STR(struct task_done_in_, note, "note", .max = LIMIT_TEXT / 4,
	      .help = "For the timeline."),
	F_END,
};

bool h_task_done(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct task_done_in_ *in = input;
	struct task_page_row was;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	return begin(rq, &tx, &was, &c, e) &&
	       desk_task_done(db_of(rq), rq->arena, &c.who, &was, in->outcome, in->note, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

bool h_task_reopen(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct task_page_row was;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	(void)in;
	return begin(rq, &tx, &was, &c, e) &&
	       desk_task_reopen(db_of(rq), rq->arena, &c.who, &was, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}
