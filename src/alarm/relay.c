/* One mail to one person, through the relay. */
#include "alarm/parts.h"
#include "base/log.h"
#include "dest/dest.h"
#include "mail/mail.h"

#define TIMEOUT_MS 10000 /* stopping the server waits for it */

static const char *html_of(struct arena *a, const char *text)
{
	AUTO_BUF b = buf_new(MAIL_TEXT_MAX);

	buf_z(&b, "<pre style=\"font:inherit;white-space:pre-wrap\">");
	mail_html(&b, text);
	buf_z(&b, "</pre>");
	return arena_strndup(a, buf_view(&b).p, b.n);
}

enum alarm_told alarm_relay(struct arena *a, const char *to, const struct alarm_text *words,
			    const char *id, int64_t now_ms, struct err *e)
{
	const struct dest_server *s = dest_server();
	struct net_mail envelope = { s->mail_from.address, to, s->smtp_name, s->smtp_user,
				     s->smtp_password };
	struct net_request r = { .method = "MAIL",
				 .url = s->smtp_url,
				 .ca_file = s->smtp_ca_file,
				 .timeout_ms = TIMEOUT_MS,
				 .allow_private = true, /* the operator named it */
				 .mail = &envelope };
	struct mail m = { .from = s->mail_from,
			  .to = to,
			  .subject = words->subject,
			  .text = words->body,
			  .html = html_of(a, words->body),
			  .id = id,
			  .at_ms = now_ms };
	struct net_reply reply;

	if (!mail_build(a, &m, &r.body, e) || !net_send(a, &r, &reply, e))
		return TOLD_FAILED;
	if (reply.failure == NET_OK && reply.status >= 200 && reply.status <= 299)
		return TOLD;
	LOG(LOG_WARN, "alarm.mail", LOG_I("status", reply.status), LOG_T("detail", reply.detail));
	if (reply.failure != NET_OK)
		return TOLD_NOBODY;
	return reply.status >= 500 ? TOLD : TOLD_NOT;
}
