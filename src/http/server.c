/* Start and stop: listeners, threads, certificates. */
#include "http/server.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define SERVER_MEMORY      (16 * 1024 * 1024)
#define FILES_FOR_THE_REST 256 /* descriptors that are not connections */
#define POLL_MS            20

/* ---- listening ---- */

/* "host:port", "[v6]:port", ":port" */
static bool split_address(struct arena *a, struct str s, const char **ret_host,
			  const char **ret_port)
{
	size_t colon = s.n, close;
	struct str host;

	while (colon && s.p[colon - 1] != ':')
		colon--;
	if (!colon)
		return false;
	host = str_upto(s, colon - 1);
	if (host.n && host.p[0] == '[') {
		close = str_find(host, ']');
		if (close != host.n - 1)
			return false;
		host = str_from(str_upto(host, close), 1);
	}
	*ret_host = host.n ? str_dup(a, host) : NULL;
	*ret_port = str_dup(a, str_from(s, colon));
	return **ret_port != 0;
}

static int listen_on(const struct addrinfo *ai)
{
	const int on = 1;
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
			ai->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) || listen(fd, SOMAXCONN)) {
		const int why = errno;

		close(fd);
		errno = why;
		return -1;
	}
	return fd;
}

static bool listen_one(struct http_server *s, struct str address, struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *all;
	const char *host, *port, *text = str_dup(s->arena, address);
	int rc;

	if (!split_address(s->arena, address, &host, &port))
		return ERR_FIELD(e, ERR_INPUT, "http.listen", "listen",
				 "%s is no address such as 127.0.0.1:8080 or [::1]:8080.", text);
	rc = getaddrinfo(host, port, &hints, &all);
	if (rc)
		return ERR_FIELD(e, ERR_INPUT, "http.listen", "listen", "%s: %s.", text,
				 gai_strerror(rc));
	for (const struct addrinfo *ai = all; ai && s->listener_count < LISTENERS_MAX;
	     ai = ai->ai_next) {
		const int fd = listen_on(ai);

		if (fd < 0) {
			rc = errno;
			break;
		}
		s->listeners[s->listener_count++] = fd;
		if (!strcmp(port, "0"))
			break; /* another family would get another port */
	}
	freeaddrinfo(all);
	if (rc)
		return ERR_FIELD(e, ERR_INPUT, "http.listen", "listen", "Cannot listen on %s: %s.",
				 text, strerror(rc));
	return true;
}

static bool listen_all(struct http_server *s, struct err *e)
{
	struct str rest = str_of(s->c.listen), address;
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);

	while (str_split(&rest, ',', &address))
		if (!listen_one(s, str_trim(address), e))
			return false;
	if (getsockname(s->listeners[0], (struct sockaddr *)&sa, &len))
		return ERR(e, ERR_BUG, "http.listen", "getsockname: %s", strerror(errno));
	s->port = h2o_socket_getport((struct sockaddr *)&sa);
	return true;
}

/* Every connection takes a descriptor; a limit that cannot be held is lowered to what the system
 * gives. */
static void fit_descriptors(struct http_server *s)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r))
		return;
	if (r.rlim_cur < s->c.max_connections + FILES_FOR_THE_REST) {
		r.rlim_cur = r.rlim_max;
		LL_IGNORE(setrlimit(RLIMIT_NOFILE, &r) == 0);
		LL_IGNORE(getrlimit(RLIMIT_NOFILE, &r) == 0);
	}
	if (r.rlim_cur < s->c.max_connections + FILES_FOR_THE_REST) {
		s->c.max_connections = r.rlim_cur > 2 * FILES_FOR_THE_REST
					       ? r.rlim_cur - FILES_FOR_THE_REST
					       : FILES_FOR_THE_REST;
		LOG(LOG_WARN, "http.descriptors", LOG_I("connections", s->c.max_connections));
	}
}

/* ---- certificates ---- */

bool http_reload(struct http_server *s, struct err *e)
{
	SSL_CTX *fresh = NULL;
	uint64_t stamp;
	bool ok;

	if (!s->c.cert_file)
		return true;
	pthread_mutex_lock(&s->tls.lock);
	stamp = tls_stamp(s->c.cert_file, s->c.key_file);
	ok = tls_load(s->c.cert_file, s->c.key_file, s->tls.ctx, &fresh, e);
	s->tls.stamp = stamp; /* a bad pair is not tried again before it changes */
	if (ok) {
		SSL_CTX_free(s->tls.ctx);
		s->tls.ctx = fresh;
		atomic_fetch_add(&s->tls.generation, 1);
	}
	pthread_mutex_unlock(&s->tls.lock);
	for (size_t i = 0; ok && phase_of(s) == PHASE_RUN && i < s->c.loops; i++)
		loop_wake(&s->loops[i]);
	return ok;
}

/* ---- start ---- */

static void configure_h2o(struct http_server *s)
{
	h2o_hostconf_t *host;
	h2o_pathconf_t *path;
	size_t body_max = s->c.body_limit > LIMIT_API_BODY ? s->c.body_limit : LIMIT_API_BODY;
	int64_t slowest = s->c.request_timeout_ms > s->c.idle_timeout_ms ? s->c.request_timeout_ms
									 : s->c.idle_timeout_ms;

	h2o_config_init(&s->globalconf);
	s->globalconf.server_name = h2o_iovec_init(H2O_STRLIT("leadline"));
	s->globalconf.max_request_entity_size = body_max + 1;
	s->globalconf.http1.upgrade_to_http2 = 0;
	/* Only a net below the limits of connection.c, which tell idle from slow. */
	s->globalconf.http1.req_timeout = (uint64_t)slowest + 2000;
	host = h2o_config_register_host(&s->globalconf, h2o_iovec_init(H2O_STRLIT("default")),
					65535);
	path = h2o_config_register_path(host, "/", 0);
	h2o_create_handler(path, sizeof(h2o_handler_t))->on_req = exchange_on_request;
	h2o_chunked_register(path);
	guard_register(path);
	guard_register(&host->fallback_path);
}

static struct http_server *server_new(const struct http_config *c)
{
	struct http_server *s = calloc(1, sizeof(*s));

	MUST(s);
	s->c = *c;
	s->arena = arena_new("server", SERVER_MEMORY);
	pthread_mutex_init(&s->tls.lock, NULL);
	pthread_mutex_init(&s->start.lock, NULL);
	pthread_cond_init(&s->start.cond, NULL);
	return s;
}

static void server_free(struct http_server *s)
{
	for (size_t i = 0; i < s->listener_count; i++)
		close(s->listeners[i]);
	if (s->globalconf.hosts)
		h2o_config_dispose(&s->globalconf);
	SSL_CTX_free(s->tls.ctx);
	queue_free(s->queue);
	free(s->workers);
	free(s->loops);
	arena_free(s->arena);
	pthread_mutex_destroy(&s->tls.lock);
	pthread_mutex_destroy(&s->start.lock);
	pthread_cond_destroy(&s->start.cond);
	free(s);
}

static void set_phase(struct http_server *s, enum phase p)
{
	pthread_mutex_lock(&s->start.lock);
	atomic_store_explicit(&s->phase, p, memory_order_release);
	pthread_cond_broadcast(&s->start.cond);
	pthread_mutex_unlock(&s->start.lock);
}

/* Workers first: a loop that accepts has somebody to give requests to. */
static void start_threads(struct http_server *s)
{
	s->queue = queue_new(s->c.queue_max);
	s->workers = calloc(s->c.workers, sizeof(*s->workers));
	s->loops = calloc(s->c.loops, sizeof(*s->loops));
	MUST(s->workers && s->loops);
	for (; s->worker_count < s->c.workers; s->worker_count++)
		s->workers[s->worker_count] = thread_start("http-worker", worker_main, s);
	for (size_t i = 0; i < s->c.loops; i++) {
		s->loops[i].s = s;
		s->loops[i].index = i;
		s->loops[i].thread = thread_start("http-loop", loop_main, &s->loops[i]);
	}
	pthread_mutex_lock(&s->start.lock);
	while (s->start.ready + s->start.failed < s->c.workers + s->c.loops)
		pthread_cond_wait(&s->start.cond, &s->start.lock);
	pthread_mutex_unlock(&s->start.lock);
}

static void stop_threads(struct http_server *s)
{
	queue_close(s->queue);
	for (size_t i = 0; i < s->worker_count; i++)
		pthread_join(s->workers[i], NULL);
	/* Together: a loop that sees the end by itself must not be gone when it is woken. */
	pthread_mutex_lock(&s->start.lock);
	atomic_store_explicit(&s->phase, PHASE_END, memory_order_release);
	for (size_t i = 0; i < s->c.loops; i++)
		loop_wake(&s->loops[i]);
	pthread_cond_broadcast(&s->start.cond);
	pthread_mutex_unlock(&s->start.lock);
	for (size_t i = 0; i < s->c.loops; i++)
		pthread_join(s->loops[i].thread, NULL);
}

static bool prepare(struct http_server *s, struct err *e)
{
	MUST(s->c.loops && s->c.workers && s->c.queue_max && s->c.max_connections);
	if (!http_routes_check(s->c.routes, s->c.route_count, e) ||
	    !networks_parse(s->arena, s->c.trusted_proxies, &s->trusted, e) || !http_reload(s, e) ||
	    !listen_all(s, e))
		return false;
	s->routes = routes_compile(s->arena, s->c.routes, s->c.route_count);
	fit_descriptors(s);
	configure_h2o(s);
	return true;
}

bool http_start(const struct http_config *c, struct http_server **ret, struct err *e)
{
	struct http_server *s = server_new(c);

	signal(SIGPIPE, SIG_IGN);
	if (!prepare(s, e)) {
		server_free(s);
		return false;
	}
	if (c->listening)
		c->listening(c->ctx, s->port);
	start_threads(s);
	if (s->start.failed) {
		*e = s->start.e;
		stop_threads(s);
		server_free(s);
		return false;
	}
	set_phase(s, PHASE_RUN);
	*ret = s;
	return true;
}

int http_port(const struct http_server *s)
{
	return s->port;
}

bool http_draining(const struct http_server *s)
{
	return atomic_load_explicit(&s->phase, memory_order_acquire) >= PHASE_DRAIN;
}

void http_stop(struct http_server *s, int64_t grace_ms)
{
	int64_t until = clock_mono() + grace_ms;
	struct timespec wake;

	set_phase(s, PHASE_DRAIN);
	/* Shut down, not closed: a loop may be about to duplicate it. The queue of the kernel ends
	 * here. */
	for (size_t i = 0; i < s->listener_count; i++)
		shutdown(s->listeners[i], SHUT_RDWR);
	for (size_t i = 0; i < s->c.loops; i++)
		loop_wake(&s->loops[i]);
	pthread_mutex_lock(&s->start.lock);
	while (atomic_load(&s->connections) && clock_mono() < until) {
		clock_gettime(CLOCK_REALTIME, &wake);
		wake.tv_nsec += POLL_MS * 1000000L;
		if (wake.tv_nsec >= 1000000000L) {
			wake.tv_nsec -= 1000000000L;
			wake.tv_sec++;
		}
		pthread_cond_timedwait(&s->start.cond, &s->start.lock, &wake);
	}
	pthread_mutex_unlock(&s->start.lock);
	stop_threads(s);
	server_free(s);
}
