/*
 * Kind email: a mail for each lead and address, by the operator's relay. docs/destinations/email.md
 */
#include <ctype.h>
#include <stdio.h>
#include "base/utf8.h"
#include "dest/notice.h"
#include "dest/rows.h"
#include "mail/mail.h"

#define RECIPIENTS    20
#define MESSAGE_MAX   20000        /* bytes of a description */
#define TIMEOUT_MS    (12 * 60000) /* a relay has 10 minutes for its last word: RFC 5321, 4.5.3.2 */
#define RELAY_WAIT_MS (5 * 60000)
#define IN_FLIGHT     32 /* more than connections to the relay, so that none of those waits for us */

struct email_settings {
	struct dest_common common;
	const char *to, *language;
	const char *const *list; /* of to, by check() */
};

static const struct field settings[] = {
	DEST_QUEUE_ROWS(struct email_settings),
	F_CHOICE(struct email_settings, language, "language", .choices = dest_languages,
		 .def = "en", .help = "The language of the mails."),
	F_STR(struct email_settings, to, "to", .flags = FIELD_REQUIRED, .min = 1, .max = 4096,
	      .help = "Who gets the mails: one address, or several with semicolons. Each is a "
		      "delivery "
		      "by itself."),
	F_END,
};

static bool is_listed(const char *const *list, size_t n, struct str address)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq_z(address, list[i]))
			return true;
	return false;
}

static bool check(struct arena *a, void *into, struct field_problems *p)
{
	struct email_settings *s = into;
	const char **list = ARENA_ARRAY(a, const char *, RECIPIENTS + 1);
	struct str rest = str_of(s->to), address;
	size_t n = 0, before = p->n;
	while (rest.n && str_split(&rest, ';', &address)) {
		address = str_trim(address);
		if (!address.n || is_listed(list, n, address))
			continue;
		if (!mail_address_ok(address) || n == RECIPIENTS) {
			ERR_FIELD(dest_problem(p), ERR_INPUT, "email.to", "to",
				  STR_FMT " is no mail address, or one more than %d: write "
					  "name@example.com; other@example.com.",
				  STR_ARG(str_upto(address, 100)), RECIPIENTS);
			break;
		}
		list[n++] = str_dup(a, address);
	}
	if (s->to && n == 0 && p->n == before)
		ERR_FIELD(dest_problem(p), ERR_INPUT, "email.to", "to", "to names no address.");
	s->list = list;
	s->common.timeout_ms = TIMEOUT_MS;
	return p->n == before;
}

static const char *const *recipients(const void *from)
{
	static const char *const nobody[] = { NULL };
	const struct email_settings *s = from;
	return s->list ? s->list : nobody;
}

/* ---- the message ---- */

static const char *subject_of(const struct dest_call *c, const struct email_settings *s,
			      const struct notice *n)
{
	const char *who = n->who ? n->who : dest_word(s->language, WORD_NEW_LEAD);
	return notice_marked(c, s->language, n,
			     arena_printf(c->arena, "%s – %s", who, n->headline));
}

static const char *reply_to(const struct dest_call *c)
{
	const char *email = c->lead->contact[CONTACT_EMAIL];
	if (!email || !*email)
		email = c->lead->raw[CONTACT_EMAIL];
	return email && !c->lead->dnc && mail_address_ok(str_of(email)) ? email : NULL;
}

static struct str message_of(const struct notice *n)
{
	return utf8_cut(str_of(n->message), MESSAGE_MAX);
}

static const char *text_of(const struct dest_call *c, const struct email_settings *s,
			   const struct notice *n)
{
	AUTO_BUF b = buf_new(MAIL_TEXT_MAX);
	if (n->do_not_contact)
		buf_printf(&b, "%s\n\n", dest_word(s->language, WORD_DO_NOT_CONTACT));
	for (size_t i = 0; i < n->n; i++)
		buf_printf(&b, "%s: %s\n", dest_word(s->language, n->rows[i].label),
			   n->rows[i].value);
	if (n->message)
		buf_printf(&b, "\n%s:\n" STR_FMT "\n", dest_word(s->language, WORD_MESSAGE),
			   STR_ARG(message_of(n)));
	buf_printf(&b, "\n%s:\n%s\n\n-- \n", dest_word(s->language, WORD_OPEN), n->link);
	if (reply_to(c))
		buf_printf(&b, "%s\n", dest_word(s->language, WORD_REPLY_REACHES));
	buf_printf(&b, "%s\n", dest_word(s->language, WORD_AUTOMATIC));
	return arena_strndup(c->arena, b.p, b.n);
}

static void put_html_rows(struct buf *b, const struct email_settings *s, const struct notice *n)
{
	buf_z(b, "<table cellpadding=\"4\">\n");
	for (size_t i = 0; i < n->n; i++) {
		buf_z(b, "<tr><th align=\"left\" valign=\"top\">");
		mail_html(b, dest_word(s->language, n->rows[i].label));
		buf_z(b, "</th><td>");
		mail_html(b, n->rows[i].value);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</table>\n");
}

static void put_html(struct buf *b, const char *before, const char *text, const char *after)
{
	buf_z(b, before);
	mail_html(b, text);
	buf_z(b, after);
}

static const char *html_of(const struct dest_call *c, const struct email_settings *s,
			   const struct notice *n)
{
	AUTO_BUF b = buf_new(MAIL_TEXT_MAX);
	buf_printf(&b,
		   "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"></head>\n"
		   "<body style=\"font-family:sans-serif;font-size:15px;color:#222\">\n",
		   s->language);
	if (n->do_not_contact)
		put_html(&b, "<p><strong>", dest_word(s->language, WORD_DO_NOT_CONTACT),
			 "</strong></p>\n");
	put_html_rows(&b, s, n);
	if (n->message)
		put_html(&b, "<p style=\"white-space:pre-wrap\">", str_dup(c->arena, message_of(n)),
			 "</p>\n");
	put_html(&b, "<p><a href=\"", n->link, "\">");
	put_html(&b, "", dest_word(s->language, WORD_OPEN), "</a></p>\n");
	buf_z(&b, "<p style=\"color:#888;font-size:12px\">");
	if (reply_to(c))
		put_html(&b, "", dest_word(s->language, WORD_REPLY_REACHES), "<br>\n");
	put_html(&b, "", dest_word(s->language, WORD_AUTOMATIC), "</p>\n</body></html>\n");
	return arena_strndup(c->arena, b.p, b.n);
}

/* A preview is of nobody's mail in particular. */
static const char *recipient_of(const struct dest_call *c, const struct email_settings *s)
{
	return c->recipient && *c->recipient ? c->recipient : recipients(s)[0];
}

static bool compose(const struct dest_call *c, const struct email_settings *s, const char *to,
		    struct str *ret, struct err *e)
{
	struct notice n;
	char id[ID_TEXT];
	notice_of(c, s->language, true, &n);
	const struct mail m = {
		.from = c->server->mail_from,
		.to = to,
		.reply_to = reply_to(c),
		.subject = subject_of(c, s, &n),
		.text = text_of(c, s, &n),
		.html = html_of(c, s, &n),
		.id = id_text(c->delivery_id, id),
		.at_ms = c->now_ms,
	};
	return mail_build(c->arena, &m, ret, e);
}

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct email_settings *s = c->settings;
	const struct dest_server *server = c->server;
	const char *to = recipient_of(c, s);
	struct net_mail *mail = ARENA_NEW(c->arena, struct net_mail);
	struct net_request r = { .method = "MAIL",
				 .url = server->smtp_url,
				 .ca_file = server->smtp_ca_file,
				 .timeout_ms = s->common.timeout_ms,
				 .allow_private = true, /* the operator named it */
				 .mail = mail };
	if (!server->smtp_url)
		return ERR(
			e, ERR_CONFLICT, "email.relay",
			"No mail can be sent: the server has no relay. Set its options smtpUrl and "
			"mailFrom, then resume.");
	size_t listed = 0;
	while (recipients(s)[listed])
		listed++;
	if (!to || !is_listed(recipients(s), listed, str_of(to)))
		return ERR(e, ERR_INPUT, "email.recipient-removed",
			   "The address is not among those of the destination any more.");
	if (!compose(c, s, to, &r.body, e))
		return false;
	*mail = (struct net_mail){ .from = server->mail_from.address,
				   .to = to,
				   .hello = server->smtp_name,
				   .user = server->smtp_user,
				   .password = server->smtp_password };
	*ret = r;
	return true;
}

/* ---- the answer ---- */

/* Codes of our own, from the command that was refused and the relay's words. */
static const char hello[] = "hello", login[] = "login", sender[] = "sender", relay[] = "relay";

/* RFC 5321, 4.2; RFC 4954, 6. Words are in remedies below: they stand before the relay's own. */
static const struct dest_rule rules[] = {
	{ 200, 299, NULL, OUTCOME_DELIVERED, .token = "delivered" },
	{ 421, 421, NULL, OUTCOME_RETRY, true, RELAY_WAIT_MS, .token = "relay-not-available" },
	{ 400, 499, hello, OUTCOME_RETRY, true, RELAY_WAIT_MS, .token = "relay-not-available" },
	{ 400, 499, login, OUTCOME_RETRY, true, RELAY_WAIT_MS, .token = "sign-in-later" },
	{ 450, 450, NULL, OUTCOME_RETRY, false, RELAY_WAIT_MS, .token = "mailbox-busy" },
	{ 451, 451, NULL, OUTCOME_RETRY, false, RELAY_WAIT_MS, .token = "deferred" },
	{ 452, 452, NULL, OUTCOME_RETRY, false, RELAY_WAIT_MS, .token = "mailbox-full" },
	{ 400, 499, NULL, OUTCOME_RETRY, false, RELAY_WAIT_MS, .token = "deferred" },
	{ 530, 530, NULL, OUTCOME_CONFIG, .token = "sign-in-wanted" },
	{ 534, 535, NULL, OUTCOME_CONFIG, .token = "sign-in-refused" },
	{ 538, 538, NULL, OUTCOME_CONFIG, .token = "encryption-wanted" },
	{ 500, 599, login, OUTCOME_CONFIG, .token = "sign-in-refused" },
	{ 500, 599, hello, OUTCOME_CONFIG, .token = "relay-refuses-us" },
	{ 500, 599, sender, OUTCOME_CONFIG, .token = "sender-refused" },
	{ 550, 554, relay, OUTCOME_CONFIG, .token = "relaying-denied" },
	{ 550, 550, NULL, OUTCOME_REJECTED, .token = "mailbox-unavailable" },
	{ 551, 551, NULL, OUTCOME_REJECTED, .token = "user-not-local" },
	{ 552, 552, NULL, OUTCOME_REJECTED, .token = "too-large" },
	{ 553, 553, NULL, OUTCOME_REJECTED, .token = "mailbox-name" },
	{ 500, 599, NULL, OUTCOME_REJECTED, .token = "refused" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

static const struct {
	const char *code;
	const char *words;
} remedies[] = {
	{ hello, "The relay does not talk to us." },
	{ login, "The relay refuses the sign-in: set smtpUser and smtpPassword, then resume." },
	{ sender,
	  "The relay refuses the sender: set mailFrom to one that it allows, then resume." },
	{ relay, "The relay does not pass mail on for us: it may want smtpUser and smtpPassword." },
};

static bool says(struct str words, const char *what)
{
	size_t n = strlen(what);
	for (size_t i = 0; i + n <= words.n; i++)
		if (str_istarts(str_from(words, i), what))
			return true;
	return false;
}

static const char *code_of(const struct net_reply *r)
{
	switch (r->stage) {
	case NET_STAGE_HELLO: return hello;
	case NET_STAGE_LOGIN: return login;
	case NET_STAGE_FROM: return sender;
	case NET_STAGE_TO: return says(r->body, "relay") ? relay : NULL;
	case NET_STAGE_NONE:
	case NET_STAGE_RESET:
	case NET_STAGE_DATA:
	case NET_STAGE_MESSAGE: break;
	}
	return NULL;
}

/* "2.0.0 Ok: queued as 4F1B2": its last word, which finds the mail in the relay's log. */
static void keep_queue_id(const struct net_reply *r, struct dest_outcome *o)
{
	struct str words = str_trim(r->body);
	size_t at = words.n;
	if (!says(words, "queued as "))
		return;
	while (at && words.p[at - 1] != ' ')
		at--;
	snprintf(o->remote_id, sizeof(o->remote_id), STR_FMT,
		 STR_ARG(str_upto(str_from(words, at), sizeof(o->remote_id) - 1)));
	for (char *c = o->remote_id; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			*c = '_';
}

static void read_reply(const struct dest_call *c, const struct net_reply *r, const char **ret_code,
		       struct dest_outcome *o)
{
	const char *said = mail_one_line(c->arena, str_dup(c->arena, str_upto(r->body, 130)));
	const char *words = "";
	if (r->status >= 200 && r->status <= 299)
		keep_queue_id(r, o);
	*ret_code = r->status >= 400 ? code_of(r) : NULL;
	for (size_t i = 0; *ret_code && i < LL_COUNT(remedies); i++)
		if (remedies[i].code == *ret_code && r->status >= 500)
			words = remedies[i].words;
	const char *all = arena_printf(c->arena, "%s%sSMTP %d%s%s", words, *words ? " " : "",
				       r->status, *said ? " " : "", said);
	struct str cut = utf8_cut(str_of(all), sizeof(o->detail) - 1);
	snprintf(o->detail, sizeof(o->detail), STR_FMT, STR_ARG(cut));
	net_scrub(o->detail, c->server ? c->server->smtp_password : NULL);
}

const struct dest_driver dest_email = {
	.kind = "email",
	.settings = settings,
	.settings_size = sizeof(struct email_settings),
	.rules = rules,
	.do_not_contact_default = "drop",
	.room = IN_FLIGHT,
	.recipients = recipients,
	.check = check,
	.prepare = prepare,
	.read_reply = read_reply,
};
