/*
 * What the files of http/ share. Threads: each loop thread owns its struct loop and everything
 * below it (connections, gathered exchanges, streams' loop side). Worker threads own a job between
 * queue_take() and post(). What both touch is atomic or under a lock, and says so.
 */
#pragma once
#include <h2o.h>
#include <h2o/http1.h>
#include <stdatomic.h>
#include "base/clock.h"
#include "base/thread.h"
#include "http/decode.h"
#include "http/http.h"
#include "http/proxy.h"
#include "http/route.h"
#include "http/tls.h"

#define LISTENERS_MAX 16

struct loop;
struct goodbye;

/* To a loop thread, by post(): run there once, in order. */
struct message {
	h2o_multithread_message_t link;
	void (*run)(struct loop *l, struct message *m);
};

/* How far the server is; only ever goes up. */
enum phase {
	PHASE_START = 0,
	PHASE_RUN,
	PHASE_DRAIN, /* no new connections; what is under way may end */
	PHASE_END,   /* everything is closed now */
};

struct http_server {
	struct http_config c;
	struct arena *arena; /* the routes, networks: until the end */
	struct routes *routes;
	struct networks trusted;
	int listeners[LISTENERS_MAX];
	size_t listener_count;
	int port;
	struct loop *loops;
	pthread_t *workers;
	size_t worker_count;
	struct queue *queue; /* of struct job */
	h2o_globalconf_t globalconf;
	atomic_int phase;
	atomic_size_t connections;
	struct { /* certificates */
		pthread_mutex_t lock;
		SSL_CTX *ctx;
		uint64_t stamp;
		atomic_uint generation; /* loops take the new one when it has moved */
	} tls;
	struct { /* threads that are up, connections that are gone */
		pthread_mutex_t lock;
		pthread_cond_t cond;
		size_t ready, failed;
		struct err e;
	} start;
};

/*
 * How far door.c has looked into the request that is arriving. Everything here is for one request,
 * but for `next` and `link`.
 */
struct door {
	h2o_linklist_t link; /* in loop->unwatched, or in none */
	h2o_socket_cb next;  /* h2o's own reader, which gets the bytes afterwards */
	enum { DOOR_LINE = 0, DOOR_HEADERS, DOOR_BODY, DOOR_SHUT } step;
	size_t seen;         /* bytes of the head that have been looked at; then its size */
	unsigned headers;    /* how many came */
	size_t length;       /* of the body as announced, 0 when it is not */
	bool sized, chunked; /* Content-Length, Transfer-Encoding were there */
	size_t limit;        /* of the body, known from the end of the head on */
	size_t held;         /* memory counted in loop->held */
	struct buf answer;   /* of a request that was turned away, while it is sent */
};

/* One accepted socket, from accept to close. */
struct connection {
	h2o_linklist_t link; /* in loop->waiting or loop->busy */
	struct loop *loop;
	h2o_socket_t *sock;
	bool busy;          /* a request is with a handler */
	bool ended;         /* shut down; h2o will close it */
	bool trusted;       /* the peer is a trusted proxy */
	size_t mark;        /* sock->bytes_read when it began to wait: more means half a request */
	int64_t since_ms;   /* monotonic: waiting since */
	int64_t reading_ms; /* monotonic: half a request seen since, or 0 */
	int64_t handshake_ms;    /* monotonic: TLS is under way since, or 0 */
	struct goodbye *goodbye; /* reads on after the close, or NULL */
	struct door door;
	/* Held because h2o keeps the bare pointer until the first bytes arrive, and a reload may
	 * come before. */
	SSL_CTX *ssl_ctx;
	char peer[ADDRESS_TEXT];
};

struct exchange;
struct loop {
	h2o_context_t h2o; /* h2o.loop is the event loop */
	struct http_server *s;
	size_t index;
	pthread_t thread;
	h2o_accept_ctx_t accept;
	unsigned tls_generation;
	h2o_multithread_receiver_t inbox;
	h2o_socket_t *listeners[LISTENERS_MAX];
	bool accepting, drained;
	h2o_linklist_t waiting, busy; /* of struct connection; waiting: longest first */
	h2o_linklist_t streams, files, goodbyes;
	h2o_linklist_t unwatched;  /* of struct door: h2o reads them again, or will */
	struct connection *inside; /* whose bytes h2o is looking at; NULL once it closed it */
	size_t held;               /* memory of requests that are not all here */
	size_t goodbye_count;
	size_t connections;
	h2o_timeout_entry_t gather; /* fires when the round's sockets have been read */
	struct exchange *gathered, **gathered_tail;
	size_t gathered_count;
	bool flushing;
	struct arena *arena; /* of the round */
	h2o_timeout_entry_t tick;
	struct job *spare_jobs; /* kept for reuse */
	size_t spare_count;
	void *ctx; /* what loop_start gave */
	bool done;
};

static inline struct loop *loop_of(h2o_req_t *req)
{
	return H2O_STRUCT_FROM_MEMBER(struct loop, h2o, req->conn->ctx);
}
static inline enum phase phase_of(struct http_server *s)
{
	return (enum phase)atomic_load_explicit(&s->phase, memory_order_acquire);
}

/* loop.c */
void *loop_main(void *loop);
void post(struct loop *l, struct message *m);
void loop_wake(struct loop *l);
void loop_gather(struct loop *l, struct exchange *x);

/* connection.c */
struct connection *connection_of(h2o_req_t *req);
void connections_accept(h2o_socket_t *listener, const char *err);
void connection_busy(struct connection *c);
void connection_waits(struct connection *c);
void connection_end(struct connection *c); /* h2o then reads the end, and closes it */
void connections_tick(struct loop *l, int64_t mono_ms);
void connections_drain(struct loop *l); /* closes what waits, before any byte of a request */
void connections_cut(struct loop *l);   /* closes all */

/* door.c */
void door_open(struct connection *c);  /* gives the socket to h2o's HTTP/1 */
void door_reset(struct connection *c); /* the next bytes are another request's */
void door_close(struct connection *c); /* the connection is gone */
void doors_watch(struct loop *l);      /* after each round of the event loop */
/* Counts a refusal that no handler knows of, by the request's row. */
void door_count_refused(const struct connection *c);

/* exchange.c */
size_t body_limit(const struct http_server *s, const struct route *row); /* row may be NULL */
int exchange_on_request(h2o_handler_t *self, h2o_req_t *req);
void exchanges_flush(
	struct loop *l); /* gives the gathered ones to their batch functions, sends the answers */
/* Answers req; takes r's body over. */
void exchange_reply(h2o_req_t *req, const struct http_request *rq, struct http_reply *r,
		    int64_t began_us);

/* worker.c: a job is an exchange that a worker thread answers */
bool worker_take(struct loop *l, h2o_req_t *req, const struct http_request *rq,
		 const struct route_match *m, int64_t began_us);
void *worker_main(void *server);
void workers_free_spare(struct loop *l);

/* stream.c */
struct http_stream *stream_new(struct loop *l);
void stream_open(struct http_stream *s, h2o_req_t *req,
		 const struct http_request *rq); /* loop thread */
void stream_drop(struct http_stream *s);         /* before it was opened; calls closed */
void stream_discard(struct http_stream *s);      /* the handler refused: nobody knows it */
void streams_tick(struct loop *l, int64_t mono_ms);
void streams_end(struct loop *l); /* asks all to finish */

/* file.c */
/* The rest of an answer whose headers stand: the file's size bytes. The file is closed by it, and
 * gone called then. */
void file_send(h2o_req_t *req, FILE *file, uint64_t size, void (*gone)(void));
void files_tick(struct loop *l, int64_t mono_ms); /* lets go of clients that take nothing */

/* guard.c */
void guard_register(h2o_pathconf_t *path);
void goodbye_closed(struct goodbye *g); /* its connection is gone */
void goodbyes_tick(struct loop *l, int64_t mono_ms,
		   bool all); /* ends those whose time is over, or all */

/* headers.c */
struct header {
	const char *name, *value;
};
/* What stands behind http_request.server_side: the request's headers, in h2o's memory or copied. */
struct server_side {
	h2o_req_t *req; /* gathered: looked up when asked for */
	const struct header *headers;
	size_t header_count;
};
const struct header *headers_copy(struct arena *a, h2o_req_t *req, size_t *ret_n);
void reply_security(h2o_req_t *req, const struct http_request *rq, const struct http_reply *r);
void reply_security_text(struct buf *b, bool secure); /* the same as lines of a head */
