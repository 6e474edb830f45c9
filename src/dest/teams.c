/* Kind teams: an adaptive card by a workflow of Power Automate. docs/destinations/teams.md */
#include <stdio.h>
#include "base/utf8.h"
#include "dest/notice.h"
#include "dest/rows.h"

#define BODY_MAX    (256 * 1024)
#define CARD_MAX    20000 /* bytes; Teams takes 28 KB, one sender in practice saw 21 */
#define MESSAGE_MAX 8000  /* bytes of a description before it is cut further */
#define PACE_MS     60000 /* 100 an hour is Microsoft's published rate for a webhook */
#define BURST       5
#define DIGEST_MAX  10 /* leads on one card: nobody reads more at once */

struct teams_settings {
	struct dest_common common;
	const char *url, *language;
	bool personal_data;
};

static const struct field settings[] = {
	DEST_COMMON_ROWS(struct teams_settings),
	NOTICE_CHAT_ROWS(struct teams_settings),
	F_URL(struct teams_settings, url, "url", .flags = FIELD_REQUIRED | FIELD_SECRET,
	      .max = 4096,
	      .help = "The address that the workflow \"When a Teams webhook request is received\" "
		      "shows."),
	F_END,
};

/* Hosts of Office 365 connectors, which were retired. */
static bool is_old_connector(const char *url)
{
	static const char *const hosts[] = { "webhook.office.com", "outlook.office.com",
					     "outlook.office365.com" };
	const char *at = strstr(url, "://");
	struct str host = { at ? at + 3 : url, at ? strcspn(at + 3, ":/?#") : 0 };
	for (size_t i = 0; i < LL_COUNT(hosts); i++) {
		size_t n = strlen(hosts[i]);
		if (host.n >= n && str_ieq_z(str_from(host, host.n - n), hosts[i]) &&
		    (host.n == n || host.p[host.n - n - 1] == '.'))
			return true;
	}
	return false;
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct teams_settings *s = into;
	(void)a;
	if (s->url && is_old_connector(s->url))
		return ERR_FIELD(
			dest_problem(p), ERR_INPUT, "teams.connector", "url",
			"This is an Office 365 connector, which Microsoft has retired. In the "
			"channel, add the workflow \"When a Teams webhook request is "
			"received\", for anyone, and set its address.");
	return dest_check_url(&s->common, s->url, "url", p);
}

/* ---- the card ---- */

/* Text blocks and facts read a piece of Markdown. */
static const char *escaped(struct arena *a, struct str text)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	for (size_t i = 0; i < text.n; i++) {
		if (strchr("\\*_[]()#`", text.p[i]))
			buf_byte(&b, '\\');
		buf_byte(&b, text.p[i]);
	}
	return arena_strndup(a, buf_view(&b).p, b.n);
}

static void put_block(struct json_out *o, const char *text, const char *weight, const char *color)
{
	json_obj(o, NULL);
	json_put_z(o, "type", "TextBlock");
	json_put_z(o, "text", text);
	json_put_bool(o, "wrap", true);
	if (weight)
		json_put_z(o, "weight", weight);
	if (color)
		json_put_z(o, "color", color);
	json_end_obj(o);
}

static void put_facts(struct json_out *o, const struct dest_call *c, const char *language,
		      const struct notice *n)
{
	json_obj(o, NULL);
	json_put_z(o, "type", "FactSet");
	json_list(o, "facts");
	for (size_t i = 0; i < n->n; i++) {
		json_obj(o, NULL);
		json_put_z(o, "title", dest_word(language, n->rows[i].label));
		json_put_z(o, "value", escaped(c->arena, str_of(n->rows[i].value)));
		json_end_obj(o);
	}
	json_end_list(o);
	json_end_obj(o);
}

/* A lead on a card, alone or among others. */
struct entry {
	const struct dest_call *call;
	struct notice notice;
	struct str message; /* on one line */
};

static struct str cut_message(const struct entry *x, size_t max)
{
	struct str cut = utf8_cut(x->message, max);
	if (!max || cut.n == x->message.n)
		return cut;
	return str_of(arena_printf(x->call->arena, STR_FMT "…", STR_ARG(cut)));
}

static void put_entry(struct json_out *o, const struct entry *x, const char *language, size_t max)
{
	const struct dest_call *c = x->call;
	const struct notice *n = &x->notice;
	const char *test = n->test ? dest_word(language, WORD_TEST) : "";
	const char *head = escaped(c->arena, str_of(n->headline));
	struct str message = cut_message(x, max);
	put_block(o, arena_printf(c->arena, "%s%s%s", test, *test ? " – " : "", head), "Bolder",
		  NULL);
	if (n->do_not_contact)
		put_block(o, dest_word(language, WORD_DO_NOT_CONTACT), NULL, "Attention");
	if (c->lost)
		put_block(o, dest_word(language, WORD_SENT_AGAIN), NULL, "Warning");
	put_facts(o, c, language, n);
	if (message.n)
		put_block(o, escaped(c->arena, message), NULL, NULL);
}

static void put_actions(struct json_out *o, const char *language, const struct notice *n)
{
	json_list(o, "actions");
	json_obj(o, NULL);
	json_put_z(o, "type", "Action.OpenUrl");
	json_put_z(o, "title", dest_word(language, WORD_OPEN));
	json_put_z(o, "url", n->link);
	json_end_obj(o);
	json_end_list(o);
}

/* Several on one card: how many, then each with its link, because a card shows few buttons. */
static void put_entries(struct json_out *o, const struct entry *x, size_t n, const char *language,
			size_t max)
{
	struct arena *a = x->call->arena;
	json_list(o, "body");
	if (n > 1)
		put_block(o, arena_printf(a, "%s: %zu", dest_word(language, WORD_NEW_LEADS), n),
			  "Bolder", "Accent");
	for (size_t i = 0; i < n; i++) {
		put_entry(o, &x[i], language, max);
		if (n > 1)
			put_block(o,
				  arena_printf(a, "[%s](%s)", dest_word(language, WORD_OPEN),
					       x[i].notice.link),
				  NULL, NULL);
	}
	json_end_list(o);
}

static struct str card(const struct entry *x, size_t n, const char *language, size_t max)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);
	json_obj(&o, NULL);
	json_put_z(&o, "type", "message");
	json_list(&o, "attachments");
	json_obj(&o, NULL);
	json_put_z(&o, "contentType", "application/vnd.microsoft.card.adaptive");
	json_put_null(&o, "contentUrl");
	json_obj(&o, "content");
	json_put_z(&o, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	json_put_z(&o, "type", "AdaptiveCard");
	json_put_z(&o, "version", "1.4");
	put_entries(&o, x, n, language, max);
	if (n == 1)
		put_actions(&o, language, &x->notice);
	json_end_obj(&o);
	json_end_obj(&o);
	json_end_list(&o);
	json_end_obj(&o);
	MUST(buf_ok(&b)); /* every piece has its limit */
	return dest_body(x->call->arena, &b);
}

/* Messages that are too long for the card end in an ellipsis; halved until it fits. */
static struct str fitted(const struct entry *x, size_t n, const char *language)
{
	MUST(n > 0);
	for (size_t max = MESSAGE_MAX / n;; max /= 2) {
		struct str body = card(x, n, language, max);
		if (body.n <= CARD_MAX || max == 0)
			return body;
	}
}

static void entry_of(const struct dest_call *c, struct entry *ret)
{
	const struct teams_settings *s = c->settings;
	ret->call = c;
	notice_of(c, s->language, s->personal_data, &ret->notice);
	ret->message =
		str_of(ret->notice.message ? mail_one_line(c->arena, ret->notice.message) : NULL);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct teams_settings *s = c->settings;
	struct entry x;
	entry_of(c, &x);
	return notice_post(c, s->url, fitted(&x, 1, s->language), ret, e);
}

static bool digest(const struct dest_call *const *calls, size_t n, struct net_request *ret,
		   struct err *e)
{
	const struct teams_settings *s = calls[0]->settings;
	struct entry *x = ARENA_ARRAY(calls[0]->arena, struct entry, n);
	for (size_t i = 0; i < n; i++)
		entry_of(calls[i], &x[i]);
	struct str body = fitted(x, n, s->language);
	if (body.n > CARD_MAX)
		return ERR(e, ERR_INPUT, "too-large", "%zu leads do not go on one card.", n);
	return notice_post(calls[0], s->url, body, ret, e);
}

/* ---- the answer ---- */

/* Codes of our own: an answer 200 may hold an error as text. */
static const char throttled[] = "throttled", refused[] = "refused", failed[] = "failed";

#define FLOW                                                                                       \
	"The workflow does not take it: is it switched on, open to anyone, its address the "       \
	"present one, and the account that made it still there?"
static const struct dest_rule rules[] = {
	{ 200, 299, throttled, OUTCOME_RETRY, true, PACE_MS, .token = "too-many-requests" },
	{ 200, 299, refused, OUTCOME_REJECTED, .token = "refused" },
	{ 200, 299, failed, OUTCOME_RETRY, .token = "error-text" },
	{ 200, 299, NULL, OUTCOME_DELIVERED, .token = "accepted" },
	{ 400, 400, NULL, OUTCOME_REJECTED, .token = "bad-request" },
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .words = FLOW },
	{ 403, 403, NULL, OUTCOME_CONFIG, .token = "forbidden", .words = FLOW },
	{ 404, 404, NULL, OUTCOME_CONFIG, .token = "not-found", .words = FLOW },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/* "… returned HTTP error 429 with …": 429; 0 when there is no such number. */
static int error_in(struct arena *a, struct str body)
{
	static const char phrase[] = "HTTP error ";
	const char *text = str_dup(a, body), *at = strcasestr(text, phrase);
	int64_t n = 0;
	if (!at || !str_int(str_upto(str_of(at + sizeof(phrase) - 1), 3), &n))
		return 0;
	return (int)n;
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	(void)o;
	if (r->status < 200 || r->status > 299 || !strcasestr(str_dup(c->arena, r->body), "error"))
		return;
	int n = error_in(c->arena, r->body);
	*ret_code = n == 429 ? throttled : n >= 400 && n < 500 ? refused : failed;
}

const struct dest_driver dest_teams = {
	.kind = "teams",
	.settings = settings,
	.settings_size = sizeof(struct teams_settings),
	.rules = rules,
	.do_not_contact_default = "drop",
	.pace_ms = PACE_MS,
	.burst = BURST,
	.check = check,
	.prepare = prepare,
	.digest = digest,
	.digest_max = DIGEST_MAX,
	.read_reply = read_reply,
};
