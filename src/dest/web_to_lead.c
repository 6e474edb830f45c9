/*
 * Kind salesforce-web-to-lead: the form that every Salesforce org has. It takes nearly everything
 * and says nearly nothing: what it took is called delivered without proof.
 * docs/destinations/salesforce-web-to-lead.md
 */
#include <ctype.h>
#include "dest/rows.h"

#define BODY_MAX (512 * 1024)
/* Where a browser would be sent on to. Nobody follows it; a redirect to elsewhere is none of
 * Salesforce's. */
#define RETURN_URL "https://leadline.invalid/received"

struct web_settings {
	struct dest_common common;
	const char *oid, *url;
};

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct web_settings),
	DEST_MAPPING_ROW(struct web_settings),
	F_STR(struct web_settings, oid, "oid", .flags = FIELD_REQUIRED, .min = 15, .max = 18,
	      .help = "The organization's identifier, 00D…, as the generated form has it."),
	F_URL(struct web_settings, url, "url", .max = 512,
	      .def = "https://webto.salesforce.com/servlet/servlet.WebToLead",
	      .help = "Where the form goes; of a sandbox: https://test.salesforce.com/servlet/"
		      "servlet.WebToLead"),
	F_END,
};

static bool is_oid(const char *z)
{
	size_t n = strlen(z);

	for (const char *c = z; *c; c++)
		if (!isalnum((unsigned char)*c))
			return false;
	return strncmp(z, "00D", 3) == 0 && (n == 15 || n == 18);
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	const struct web_settings *s = into;
	size_t before = p->n;

	(void)a;
	if (s->oid && !is_oid(s->oid))
		ERR_FIELD(dest_problem(p), ERR_INPUT, "salesforce.oid", "oid",
			  "oid must be 15 or 18 letters and digits that begin with 00D.");
	if (!s->url)
		ERR_FIELD(dest_problem(p), ERR_INPUT, "field.required", "url", "url is required.");
	else
		dest_check_url(&s->common, s->url, "url", p);
	return p->n == before;
}

/* ---- the request ---- */

static const struct dest_map_row map[] = {
	{ "first_name", "{firstName}", .max = 40 },
	{ "last_name", "{lastName|emailName|'Unknown'}", .max = 80 },
	{ "email", "{email}", .max = 80, .over = DEST_REFUSE },
	{ "phone", "{phone}", .max = 40 },
	{ "company", "{testMark}{company|'[not provided]'}", .max = 255 },
	{ "title", "{title}", .max = 128 },
	{ "country", "{country|countryCode}", .max = 80 },
	{ "lead_source", "{leadSource|source}", .max = 40 },
	{ "emailOptOut", "{doNotContact}", .type = DEST_BOOL },
	{ "doNotCall", "{doNotContact}", .type = DEST_BOOL },
	{ "description", "{summary}", .max = 32000, .notes = true },
	{ .to = NULL },
};

/* A check box is "1". */
static void put_value(struct buf *b, const struct dest_value *v)
{
	if (v->type == DEST_BOOL)
		dest_form_put(b, v->to, str_eq_z(v->text, "true") ? STR("1") : STR("0"));
	else
		dest_form_put(b, v->to, v->text);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct web_settings *s = c->settings;
	const struct dest_value *v;
	AUTO_BUF b = buf_new(BODY_MAX);
	size_t n;

	if (!dest_map(c, map, &v, &n, e))
		return false;
	dest_form_put(&b, "oid", str_of(s->oid));
	dest_form_put(&b, "encoding", STR("UTF-8"));
	dest_form_put(&b, "retURL", STR(RETURN_URL));
	for (size_t i = 0; i < n; i++)
		put_value(&b, &v[i]);
	*ret = dest_request(c, "POST",
			    arena_printf(c->arena, "%s%cencoding=UTF-8&orgId=%s", s->url,
					 strchr(s->url, '?') ? '&' : '?', s->oid));
	ret->once = true;
	ret->body = dest_body(c->arena, &b);
	if (!ret->body.p)
		return ERR(e, ERR_INPUT, "too-large", "The lead is larger than %d bytes as a form.",
			   BODY_MAX);
	return net_header(ret, "Content-Type", "application/x-www-form-urlencoded; charset=UTF-8",
			  e);
}

/* ---- the answer ---- */

/* Our own codes, made by read_reply(). */
static const char refused[] = "Refused", taken[] = "Taken", taken_again[] = "TakenAgain";

#define NO_PROOF "Salesforce took the form, and never says whether a lead came of it."
static const struct dest_rule rules[] = {
	{ 200, 399, refused, OUTCOME_REJECTED, .token = "not-processed",
	  .words = "Salesforce did not process the form." },
	{ 200, 399, taken_again, OUTCOME_DELIVERED, .token = "delivered-perhaps-twice",
	  .words = NO_PROOF " This was not the first attempt: look for a second lead with the same "
			    "id in its description." },
	{ 200, 399, taken, OUTCOME_DELIVERED, .token = "delivered-without-proof",
	  .words = NO_PROOF },
	{ 200, 299, NULL, OUTCOME_UNKNOWN, .token = "no-confirmation",
	  .words = "That is no answer of Salesforce: is the address right?" },
	{ 408, 408, NULL, OUTCOME_UNKNOWN, .token = "request-timeout" },
	{ 429, 429, NULL, OUTCOME_RETRY, true, 60000, .token = "too-many-requests" },
	{ 400, 499, NULL, OUTCOME_CONFIG, .token = "form-refused",
	  .words = "The form's address is refused: take it and the oid from a newly generated "
		   "form." },
	{ 500, 599, NULL, OUTCOME_UNKNOWN, .token = "server-error" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/* Sent on to where we said. */
static bool is_returned(const struct net_reply *r)
{
	const char *location = net_reply_header(r, "location");

	return r->status >= 301 && r->status <= 303 && location &&
	       strncmp(location, RETURN_URL, strlen(RETURN_URL)) == 0;
}

/* The only sign that there is: a header that has "Exception" in it when the form came to nothing.
 */
static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	const char *processed = net_reply_header(r, "is-processed");

	if (processed && strstr(processed, "Exception")) {
		*ret_code = refused;
		dest_say(c, o, str_of(processed), STR(""));
	} else if (r->status == 200 || is_returned(r)) {
		*ret_code = c->attempt > 1 || c->replay ? taken_again : taken;
	}
}

const struct dest_driver dest_salesforce_web_to_lead = {
	.kind = "salesforce-web-to-lead",
	.settings = settings,
	.settings_size = sizeof(struct web_settings),
	.rules = rules,
	.do_not_contact_default = "flag",
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
	.map = map,
};
