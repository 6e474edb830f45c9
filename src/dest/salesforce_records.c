/* Kind salesforce: its records read back, by a query for those that have changed. */
#include "dest/rows.h"
#include "dest/salesforce.h"

#define REFUSED(FROM, TO, CODE, TOKEN, WORDS)                                                      \
	{                                                                                          \
		FROM, TO, CODE, OUTCOME_CONFIG, .token = (TOKEN), .words = (WORDS)                 \
	}
#define READING "The run-as user may not read leads, or not their owners."
static const struct dest_rule follow_rules[] = {
	REFUSED(400, 400, "INVALID_FIELD", "no-read-access", READING),
	REFUSED(400, 400, "INVALID_TYPE", "no-read-access", READING),
	REFUSED(400, 404, "INVALID_QUERY_LOCATOR", "list-over",
		"The list ended before it was read; it is asked for anew."),
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .token_over = true,
	  .words = "A new token is refused, too: has the run-as user access to the API?" },
	{ 403, 403, "REQUEST_LIMIT_EXCEEDED", OUTCOME_RETRY, true, SALESFORCE_HOUR,
	  .token = "request-limit",
	  .words = "The org has used up its API requests of the last 24 hours." },
	REFUSED(403, 403, NULL, "no-read-access", READING),
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static const char *changed_since(const struct dest_call *c)
{
	const struct salesforce_settings *s = c->settings;
	const char *key = s->external_id_field;
	AUTO_BUF b = buf_new(2048);

	dest_form_put(
		&b, "q",
		str_of(arena_printf(c->arena,
				    "SELECT Id,Status,IsConverted,IsDeleted,Owner.Name,Owner.Email,"
				    "CreatedById,LastModifiedById,SystemModstamp FROM Lead WHERE "
				    "SystemModstamp>=%s%s%s%s "
				    "ORDER BY SystemModstamp",
				    dest_since(c), key ? " AND " : "", key ? key : "",
				    key ? "!=null" : "")));
	return salesforce_url(c, arena_printf(c->arena, SALESFORCE_DATA "v%s/queryAll?" STR_FMT,
					      s->api_version, STR_ARG(buf_view(&b))));
}

static bool follow_prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	*ret = dest_request(c, "GET", c->next ? salesforce_url(c, c->next) : changed_since(c));
	ret->reply_max = NET_REPLY_MOST;
	return dest_json_headers(ret, e) &&
	       net_header(ret, "Sforce-Query-Options", "batchSize=200", e) &&
	       dest_bearer(c, ret, e);
}

/* What a status means is the org's own affair; a conversion is not. */
static bool read_record(const struct dest_call *c, const struct json *j, struct dest_record *r)
{
	const struct json *owner = json_get(j, "Owner");
	struct str status = json_str(json_get(j, "Status"));

	r->remote_id = str_dup(c->arena, json_str(json_get(j, "Id")));
	r->status = dest_words(c, status);
	r->owner = dest_words(c, json_str(json_get(owner, "Name")));
	r->owner_email = dest_words(c, json_str(json_get(owner, "Email")));
	r->changed_at = dest_time(c, json_str(json_get(j, "SystemModstamp")));
	r->by_other = dest_differ(json_get(j, "CreatedById"), json_get(j, "LastModifiedById"));
	if (json_is_true(json_get(j, "IsDeleted")))
		r->standing = DEST_GONE;
	else if (json_is_true(json_get(j, "IsConverted")))
		r->standing = DEST_QUALIFIED;
	else if (str_istarts(status, "Closed"))
		r->standing = DEST_LOST;
	else if (status.n && !str_istarts(status, "Open") && !str_ieq_z(status, "New"))
		r->standing = DEST_WORKING;
	return true;
}

static bool follow_read(const struct dest_call *c, const struct json *answer,
			struct dest_records *ret)
{
	const char *next = str_dup(c->arena, json_str(json_get(answer, "nextRecordsUrl")));

	if (!dest_take_records(c, json_get(answer, "records"), read_record, ret))
		return false;
	if (!json_is_true(json_get(answer, "done")) &&
	    strncmp(next, SALESFORCE_DATA, strlen(SALESFORCE_DATA)) == 0)
		ret->next = next;
	return true;
}

const struct dest_follow salesforce_follow = {
	.rules = follow_rules, .status = "Status", .prepare = follow_prepare, .read = follow_read
};
