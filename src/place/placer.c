#include "place/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/thread.h"

#define IDLE_MS          500 /* another server may have stored something */
#define AFTER_FAILURE_MS 1000

struct placer {
	struct place_worker *worker;
	struct bell bell;
	pthread_t thread;
	_Atomic int64_t backlog;
	/* Batches that were placed, for those who wait for theirs. */
	struct bell placed;
	uint64_t turns; /* under its lock */
};

static void tell_waiting(struct placer *p)
{
	pthread_mutex_lock(&p->placed.lock);
	p->turns++;
	pthread_cond_broadcast(&p->placed.cond);
	pthread_mutex_unlock(&p->placed.lock);
}

bool placer_is_paused(const struct placer *p)
{
	return p->worker->c.paused;
}

uint64_t placer_turn(struct placer *p)
{
	uint64_t turns;

	pthread_mutex_lock(&p->placed.lock);
	turns = p->turns;
	pthread_mutex_unlock(&p->placed.lock);
	return turns;
}

bool placer_await(struct placer *p, uint64_t turn, int64_t ms)
{
	int64_t until = clock_mono_us() + ms * 1000;
	struct timespec t = { until / 1000000, until % 1000000 * 1000 };
	int timed_out = p->worker->c.paused;
	bool moved;

	pthread_mutex_lock(&p->placed.lock);
	while (p->turns == turn && !timed_out)
		timed_out = pthread_cond_timedwait(&p->placed.cond, &p->placed.lock, &t);
	moved = p->turns != turn;
	pthread_mutex_unlock(&p->placed.lock);
	return moved;
}

/* What waits, counted anew: other servers store and place too. */
static void recount(struct placer *p)
{
	struct receipt_waiting_count_row row;
	struct err e;

	arena_reset(p->worker->arena);
	if (receipt_waiting_count(p->worker->c.db, p->worker->arena, &row, &e) > 0)
		p->backlog = row.n;
	metric_set(METRIC_PLACE_BACKLOG, p->backlog);
}

/* One turn; how long to sleep before the next. */
static int64_t turn(struct placer *p)
{
	size_t done;
	struct err e;

	if (p->worker->c.paused)
		return IDLE_MS;
	if (!place_batch(p->worker, clock_now(), &done, &e)) {
		if (e.kind == ERR_BUSY)
			return IDLE_MS;
		metric_add(METRIC_PLACE_FAILURES, 1);
		log_err(LOG_ERROR, "place.failed", &e);
		return AFTER_FAILURE_MS;
	}
	if (!done && p->worker->waiting)
		return IDLE_MS;
	if (!done) {
		p->backlog = 0;
		metric_set(METRIC_PLACE_BACKLOG, 0);
		return IDLE_MS;
	}
	tell_waiting(p);
	p->backlog = p->backlog > (int64_t)done ? p->backlog - (int64_t)done : 0;
	metric_set(METRIC_PLACE_BACKLOG, p->backlog);
	return 0;
}

static bool stopped(struct placer *p)
{
	bool stop;

	pthread_mutex_lock(&p->bell.lock);
	stop = p->bell.stop;
	pthread_mutex_unlock(&p->bell.lock);
	return stop;
}

static void *loop(void *arg)
{
	struct placer *p = arg;
	struct err e;

	recount(p);
	/* Another one that places, or a store that is away, is seen again when there is work. */
	if (!p->worker->c.paused)
		LL_IGNORE(place_prepare(p->worker, clock_now(), &e));
	while (!stopped(p)) {
		int64_t wait = turn(p);

		if (wait)
			bell_wait(&p->bell, wait);
	}
	return NULL;
}

static void match_is_ready(void *ctx)
{
	struct placer *p = ctx;

	bell_ring(&p->bell);
}

struct placer *placer_start(const struct place_config *c)
{
	struct placer *p = calloc(1, sizeof(*p));
	struct place_config own = *c;

	MUST(p != NULL);
	bell_init(&p->bell);
	bell_init(&p->placed);
	own.match_ready = match_is_ready;
	own.match_ctx = p;
	p->worker = place_worker_new(&own, clock_now());
	p->thread = thread_start("placer", loop, p);
	return p;
}

void placer_wake(struct placer *p)
{
	bell_ring(&p->bell);
}

void placer_note(struct placer *p, size_t receipts)
{
	p->backlog += (int64_t)receipts;
	if (!p->worker->c.paused) /* else it would wake for nothing, once for each batch */
		bell_ring(&p->bell);
}

int64_t placer_backlog(const struct placer *p)
{
	return p->backlog;
}

void placer_stop(struct placer *p)
{
	if (!p)
		return;
	bell_stop(&p->bell);
	pthread_join(p->thread, NULL);
	place_worker_free(p->worker);
	bell_free(&p->bell);
	bell_free(&p->placed);
	free(p);
}
