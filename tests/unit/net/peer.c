#include "peer.h"
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

struct line {
	int fd;
	SSL *ssl;
};

/* False once the peer is to stop. ms -1: for ever. */
static bool wait_for(struct peer *p, int fd, short what, int ms)
{
	struct pollfd f[2] = { { fd, what, 0 }, { p->stop[0], POLLIN, 0 } };
	while (poll(f, 2, ms) < 0)
		must(errno == EINTR, "poll");
	return f[1].revents == 0;
}

static ssize_t line_read(struct peer *p, struct line *l, char *to, size_t n)
{
	if (l->ssl && SSL_pending(l->ssl))
		return SSL_read(l->ssl, to, (int)n);
	if (!wait_for(p, l->fd, POLLIN, -1))
		return -1;
	return l->ssl ? SSL_read(l->ssl, to, (int)n) : recv(l->fd, to, n, 0);
}

static bool line_write(struct peer *p, struct line *l, const char *from, size_t n)
{
	while (n) {
		if (!wait_for(p, l->fd, POLLOUT, -1))
			return false;
		ssize_t did = l->ssl ? SSL_write(l->ssl, from, (int)n)
				     : send(l->fd, from, n, MSG_NOSIGNAL);
		if (did <= 0)
			return false;
		from += did;
		n -= (size_t)did;
	}
	return true;
}

/* Bytes that belong to the request in text, 0 while it is not whole. */
static size_t request_length(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n");
	if (!end)
		return 0;
	const char *length = strcasestr(text, "content-length:");
	size_t body = length && length < end ? (size_t)atol(length + 15) : 0;
	return (size_t)(end + 4 - text) + body;
}

static bool read_request(struct peer *p, struct line *l)
{
	static char text[sizeof(p->last)];
	size_t n = 0;
	for (;;) {
		text[n] = 0;
		size_t want = request_length(text);
		if (want && n >= want)
			break;
		ssize_t got = line_read(p, l, text + n, sizeof(text) - 1 - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	pthread_mutex_lock(&p->lock);
	memcpy(p->last, text, n + 1);
	pthread_mutex_unlock(&p->lock);
	p->requests++;
	return true;
}

static bool answer(struct peer *p, struct line *l, const struct peer_step *s)
{
	size_t n = s->n ? s->n : strlen(s->bytes);
	do {
		if (!s->drip_ms) {
			if (!line_write(p, l, s->bytes, n))
				return false;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			if (!line_write(p, l, s->bytes + i, 1) || !wait_for(p, -1, 0, s->drip_ms))
				return false;
	} while (s->endless);
	return true;
}

static void hang_up(struct peer *p, struct line *l, enum peer_end end)
{
	char rest[512];
	struct linger hard = { 1, 0 };
	if (end == PEER_HOLD) /* until the other side has had enough */
		while (line_read(p, l, rest, sizeof(rest)) > 0)
			;
	if (end == PEER_RESET)
		setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	SSL_free(l->ssl);
	close(l->fd);
}

static void serve(struct peer *p, int fd)
{
	struct line l = { .fd = fd };
	const struct peer_step *s = &p->steps[0];
	if (p->tls) {
		l.ssl = SSL_new(p->tls);
		SSL_set_fd(l.ssl, fd);
		if (SSL_accept(l.ssl) != 1) {
			hang_up(p, &l, PEER_CLOSE);
			return;
		}
	}
	do {
		size_t at = (size_t)p->requests;
		s = &p->steps[at < p->step_count ? at : p->step_count - 1];
		if (s->hang_up_first) {
			p->requests++;
			break;
		}
		if (!read_request(p, &l))
			break;
	} while (answer(p, &l, s) && s->end == PEER_KEEP);
	hang_up(p, &l, s->end == PEER_KEEP ? PEER_CLOSE : s->end);
}

static void *run(void *arg)
{
	struct peer *p = arg;
	while (wait_for(p, p->listener, POLLIN, -1)) {
		int fd = accept(p->listener, NULL, NULL);
		if (fd < 0)
			continue;
		p->connections++;
		serve(p, fd);
	}
	return NULL;
}

void peer_start(struct peer *p, const struct peer_step *steps, size_t n)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->steps = steps;
	p->step_count = n;
	p->connections = p->requests = 0;
	p->last[0] = 0;
	pthread_mutex_init(&p->lock, NULL);
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(p->listener, (const struct sockaddr *)&in, sizeof(in)) == 0, "bind");
	must(listen(p->listener, 512) == 0, "listen");
	must(getsockname(p->listener, (struct sockaddr *)&in, &len) == 0, "getsockname");
	p->port = ntohs(in.sin_port);
	must(pipe(p->stop) == 0, "pipe");
	must(pthread_create(&p->thread, NULL, run, p) == 0, "pthread_create");
}

void peer_stop(struct peer *p)
{
	must(write(p->stop[1], "x", 1) == 1, "write");
	pthread_join(p->thread, NULL);
	close(p->listener);
	close(p->stop[0]);
	close(p->stop[1]);
	pthread_mutex_destroy(&p->lock);
}

void *peer_tls_new(const char *name, const char *pem_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char alt[128];
	must(key && cert && ctx, "openssl");
	snprintf(alt, sizeof(alt), "%s", name);
	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_set_pubkey(cert, key);
	X509_NAME *subject = X509_get_subject_name(cert);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"peer", -1,
				   -1, 0);
	X509_set_issuer_name(cert, subject);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alt);
	must(ext && X509_add_ext(cert, ext, -1) == 1, "subjectAltName");
	X509_EXTENSION_free(ext);
	must(X509_sign(cert, key, EVP_sha256()) > 0, "X509_sign");
	must(SSL_CTX_use_certificate(ctx, cert) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1,
	     "SSL_CTX");
	FILE *f = fopen(pem_path, "w");
	must(f && PEM_write_X509(f, cert) == 1 && fclose(f) == 0, pem_path);
	X509_free(cert);
	EVP_PKEY_free(key);
	return ctx;
}

void peer_tls_free(void *tls)
{
	SSL_CTX_free(tls);
}
