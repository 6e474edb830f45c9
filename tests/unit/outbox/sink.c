#include "sink.h"
#include <errno.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FULL (64 * 1024)

struct caller {
	int fd;
	size_t n;
	struct caller *next;
	char text[FULL + 1];
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

static const char *header(const char *head, const char *name)
{
	const char *at = strcasestr(head, name);
	return at ? at + strlen(name) : NULL;
}

static void answer(struct sink *s, struct caller *c, const struct sink_request *r)
{
	const char *extra = "";
	char out[1024];
	int status = s->fn(s->ctx, r, &extra);
	if (!status)
		return;
	const char *end = strstr(extra, "\r\n\r\n") ? "" : "Content-Length: 0\r\n\r\n";
	int n = snprintf(out, sizeof(out), "HTTP/1.1 %d X\r\n%s%s", status, extra, end);
	/* The sender may have given up on this one; anything else is the test's own trouble. */
	must(send(c->fd, out, (size_t)n, MSG_NOSIGNAL) == n || errno == EPIPE ||
		     errno == ECONNRESET,
	     "send");
}

/* Takes whole requests off the front of what has come. */
static void consume(struct sink *s, struct caller *c)
{
	for (;;) {
		struct sink_request r = { .head = c->text };
		c->text[c->n] = 0;
		char *end = strstr(c->text, "\r\n\r\n");
		if (!end)
			return;
		const char *length = header(c->text, "\r\ncontent-length:");
		size_t body = length && length < end ? (size_t)atol(length) : 0;
		size_t whole = (size_t)(end + 4 - c->text) + body;
		if (c->n < whole)
			return;
		*end = 0;
		const char *id = header(c->text, "\r\nwebhook-id: ");
		if (id)
			snprintf(r.id, sizeof(r.id), "%.*s", (int)strcspn(id, "\r\n"), id);
		r.body = (struct str){ end + 4, body };
		r.n = atomic_fetch_add(&s->requests, 1);
		answer(s, c, &r);
		memmove(c->text, c->text + whole, c->n - whole);
		c->n -= whole;
	}
}

static struct caller *let_in(struct sink *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return NULL;
	struct caller *c = calloc(1, sizeof(*c));
	must(c != NULL, "calloc");
	c->fd = fd;
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
	must(epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) == 0, "epoll_ctl");
	return c;
}

static void hear(struct sink *s, struct caller *c)
{
	ssize_t n = recv(c->fd, c->text + c->n, FULL - c->n, 0);
	if (n > 0) {
		c->n += (size_t)n;
		consume(s, c);
	} else if (c->fd >= 0) {
		close(c->fd);
		c->fd = -1;
	}
}

static void *run(void *arg)
{
	struct sink *s = arg;
	struct caller *all = NULL;
	bool stop = false;
	while (!stop) {
		struct epoll_event ev[64];
		int n = epoll_wait(s->epoll, ev, 64, -1);
		for (int i = 0; i < n; i++) {
			if (ev[i].data.ptr == s) {
				struct caller *c = let_in(s);
				if (c) {
					c->next = all;
					all = c;
				}
			} else if (ev[i].data.ptr == s->stop) {
				stop = true;
			} else {
				hear(s, ev[i].data.ptr);
			}
		}
	}
	while (all) {
		struct caller *c = all;
		all = c->next;
		if (c->fd >= 0)
			close(c->fd);
		free(c);
	}
	return NULL;
}

void sink_start(struct sink *s, sink_fn *fn, void *ctx)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*s = (struct sink){ .fn = fn, .ctx = ctx };
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(bind(s->listener, (const struct sockaddr *)&in, sizeof(in)) == 0, "bind");
	must(listen(s->listener, 512) == 0, "listen");
	must(getsockname(s->listener, (struct sockaddr *)&in, &len) == 0, "getsockname");
	s->port = ntohs(in.sin_port);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	must(pipe(s->stop) == 0, "pipe");
	struct epoll_event a = { .events = EPOLLIN, .data.ptr = s };
	struct epoll_event b = { .events = EPOLLIN, .data.ptr = s->stop };
	must(epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &a) == 0, "epoll_ctl");
	must(epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->stop[0], &b) == 0, "epoll_ctl");
	must(pthread_create(&s->thread, NULL, run, s) == 0, "pthread_create");
}

void sink_stop(struct sink *s)
{
	must(write(s->stop[1], "x", 1) == 1, "write");
	pthread_join(s->thread, NULL);
	close(s->stop[0]);
	close(s->stop[1]);
	close(s->listener);
	close(s->epoll);
}
