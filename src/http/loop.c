/*
 * One loop thread: h2o's event loop with a round in two halves. First every socket that is ready is
 * read, and requests for gathered routes line up; then, by a timer of zero that h2o runs after all
 * sockets, the line goes to its batch functions and the answers leave. Sending inside the loop's
 * own run, not after it, matters: what a send completes is only looked at by the run that follows,
 * which would first sleep.
 */
#include "http/server.h"

#include <unistd.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define WAIT_MS 1000
#define CUT_ROUNDS                                                                                 \
	200 /* of CUT_WAIT_MS: connections that do not close by then are left to exit() */
#define CUT_WAIT_MS  10
#define ROUND_MEMORY ((size_t)LIMIT_ARENA_REQUEST * 4)

void post(struct loop *l, struct message *m)
{
	h2o_multithread_send_message(&l->inbox, &m->link);
}

void loop_wake(struct loop *l)
{
	h2o_multithread_send_message(&l->inbox, NULL);
}

static void on_messages(h2o_multithread_receiver_t *inbox, h2o_linklist_t *messages)
{
	struct loop *l = H2O_STRUCT_FROM_MEMBER(struct loop, inbox, inbox);

	while (!h2o_linklist_is_empty(messages)) {
		h2o_multithread_message_t *link =
			H2O_STRUCT_FROM_MEMBER(h2o_multithread_message_t, link, messages->next);
		struct message *m = H2O_STRUCT_FROM_MEMBER(struct message, link, link);

		h2o_linklist_unlink(&link->link);
		m->run(l, m);
	}
}

static void on_gather(h2o_timeout_entry_t *entry)
{
	exchanges_flush(H2O_STRUCT_FROM_MEMBER(struct loop, gather, entry));
}

static void take_certificates(struct loop *l)
{
	struct http_server *s = l->s;
	unsigned now = atomic_load(&s->tls.generation);

	if (l->tls_generation == now)
		return;
	pthread_mutex_lock(&s->tls.lock);
	SSL_CTX_free(l->accept.ssl_ctx);
	SSL_CTX_up_ref(s->tls.ctx);
	l->accept.ssl_ctx = s->tls.ctx;
	pthread_mutex_unlock(&s->tls.lock);
	l->tls_generation = now;
}

/* The files are looked at by one of the loops; a pair that does not fit is left until it changes
 * again. */
static void look_at_certificates(struct loop *l)
{
	struct http_server *s = l->s;
	struct err e;
	uint64_t stamp;

	if (l->index || !s->c.cert_file)
		return;
	stamp = tls_stamp(s->c.cert_file, s->c.key_file);
	pthread_mutex_lock(&s->tls.lock);
	if (!stamp || stamp == s->tls.stamp)
		stamp = 0;
	pthread_mutex_unlock(&s->tls.lock);
	if (!stamp)
		return;
	if (http_reload(s, &e))
		LOG(LOG_INFO, "http.certificate", LOG_T("file", s->c.cert_file));
	else
		log_err(LOG_WARN, "http.certificate", &e);
}

static void on_tick(h2o_timeout_entry_t *entry)
{
	struct loop *l = H2O_STRUCT_FROM_MEMBER(struct loop, tick, entry);
	int64_t now = clock_mono();

	connections_tick(l, now);
	streams_tick(l, now);
	files_tick(l, now);
	goodbyes_tick(l, now, false);
	look_at_certificates(l);
	h2o_timeout_link(l->h2o.loop, &l->h2o.one_sec_timeout, &l->tick);
}

static void follow_phase(struct loop *l)
{
	enum phase phase = phase_of(l->s);

	take_certificates(l);
	if (phase >= PHASE_DRAIN && l->accepting) {
		for (size_t i = 0; i < l->s->listener_count; i++)
			h2o_socket_close(l->listeners[i]);
		l->accepting = false;
		connections_drain(l);
		streams_end(l);
	}
	l->done = phase == PHASE_END;
}

static void open_listeners(struct loop *l)
{
	for (size_t i = 0; i < l->s->listener_count; i++) {
		int fd = dup(l->s->listeners[i]);

		MUST(fd >= 0);
		l->listeners[i] =
			h2o_evloop_socket_create(l->h2o.loop, fd, H2O_SOCKET_FLAG_DONT_READ);
		l->listeners[i]->data = l;
		h2o_socket_read_start(l->listeners[i], connections_accept);
	}
	l->accepting = true;
}

static void set_up(struct loop *l)
{
	h2o_context_init(&l->h2o, h2o_evloop_create(), &l->s->globalconf);
	l->accept = (h2o_accept_ctx_t){ .ctx = &l->h2o, .hosts = l->s->globalconf.hosts };
	h2o_linklist_init_anchor(&l->waiting);
	h2o_linklist_init_anchor(&l->busy);
	h2o_linklist_init_anchor(&l->streams);
	h2o_linklist_init_anchor(&l->files);
	h2o_linklist_init_anchor(&l->goodbyes);
	h2o_linklist_init_anchor(&l->unwatched);
	h2o_multithread_register_receiver(l->h2o.queue, &l->inbox, on_messages);
	l->gathered_tail = &l->gathered;
	l->gather.cb = on_gather;
	l->tick.cb = on_tick;
	l->arena = arena_new("round", ROUND_MEMORY);
	take_certificates(l);
}

/* Whoever wakes the loops for the last time holds the lock until all are woken. */
static void await_last_wake(struct http_server *s)
{
	pthread_mutex_lock(&s->start.lock);
	pthread_mutex_unlock(&s->start.lock);
}

static void tear_down(struct loop *l)
{
	await_last_wake(l->s);
	if (l->accepting)
		for (size_t i = 0; i < l->s->listener_count; i++)
			h2o_socket_close(l->listeners[i]);
	goodbyes_tick(l, 0, true);
	connections_cut(l);
	for (int i = 0; i < CUT_ROUNDS && l->connections; i++)
		h2o_evloop_run(l->h2o.loop, CUT_WAIT_MS);
	h2o_timeout_unlink(&l->tick);
	h2o_multithread_unregister_receiver(l->h2o.queue, &l->inbox);
	SSL_CTX_free(l->accept.ssl_ctx);
	workers_free_spare(l);
	arena_free(l->arena);
	if (!l->connections) {
		h2o_context_dispose(&l->h2o);
		h2o_evloop_run(l->h2o.loop, 0);
		h2o_evloop_destroy(l->h2o.loop);
	}
}

static bool start(struct loop *l)
{
	struct http_server *s = l->s;
	struct err e = { 0 };
	bool ok = true;

	set_up(l);
	if (s->c.loop_start) {
		l->ctx = s->c.loop_start(s->c.ctx, &e);
		ok = l->ctx != NULL;
	}
	pthread_mutex_lock(&s->start.lock);
	if (ok)
		s->start.ready++;
	else if (!s->start.failed++)
		s->start.e = e;
	pthread_cond_broadcast(&s->start.cond);
	while (phase_of(s) == PHASE_START)
		pthread_cond_wait(&s->start.cond, &s->start.lock);
	pthread_mutex_unlock(&s->start.lock);
	return ok;
}

void *loop_main(void *arg)
{
	struct loop *l = arg;
	bool started = start(l);

	if (started && phase_of(l->s) == PHASE_RUN)
		open_listeners(l);
	h2o_timeout_link(l->h2o.loop, &l->h2o.one_sec_timeout, &l->tick);
	follow_phase(l);
	while (!l->done) {
		h2o_evloop_run(l->h2o.loop, WAIT_MS);
		doors_watch(l);
		follow_phase(l);
	}
	tear_down(l);
	if (started && l->s->c.loop_stop)
		l->s->c.loop_stop(l->s->c.ctx, l->ctx);
	return NULL;
}
