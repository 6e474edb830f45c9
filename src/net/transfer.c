/*
 * One exchange. The three traps of libcurl 7.88 are closed here:
 *
 * 1. A peer that closes inside the header block gives CURLE_OK with a status. Only the empty line
 * that ends the block proves that the answer's head is whole: without it the exchange is NET_CUT.
 * 2. Proxies of the environment would be dialled instead of the peer, past the guard: CURLOPT_PROXY
 * is "".
 * 3. Bodies over 1 MiB would wait a second for "100 Continue": an empty Expect header switches it
 * off.
 *
 * An answer longer than NET_REPLY_MAX is no failure: its status has come, the rest is not read. An
 * answer that never gets to its empty line is NET_TOO_LARGE after as many bytes.
 */
#include "net/transfer.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include "base/clock.h"

#ifdef LEADLINE_VERSION
#define AGENT "Leadline/" LEADLINE_VERSION
#else
#define AGENT "Leadline"
#endif

#define NET_LINE_MAX 4096  /* of a relay's reply; RFC 5321 says 512 */
#define CONNECT_MS   10000 /* a peer that takes longer to say hello is down */

/* What curl's results mean. What is not listed broke off in some way: NET_PROTOCOL. */
static const struct {
	CURLcode code;
	enum net_failure failure;
} results[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, NET_SETTINGS },
	{ CURLE_URL_MALFORMAT, NET_SETTINGS },
	{ CURLE_COULDNT_RESOLVE_PROXY, NET_DNS },
	{ CURLE_COULDNT_RESOLVE_HOST, NET_DNS },
	{ CURLE_COULDNT_CONNECT, NET_CONNECT },
	{ CURLE_WEIRD_SERVER_REPLY, NET_PROTOCOL },
	{ CURLE_HTTP2, NET_PROTOCOL },
	{ CURLE_PARTIAL_FILE, NET_CUT },
	{ CURLE_OPERATION_TIMEDOUT, NET_TIMEOUT },
	{ CURLE_SSL_CONNECT_ERROR, NET_TLS_HANDSHAKE },
	{ CURLE_ABORTED_BY_CALLBACK, NET_GUARD },
	{ CURLE_GOT_NOTHING, NET_CUT },
	{ CURLE_SSL_ENGINE_NOTFOUND, NET_SETTINGS },
	{ CURLE_SSL_ENGINE_SETFAILED, NET_SETTINGS },
	{ CURLE_SEND_ERROR, NET_CUT },
	{ CURLE_RECV_ERROR, NET_CUT },
	{ CURLE_SSL_CERTPROBLEM, NET_SETTINGS },
	{ CURLE_SSL_CIPHER, NET_SETTINGS },
	{ CURLE_PEER_FAILED_VERIFICATION, NET_CERTIFICATE },
	{ CURLE_BAD_CONTENT_ENCODING, NET_PROTOCOL },
	{ CURLE_FILESIZE_EXCEEDED, NET_TOO_LARGE },
	{ CURLE_USE_SSL_FAILED, NET_NO_TLS },
	{ CURLE_LOGIN_DENIED, NET_LOGIN },
	{ CURLE_SSL_CACERT_BADFILE, NET_SETTINGS },
	{ CURLE_SSL_CRL_BADFILE, NET_SETTINGS },
	{ CURLE_SSL_ISSUER_ERROR, NET_CERTIFICATE },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, NET_CERTIFICATE },
	{ CURLE_SSL_INVALIDCERTSTATUS, NET_CERTIFICATE },
	{ CURLE_HTTP2_STREAM, NET_CUT },
};

enum net_failure net_failure_of(CURLcode code)
{
	for (size_t i = 0; i < LL_COUNT(results); i++)
		if (results[i].code == code)
			return results[i].failure;
	return NET_PROTOCOL;
}

/* With CURLOPT_NOSIGNAL curl leaves SIGPIPE alone, and OpenSSL writes without MSG_NOSIGNAL. */
void net_start(void)
{
	signal(SIGPIPE, SIG_IGN);
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void net_transfer_init(struct net_transfer *t)
{
	memset(t, 0, sizeof(*t));
	t->body = buf_new(NET_REPLY_MOST);
	t->talk.line = buf_new(NET_LINE_MAX);
	t->talk.reply = buf_new(NET_REPLY_KEEP);
}

void net_transfer_free(struct net_transfer *t)
{
	curl_slist_free_all(t->headers);
	curl_easy_cleanup(t->easy);
	buf_free(&t->body);
	buf_free(&t->talk.line);
	buf_free(&t->talk.reply);
}

/* ---- the guard, at the moment of dialling ---- */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct net_transfer *t = ctx;
	if (purpose != CURLSOCKTYPE_IPCXN ||
	    (!t->request->allow_private && !net_address_is_public(&address->addr))) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	t->dialled = true;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A connection of the pool may have been opened for a request that was allowed more than this one.
 */
static int before_request(void *ctx, char *peer, char *own, int peer_port, int own_port)
{
	struct net_transfer *t = ctx;
	(void)own;
	(void)peer_port;
	(void)own_port;
	if (t->request->allow_private)
		return CURL_PREREQFUNC_OK;
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	bool public = inet_pton(AF_INET, peer, &in.sin_addr) == 1
			      ? net_address_is_public((const struct sockaddr *)&in)
			      : inet_pton(AF_INET6, peer, &in6.sin6_addr) == 1 &&
					net_address_is_public((const struct sockaddr *)&in6);
	t->refused |= !public;
	return public ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* ---- the answer as it comes ---- */

static void keep_header(struct net_transfer *t, struct str line)
{
	struct net_reply *r = &t->reply;
	size_t colon = str_find(line, ':');
	if (colon == 0 || colon == line.n || r->header_count == LL_COUNT(r->headers))
		return;
	struct str value = str_trim(str_from(line, colon + 1));
	char *name = arena_strndup(t->arena, line.p, colon);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	r->headers[r->header_count++] = (struct net_header){
		.name = name,
		.value = arena_strndup(t->arena, value.p, value.n),
	};
}

/* "HTTP/1.1 200 OK": 200, or 0. */
static int status_of(struct str line)
{
	size_t blank = str_find(line, ' ');
	struct str digits = str_upto(str_trim(str_from(line, blank)), 3);
	int64_t n;
	return digits.n == 3 && str_int(digits, &n) && n >= 100 ? (int)n : 0;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct net_transfer *t = ctx;
	struct str line = { p, size * n };
	t->header_bytes += line.n;
	if (t->header_bytes > NET_REPLY_MAX)
		return 0;
	while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	if (str_istarts(line, "HTTP/")) {
		t->reply.status = status_of(line);
		t->reply.header_count = 0;
		t->headers_complete = false;
	} else if (line.n == 0) {
		t->headers_complete |= t->reply.status >= 200; /* 1xx: another block follows */
	} else if (!t->headers_complete) {                     /* later ones are trailers */
		keep_header(t, line);
	}
	return size * n;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct net_transfer *t = ctx;
	size_t max = t->request->reply_max ? t->request->reply_max : NET_REPLY_MAX;
	size_t bytes = size * n, room = max - t->body.n;
	buf_add(&t->body, p, bytes < room ? bytes : room);
	if (bytes <= room)
		return bytes;
	t->body_capped = true;
	return 0;
}

/* ---- setting out ---- */

static bool add_header(struct net_transfer *t, const char *line)
{
	struct curl_slist *more = curl_slist_append(t->headers, line);
	if (more)
		t->headers = more;
	return more != NULL;
}

static bool set_headers(struct net_transfer *t)
{
	const struct net_request *r = t->request;
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	bool ok = add_header(t, "Expect:");
	for (size_t i = 0; i < r->header_count; i++) {
		const struct net_header *h = &r->headers[i];
		/* "Name;" is curl's way to send a header with an empty value. */
		const char *line = *h->value ? arena_printf(t->arena, "%s: %s", h->name, h->value)
					     : arena_printf(t->arena, "%s;", h->name);
		ok = ok && add_header(t, line);
	}
	return ok && curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK;
}

void net_transfer_hold(struct net_transfer *t)
{
	CURL *h = t->easy;
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, t->words);
	curl_easy_setopt(h, CURLOPT_PRIVATE, t);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(h, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
}

/* What is the same for all: docs/destinations/https.md tells what it means for the peer. */
static void set_rules(struct net_transfer *t)
{
	CURL *h = t->easy;
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(h, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(h, CURLOPT_USERAGENT, AGENT);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, before_request);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION,
			 t->request->mail ? net_mail_on_line : on_header);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
	net_transfer_hold(t);
}

/* The size goes first: curl would measure the body with strlen otherwise. */
static void set_method(CURL *h, const struct net_request *r)
{
	if (r->body.n || strcmp(r->method, "POST") == 0) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, r->body.p ? r->body.p : "");
	} else if (strcmp(r->method, "HEAD") == 0) {
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	}
	if (strcmp(r->method, "POST") != 0 && strcmp(r->method, "HEAD") != 0)
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, r->method);
}

/* HTTP's part of it. */
static bool set_http(struct net_transfer *t)
{
	const struct net_request *r = t->request;
	set_method(t->easy, r);
	return curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR,
				r->allow_http ? "https,http" : "https") == CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_URL, r->url) == CURLE_OK && set_headers(t);
}

static bool set_request(struct net_transfer *t)
{
	CURL *h = t->easy;
	const struct net_request *r = t->request;
	int64_t connect_ms = r->timeout_ms < CONNECT_MS ? r->timeout_ms : CONNECT_MS;
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, (long)r->once);
	if (r->ca_file) { /* this file and nothing else */
		curl_easy_setopt(h, CURLOPT_CAINFO, r->ca_file);
		curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	}
	return r->mail ? net_mail_set(t) : set_http(t);
}

static void reset(struct net_transfer *t, struct arena *a, const struct net_request *r)
{
	t->arena = a;
	t->request = r;
	memset(&t->reply, 0, sizeof(t->reply));
	t->reply.retry_after_ms = -1;
	buf_clear(&t->body);
	t->header_bytes = 0;
	t->headers_complete = t->body_capped = t->refused = t->dialled = false;
	t->words[0] = 0;
	t->started_ms = clock_mono();
	buf_clear(&t->talk.line);
	buf_clear(&t->talk.reply);
	t->talk = (struct net_talk){ .line = t->talk.line, .reply = t->talk.reply };
}

bool net_transfer_ready(struct net_transfer *t)
{
	if (t->easy)
		curl_easy_reset(t->easy);
	else
		t->easy = curl_easy_init();
	if (t->easy) {
		set_rules(t);
		if (set_request(t))
			return true;
	}
	t->reply.failure = NET_CONNECT; /* later */
	snprintf(t->reply.detail, sizeof(t->reply.detail), "No transfer could be set up.");
	return false;
}

bool net_transfer_start(struct net_transfer *t, struct arena *a, const struct net_request *r)
{
	reset(t, a, r);
	struct err e = { 0 };
	if (r->mail ? !net_mail_check(r, &e) : !net_url_check(r->url, r->allow_http, "url", &e)) {
		t->reply.failure = NET_SETTINGS;
		snprintf(t->reply.detail, sizeof(t->reply.detail), "%.180s", e.text);
		return false;
	}
	if (r->mail)
		t->talk.session.whose = net_mail_whose(r);
	return r->mail || net_transfer_ready(t);
}

/* ---- the verdict ---- */

static bool body_went_out(struct net_transfer *t)
{
	curl_off_t sent = 0, ready = 0;
	long request = 0;
	curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
	curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request);
	if (t->reply.status > 0)
		return true;
	return ready > 0 && (t->request->body.n ? sent > 0 : request > 0);
}

static enum net_failure verdict(const struct net_transfer *t, CURLcode result, bool sent)
{
	if (t->body_capped && t->headers_complete)
		return NET_OK;
	if (t->header_bytes > NET_REPLY_MAX)
		return NET_TOO_LARGE;
	if (result == CURLE_OK)
		return t->headers_complete ? NET_OK : NET_CUT;
	enum net_failure f = net_failure_of(result);
	if (result == CURLE_UNSUPPORTED_PROTOCOL && sent) /* of the answer: "HTTP/0.9" */
		return NET_PROTOCOL;
	if (f == NET_CONNECT && t->refused && !t->dialled)
		return NET_GUARD;
	return f;
}

static void describe(struct net_transfer *t, CURLcode result)
{
	struct net_reply *r = &t->reply;
	size_t n = sizeof(r->detail);
	switch (r->failure) {
	case NET_OK:
		snprintf(r->detail, n, "%s %d", t->request->mail ? "SMTP" : "HTTP", r->status);
		return;
	case NET_GUARD:
		snprintf(r->detail, n,
			 "The address is private, local or reserved, so it was not dialled: set "
			 "allowPrivate if it is meant.");
		return;
	case NET_CUT:
		if (result == CURLE_OK)
			snprintf(t->words, sizeof(t->words),
				 "the answer (status %d) was cut off inside its headers",
				 r->status);
		break;
	case NET_TOO_LARGE:
		snprintf(t->words, sizeof(t->words), "the answer's headers are over %d bytes",
			 NET_REPLY_MAX);
		break;
	case NET_DNS:
	case NET_CONNECT:
	case NET_TLS_HANDSHAKE:
	case NET_SETTINGS:
	case NET_CERTIFICATE:
	case NET_TIMEOUT:
	case NET_PROTOCOL: break;
	case NET_NO_TLS:
		snprintf(t->words, sizeof(t->words),
			 "the relay does not offer STARTTLS, and nothing is sent unencrypted: is "
			 "smtps:// meant, or another port?");
		break;
	case NET_LOGIN:
		snprintf(t->words, sizeof(t->words),
			 "the relay offers no way to sign in that we know");
		break;
	}
	snprintf(r->detail, n, "%.*s", (int)n - 1,
		 t->words[0] ? t->words : curl_easy_strerror(result));
	net_scrub(r->detail, t->request->url);
	net_scrub(r->detail, t->request->secret);
	if (t->request->mail)
		net_scrub(r->detail, t->request->mail->password);
}

static void http_verdict(struct net_transfer *t, CURLcode result)
{
	struct net_reply *r = &t->reply;
	r->body_sent = body_went_out(t);
	r->failure = verdict(t, result, r->body_sent);
	if (r->failure == NET_GUARD)
		r->body_sent = false;
	r->body.p = arena_strndup(t->arena, buf_view(&t->body).p, t->body.n);
	r->body.n = t->body.n;
}

void net_transfer_finish(struct net_transfer *t, CURLcode result)
{
	struct net_reply *r = &t->reply;
	if (t->request->mail)
		net_mail_verdict(t, result);
	else
		http_verdict(t, result);
	r->duration_ms = clock_mono() - t->started_ms;
	r->retry_after_ms = net_retry_after(net_reply_header(r, "retry-after"), clock_now());
	describe(t, result);
}
