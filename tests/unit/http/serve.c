/*
 * A server on the real http/ with handlers made for tests: gathered ones that say how many came
 * together, workers that wait until they are let go, streams that anybody can be made to fall
 * behind on. Prints its port, serves until its standard input ends, then drains. SIGHUP reloads the
 * certificate. Usage: serve [cert FILE] [key FILE] [loops N] [workers N] [queue N] [connections N]
 * [request-ms N] [idle-ms N] [body N] [proxy CIDR] [grace-ms N] [listen ADDRESS]
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/thread.h"
#include "http/http.h"
#include "ui/ui.h"

#define STREAMS_MAX 64

static struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	size_t held;
	bool let_go;
	struct http_stream *streams[STREAMS_MAX];
	size_t stream_count;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
static atomic_size_t batches, largest, gathered;
static atomic_int threads;

static void take_batch(void *loop_ctx, struct http_request **rqs, struct http_reply *replies,
		       size_t n)
{
	size_t before = atomic_load(&largest);

	MUST(loop_ctx);
	atomic_fetch_add(&batches, 1);
	atomic_fetch_add(&gathered, n);
	while (n > before && !atomic_compare_exchange_weak(&largest, &before, n))
		;
	for (size_t i = 0; i < n; i++)
		buf_printf(&replies[i].body, "{\"key\":\"%s\",\"bytes\":%zu,\"together\":%zu}",
			   rqs[i]->path_args[0] ? rqs[i]->path_args[0] : "", rqs[i]->body.n, n);
}

static bool stats(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct json_out o = json_out(&reply->body);

	(void)rq;
	(void)in;
	(void)e;
	json_obj(&o, NULL);
	json_put_int(&o, "batches", (int64_t)atomic_exchange(&batches, 0));
	json_put_int(&o, "largest", (int64_t)atomic_exchange(&largest, 0));
	json_put_int(&o, "gathered", (int64_t)atomic_exchange(&gathered, 0));
	json_put_int(&o, "connections", metric_read(METRIC_HTTP_CONNECTIONS));
	json_put_int(&o, "refused", metric_read(METRIC_INTAKE_REFUSED));
	json_put_int(&o, "streams", metric_read(METRIC_STREAMS));
	pthread_mutex_lock(&state.lock);
	json_put_int(&o, "held", (int64_t)state.held);
	json_put_int(&o, "listeners", (int64_t)state.stream_count);
	pthread_mutex_unlock(&state.lock);
	json_end_obj(&o);
	return true;
}

/* How many workers are held; from the loop, since they may be all. */
static void tell_held(void *loop_ctx, struct http_request **rqs, struct http_reply *replies,
		      size_t n)
{
	(void)loop_ctx;
	(void)rqs;
	pthread_mutex_lock(&state.lock);
	for (size_t i = 0; i < n; i++)
		buf_printf(&replies[i].body, "{\"held\":%zu}", state.held);
	pthread_mutex_unlock(&state.lock);
}

/* Answers only once it is let go. */
static bool hold(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)rq;
	(void)in;
	(void)e;
	pthread_mutex_lock(&state.lock);
	state.held++;
	while (!state.let_go)
		pthread_cond_wait(&state.cond, &state.lock);
	state.held--;
	pthread_mutex_unlock(&state.lock);
	buf_z(&reply->body, "{\"held\":true}");
	return true;
}

static void let_go(bool yes)
{
	pthread_mutex_lock(&state.lock);
	state.let_go = yes;
	pthread_cond_broadcast(&state.cond);
	pthread_mutex_unlock(&state.lock);
}

struct thing {
	struct id id;
	const char *name;
	int64_t size;
	bool big;
};
static const struct field thing_query[] = {
	F_ID(struct thing, id, "id", .flags = 0),
	F_BOOL(struct thing, big, "big", .flags = 0),
	F_INT(struct thing, size, "size", .min = 0, .max = LIMIT_REPLY),
	F_END,
};
static const struct field thing_body[] = {
	F_STR(struct thing, name, "name", .flags = FIELD_REQUIRED, .max = 10),
	F_INT(struct thing, size, "size", .min = 1, .max = 9),
	F_END,
};

static bool show(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const struct thing *t = in;
	struct json_out o = json_out(&reply->body);

	(void)e;
	json_obj(&o, NULL);
	json_put_id(&o, "id", &t->id);
	json_put_z(&o, "name", t->name);
	json_put_z(&o, "peer", rq->peer);
	json_put_bool(&o, "secure", rq->secure);
	json_put_z(&o, "cookie", http_cookie(rq, "leadline_session"));
	json_put_z(&o, "who", rq->who.name);
	json_end_obj(&o);
	return true;
}

static bool fill(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const struct thing *t = in;
	char block[4096];

	(void)rq;
	(void)e;
	memset(block, 'x', sizeof(block));
	reply->content_type = "text/plain";
	for (int64_t left = t->size; left > 0; left -= (int64_t)sizeof(block))
		buf_add(&reply->body, block,
			left < (int64_t)sizeof(block) ? (size_t)left : sizeof(block));
	return true;
}

static bool fail(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	static const struct {
		const char *name;
		enum err_kind kind;
	} kinds[] = { { "input", ERR_INPUT },       { "notfound", ERR_NOT_FOUND },
		      { "conflict", ERR_CONFLICT }, { "limit", ERR_LIMIT },
		      { "busy", ERR_BUSY },         { "store", ERR_STORE },
		      { "remote", ERR_REMOTE },     { "bug", ERR_BUG } };

	(void)in;
	http_reply_header(reply, "etag", "\"1\"");
	for (size_t i = 0; i < LL_COUNT(kinds); i++)
		if (!strcmp(kinds[i].name, rq->path_args[0]))
			return ERR(e, kinds[i].kind, "test.fails", "secret detail of %s",
				   rq->path_args[0]);
	return ERR(e, ERR_NOT_FOUND, "test.kind", "no such kind");
}

static void stream_closed(void *stream)
{
	pthread_mutex_lock(&state.lock);
	for (size_t i = 0; i < state.stream_count; i++)
		if (state.streams[i] == stream) {
			state.streams[i] = state.streams[--state.stream_count];
			break;
		}
	pthread_mutex_unlock(&state.lock);
}

static bool listen_in(struct http_request *rq, struct http_stream *s, struct err *e)
{
	bool room;

	(void)rq;
	http_stream_on_close(s, stream_closed, s);
	http_stream_send(s, STR("event: hello\ndata: 1\n\n"));
	pthread_mutex_lock(&state.lock);
	room = state.stream_count < STREAMS_MAX;
	if (room)
		state.streams[state.stream_count++] = s;
	pthread_mutex_unlock(&state.lock);
	return room || ERR(e, ERR_BUSY, "test.streams", "too many streams");
}

static bool tell(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const struct thing *t = in;
	struct buf b = buf_new(LIMIT_REPLY);

	(void)rq;
	(void)e;
	buf_z(&b, "data: ");
	for (int64_t i = 0; i < t->size; i++)
		buf_byte(&b, 'y');
	buf_z(&b, "\n\n");
	pthread_mutex_lock(&state.lock);
	for (size_t i = 0; i < state.stream_count; i++)
		http_stream_send(state.streams[i], buf_view(&b));
	pthread_mutex_unlock(&state.lock);
	buf_free(&b);
	reply->status = 204;
	return true;
}

static bool end_streams(struct http_request *rq, const void *in, struct http_reply *reply,
			struct err *e)
{
	(void)rq;
	(void)in;
	(void)e;
	pthread_mutex_lock(&state.lock);
	for (size_t i = 0; i < state.stream_count; i++)
		http_stream_close(state.streams[i]);
	pthread_mutex_unlock(&state.lock);
	reply->status = 204;
	return true;
}

static bool authenticate(struct http_request *rq, struct err *e)
{
	const char *token = http_header(rq, "authorization");

	if (!token || strncmp(token, "Bearer ", 7))
		return ERR(e, ERR_AUTH, "auth.required", "Send a token.");
	rq->who.role = role_of(str_of(token + 7));
	rq->who.name = "tester";
	return rq->who.role || ERR(e, ERR_AUTH, "auth.token", "This token is not known.");
}

#define T struct thing
static const struct route routes[] = {
	{ HTTP_GET, "/held", ROLE_ANYONE, ROUTE_LOOP, .batch = tell_held,
	  .summary = "workers held" },
	{ HTTP_POST, "/in/{key}", ROLE_ANYONE, ROUTE_LOOP, .batch = take_batch,
	  .refused = METRIC_INTAKE_REFUSED, .summary = "gathered" },
	{ HTTP_GET, "/in/{key}", ROLE_ANYONE, ROUTE_LOOP, .batch = take_batch,
	  .summary = "gathered" },
	{ HTTP_GET, "/stats", ROLE_ANYONE, .fn = stats, .summary = "counts" },
	{ HTTP_GET, "/hold", ROLE_ANYONE, .fn = hold, .summary = "waits" },
	{ HTTP_GET, "/things/{id}", ROLE_ANYONE, .fn = show, .query = thing_query,
	  .in_size = sizeof(T), .summary = "one" },
	{ HTTP_GET, "/things/special", ROLE_ANYONE, .fn = show, .query = thing_query,
	  .in_size = sizeof(T), .summary = "other" },
	{ HTTP_POST, "/things", ROLE_ANYONE, .fn = show, .body = thing_body, .in_size = sizeof(T),
	  .summary = "make" },
	{ HTTP_PATCH, "/things", ROLE_SELLER, .fn = show, .body = thing_body, .in_size = sizeof(T),
	  .summary = "change" },
	{ HTTP_GET, "/fill", ROLE_ANYONE, .fn = fill, .query = thing_query, .in_size = sizeof(T),
	  .summary = "many bytes" },
	{ HTTP_GET, "/fail/{kind}", ROLE_ANYONE, .fn = fail, .summary = "errors" },
	{ HTTP_GET, "/events", ROLE_ANYONE, ROUTE_STREAM, .stream = listen_in,
	  .summary = "stream" },
	{ HTTP_POST, "/tell", ROLE_ANYONE, .fn = tell, .query = thing_query, .in_size = sizeof(T),
	  .summary = "to streams" },
	{ HTTP_POST, "/end", ROLE_ANYONE, .fn = end_streams, .summary = "ends streams" },
};

static void *thread_begins(void *ctx, struct err *e)
{
	(void)e;
	atomic_fetch_add(&threads, 1);
	return ctx;
}

static void thread_ends(void *ctx, void *thread)
{
	MUST(ctx == thread);
	atomic_fetch_sub(&threads, 1);
}

struct ending {
	struct http_server *s;
	int64_t grace_ms;
	atomic_bool over;
};

static void *drain(void *arg)
{
	struct ending *end = arg;

	http_stop(end->s, end->grace_ms);
	atomic_store(&end->over, true);
	kill(getpid(), SIGTERM);
	return NULL;
}

/* Draining has a thread of its own, so that a held request can still be let go. */
static void serve(struct http_server *s, const sigset_t *signals, int64_t grace_ms)
{
	struct ending end = { .s = s, .grace_ms = grace_ms };
	bool ending = false;
	pthread_t drainer = pthread_self();
	struct err e;
	int sig;

	while (!atomic_load(&end.over) && !sigwait(signals, &sig)) {
		if (sig == SIGUSR1)
			let_go(true);
		else if (sig == SIGHUP && !ending && !http_reload(s, &e))
			log_err(LOG_WARN, "test.reload", &e);
		else if (sig == SIGTERM && !ending) {
			ending = true;
			drainer = thread_start("drain", drain, &end);
		}
	}
	pthread_join(drainer, NULL);
}

/* The rows above and those of the page. */
static struct route *all_routes(size_t *ret_n)
{
	struct route *all = calloc(LL_COUNT(routes) + ui_route_count, sizeof(*all));

	MUST(all);
	memcpy(all, routes, sizeof(routes));
	memcpy(all + LL_COUNT(routes), ui_routes, ui_route_count * sizeof(*all));
	*ret_n = LL_COUNT(routes) + ui_route_count;
	return all;
}

int main(int argc, char **argv)
{
	static const char *proxies[2];
	int64_t grace = 5000;
	struct http_config c = {
		.listen = "127.0.0.1:0",
		.loops = 1,
		.workers = 2,
		.queue_max = 16,
		.body_limit = LIMIT_BODY_DEFAULT,
		.max_connections = 20000,
		.request_timeout_ms = 30000,
		.idle_timeout_ms = 60000,
		.worker_start = thread_begins,
		.worker_stop = thread_ends,
		.loop_start = thread_begins,
		.loop_stop = thread_ends,
		.authenticate = authenticate,
		.ctx = &c,
	};
	struct http_server *s;
	sigset_t signals;
	struct err e;

	for (int i = 1; i + 1 < argc; i += 2) {
		const char *name = argv[i], *value = argv[i + 1];
		size_t n = strtoul(value, NULL, 10);

		if (!strcmp(name, "cert"))
			c.cert_file = value;
		else if (!strcmp(name, "key"))
			c.key_file = value;
		else if (!strcmp(name, "loops"))
			c.loops = n;
		else if (!strcmp(name, "workers"))
			c.workers = n;
		else if (!strcmp(name, "queue"))
			c.queue_max = n;
		else if (!strcmp(name, "connections"))
			c.max_connections = n;
		else if (!strcmp(name, "request-ms"))
			c.request_timeout_ms = (int64_t)n;
		else if (!strcmp(name, "idle-ms"))
			c.idle_timeout_ms = (int64_t)n;
		else if (!strcmp(name, "body"))
			c.body_limit = n;
		else if (!strcmp(name, "proxy"))
			proxies[0] = value;
		else if (!strcmp(name, "grace-ms"))
			grace = (int64_t)n;
		else if (!strcmp(name, "listen"))
			c.listen = value;
		else
			return 2;
	}
	crypto_start();
	log_setup(LOG_WARN, false);
	c.trusted_proxies = proxies;
	c.routes = all_routes(&c.route_count);
	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (!http_start(&c, &s, &e)) {
		log_err(LOG_ERROR, "test.start", &e);
		return 1;
	}
	printf("%d\n", http_port(s));
	fflush(stdout);
	serve(s, &signals, grace);
	MUST(atomic_load(&threads) == 0);
	free((void *)(uintptr_t)c.routes);
	puts("stopped");
	return 0;
}
