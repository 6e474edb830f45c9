/*
 * The server: libh2o's event loop. A route is a row; handlers run on worker threads with their own
 * arena and never see sockets. Routes marked ROUTE_LOOP run in the loop thread itself and are
 * gathered: all requests of one loop round are given to the route's batch function together, and
 * their answers leave when it returns. That is how one sync serves many leads. Several loop threads
 * may run: each has its own.
 */
#pragma once
#include <stdio.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/field.h"
#include "base/id.h"
#include "base/metric.h"
#include "model/model.h"

enum http_method {
	HTTP_GET = 1,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OTHER
};
const char *http_method_text(enum http_method m);

/* Who asks. Filled by the authenticate hook before a handler with a role above ROLE_ANYONE runs. */
struct http_identity {
	enum role role;
	struct id user_id;     /* null for a token */
	struct id token_id;    /* null for a session */
	const char *publisher; /* "" = the whole installation */
	const char *csrf;      /* of the session, or NULL */
	const char *name;      /* for the audit */
	enum reach_kind reach; /* REACH_NONE: no lead at all */
};

struct http_request {
	enum http_method method;
	struct str path; /* without query, percent-encoded as it came */
	struct str query;
	struct str body;
	struct str content_type;
	struct str host;  /* as the client named it, or empty; with its port */
	const char *peer; /* client address in text; through trusted proxies the forwarded one */
	bool secure;      /* TLS here, or X-Forwarded-Proto of a trusted proxy */
	const char *path_args[4]; /* decoded {name} parts in order */
	struct http_identity who;
	struct arena *arena; /* the request's own */
	void *worker;        /* what http_config.worker_start gave: connections */
	int64_t now_ms;
	const struct route *route;
	void *server_side; /* private to http/ */
};
/* Header by lower-case name; NULL when absent. Copied into the request's arena for worker routes.
 */
const char *http_header(const struct http_request *rq, const char *lower_name);
/* Cookie by name; NULL when absent. */
const char *http_cookie(const struct http_request *rq, const char *name);

/*
 * A parameter of a ROUTE_PAGE row, whose query is not checked against fields; decoded, in the
 * request's arena. NULL when it is absent, there twice, or no UTF-8 text.
 */
const char *http_page_parameter(const struct http_request *rq, const char *name);

/* Whether the client takes gzip: for bodies that lie ready compressed. */
bool http_accepts_gzip(const struct http_request *rq);

#define HTTP_REPLY_HEADERS 16
struct http_reply {
	int status;               /* 0 = 200 */
	const char *content_type; /* static or in the arena; NULL = application/json */
	struct buf body; /* handed in empty, with room for LIMIT_REPLY; the server's afterwards */
	struct str static_body; /* used when p is set: bytes that outlive the server */
	FILE *file; /* used when set: all of it from its beginning, in pieces; the server's */
	void (*file_gone)(void); /* when it is closed, on any thread; NULL: nobody asks */
	struct {
		const char *name, *value;
	} headers[HTTP_REPLY_HEADERS];
	size_t header_count;
	bool unchanged; /* a preview: nothing for the audit to tell */
};
void http_reply_header(struct http_reply *r, const char *name,
		       const char *value); /* lower-case name */
/* RFC 9457 problem for e (and each of p, may be NULL); table kind -> status, code, Retry-After. */
void http_reply_problem(struct http_reply *r, const struct err *e, const struct field_problems *p);

enum route_flag {
	ROUTE_LOOP = 1 << 0,   /* gathered per loop round: .batch, not .fn */
	ROUTE_STREAM = 1 << 1, /* server-sent events: .stream */
	ROUTE_NO_CSRF =
		1 << 2, /* a writing route that sessions may call without the token (sign-in) */
	ROUTE_AUDIT = 1 << 3,      /* leaves an audit row */
	ROUTE_ANY_METHOD = 1 << 4, /* handler answers 405 itself */
	ROUTE_PAGE = 1 << 5,       /* answers HTML, not in the OpenAPI */
	ROUTE_BYTES = 1 << 6,      /* the body is taken as it is: for the OpenAPI */
	ROUTE_REACH = 1 << 7, /* shows only what is in reach: open to those who do not reach all */
};

struct route;
/*
 * Looks at every answer of the row before it leaves, also at those that the server itself gives:
 * headers that all have, errors in a shape of their own. e: why it was refused, or NULL; the reply
 * is the problem then, with its status and headers.
 */
typedef void http_dress_fn(const struct http_request *rq, struct http_reply *reply,
			   const struct err *e);
/* Fills reply; false + e: the problem is sent instead, with the headers set so far (Retry-After).
 * in: decoded by the row's fields (path, query or body). */
typedef bool http_fn(struct http_request *rq, const void *in, struct http_reply *reply,
		     struct err *e);
/* All gathered requests of this round with their replies; runs in the loop thread. */
typedef void http_batch_fn(void *loop_ctx, struct http_request **rqs, struct http_reply *replies,
			   size_t n);

struct http_stream; /* an open event stream */
typedef bool http_stream_fn(struct http_request *rq, struct http_stream *s, struct err *e);
/* From any thread; copies. A stream whose client is gone or too slow (over 1 MiB behind) is closed.
 */
void http_stream_send(struct http_stream *s, struct str bytes);
void http_stream_close(struct http_stream *s);
/*
 * closed(ctx) is called exactly once, in the loop thread, when the stream is over (client gone, too
 * slow, closed here, server stopping); after it returns s must not be used. Set inside the stream
 * handler. When that handler returns false, nothing is called and s is gone.
 */
void http_stream_on_close(struct http_stream *s, void (*closed)(void *ctx), void *ctx);

struct route {
	enum http_method method;
	const char *path; /* "/api/v1/leads/{id}"; a last part {path*} takes the rest */
	enum role role;   /* ROLE_NONE is refused at start */
	unsigned flags : 16;
	unsigned refused : 16; /* enum metric: of what the server refuses by itself; 0: none */
	http_fn *fn;
	http_batch_fn *batch;
	http_stream_fn *stream;
	http_dress_fn *dress;      /* or NULL */
	const struct field *query; /* NULL: no parameter is allowed */
	const struct field *body;  /* NULL: no body is read */
	size_t in_size;            /* struct that both decode into */
	const char *summary;       /* for the OpenAPI */
	const char *reply;         /* name of the reply's schema in the OpenAPI, or NULL */
};

struct http_config {
	const struct route *routes;
	size_t route_count;
	const char *listen; /* HOST:PORT, [V6]:PORT; port 0 takes a free one; several with ',' */
	const char *cert_file, *key_file; /* both or neither: TLS 1.2+, reloaded when they change */
	const char *const *trusted_proxies; /* CIDRs, NULL-ended, or NULL */
	size_t loops, workers, queue_max;
	size_t body_limit; /* gathered routes; others LIMIT_API_BODY */
	size_t max_connections;
	int64_t request_timeout_ms, idle_timeout_ms;
	/* Once, after listening and before any thread is started: the port of the first listener.
	 */
	void (*listening)(void *ctx, int port); /* may be NULL */
	/* Per worker and per loop thread: opened in that thread; NULL + e ends the start. */
	void *(*worker_start)(void *ctx, struct err *e);
	void (*worker_stop)(void *ctx, void *worker);
	void *(*loop_start)(void *ctx, struct err *e);
	void (*loop_stop)(void *ctx, void *loop_ctx);
	/* Fills rq->who or fails with ERR_AUTH; called on the worker for roles above ROLE_ANYONE.
	 * Checks CSRF too. */
	bool (*authenticate)(struct http_request *rq, struct err *e);
	void (*audit)(struct http_request *rq, const struct http_reply *reply); /* may be NULL */
	void *ctx;
};

struct http_server;
/* Refuses a table with: no role, two rows alike, no summary, a malformed {name}, flags that do not
 * fit. */
bool http_routes_check(const struct route *all, size_t n, struct err *e) LL_MUST;
/* Listens and starts loops and workers. */
bool http_start(const struct http_config *c, struct http_server **ret, struct err *e) LL_MUST;
int http_port(const struct http_server *s);                     /* of the first listener */
bool http_reload(struct http_server *s, struct err *e) LL_MUST; /* certificates */
/* Stops accepting, lets requests end (at most grace_ms), stops the threads. */
void http_stop(struct http_server *s, int64_t grace_ms);
bool http_draining(const struct http_server *s);
