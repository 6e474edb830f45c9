/*
 * Kind azure-table: one entity a lead in a table of an Azure Storage account. RowKey is the lead's
 * id, so that whatever is sent twice is there once. docs/destinations/azure-table.md
 */
#include "dest/rows.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "dest/azure_account.h"

#define BODY_MAX      (1024 * 1024) /* the service's own limit of an entity */
#define PROPERTY_MAX  32768         /* UTF-16 units of a string property */
#define CLOCK_SKEW_MS (10 * 60000)  /* the service refuses at 15 minutes */

struct azure_settings {
	struct dest_common common;
	const char *connection_string, *table;
	bool create_table;
	struct azure_account account; /* from connection_string, by check() */
};

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct azure_settings),
	F_STR(struct azure_settings, connection_string, "connectionString",
	      .flags = FIELD_REQUIRED | FIELD_SECRET, .min = 1, .max = 4096,
	      .help = "As the storage account's page \"Access keys\" shows it, or with a shared "
		      "access signature."),
	F_BOOL(struct azure_settings, create_table, "createTable", .def = "true",
	       .help = "Create the table when it is missing."),
	F_STR(struct azure_settings, table, "table", .min = 3, .max = 63, .def = "MarketplaceLeads",
	      .help = "The name of the table."),
	F_END,
};

/* What to do in an attempt: insert; when the table is missing, create it and insert again. */
enum step { INSERT = 0, CREATE_TABLE, INSERT_AGAIN };

static bool is_table_name(const char *z)
{
	size_t n = strlen(z);
	if (n < 3 || n > 63 || !isalpha((unsigned char)z[0]))
		return false;
	for (const char *c = z; *c; c++)
		if (!isalnum((unsigned char)*c))
			return false;
	return !str_ieq_z(str_of(z), "tables");
}

static const char *url_of(struct arena *a, const struct azure_account *acc, const char *resource)
{
	return arena_printf(a, "%s/%s%s%s", acc->endpoint, resource, acc->sas ? "?" : "",
			    acc->sas ? acc->sas : "");
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct azure_settings *s = into;
	struct azure_account acc = { .endpoint = NULL };
	struct err e;
	size_t before = p->n;
	if (s->connection_string) {
		if (!azure_account_parse(a, s->connection_string, &acc, &e) ||
		    !net_url_check(url_of(a, &acc, "Tables"), s->common.allow_http,
				   "connectionString", &e))
			*dest_problem(p) = e;
		else
			s->account = acc;
	}
	if (!s->table || !is_table_name(s->table))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "azure.table", "table",
			  "table must have 3 to 63 letters and digits, a letter first, and not be "
			  "the word tables.");
	return p->n == before;
}

/* ---- the entity ---- */

struct property {
	const char *name, *value;
};
#define PROPERTIES 15

static size_t properties_of(const struct dest_lead *l, struct property out[PROPERTIES])
{
	const struct property all[PROPERTIES] = {
		{ "FirstName", l->raw[CONTACT_FIRST_NAME] },
		{ "LastName", l->raw[CONTACT_LAST_NAME] },
		{ "Email", l->raw[CONTACT_EMAIL] },
		{ "Phone", l->raw[CONTACT_PHONE] },
		{ "Country", l->raw[CONTACT_COUNTRY] },
		{ "Company", l->raw[CONTACT_COMPANY] },
		{ "Title", l->raw[CONTACT_TITLE] },
		{ "LeadSource", l->lead_source },
		{ "ActionCode", dest_action_code(l) },
		{ "OfferTitle", l->received_offer_title },
		{ "Description", l->description },
		{ "Source", l->source },
		{ "Action", l->action },
		{ "PublisherId", l->publisher },
		{ "OfferId", l->offer },
	};
	memcpy(out, all, sizeof(all));
	return PROPERTIES;
}

static struct str entity(const struct dest_call *c, const struct azure_settings *s)
{
	const struct dest_lead *l = c->lead;
	struct property p[PROPERTIES];
	size_t n = properties_of(l, p);
	char at[CLOCK_TEXT], row_key[ID_TEXT];
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);
	clock_text(l->received_at, at);
	json_obj(&o, NULL);
	json_put_str(&o, "PartitionKey", (struct str){ at, 10 });
	json_put_z(&o, "RowKey", id_text(l->lead_id, row_key));
	for (size_t i = 0; i < n; i++) {
		bool cut;
		json_put_str(&o, p[i].name,
			     dest_fit(c->arena, str_of(p[i].value), PROPERTY_MAX, &cut));
		if (cut)
			dest_note_cut(c->cuts, p[i].name);
	}
	json_put_z(&o, "ReceivedAt@odata.type", "Edm.DateTime");
	json_put_z(&o, "ReceivedAt", at);
	if (l->test && strcmp(s->common.test_leads, "tag") == 0)
		json_put_bool(&o, "Test", true);
	if (l->dnc && strcmp(s->common.do_not_contact, "flag") == 0)
		json_put_bool(&o, "DoNotContact", true);
	json_end_obj(&o);
	if (!buf_ok(&b))
		return (struct str){ NULL, 0 };
	return (struct str){ arena_strndup(c->arena, b.p, b.n), b.n };
}

/* ---- the request ---- */

static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	return host + strcspn(host, "/");
}

static bool headers(const struct dest_call *c, const struct azure_settings *s, const char *resource,
		    struct net_request *r, struct err *e)
{
	char date[AZURE_DATE];
	const char *path = arena_printf(c->arena, "%s/%s", path_of(s->account.endpoint), resource);
	const char *at = arena_strdup(c->arena, azure_http_date(c->now_ms, date));
	if (!net_header(r, "x-ms-date", at, e) || !net_header(r, "x-ms-version", "2019-02-02", e) ||
	    !net_header(r, "DataServiceVersion", "3.0", e) ||
	    !net_header(r, "MaxDataServiceVersion", "3.0;NetFx", e) ||
	    !net_header(r, "Accept", "application/json;odata=nometadata", e) ||
	    !net_header(r, "Content-Type", "application/json", e) ||
	    !net_header(r, "Prefer", "return-no-content", e))
		return false;
	return s->account.sas ||
	       net_header(r, "Authorization", azure_authorization(c->arena, &s->account, at, path),
			  e);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct azure_settings *s = c->settings;
	bool create = c->step == CREATE_TABLE;
	const char *resource = create ? "Tables" : s->table;
	if (utf8_units16(str_of(c->lead->raw[CONTACT_EMAIL])) > PROPERTY_MAX)
		return ERR_FIELD(
			e, ERR_INPUT, "email-too-long", "email",
			"The e-mail address is over %d characters, and addresses are never "
			"cut.",
			PROPERTY_MAX);
	struct net_request r = dest_request(c, "POST", url_of(c->arena, &s->account, resource));
	r.secret = s->account.sas;
	r.body = create ? str_of(arena_printf(c->arena, "{\"TableName\":\"%s\"}", s->table))
			: entity(c, s);
	if (!r.body.p)
		return ERR(e, ERR_INPUT, "too-large",
			   "The lead is larger than the %d bytes of an entity.", BODY_MAX);
	if (!headers(c, s, resource, &r, e))
		return false;
	*ret = r;
	return true;
}

/* ---- the answer ---- */

static const char skewed[] = "ClockSkewed", created[] = "TableCreated",
		  still_missing[] = "TableStillMissing";

/* Those three are our own codes, made by read_reply() from the step and the clocks. */
#define REMEDY_KEY "Check the connection string: the key or the signature is refused."
static const struct dest_rule rules[] = {
	{ 200, 299, created, OUTCOME_RETRY, .token = "table-created",
	  .words = "The table was created." },
	{ 409, 409, "TableAlreadyExists", OUTCOME_RETRY, .token = "table-created",
	  .words = "The table is there already." },
	{ 409, 409, "EntityAlreadyExists", OUTCOME_ALREADY, .token = "already-there",
	  .words = "The lead is in the table already." },
	{ 409, 409, "TableBeingDeleted", OUTCOME_RETRY, false, 30000,
	  .token = "table-being-deleted",
	  .words = "The table is being deleted; a new one can be made when that is done." },
	{ 404, 404, still_missing, OUTCOME_RETRY, .token = "table-not-ready",
	  .words = "The table was created, but is not there yet." },
	{ 404, 404, "TableNotFound", OUTCOME_CONFIG, .token = "table-not-found",
	  .words = "The table does not exist: create it, or set createTable." },
	{ 401, 403, skewed, OUTCOME_CONFIG, .token = "clock-skewed" },
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .words = REMEDY_KEY },
	{ 403, 403, "AuthorizationPermissionMismatch", OUTCOME_CONFIG, .token = "no-permission",
	  .words =
		  "The shared access signature lacks a permission: inserting needs \"a\", creating "
		  "the table needs an account signature." },
	{ 403, 403, "InsufficientAccountPermissions", OUTCOME_CONFIG, .token = "no-permission",
	  .words = "The account may not do this: ask who owns it." },
	{ 403, 403, NULL, OUTCOME_CONFIG, .token = "forbidden", .words = REMEDY_KEY },
	{ 400, 400, "InvalidInput", OUTCOME_REJECTED, .token = "invalid-input" },
	{ 400, 400, "PropertiesNeedValue", OUTCOME_REJECTED, .token = "properties-need-value" },
	{ 400, 400, "PropertyValueTooLarge", OUTCOME_REJECTED, .token = "property-too-large" },
	{ 400, 400, "EntityTooLarge", OUTCOME_REJECTED, .token = "entity-too-large" },
	{ 400, 400, "PropertyNameInvalid", OUTCOME_REJECTED, .token = "property-name-invalid" },
	{ 400, 400, "PropertyNameTooLong", OUTCOME_REJECTED, .token = "property-name-too-long" },
	{ 400, 400, "TooManyProperties", OUTCOME_REJECTED, .token = "too-many-properties" },
	{ 400, 400, "OutOfRangeInput", OUTCOME_REJECTED, .token = "out-of-range" },
	{ 400, 400, "DuplicatePropertiesSpecified", OUTCOME_REJECTED,
	  .token = "duplicate-properties" },
	{ 400, 400, "InvalidDuplicateRow", OUTCOME_REJECTED, .token = "duplicate-row" },
	{ 400, 400, "HostInformationNotPresent", OUTCOME_CONFIG, .token = "request-refused" },
	{ 400, 400, "UnsupportedHttpVerb", OUTCOME_CONFIG, .token = "request-refused" },
	{ 400, 400, "InvalidHeaderValue", OUTCOME_CONFIG, .token = "request-refused" },
	{ 415, 415, "JsonFormatNotSupported", OUTCOME_CONFIG, .token = "request-refused" },
	{ 501, 501, NULL, OUTCOME_CONFIG, .token = "request-refused" },
	{ 500, 500, "OperationTimedOut", OUTCOME_RETRY, .token = "operation-timed-out" },
	{ 503, 503, "ServerBusy", OUTCOME_RETRY, true, .token = "server-busy" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/* <Error><Code>X</Code>: what the service answers when it has not yet read the Accept header. */
static const char *xml_code(struct arena *a, struct str body)
{
	static const char open[] = "<Code>";
	const char *at = body.n ? memmem(body.p, body.n, open, sizeof(open) - 1) : NULL;
	if (!at)
		return NULL;
	struct str rest = str_from(body, (size_t)(at - body.p) + sizeof(open) - 1);
	return str_dup(a, str_upto(rest, str_find(rest, '<')));
}

/* {"odata.error":{"code":"X"}}, and {"error":{"code":"X"}} of later versions. */
static const char *json_code(struct arena *a, struct str body)
{
	AUTO_JSON j = NULL;
	struct err e;
	if (!json_parse(body, &j, &e))
		return NULL;
	const struct json *inner = json_get(j, "odata.error");
	struct str code = json_str(json_get(inner ? inner : json_get(j, "error"), "code"));
	return code.n ? str_dup(a, code) : NULL;
}

static const char *error_code(struct arena *a, const struct net_reply *r)
{
	const char *code = net_reply_header(r, "x-ms-error-code");
	if (!code || !*code)
		code = json_code(a, r->body);
	return code ? code : xml_code(a, r->body);
}

/* A clock that is off is the commonest reason of a refused signature; the answer's Date shows it.
 */
static bool clock_is_off(const struct dest_call *c, const struct net_reply *r,
			 struct dest_outcome *o)
{
	const char *date = net_reply_header(r, "date");
	int64_t theirs;
	if (!date || !net_http_date(date, &theirs))
		return false;
	int64_t off = c->now_ms - theirs;
	if (off > -CLOCK_SKEW_MS && off < CLOCK_SKEW_MS)
		return false;
	snprintf(o->detail, sizeof(o->detail),
		 "This machine's clock is %lld minutes %s the service's, which then refuses every "
		 "signature: set the clock.",
		 llabs((long long)off) / 60000, off < 0 ? "behind" : "ahead of");
	return true;
}

/* Cosmos DB's Table API gives its pause in milliseconds. */
static void read_pause(const struct net_reply *r, struct dest_outcome *o)
{
	const char *pause = net_reply_header(r, "x-ms-retry-after-ms");
	int64_t ms;
	if (pause && str_int(str_of(pause), &ms) && ms >= 0)
		o->retry_after_ms = ms;
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	char row_key[ID_TEXT];
	read_pause(r, o);
	if (r->status >= 200 && r->status <= 299) {
		if (c->step == CREATE_TABLE) {
			*ret_code = created;
			return;
		}
		snprintf(o->remote_id, sizeof(o->remote_id), "%s",
			 id_text(c->lead->lead_id, row_key));
		return;
	}
	*ret_code = error_code(c->arena, r);
	if ((r->status == 403 || r->status == 401) && clock_is_off(c, r, o))
		*ret_code = skewed;
	else if (*ret_code && strcmp(*ret_code, "TableNotFound") == 0 && c->step != INSERT)
		*ret_code = still_missing;
}

static bool again(const struct dest_call *c, const struct dest_outcome *o)
{
	const struct azure_settings *s = c->settings;
	if (c->step == INSERT)
		return s->create_table && strcmp(o->code, "table-not-found") == 0;
	return c->step == CREATE_TABLE && strcmp(o->code, "table-created") == 0;
}

const struct dest_driver dest_azure_table = {
	.kind = "azure-table",
	.settings = settings,
	.settings_size = sizeof(struct azure_settings),
	.rules = rules,
	.do_not_contact_default = "forward",
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
	.again = again,
};
