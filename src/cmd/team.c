/* Teams, and how far somebody reaches. Each command is one call of the API. */
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

#define MAX_MEMBERS 500

struct flags {
	const char *publisher, *name;
	const char *const *members;
};
#define MEMBERS                                                                                    \
	F_STRS(struct flags, members, "members", .max = MAX_MEMBERS,                               \
	       .help = "Addresses of the accounts that are in it, with commas: all of them.")
static const struct field add_flags[] = {
	MEMBERS,
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose; needless with one publisher."),
	F_END,
};
static const struct field set_flags[] = {
	MEMBERS,
	F_STR(struct flags, name, "name", .max = LIMIT_NAME, .help = "Another name."),
	F_END,
};

void cmd_put_list(struct json_out *o, const char *key, const char *const *all)
{
	if (!all)
		return;
	json_list(o, key);
	for (; *all; all++)
		if (**all)
			json_put_z(o, NULL, *all);
	json_end_list(o);
}

static void put_flags(struct json_out *o, const struct flags *f)
{
	if (f->publisher)
		json_put_z(o, "publisher", f->publisher);
	if (f->name)
		json_put_z(o, "name", f->name);
	cmd_put_list(o, "members", f->members);
}

static bool call(struct cmd *c, enum http_method m, const char *path, const struct buf *body,
		 struct str *ret, struct err *e)
{
	return cmd_open(c, NULL, e) &&
	       cmd_call(c, m, path, NULL, body ? buf_view(body) : STR(""), ret, e);
}

static const char *path_of(struct cmd *c)
{
	return arena_printf(c->arena, "/api/v1/teams/%s", c->args[0]);
}

static const struct cmd_column columns[] = {
	{ "ID", "id", 0 },
	{ "PUBLISHER", "publisher", 30 },
	{ "NAME", "name", 40 },
	{ NULL, NULL, 0 },
};

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/teams", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool show(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;
	struct id id;

	(void)flags;
	return cmd_id(c->args[0], &id, e) && call(c, HTTP_GET, path_of(c), NULL, &json, e) &&
	       cmd_print_one(c, json, e);
}

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	AUTO_JSON reply = NULL;
	struct str json;

	json_obj(&o, NULL);
	json_put_z(&o, "name", c->args[0]);
	put_flags(&o, flags);
	json_end_obj(&o);
	if (!call(c, HTTP_POST, "/api/v1/teams", &body, &json, e) || !json_parse(json, &reply, e))
		return false;
	cmd_print_line(STR_FMT, STR_ARG(json_str(json_get(reply, "id"))));
	return true;
}

static bool set(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	struct str json;
	struct id id;

	json_obj(&o, NULL);
	put_flags(&o, flags);
	json_end_obj(&o);
	return cmd_id(c->args[0], &id, e) && call(c, HTTP_PATCH, path_of(c), &body, &json, e) &&
	       cmd_print_one(c, json, e);
}

static bool remove_(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;
	struct id id;

	(void)flags;
	return cmd_id(c->args[0], &id, e) && call(c, HTTP_DELETE, path_of(c), NULL, &json, e);
}

#define ROW(verb_, args_, n, flags_, opts_, run_, summary_)                                        \
	{                                                                                          \
		.noun = "team", .verb = (verb_), .args = (args_), .min_args = (n),                 \
		.max_args = (n), .flags = (flags_), .in_size = sizeof(struct flags),               \
		.opts = (opts_), .run = (run_), .summary = (summary_)                              \
	}
const struct command cmd_team[] = {
	ROW("add", "NAME", 1, add_flags, CMD_AUDIT, add, "Makes a team and prints its id."),
	{ .noun = "team",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/teams",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the teams." },
	ROW("show", "ID", 1, NULL, CMD_JSON, show, "Shows a team with who is in it."),
	ROW("set", "ID", 1, set_flags, CMD_AUDIT | CMD_JSON, set,
	    "Another name, or other members: those that are given, and no others."),
	ROW("remove", "ID", 1, NULL, CMD_AUDIT, remove_, "Removes a team that has no leads."),
	{ .noun = NULL },
};
