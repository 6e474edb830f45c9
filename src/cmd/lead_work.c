/* Working on leads: each command is one action of the API. */
#include "cmd/lead_work.h"

#include "base/json.h"
#include "base/limits.h"

#define TEXT(at, n, help_)                                                                         \
	F_STR(struct lead_work_flags, text[at], n, .max = LIMIT_TEXT, .help = (help_))
#define VALUE_ROWS                                                                                 \
	TEXT(1, "value", "Estimated value, such as 12000.50."),                                    \
		TEXT(2, "currency", "Its currency, such as EUR.")
#define NOTE TEXT(0, "note", "For the timeline.")
const struct field lead_accept_flags[] = {
	NOTE,
	VALUE_ROWS,
	TEXT(3, "name", "Name of the deal."),
	TEXT(4, "purchaseTimeFrame",
	     "within-1-month, 1-3-months, 3-6-months, 6-12-months, "
	     "over-12-months."),
	TEXT(5, "closingOn", "Expected day of closing, such as 2027-03-31."),
	TEXT(6, "notes", "Notes on the deal."),
	TEXT(7, "crmId", "Its id in your CRM."),
	TEXT(8, "campaignId", "Your marketing campaign."),
	TEXT(9, "quality", "High or Low."),
	TEXT(10, "purchaseIntent", "Yes, No or Have not decided."),
	F_END,
};
const struct field lead_decline_flags[] = { TEXT(1, "reason", "Why; needed."), NOTE, F_END };
const struct field lead_lose_flags[] = {
	TEXT(1, "reason", "Why; needed."), NOTE,
	TEXT(2, "fewAttempts",
	     "Why it is given up after fewer attempts than its process asks; needed then."),
	F_END
};
const struct field lead_move_flags[] = {
	F_BOOL(struct lead_work_flags, override, "override", .def = "false",
	       .help = "Passes over open items of the checklist; with --reason."),
	TEXT(1, "reason", "Why they are passed over."), NOTE, F_END
};
const struct field lead_check_flags[] = {
	TEXT(0, "evidence", "How it is known; an item may need it, or an entry."),
	TEXT(1, "entry", "Id of a note, a call or a mail of the lead that says so."), F_END
};
const struct field lead_win_flags[] = { NOTE, VALUE_ROWS, F_END };
const struct field lead_undo_flags[] = { NOTE, F_END };
const struct field lead_owner_flags[] = { TEXT(0, "why", "For the timeline."), F_END };
const struct field lead_note_flags[] = {
	F_BOOL(struct lead_work_flags, answered, "answered", .def = "false",
	       .help = "The note records an answer to the customer: a first response."),
	TEXT(0, "at", "When that was, such as 2027-03-31T09:00:00Z; of an answer."),
	F_END,
};
const struct field lead_call_flags[] = {
	TEXT(0, "text", "What was said."),
	TEXT(1, "task", "Id of the open task that this call was: it is done with it."),
	TEXT(2, "at", "When the call was, such as 2027-03-31T09:00:00Z."), F_END
};

const struct field lead_mail_flags[] = {
	TEXT(0, "task", "Id of the open task that this mail was: it is done with it."),
	TEXT(1, "at", "When it was sent, such as 2027-03-31T09:00:00Z."), F_END
};

static bool send(struct cmd *c, enum http_method m, const char *what, struct str body,
		 struct err *e)
{
	struct str json;
	struct id id;

	return cmd_id(c->args[0], &id, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, m, arena_printf(c->arena, "/api/v1/leads/%s/%s", c->args[0], what), NULL,
			body, &json, e) &&
	       cmd_print_one(c, json, e);
}

/* The flags that were given as a body, and the second argument under its name. */
static void write_body(struct cmd *c, struct buf *body, const struct field *rows,
		       const struct lead_work_flags *f, const char *arg)
{
	struct json_out o = json_out(body);

	json_obj(&o, NULL);
	for (; rows->name; rows++) {
		const char *text = rows->type != FIELD_STR
					   ? NULL
					   : *(const char *const *)((const char *)f + rows->off);

		if (text)
			json_put_z(&o, rows->name, text);
	}
	if (f->answered)
		json_put_bool(&o, "answered", true);
	if (f->override)
		json_put_bool(&o, "override", true);
	if (arg && c->arg_count > 1)
		json_put_z(&o, arg, c->args[1]);
	json_end_obj(&o);
}

static bool work(struct cmd *c, const char *verb, const struct field *rows,
		 const struct lead_work_flags *f, const char *arg, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);

	write_body(c, &body, rows, f, arg);
	return send(c, HTTP_POST, verb, buf_view(&body), e);
}

bool lead_accept_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "accept", lead_accept_flags, flags, NULL, e);
}

bool lead_decline_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "decline", lead_decline_flags, flags, NULL, e);
}

bool lead_win_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "win", lead_win_flags, flags, NULL, e);
}

bool lead_lose_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "lose", lead_lose_flags, flags, NULL, e);
}

bool lead_undo_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "undo", lead_undo_flags, flags, NULL, e);
}

bool lead_owner_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "owner", lead_owner_flags, flags, "owner", e);
}

bool lead_note_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "notes", lead_note_flags, flags, "text", e);
}

bool lead_call_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "calls", lead_call_flags, flags, "outcome", e);
}

bool lead_mail_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "mails", lead_mail_flags, flags, "text", e);
}

/* The id of an entry of the timeline, between these. */
static bool entry(struct cmd *c, enum http_method m, const char *what, const char *then,
		  struct err *e)
{
	struct id id;

	return cmd_id(c->args[1], &id, e) &&
	       send(c, m, arena_printf(c->arena, "%s/%s%s", what, c->args[1], then), STR(""), e);
}

bool lead_bounced_cmd(struct cmd *c, const void *flags, struct err *e)
{
	(void)flags;
	return entry(c, HTTP_POST, "mails", "/bounced", e);
}

bool lead_withdraw_cmd(struct cmd *c, const void *flags, struct err *e)
{
	(void)flags;
	return entry(c, HTTP_DELETE, "contacts", "", e);
}

bool lead_move_cmd(struct cmd *c, const void *flags, struct err *e)
{
	return work(c, "stage", lead_move_flags, flags, "stage", e);
}

static const char *item(struct cmd *c)
{
	return arena_printf(c->arena, "checklist/%s", c->args[1]);
}

bool lead_check_cmd(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);

	write_body(c, &body, lead_check_flags, flags, NULL);
	return send(c, HTTP_PUT, item(c), buf_view(&body), e);
}

bool lead_uncheck_cmd(struct cmd *c, const void *flags, struct err *e)
{
	(void)flags;
	return send(c, HTTP_DELETE, item(c), STR(""), e);
}
