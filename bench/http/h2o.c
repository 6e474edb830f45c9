/* h2o - a smallest server on libh2o's own event loop, to choose the HTTP library by measurement.
 *
 * Takes the whole body and answers a fixed 200. With --round the requests of one loop round are
 * collected and answered after it, as a group commit needs it; with --db FILE they are committed in
 * between, in the same thread.
 */
#include "../listen.h"
#include "../table.h"

#include <getopt.h>
#include <h2o.h>
#include <stdio.h>
#include <stdlib.h>

enum { ACCEPTS_A_ROUND = 64 };

/* What waits for the end of the round. A client may be gone by then: the anchor lies in the
 * request's pool and clears req when the pool is freed. */
struct pending {
	h2o_req_t *req;
	struct pending **anchor, *next;
	char id[TABLE_ID_SIZE];
};

static struct pending *first, **last = &first;
static struct table *table;
static int by_round;
static h2o_accept_ctx_t accept_ctx;

static void answer(h2o_req_t *req, const char *id)
{
	char *body = h2o_mem_alloc_pool(&req->pool, 128);
	int n = snprintf(body, 128, "{\"receipt\":\"%s\",\"understood\":true}", id);

	req->res.status = 200;
	req->res.reason = "OK";
	req->res.content_length = (size_t)n;
	h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL,
		       H2O_STRLIT("application/json"));
	h2o_send_inline(req, body, (size_t)n);
}

static void forget(void *anchor)
{
	struct pending *p = *(struct pending **)anchor;

	if (p)
		p->req = NULL;
}

static void end_round(h2o_timeout_entry_t *entry)
{
	struct pending *p = first;

	(void)entry;
	if (table)
		table_commit(table);
	first = NULL;
	last = &first;
	while (p) {
		struct pending *next = p->next;
		if (p->req) {
			*p->anchor = NULL;
			answer(p->req, p->id);
		}
		free(p);
		p = next;
	}
}

/* A timeout of zero runs after the round's sockets and still inside the same h2o_evloop_run(): an
 * answer written there has restarted the reading before the loop looks for changes, which saves two
 * epoll_ctl() a request and one epoll_wait() a round. */
static h2o_timeout_entry_t round_end = { .cb = end_round };

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
	struct pending *p;

	(void)self;
	if (!by_round) {
		answer(req, "00000000-0000-7000-8000-000000000000");
		return 0;
	}
	p = h2o_mem_alloc(sizeof(*p));
	*p = (struct pending){ .req = req, .id = "00000000-0000-7000-8000-000000000000" };
	p->anchor = h2o_mem_alloc_shared(&req->pool, sizeof(struct pending *), forget);
	*p->anchor = p;
	if (table)
		table_add(table, "contoso.offer", req->entity.base, req->entity.len, p->id);
	*last = p;
	last = &p->next;
	if (p == first)
		h2o_timeout_link(accept_ctx.ctx->loop, &accept_ctx.ctx->zero_timeout, &round_end);
	return 0;
}

static void on_accept(h2o_socket_t *listener, const char *err)
{
	h2o_socket_t *sock;

	if (err)
		return;
	for (int i = 0; i < ACCEPTS_A_ROUND; i++) {
		sock = h2o_evloop_socket_accept(listener);
		if (!sock)
			return;
		h2o_accept(&accept_ctx, sock);
	}
}

static SSL_CTX *read_certificate(const char *cert, const char *key)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1) {
		fprintf(stderr, "certificate or key\n");
		exit(1);
	}
	return ctx;
}

static void serve(unsigned port, SSL_CTX *tls)
{
	static h2o_globalconf_t config;
	static h2o_context_t ctx;
	h2o_hostconf_t *host;
	h2o_socket_t *listener;

	h2o_config_init(&config);
	host = h2o_config_register_host(&config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
	h2o_create_handler(h2o_config_register_path(host, "/", 0), sizeof(h2o_handler_t))->on_req =
		on_request;
	h2o_context_init(&ctx, h2o_evloop_create(), &config);
	accept_ctx = (h2o_accept_ctx_t){ .ctx = &ctx, .hosts = config.hosts, .ssl_ctx = tls };
	listener = h2o_evloop_socket_create(ctx.loop, listen_loopback(port),
					    H2O_SOCKET_FLAG_DONT_READ);
	h2o_socket_read_start(listener, on_accept);
	for (;;)
		h2o_evloop_run(ctx.loop, INT32_MAX); /* -1: a signal came; go on */
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cert", required_argument, NULL, 'c' }, { "db", required_argument, NULL, 'd' },
		{ "key", required_argument, NULL, 'k' },  { "port", required_argument, NULL, 'p' },
		{ "round", no_argument, NULL, 'r' },      { NULL, 0, NULL, 0 },
	};
	const char *cert = NULL, *key = NULL;
	unsigned port = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'c': cert = optarg; break;
		case 'd':
			table = table_open(optarg);
			by_round = 1;
			break;
		case 'k': key = optarg; break;
		case 'p': port = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'r': by_round = 1; break;
		default: return 2;
		}
	}
	serve(port, cert && key ? read_certificate(cert, key) : NULL);
	return 0;
}
