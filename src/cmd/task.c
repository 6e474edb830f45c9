/* Promises by command: each is one call of the API. */
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

struct flags {
	const char *owner, *place, *note;
	int64_t ends_at;
};
static const struct field add_flags[] = {
	F_STR(struct flags, owner, "owner", .max = LIMIT_EMAIL,
	      .help = "Who: id or address of an account; without it the lead's owner."),
	F_TIME(struct flags, ends_at, "endsAt", .help = "When a meeting ends."),
	F_STR(struct flags, place, "place", .max = LIMIT_NAME, .help = "Where a meeting is."),
	F_END,
};
static const struct field done_flags[] = {
	F_STR(struct flags, note, "note", .max = LIMIT_TEXT / 4, .help = "For the timeline."),
	F_END,
};

static const struct cmd_column columns[] = {
	{ "ID", "id", 0 },
	{ "DUE", "dueAt", 0 },
	{ "KIND", "kind", 0 },
	{ "TEXT", "text", 40 },
	{ "OWNER", "owner.email", 32 },
	{ "LEAD", "lead.id", 0 },
	{ "LAST", "lead.lastName", 16 },
	{ "COMPANY", "lead.company", 24 },
	{ NULL, NULL, 0 },
};

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/tasks", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool post(struct cmd *c, const char *path, const struct buf *body, struct err *e)
{
	struct str json;
	struct id id;

	return cmd_id(c->args[0], &id, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_POST, path, NULL, buf_view(body), &json, e) &&
	       cmd_print_one(c, json, e);
}

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	const struct flags *f = flags;

	json_obj(&o, NULL);
	json_put_z(&o, "kind", c->args[1]);
	json_put_z(&o, "dueAt", c->args[2]);
	json_put_z(&o, "text", c->args[3]);
	if (f->owner)
		json_put_z(&o, "owner", f->owner);
	if (f->place)
		json_put_z(&o, "place", f->place);
	if (f->ends_at != FIELD_NO_INT)
		json_put_time(&o, "endsAt", f->ends_at);
	json_end_obj(&o);
	return post(c, arena_printf(c->arena, "/api/v1/leads/%s/tasks", c->args[0]), &body, e);
}

static bool done(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	const struct flags *f = flags;

	json_obj(&o, NULL);
	if (c->arg_count > 1)
		json_put_z(&o, "outcome", c->args[1]);
	if (f->note)
		json_put_z(&o, "note", f->note);
	json_end_obj(&o);
	return post(c, arena_printf(c->arena, "/api/v1/tasks/%s/done", c->args[0]), &body, e);
}

static bool reopen(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(16);

	(void)flags;
	return post(c, arena_printf(c->arena, "/api/v1/tasks/%s/reopen", c->args[0]), &body, e);
}

const struct command cmd_task[] = {
	{ .noun = "task",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/tasks",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists what is to be done, what is due first before the rest." },
	{ .noun = "task",
	  .verb = "add",
	  .args = "LEAD KIND DUE TEXT",
	  .min_args = 4,
	  .max_args = 4,
	  .flags = add_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_JSON,
	  .run = add,
	  .summary = "Sets a next step: call, mail, meeting or other, due at a time such as "
		     "2027-03-31T09:00:00Z." },
	{ .noun = "task",
	  .verb = "done",
	  .args = "ID [OUTCOME]",
	  .min_args = 1,
	  .max_args = 2,
	  .flags = done_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_JSON,
	  .run = done,
	  .summary = "It is over: done, missed or dropped. A meeting that is done was held." },
	{ .noun = "task",
	  .verb = "reopen",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = reopen,
	  .summary = "It is to be done after all." },
	{ .noun = NULL },
};
