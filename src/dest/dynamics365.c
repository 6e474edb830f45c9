/*
 * Kind dynamics365: a lead in Dataverse, created under a primary key of our own, so that whatever
 * is sent twice is there once and nothing has to be customised. docs/destinations/dynamics365.md
 */
#include <ctype.h>
#include "dest/rows.h"

#define BODY_MAX (1024 * 1024)
#define API      "/api/data/v9.2"

struct dynamics_settings {
	struct dest_common common;
	const char *url, *tenant_id, *client_id, *client_secret, *login_url;
	const char *root; /* url up to its host, by check() */
};

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct dynamics_settings),
	DEST_MAPPING_ROW(struct dynamics_settings),
	DEST_FOLLOW_ROWS(struct dynamics_settings),
	F_STR(struct dynamics_settings, client_id, "clientId", .flags = FIELD_REQUIRED, .min = 1,
	      .max = 100, .help = "The application (client) ID of the app registration."),
	F_STR(struct dynamics_settings, client_secret, "clientSecret",
	      .flags = FIELD_REQUIRED | FIELD_SECRET, .min = 1, .max = 512,
	      .help = "The value of a client secret of the app registration, not its ID."),
	F_URL(struct dynamics_settings, login_url, "loginUrl", .flags = FIELD_ADDRESS, .max = 512,
	      .def = "https://login.microsoftonline.com",
	      .help = "Where tokens come from; national clouds have their own."),
	F_STR(struct dynamics_settings, tenant_id, "tenantId",
	      .flags = FIELD_REQUIRED | FIELD_ADDRESS, .min = 1, .max = 253,
	      .help = "The directory (tenant) ID, or a domain of the tenant."),
	F_URL(struct dynamics_settings, url, "url", .flags = FIELD_REQUIRED | FIELD_ADDRESS,
	      .max = 512, .help = "The environment's address: https://contoso.crm4.dynamics.com"),
	F_END,
};

static bool is_tenant(const char *z)
{
	for (const char *c = z; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '.' && *c != '-')
			return false;
	return *z && *z != '.';
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct dynamics_settings *s = into;
	size_t before = p->n;

	if (dest_check_url(&s->common, s->url, "url", p) && s->url)
		s->root = dest_origin(a, s->url);
	if (!s->login_url)
		ERR_FIELD(dest_problem(p), ERR_INPUT, "field.required", "loginUrl",
			  "loginUrl is required.");
	else
		dest_check_url(&s->common, s->login_url, "loginUrl", p);
	if (s->tenant_id && !is_tenant(s->tenant_id))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "dynamics.tenant", "tenantId",
			  "tenantId must be the directory's id, or a domain of it.");
	return p->n == before;
}

/* The scope names the environment's own root: anything else gives invalid_resource. */
static void oauth(const struct dest_call *c, struct dest_oauth *ret)
{
	const struct dynamics_settings *s = c->settings;

	*ret = (struct dest_oauth){
		.url = dest_url(c->arena, s->login_url,
				arena_printf(c->arena, "/%s/oauth2/v2.0/token", s->tenant_id)),
		.client_id = s->client_id,
		.client_secret = s->client_secret,
		.scope = dest_url(c->arena, s->root, "/.default"),
	};
}

/* ---- the request ---- */

/* Lengths of the entity reference; an administrator may change them, and a line of the mapping
 * follows. */
static const struct dest_map_row map[] = {
	{ "subject", "{testMark}{offerTitle|offer|leadSource} - {fullName|company|emailName|'?'}",
	  .max = 300 },
	{ "firstname", "{firstName}", .max = 50 },
	{ "lastname", "{lastName|emailName|'Unknown'}", .max = 50 },
	{ "emailaddress1", "{email}", .max = 100, .over = DEST_REFUSE },
	{ "telephone1", "{phone}", .max = 50 },
	{ "companyname", "{company}", .max = 100 },
	{ "jobtitle", "{title}", .max = 100 },
	{ "address1_country", "{country|countryCode}", .max = 80 },
	{ "donotemail", "{doNotContact}", .type = DEST_BOOL },
	{ "donotphone", "{doNotContact}", .type = DEST_BOOL },
	{ "donotbulkemail", "{doNotContact}", .type = DEST_BOOL },
	{ "description", "{summary}", .max = 2000, .notes = true },
	{ .to = NULL },
};

/* The same in every attempt and replay, and from every destination of ours: a UUIDv7 whose time is
 * the lead's, and whose rest is BLAKE2b of the lead's id. */
static const char *record_of(const struct dest_call *c)
{
	struct id lead = c->lead->lead_id;
	char text[ID_TEXT];

	return arena_strdup(c->arena,
			    id_text(id_derive(lead, "dynamics365", 0, id_time(lead)), text));
}

static bool headers(const struct dest_call *c, struct net_request *r, struct err *e)
{
	return dest_json_headers(r, e) && net_header(r, "OData-Version", "4.0", e) &&
	       net_header(r, "OData-MaxVersion", "4.0", e) && dest_bearer(c, r, e);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct dynamics_settings *s = c->settings;
	const struct dest_value *v;
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);
	size_t n;

	if (!dest_map(c, map, &v, &n, e))
		return false;
	json_obj(&o, NULL);
	dest_put_values(&o, v, n);
	json_end_obj(&o);
	*ret = dest_request(c, "PATCH",
			    dest_url(c->arena, s->root,
				     arena_printf(c->arena, API "/leads(%s)", record_of(c))));
	ret->body = dest_body(c->arena, &b);
	if (!ret->body.p)
		return ERR(e, ERR_INPUT, "too-large", "The lead is larger than %d bytes as JSON.",
			   BODY_MAX);
	/* Create only: what a person has edited over there since stays as it is. */
	return headers(c, ret, e) && net_header(ret, "If-None-Match", "*", e);
}

/* ---- the answer ---- */

static const char confirmed[] = "confirmed";

/* What Microsoft publishes as causes of a failed connection, and its remedies. The codes behind the
 * texts are not published, and change. */
static const struct {
	const char *text, *code;
} sayings[] = {
	{ "SecLib::RetrievePrivilegeForUser", "NoRoles" },
	{ "no roles are assigned", "NoRoles" },
	{ "leadsourcecode", "NoLeadSource" },
	{ "not a member of the organization", "NotAMember" },
	{ "user is disabled", "UserDisabled" },
	{ "user has been disabled", "UserDisabled" },
	{ "ndeclared property", "UnknownProperty" },
	{ "Invalid property", "UnknownProperty" },
};

#define ROLE "give it the role Microsoft Marketplace Lead Writer, or another that may create leads."
#define BUSY "The environment is at one of its protection limits; it says for how long."
static const struct dest_rule rules[] = {
	{ 200, 299, confirmed, OUTCOME_DELIVERED, .token = "delivered",
	  .words = "It answers with what was asked for." },
	{ 204, 204, NULL, OUTCOME_DELIVERED, .token = "delivered" },
	{ 200, 299, NULL, OUTCOME_UNKNOWN, .token = "no-confirmation",
	  .words = "That is no answer of Dataverse: is the address the environment's own?" },
	{ 400, 599, "0x80040333", OUTCOME_ALREADY, .token = "duplicate-detected",
	  .words = "A duplicate rule over there says that it has this lead." },
	{ 412, 412, NULL, OUTCOME_ALREADY, .token = "already-there",
	  .words = "The lead is there already." },
	{ 400, 403, "NoRoles", OUTCOME_CONFIG, .token = "no-roles",
	  .words = "The application user has no role: " ROLE },
	{ 403, 403, "NoLeadSource", OUTCOME_CONFIG, .token = "no-lead-source",
	  .words = "The application user may not write leadsourcecode: " ROLE },
	{ 401, 403, "NotAMember", OUTCOME_CONFIG, .token = "not-a-member",
	  .words = "The application is no user of this environment: add it as an application "
		   "user." },
	{ 401, 403, "UserDisabled", OUTCOME_CONFIG, .token = "user-disabled",
	  .words = "The application user is disabled: enable it." },
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .token_over = true,
	  .words = "A new token is refused, too: is the application a user of this environment?" },
	{ 403, 403, NULL, OUTCOME_CONFIG, .token = "no-privilege",
	  .words = "The application user may not create leads: " ROLE },
	{ 404, 404, NULL, OUTCOME_CONFIG, .token = "not-found",
	  .words = "There are no leads at this address: is it the environment's own, and does it "
		   "have the Sales app?" },
	{ 405, 405, NULL, OUTCOME_CONFIG, .token = "method-not-allowed" },
	{ 501, 501, NULL, OUTCOME_CONFIG, .token = "method-not-allowed" },
	{ 400, 400, "0x80040265", OUTCOME_REJECTED, .token = "refused-by-plugin",
	  .words = "A rule or plug-in of your own over there refuses it." },
	{ 400, 400, "UnknownProperty", OUTCOME_REJECTED, .token = "unknown-property",
	  .words = "The mapping names a field that leads do not have over there." },
	{ 429, 429, "0x80072322", OUTCOME_RETRY, true, 60000, .token = "too-many-requests",
	  .words = BUSY },
	{ 429, 429, "0x80072321", OUTCOME_RETRY, true, 60000, .token = "too-much-work",
	  .words = BUSY },
	{ 429, 429, "0x80072326", OUTCOME_RETRY, true, 60000, .token = "too-many-at-once",
	  .words = BUSY },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static const char *said(struct str message)
{
	for (size_t i = 0; i < LL_COUNT(sayings); i++)
		if (message.n &&
		    memmem(message.p, message.n, sayings[i].text, strlen(sayings[i].text)))
			return sayings[i].code;
	return NULL;
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	struct str code, message;
	AUTO_JSON j = NULL;
	struct err e;

	if (!json_parse(r->body, &j, &e))
		j = NULL;
	code = json_str(json_get(json_get(j, "error"), "code"));
	message = json_str(json_get(json_get(j, "error"), "message"));
	if (r->status >= 200 && r->status <= 299 && json_kind(j) == JSON_OBJ)
		*ret_code = confirmed;
	else if (r->status >= 400 && said(message))
		*ret_code = said(message);
	else if (code.n)
		*ret_code = str_dup(c->arena, code);
	if (r->status >= 400)
		dest_say(c, o, code, message);
	if (c->purpose != DEST_DELIVER)
		return;
	if (r->status == 204 || *ret_code == confirmed ||
	    (r->status == 412 && !str_eq_z(code, "0x80040333")))
		dest_remote(c, o, str_of(record_of(c)));
}

/* ---- the fields over there ---- */

static bool describe(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct dynamics_settings *s = c->settings;

	*ret = dest_request(c, "GET",
			    dest_url(c->arena, s->root,
				     API "/EntityDefinitions(LogicalName='lead')/Attributes"
					 "?$filter=IsValidForCreate%20eq%20true"));
	ret->reply_max = NET_REPLY_MOST;
	return headers(c, ret, e);
}

static bool read_field(const struct dest_call *c, const struct json *j, struct dest_peer_field *f)
{
	const struct json *label = json_get(json_get(j, "DisplayName"), "UserLocalizedLabel");
	struct str name = json_str(json_get(j, "LogicalName"));
	struct str level = json_str(json_get(json_get(j, "RequiredLevel"), "Value"));

	*f = (struct dest_peer_field){
		.name = str_dup(c->arena, name),
		.label = str_dup(c->arena, json_str(json_get(label, "Label"))),
		.type = str_dup(c->arena, json_str(json_get(j, "AttributeType"))),
		.max = json_int(json_get(j, "MaxLength")),
		.required =
			str_eq_z(level, "ApplicationRequired") || str_eq_z(level, "SystemRequired"),
	};
	return name.n && json_is_true(json_get(j, "IsValidForCreate"));
}

static bool read_fields(const struct dest_call *c, const struct net_reply *r,
			const struct dest_peer_field **ret, size_t *ret_n)
{
	return dest_read_fields(c, r, "value", read_field, ret, ret_n);
}

/* ---- records that are read back ---- */

#define LEADS API "/leads"
#define READING                                                                                    \
	"The application user may not read leads: give its role the right to, for the "            \
	"organisation."
#define SHOWN "@OData.Community.Display.V1.FormattedValue"
static const struct dest_rule follow_rules[] = {
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .token_over = true,
	  .words = "A new token is refused, too: is the application a user of this environment?" },
	{ 403, 403, NULL, OUTCOME_CONFIG, .token = "no-read-access", .words = READING },
	{ 429, 429, NULL, OUTCOME_RETRY, true, 60000, .token = "too-many-requests", .words = BUSY },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static const char *changed_since(const struct dest_call *c)
{
	const struct dynamics_settings *s = c->settings;

	return dest_url(c->arena, s->root,
			arena_printf(c->arena,
				     LEADS "?$select=leadid,statecode,statuscode,modifiedon,"
					   "_ownerid_value,_createdby_value,_modifiedby_value"
					   "&$expand=owninguser($select=internalemailaddress)"
					   "&$filter=modifiedon%%20ge%%20%s"
					   "&$orderby=modifiedon%%20asc",
				     dest_since(c)));
}

static bool follow_prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct dynamics_settings *s = c->settings;

	*ret = dest_request(c, "GET",
			    c->next ? dest_url(c->arena, s->root, c->next) : changed_since(c));
	ret->reply_max = NET_REPLY_MOST;
	return headers(c, ret, e) && net_header(ret, "Prefer",
						"odata.maxpagesize=200,odata.include-annotations="
						"\"OData.Community.Display.V1.FormattedValue\"",
						e);
}

/* statecode: the entity reference of Lead; statuscode 1 is New. */
static enum dest_standing standing_of(int64_t state, int64_t status)
{
	if (state == 1)
		return DEST_QUALIFIED;
	if (state == 2)
		return DEST_LOST;
	return status == 1 ? DEST_OPEN : DEST_WORKING;
}

static bool read_record(const struct dest_call *c, const struct json *j, struct dest_record *r)
{
	r->remote_id = str_dup(c->arena, json_str(json_get(j, "leadid")));
	r->status = dest_words(c, json_str(json_get(j, "statuscode" SHOWN)));
	r->owner = dest_words(c, json_str(json_get(j, "_ownerid_value" SHOWN)));
	r->owner_email = dest_words(
		c, json_str(json_get(json_get(j, "owninguser"), "internalemailaddress")));
	r->changed_at = dest_time(c, json_str(json_get(j, "modifiedon")));
	r->by_other =
		dest_differ(json_get(j, "_createdby_value"), json_get(j, "_modifiedby_value"));
	r->standing = standing_of(json_int(json_get(j, "statecode")),
				  json_int(json_get(j, "statuscode")));
	return json_is_whole(json_get(j, "statecode"));
}

/* Where the list goes on is a whole address: only what is behind our own root is taken. */
static bool follow_read(const struct dest_call *c, const struct json *answer,
			struct dest_records *ret)
{
	const struct dynamics_settings *s = c->settings;
	const char *next = str_dup(c->arena, json_str(json_get(answer, "@odata.nextLink")));
	size_t root = strlen(s->root);

	if (!dest_take_records(c, json_get(answer, "value"), read_record, ret))
		return false;
	if (strncmp(next, s->root, root) == 0 && strncmp(next + root, LEADS, strlen(LEADS)) == 0)
		ret->next = next + root;
	return true;
}

static const struct dest_follow follow = { .rules = follow_rules,
					   .status = "statuscode",
					   .prepare = follow_prepare,
					   .read = follow_read };

static const char *page_of(struct arena *a, const void *of, const char *remote_id)
{
	const struct dynamics_settings *s = of;
	struct id x;

	if (!id_parse(str_of(remote_id), &x))
		return NULL;
	return arena_printf(a, "%s/main.aspx?pagetype=entityrecord&etn=lead&id=%s", s->root,
			    remote_id);
}

const struct dest_driver dest_dynamics365 = {
	.kind = "dynamics365",
	.settings = settings,
	.settings_size = sizeof(struct dynamics_settings),
	.rules = rules,
	.do_not_contact_default = "flag",
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
	.oauth = oauth,
	.map = map,
	.describe = describe,
	.read_fields = read_fields,
	.follow = &follow,
	.link = page_of,
};
