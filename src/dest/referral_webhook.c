/*
 * Kind referral-webhook: tells whoever reads leads by the Referrals API that one is there or has
 * changed, in the body of the original's webhooks, signed by Standard Webhooks. Nothing of the lead
 * is in it but its address. The delivery's recipient is the event; without one it is a test.
 * docs/destinations/referral-webhook.md
 */
#include "dest/rows.h"
#include "base/clock.h"
#include "dest/webhook.h"

#define BODY_MAX 4096
#define ATTEMPTS 10 /* as the original's; the house's waits between them */

struct hook_settings {
	struct dest_common common;
	const char *url, *secret;
};

static const struct field settings[] = {
	F_BOOL(struct hook_settings, common.allow_http, "allowHttp", .def = "false",
	       .help = "Accept an address that begins with http://, which is not encrypted."),
	F_BOOL(struct hook_settings, common.allow_private, "allowPrivate", .def = "false",
	       .help = "Also connect to loopback, private, link-local and reserved addresses."),
	F_STR(struct hook_settings, common.ca_file, "caFile", .max = 1024,
	      .help = "A PEM file on the server with the certificate authorities to trust, instead "
		      "of the system's."),
	F_STR(struct hook_settings, secret, "secret", .flags = FIELD_SECRET, .max = 128,
	      .help = "The key that signs: whsec_ and base64 of 24 to 64 bytes. Made when absent."),
	F_INT(struct hook_settings, common.timeout_ms, "timeoutMs", .min = 100, .max = 120000,
	      .def = "30000", .help = "How long one attempt may take, in milliseconds."),
	F_URL(struct hook_settings, url, "url", .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 4096,
	      .help = "Where events are posted to; kept exactly as it is given."),
	F_END,
};

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct hook_settings *s = into;
	size_t before = p->n;

	dest_check_url(&s->common, s->url, "url", p);
	(void)webhook_check_secret(a, &s->secret, p); /* told in p */
	return p->n == before;
}

/* As the original writes times: with seven fractional digits. */
static const char *time_of(struct arena *a, int64_t ms)
{
	char text[CLOCK_TEXT];
	struct str z = str_of(clock_text(ms, text));

	return arena_printf(a, STR_FMT "0000Z", STR_ARG(str_upto(z, z.n - 1)));
}

static bool is_test(const struct dest_call *c)
{
	return !c->recipient || !*c->recipient;
}

static const char *resource_of(const struct dest_call *c)
{
	char id[ID_TEXT];

	return is_test(c)
		       ? arena_printf(c->arena, "%s/webhooks/v1/registration/validationEvents/%s",
				      c->server->base_url, id_text(c->delivery_id, id))
		       : arena_printf(c->arena, "%s/v1.0/engagements/referrals/%s",
				      c->server->base_url, id_text(c->lead->lead_id, id));
}

static struct str body(const struct dest_call *c)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_z(&o, "EventName", is_test(c) ? "test-created" : c->recipient);
	json_put_z(&o, "ResourceUri", resource_of(c));
	json_put_z(&o, "ResourceName", is_test(c) ? "test" : "referral");
	json_put_z(&o, "AuditUri", NULL);
	json_put_z(&o, "ResourceChangeUtcDate",
		   time_of(c->arena, c->owed_at ? c->owed_at : c->now_ms));
	json_end_obj(&o);
	return dest_body(c->arena, &b);
}

/* The same in every attempt; another change of the lead is another message of the same delivery. */
static const char *message_id(const struct dest_call *c)
{
	char id[ID_TEXT];

	id_text(c->delivery_id, id);
	return c->owed_at ? arena_printf(c->arena, "%s.%lld", id, (long long)c->owed_at)
			  : arena_strdup(c->arena, id);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct hook_settings *s = c->settings;
	struct net_request r = dest_request(c, "POST", s->url);

	r.body = body(c);
	r.secret = s->url;
	if (!r.body.p)
		return ERR(e, ERR_INPUT, "too-large", "The event is larger than %d bytes.",
			   BODY_MAX);
	if (!net_header(&r, "Content-Type", "application/json; charset=utf-8", e) ||
	    !webhook_headers(c, s->secret, message_id(c), &r, e))
		return false;
	*ret = r;
	return true;
}

/* All events are alike, so that no refusal is of one of them: whatever the receiver says but 410,
 * it is asked again. 429 has the house's own row. */
static const struct dest_rule rules[] = {
	WEBHOOK_WISH_ROWS,
	{ 400, 409, NULL, OUTCOME_RETRY, .token = "refused" },
	{ 411, 428, NULL, OUTCOME_RETRY, .token = "refused" },
	{ 430, 499, NULL, OUTCOME_RETRY, .token = "refused" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	(void)c;
	(void)o;
	webhook_read_wish(r, ret_code);
}

const struct dest_driver dest_referral_webhook = {
	.kind = "referral-webhook",
	.settings = settings,
	.settings_size = sizeof(struct hook_settings),
	.rules = rules,
	.attempts = ATTEMPTS,
	.do_not_contact_default = "forward",
	.ordering_default = "per-contact", /* which is the lead: its events in their order */
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
};
