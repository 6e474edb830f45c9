/* Working time: calendars, days off, and who works by which. Each command is one call of the API.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

struct flags {
	const char *publisher, *name, *zone, *calendar;
	const char *const *hours;
	int64_t response_minutes;
	bool is_default, replace;
};
#define HOURS_ROWS                                                                                 \
	F_STRS(struct flags, hours, "hours", .max = 50,                                            \
	       .help = "Working hours, such as \"mon-fri 09:00-12:00 13:00-17:30,sat "             \
		       "10:00-14:00\"."),                                                          \
		F_INT(struct flags, response_minutes, "responseMinutes", .min = 1, .max = 60000,   \
		      .help = "Within how much working time a first response is promised."),       \
		F_BOOL(struct flags, is_default, "default", .def = "false",                        \
		       .help = "The one for all who have none of their own.")
#define PUBLISHER                                                                                  \
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,                               \
	      .help = "Whose; needless with one publisher.")
static const struct field add_flags[] = { HOURS_ROWS, PUBLISHER, F_END };
static const struct field set_flags[] = {
	F_STR(struct flags, name, "name", .max = LIMIT_NAME, .help = "What people call it."),
	F_STR(struct flags, zone, "timeZone", .max = LIMIT_CODE, .help = "IANA name of the zone."),
	HOURS_ROWS,
	F_END,
};
static const struct field days_flags[] = {
	F_BOOL(struct flags, replace, "replace", .def = "false", .help = "No other days are off."),
	F_END,
};
static const struct field person_flags[] = {
	F_STR(struct flags, calendar, "calendar", .max = ID_TEXT,
	      .help = "Id of a calendar; without it: the default one."),
	F_STR(struct flags, zone, "timeZone", .max = LIMIT_CODE,
	      .help = "A time zone of their own; without it: the calendar's."),
	PUBLISHER,
	F_END,
};

/* What was given, as members of an open object. */
static void put_flags(struct json_out *o, const struct flags *f)
{
	if (f->publisher)
		json_put_z(o, "publisher", f->publisher);
	if (f->name)
		json_put_z(o, "name", f->name);
	if (f->zone)
		json_put_z(o, "timeZone", f->zone);
	if (f->calendar)
		json_put_z(o, "calendar", f->calendar);
	if (f->response_minutes > 0)
		json_put_int(o, "responseMinutes", f->response_minutes);
	if (f->is_default)
		json_put_bool(o, "default", true);
	if (f->replace)
		json_put_bool(o, "replace", true);
	if (!f->hours)
		return;
	json_list(o, "hours");
	for (const char *const *line = f->hours; *line; line++)
		json_put_z(o, NULL, *line);
	json_end_list(o);
}

static bool call(struct cmd *c, enum http_method m, const char *path, const struct buf *body,
		 struct str *ret, struct err *e)
{
	return cmd_open(c, NULL, e) &&
	       cmd_call(c, m, path, NULL, body ? buf_view(body) : STR(""), ret, e);
}

static const char *path_of(struct cmd *c, const char *more)
{
	return arena_printf(c->arena, "/api/v1/calendars/%s%s", c->args[0], more);
}

static const struct cmd_column columns[] = {
	{ "ID", "id", 0 },           { "PUBLISHER", "publisher", 30 },
	{ "NAME", "name", 30 },      { "ZONE", "timeZone", 0 },
	{ "HOURS", "hours", 60 },    { "RESPONSE", "responseMinutes", 0 },
	{ "DEFAULT", "default", 0 }, { NULL, NULL, 0 },
};

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/calendars", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool show(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;
	struct id id;

	(void)flags;
	return cmd_id(c->args[0], &id, e) && call(c, HTTP_GET, path_of(c, ""), NULL, &json, e) &&
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
	json_put_z(&o, "timeZone", c->args[1]);
	put_flags(&o, flags);
	json_end_obj(&o);
	if (!call(c, HTTP_POST, "/api/v1/calendars", &body, &json, e) ||
	    !json_parse(json, &reply, e))
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
	return cmd_id(c->args[0], &id, e) && call(c, HTTP_PATCH, path_of(c, ""), &body, &json, e) &&
	       cmd_print_one(c, json, e);
}

static bool remove_(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;
	struct id id;

	(void)flags;
	return cmd_id(c->args[0], &id, e) && call(c, HTTP_DELETE, path_of(c, ""), NULL, &json, e);
}

/* The days that were given, else a line of the standard input each. */
static void put_days(struct cmd *c, struct json_out *o)
{
	char line[1024];

	json_list(o, "days");
	for (size_t i = 1; i < c->arg_count; i++)
		json_put_z(o, NULL, c->args[i]);
	while (c->arg_count < 2 && fgets(line, sizeof(line), stdin))
		if (str_trim(str_of(line)).n)
			json_put_str(o, NULL, str_trim(str_of(line)));
	json_end_list(o);
}

static bool days(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	struct str json;
	struct id id;

	if (!cmd_id(c->args[0], &id, e))
		return false;
	json_obj(&o, NULL);
	put_days(c, &o);
	put_flags(&o, flags);
	json_end_obj(&o);
	if (!buf_ok(&body))
		return ERR(e, ERR_TOO_LARGE, "cmd.days", "Those are too many days.");
	return call(c, HTTP_POST, path_of(c, "/days"), &body, &json, e) &&
	       cmd_print_one(c, json, e);
}

static bool person(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	struct str json;

	json_obj(&o, NULL);
	json_put_z(&o, "account", c->args[0]);
	put_flags(&o, flags);
	json_end_obj(&o);
	return call(c, HTTP_POST, "/api/v1/working-times", &body, &json, e);
}

#define ROW(verb_, args_, least, most, flags_, opts_, run_, summary_)                              \
	{                                                                                          \
		.noun = "calendar", .verb = (verb_), .args = (args_), .min_args = (least),         \
		.max_args = (most), .flags = (flags_), .in_size = sizeof(struct flags),            \
		.opts = (opts_), .run = (run_), .summary = (summary_)                              \
	}
const struct command cmd_calendar[] = {
	{ .noun = "calendar",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/calendars",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists when people work: time zones, hours of the week." },
	ROW("show", "ID", 1, 1, NULL, CMD_JSON, show, "Shows a calendar with its days off."),
	ROW("add", "NAME ZONE", 2, 2, add_flags, 0, add,
	    "Makes a calendar in a time zone, such as Europe/Berlin; prints its id."),
	ROW("set", "ID", 1, 1, set_flags, CMD_JSON, set, "Changes what is given."),
	ROW("days", "ID [DAY…]", 1, CMD_MANY, days_flags, CMD_JSON, days,
	    "Days off, such as \"2026-12-25 Christmas\" or 05-01; without any: a line of the "
	    "standard input each."),
	ROW("remove", "ID", 1, 1, NULL, 0, remove_, "Removes a calendar."),
	ROW("person", "EMAIL", 1, 1, person_flags, 0, person,
	    "Says by which calendar, or in which time zone, somebody works."),
	{ .noun = NULL },
};
