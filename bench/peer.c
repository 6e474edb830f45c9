#include "peer.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool peer_open(struct peer *p, const struct sockaddr_in *to, SSL_CTX *tls)
{
	int on = 1;

	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	p->ssl = NULL;
	p->out_done = p->in_used = 0;
	p->state = PEER_CONNECTING;
	if (p->fd < 0)
		return false;
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(p->fd, (const struct sockaddr *)to, sizeof(*to)) < 0 && errno != EINPROGRESS)
		return false;
	if (tls) {
		p->ssl = SSL_new(tls);
		if (!p->ssl || !SSL_set_fd(p->ssl, p->fd))
			return false;
		SSL_set_connect_state(p->ssl);
	}
	return true;
}

void peer_close(struct peer *p)
{
	if (p->ssl) {
		SSL_set_quiet_shutdown(p->ssl, 1);
		SSL_free(p->ssl);
	}
	if (p->fd >= 0)
		close(p->fd);
	p->ssl = NULL;
	p->fd = -1;
	p->state = PEER_CLOSED;
}

/* Bytes moved, 0: would block, -1: the connection is gone. */
static ssize_t tls_result(struct peer *p, int n)
{
	int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(p->ssl, n);

	if (why == SSL_ERROR_NONE)
		return n;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static ssize_t put(struct peer *p, const char *from, size_t n)
{
	ssize_t done;

	if (p->ssl)
		return tls_result(p, SSL_write(p->ssl, from, (int)n));
	done = send(p->fd, from, n, MSG_NOSIGNAL);
	return done >= 0 ? done : errno == EAGAIN ? 0 : -1;
}

static ssize_t get(struct peer *p, char *to, size_t n)
{
	ssize_t done;

	if (p->ssl)
		return tls_result(p, SSL_read(p->ssl, to, (int)n));
	done = recv(p->fd, to, n, 0);
	return done > 0 ? done : done < 0 && errno == EAGAIN ? 0 : -1;
}

/* 1: the answer is whole, 0: more to come, -1: not an answer. Text until the header's end. */
static int parse_answer(struct peer *p)
{
	char *end, *length;
	size_t head, body = 0;
	bool chunked;

	p->in[p->in_used] = 0;
	end = strstr(p->in, "\r\n\r\n");
	if (!end)
		return p->in_used < PEER_IN_MAX ? 0 : -1;
	if (strncmp(p->in, "HTTP/1.1 ", 9) != 0)
		return -1;
	end[2] = 0; /* restored below: the search must not run into the body */
	length = strcasestr(p->in, "\r\ncontent-length:");
	chunked = strcasestr(p->in, "\r\ntransfer-encoding: chunked");
	p->last = strcasestr(p->in, "\r\nconnection: close");
	if (length)
		body = strtoul(length + 17, NULL, 10);
	end[2] = '\r';
	head = (size_t)(end - p->in) + 4;
	p->status = atoi(p->in + 9);
	p->in_body = end + 4;
	if (chunked)
		return p->in_used >= head + 5 && !memcmp(p->in + p->in_used - 5, "0\r\n\r\n", 5);
	return p->in_used >= head + body;
}

static enum peer_result receive(struct peer *p)
{
	for (;;) {
		ssize_t n = get(p, p->in + p->in_used, PEER_IN_MAX - p->in_used);
		int whole;

		if (n <= 0)
			return n < 0 ? PEER_FAILED : PEER_WAIT;
		p->in_used += (size_t)n;
		whole = parse_answer(p);
		if (whole < 0)
			return PEER_FAILED;
		if (whole > 0) {
			p->state = PEER_READY;
			return PEER_ANSWERED;
		}
	}
}

static enum peer_result push(struct peer *p)
{
	while (p->out_done < p->out_len) {
		ssize_t n = put(p, p->out + p->out_done, p->out_len - p->out_done);
		if (n <= 0)
			return n < 0 ? PEER_FAILED : PEER_WAIT;
		p->out_done += (size_t)n;
	}
	p->state = PEER_RECEIVING;
	return PEER_WAIT;
}

static enum peer_result connected(struct peer *p)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 || error)
		return PEER_FAILED;
	p->state = p->ssl ? PEER_HANDSHAKE : PEER_SENDING;
	return PEER_WAIT;
}

static enum peer_result handshake(struct peer *p)
{
	ssize_t n = tls_result(p, SSL_do_handshake(p->ssl));

	if (n > 0)
		p->state = PEER_SENDING;
	return n < 0 ? PEER_FAILED : PEER_WAIT;
}

enum peer_result peer_step(struct peer *p)
{
	enum peer_result result = PEER_WAIT;

	if (p->state == PEER_CONNECTING)
		result = connected(p);
	if (p->state == PEER_HANDSHAKE && result == PEER_WAIT)
		result = handshake(p);
	if (p->state == PEER_SENDING && result == PEER_WAIT)
		result = push(p);
	else if (p->state == PEER_RECEIVING)
		result = receive(p);
	else if (p->state == PEER_READY && get(p, p->in, 1) != 0)
		result = PEER_FAILED; /* closed while idle, or speaking out of turn */
	return result;
}

enum peer_result peer_send(struct peer *p)
{
	p->out_done = p->in_used = 0;
	if (p->state != PEER_READY)
		return PEER_WAIT;
	p->state = PEER_SENDING;
	return push(p);
}
