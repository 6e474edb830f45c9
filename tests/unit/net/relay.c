#include "relay.h"
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct line {
	int fd;
	SSL *ssl;
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

/* False once the relay is to stop. */
static bool wait_readable(struct relay *r, int fd)
{
	struct pollfd f[2] = { { fd, POLLIN, 0 }, { r->stop[0], POLLIN, 0 } };
	while (poll(f, 2, -1) < 0)
		must(errno == EINTR, "poll");
	return f[1].revents == 0;
}

static bool read_byte(struct relay *r, struct line *l, char *c)
{
	if (!(l->ssl && SSL_pending(l->ssl)) && !wait_readable(r, l->fd))
		return false;
	return (l->ssl ? SSL_read(l->ssl, c, 1) : recv(l->fd, c, 1, 0)) == 1;
}

/* One line, also into heard; false when there is none. */
static bool read_line(struct relay *r, struct line *l, char *out, size_t size)
{
	size_t n = 0;
	char c = 0;
	while (c != '\n') {
		if (!read_byte(r, l, &c))
			return false;
		if (n + 1 < size)
			out[n++] = c;
	}
	out[n] = 0;
	pthread_mutex_lock(&r->lock);
	if (r->n + n < sizeof(r->heard)) {
		memcpy(r->heard + r->n, out, n + 1);
		r->n += n;
	}
	pthread_mutex_unlock(&r->lock);
	return true;
}

static bool write_text(struct line *l, const char *text)
{
	size_t n = strlen(text);
	return (l->ssl ? SSL_write(l->ssl, text, (int)n) : send(l->fd, text, n, MSG_NOSIGNAL)) ==
	       (ssize_t)n;
}

static bool upgrade(struct relay *r, struct line *l)
{
	l->ssl = SSL_new(r->tls);
	SSL_set_fd(l->ssl, l->fd);
	return SSL_accept(l->ssl) == 1;
}

static const char *usual(const struct relay *r, const struct line *l, const char *command)
{
	static const struct relay_say replies[] = {
		{ "HELLO", "220 relay.example ESMTP\r\n" },
		{ "STARTTLS", "220 go ahead\r\n" },
		{ "AUTH", "235 2.7.0 welcome\r\n" },
		{ "MAIL", "250 2.1.0 ok\r\n" },
		{ "RCPT", "250 2.1.5 ok\r\n" },
		{ "DATA", "354 go on\r\n" },
		{ ".", "250-2.0.0 taken\r\n250 2.0.0 queued as A1B2\r\n" },
		{ "QUIT", "221 bye\r\n" },
	};
	if (strcmp(command, "EHLO") == 0)
		return l->ssl || r->no_starttls ? "250-relay.example\r\n250 AUTH PLAIN\r\n"
						: "250-relay.example\r\n250 STARTTLS\r\n";
	for (size_t i = 0; i < LL_COUNT(replies); i++)
		if (strcmp(replies[i].command, command) == 0)
			return replies[i].reply;
	return "500 5.5.1 what?\r\n";
}

/* False: the connection is over. */
static bool reply(struct relay *r, struct line *l, const char *command)
{
	const char *text = usual(r, l, command);
	char c;
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->script[i].command, command) == 0)
			text = r->script[i].reply;
	if (!text) {
		while (read_byte(r, l, &c))
			;
		return false;
	}
	return *text && write_text(l, text) && strcmp(command, "QUIT") != 0;
}

static bool take_message(struct relay *r, struct line *l)
{
	char line[2048] = "";
	while (strcmp(line, ".\r\n") != 0)
		if (!read_line(r, l, line, sizeof(line)))
			return false;
	r->dots++;
	return reply(r, l, ".");
}

static void serve(struct relay *r, int fd)
{
	struct line l = { .fd = fd };
	char line[2048], command[16];
	bool on = (!r->tls_first || upgrade(r, &l)) && reply(r, &l, "HELLO");
	while (on && read_line(r, &l, line, sizeof(line))) {
		snprintf(command, sizeof(command), "%.*s", (int)strcspn(line, " \r\n"), line);
		if (strcmp(command, "AUTH") == 0) /* the credentials come when they are asked for */
			on = write_text(&l, "334 \r\n") && read_line(r, &l, line, sizeof(line));
		on = on && reply(r, &l, command);
		if (on && strcmp(command, "STARTTLS") == 0)
			on = upgrade(r, &l);
		if (on && strcmp(command, "DATA") == 0)
			on = take_message(r, &l);
	}
	SSL_free(l.ssl);
	close(fd);
}

static void *run(void *arg)
{
	struct relay *r = arg;
	while (wait_readable(r, r->listener)) {
		int fd = accept(r->listener, NULL, NULL);
		if (fd >= 0)
			serve(r, fd);
	}
	return NULL;
}

void relay_start(struct relay *r)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->n = 0;
	r->dots = 0;
	pthread_mutex_init(&r->lock, NULL);
	r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(r->listener, (const struct sockaddr *)&in, sizeof(in)) == 0, "bind");
	must(listen(r->listener, 64) == 0, "listen");
	must(getsockname(r->listener, (struct sockaddr *)&in, &len) == 0, "getsockname");
	r->port = ntohs(in.sin_port);
	must(pipe(r->stop) == 0, "pipe");
	must(pthread_create(&r->thread, NULL, run, r) == 0, "pthread_create");
}

void relay_stop(struct relay *r)
{
	must(write(r->stop[1], "x", 1) == 1, "write");
	pthread_join(r->thread, NULL);
	close(r->listener);
	close(r->stop[0]);
	close(r->stop[1]);
	pthread_mutex_destroy(&r->lock);
}
