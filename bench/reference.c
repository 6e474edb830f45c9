/* reference - the bare durable intake that the server is measured against.
 *
 * One thread, epoll, the same bytes, group commit into one indexed SQLite table, nothing else: what
 * arrived in one epoll round is one transaction (WAL, synchronous=FULL), and the answers leave
 *after its commit. HTTP is only as much as a well-behaved keep-alive client needs: one request at a
 *time, Content-Length, no pipelining.
 *
 *	reference [PORT] FILE
 */
#include "listen.h"
#include "table.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUND_MAX = 1024, INPUT_MAX = 72 * 1024 };

struct conn {
	int fd;
	size_t used, head; /* head: bytes up to the body, 0 while unknown */
	size_t body;
	char id[TABLE_ID_SIZE];
	char input[INPUT_MAX];
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

static void conn_close(struct conn *c)
{
	close(c->fd);
	free(c);
}

static void accept_all(int listener, int poll)
{
	int fd, on = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *c = malloc(sizeof(*c));
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };

		if (!c)
			exit(1);
		c->fd = fd;
		c->used = c->head = c->body = 0;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &ev) < 0)
			conn_close(c);
	}
}

/* Sets head and body lengths once the header is whole; false: not HTTP as we take it. */
static bool read_head(struct conn *c)
{
	char *end = memmem(c->input, c->used, "\r\n\r\n", 4), *at;

	if (!end)
		return c->used < INPUT_MAX;
	*end = 0; /* the header is text from here on; the body begins after it */
	if (memchr(c->input, 0, (size_t)(end - c->input)) || strncmp(c->input, "POST /", 6) != 0)
		return false;
	at = strcasestr(c->input, "\r\ncontent-length:");
	if (!at)
		return false;
	c->head = (size_t)(end - c->input) + 4;
	c->body = strtoul(at + 17, NULL, 10);
	return c->body <= INPUT_MAX - c->head;
}

/* 1: a whole request lies in the buffer, 0: not yet, -1: close. */
static int conn_read(struct conn *c)
{
	ssize_t n = recv(c->fd, c->input + c->used, INPUT_MAX - c->used, 0);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	if (n == 0)
		return -1;
	c->used += (size_t)n;
	if (!c->head && !read_head(c))
		return -1;
	if (!c->head || c->used < c->head + c->body)
		return 0;
	return c->used == c->head + c->body ? 1 : -1;
}

static void store(struct table *t, struct conn *c)
{
	char *offer = c->input + 5, *end = strchr(offer, ' ');

	if (end)
		*end = 0;
	table_add(t, offer, c->input + c->head, c->body, c->id);
}

static void answer(struct conn *c)
{
	char out[256], body[128];
	int n, body_len;

	body_len = snprintf(body, sizeof(body), "{\"receipt\":\"%s\",\"understood\":true}", c->id);
	n = snprintf(out, sizeof(out),
		     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		     "Content-Length: %d\r\n\r\n%s",
		     body_len, body);

	c->used = c->head = c->body = 0;
	if (send(c->fd, out, (size_t)n, MSG_NOSIGNAL) != n)
		conn_close(c);
}

static void serve(int listener, int poll, struct table *t)
{
	static struct epoll_event events[ROUND_MAX];
	static struct conn *ready[ROUND_MAX];

	while (!stopping) {
		int n = epoll_wait(poll, events, ROUND_MAX, -1), whole = 0;

		for (int i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;
			int got = c ? conn_read(c) : 0;

			if (!c)
				accept_all(listener, poll);
			else if (got < 0)
				conn_close(c);
			else if (got > 0) {
				store(t, c);
				ready[whole++] = c;
			}
		}
		table_commit(t);
		for (int i = 0; i < whole; i++)
			answer(ready[i]);
	}
}

int main(int argc, char **argv)
{
	struct sigaction stop = { .sa_handler = on_signal };
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };
	struct table *t;
	int listener, poll;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: reference [PORT] FILE\n");
		return 2;
	}
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	t = table_open(argv[argc - 1]);
	poll = epoll_create1(EPOLL_CLOEXEC);
	listener = listen_loopback(argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0);
	if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &ev) < 0) {
		perror("epoll");
		return 1;
	}
	serve(listener, poll, t);
	table_close(t);
	return 0;
}
