/* The audit: what was done by command is written to it; it is listed, and computed again. */
#include "audit/audit.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

bool cmd_audit_put(struct cmd *c, const char *verb, const char *ref, int64_t status, struct err *e)
{
	struct audit_entry en = { "", AUDIT_COMMAND, verb, audit_ref(ref), status, c->now_ms };
	struct err why = { 0 };

	if (cmd_seal(c, true, &why) && audit_write(c->db, c->arena, c->seal, &en, &why))
		return true;
	return ERR(e, why.kind, why.code, "It was done, but not written to the audit: %s",
		   why.text);
}

static const struct cmd_column list_columns[] = {
	{ "AT", "at", 0 },          { "PUBLISHER", "publisher", 24 },
	{ "WHO", "actorName", 32 }, { "ACTOR", "actor", 0 },
	{ "WHAT", "verb", 48 },     { "TO", "ref", 0 },
	{ "STATUS", "status", 0 },  { NULL, NULL, 0 }
};

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/audit", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, list_columns, e);
}

static const struct cmd_column check_columns[] = { { "PUBLISHER", "publisher", 40 },
						   { "RESULT", "result", 0 },
						   { "ENTRIES", "entries", 0 },
						   { "AT", "at", 0 },
						   { "HASH", "hash", 0 },
						   { NULL, NULL, 0 } };

/* How many of the chains are not whole. */
static bool count_broken(struct str json, size_t *ret, struct err *e)
{
	AUTO_JSON j = NULL;
	const struct json *items;

	if (!json_parse(json, &j, e))
		return false;
	items = json_get(j, "items");
	*ret = 0;
	for (size_t i = 0; json_at(items, i); i++)
		*ret += !str_eq_z(json_str(json_get(json_at(items, i), "result")),
				  audit_problem_text(AUDIT_WHOLE));
	return true;
}

bool cmd_audit_broken(struct cmd *c, struct str *ret_json, size_t *ret, struct err *e)
{
	return cmd_call(c, HTTP_GET, "/api/v1/audit/check", NULL, STR(""), ret_json, e) &&
	       count_broken(*ret_json, ret, e);
}

static bool check(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;
	size_t broken;

	(void)flags;
	if (!cmd_open(c, NULL, e) || !cmd_audit_broken(c, &json, &broken, e) ||
	    !cmd_print_list(c, json, check_columns, e))
		return false;
	return !broken || ERR(e, ERR_STORE, "audit.broken",
			      "%zu of the audit's chains are not whole.", broken);
}

const struct command cmd_audit[] = {
	{ .noun = "audit",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/audit",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists who changed what, newest first." },
	{ .noun = "audit",
	  .verb = "check",
	  .args = "",
	  .opts = CMD_JSON,
	  .run = check,
	  .summary = "Computes the chains of the audit again; exit 1 when one is not whole." },
	{ .noun = NULL },
};
