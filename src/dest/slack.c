/* Kind slack: a message by an incoming webhook. docs/destinations/slack.md */
#include "dest/notice.h"
#include "dest/rows.h"

#define BODY_MAX    (64 * 1024)
#define HEADER_MAX  150 /* characters, by Slack's own limits */
#define SECTION_MAX 3000
#define TEXT_MAX    2000 /* of the notification: nobody reads more there */
#define FIELDS_MAX  10   /* of one section */
#define PACE_MS     1000 /* about one message a second and channel, short bursts tolerated */
#define BURST       5
#define RETRIES     3 /* a message has no key: what may have arrived would be there twice */

struct slack_settings {
	struct dest_common common;
	const char *url, *language;
	bool personal_data;
};

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct slack_settings),
	NOTICE_CHAT_ROWS(struct slack_settings),
	F_URL(struct slack_settings, url, "url", .flags = FIELD_REQUIRED | FIELD_SECRET,
	      .max = 2048, .help = "The address of the incoming webhook, as Slack shows it."),
	F_END,
};

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct slack_settings *s = into;
	(void)a;
	return dest_check_url(&s->common, s->url, "url", p);
}

/* ---- the message ---- */

/* What means something in mrkdwn, <!channel> and <@U1> too. */
static const char *escaped(struct arena *a, const char *text)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	for (; *text; text++)
		switch (*text) {
		case '&': buf_z(&b, "&amp;"); break;
		case '<': buf_z(&b, "&lt;"); break;
		case '>': buf_z(&b, "&gt;"); break;
		default: buf_byte(&b, *text);
		}
	return arena_strndup(a, buf_view(&b).p, b.n);
}

/* {"type":"plain_text"}: in it nothing means anything. */
static void put_plain(struct json_out *o, const char *key, struct arena *a, const char *text,
		      size_t max)
{
	bool cut;
	json_obj(o, key);
	json_put_z(o, "type", "plain_text");
	json_put_str(o, "text", dest_fit(a, str_of(text), max, &cut));
	json_put_bool(o, "emoji", false);
	json_end_obj(o);
}

static void put_section(struct json_out *o, struct arena *a, const char *text)
{
	json_obj(o, NULL);
	json_put_z(o, "type", "section");
	put_plain(o, "text", a, text, SECTION_MAX);
	json_end_obj(o);
}

static void put_fields(struct json_out *o, const struct dest_call *c, const char *language,
		       const struct notice *n)
{
	json_obj(o, NULL);
	json_put_z(o, "type", "section");
	json_list(o, "fields");
	for (size_t i = 0; i < n->n && i < FIELDS_MAX; i++)
		put_plain(o, NULL, c->arena,
			  arena_printf(c->arena, "%s\n%s", dest_word(language, n->rows[i].label),
				       n->rows[i].value),
			  2000);
	json_end_list(o);
	json_end_obj(o);
}

static void put_link(struct json_out *o, const struct dest_call *c, const char *language,
		     const struct notice *n)
{
	json_obj(o, NULL);
	json_put_z(o, "type", "section");
	json_obj(o, "text");
	json_put_z(o, "type", "mrkdwn");
	json_put_z(o, "text",
		   arena_printf(c->arena, "<%s|%s>", escaped(c->arena, n->link),
				dest_word(language, WORD_OPEN)));
	json_end_obj(o);
	json_end_obj(o);
}

static struct str body_of(const struct dest_call *c, const struct slack_settings *s)
{
	struct notice n;
	bool cut;
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);
	notice_of(c, s->language, s->personal_data, &n);
	const char *head = notice_marked(c, s->language, &n, n.headline);
	json_obj(&o, NULL);
	json_put_str(&o, "text",
		     dest_fit(c->arena, str_of(escaped(c->arena, head)), TEXT_MAX, &cut));
	json_list(&o, "blocks");
	json_obj(&o, NULL);
	json_put_z(&o, "type", "header");
	put_plain(&o, "text", c->arena, head, HEADER_MAX);
	json_end_obj(&o);
	if (n.do_not_contact)
		put_section(&o, c->arena, dest_word(s->language, WORD_DO_NOT_CONTACT));
	if (c->lost)
		put_section(&o, c->arena, dest_word(s->language, WORD_SENT_AGAIN));
	put_fields(&o, c, s->language, &n);
	if (n.message)
		put_section(&o, c->arena, n.message);
	put_link(&o, c, s->language, &n);
	json_end_list(&o);
	json_put_bool(&o, "unfurl_links", false);
	json_put_bool(&o, "unfurl_media", false);
	json_end_obj(&o);
	MUST(buf_ok(&b)); /* every piece has its limit */
	return dest_body(c->arena, &b);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct slack_settings *s = c->settings;

	return notice_post(c, s->url, body_of(c, s), ret, e);
}

/* ---- the answer ---- */

static const char not_ok[] = "not ok";

#define NEW_WEBHOOK                                                                                \
	"The webhook is not valid any more: make a new one in Slack and set its address."
static const struct dest_rule rules[] = {
	{ 200, 299, not_ok, OUTCOME_RETRY, .token = "not-ok",
	  .words =
		  "The answer is not Slack's \"ok\": is the address that of an incoming webhook?" },
	{ 400, 400, "invalid_payload", OUTCOME_REJECTED, .token = "invalid-payload" },
	{ 400, 400, "invalid_blocks", OUTCOME_REJECTED, .token = "invalid-blocks" },
	{ 400, 400, "user_not_found", OUTCOME_REJECTED, .token = "user-not-found" },
	{ 403, 403, "action_prohibited", OUTCOME_CONFIG, .token = "action-prohibited",
	  .words = "The workspace's administrators do not allow this message." },
	{ 403, 403, "invalid_token", OUTCOME_CONFIG, .token = "invalid-token",
	  .words = NEW_WEBHOOK },
	{ 404, 404, "channel_not_found", OUTCOME_CONFIG, .token = "channel-not-found",
	  .words = "The channel is gone: make a webhook for another one and set its address." },
	{ 404, 404, "no_service", OUTCOME_CONFIG, .token = "no-service", .words = NEW_WEBHOOK },
	{ 404, 404, "no_team", OUTCOME_CONFIG, .token = "no-team", .words = NEW_WEBHOOK },
	{ 410, 410, NULL, OUTCOME_GONE, .token = "channel-is-archived",
	  .words = "The channel is archived: choose another, set its webhook's address, and "
		   "resume." },
	{ 500, 500, "rollup_error", OUTCOME_RETRY, .token = "rollup-error" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/* Its errors are a word as plain text. */
static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	struct str said = str_trim(r->body);
	(void)o;
	if (r->status < 200 || r->status > 299)
		*ret_code = str_dup(c->arena, str_upto(said, 60));
	else if (!str_eq_z(said, "ok"))
		*ret_code = not_ok;
}

const struct dest_driver dest_slack = {
	.kind = "slack",
	.settings = settings,
	.settings_size = sizeof(struct slack_settings),
	.rules = rules,
	.do_not_contact_default = "drop",
	.pace_ms = PACE_MS,
	.burst = BURST,
	.retries = RETRIES,
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
};
