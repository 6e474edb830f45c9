/* Processes: what leads go through. `show --json` gives what `set` takes. */
#include <string.h>
#include <unistd.h>
#include "base/limits.h"
#include "cmd/cmd.h"

static const struct cmd_column columns[] = { { "PROCESS", "id", 60 },
					     { "NAME", "name", 40 },
					     { "DEFAULT", "default", 0 },
					     { "ATTEMPTS", "attempts", 0 },
					     { NULL, NULL, 0 } };

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/processes", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool call(struct cmd *c, enum http_method m, struct str body, struct str *ret, struct err *e)
{
	const char *publisher, *id;

	return cmd_offer_id(c, c->args[0], &publisher, &id, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, m, arena_printf(c->arena, "/api/v1/processes/%s", c->args[0]), NULL,
			body, ret, e);
}

static bool show(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return call(c, HTTP_GET, STR(""), &json, e) && cmd_print_one(c, json, e);
}

static bool read_typed(struct cmd *c, struct str *ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_API_BODY);
	char piece[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
		buf_add(&b, piece, (size_t)n);
	if (n < 0 || !buf_ok(&b))
		return ERR(e, ERR_INPUT, "process.file",
			   "Standard input cannot be read, or is longer "
			   "than %d bytes.",
			   LIMIT_API_BODY);
	*ret = str_of(str_dup(c->arena, buf_view(&b)));
	return true;
}

/* The file as it is; what the address says, or what is counted, is not looked at. */
static bool set(struct cmd *c, const void *flags, struct err *e)
{
	bool typed = !strcmp(c->args[1], "-");
	const char *path = arena_printf(c->arena, "@%s", c->args[1]);
	struct str text, json;

	(void)flags;
	return (typed ? read_typed(c, &text, e) : conf_secret(c->arena, str_of(path), &text, e)) &&
	       call(c, HTTP_PUT, text, &json, e) && cmd_print_one(c, json, e);
}

static bool remove_(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return call(c, HTTP_DELETE, STR(""), &json, e);
}

const struct command cmd_process[] = {
	{ .noun = "process",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/processes",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the processes that leads go through." },
	{ .noun = "process",
	  .verb = "show",
	  .args = "PUB.PROCESS",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = show,
	  .summary = "Shows a process: its stages, gate and checklist." },
	{ .noun = "process",
	  .verb = "set",
	  .args = "PUB.PROCESS FILE",
	  .min_args = 2,
	  .max_args = 2,
	  .opts = CMD_JSON,
	  .run = set,
	  .summary = "Makes or changes a process from JSON, as show --json gives it; - is standard "
		     "input." },
	{ .noun = "process",
	  .verb = "remove",
	  .args = "PUB.PROCESS",
	  .min_args = 1,
	  .max_args = 1,
	  .run = remove_,
	  .summary =
		  "Forgets a process in which no lead stands; PUB.default is as shipped again." },
	{ .noun = NULL },
};
