/* Deliveries: what is owed to whom, and sending it once more. */
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "model/model.h"

static const struct cmd_column columns[] = { { "ID", "id", 0 },
					     { "CREATED", "createdAt", 0 },
					     { "STATE", "state", 0 },
					     { "OUTCOME", "outcome", 0 },
					     { "HTTP", "status", 0 },
					     { "TRIES", "attempts", 0 },
					     { "DESTINATION", "destination.name", 24 },
					     { "TO", "recipient", 30 },
					     { "LEAD", "lead", 0 },
					     { "DETAIL", "detail", 50 },
					     { NULL, NULL, 0 } };

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/deliveries", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static const char *const states[] = { "done", "rejected", "parked", "expired", "cancelled", NULL };

struct replay {
	const char *state, *publisher, *destination, *lead;
	int64_t since, until;
	bool dry_run;
};
static const struct field replay_flags[] = {
	F_STR(struct replay, destination, "destination", .max = 36,
	      .help = "Only those to this destination (an id)."),
	F_BOOL(struct replay, dry_run, "dryRun", .def = "false",
	       .help = "Only tell how many it would be."),
	F_STR(struct replay, lead, "lead", .max = 36, .help = "Only those of this lead (an id)."),
	F_STR(struct replay, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Only this publisher's."),
	F_TIME(struct replay, since, "since", .help = "Of leads received at this time or later."),
	F_CHOICE(struct replay, state, "state", .choices = states,
		 .help = "Only those in this state."),
	F_TIME(struct replay, until, "until", .help = "Of leads received at this time or earlier."),
	F_END,
};

static bool is_filter(const struct replay *f)
{
	return f->state || f->publisher || f->destination || f->lead || f->since != FIELD_NO_INT ||
	       f->until != FIELD_NO_INT;
}

static void put_text(struct json_out *o, const char *name, const char *text)
{
	if (text)
		json_put_z(o, name, text);
}

static void put_time(struct json_out *o, const char *name, int64_t ms)
{
	if (ms != FIELD_NO_INT)
		json_put_time(o, name, ms);
}

static void write_request(struct cmd *c, const struct replay *f, struct buf *b)
{
	struct json_out o = json_out(b);

	json_obj(&o, NULL);
	if (c->arg_count) {
		json_list(&o, "ids");
		for (size_t i = 0; i < c->arg_count; i++)
			json_put_z(&o, NULL, c->args[i]);
		json_end_list(&o);
	} else {
		json_obj(&o, "filter");
		put_text(&o, "state", f->state);
		put_text(&o, "publisher", f->publisher);
		put_text(&o, "destination", f->destination);
		put_text(&o, "lead", f->lead);
		put_time(&o, "since", f->since);
		put_time(&o, "until", f->until);
		json_end_obj(&o);
	}
	json_put_bool(&o, "dryRun", f->dry_run);
	json_end_obj(&o);
}

static bool replay(struct cmd *c, const void *flags, struct err *e)
{
	const struct replay *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct str json;
	struct id id;

	if (!c->arg_count == !is_filter(f))
		return cmd_usage(e, "name the deliveries by their ids, or by a filter.");
	for (size_t i = 0; i < c->arg_count; i++)
		if (!cmd_id(c->args[i], &id, e))
			return false;
	write_request(c, f, &body);
	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_POST, "/api/v1/deliveries/replay", NULL, buf_view(&body), &json,
			e) &&
	       cmd_print_one(c, json, e);
}

const struct command cmd_delivery[] = {
	{ .noun = "delivery",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/deliveries",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists deliveries, newest first." },
	{ .noun = "delivery",
	  .verb = "replay",
	  .args = "[ID…]",
	  .max_args = LIMIT_PAGE,
	  .flags = replay_flags,
	  .in_size = sizeof(struct replay),
	  .opts = CMD_JSON,
	  .run = replay,
	  .summary = "Sends deliveries once more: by id, or all that a filter names.",
	  .more = "A replay keeps the delivery's id, so a receiver that has it already can tell. "
		  "What is due "
		  "or under way\nis left alone. --dry-run only counts." },
	{ .noun = NULL },
};
