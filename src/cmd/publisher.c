#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "store/store.h"

struct add {
	const char *name;
};
static const struct field add_flags[] = {
	F_STR(struct add, name, "name", .max = LIMIT_NAME,
	      .help = "The name to show; without it: the id."),
	F_END,
};

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	const struct add *f = flags;
	struct publisher_add_in in = { c->args[0], f->name ? f->name : c->args[0], c->now_ms };
	int64_t made;

	if (!cmd_publisher_id(in.publisher, e) || !cmd_open(c, cmd_publisher, e) ||
	    !publisher_add(c->db, &in, &made, e))
		return false;
	if (!made)
		return ERR(e, ERR_CONFLICT, "publisher.exists",
			   "the publisher %s is there already.", in.publisher);
	cmd_print_line("%s", in.publisher);
	return true;
}

static const struct cmd_column columns[] = {
	{ "ID", "id", 40 }, { "NAME", "name", 50 }, { "SINCE", "createdAt", 0 }, { NULL, NULL, 0 }
};

static bool list(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/publishers", NULL, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

const struct command cmd_publisher[] = {
	{ .noun = "publisher",
	  .verb = "add",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = add_flags,
	  .in_size = sizeof(struct add),
	  .opts = CMD_AUDIT | CMD_MAKES,
	  .run = add,
	  .summary = "Makes a publisher: a tenant, by the id that Partner Center gives." },
	{ .noun = "publisher",
	  .verb = "list",
	  .args = "",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the publishers." },
	{ .noun = NULL },
};
