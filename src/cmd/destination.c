#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "dest/dest.h"

struct add {
	const char *name;
};
static const struct field add_flags[] = {
	F_STR(struct add, name, "name", .max = LIMIT_NAME,
	      .help = "What people call it; without it: its kind."),
	F_END,
};

/* The settings given as text, as JSON; *ret_settings is what they were read into. */
static bool read_settings(struct cmd *c, const struct dest_driver *d, void *settings, struct err *e)
{
	for (size_t i = 2; i < c->arg_count; i++) {
		struct str name, value;
		struct err why;

		if (!cmd_setting(c, c->args[i], &name, &value, e))
			return false;
		if (!dest_settings_set(c->arena, d, name, value, settings, &why))
			return ERR_FIELD(
				e, ERR_INPUT, "destination.setting", why.field, STR_FMT ": %s",
				STR_ARG(str_upto(name, name.n < 40 ? name.n : 40)), why.text);
	}
	return true;
}

static void write_request(struct cmd *c, const struct add *f, const struct dest_driver *d,
			  const void *settings, struct buf *b)
{
	const char *scope = c->args[0];
	struct json_out o = json_out(b);

	json_obj(&o, NULL);
	json_put_z(&o, strchr(scope, '.') ? "offer" : "publisher", scope);
	json_put_z(&o, "kind", d->kind);
	if (f->name)
		json_put_z(&o, "name", f->name);
	json_put_raw(&o, "settings", str_of(dest_settings_json(c->arena, d, settings, true)));
	json_end_obj(&o);
}

/* A secret that was made here is shown this once: the receiver needs it. */
static void tell_secrets(struct cmd *c, const struct dest_driver *d, const void *settings,
			 const struct json *reply)
{
	for (const struct field *f = d->settings; f->name; f++) {
		struct str made = json_str(json_get(json_get(reply, "settings"), f->name));

		if (f->flags & FIELD_SECRET && made.n && f->type != FIELD_STRS &&
		    !*(const char *const *)((const char *)settings + f->off))
			cmd_note("%s: " STR_FMT " (shown this once)", f->name, STR_ARG(made));
	}
	(void)c;
}

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	const struct dest_driver *d = dest_driver_by_kind(str_of(c->args[1]));
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	const char *publisher = c->args[0], *offer;
	AUTO_JSON reply = NULL;
	struct str json;
	void *settings;

	if (!d)
		return cmd_usage(e, "there is no destination kind %.40s.", c->args[1]);
	if (strchr(c->args[0], '.') ? !cmd_offer_id(c, c->args[0], &publisher, &offer, e)
				    : !cmd_publisher_id(publisher, e))
		return false;
	settings = dest_settings_new(c->arena, d);
	if (!read_settings(c, d, settings, e))
		return false;
	write_request(c, flags, d, settings, &body);
	if (!cmd_open(c, NULL, e) ||
	    !cmd_call(c, HTTP_POST, "/api/v1/destinations", NULL, buf_view(&body), &json, e) ||
	    !json_parse(json, &reply, e))
		return false;
	cmd_print_line(STR_FMT, STR_ARG(json_str(json_get(reply, "id"))));
	tell_secrets(c, d, settings, reply);
	return true;
}

static const struct cmd_column columns[] = { { "ID", "id", 0 },
					     { "PUBLISHER", "publisher", 30 },
					     { "OFFER", "offer", 40 },
					     { "KIND", "kind", 0 },
					     { "NAME", "name", 30 },
					     { "STATE", "state", 0 },
					     { "HEALTH", "health.state", 0 },
					     { "WAITING", "pending", 0 },
					     { "LAST ERROR", "health.lastError", 50 },
					     { NULL, NULL, 0 } };

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/destinations", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool post(struct cmd *c, const char *verb, struct str *ret, struct err *e)
{
	struct id id;

	return cmd_id(c->args[0], &id, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_POST,
			arena_printf(c->arena, "/api/v1/destinations/%s/%s", c->args[0], verb),
			NULL, STR(""), ret, e);
}

static bool pause_(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return post(c, "pause", &json, e);
}

static bool resume(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return post(c, "resume", &json, e);
}

static bool follow(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return post(c, "follow", &json, e);
}

static bool test(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_JSON j = NULL;
	struct str json, outcome, detail;

	(void)flags;
	if (!post(c, "test", &json, e) || !cmd_print_one(c, json, e) || !json_parse(json, &j, e))
		return false;
	outcome = json_str(json_get(j, "outcome"));
	detail = json_str(json_get(j, "detail"));
	if (str_eq_z(outcome, outcome_text(OUTCOME_DELIVERED)) ||
	    str_eq_z(outcome, outcome_text(OUTCOME_ALREADY)))
		return true;
	return ERR(e, ERR_REMOTE, "destination.test",
		   "the destination did not take the test lead: " STR_FMT,
		   STR_ARG(str_upto(detail, detail.n < 200 ? detail.n : 200)));
}

const struct command cmd_destination[] = {
	{ .noun = "destination",
	  .verb = "add",
	  .args = "SCOPE KIND [KEY=VALUE…]",
	  .min_args = 2,
	  .max_args = 64,
	  .flags = add_flags,
	  .in_size = sizeof(struct add),
	  .run = add,
	  .summary = "Connects a CRM and prints the destination's id.",
	  .more = "SCOPE is PUBLISHER (serves every offer that has none of its own) or "
		  "PUBLISHER.OFFER. A value "
		  "that others must\nnot see may stand in a file, KEY=@FILE, or come on standard "
		  "input, KEY=-. "
		  "The kinds and their settings are in\ndocs/destinations/." },
	{ .noun = "destination",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/destinations",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the destinations and how they do." },
	{ .noun = "destination",
	  .verb = "test",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = test,
	  .summary = "Sends a test lead now and tells what came back." },
	{ .noun = "destination",
	  .verb = "pause",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .run = pause_,
	  .summary = "Holds deliveries back; they wait." },
	{ .noun = "destination",
	  .verb = "resume",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .run = resume,
	  .summary = "Goes on after a pause or a refusal; what waited is sent." },
	{ .noun = "destination",
	  .verb = "follow",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .run = follow,
	  .summary = "Has status and owner of its records read back now." },
	{ .noun = NULL },
};
