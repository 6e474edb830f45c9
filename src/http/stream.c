/*
 * Event streams. Producers of any thread append to `out` under the lock; the loop thread moves it
 * to `sending`, of which h2o has one piece at a time. A stream lives until its request is gone from
 * h2o and its last message has arrived.
 */
#include "http/server.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "base/metric.h"
#include "http/problem.h"

#define BEHIND_MAX   (1024 * 1024)
#define HEARTBEAT_MS 15000

struct http_stream {
	struct message poke;
	h2o_generator_t generator;
	pthread_mutex_t lock;
	/* under the lock */
	struct buf out;
	size_t in_flight;
	bool poked, too_slow, finish, gone;
	/* loop thread */
	h2o_linklist_t link;
	struct loop *loop;
	h2o_req_t *req;
	int fd;
	struct buf sending;
	bool busy, ended;
	int64_t sent_ms;
	/* set by the handler before it returns */
	void (*closed)(void *ctx);
	void *ctx;
};

static void on_poke(struct loop *l, struct message *m);

struct http_stream *stream_new(struct loop *l)
{
	struct http_stream *s = calloc(1, sizeof(*s));

	MUST(s);
	pthread_mutex_init(&s->lock, NULL);
	s->poke.run = on_poke;
	s->loop = l;
	s->out = buf_new(BEHIND_MAX);
	s->sending = buf_new(BEHIND_MAX);
	return s;
}

void stream_discard(struct http_stream *s)
{
	buf_free(&s->out);
	buf_free(&s->sending);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void http_stream_on_close(struct http_stream *s, void (*closed)(void *ctx), void *ctx)
{
	s->closed = closed;
	s->ctx = ctx;
}

/* Under the lock: true when the caller is to post the message, outside of it. */
static bool to_poke(struct http_stream *s)
{
	bool first = !s->poked;

	s->poked = true;
	return first;
}

void http_stream_send(struct http_stream *s, struct str bytes)
{
	bool tell;

	pthread_mutex_lock(&s->lock);
	if (s->out.n + s->in_flight + bytes.n > BEHIND_MAX)
		s->too_slow = true;
	else if (!s->finish && !s->too_slow)
		buf_str(&s->out, bytes);
	tell = to_poke(s);
	pthread_mutex_unlock(&s->lock);
	if (tell)
		post(s->loop, &s->poke);
}

void http_stream_close(struct http_stream *s)
{
	bool tell;

	pthread_mutex_lock(&s->lock);
	s->finish = true;
	tell = to_poke(s);
	pthread_mutex_unlock(&s->lock);
	if (tell)
		post(s->loop, &s->poke);
}

/* ---- loop thread ---- */

/* Nobody sends after closed() has returned; a message that is on its way frees instead. */
void stream_drop(struct http_stream *s)
{
	bool on_its_way;

	if (s->closed)
		s->closed(s->ctx);
	pthread_mutex_lock(&s->lock);
	s->gone = true;
	on_its_way = s->poked;
	pthread_mutex_unlock(&s->lock);
	if (!on_its_way)
		stream_discard(s);
}

static void on_request_gone(void *anchor)
{
	struct http_stream *s = *(struct http_stream **)anchor;

	h2o_linklist_unlink(&s->link);
	metric_add(METRIC_STREAMS, -1);
	s->req = NULL;
	stream_drop(s);
}

/* h2o hears of it from the write that is under way, or from one that is made for it to fail. */
static void cut(struct http_stream *s)
{
	if (s->ended)
		return;
	s->ended = true;
	shutdown(s->fd, SHUT_RDWR);
	if (!s->busy)
		h2o_send(s->req, NULL, 0, H2O_SEND_STATE_FINAL);
}

static void pump(struct http_stream *s)
{
	h2o_iovec_t piece;
	bool last;

	if (!s->req || s->busy || s->ended)
		return;
	pthread_mutex_lock(&s->lock);
	if (s->out.n) {
		struct buf full = s->out;

		s->out = s->sending;
		s->sending = full;
	}
	s->in_flight = s->sending.n;
	last = s->finish && !s->out.n;
	pthread_mutex_unlock(&s->lock);
	if (!s->sending.n && !last)
		return;
	s->busy = true;
	s->ended = last;
	s->sent_ms = clock_mono();
	piece = h2o_iovec_init(s->sending.p, s->sending.n);
	/* With the last piece the request may go, and s with it: nothing of s is touched after
	 * this. */
	h2o_send(s->req, &piece, s->sending.n ? 1 : 0,
		 last ? H2O_SEND_STATE_FINAL : H2O_SEND_STATE_IN_PROGRESS);
}

static void on_proceed(h2o_generator_t *generator, h2o_req_t *req)
{
	struct http_stream *s = H2O_STRUCT_FROM_MEMBER(struct http_stream, generator, generator);

	(void)req;
	s->busy = false;
	pthread_mutex_lock(&s->lock);
	buf_clear(&s->sending);
	s->in_flight = 0;
	pthread_mutex_unlock(&s->lock);
	pump(s);
}

static void on_poke(struct loop *l, struct message *m)
{
	struct http_stream *s = H2O_STRUCT_FROM_MEMBER(struct http_stream, poke, m);
	bool gone, too_slow;

	(void)l;
	pthread_mutex_lock(&s->lock);
	s->poked = false;
	gone = s->gone;
	too_slow = s->too_slow;
	pthread_mutex_unlock(&s->lock);
	if (gone)
		stream_discard(s);
	else if (too_slow && s->req)
		cut(s);
	else
		pump(s);
}

void stream_open(struct http_stream *s, h2o_req_t *req, const struct http_request *rq)
{
	static const struct http_reply no_reply;
	static const char type[] = "text/event-stream";

	s->req = req;
	s->fd = h2o_socket_get_fd(req->conn->callbacks->get_socket(req->conn));
	s->generator.proceed = on_proceed;
	*(struct http_stream **)h2o_mem_alloc_shared(&req->pool, sizeof(struct http_stream *),
						     on_request_gone) = s;
	h2o_linklist_insert(&s->loop->streams, &s->link);
	metric_add(METRIC_STREAMS, 1);
	req->res.status = 200;
	req->res.reason = http_reason(200);
	req->http1_is_persistent = 0;
	h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL, type,
		       sizeof(type) - 1);
	/* nginx would hold the events back */
	h2o_add_header_by_str(&req->pool, &req->res.headers, H2O_STRLIT("x-accel-buffering"), 0,
			      NULL, H2O_STRLIT("no"));
	reply_security(req, rq, &no_reply);
	h2o_start_response(req, &s->generator);
	http_stream_send(s, STR(":\n\n"));
	if (phase_of(s->loop->s) >= PHASE_DRAIN)
		http_stream_close(s);
	pump(s);
}

/* A client that closed its side sends nothing more, so only a look shows it. */
static bool hung_up(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0;
}

void streams_tick(struct loop *l, int64_t mono_ms)
{
	for (h2o_linklist_t *at = l->streams.next, *next; at != &l->streams; at = next) {
		struct http_stream *s = H2O_STRUCT_FROM_MEMBER(struct http_stream, link, at);

		next = at->next;
		if (s->ended)
			continue;
		if (hung_up(s->fd))
			cut(s);
		else if (!s->busy && mono_ms - s->sent_ms >= HEARTBEAT_MS)
			http_stream_send(s, STR(":\n\n"));
	}
}

void streams_end(struct loop *l)
{
	for (h2o_linklist_t *at = l->streams.next; at != &l->streams; at = at->next)
		http_stream_close(H2O_STRUCT_FROM_MEMBER(struct http_stream, link, at));
}
