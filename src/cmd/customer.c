/* Customers and matches: looking at them, merging, splitting, deciding, undoing. */
#include "base/json.h"
#include "base/limits.h"
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

static const struct cmd_column customer_columns[] = { { "ID", "id", 0 },
						      { "FIRST", "firstName", 20 },
						      { "LAST", "lastName", 20 },
						      { "COMPANY", "company", 30 },
						      { "E-MAIL", "email", 40 },
						      { "PHONE", "phone", 20 },
						      { "COUNTRY", "country", 0 },
						      { "LEADS", "leads", 0 },
						      { "LAST LEAD", "lastAt", 0 },
						      { NULL, NULL, 0 } };

static bool customer_list(struct cmd *c, const void *query, struct err *e)
{
	return list(c, "/api/v1/customers", query, customer_columns, e);
}

static bool customer_show(struct cmd *c, const void *flags, struct err *e)
{
	(void)flags;
	return show(c, "/api/v1/customers", e);
}

/* ---- changes ---- */

static bool all_ids(struct cmd *c, size_t from, struct err *e)
{
	struct id id;

	for (size_t i = from; i < c->arg_count; i++)
		if (!cmd_id(c->args[i], &id, e))
			return false;
	return true;
}

static void put_args(struct cmd *c, struct json_out *o, const char *key, size_t from)
{
	json_list(o, key);
	for (size_t i = from; i < c->arg_count; i++)
		json_put_z(o, NULL, c->args[i]);
	json_end_list(o);
}

/* Posts the body and prints what moved. */
static bool change(struct cmd *c, const char *path, const struct buf *body, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_POST, path, NULL, buf_view(body), &json, e) &&
	       cmd_print_one(c, json, e);
}

struct change_flags {
	const char *into;
	bool dry_run, overrule;
};
#define F_DRY                                                                                      \
	F_BOOL(struct change_flags, dry_run, "dryRun", .def = "false",                             \
	       .help = "Only show what would move.")
static const struct field merge_flags[] = {
	F_DRY,
	F_STR(struct change_flags, into, "into", .max = 36,
	      .help = "The customer whose id stays (else the one with most leads)."),
	F_BOOL(struct change_flags, overrule, "overrule", .def = "false",
	       .help = "Also when a user said before that they are different."),
	F_END,
};
static const struct field dry_flags[] = { F_DRY, F_END };

static bool customer_merge_cmd(struct cmd *c, const void *flags, struct err *e)
{
	const struct change_flags *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);

	if (!all_ids(c, 0, e))
		return false;
	json_obj(&o, NULL);
	put_args(c, &o, "customers", 0);
	if (f->into)
		json_put_z(&o, "into", f->into);
	json_put_bool(&o, "dryRun", f->dry_run);
	json_put_bool(&o, "overrule", f->overrule);
	json_end_obj(&o);
	return change(c, "/api/v1/customers/merge", &body, e);
}

static bool customer_split_cmd(struct cmd *c, const void *flags, struct err *e)
{
	const struct change_flags *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);

	if (!all_ids(c, 0, e))
		return false;
	json_obj(&o, NULL);
	put_args(c, &o, "leads", 1);
	json_put_bool(&o, "dryRun", f->dry_run);
	json_end_obj(&o);
	return change(c, arena_printf(c->arena, "/api/v1/customers/%s/split", c->args[0]), &body,
		      e);
}

static bool customer_undo_cmd(struct cmd *c, const void *flags, struct err *e)
{
	const struct change_flags *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);

	if (!all_ids(c, 0, e))
		return false;
	json_obj(&o, NULL);
	json_put_bool(&o, "dryRun", f->dry_run);
	json_end_obj(&o);
	return change(c, arena_printf(c->arena, "/api/v1/customers/history/%s/undo", c->args[0]),
		      &body, e);
}

/* ---- a person's data ---- */

struct erase_flags {
	bool dry_run, yes;
};
static const struct field erase_flags[] = {
	F_BOOL(struct erase_flags, dry_run, "dryRun", .def = "false",
	       .help = "Only count what would go, and name where else it lies."),
	F_BOOL(struct erase_flags, yes, "yes", .def = "false",
	       .help = "Do it: nothing of it can be brought back."),
	F_END,
};

static bool customer_erase_cmd(struct cmd *c, const void *flags, struct err *e)
{
	const struct erase_flags *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);

	if (!all_ids(c, 0, e))
		return false;
	if (f->yes == f->dry_run)
		return cmd_usage(e, "say --dry-run to see what would go, or --yes to erase it.");
	json_obj(&o, NULL);
	json_put_bool(&o, "dryRun", f->dry_run);
	json_end_obj(&o);
	return change(c, arena_printf(c->arena, "/api/v1/customers/%s/erase", c->args[0]), &body,
		      e);
}

/* The route's query, as the API decodes it: customer_data_query. */
static bool print_known(struct cmd *c, const char *path, const char **after, struct err *e)
{
	struct data_query {
		const char *after;
		int64_t limit;
	} query = { *after, 20 };
	struct str json, text;
	AUTO_JSON j = NULL;

	if (!cmd_call(c, HTTP_GET, path, &query, STR(""), &json, e) || !json_parse(json, &j, e))
		return false;
	text = json_str(json_get(j, "next"));
	*after = text.n ? str_dup(c->arena, text) : NULL;
	cmd_print_line(STR_FMT, STR_ARG(json));
	return true;
}

static bool customer_data_cmd(struct cmd *c, const void *flags, struct err *e)
{
	const char *path, *after = NULL;

	(void)flags;
	if (!all_ids(c, 0, e) || !cmd_open(c, NULL, e))
		return false;
	path = arena_printf(c->arena, "/api/v1/customers/%s/data", c->args[0]);
	do {
		if (!print_known(c, path, &after, e))
			return false;
	} while (after);
	return true;
}

/* ---- matches ---- */

static const struct cmd_column match_columns[] = { { "ID", "id", 0 },
						   { "BITS", "why.bits", 0 },
						   { "FIRST", "a.lead.customer.firstName", 14 },
						   { "LAST", "a.lead.customer.lastName", 14 },
						   { "E-MAIL", "a.lead.customer.email", 28 },
						   { "FIRST", "b.lead.customer.firstName", 14 },
						   { "LAST", "b.lead.customer.lastName", 14 },
						   { "E-MAIL", "b.lead.customer.email", 28 },
						   { "DECIDED BY", "decidedBy", 24 },
						   { NULL, NULL, 0 } };

static bool match_list(struct cmd *c, const void *query, struct err *e)
{
	return list(c, "/api/v1/matches", query, match_columns, e);
}

static bool match_show(struct cmd *c, const void *flags, struct err *e)
{
	(void)flags;
	return show(c, "/api/v1/matches", e);
}

static bool match_verdict(struct cmd *c, const void *flags, struct err *e)
{
	const struct change_flags *f = flags;
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	struct id id;

	if (!cmd_id(c->args[0], &id, e))
		return false;
	if (strcmp(c->args[1], "same") != 0 && strcmp(c->args[1], "different") != 0)
		return cmd_usage(e, "the verdict is same or different.");
	json_obj(&o, NULL);
	json_put_z(&o, "verdict", c->args[1]);
	json_put_bool(&o, "dryRun", f->dry_run);
	json_end_obj(&o);
	return change(c, arena_printf(c->arena, "/api/v1/matches/%s", c->args[0]), &body, e);
}

#define UNDO_MORE                                                                                  \
	"The answer names the change (regroup); leadline customer undo takes it back, exactly."

const struct command cmd_customer[] = {
	{ .noun = "customer",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/customers",
	  .opts = CMD_JSON,
	  .run = customer_list,
	  .summary = "Lists customers, the latest lead first." },
	{ .noun = "customer",
	  .verb = "merge",
	  .args = "ID ID…",
	  .min_args = 2,
	  .max_args = 100,
	  .flags = merge_flags,
	  .in_size = sizeof(struct change_flags),
	  .opts = CMD_JSON,
	  .run = customer_merge_cmd,
	  .summary = "Makes several customers one.",
	  .more = UNDO_MORE },
	{ .noun = "customer",
	  .verb = "show",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = customer_show,
	  .summary =
		  "Shows a customer: where its values come from, its leads, what was done to it." },
	{ .noun = "customer",
	  .verb = "data",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .run = customer_data_cmd,
	  .summary = "Writes all that is known of a person as JSON, messages as they arrived too.",
	  .more = "A line for each twenty leads; fewer where they are long." },
	{ .noun = "customer",
	  .verb = "erase",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = erase_flags,
	  .in_size = sizeof(struct erase_flags),
	  .opts = CMD_JSON,
	  .run = customer_erase_cmd,
	  .summary = "Erases a person's data for good; the numbers stay.",
	  .more = "The answer names where else it lies: destinations that it was delivered to. "
		  "Backups are not touched." },
	{ .noun = "customer",
	  .verb = "split",
	  .args = "ID LEAD…",
	  .min_args = 2,
	  .max_args = LIMIT_PAGE,
	  .flags = dry_flags,
	  .in_size = sizeof(struct change_flags),
	  .opts = CMD_JSON,
	  .run = customer_split_cmd,
	  .summary = "Gives some leads of a customer a customer of their own.",
	  .more = "Nothing joins the two parts again by itself. " UNDO_MORE },
	{ .noun = "customer",
	  .verb = "undo",
	  .args = "CHANGE",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = dry_flags,
	  .in_size = sizeof(struct change_flags),
	  .opts = CMD_JSON,
	  .run = customer_undo_cmd,
	  .summary = "Takes back a merge, a split or a verdict." },
	{ .noun = NULL },
};

const struct command cmd_match[] = {
	{ .noun = "match",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/matches",
	  .opts = CMD_JSON,
	  .run = match_list,
	  .summary = "Lists pairs of leads that may be one customer, the likeliest first." },
	{ .noun = "match",
	  .verb = "show",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = match_show,
	  .summary = "Shows a pair with its evidence." },
	{ .noun = "match",
	  .verb = "verdict",
	  .args = "ID same|different",
	  .min_args = 2,
	  .max_args = 2,
	  .flags = dry_flags,
	  .in_size = sizeof(struct change_flags),
	  .opts = CMD_JSON,
	  .run = match_verdict,
	  .summary = "Decides a pair: its customers become one, or stay two for good.",
	  .more = UNDO_MORE },
	{ .noun = NULL },
};
