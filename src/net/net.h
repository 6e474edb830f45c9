/*
 * Talking outwards: HTTP and mail over libcurl's multi interface, one thread, many transfers in
 * flight. The only folder that opens connections to others. Every connection passes the address
 * guard, on the numeric address, when it is dialled.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct net_header {
	const char *name, *value;
};
#define NET_HEADERS 24

/*
 * One mail to one recipient, handed to the operator's relay: url is smtp:// (STARTTLS is asked for
 * and required) or smtps:// with host and port and nothing else, body the message with its lines
 * ending in CR LF. Its connection may have served others and may serve more. Addresses are bare and
 * were checked; of the request's other members method, headers and allow_http mean nothing, and
 * timeout_ms is the whole of it.
 */
struct net_mail {
	const char *from, *to;
	const char *hello;           /* the name we go by: EHLO */
	const char *user, *password; /* NULL: without signing in */
};

/* A request about to be sent. Everything lives in the caller's arena until the answer. */
struct net_request {
	const char *method, *url;
	struct net_header headers[NET_HEADERS];
	size_t header_count;
	struct str body;
	const char *ca_file; /* NULL: the system's */
	int64_t timeout_ms;  /* the whole exchange */
	bool allow_http;     /* else only https */
	bool allow_private; /* else loopback, private, link-local and reserved addresses are refused
			     */
	const char *secret; /* text to scrub from messages (the URL's query, a token), or NULL */
	/* Never twice behind our back: libcurl repeats any request by itself when a connection that
	 * it used before dies without an answer. Costs a connection. */
	bool once;
	size_t reply_max; /* bytes of the answer's body that are read; 0: NET_REPLY_MAX */
	const struct net_mail *mail; /* NULL: HTTP */
};
/* False (ERR_BUG) when there are more than NET_HEADERS, or name or value has CR, LF or NUL. */
bool net_header(struct net_request *r, const char *name, const char *value, struct err *e) LL_MUST;

enum net_failure {
	NET_OK = 0, /* a whole answer came: status, headers to their empty line, body */
	NET_GUARD,  /* the address is refused by the guard: nothing was sent */
	NET_DNS,
	NET_CONNECT,
	NET_TLS_HANDSHAKE, /* nothing of the body was sent */
	NET_SETTINGS,      /* URL, scheme, certificate, CA file: every request would fail */
	NET_CERTIFICATE,   /* the peer's certificate is not to be trusted: settings too */
	NET_TIMEOUT,
	NET_CUT,
	NET_PROTOCOL,
	NET_TOO_LARGE, /* broke off; see body_sent */
	NET_NO_TLS,    /* the relay does not offer STARTTLS: settings */
	NET_LOGIN,     /* the relay offers no way to sign in that we know: settings */
};
const char *net_failure_text(enum net_failure f);

#define NET_REPLY_MAX  (64 * 1024) /* read at most, unless the request says more */
#define NET_REPLY_MOST (4 * 1024 * 1024)
#define NET_REPLY_KEEP (4 * 1024) /* stored at most */

/* What a relay's reply was to; a refusal ends the exchange there, and is a whole answer. */
enum net_stage {
	NET_STAGE_NONE = 0,
	NET_STAGE_HELLO,   /* its greeting, EHLO, STARTTLS */
	NET_STAGE_LOGIN,   /* AUTH */
	NET_STAGE_RESET,   /* RSET, on a connection that has served before; never a reply's */
	NET_STAGE_FROM,    /* MAIL FROM */
	NET_STAGE_TO,      /* RCPT TO */
	NET_STAGE_DATA,    /* DATA */
	NET_STAGE_MESSAGE, /* the message with its final dot */
};

struct net_reply {
	enum net_failure failure;
	bool body_sent;       /* the request's body may have been processed */
	int status;           /* HTTP status or SMTP reply code, 0 when none came */
	enum net_stage stage; /* of mail */
	struct str body;      /* at most NET_REPLY_MAX, or the request's reply_max; of mail the
				 reply's words, in one line */
	struct net_header headers[48]; /* lower-case names; what does not fit is dropped */
	size_t header_count;
	int64_t retry_after_ms; /* from Retry-After, seconds (fractions too) or HTTP date; -1 when
				   absent */
	int64_t duration_ms;
	char detail[192]; /* one English line for people, scrubbed */
};
const char *net_reply_header(const struct net_reply *r,
			     const char *lower_name); /* NULL when absent */

/* Blocking, for `destination test` and the command line. */
bool net_send(struct arena *a, const struct net_request *r, struct net_reply *ret,
	      struct err *e) LL_MUST;

/* The engine of many: belongs to one thread. */
struct net_multi;
typedef void net_done_fn(void *ctx, const struct net_request *r, struct net_reply *reply);
struct net_multi *net_multi_new(size_t max_in_flight) __attribute__((__returns_nonnull__));
void net_multi_free(struct net_multi *m);   /* NULL is fine; cancels first */
void net_multi_cancel(struct net_multi *m); /* breaks off what is in flight, without calling back */
/* r and its arena a must live until done() was called, which happens inside net_multi_run(). False:
 * full. */
bool net_multi_add(struct net_multi *m, struct arena *a, const struct net_request *r,
		   net_done_fn *done, void *ctx) LL_MUST;
size_t net_multi_in_flight(const struct net_multi *m);
/* Works until something is done, wake is called from another thread, or ms have passed. */
void net_multi_run(struct net_multi *m, int64_t ms);
void net_multi_wake(struct net_multi *m); /* from any thread */

void net_start(void); /* once in main(), before threads; ignores SIGPIPE */
/* The guard itself: true when a numeric address may be dialled without allow_private. */
struct sockaddr;
bool net_address_is_public(const struct sockaddr *sa);
/* An HTTP date in any of its three forms, as ms since 1970. */
bool net_http_date(const char *value, int64_t *ret_ms);
/* Replaces secret in text by ***; of a URL its path and its query alone, too. NULL is fine. */
void net_scrub(char *text, const char *secret);
/* URL as the guard and the settings want it: scheme, no user info, no fragment. */
bool net_url_check(const char *url, bool allow_http, const char *field, struct err *e) LL_MUST;
