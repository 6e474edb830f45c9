/*
 * Worker threads. A job is a whole copy of its request in an arena of its own, so a worker touches
 * nothing of h2o and nothing of the loop; the answer goes back as a message. Whether the client is
 * still there is known to the loop thread alone: the anchor in h2o's request pool tells the job
 * when the request goes.
 */
#include "http/server.h"

#include <stdlib.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/problem.h"

#define SPARE_JOBS 64 /* kept per loop */

struct anchor;
struct job {
	struct message back; /* to the loop, when done */
	struct loop *loop;
	struct job *next_spare;
	h2o_req_t *req;        /* loop thread only; NULL once the client is gone */
	struct anchor *anchor; /* lives as long as req */
	struct arena *arena;
	struct http_request rq;
	struct server_side side;
	struct route_match match;
	struct decoded decoded;
	struct http_reply reply;
	struct http_stream *stream; /* to be opened */
	int64_t began_us;
};
/* In the request's pool. Lets go of the job when it is answered: the job is used again, the pool
 * later freed. */
struct anchor {
	struct job *job;
};

static void client_gone(void *anchor)
{
	struct job *j = ((struct anchor *)anchor)->job;

	if (j)
		j->req = NULL;
}

/* ---- loop thread ---- */

static struct job *job_take(struct loop *l)
{
	struct job *j = l->spare_jobs;

	if (j) {
		l->spare_jobs = j->next_spare;
		l->spare_count--;
		return j;
	}
	j = calloc(1, sizeof(*j));
	MUST(j);
	j->arena = arena_new("request", LIMIT_ARENA_REQUEST);
	return j;
}

static void job_end(struct job *j)
{
	struct loop *l = j->loop;
	struct arena *a = j->arena;

	if (j->req)
		j->anchor->job = NULL;
	json_free(j->decoded.json);
	http_reply_free(&j->reply);
	arena_reset(a);
	*j = (struct job){ .arena = a };
	if (l->spare_count < SPARE_JOBS) {
		j->next_spare = l->spare_jobs;
		l->spare_jobs = j;
		l->spare_count++;
		return;
	}
	arena_free(a);
	free(j);
}

void workers_free_spare(struct loop *l)
{
	for (struct job *j = l->spare_jobs, *next; j; j = next) {
		next = j->next_spare;
		arena_free(j->arena);
		free(j);
	}
	l->spare_jobs = NULL;
}

static void on_answer(struct loop *l, struct message *m)
{
	struct job *j = H2O_STRUCT_FROM_MEMBER(struct job, back, m);

	(void)l;
	if (j->stream && j->req)
		stream_open(j->stream, j->req, &j->rq);
	else if (j->stream)
		stream_drop(j->stream);
	else if (j->req)
		exchange_reply(j->req, &j->rq, &j->reply, j->began_us);
	job_end(j);
}

static struct str copied(struct arena *a, struct str s)
{
	return (struct str){ arena_strndup(a, s.p, s.n), s.n };
}

static void copy_request(struct job *j, h2o_req_t *req, const struct http_request *rq)
{
	struct arena *a = j->arena;

	j->rq = *rq;
	j->rq.arena = a;
	j->rq.path = copied(a, rq->path);
	j->rq.query = copied(a, rq->query);
	j->rq.body = copied(a, rq->body);
	j->rq.host = copied(a, rq->host);
	j->rq.content_type = copied(a, rq->content_type);
	j->rq.peer = arena_strdup(a, rq->peer);
	for (size_t i = 0; i < ROUTE_ARGS; i++)
		if (rq->path_args[i])
			j->rq.path_args[i] = arena_strdup(a, rq->path_args[i]);
	j->side.headers = headers_copy(a, req, &j->side.header_count);
	j->rq.server_side = &j->side;
}

bool worker_take(struct loop *l, h2o_req_t *req, const struct http_request *rq,
		 const struct route_match *m, int64_t began_us)
{
	struct job *j = job_take(l);
	struct anchor *anchor;

	j->loop = l;
	j->back.run = on_answer;
	j->req = req;
	j->began_us = began_us;
	/* The parts' raw text is not needed any more: their decoded form is in path_args. */
	j->match.arg_count = m->arg_count;
	j->reply.body = buf_new(LIMIT_REPLY);
	copy_request(j, req, rq);
	anchor = h2o_mem_alloc_shared(&req->pool, sizeof(*anchor), client_gone);
	anchor->job = j;
	j->anchor = anchor;
	if (!queue_put(l->s->queue, j)) {
		job_end(j);
		return false;
	}
	return true;
}

/* ---- worker thread ---- */

static bool let_in(struct http_server *s, struct job *j, struct err *e)
{
	if (j->rq.route->role == ROLE_ANYONE)
		return true;
	if (!s->c.authenticate)
		return ERR(e, ERR_AUTH, "auth.required", "Sign in, or send a token.");
	if (!s->c.authenticate(&j->rq, e))
		return false;
	if (j->rq.who.role < j->rq.route->role)
		return ERR(e, ERR_FORBIDDEN, "auth.role", "This needs the role %s.",
			   role_text(j->rq.route->role));
	return true;
}

static bool run_handler(struct job *j, struct err *e)
{
	const struct route *r = j->rq.route;

	if (!r->stream)
		return r->fn(&j->rq, j->decoded.in, &j->reply, e);
	if (j->rq.method == HTTP_HEAD) {
		j->reply.content_type = "text/event-stream";
		return true;
	}
	j->stream = stream_new(j->loop);
	if (r->stream(&j->rq, j->stream, e))
		return true;
	stream_discard(j->stream);
	j->stream = NULL;
	return false;
}

static void run(struct http_server *s, void *worker, struct job *j)
{
	const struct err *why = NULL;
	struct err e = { 0 };

	j->rq.worker = worker;
	if (!let_in(s, j, &e)) {
		http_reply_problem(&j->reply, &e, NULL);
		why = &e;
	} else if (!request_decode(&j->rq, &j->match, &j->decoded, &e)) {
		problem_write(&j->reply, j->decoded.status, &e, &j->decoded.problems);
		why = j->decoded.problems.n ? &j->decoded.problems.e[0] : &e;
	} else if (!run_handler(j, &e)) {
		http_reply_problem(&j->reply, &e, NULL);
		why = &e;
	}
	if (j->rq.route->dress)
		j->rq.route->dress(&j->rq, &j->reply, why);
	if ((j->rq.route->flags & ROUTE_AUDIT) && s->c.audit)
		s->c.audit(&j->rq, &j->reply);
	post(j->loop, &j->back);
}

static void *start(struct http_server *s, bool *ret_ok)
{
	struct err e = { 0 };
	void *worker = s->c.worker_start ? s->c.worker_start(s->c.ctx, &e) : NULL;

	*ret_ok = worker || !s->c.worker_start;
	pthread_mutex_lock(&s->start.lock);
	if (*ret_ok)
		s->start.ready++;
	else if (!s->start.failed++)
		s->start.e = e;
	pthread_cond_broadcast(&s->start.cond);
	pthread_mutex_unlock(&s->start.lock);
	return worker;
}

void *worker_main(void *arg)
{
	struct http_server *s = arg;
	bool ok;
	void *worker = start(s, &ok);
	struct job *j;

	while ((j = queue_take(s->queue)))
		run(s, worker, j);
	if (ok && s->c.worker_stop)
		s->c.worker_stop(s->c.ctx, worker);
	return NULL;
}
