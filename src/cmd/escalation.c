/* The chain: who is told how long before and after a first response is due. */
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

struct flags {
	const char *publisher;
};
static const struct field set_flags[] = {
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose; needless with one publisher."),
	F_END,
};

static bool call(struct cmd *c, enum http_method m, const void *query, struct str body,
		 struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, m, "/api/v1/escalation", query, body, &json, e) &&
	       cmd_print_one(c, json, e);
}

static bool show(struct cmd *c, const void *query, struct err *e)
{
	return call(c, HTTP_GET, query, STR(""), e);
}

static bool set(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);

	json_obj(&o, NULL);
	if (f->publisher)
		json_put_z(&o, "publisher", f->publisher);
	json_list(&o, "steps");
	for (size_t i = 0; i < c->arg_count; i++)
		json_put_z(&o, NULL, c->args[i]);
	json_end_list(&o);
	json_end_obj(&o);
	return call(c, HTTP_PUT, NULL, buf_view(&body), e);
}

static bool reset(struct cmd *c, const void *query, struct err *e)
{
	return call(c, HTTP_DELETE, query, STR(""), e);
}

const struct command cmd_escalation[] = {
	{ .noun = "escalation",
	  .verb = "show",
	  .args = "",
	  .query_of = "/api/v1/escalation",
	  .opts = CMD_JSON,
	  .run = show,
	  .summary = "Shows who is told of a first response that is due or late." },
	{ .noun = "escalation",
	  .verb = "set",
	  .args = "[STEP…]",
	  .max_args = CMD_MANY,
	  .flags = set_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_JSON,
	  .run = set,
	  .summary = "Sets the chain, such as \"4h before: owner\" \"due: owner managers\" \"1d "
		     "after: "
		     "admins\"; without any step nobody is told." },
	{ .noun = "escalation",
	  .verb = "reset",
	  .args = "",
	  .query_of = "/api/v1/escalation",
	  .opts = CMD_JSON,
	  .run = reset,
	  .summary = "Makes it the shipped chain again." },
	{ .noun = NULL },
};
