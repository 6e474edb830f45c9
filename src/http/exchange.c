/* One request and its answer: the row is found, limits are held, then it is gathered or given to a
 * worker. */
#include "http/server.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"
#include "http/problem.h"

/* A gathered request: lives in the loop's arena from being read until its round is answered. */
struct exchange {
	struct exchange *next;
	h2o_req_t *req;
	struct http_request rq;
	struct server_side side;
	struct route_match match;
	int64_t began_us;
	struct http_reply *reply;
};

static struct str view(h2o_iovec_t v)
{
	return (struct str){ v.base ? v.base : "", v.len };
}

static const char *header_of(h2o_req_t *req, const char *name)
{
	const ssize_t at = h2o_find_header_by_str(&req->headers, name, strlen(name), -1);

	if (at < 0)
		return NULL;
	return h2o_strdup(&req->pool, req->headers.entries[at].value.base,
			  req->headers.entries[at].value.len)
		.base;
}

static void who_asks(struct http_request *rq, h2o_req_t *req, const struct connection *c)
{
	const char *x_for, *forwarded, *peer;

	rq->peer = c->peer;
	rq->secure = c->sock->ssl != NULL;
	if (!c->trusted)
		return;
	x_for = header_of(req, "x-forwarded-for");
	forwarded = header_of(req, "forwarded");
	peer = forwarded_peer(&loop_of(req)->s->trusted, rq->arena, x_for, forwarded);
	if (peer)
		rq->peer = peer;
	rq->secure |= forwarded_secure(header_of(req, "x-forwarded-proto"), forwarded);
}

static void fill(struct exchange *x, struct loop *l, h2o_req_t *req)
{
	struct http_request *rq = &x->rq;
	struct str target = view(req->input.path);
	size_t cut = str_find(target, '?');
	ssize_t type = h2o_find_header(&req->headers, H2O_TOKEN_CONTENT_TYPE, -1);

	x->req = req;
	x->began_us = clock_mono_us();
	x->side.req = req;
	rq->arena = l->arena;
	rq->server_side = &x->side;
	rq->method = http_method_of(view(req->input.method));
	rq->path = str_upto(target, cut);
	rq->query = cut < target.n ? str_from(target, cut + 1) : (struct str){ "", 0 };
	rq->body = view(req->entity);
	rq->host = view(req->input.authority);
	rq->content_type =
		type < 0 ? (struct str){ "", 0 } : view(req->headers.entries[type].value);
	rq->now_ms = clock_now();
	who_asks(rq, req, connection_of(req));
}

/* ---- the answer ---- */

static void free_body(void *body)
{
	free(*(char **)body);
}

/* Small bodies move into h2o's pool; large ones are freed when h2o is through with them. */
static h2o_iovec_t body_for(h2o_req_t *req, struct http_reply *r)
{
	h2o_iovec_t out;

	if (r->static_body.p)
		return h2o_iovec_init(r->static_body.p, r->static_body.n);
	if (r->body.n <= 4096) {
		out = h2o_strdup(&req->pool, r->body.p ? r->body.p : "", r->body.n);
		buf_free(&r->body);
		return out;
	}
	out = h2o_iovec_init(r->body.p, r->body.n);
	*(char **)h2o_mem_alloc_shared(&req->pool, sizeof(char *), free_body) = r->body.p;
	r->body = (struct buf){ .max = r->body.max };
	return out;
}

static void put_headers(h2o_req_t *req, const struct http_request *rq, const struct http_reply *r,
			bool has_body)
{
	const char *type = r->content_type ? r->content_type : "application/json";

	if (has_body)
		h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL, type,
			       strlen(type));
	for (size_t i = 0; i < r->header_count; i++)
		h2o_add_header_by_str(&req->pool, &req->res.headers, r->headers[i].name,
				      strlen(r->headers[i].name), 0, NULL, r->headers[i].value,
				      strlen(r->headers[i].value));
	reply_security(req, rq, r);
}

static void account(const struct http_request *rq, int status, int64_t began_us)
{
	int64_t us = clock_mono_us() - began_us;

	metric_add(METRIC_HTTP_REQUESTS, 1);
	metric_seen(METRIC_HTTP_SECONDS, us);
	LOG(LOG_DEBUG, "http.request", LOG_T("method", http_method_text(rq->method)),
	    LOG_T("route", rq->route ? rq->route->path : "-"), LOG_I("status", status),
	    LOG_I("us", us));
}

static uint64_t file_size(FILE *f)
{
	off_t end = fseeko(f, 0, SEEK_END) == 0 ? ftello(f) : 0;

	rewind(f);
	return end > 0 ? (uint64_t)end : 0;
}

/* True when it is on its way, in pieces. */
static bool reply_file(h2o_req_t *req, const struct http_request *rq, struct http_reply *r)
{
	FILE *f = r->file;

	if (!f)
		return false;
	req->res.content_length = file_size(f);
	if (rq->method == HTTP_HEAD)
		return false;
	r->file = NULL;
	file_send(req, f, req->res.content_length, r->file_gone);
	return true;
}

void exchange_reply(h2o_req_t *req, const struct http_request *rq, struct http_reply *r,
		    int64_t began_us)
{
	static h2o_generator_t no_more = { NULL, NULL };
	struct loop *l = loop_of(req);
	h2o_iovec_t body;
	bool empty;
	struct err e = { 0 };

	if (!r->static_body.p && !buf_ok(&r->body)) {
		LL_IGNORE(
			ERR(&e, ERR_BUG, "reply.size", "the reply is over %zu bytes", r->body.max));
		problem_write(r, 500, &e, NULL);
	}
	if (!r->status)
		r->status = 200;
	body = body_for(req, r);
	empty = r->status == 204 || r->status == 304;
	req->res.status = r->status;
	req->res.reason = http_reason(r->status);
	req->res.content_length = empty ? SIZE_MAX : body.len;
	put_headers(req, rq, r, !empty);
	if (phase_of(l->s) >= PHASE_DRAIN)
		req->http1_is_persistent = 0;
	account(rq, r->status, began_us);
	if (reply_file(req, rq, r))
		return;
	h2o_start_response(req, &no_more); /* while still busy: the guard sees that it is ours */
	connection_waits(connection_of(req));
	if (empty || rq->method == HTTP_HEAD)
		h2o_send(req, NULL, 0, H2O_SEND_STATE_FINAL);
	else
		h2o_send(req, &body, 1, H2O_SEND_STATE_FINAL);
}

static struct http_reply new_reply(void)
{
	return (struct http_reply){ .body = buf_new(LIMIT_REPLY) };
}

/* ---- on the way in ---- */

static void allow_header(struct http_reply *r, struct arena *a, unsigned allowed)
{
	struct buf b = buf_new(128);

	for (enum http_method m = HTTP_GET; m < HTTP_OTHER; m++)
		if (allowed & 1U << m)
			buf_printf(&b, "%s%s", b.n ? ", " : "", http_method_text(m));
	http_reply_header(r, "allow", arena_strndup(a, b.p, b.n));
	buf_free(&b);
}

size_t body_limit(const struct http_server *s, const struct route *row)
{
	return row && (row->flags & ROUTE_LOOP) ? s->c.body_limit : LIMIT_API_BODY;
}

static void dress(const struct exchange *x, struct http_reply *r, const struct err *e)
{
	const struct route *row = x->rq.route ? x->rq.route : x->match.other;

	if (row && row->dress)
		row->dress(&x->rq, r, e);
}

/* True when the request may go on; else the reply says why not. */
static bool admit(struct exchange *x, struct http_server *s, struct http_reply *r)
{
	struct http_request *rq = &x->rq;
	size_t limit;
	struct err e = { 0 };

	x->match = routes_match(s->routes, rq->method, rq->path);
	rq->route = x->match.route;
	if (!rq->route && x->match.allowed) {
		LL_IGNORE(ERR(&e, ERR_INPUT, "method.unknown",
			      "This path does not answer this method."));
		allow_header(r, rq->arena, x->match.allowed);
		problem_write(r, 405, &e, NULL);
		dress(x, r, &e);
		return false;
	}
	if (!rq->route) {
		LL_IGNORE(ERR(&e, ERR_NOT_FOUND, "not.found", "There is nothing at this path."));
		http_reply_problem(r, &e, NULL);
		return false;
	}
	limit = body_limit(s, rq->route);
	if (rq->body.n > limit) {
		LL_IGNORE(
			ERR(&e, ERR_TOO_LARGE, "body.size", "The body is over %zu bytes.", limit));
		http_reply_problem(r, &e, NULL);
		dress(x, r, &e);
		return false;
	}
	if (!request_path_args(rq, &x->match, &e)) {
		http_reply_problem(r, &e, NULL);
		dress(x, r, &e);
		return false;
	}
	return true;
}

int exchange_on_request(h2o_handler_t *self, h2o_req_t *req)
{
	struct loop *l = loop_of(req);
	struct exchange *x = ARENA_NEW(l->arena, struct exchange);
	struct http_reply r = new_reply();
	struct err e = { 0 };

	(void)self;
	connection_busy(connection_of(req));
	fill(x, l, req);
	if (!admit(x, l->s, &r)) {
		route_count_refused(x->rq.route);
		exchange_reply(req, &x->rq, &r, x->began_us);
	} else if (x->rq.route->flags & ROUTE_LOOP) {
		loop_gather(l, x);
		return 0;
	} else if (!worker_take(l, req, &x->rq, &x->match, x->began_us)) {
		LL_IGNORE(ERR(&e, ERR_BUSY, "server.busy",
			      "The server is busy; try again in a moment."));
		http_reply_problem(&r, &e, NULL);
		dress(x, &r, &e);
		exchange_reply(req, &x->rq, &r, x->began_us);
	}
	if (!l->gathered && !l->flushing)
		arena_reset(l->arena);
	return 0;
}

/* ---- gathered routes ---- */

void loop_gather(struct loop *l, struct exchange *x)
{
	if (!l->gathered)
		h2o_timeout_link(l->h2o.loop, &l->h2o.zero_timeout, &l->gather);
	*l->gathered_tail = x;
	l->gathered_tail = &x->next;
	l->gathered_count++;
}

/* All of the round that share first's batch function, in the order they came; returns how many. */
static size_t flush_one(struct loop *l, struct exchange *first, struct http_request **rqs,
			struct http_reply *replies)
{
	http_batch_fn *batch = first->rq.route->batch;
	size_t n = 0;

	for (struct exchange *x = first; x; x = x->next)
		if (!x->reply && x->rq.route->batch == batch) {
			x->rq.worker = l->ctx;
			x->reply = &replies[n];
			replies[n] = new_reply();
			rqs[n++] = &x->rq;
		}
	batch(l->ctx, rqs, replies, n);
	return n;
}

void exchanges_flush(struct loop *l)
{
	struct exchange *all = l->gathered;
	size_t n = l->gathered_count, done = 0;
	struct http_request **rqs = ARENA_ARRAY(l->arena, struct http_request *, n);
	struct http_reply *replies = ARENA_ARRAY(l->arena, struct http_reply, n);

	/* Answering may bring the next request of a connection: it belongs to the next line. */
	l->gathered = NULL;
	l->gathered_tail = &l->gathered;
	l->gathered_count = 0;
	l->flushing = true;
	for (struct exchange *x = all; x; x = x->next)
		if (!x->reply)
			done += flush_one(l, x, rqs, replies + done);
	for (struct exchange *x = all; x; x = x->next)
		exchange_reply(x->req, &x->rq, x->reply, x->began_us);
	l->flushing = false;
	if (!l->gathered)
		arena_reset(l->arena);
}
