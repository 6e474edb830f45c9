/*
 * What h2o answers by itself (a body over the limit, a broken one) in our own form, and the
 * goodbye: a socket that is closed while the client still sends is reset, and the reset overtakes
 * the answer. So the descriptor is kept open a moment by a duplicate that reads on and throws away.
 */
#include "http/server.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/metric.h"
#include "http/problem.h"

#define LINGER_BYTES (32 * 1024 * 1024)
#define LINGER_MAX   64 /* at once, in one loop */
#define LINGER_MS    2000

struct goodbye {
	h2o_linklist_t link;
	h2o_socket_t *sock;
	struct loop *loop;
	struct connection *of; /* NULL once its own socket is closed */
	size_t bytes;
	int64_t until_ms;
};

static void goodbye_end(struct goodbye *g)
{
	if (g->of)
		g->of->goodbye = NULL;
	g->loop->goodbye_count--;
	h2o_linklist_unlink(&g->link);
	h2o_socket_close(g->sock);
	free(g);
}

static void on_more(h2o_socket_t *sock, const char *err)
{
	struct goodbye *g = sock->data;

	g->bytes += sock->input->size;
	h2o_buffer_consume(&sock->input, sock->input->size);
	if (err || g->bytes > LINGER_BYTES)
		goodbye_end(g);
}

static void say_goodbye(struct connection *c)
{
	struct loop *l = c->loop;
	struct goodbye *g;
	int fd;

	if (c->goodbye || l->goodbye_count >= LINGER_MAX)
		return;
	fd = dup(h2o_socket_get_fd(c->sock));
	if (fd < 0)
		return;
	g = calloc(1, sizeof(*g));
	MUST(g);
	*g = (struct goodbye){ .loop = l, .of = c, .until_ms = clock_mono() + LINGER_MS };
	g->sock = h2o_evloop_socket_create(l->h2o.loop, fd, 0);
	g->sock->data = g;
	h2o_linklist_insert(&l->goodbyes, &g->link);
	l->goodbye_count++;
	c->goodbye = g;
	h2o_socket_read_start(g->sock, on_more);
}

void goodbye_closed(struct goodbye *g)
{
	g->of = NULL;
	shutdown(h2o_socket_get_fd(g->sock), SHUT_WR);
}

void goodbyes_tick(struct loop *l, int64_t mono_ms, bool all)
{
	for (h2o_linklist_t *at = l->goodbyes.next, *next; at != &l->goodbyes; at = next) {
		struct goodbye *g = H2O_STRUCT_FROM_MEMBER(struct goodbye, link, at);

		next = at->next;
		if (all || mono_ms >= g->until_ms)
			goodbye_end(g);
	}
}

/* ---- h2o's own answers ---- */

static void say(int status, struct err *e)
{
	if (status == 400)
		ERR(e, ERR_INPUT, "http.broken", "The body's chunks are not valid.");
	else if (status == 413)
		ERR(e, ERR_TOO_LARGE, "body.size", "The body is too large.");
	else if (status == 417)
		ERR(e, ERR_INPUT, "http.expect", "Only Expect: 100-continue is understood.");
	else
		ERR(e, ERR_INPUT, "http.refused", "The request was refused.");
}

struct replacement {
	h2o_ostream_t super;
	h2o_iovec_t body;
};

static void send_replacement(h2o_ostream_t *self, h2o_req_t *req, h2o_iovec_t *bufs, size_t n,
			     h2o_send_state_t state)
{
	struct replacement *r = H2O_STRUCT_FROM_MEMBER(struct replacement, super, self);

	(void)bufs;
	(void)n;
	h2o_ostream_send_next(self, req, &r->body, 1, state);
}

static void replace(h2o_req_t *req, struct http_reply *reply, h2o_ostream_t **slot)
{
	static const struct http_request nobody;
	static const char type[] = "application/problem+json";
	struct replacement *r = H2O_STRUCT_FROM_MEMBER(struct replacement, super,
						       h2o_add_ostream(req, sizeof(*r), slot));

	r->super.do_send = send_replacement;
	r->body = h2o_strdup(&req->pool, reply->body.p, reply->body.n);
	req->res.content_length = r->body.len;
	h2o_set_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, type,
		       sizeof(type) - 1, 1);
	reply_security(req, &nobody, reply);
}

/* A connection that is not busy has no handler: the answer is h2o's. */
static void on_setup(h2o_filter_t *self, h2o_req_t *req, h2o_ostream_t **slot)
{
	struct connection *c = connection_of(req);
	struct http_reply reply = { 0 };
	struct err e = { 0 };

	if (!c->busy) {
		say(req->res.status, &e);
		problem_write(&reply, req->res.status, &e, NULL);
		replace(req, &reply, slot);
		buf_free(&reply.body);
		metric_add(METRIC_HTTP_REQUESTS, 1);
		door_count_refused(c);
		req->http1_is_persistent = 0;
		say_goodbye(c);
	}
	(void)self;
	h2o_setup_next_ostream(req, slot);
}

void guard_register(h2o_pathconf_t *path)
{
	h2o_create_filter(path, sizeof(h2o_filter_t))->on_setup_ostream = on_setup;
}
