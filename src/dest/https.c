/*
 * Kind https: the marketplace's own body to any endpoint, signed by Standard Webhooks. An existing
 * receiver of Microsoft's posts needs no change; what Leadline adds is in headers.
 * docs/destinations/https.md
 */
#include "dest/rows.h"
#include <ctype.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "dest/webhook.h"

#define BODY_MAX     (1024 * 1024)
#define ENVELOPE_MAX 20000 /* Standard Webhooks: keep payloads below 20 kB */

struct https_settings {
	struct dest_common common;
	const char *url, *secret, *header, *envelope;
};

static const char *const envelopes[] = { "none", "standard", NULL };

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct https_settings),
	F_CHOICE(struct https_settings, envelope, "envelope", .choices = envelopes, .def = "none",
		 .help = "none: the body as the marketplace posts it. standard: wrapped in type, "
			 "timestamp and data as Standard Webhooks advises."),
	F_STR(struct https_settings, header, "header", .flags = FIELD_SECRET, .max = 4096,
	      .help = "One extra header, Name: value, for example an API key."),
	F_STR(struct https_settings, secret, "secret", .flags = FIELD_SECRET, .max = 128,
	      .help = "The key that signs: whsec_ and base64 of 24 to 64 bytes. Made when absent."),
	F_INT(struct https_settings, common.timeout_ms, "timeoutMs", .min = 100, .max = 120000,
	      .def = "30000", .help = "How long one attempt may take, in milliseconds."),
	F_URL(struct https_settings, url, "url", .flags = FIELD_REQUIRED | FIELD_SECRET,
	      .max = 4096, .help = "Where leads are posted to; kept exactly as it is given."),
	F_END,
};

/* Headers that are ours, the connection's, or the body's. */
static const char *const reserved[] = {
	"connection", "content-length",    "content-type", "expect",     "host", "te",
	"trailer",    "transfer-encoding", "upgrade",      "user-agent", NULL,
};

static bool is_reserved(struct str name)
{
	for (const char *const *r = reserved; *r; r++)
		if (str_ieq_z(name, *r))
			return true;
	return str_istarts(name, "webhook-") || str_istarts(name, "leadline-");
}

/* "Name: value" in two; false unless it is a header that may be set. */
static bool split_header(const char *line, struct str *ret_name, struct str *ret_value)
{
	struct str s = str_of(line);
	size_t colon = str_find(s, ':');
	struct str name = str_upto(s, colon);
	if (colon == 0 || colon == s.n || is_reserved(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!isalnum((unsigned char)name.p[i]) && !strchr("!#$%&'*+-.^_`|~", name.p[i]))
			return false;
	for (size_t i = colon; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	*ret_name = name;
	*ret_value = str_trim(str_from(s, colon + 1));
	return true;
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct https_settings *s = into;
	struct str name, value;
	size_t before = p->n;
	dest_check_url(&s->common, s->url, "url", p);
	if (s->header && *s->header && !split_header(s->header, &name, &value))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "https.header", "header",
			  "header must be one line \"Name: value\", and not a header that is set "
			  "by Leadline itself.");
	(void)webhook_check_secret(a, &s->secret, p); /* told in p */
	return p->n == before;
}

/* ---- the body ---- */

static const struct {
	const char *name;
	enum contact_field field;
} user_details[] = {
	{ "FirstName", CONTACT_FIRST_NAME }, { "LastName", CONTACT_LAST_NAME },
	{ "Email", CONTACT_EMAIL },          { "Phone", CONTACT_PHONE },
	{ "Country", CONTACT_COUNTRY },      { "Company", CONTACT_COMPANY },
	{ "Title", CONTACT_TITLE },
};

/* Never null: the schema that Microsoft publishes says string. */
static void put_text(struct json_out *o, const char *name, const char *text)
{
	json_put_str(o, name, str_of(text));
}

static void put_marketplace(struct json_out *o, const char *key, const struct dest_lead *l,
			    struct str description)
{
	json_obj(o, key);
	json_obj(o, "UserDetails");
	for (size_t i = 0; i < LL_COUNT(user_details); i++)
		put_text(o, user_details[i].name, l->raw[user_details[i].field]);
	json_end_obj(o);
	put_text(o, "LeadSource", l->lead_source);
	put_text(o, "ActionCode", dest_action_code(l));
	put_text(o, "OfferTitle", l->received_offer_title);
	json_put_str(o, "Description", description);
	json_end_obj(o);
}

static void put_envelope(struct json_out *o, const struct dest_call *c, struct str description)
{
	const struct dest_lead *l = c->lead;
	json_obj(o, NULL);
	put_text(o, "type", "lead.received");
	json_put_time(o, "timestamp", l->received_at);
	json_obj(o, "data");
	json_put_id(o, "id", &l->lead_id);
	put_text(o, "publisher", l->publisher);
	put_text(o, "offer", l->offer);
	put_text(o, "kind", kind_text(l->kind));
	json_put_bool(o, "duplicate", l->duplicate);
	json_put_bool(o, "replay", c->replay);
	json_put_bool(o, "test", l->test);
	put_marketplace(o, "lead", l, description);
	json_end_obj(o);
	json_end_obj(o);
}

static struct str body(const struct dest_call *c, bool envelope, struct str description)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);
	if (envelope)
		put_envelope(&o, c, description);
	else
		put_marketplace(&o, NULL, c->lead, description);
	if (!buf_ok(&b))
		return (struct str){ NULL, 0 };
	return (struct str){ arena_strndup(c->arena, b.p, b.n), b.n };
}

/* A description that is too long for the envelope ends in an ellipsis; the bare body is never cut.
 */
static struct str build_body(const struct dest_call *c, const struct https_settings *s)
{
	static const char dots[] = "…";
	bool envelope = strcmp(s->envelope, "standard") == 0;
	struct str description = str_of(c->lead->description);
	struct str b = body(c, envelope, description);
	if (!envelope || b.n <= ENVELOPE_MAX)
		return b;
	size_t cut = b.n - ENVELOPE_MAX + sizeof(dots);
	if (cut >= description.n)
		return b;
	description = utf8_cut(description, description.n - cut);
	return body(c, true,
		    str_of(arena_printf(c->arena, STR_FMT "%s", STR_ARG(description), dots)));
}

/* ---- the request ---- */

static bool own_headers(const struct dest_call *c, const struct https_settings *s,
			struct net_request *r, struct err *e)
{
	const struct dest_lead *l = c->lead;
	char lead_id[ID_TEXT], at[CLOCK_TEXT];
	bool tag = l->test && strcmp(s->common.test_leads, "tag") == 0;
	bool flag = l->dnc && strcmp(s->common.do_not_contact, "flag") == 0;
	const struct {
		const char *name, *value;
		bool when;
	} rows[] = {
		{ "Leadline-Lead", arena_strdup(c->arena, id_text(l->lead_id, lead_id)), true },
		{ "Leadline-Publisher", l->publisher, l->publisher && *l->publisher },
		{ "Leadline-Offer", l->offer, l->offer && *l->offer },
		{ "Leadline-Received", arena_strdup(c->arena, clock_text(l->received_at, at)),
		  true },
		{ "Leadline-Duplicate", "true", l->duplicate },
		{ "Leadline-Replay", "true", c->replay },
		{ "Leadline-Test", "true", tag },
		{ "Leadline-Do-Not-Contact", "true", flag },
	};
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		if (rows[i].when && !net_header(r, rows[i].name, rows[i].value, e))
			return false;
	return true;
}

static bool extra_header(const struct dest_call *c, const struct https_settings *s,
			 struct net_request *r, struct err *e)
{
	struct str name, value;
	if (!s->header || !*s->header || !split_header(s->header, &name, &value))
		return true;
	return net_header(r, str_dup(c->arena, name), str_dup(c->arena, value), e);
}

/* The id is the delivery's, the same for every attempt and replay. */
static bool sign(const struct dest_call *c, const struct https_settings *s, struct net_request *r,
		 struct err *e)
{
	char id[ID_TEXT];

	return webhook_headers(c, s->secret, arena_strdup(c->arena, id_text(c->delivery_id, id)), r,
			       e);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct https_settings *s = c->settings;
	struct net_request r = dest_request(c, "POST", s->url);
	r.body = build_body(c, s);
	r.secret = s->url;
	if (!r.body.p)
		return ERR(e, ERR_INPUT, "too-large", "The lead is larger than %d bytes as JSON.",
			   BODY_MAX);
	if (!net_header(&r, "Content-Type", "application/json; charset=utf-8", e) ||
	    !own_headers(c, s, &r, e) || !sign(c, s, &r, e) || !extra_header(c, s, &r, e))
		return false;
	*ret = r;
	return true;
}

/* ---- the answer ---- */

static const struct dest_rule rules[] = {
	WEBHOOK_WISH_ROWS,
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	(void)c;
	(void)o;
	webhook_read_wish(r, ret_code);
}

const struct dest_driver dest_https = {
	.kind = "https",
	.settings = settings,
	.settings_size = sizeof(struct https_settings),
	.rules = rules,
	.do_not_contact_default = "forward",
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
};
