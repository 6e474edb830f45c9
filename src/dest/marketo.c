/*
 * Kind marketo: the lead as a filled-in form, through POST /rest/v1/leads/submitForm.json. HTTP
 * says 200 nearly always; what happened is in the body. docs/destinations/marketo.md
 */
#include "base/utf8.h"
#include "dest/rows.h"

#define BODY_MAX  (1024 * 1024) /* the service's own limit of a request */
#define REPLY_MAX (2 * 1024 * 1024)
#define DAY_MS    86400000LL
#define RESET_MS                                                                                   \
	(6 * 3600000LL) /* the quota starts anew at 00:00 US Central: 06:00 UTC, or 05:00 */

struct marketo_settings {
	struct dest_common common;
	const char *munchkin_id, *client_id, *client_secret, *base_url;
	int64_t form_id;
};

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct marketo_settings),
	DEST_MAPPING_ROW(struct marketo_settings),
	F_URL(struct marketo_settings, base_url, "baseUrl", .flags = FIELD_ADDRESS, .max = 512,
	      .help = "The REST address without a path; default: https://MUNCHKIN.mktorest.com."),
	F_STR(struct marketo_settings, client_id, "clientId", .flags = FIELD_REQUIRED, .min = 1,
	      .max = 200, .help = "Of the LaunchPoint service, from View Details."),
	F_STR(struct marketo_settings, client_secret, "clientSecret",
	      .flags = FIELD_REQUIRED | FIELD_SECRET, .min = 1, .max = 512,
	      .help = "Of the LaunchPoint service, from View Details."),
	F_INT(struct marketo_settings, form_id, "formId", .flags = FIELD_REQUIRED, .min = 1,
	      .max = INT32_MAX, .help = "The number of the form that leads fill in."),
	F_STR(struct marketo_settings, munchkin_id, "munchkinId",
	      .flags = FIELD_REQUIRED | FIELD_ADDRESS, .min = 9, .max = 20,
	      .help = "The account's id, like 123-ABC-456."),
	F_END,
};

/* Three digits, three letters, three digits: it becomes a part of an address. */
static bool is_munchkin_id(const char *z)
{
	static const char shape[] = "999-AAA-999";

	if (strlen(z) != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; z[i]; i++) {
		bool digit = z[i] >= '0' && z[i] <= '9';
		bool letter = (z[i] | 0x20) >= 'a' && (z[i] | 0x20) <= 'z';

		if (shape[i] == '9' ? !digit : shape[i] == 'A' ? !letter : z[i] != '-')
			return false;
	}
	return true;
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct marketo_settings *s = into;
	size_t before = p->n;

	(void)a;
	if (s->munchkin_id && !is_munchkin_id(s->munchkin_id))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "marketo.munchkin", "munchkinId",
			  "munchkinId must look like 123-ABC-456: Admin, Munchkin shows it.");
	if (s->base_url && *s->base_url)
		dest_check_url(&s->common, s->base_url, "baseUrl", p);
	return p->n == before;
}

static const char *url_of(const struct dest_call *c, const char *path)
{
	const struct marketo_settings *s = c->settings;

	return s->base_url && *s->base_url
		       ? dest_url(c->arena, s->base_url, path)
		       : arena_printf(c->arena, "https://%s.mktorest.com%s", s->munchkin_id, path);
}

static void oauth(const struct dest_call *c, struct dest_oauth *ret)
{
	const struct marketo_settings *s = c->settings;

	*ret = (struct dest_oauth){
		.url = url_of(c, "/identity/oauth/token"),
		.client_id = s->client_id,
		.client_secret = s->client_secret,
	};
}

/* ---- the request ---- */

/* Every field must be on the form; lengths as describe tells them. */
static const struct dest_map_row map[] = {
	{ "firstName", "{firstName}", .max = 255 },
	{ "lastName", "{lastName}", .max = 255 },
	{ "email", "{email}", .max = 255, .over = DEST_REFUSE },
	{ "phone", "{phone}", .max = 255 },
	{ "country", "{country|countryCode}", .max = 255 },
	{ "company", "{company}", .max = 255 },
	{ "title", "{title}", .max = 255 },
	{ "leadSource", "{leadSource}", .max = 255 },
	{ "unsubscribed", "{doNotContact}", .type = DEST_BOOL },
	{ "doNotCall", "{doNotContact}", .type = DEST_BOOL },
	{ .to = NULL },
};

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static bool check_email(struct str email, struct err *e)
{
	if (!email.n)
		return ERR_FIELD(e, ERR_INPUT, "email-missing", "email",
				 "Marketo tells people apart by their e-mail address, and this "
				 "lead has none.");
	return is_ascii(email) || ERR_FIELD(e, ERR_INPUT, "email-not-ascii", "email",
					    "Marketo takes no letters beyond ASCII in an e-mail "
					    "address.");
}

static struct str body(const struct dest_call *c, const struct dest_value *v, size_t n)
{
	const struct marketo_settings *s = c->settings;
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_int(&o, "formId", s->form_id);
	json_list(&o, "input");
	json_obj(&o, NULL);
	json_obj(&o, "leadFormFields");
	dest_put_values(&o, v, n);
	json_end_obj(&o);
	json_end_obj(&o);
	json_end_list(&o);
	json_end_obj(&o);
	return dest_body(c->arena, &b);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct dest_value *v;
	size_t n;

	if (!dest_map(c, map, &v, &n, e) || !check_email(dest_value_of(v, n, "email"), e))
		return false;
	*ret = dest_request(c, "POST", url_of(c, "/rest/v1/leads/submitForm.json"));
	ret->body = body(c, v, n);
	if (!ret->body.p)
		return ERR(e, ERR_INPUT, "too-large", "The lead is larger than %d bytes as JSON.",
			   BODY_MAX);
	return dest_bearer(c, ret, e) && dest_json_headers(ret, e);
}

/* ---- the answer ---- */

/* docs/destinations/marketo.md; "other" and "unreadable" are ours. */
static const struct dest_rule rules[] = {
	{ 200, 299, "601", OUTCOME_CONFIG, .token = "token-invalid", .token_over = true },
	{ 200, 299, "602", OUTCOME_CONFIG, .token = "token-expired", .token_over = true },
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .token_over = true },
	{ 200, 299, "603", OUTCOME_CONFIG, .token = "access-denied",
	  .words = "The API user's role lacks a permission: Access API, Read-Write Person." },
	{ 200, 299, "605", OUTCOME_CONFIG, .token = "method-refused" },
	{ 200, 299, "610", OUTCOME_CONFIG, .token = "not-found",
	  .words = "The address is not that of the REST interface, or the form is not there." },
	{ 200, 299, "612", OUTCOME_CONFIG, .token = "content-type" },
	{ 200, 299, "616", OUTCOME_CONFIG, .token = "subscription" },
	{ 200, 299, "703", OUTCOME_CONFIG, .token = "not-enabled" },
	{ 200, 299, "606", OUTCOME_RETRY, true, 20000, .token = "rate-limit",
	  .words = "100 calls in 20 seconds, shared by all that use this account, are used up." },
	{ 200, 299, "607", OUTCOME_RETRY, true, .token = "daily-quota",
	  .words = "The account's calls of today are used up; it starts anew at midnight, US "
		   "Central time." },
	{ 200, 299, "615", OUTCOME_RETRY, true, 2000, .token = "too-many-at-once" },
	{ 200, 299, "500", OUTCOME_RETRY, .token = "server-error" },
	{ 200, 299, "502", OUTCOME_RETRY, true, .token = "bad-gateway" },
	{ 200, 299, "604", OUTCOME_RETRY, .token = "request-timeout" },
	{ 200, 299, "608", OUTCOME_RETRY, true, .token = "unavailable" },
	{ 200, 299, "611", OUTCOME_RETRY, .token = "system-error" },
	{ 200, 299, "614", OUTCOME_RETRY, .token = "subscription-unavailable" },
	{ 200, 299, "713", OUTCOME_RETRY, .token = "transient" },
	{ 200, 299, "719", OUTCOME_RETRY, .token = "lock-wait" },
	{ 200, 299, "609", OUTCOME_REJECTED, .token = "invalid-json" },
	{ 200, 299, "701", OUTCOME_REJECTED, .token = "field-empty" },
	{ 200, 299, "709", OUTCOME_REJECTED, .token = "business-rule" },
	{ 200, 299, "1001", OUTCOME_REJECTED, .token = "value-invalid" },
	{ 200, 299, "1002", OUTCOME_REJECTED, .token = "value-missing" },
	{ 200, 299, "1003", OUTCOME_REJECTED, .token = "value-invalid" },
	{ 200, 299, "1004", OUTCOME_REJECTED, .token = "person-not-found" },
	{ 200, 299, "1005", OUTCOME_ALREADY, .token = "already-there" },
	{ 200, 299, "1006", OUTCOME_REJECTED, .token = "field-not-found" },
	{ 200, 299, "1007", OUTCOME_REJECTED, .token = "several-matches" },
	{ 200, 299, "1008", OUTCOME_CONFIG, .token = "partition" },
	{ 200, 299, "1009", OUTCOME_CONFIG, .token = "partition" },
	{ 200, 299, "1010", OUTCOME_CONFIG, .token = "partition" },
	{ 200, 299, "1011", OUTCOME_REJECTED, .token = "field-not-supported" },
	{ 200, 299, "1021", OUTCOME_REJECTED, .token = "value-refused" },
	{ 200, 299, "other", OUTCOME_RETRY, .token = "unknown-code" },
	{ 200, 299, "unreadable", OUTCOME_UNKNOWN, .token = "unreadable-answer",
	  .words = "The answer is not one of Marketo's: is the address right?" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static const char *known(const char *code)
{
	for (const struct dest_rule *r = rules; r->outcome != OUTCOME_NONE; r++)
		if (r->code && strcmp(r->code, code) == 0)
			return r->code;
	return "other";
}

/* {"errors":[{"code":"601","message":"…"}]}, and the same as "reasons" of a record. */
static const char *first_error(const struct dest_call *c, const struct json *list,
			       struct dest_outcome *o)
{
	const struct json *first = json_at(list, 0);
	struct str code = json_scalar(c->arena, json_get(first, "code"));

	if (!code.n)
		return "unreadable";
	dest_say(c, o, code, json_str(json_get(first, "message")));
	return known(str_dup(c->arena, code));
}

/* NULL: it went well. */
static const char *code_of(const struct dest_call *c, const struct json *j, struct dest_outcome *o)
{
	const struct json *first = json_at(json_get(j, "result"), 0);
	struct str status = json_str(json_get(first, "status"));

	if (!json_is_true(json_get(j, "success")))
		return first_error(c, json_get(j, "errors"), o);
	if (str_eq_z(status, "skipped"))
		return first_error(c, json_get(first, "reasons"), o);
	dest_remote(c, o, json_scalar(c->arena, json_get(first, "id")));
	/* What describe answers has fields, and no status. */
	return status.n || json_get(first, "dataType") ? NULL : "unreadable";
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	AUTO_JSON j = NULL;
	struct err e;

	if (r->status < 200 || r->status > 299)
		return;
	*ret_code = json_parse(r->body, &j, &e) ? code_of(c, j, o) : "unreadable";
	if (*ret_code && strcmp(*ret_code, "607") == 0)
		o->retry_after_ms = DAY_MS - (c->now_ms - RESET_MS) % DAY_MS;
}

/* ---- its fields ---- */

static bool describe(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	*ret = dest_request(c, "GET", url_of(c, "/rest/v1/leads/describe.json"));
	ret->reply_max = REPLY_MAX;
	return dest_bearer(c, ret, e) && net_header(ret, "Accept", "application/json", e);
}

static bool read_field(const struct dest_call *c, const struct json *j, struct dest_peer_field *f)
{
	const struct json *rest = json_get(j, "rest");

	*f = (struct dest_peer_field){
		.name = str_dup(c->arena, json_str(json_get(rest, "name"))),
		.label = str_dup(c->arena, json_str(json_get(j, "displayName"))),
		.type = str_dup(c->arena, json_str(json_get(j, "dataType"))),
		.max = json_int(json_get(j, "length")),
	};
	return *f->name && !json_is_true(json_get(rest, "readOnly"));
}

static bool read_fields(const struct dest_call *c, const struct net_reply *r,
			const struct dest_peer_field **ret, size_t *ret_n)
{
	return dest_read_fields(c, r, "result", read_field, ret, ret_n);
}

const struct dest_driver dest_marketo = {
	.kind = "marketo",
	.settings = settings,
	.settings_size = sizeof(struct marketo_settings),
	.rules = rules,
	.do_not_contact_default = "flag",
	.ordering_default = "per-contact", /* two upserts of one address at once make two people */
	.check = check,
	.oauth = oauth,
	.map = map,
	.prepare = prepare,
	.read_reply = read_reply,
	.describe = describe,
	.read_fields = read_fields,
};
