/*
 * Kind hubspot: a contact, by batch upsert, so that whatever is sent twice is there once; a lead
 * without an address is created. docs/destinations/hubspot.md
 */
#include "base/utf8.h"
#include "dest/hubspot.h"
#include "dest/map_parts.h"
#include "dest/rows.h"

#define BODY_MAX  (1024 * 1024)
#define VALUE_MAX 65536 /* characters of a property */

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct hubspot_settings),
	DEST_MAPPING_ROW(struct hubspot_settings),
	DEST_FOLLOW_ROWS(struct hubspot_settings),
	F_STR(struct hubspot_settings, api_path, "apiPath", .max = 100,
	      .def = "/crm/objects/2026-09",
	      .help = "The version of the interface, as a path; older accounts: /crm/v3/objects."),
	F_URL(struct hubspot_settings, base_url, "baseUrl", .flags = FIELD_ADDRESS, .max = 512,
	      .def = "https://api.hubapi.com", .help = "The address without a path."),
	F_STR(struct hubspot_settings, id_property, "idProperty", .max = 100, .def = "email",
	      .help = "By which property contacts are told apart: email, or one of your own that "
		      "is unique and gets the lead's id."),
	F_STR(struct hubspot_settings, portal_id, "portalId", .max = 20,
	      .help = "The account's number, for links from leads to contacts."),
	F_STR(struct hubspot_settings, token, "token", .flags = FIELD_REQUIRED | FIELD_SECRET,
	      .min = 1, .max = 512,
	      .help = "Of a private app or a service key with the right "
		      "crm.objects.contacts.write."),
	F_END,
};

/* What to do in an attempt: upsert or create; when the address is another contact's, update it. */
enum step { WRITE = 0, UPDATE_BY_EMAIL };

static bool is_word(const char *z, const char *also)
{
	for (const char *c = z; *c; c++)
		if (!((*c >= '0' && *c <= '9') || ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') ||
		      strchr(also, *c)))
			return false;
	return *z;
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct hubspot_settings *s = into;
	size_t before = p->n;

	(void)a;
	dest_check_url(&s->common, s->base_url, "baseUrl", p);
	if (s->api_path && (s->api_path[0] != '/' || !is_word(s->api_path, "/-_.")))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "hubspot.path", "apiPath",
			  "apiPath must be a path like /crm/objects/2026-09.");
	if (s->id_property && !is_word(s->id_property, "_"))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "hubspot.property", "idProperty",
			  "idProperty must be the internal name of a property.");
	if (s->portal_id && *s->portal_id && !is_word(s->portal_id, ""))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "hubspot.portal", "portalId",
			  "portalId must be the account's number.");
	if (s->token && !is_word(s->token, "-_.~+/="))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "hubspot.token", "token",
			  "token has a character that no token has: copy it anew.");
	return p->n == before;
}

/* ---- the request ---- */

static const struct dest_map_row map[] = {
	{ "email", "{email}", .max = 320, .over = DEST_REFUSE },
	{ "firstname", "{firstName}", .max = VALUE_MAX },
	{ "lastname", "{lastName}", .max = VALUE_MAX },
	{ "phone", "{phone}", .max = VALUE_MAX },
	{ "country", "{country|countryCode}", .max = VALUE_MAX },
	{ "company", "{company}", .max = VALUE_MAX },
	{ "jobtitle", "{title}", .max = VALUE_MAX },
	{ "message", "{summary}", .max = VALUE_MAX, .notes = true },
	{ .to = NULL },
};

/* Every value is a string over there: a number would be refused. */
static void put_properties(struct json_out *o, const struct dest_value *v, size_t n)
{
	json_obj(o, "properties");
	for (size_t i = 0; i < n; i++)
		json_put_str(o, v[i].to, v[i].text);
	json_end_obj(o);
}

struct contact {
	const char *id_property; /* NULL: created, or named in the address */
	struct str id;
	const struct dest_value *v;
	size_t n;
};

static struct str body(const struct dest_call *c, const struct contact *k)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	if (k->id_property) {
		json_list(&o, "inputs");
		json_obj(&o, NULL);
		json_put_z(&o, "idProperty", k->id_property);
		json_put_str(&o, "id", k->id);
	}
	put_properties(&o, k->v, k->n);
	if (k->id_property) {
		json_end_obj(&o);
		json_end_list(&o);
	}
	json_end_obj(&o);
	return dest_body(c->arena, &b);
}

const char *hubspot_url(const struct dest_call *c, const char *rest)
{
	const struct hubspot_settings *s = c->settings;

	return dest_url(c->arena, s->base_url,
			arena_printf(c->arena, "%s/contacts%s", s->api_path, rest));
}

/* By the address when there is no property of our own: then a lead without one is created. */
static void choose(const struct dest_call *c, struct contact *k, const char **ret_method,
		   const char **ret_url)
{
	const struct hubspot_settings *s = c->settings;
	struct str email = dest_value_of(k->v, k->n, "email");
	bool by_email = strcmp(s->id_property, "email") == 0;
	AUTO_BUF b = buf_new(2048);
	char id[ID_TEXT];

	*ret_method = "POST";
	if (c->step == UPDATE_BY_EMAIL) {
		dest_form_encode(&b, email);
		*ret_method = "PATCH";
		*ret_url = hubspot_url(c, arena_printf(c->arena, "/" STR_FMT "?idProperty=email",
						       STR_ARG(buf_view(&b))));
	} else if (by_email && !email.n) {
		*ret_url = hubspot_url(c, "");
	} else {
		k->id_property = s->id_property;
		k->id = by_email ? email
				 : str_of(arena_strdup(c->arena, id_text(c->lead->lead_id, id)));
		*ret_url = hubspot_url(c, "/batch/upsert");
	}
}

bool hubspot_authorize(const struct dest_call *c, struct net_request *r, struct err *e)
{
	const struct hubspot_settings *s = c->settings;

	r->secret = s->token;
	return net_header(r, "Authorization", arena_printf(c->arena, "Bearer %s", s->token), e);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	struct contact k = { .id_property = NULL };
	const char *method, *url;

	if (!dest_map(c, map, &k.v, &k.n, e))
		return false;
	choose(c, &k, &method, &url);
	*ret = dest_request(c, method, url);
	ret->once = c->step == WRITE && !k.id_property; /* nothing would tell a second one */
	ret->body = body(c, &k);
	if (!ret->body.p)
		return ERR(e, ERR_INPUT, "too-large", "The lead is larger than %d bytes as JSON.",
			   BODY_MAX);
	return hubspot_authorize(c, ret, e) && dest_json_headers(ret, e);
}

/* ---- the answer ---- */

/* Our own code: after a conflict there is no contact with the address either. One lead's matter. */
static const char not_by_address[] = "NotByAddress";

/* docs/destinations/hubspot.md; "unreadable" is ours, policies are told by the code of a 429. */
#define REMEDY_PROPERTY                                                                            \
	"A property of the mapping is not known over there: make it, or take it out of the "       \
	"mapping."
static const struct dest_rule rules[] = {
	{ 200, 299, "unreadable", OUTCOME_UNKNOWN, .token = "unreadable-answer",
	  .words = "The answer is not one of HubSpot's: is the address right?" },
	{ 207, 207, "PROPERTY_DOESNT_EXIST", OUTCOME_CONFIG, .token = "property-missing",
	  .words = REMEDY_PROPERTY },
	{ 207, 207, "CONFLICT", OUTCOME_RETRY, .token = "conflict" },
	{ 207, 207, "refused", OUTCOME_REJECTED, .token = "refused" },
	{ 400, 400, "PROPERTY_DOESNT_EXIST", OUTCOME_CONFIG, .token = "property-missing",
	  .words = REMEDY_PROPERTY },
	{ 400, 400, "INVALID_EMAIL", OUTCOME_REJECTED, .token = "invalid-email" },
	{ 400, 400, "INVALID_OPTION", OUTCOME_REJECTED, .token = "invalid-option" },
	{ 400, 400, NULL, OUTCOME_REJECTED, .token = "validation" },
	{ 401, 401, "EXPIRED_AUTHENTICATION", OUTCOME_CONFIG, .token = "token-expired",
	  .words = "The token has expired: make a new one over there, and set it here." },
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized",
	  .words = "The token is refused: make a new one over there, and set it here." },
	{ 403, 403, "MISSING_SCOPES", OUTCOME_CONFIG, .token = "missing-scopes",
	  .words = "The token lacks the right crm.objects.contacts.write." },
	{ 404, 404, not_by_address, OUTCOME_RETRY, .token = "conflict",
	  .words = "A contact is in the way, and none has this address: another property of it "
		   "must be unique." },
	{ 409, 409, NULL, OUTCOME_RETRY, .token = "conflict" },
	{ 423, 423, NULL, OUTCOME_RETRY, false, 2000, .token = "locked" },
	{ 429, 429, "SECONDLY", OUTCOME_RETRY, true, 1000, .token = "too-many-requests" },
	{ 429, 429, "TEN_SECONDLY_ROLLING", OUTCOME_RETRY, true, 10000,
	  .token = "too-many-requests" },
	{ 429, 429, "DAILY", OUTCOME_RETRY, true, 3600000, .token = "daily-quota",
	  .words = "The account's calls of today are used up; it starts anew at midnight, in the "
		   "account's time zone." },
	{ 477, 477, NULL, OUTCOME_RETRY, true, 60000, .token = "account-moving" },
	{ 520, 526, NULL, OUTCOME_RETRY, .token = "server-error" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static bool has_rule(int status, const char *code)
{
	for (const struct dest_rule *r = rules; r->outcome != OUTCOME_NONE; r++)
		if (status >= r->from && status <= r->to && r->code && strcmp(r->code, code) == 0)
			return true;
	return false;
}

/* The first of the codes that says something here: the errors' own, else the category. */
static const char *error_code(const struct dest_call *c, const struct json *j, int status)
{
	static const char *const members[] = { "code", "category", "subCategory" };
	const struct json *errors = json_get(j, "errors");
	const char *category = str_dup(c->arena, json_str(json_get(j, "category")));
	const char *policy = str_dup(c->arena, json_str(json_get(j, "policyName")));

	for (size_t i = 0; i < json_count(errors); i++)
		for (size_t m = 0; m < LL_COUNT(members); m++) {
			struct str code = json_str(json_get(json_at(errors, i), members[m]));
			const char *z = str_dup(c->arena, code);

			if (code.n && has_rule(status, z))
				return z;
		}
	return *policy ? policy : category;
}

/* Messages are told with the id under which the peer's support finds them. */
static void say(const struct dest_call *c, const struct json *j, struct dest_outcome *o)
{
	const struct json *first = json_at(json_get(j, "errors"), 0);
	struct str message = json_str(json_get(j, "message"));

	if (!message.n)
		message = json_str(json_get(first, "message"));
	dest_say(c, o, json_str(json_get(j, "correlationId")), message);
}

static const char *success(const struct dest_call *c, const struct json *j, int status,
			   struct dest_outcome *o)
{
	const struct json *results = json_get(j, "results");
	struct str id = json_scalar(c->arena, json_get(results ? json_at(results, 0) : j, "id"));
	const char *code;

	/* What describe answers has properties by name. */
	if (id.n || json_get(json_at(results, 0), "name")) {
		dest_remote(c, o, id);
		return NULL;
	}
	if (status != 207 || !json_count(json_get(j, "errors")))
		return "unreadable";
	say(c, j, o);
	code = error_code(c, j, status);
	return has_rule(status, code) ? code : "refused";
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	bool good = r->status >= 200 && r->status <= 299;
	AUTO_JSON j = NULL;
	struct err e;

	if (!json_parse(r->body, &j, &e)) {
		*ret_code = good ? "unreadable" : NULL;
	} else if (good) {
		*ret_code = success(c, j, r->status, o);
	} else {
		*ret_code = error_code(c, j, r->status);
		say(c, j, o);
	}
	if (r->status == 404 && c->step == UPDATE_BY_EMAIL)
		*ret_code = not_by_address;
}

/* The address is another contact's: with an id of our own it is that one's lead as well. */
static bool again(const struct dest_call *c, const struct dest_outcome *o)
{
	struct str email = map_lead_text(c, STR("email"));

	return c->step == WRITE && strcmp(o->code, "conflict") == 0 && email.n;
}

/* ---- its fields ---- */

static bool describe(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct hubspot_settings *s = c->settings;

	*ret = dest_request(c, "GET",
			    dest_url(c->arena, s->base_url, "/crm/v3/properties/contacts"));
	ret->reply_max = HUBSPOT_REPLY_MAX;
	return hubspot_authorize(c, ret, e) && net_header(ret, "Accept", "application/json", e);
}

static bool read_field(const struct dest_call *c, const struct json *j, struct dest_peer_field *f)
{
	const struct json *change = json_get(j, "modificationMetadata");

	*f = (struct dest_peer_field){
		.name = str_dup(c->arena, json_str(json_get(j, "name"))),
		.label = str_dup(c->arena, json_str(json_get(j, "label"))),
		.type = str_dup(c->arena, json_str(json_get(j, "type"))),
	};
	return *f->name && !json_is_true(json_get(change, "readOnlyValue"));
}

static bool read_fields(const struct dest_call *c, const struct net_reply *r,
			const struct dest_peer_field **ret, size_t *ret_n)
{
	return dest_read_fields(c, r, "results", read_field, ret, ret_n);
}

static const char *link_to(struct arena *a, const void *of, const char *remote_id)
{
	const struct hubspot_settings *s = of;

	return s->portal_id && *s->portal_id && is_word(remote_id, "")
		       ? arena_printf(a, "https://app.hubspot.com/contacts/%s/record/0-1/%s",
				      s->portal_id, remote_id)
		       : NULL;
}

const struct dest_driver dest_hubspot = {
	.kind = "hubspot",
	.settings = settings,
	.settings_size = sizeof(struct hubspot_settings),
	.rules = rules,
	.do_not_contact_default = "flag",
	.check = check,
	.map = map,
	.prepare = prepare,
	.read_reply = read_reply,
	.again = again,
	.describe = describe,
	.read_fields = read_fields,
	.follow = &hubspot_follow,
	.link = link_to,
};
