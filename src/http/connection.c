/*
 * Connections: accepting within the limit, and time-outs. h2o knows one timer for a whole request;
 * the two limits here (idle, and half a request) come from a look at all waiting connections once a
 * second. A connection is ended by shutting its socket down: h2o then reads the end and closes it
 * itself.
 */
#include "http/server.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/metric.h"

#define ACCEPTS_A_TURN          32 /* then the others get their turn; epoll says again that more wait */
#define IDLE_BEFORE_EVICTION_MS 1000
#define HANDSHAKE_MS            10000

struct connection *connection_of(h2o_req_t *req)
{
	return req->conn->callbacks->get_socket(req->conn)->on_close.data;
}

static struct connection *of_link(h2o_linklist_t *link)
{
	return H2O_STRUCT_FROM_MEMBER(struct connection, link, link);
}

static void move(struct connection *c, h2o_linklist_t *list)
{
	h2o_linklist_unlink(&c->link);
	h2o_linklist_insert(list, &c->link);
}

void connection_busy(struct connection *c)
{
	c->busy = true;
	move(c, &c->loop->busy);
}

void connection_waits(struct connection *c)
{
	c->busy = false;
	c->mark = c->sock->bytes_read;
	c->since_ms = clock_mono();
	c->reading_ms = 0;
	move(c, &c->loop->waiting);
	door_reset(c);
}

void connection_end(struct connection *c)
{
	c->ended = true;
	shutdown(h2o_socket_get_fd(c->sock), SHUT_RDWR);
}

static void on_close(void *data)
{
	struct connection *c = data;
	struct http_server *s = c->loop->s;

	SSL_CTX_free(c->ssl_ctx);
	door_close(c);
	if (c->goodbye)
		goodbye_closed(c->goodbye);
	h2o_linklist_unlink(&c->link);
	c->loop->connections--;
	metric_add(METRIC_HTTP_CONNECTIONS, -1);
	if (atomic_fetch_sub(&s->connections, 1) == 1 && phase_of(s) >= PHASE_DRAIN) {
		pthread_mutex_lock(&s->start.lock);
		pthread_cond_broadcast(&s->start.cond);
		pthread_mutex_unlock(&s->start.lock);
	}
	free(c);
}

/* Over the limit the connection that has been idle longest goes; half requests and busy ones stay.
 */
static bool make_room(struct loop *l)
{
	int64_t before = clock_mono() - IDLE_BEFORE_EVICTION_MS;

	for (h2o_linklist_t *at = l->waiting.next; at != &l->waiting; at = at->next) {
		struct connection *c = of_link(at);

		if (c->since_ms > before)
			break; /* the list is in this order */
		if (!c->ended && c->sock->bytes_read == c->mark) {
			connection_end(c);
			return true;
		}
	}
	return false;
}

static void on_handshake(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->on_close.data;

	if (err) {
		h2o_socket_close(sock);
		return;
	}
	c->handshake_ms = 0;
	door_open(c);
}

static void welcome(struct loop *l, h2o_socket_t *sock)
{
	struct connection *c = calloc(1, sizeof(*c));
	struct sockaddr_storage peer;
	socklen_t len;

	MUST(c);
	len = h2o_socket_getpeername(sock, (struct sockaddr *)&peer);
	if (!len)
		peer.ss_family = AF_UNSPEC;
	*c = (struct connection){ .loop = l, .sock = sock, .since_ms = clock_mono() };
	c->trusted = networks_have(&l->s->trusted, (struct sockaddr *)&peer);
	address_text((struct sockaddr *)&peer, c->peer);
	h2o_linklist_insert(&l->waiting, &c->link);
	sock->on_close.cb = on_close;
	sock->on_close.data = c;
	l->connections++;
	metric_add(METRIC_HTTP_CONNECTIONS, 1);
	if (!l->accept.ssl_ctx) {
		door_open(c);
		return;
	}
	SSL_CTX_up_ref(l->accept.ssl_ctx);
	c->ssl_ctx = l->accept.ssl_ctx;
	c->handshake_ms = c->since_ms;
	h2o_socket_ssl_handshake(sock, c->ssl_ctx, NULL, on_handshake);
}

void connections_accept(h2o_socket_t *listener, const char *err)
{
	struct loop *l = listener->data;
	struct http_server *s = l->s;

	if (err)
		return;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		h2o_socket_t *sock = h2o_evloop_socket_accept(listener);

		if (!sock) {
			if (errno == EMFILE || errno == ENFILE)
				LL_IGNORE(make_room(l));
			return;
		}
		if (atomic_fetch_add(&s->connections, 1) >= s->c.max_connections && !make_room(l)) {
			atomic_fetch_sub(&s->connections, 1);
			h2o_socket_close(sock);
			continue;
		}
		welcome(l, sock);
	}
}

static bool over_time(const struct connection *c, int64_t mono_ms)
{
	const struct http_config *limits = &c->loop->s->c;

	if (c->handshake_ms)
		return mono_ms - c->handshake_ms > HANDSHAKE_MS;
	if (c->reading_ms)
		return mono_ms - c->reading_ms > limits->request_timeout_ms;
	return mono_ms - c->since_ms > limits->idle_timeout_ms;
}

void connections_tick(struct loop *l, int64_t mono_ms)
{
	for (h2o_linklist_t *at = l->waiting.next, *next; at != &l->waiting; at = next) {
		struct connection *c = of_link(at);

		next = at->next;
		if (c->sock->bytes_read != c->mark && !c->reading_ms)
			c->reading_ms = mono_ms;
		if (over_time(c, mono_ms))
			connection_end(c);
	}
}

/* SHUT_RD: a request that has reached the socket already is still read and answered. */
void connections_drain(struct loop *l)
{
	for (h2o_linklist_t *at = l->waiting.next; at != &l->waiting; at = at->next)
		if (of_link(at)->sock->bytes_read == of_link(at)->mark)
			shutdown(h2o_socket_get_fd(of_link(at)->sock), SHUT_RD);
}

void connections_cut(struct loop *l)
{
	for (h2o_linklist_t *at = l->waiting.next; at != &l->waiting; at = at->next)
		connection_end(of_link(at));
	for (h2o_linklist_t *at = l->busy.next; at != &l->busy; at = at->next)
		connection_end(of_link(at));
}
