/*
 * Mail to a relay. curl connects, encrypts and signs in, without blocking; then it stands aside
 * (CURLOPT_CONNECT_ONLY), and the few lines of one transaction are said here. Its own way would not
 * do: libcurl 7.88 waits for the reply to a message, and for the one to QUIT, inside one call,
 * which would hold up every other transfer of the thread for as long as a relay likes to think.
 * And only who speaks knows which command was refused, and whether the final dot has left.
 *
 * A connection serves one transaction after the other; relays.c decides which and how long.
 *
 * A message is taken when the final dot was answered with 2xx (RFC 5321, 4.1.1.4). Lost before the
 * dot it was not; lost after it, nobody knows.
 */
#include <ctype.h>
#include <stdio.h>
#include "base/clock.h"
#include "net/transfer.h"

/* RFC 5321, 4.5.3.2, gives a server 5 minutes for each reply before the message is out; a relay of
 * our own that takes longer than one is down, and nothing is lost by coming again. After the dot it
 * has its 10 minutes, because who leaves early sends twice. */
#define REPLY_MS (60 * 1000)
#define TAKEN_MS (10 * 60 * 1000)

/* What is said, in this order. */
static const struct {
	enum net_stage stage;
	int status; /* the reply that lets us go on, its first digit */
	int64_t reply_ms;
} steps[] = {
	{ NET_STAGE_RESET, 2, REPLY_MS }, /* only after a refusal on the same connection */
	{ NET_STAGE_FROM, 2, REPLY_MS },  { NET_STAGE_TO, 2, REPLY_MS },
	{ NET_STAGE_DATA, 3, REPLY_MS },  { NET_STAGE_MESSAGE, 2, TAKEN_MS },
};

/* ---- before ---- */

/* Bare: what would end the <> or the line is in none. */
static bool is_bare(const char *address)
{
	for (; *address; address++)
		if ((unsigned char)*address <= ' ' || strchr("<>\x7f", *address))
			return false;
	return true;
}

bool net_mail_check(const struct net_request *r, struct err *e)
{
	const struct net_mail *m = r->mail;
	if (!str_istarts(str_of(r->url), "smtp://") && !str_istarts(str_of(r->url), "smtps://"))
		return ERR_FIELD(e, ERR_INPUT, "url.scheme", "url",
				 "The relay's address must begin with smtp:// or smtps://.");
	if (!is_bare(m->from) || !is_bare(m->to) || !*m->to || !is_bare(m->hello) || !*m->hello)
		return ERR_FIELD(e, ERR_INPUT, "mail.address", "to",
				 "A mail address has a blank, a bracket or a line break in it.");
	return true;
}

/* The path of the URL is the name for EHLO. */
static const char *full_url(struct net_transfer *t)
{
	const char *url = t->request->url;
	size_t n = strlen(url);
	return arena_printf(t->arena, "%s%s%s", url, n && url[n - 1] == '/' ? "" : "/",
			    t->request->mail->hello);
}

bool net_mail_set(struct net_transfer *t)
{
	CURL *h = t->easy;
	const struct net_mail *m = t->request->mail;
	int64_t ms = t->request->timeout_ms < REPLY_MS ? t->request->timeout_ms : REPLY_MS;
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)ms);
	curl_easy_setopt(h, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(h, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (m->user) {
		curl_easy_setopt(h, CURLOPT_USERNAME, m->user);
		curl_easy_setopt(h, CURLOPT_PASSWORD, m->password ? m->password : "");
	}
	return curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_URL, full_url(t)) == CURLE_OK;
}

/* ---- what the relay says ---- */

/* "250-text", "250 text", "250": its code, and whether more of the reply follows; 0: no reply. */
static int reply_code(struct str line, bool *ret_more)
{
	if (line.n < 3 || !isdigit((unsigned char)line.p[0]) ||
	    !isdigit((unsigned char)line.p[1]) || !isdigit((unsigned char)line.p[2]) ||
	    (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-'))
		return 0;
	*ret_more = line.n > 3 && line.p[3] == '-';
	return (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 + (line.p[2] - '0');
}

/* A line without its end. True when it is the last of a reply. */
static bool take_line(struct net_transfer *t, struct str line)
{
	struct net_talk *k = &t->talk;
	bool more = false;
	int code = reply_code(line, &more);
	if (k->reply_over)
		buf_clear(&k->reply);
	k->reply_over = code && !more;
	t->reply.status = code;
	struct str words = str_trim(str_from(line, code ? 4 : 0));
	if (k->reply.n + words.n + 1 < NET_REPLY_KEEP) {
		if (k->reply.n)
			buf_byte(&k->reply, ' ');
		buf_str(&k->reply, words);
	}
	return !code || !more;
}

static struct str without_line_end(struct str s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

size_t net_mail_on_line(char *p, size_t size, size_t n, void *ctx)
{
	take_line(ctx, without_line_end((struct str){ p, size * n }));
	return size * n;
}

/* Reads until a reply is whole (CURLE_OK), or no more has come (CURLE_AGAIN). */
static CURLcode hear(struct net_transfer *t)
{
	struct net_talk *k = &t->talk;
	for (;;) {
		char c;
		size_t n = 0;
		CURLcode result = curl_easy_recv(t->easy, &c, 1, &n);
		if (result != CURLE_OK)
			return result;
		if (n == 0)
			return CURLE_GOT_NOTHING;
		buf_byte(&k->line, c);
		if (!buf_ok(&k->line))
			return CURLE_WEIRD_SERVER_REPLY;
		if (c != '\n')
			continue;
		bool whole = take_line(t, without_line_end(buf_view(&k->line)));
		buf_clear(&k->line);
		if (t->reply.status == 0)
			return CURLE_WEIRD_SERVER_REPLY;
		if (whole)
			return CURLE_OK;
	}
}

/* ---- what we say ---- */

/* A dot that begins a line is doubled (RFC 5321, 4.5.2), and a lone one ends it all. */
static struct str stuffed(struct arena *a, struct str body)
{
	char *out = arena_alloc(a, body.n * 2 + 6), *to = out;
	for (size_t i = 0; i < body.n; i++) {
		if (body.p[i] == '.' && (i == 0 || body.p[i - 1] == '\n'))
			*to++ = '.';
		*to++ = body.p[i];
	}
	if (body.n < 2 || memcmp(body.p + body.n - 2, "\r\n", 2) != 0)
		to = (char *)memcpy(to, "\r\n", 2) + 2;
	to = (char *)memcpy(to, ".\r\n", 3) + 3;
	return (struct str){ out, (size_t)(to - out) };
}

static struct str words_of(struct net_transfer *t, enum net_stage stage)
{
	const struct net_mail *m = t->request->mail;
	switch (stage) {
	case NET_STAGE_RESET: return STR("RSET\r\n");
	case NET_STAGE_FROM: return str_of(arena_printf(t->arena, "MAIL FROM:<%s>\r\n", m->from));
	case NET_STAGE_TO: return str_of(arena_printf(t->arena, "RCPT TO:<%s>\r\n", m->to));
	case NET_STAGE_DATA: return STR("DATA\r\n");
	case NET_STAGE_MESSAGE: return stuffed(t->arena, t->request->body);
	case NET_STAGE_NONE:
	case NET_STAGE_HELLO:
	case NET_STAGE_LOGIN: break;
	}
	return STR("NOOP\r\n");
}

static void prepare_step(struct net_transfer *t, size_t at)
{
	struct net_talk *k = &t->talk;
	int64_t until = clock_mono() + steps[at].reply_ms;
	k->stage = steps[at].stage;
	k->out = words_of(t, k->stage);
	k->sent = 0;
	k->deadline = until < k->end ? until : k->end;
	k->want = CURL_WAIT_POLLOUT;
}

/* As much as the connection takes now. */
static CURLcode say(struct net_transfer *t)
{
	struct net_talk *k = &t->talk;
	while (k->sent < k->out.n) {
		size_t n = 0;
		CURLcode result =
			curl_easy_send(t->easy, k->out.p + k->sent, k->out.n - k->sent, &n);
		if (result != CURLE_OK)
			return result;
		k->sent += n;
	}
	k->all_sent |= k->stage == NET_STAGE_MESSAGE;
	k->want = CURL_WAIT_POLLIN;
	return CURLE_OK;
}

void net_mail_begin(struct net_transfer *t)
{
	t->talk.end = t->started_ms + t->request->timeout_ms;
	prepare_step(t, t->talk.session.unclean ? 0 : 1);
}

/* One step: its command, its reply. False: on to the next one. True: the talk has ended, or, with
 * CURLE_AGAIN in *ret, waits for the relay. */
static bool do_step(struct net_transfer *t, size_t at, CURLcode *ret)
{
	CURLcode said = say(t), heard = said;
	if (said != CURLE_AGAIN)
		heard = hear(t); /* also when we could not say it all: it may have told why */
	bool told = heard == CURLE_OK && (said == CURLE_OK || t->reply.status >= 400);
	*ret = told || said == CURLE_OK ? heard : said;
	if (!told)
		return true;
	return t->reply.status / 100 != steps[at].status || at + 1 == LL_COUNT(steps);
}

bool net_mail_talk(struct net_transfer *t, CURLcode *ret)
{
	struct net_talk *k = &t->talk;
	size_t at = 0;
	while (steps[at].stage != k->stage)
		at++;
	while (!do_step(t, at, ret))
		prepare_step(t, ++at);
	if (*ret == CURLE_AGAIN) {
		if (clock_mono() < k->deadline)
			return false;
		*ret = CURLE_OPERATION_TIMEDOUT;
		snprintf(t->words, sizeof(t->words), "the relay did not reply in time");
	}
	return true;
}

/* ---- what is left of the connection ---- */

struct hash net_mail_whose(const struct net_request *r)
{
	const struct net_mail *m = r->mail;
	const char *const parts[] = { r->url, r->ca_file, m->hello, m->user, m->password };
	AUTO_BUF b = buf_new(1 << 20);
	for (size_t i = 0; i < LL_COUNT(parts); i++) {
		buf_z(&b, parts[i] ? parts[i] : "");
		buf_byte(&b, 0);
		buf_byte(&b, parts[i] != NULL);
	}
	buf_byte(&b, r->allow_private);
	MUST(buf_ok(&b));
	return hash_of(buf_view(&b));
}

/* A relay that does not want another mail on this connection says so to its sender, as a rule; and
 * 421 is what it says before it closes (RFC 5321, 3.8). */
bool net_mail_is_stale(const struct net_transfer *t, CURLcode result)
{
	const struct net_talk *k = &t->talk;
	if (!k->session.served || k->all_sent)
		return false;
	return result != CURLE_OK || t->reply.status < 400 || t->reply.status == 421 ||
	       k->stage <= NET_STAGE_FROM;
}

void net_mail_again(struct net_transfer *t)
{
	struct net_talk *k = &t->talk;
	struct hash whose = k->session.whose;
	buf_clear(&k->line);
	buf_clear(&k->reply);
	t->reply.status = 0;
	t->words[0] = 0;
	*k = (struct net_talk){ .line = k->line,
				.reply = k->reply,
				.session = { .whose = whose, .fresh = true } };
}

/* A transaction ends with the reply to its message, whatever it is; one that was refused before is
 * still open. */
bool net_mail_leaves_usable(struct net_transfer *t, CURLcode result)
{
	struct net_talk *k = &t->talk;
	int status = t->reply.status;
	if (result != CURLE_OK || status == 421 || k->sent < k->out.n ||
	    (k->stage == NET_STAGE_MESSAGE && status / 100 == 3))
		return false;
	k->session.unclean = k->stage != NET_STAGE_MESSAGE;
	return k->stage == NET_STAGE_MESSAGE || (k->stage > NET_STAGE_FROM && status >= 400);
}

/* ---- the verdict ---- */

static enum net_stage stage_of(const struct net_transfer *t, CURLcode result)
{
	if (t->talk.stage != NET_STAGE_NONE)
		return t->talk.stage;
	return result == CURLE_LOGIN_DENIED ? NET_STAGE_LOGIN : NET_STAGE_HELLO;
}

void net_mail_verdict(struct net_transfer *t, CURLcode result)
{
	struct net_reply *r = &t->reply;
	struct str words = buf_view(&t->talk.reply);
	bool refused = r->status >= 400 && t->talk.reply_over;
	r->stage = stage_of(t, result);
	r->body_sent = t->talk.all_sent;
	r->body = (struct str){ arena_strndup(t->arena, words.p, words.n), words.n };
	if (result == CURLE_OK || refused)
		/* 1xx and 3xx where 2xx is due: no relay says so. */
		r->failure = refused || r->stage == NET_STAGE_MESSAGE ? NET_OK : NET_PROTOCOL;
	else
		r->failure = net_failure_of(result);
	if (r->failure == NET_OK && r->status < 400 && r->status / 100 != 2)
		r->failure = NET_PROTOCOL;
	if (r->failure == NET_CONNECT && t->refused && !t->dialled)
		r->failure = NET_GUARD;
	if (r->failure != NET_OK)
		r->status = 0;
}
