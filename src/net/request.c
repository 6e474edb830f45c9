/* Requests and replies as data: headers, URLs, names of failures, scrubbing. No connection is made
 * here. */
#include "net/net.h"
#include <ctype.h>
#include <curl/curl.h>

static const struct {
	const char *text;
} failures[] = {
	[NET_OK] = { "ok" },
	[NET_GUARD] = { "address-refused" },
	[NET_DNS] = { "name-not-found" },
	[NET_CONNECT] = { "no-connection" },
	[NET_TLS_HANDSHAKE] = { "tls-handshake" },
	[NET_SETTINGS] = { "settings" },
	[NET_CERTIFICATE] = { "certificate" },
	[NET_TIMEOUT] = { "timeout" },
	[NET_CUT] = { "answer-cut" },
	[NET_PROTOCOL] = { "protocol" },
	[NET_TOO_LARGE] = { "answer-too-large" },
	[NET_NO_TLS] = { "no-starttls" },
	[NET_LOGIN] = { "no-sign-in" },
};

const char *net_failure_text(enum net_failure f)
{
	size_t at = (size_t)f;
	return at < LL_COUNT(failures) ? failures[at].text : "protocol";
}

/* RFC 9110: field-name is a token. */
static bool is_token(const char *z)
{
	if (!*z)
		return false;
	for (; *z; z++)
		if (!isalnum((unsigned char)*z) && !strchr("!#$%&'*+-.^_`|~", *z))
			return false;
	return true;
}

bool net_header(struct net_request *r, const char *name, const char *value, struct err *e)
{
	if (r->header_count == NET_HEADERS)
		return ERR(e, ERR_BUG, "net.headers", "more than %d headers", NET_HEADERS);
	if (!is_token(name))
		return ERR(e, ERR_BUG, "net.header-name", "a header's name is no token");
	if (strpbrk(value, "\r\n"))
		return ERR(e, ERR_BUG, "net.header-value", "header %s has a line break", name);
	r->headers[r->header_count++] = (struct net_header){ .name = name, .value = value };
	return true;
}

const char *net_reply_header(const struct net_reply *r, const char *lower_name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (strcmp(r->headers[i].name, lower_name) == 0)
			return r->headers[i].value;
	return NULL;
}

/* Blanks, controls and backslashes have no place in a URL; parsers differ in what they make of
 * them. */
static bool has_odd_bytes(const char *url)
{
	for (; *url; url++)
		if ((unsigned char)*url <= ' ' || *url == 0x7f || *url == '\\')
			return true;
	return false;
}

static bool has_user_info(const char *url)
{
	const char *authority = strstr(url, "://");
	if (!authority)
		return false;
	authority += 3;
	return memchr(authority, '@', strcspn(authority, "/?#")) != NULL;
}

/* What curl, who will dial it, makes of the URL; it would take the path of https:///path for a
 * host. */
static bool curl_takes(const char *url)
{
	if (strchr("/?", strstr(url, "://")[3]))
		return false;
	CURLU *u = curl_url();
	if (!u)
		return false;
	char *host = NULL;
	bool ok = curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
		  curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK && host[0];
	curl_free(host);
	curl_url_cleanup(u);
	return ok;
}

bool net_url_check(const char *url, bool allow_http, const char *field, struct err *e)
{
	struct str s = str_of(url);
	bool http = str_istarts(s, "http://");
	if (!http && !str_istarts(s, "https://"))
		return ERR_FIELD(e, ERR_INPUT, "url.scheme", field,
				 "The address must begin with https://.");
	if (http && !allow_http)
		return ERR_FIELD(e, ERR_INPUT, "url.http", field,
				 "The address is not encrypted: use https://, or set allowHttp.");
	if (has_odd_bytes(url))
		return ERR_FIELD(
			e, ERR_INPUT, "url.characters", field,
			"The address has a blank, a control character or a backslash: copy it "
			"again, percent-encoded.");
	if (strchr(url, '#'))
		return ERR_FIELD(
			e, ERR_INPUT, "url.fragment", field,
			"The address has a fragment: leave out the # and what follows it.");
	if (has_user_info(url))
		return ERR_FIELD(
			e, ERR_INPUT, "url.user", field,
			"The address has a user name: leave out what stands before the @.");
	if (!curl_takes(url))
		return ERR_FIELD(e, ERR_INPUT, "url.invalid", field,
				 "The address is no valid URL: copy it again, host name and all.");
	return true;
}

/* "/path?query" of a URL, "" when there is none. */
static const char *url_tail(const char *url)
{
	const char *authority = strstr(url, "://");
	authority = authority ? authority + 3 : url;
	return authority + strcspn(authority, "/?");
}

static void scrub_one(char *text, const char *secret)
{
	static const char hidden[] = "***";
	size_t n = strlen(secret);
	if (n < 4) /* too short to be a secret; would eat every "/" */
		return;
	for (char *at = text; (at = strstr(at, secret)); at += strlen(hidden)) {
		size_t rest = strlen(at + n);
		memcpy(at, hidden, sizeof(hidden) - 1);
		memmove(at + sizeof(hidden) - 1, at + n, rest + 1);
	}
}

void net_scrub(char *text, const char *secret)
{
	if (!secret)
		return;
	scrub_one(text, secret);
	const char *tail = url_tail(secret);
	if (!strstr(secret, "://") || !*tail)
		return;
	scrub_one(text, tail);
	const char *query = strchr(tail, '?');
	if (query)
		scrub_one(text, query + 1);
}
