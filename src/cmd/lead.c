/* Looking at leads. */
#include "cmd/lead_work.h"

static bool list(struct cmd *c, const char *path, const void *query,
		 const struct cmd_column *columns, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) && cmd_call(c, HTTP_GET, path, query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool show(struct cmd *c, const char *folder, struct err *e)
{
	struct str json;
	struct id id;

	return cmd_id(c->args[0], &id, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, arena_printf(c->arena, "%s/%s", folder, c->args[0]), NULL,
			STR(""), &json, e) &&
	       cmd_print_one(c, json, e);
}

static const struct cmd_column lead_columns[] = { { "ID", "id", 0 },
						  { "RECEIVED", "receivedAt", 0 },
						  { "OFFER", "offer.id", 30 },
						  { "KIND", "kind", 0 },
						  { "STATUS", "status", 0 },
						  { "STAGE", "stage.key", 16 },
						  { "FIRST", "customer.firstName", 16 },
						  { "LAST", "customer.lastName", 16 },
						  { "COMPANY", "customer.company", 24 },
						  { "E-MAIL", "customer.email", 32 },
						  { "COUNTRY", "customer.country", 0 },
						  { "DUE", "firstResponse.dueAt", 0 },
						  { NULL, NULL, 0 } };

static bool lead_list(struct cmd *c, const void *query, struct err *e)
{
	return list(c, "/api/v1/leads", query, lead_columns, e);
}

static bool lead_show(struct cmd *c, const void *flags, struct err *e)
{
	(void)flags;
	return show(c, "/api/v1/leads", e);
}

#define WORK(verb_, args_, n, flags_, run_, summary_)                                              \
	WORK_AT(verb_, args_, 1, n, flags_, run_, summary_)
#define WORK_AT(verb_, args_, least, n, flags_, run_, summary_)                                    \
	{                                                                                          \
		.noun = "lead", .verb = (verb_), .args = (args_), .min_args = (least),             \
		.max_args = (n), .flags = (flags_), .in_size = sizeof(struct lead_work_flags),     \
		.opts = CMD_JSON, .run = (run_), .summary = (summary_)                             \
	}
const struct command cmd_lead[] = {
	{ .noun = "lead",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/leads",
	  .opts = CMD_JSON,
	  .run = lead_list,
	  .summary = "Lists leads, newest first." },
	{ .noun = "lead",
	  .verb = "show",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = lead_show,
	  .summary = "Shows a lead: what was understood and why, its timeline and deliveries." },
	WORK("accept", "ID", 1, lead_accept_flags, lead_accept_cmd,
	     "Accepts a lead: New or Expired becomes Active."),
	WORK("decline", "ID", 1, lead_decline_flags, lead_decline_cmd, "Declines a lead."),
	WORK("win", "ID", 1, lead_win_flags, lead_win_cmd, "Closes a lead as won."),
	WORK("lose", "ID", 1, lead_lose_flags, lead_lose_cmd, "Closes a lead as lost."),
	WORK("undo", "ID", 1, lead_undo_flags, lead_undo_cmd, "Takes the last of these back."),
	WORK("owner", "ID [EMAIL]", 2, lead_owner_flags, lead_owner_cmd,
	     "Gives a lead to an account; without one it is nobody's."),
	WORK("note", "ID TEXT", 2, lead_note_flags, lead_note_cmd, "Writes a note."),
	WORK("call", "ID OUTCOME", 2, lead_call_flags, lead_call_cmd,
	     "Writes down a call: fit, no-fit, unsure, voicemail, no-answer."),
	WORK("mail", "ID [TEXT]", 2, lead_mail_flags, lead_mail_cmd,
	     "Writes down a mail that was sent."),
	WORK_AT("bounced", "ID MAIL", 2, 2, NULL, lead_bounced_cmd,
		"A mail that was written down came back: it answered nobody."),
	WORK_AT("withdraw", "ID ENTRY", 2, 2, NULL, lead_withdraw_cmd,
		"Withdraws what counted in error: a call, a mail, an answer, a meeting."),
	WORK("move", "ID STAGE", 2, lead_move_flags, lead_move_cmd,
	     "Moves a lead to another stage of its process."),
	WORK_AT("check", "ID ITEM", 2, 2, lead_check_flags, lead_check_cmd,
		"An item of the checklist is met."),
	WORK_AT("uncheck", "ID ITEM", 2, 2, NULL, lead_uncheck_cmd, "It is open again."),
	{ .noun = NULL },
};
