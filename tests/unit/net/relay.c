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
	char said; /* first digit of the last reply */
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
		{ "HELLO", "220 relay.example ESMTP\r\n", 0, false },
		{ "STARTTLS", "220 go ahead\r\n", 0, false },
		{ "AUTH", "235 2.7.0 welcome\r\n", 0, false },
		{ "MAIL", "250 2.1.0 ok\r\n", 0, false },
		{ "RCPT", "250 2.1.5 ok\r\n", 0, false },
		{ "DATA", "354 go on\r\n", 0, false },
		{ ".", "250-2.0.0 taken\r\n250 2.0.0 queued as A1B2\r\n", 0, false },
		{ "RSET", "250 2.0.0 ok\r\n", 0, false },
		{ "QUIT", "221 bye\r\n", 0, false },
	};
	if (strcmp(command, "EHLO") == 0)
		return l->ssl || r->no_starttls ? "250-relay.example\r\n250 AUTH PLAIN\r\n"
						: "250-relay.example\r\n250 STARTTLS\r\n";
	for (size_t i = 0; i < LL_COUNT(replies); i++)
		if (strcmp(replies[i].command, command) == 0)
			return replies[i].reply;
	return "500 5.5.1 what?\r\n";
}

/* The script's row for a command that has come, or NULL. */
static const struct relay_say *row_of(struct relay *r, const char *command)
{
	const struct relay_say *found = NULL;
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->count; i++) {
		const struct relay_say *row = &r->script[i];
		if (strcmp(row->command, command) != 0)
			continue;
		r->came[i]++;
		if (!row->nth || row->nth == r->came[i])
			found = row;
	}
	pthread_mutex_unlock(&r->lock);
	return found;
}

/* False: the connection is over. */
static bool reply(struct relay *r, struct line *l, const char *command)
{
	const struct relay_say *row = row_of(r, command);
	const char *text = row ? row->reply : usual(r, l, command);
	char c;
	if (!text) {
		while (read_byte(r, l, &c))
			;
		return false;
	}
	l->said = *text;
	bool on = *text && write_text(l, text) && strcmp(command, "QUIT") != 0;
	if (row && row->close && l->ssl)
		SSL_shutdown(l->ssl);
	return on && !(row && row->close);
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

struct guest {
	struct relay *relay;
	int fd;
};

static void *serve(void *arg)
{
	struct guest *g = arg;
	struct relay *r = g->relay;
	struct line l = { .fd = g->fd };
	char line[2048], command[16];
	bool on = (!r->tls_first || upgrade(r, &l)) && reply(r, &l, "HELLO");
	while (on && read_line(r, &l, line, sizeof(line))) {
		snprintf(command, sizeof(command), "%.*s", (int)strcspn(line, " \r\n"), line);
		if (strcmp(command, "AUTH") == 0) /* the credentials come when they are asked for */
			on = write_text(&l, "334 \r\n") && read_line(r, &l, line, sizeof(line));
		on = on && reply(r, &l, command);
		if (on && strcmp(command, "STARTTLS") == 0)
			on = upgrade(r, &l);
		if (on && strcmp(command, "DATA") == 0 && l.said == '3')
			on = take_message(r, &l);
	}
	SSL_free(l.ssl);
	close(l.fd);
	free(g);
	return NULL;
}

static void *run(void *arg)
{
	struct relay *r = arg;
	int n = 0;
	while (wait_readable(r, r->listener)) {
		int fd = accept(r->listener, NULL, NULL);
		if (fd < 0)
			continue;
		must(n < RELAY_THREADS, "more connections than a test may make");
		struct guest *g = malloc(sizeof(*g));
		must(g != NULL, "malloc");
		*g = (struct guest){ r, fd };
		must(pthread_create(&r->serving[n++], NULL, serve, g) == 0, "pthread_create");
		r->connections++;
	}
	while (n)
		pthread_join(r->serving[--n], NULL);
	return NULL;
}

void relay_start(struct relay *r)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons((uint16_t)r->port);
	r->n = 0;
	r->heard[0] = 0;
	r->dots = r->connections = 0;
	memset(r->came, 0, sizeof(r->came));
	must(r->count <= LL_COUNT(r->came), "script");
	pthread_mutex_init(&r->lock, NULL);
	r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(setsockopt(r->listener, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) == 0,
	     "SO_REUSEADDR");
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

int relay_heard(struct relay *r, const char *line)
{
	int n = 0;
	pthread_mutex_lock(&r->lock);
	for (const char *at = r->heard; (at = strstr(at, line)); at++)
		n++;
	pthread_mutex_unlock(&r->lock);
	return n;
}
