#include "auth/auth.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

static const char *const roles[] = { "viewer", "seller", "manager", "admin", NULL };

struct add {
	const char *role, *publisher, *name;
};
static const struct field add_flags[] = {
	F_STR(struct add, name, "name", .max = LIMIT_NAME, .def = "",
	      .help = "What the token is for."),
	F_STR(struct add, publisher, "publisher", .max = LIMIT_ID, .def = "",
	      .help = "The publisher it is for; without it: the whole installation."),
	F_CHOICE(struct add, role, "role", .choices = roles, .flags = FIELD_REQUIRED,
		 .help = "What it may do."),
	F_END,
};

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	const struct add *f = flags;
	const char *token;
	struct id id;

	if (!cmd_open(c, cmd_token, e) ||
	    !auth_token_add(c->db, c->arena, f->publisher, role_of(str_of(f->role)), REACH_ALL,
			    f->name, c->now_ms, &id, &token, e))
		return false;
	cmd_print_line("%s", token);
	return true;
}

static const struct cmd_column columns[] = { { "ID", "id", 0 },
					     { "NAME", "name", 40 },
					     { "ROLE", "role", 0 },
					     { "PUBLISHER", "publisher", 40 },
					     { "SINCE", "createdAt", 0 },
					     { "REVOKED", "revokedAt", 0 },
					     { NULL, NULL, 0 } };

static bool list(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	struct json_out o = json_out(&b);
	struct auth_token *all;
	size_t n;

	(void)flags;
	if (!cmd_open(c, NULL, e) || !auth_token_list(c->db, c->arena, "", &all, &n, e))
		return false;
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++) {
		json_obj(&o, NULL);
		json_put_id(&o, "id", &all[i].id);
		json_put_z(&o, "name", all[i].name);
		json_put_z(&o, "role", role_text(all[i].role));
		json_put_z(&o, "publisher", *all[i].publisher ? all[i].publisher : NULL);
		json_put_time(&o, "createdAt", all[i].created_at);
		json_put_time(&o, "revokedAt", all[i].revoked_at);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_put_null(&o, "next");
	json_end_obj(&o);
	return cmd_print_list(c, buf_view(&b), columns, e);
}

static bool revoke(struct cmd *c, const void *flags, struct err *e)
{
	struct auth *au;
	struct id id;
	bool ok;

	(void)flags;
	if (!cmd_id(c->args[0], &id, e) || !cmd_open(c, NULL, e))
		return false;
	au = auth_new();
	ok = auth_token_revoke(au, c->db, "", id, c->now_ms, e) && cmd_changed(c, "accounts", e);
	auth_free(au);
	return ok;
}

const struct command cmd_token[] = {
	{ .noun = "token",
	  .verb = "add",
	  .args = "",
	  .flags = add_flags,
	  .in_size = sizeof(struct add),
	  .opts = CMD_AUDIT | CMD_MAKES,
	  .run = add,
	  .summary = "Makes an API token and prints it, once.",
	  .more = "Only its hash is kept: a token that was lost is revoked and made anew." },
	{ .noun = "token",
	  .verb = "list",
	  .args = "",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the tokens, without what opens the door." },
	{ .noun = "token",
	  .verb = "revoke",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_AUDIT,
	  .run = revoke,
	  .summary = "Ends a token." },
	{ .noun = NULL },
};
