/* Looking at leads. */
#include "cmd/cmd.h"

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
	{ .noun = NULL },
};
