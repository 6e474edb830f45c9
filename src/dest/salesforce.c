/*
 * Kind salesforce: a Lead over REST; by a field of the customer's own that holds our lead's id, so
 * that whatever is sent twice is there once, or, without such a field, simply created.
 * docs/destinations/salesforce.md
 */
#include <ctype.h>
#include "dest/map_parts.h"
#include "dest/rows.h"
#include "dest/salesforce.h"

#define BODY_MAX    (1024 * 1024)
#define API_OLDEST  46 /* from then on an upsert says whether it created */
#define FIELD_NAME  80
#define MY_DOMAIN   ".my.salesforce.com"
#define DUPLICATION "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true"

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct salesforce_settings),
	DEST_MAPPING_ROW(struct salesforce_settings),
	DEST_FOLLOW_ROWS(struct salesforce_settings),
	F_STR(struct salesforce_settings, api_version, "apiVersion", .max = 10, .def = "60.0",
	      .help = "The version of the REST interface, 46.0 at least."),
	F_STR(struct salesforce_settings, client_id, "clientId", .flags = FIELD_REQUIRED, .min = 1,
	      .max = 512, .help = "The consumer key of the external client app."),
	F_STR(struct salesforce_settings, client_secret, "clientSecret",
	      .flags = FIELD_REQUIRED | FIELD_SECRET, .min = 1, .max = 512,
	      .help = "The consumer secret of the external client app."),
	F_STR(struct salesforce_settings, domain, "domain", .flags = FIELD_REQUIRED | FIELD_ADDRESS,
	      .min = 1, .max = 512,
	      .help = "My Domain: contoso, contoso.my.salesforce.com, or the whole address."),
	F_STR(struct salesforce_settings, external_id_field, "externalIdField", .max = FIELD_NAME,
	      .help = "A text field of Lead, external ID and unique, that gets the lead's id: no "
		      "lead is then there twice."),
	F_END,
};

/* What to do in an attempt: when it is not the first, look whether the lead is there, so that
 * nothing is written over that a person has edited since; then write. */
enum step { LOOK = 0, WRITE_AFTER_LOOK };

/* ---- the settings ---- */

static bool is_field(const char *z)
{
	for (const char *c = z; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return false;
	return isalpha((unsigned char)*z) && !str_ieq_z(str_of(z), "id") &&
	       !str_ieq_z(str_of(z), "email");
}

/* "60.0" or "v60.0". */
static bool is_version(const char *z)
{
	struct str s = str_of(z), major = str_upto(s, str_find(s, '.'));
	int64_t n;

	return str_int(major, &n) && isdigit((unsigned char)*z) && n >= API_OLDEST && n < 1000 &&
	       str_eq_z(str_from(s, major.n), ".0");
}

static void take_domain(struct arena *a, struct salesforce_settings *s, struct field_problems *p)
{
	bool url = strstr(s->domain, "://") != NULL, dots = strchr(s->domain, '.') != NULL;
	const char *root =
		url ? s->domain : arena_printf(a, "https://%s%s", s->domain, dots ? "" : MY_DOMAIN);

	if (!dest_check_url(&s->common, root, "domain", p))
		return;
	s->root = dest_origin(a, root);
	if (strstr(s->root, "//login.salesforce.com") || strstr(s->root, "//test.salesforce.com"))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "salesforce.domain", "domain",
			  "domain must be your own, as Setup shows it under My Domain: the general "
			  "sign-in page hands out no tokens to applications.");
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct salesforce_settings *s = into;
	size_t before = p->n;
	const char *key =
		s->external_id_field && *s->external_id_field ? s->external_id_field : NULL;

	s->external_id_field = key;
	if (s->domain)
		take_domain(a, s, p);
	if (s->api_version && *s->api_version == 'v')
		s->api_version++;
	if (!s->api_version || !is_version(s->api_version))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "salesforce.version", "apiVersion",
			  "apiVersion must be a version like 60.0, and 46.0 at least.");
	if (key && !is_field(key))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "salesforce.field", "externalIdField",
			  "externalIdField must be the API name of a field of its own, like "
			  "Leadline_Id__c.");
	else if (key && map_writes(s->common.mapping, key)) /* it is in the address */
		ERR_FIELD(dest_problem(p), ERR_INPUT, "salesforce.key", "mapping",
			  "mapping: %s gets the lead's id by itself, and may not be mapped.", key);
	return p->n == before;
}

static void oauth(const struct dest_call *c, struct dest_oauth *ret)
{
	const struct salesforce_settings *s = c->settings;

	*ret = (struct dest_oauth){
		.url = dest_url(c->arena, s->root, "/services/oauth2/token"),
		.client_id = s->client_id,
		.client_secret = s->client_secret,
	};
}

/* ---- the request ---- */

static const struct dest_map_row map[] = {
	{ "LastName", "{lastName|emailName|'Unknown'}", .max = 80 },
	{ "Company", "{testMark}{company|'[not provided]'}", .max = 255 },
	{ "FirstName", "{firstName}", .max = 40 },
	{ "Email", "{email}", .max = 80, .over = DEST_REFUSE },
	{ "Phone", "{phone}", .max = 40 },
	{ "Title", "{title}", .max = 128 },
	{ "Country", "{country|countryCode}", .max = 80 },
	{ "LeadSource", "{source}", .max = 40 },
	{ "HasOptedOutOfEmail", "{doNotContact}", .type = DEST_BOOL },
	{ "DoNotCall", "{doNotContact}", .type = DEST_BOOL },
	{ "Description", "{summary}", .max = 32000, .notes = true },
	{ .to = NULL },
};

static bool is_repeat(const struct dest_call *c)
{
	return c->attempt > 1 || c->replay;
}

static bool is_look(const struct dest_call *c)
{
	const struct salesforce_settings *s = c->settings;

	return s->external_id_field && is_repeat(c) && c->step == LOOK;
}

const char *salesforce_url(const struct dest_call *c, const char *path)
{
	const struct salesforce_settings *s = c->settings;

	return dest_url(c->arena, c->token && c->token->base_url ? c->token->base_url : s->root,
			path);
}

static const char *url_of(const struct dest_call *c, const char *rest)
{
	const struct salesforce_settings *s = c->settings;

	return salesforce_url(c, arena_printf(c->arena, SALESFORCE_DATA "v%s/sobjects/Lead%s",
					      s->api_version, rest));
}

static const char *record_url(const struct dest_call *c, const char *query)
{
	const struct salesforce_settings *s = c->settings;
	char lead[ID_TEXT];

	if (!s->external_id_field)
		return url_of(c, "");
	return url_of(c, arena_printf(c->arena, "/%s/%s%s", s->external_id_field,
				      id_text(c->lead->lead_id, lead), query));
}

static bool look(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	*ret = dest_request(c, "GET", record_url(c, "?fields=Id"));
	return dest_json_headers(ret, e) && dest_bearer(c, ret, e);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct salesforce_settings *s = c->settings;
	const struct dest_value *v;
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);
	size_t n;

	if (is_look(c))
		return look(c, ret, e);
	if (!dest_map(c, map, &v, &n, e))
		return false;
	json_obj(&o, NULL);
	dest_put_values(&o, v, n);
	json_end_obj(&o);
	*ret = dest_request(c, s->external_id_field ? "PATCH" : "POST", record_url(c, ""));
	ret->once = !s->external_id_field;
	ret->body = dest_body(c->arena, &b);
	if (!ret->body.p)
		return ERR(e, ERR_INPUT, "too-large", "The lead is larger than %d bytes as JSON.",
			   BODY_MAX);
	return dest_json_headers(ret, e) &&
	       net_header(ret, "Sforce-Duplicate-Rule-Header", DUPLICATION, e) &&
	       dest_bearer(c, ret, e);
}

/* ---- the answer ---- */

/* Our own codes, made by read_reply(). */
static const char created[] = "Created", updated[] = "Updated", perhaps_twice[] = "PerhapsTwice",
		  confirmed[] = "Confirmed", there[] = "There", not_there[] = "NotThere",
		  our_duplicate[] = "OurDuplicate", our_value[] = "OurValue",
		  not_yet[] = "not-there-yet";

#define REJECT(CODE, TOKEN, WORDS)                                                                 \
	{                                                                                          \
		400, 400, CODE, OUTCOME_REJECTED, .token = (TOKEN), .words = (WORDS)               \
	}
#define CONFIG(FROM, TO, CODE, TOKEN, WORDS)                                                       \
	{                                                                                          \
		FROM, TO, CODE, OUTCOME_CONFIG, .token = (TOKEN), .words = (WORDS)                 \
	}
#define OWN_RULE "A rule or a flow of your own over there refuses it."
#define ACCESS   "The run-as user may not create leads, or not write one of the mapped fields."
static const struct dest_rule rules[] = {
	{ 200, 200, there, OUTCOME_ALREADY, .token = "already-there",
	  .words = "The lead is there already." },
	{ 404, 404, not_there, OUTCOME_RETRY, .token = not_yet,
	  .words = "The lead is not there yet." },
	{ 200, 299, perhaps_twice, OUTCOME_DELIVERED, .token = "delivered-perhaps-twice",
	  .words = "Created. If the answer to an earlier attempt was lost, it is there twice: both "
		   "have the lead's id in the description." },
	{ 200, 299, created, OUTCOME_DELIVERED, .token = "delivered", .words = "Created." },
	{ 200, 299, updated, OUTCOME_DELIVERED, .token = "updated",
	  .words = "It was there, and now has these values." },
	{ 204, 204, NULL, OUTCOME_DELIVERED, .token = "updated",
	  .words = "It was there, and now has these values." },
	{ 200, 299, confirmed, OUTCOME_DELIVERED, .token = "delivered",
	  .words = "It answers with what was asked for." },
	{ 200, 299, NULL, OUTCOME_UNKNOWN, .token = "no-confirmation",
	  .words = "That is no answer of Salesforce: is the domain your own?" },
	CONFIG(300, 300, NULL, "several-matches",
	       "Several leads have this id in the external ID field: make the field unique."),
	{ 400, 400, our_duplicate, OUTCOME_ALREADY, .token = "duplicate-detected",
	  .words = "A duplicate rule holds it back: most likely an earlier attempt made it." },
	REJECT("DUPLICATES_DETECTED", "duplicate-detected",
	       "A duplicate rule over there holds it back: it takes it for a record that is "
	       "there."),
	{ 400, 400, our_value, OUTCOME_ALREADY, .token = "already-there",
	  .words = "The lead is there already." },
	REJECT("DUPLICATE_VALUE", "duplicate-value",
	       "Another record has the value of a field that must be unique."),
	{ 400, 400, "UNABLE_TO_LOCK_ROW", OUTCOME_RETRY, .token = "record-locked" },
	REJECT("REQUIRED_FIELD_MISSING", "required-field-missing",
	       "A field that is required over there is empty: feed it by a line of the mapping."),
	REJECT("STRING_TOO_LONG", "too-long", NULL),
	REJECT("INVALID_EMAIL_ADDRESS", "invalid-email", NULL),
	REJECT("FIELD_CUSTOM_VALIDATION_EXCEPTION", "refused-by-validation", OWN_RULE),
	REJECT("FIELD_INTEGRITY_EXCEPTION", "field-integrity",
	       "A value does not fit: if it is the country, map CountryCode to {countryCode} and "
	       "leave Country empty."),
	REJECT("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "not-in-picklist",
	       "A value is none of the picklist's: add it there, or map a fixed one."),
	REJECT("JSON_PARSER_ERROR", "bad-value",
	       "A value has the wrong type for its field: see the mapping."),
	REJECT("CANNOT_EXECUTE_FLOW_TRIGGER", "refused-by-flow", OWN_RULE),
	REJECT("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "refused-by-trigger", OWN_RULE),
	CONFIG(400, 400, "INVALID_FIELD", "unknown-field",
	       "The mapping names a field that does not exist, or that the run-as user may not "
	       "see."),
	CONFIG(400, 400, "INVALID_TYPE", "unknown-object", ACCESS),
	CONFIG(400, 403, "INSUFFICIENT_ACCESS_OR_READONLY", "no-access", ACCESS),
	CONFIG(400, 403, "INVALID_FIELD_FOR_INSERT_UPDATE", "no-access", ACCESS),
	CONFIG(400, 403, "STORAGE_LIMIT_EXCEEDED", "storage-full",
	       "The org's storage is full: make room, then resume. The leads wait here."),
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .token_over = true,
	  .words = "A new token is refused, too: has the run-as user access to the API?" },
	{ 403, 403, "REQUEST_LIMIT_EXCEEDED", OUTCOME_RETRY, true, SALESFORCE_HOUR,
	  .token = "request-limit",
	  .words = "The org has used up its API requests of the last 24 hours." },
	CONFIG(403, 403, "API_DISABLED_FOR_ORG", "api-disabled", "The org's edition has no API."),
	CONFIG(403, 403, "API_CURRENTLY_DISABLED", "api-disabled",
	       "The API is switched off for this user."),
	CONFIG(403, 403, NULL, "forbidden", ACCESS),
	CONFIG(404, 404, NULL, "not-found",
	       "The external ID field, the object or the version does not exist."),
	CONFIG(405, 405, NULL, "method-not-allowed", NULL),
	CONFIG(415, 415, NULL, "media-type", NULL),
	{ 420, 420, NULL, OUTCOME_RETRY, true, 60000, .token = "too-many-requests" },
	{ 500, 500, "UNKNOWN_EXCEPTION", OUTCOME_RETRY, .token = "server-error" },
	{ 503, 503, NULL, OUTCOME_RETRY, true, 60000, .token = "unavailable" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/* Ids of 15 characters tell upper from lower case; three more say which were upper, and that form
 * is what lists have. */
static struct str long_id(const struct dest_call *c, struct str id)
{
	static const char sums[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	char sum[4] = "";

	if (id.n != 15)
		return id;
	for (size_t block = 0; block < 3; block++) {
		unsigned upper = 0;

		for (size_t i = 0; i < 5; i++)
			if (isupper((unsigned char)id.p[block * 5 + i]))
				upper |= 1U << i;
		sum[block] = sums[upper];
	}
	return str_of(arena_printf(c->arena, STR_FMT "%s", STR_ARG(id), sum));
}

static void read_success(const struct dest_call *c, const struct json *j, const char **ret_code,
			 struct dest_outcome *o)
{
	const struct salesforce_settings *s = c->settings;
	struct str id = json_str(json_get(j, "id"));
	const struct json *was_created = json_get(j, "created");

	if (is_look(c)) {
		id = json_str(json_get(j, "Id"));
		*ret_code = id.n ? there : NULL;
	} else if (json_kind(json_get(j, "fields")) == JSON_LIST) {
		*ret_code = confirmed;
	} else if (!id.n || !json_is_true(json_get(j, "success"))) {
		*ret_code = NULL;
	} else if (json_kind(was_created) == JSON_BOOL && !json_is_true(was_created)) {
		*ret_code = updated;
	} else {
		*ret_code = is_repeat(c) && !s->external_id_field ? perhaps_twice : created;
	}
	dest_remote(c, o, long_id(c, id));
}

/* The first record that a duplicate rule found. The member is misspelled in many versions. */
static struct str match_of(const struct json *error)
{
	const struct json *result = json_get(error, "duplicateResut");
	const struct json *match;

	if (!result)
		result = json_get(error, "duplicateResult");
	match = json_at(json_get(result, "matchResults"), 0);
	match = json_at(json_get(match, "matchRecords"), 0);
	return json_str(json_get(json_get(match, "record"), "Id"));
}

/* "duplicate value found: F duplicates value on record with id: 00Q…" */
static struct str id_in(struct str message)
{
	static const char mark[] = "with id: ";
	const char *at = message.n ? memmem(message.p, message.n, mark, sizeof(mark) - 1) : NULL;

	return at ? str_trim(str_from(message, (size_t)(at - message.p) + sizeof(mark) - 1))
		  : STR("");
}

static void read_error(const struct dest_call *c, const struct json *error, const char **ret_code,
		       struct dest_outcome *o)
{
	const struct salesforce_settings *s = c->settings;
	struct str code = json_str(json_get(error, "errorCode"));
	struct str message = json_str(json_get(error, "message"));
	const char *key = s->external_id_field;

	*ret_code = code.n ? str_dup(c->arena, code) : NULL;
	dest_say(c, o, code, message);
	if (str_eq_z(code, "DUPLICATES_DETECTED")) {
		dest_remote(c, o, long_id(c, match_of(error)));
		/* Ours only if an answer was lost: else it is somebody else's record. */
		if (c->lost && !key)
			*ret_code = our_duplicate;
	} else if (str_eq_z(code, "DUPLICATE_VALUE") && key && message.n &&
		   memmem(message.p, message.n, key, strlen(key))) {
		dest_remote(c, o, long_id(c, id_in(message)));
		*ret_code = our_value;
	}
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	AUTO_JSON j = NULL;
	struct err e;

	if (!json_parse(r->body, &j, &e))
		j = NULL;
	if (r->status >= 200 && r->status <= 299 && json_kind(j) == JSON_OBJ)
		read_success(c, j, ret_code, o);
	else if (is_look(c) && r->status == 404)
		*ret_code = not_there;
	else if (r->status >= 400)
		read_error(c, json_at(j, 0), ret_code, o);
}

static bool again(const struct dest_call *c, const struct dest_outcome *o)
{
	return is_look(c) && strcmp(o->code, not_yet) == 0;
}

/* ---- the fields over there ---- */

static bool describe(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	*ret = dest_request(c, "GET", url_of(c, "/describe"));
	ret->reply_max = NET_REPLY_MOST;
	return dest_json_headers(ret, e) && dest_bearer(c, ret, e);
}

static bool read_field(const struct dest_call *c, const struct json *j, struct dest_peer_field *f)
{
	struct str name = json_str(json_get(j, "name"));

	*f = (struct dest_peer_field){
		.name = str_dup(c->arena, name),
		.label = str_dup(c->arena, json_str(json_get(j, "label"))),
		.type = str_dup(c->arena, json_str(json_get(j, "type"))),
		.max = json_int(json_get(j, "length")),
		.required = json_kind(json_get(j, "nillable")) == JSON_BOOL &&
			    !json_is_true(json_get(j, "nillable")) &&
			    !json_is_true(json_get(j, "defaultedOnCreate")),
	};
	return name.n && json_is_true(json_get(j, "createable"));
}

static bool read_fields(const struct dest_call *c, const struct net_reply *r,
			const struct dest_peer_field **ret, size_t *ret_n)
{
	return dest_read_fields(c, r, "fields", read_field, ret, ret_n);
}

static const char *page_of(struct arena *a, const void *of, const char *remote_id)
{
	const struct salesforce_settings *s = of;
	size_t n = strlen(remote_id);

	for (const char *c = remote_id; *c; c++)
		if (!isalnum((unsigned char)*c))
			return NULL;
	return n == 15 || n == 18 ? arena_printf(a, "%s/%s", s->root, remote_id) : NULL;
}

const struct dest_driver dest_salesforce = {
	.kind = "salesforce",
	.settings = settings,
	.settings_size = sizeof(struct salesforce_settings),
	.rules = rules,
	.do_not_contact_default = "flag",
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
	.again = again,
	.oauth = oauth,
	.map = map,
	.describe = describe,
	.read_fields = read_fields,
	.follow = &salesforce_follow,
	.link = page_of,
};
