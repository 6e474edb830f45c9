#include "place/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/thread.h"

#define BATCH_ARENA      (256 * 1024 * 1024)
#define LEASE_MS         5000
#define IDLE_MS          500 /* another server may have stored something */
#define AFTER_FAILURE_MS 1000
#define CLASH_TRIES      5

struct placer {
	struct place_worker *worker;
	struct bell bell;
	pthread_t thread;
	_Atomic int64_t backlog;
};

struct place_worker *place_worker_new(const struct place_config *c, int64_t now_ms)
{
	struct place_worker *w = calloc(1, sizeof(*w));

	MUST(w != NULL);
	*w = (struct place_worker){ .c = *c,
				    .arena = arena_new("placing", BATCH_ARENA),
				    .holder = id_new(now_ms),
				    .mark = mark_slot(c->marks) };
	return w;
}

void place_worker_free(struct place_worker *w)
{
	struct err e;

	if (!w)
		return;
	/* Given back, so that the next placer need not wait; if it cannot be, it runs out by
	 * itself. */
	LL_IGNORE(lease_give(w->c.db, &(struct lease_give_in){ "placing", w->holder }, NULL, &e));
	sql_close(w->c.db);
	arena_free(w->arena);
	free(w);
}

/* Inside the batch's transaction: a placer that lost its lease cannot commit beside the new one. */
static bool hold_lease(struct place_worker *w, int64_t now_ms, struct err *e)
{
	struct lease_take_row row;
	int held = lease_take(w->c.db,
			      &(struct lease_take_in){ .name = "placing",
						       .holder = w->holder,
						       .until = now_ms + LEASE_MS,
						       .now = now_ms },
			      w->arena, &row, e);

	if (held == 0)
		return ERR(e, ERR_BUSY, "place.lease", "Another process is placing receipts.");
	return held > 0;
}

/* The next publisher with work after the last one served, and its first receipts. */
static bool find_work(struct place_worker *w, struct batch *b, struct err *e)
{
	struct receipt_waiting_publisher_row row;
	int found = receipt_waiting_publisher(
		w->c.db, &(struct receipt_waiting_publisher_in){ w->publisher }, b->arena, &row, e);

	if (found == 0 && w->publisher[0]) {
		w->publisher[0] = 0; /* round the circle */
		found = receipt_waiting_publisher(
			w->c.db, &(struct receipt_waiting_publisher_in){ "" }, b->arena, &row, e);
	}
	if (found < 0)
		return false;
	if (found == 0)
		return true;
	snprintf(w->publisher, sizeof(w->publisher), "%s", row.publisher_id);
	b->publisher = row.publisher_id;
	return receipt_waiting(w->c.db,
			       &(struct receipt_waiting_in){ b->publisher, BATCH_RECEIPTS },
			       b->arena, &b->receipts, &b->receipt_count, e);
}

static bool place_once(struct place_worker *w, struct batch *b, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(w->c.db, &tx, e) && hold_lease(w, b->now_ms, e) &&
	       batch_resolve(w, b, e) && batch_write(w, b, e) && sql_commit(&tx, e);
}

static void tell_metrics(const struct batch *b)
{
	size_t touches = b->item_count;

	metric_add(METRIC_PLACE_RECEIPTS, (int64_t)b->receipt_count);
	metric_add(METRIC_PLACE_LEADS, (int64_t)b->new_leads);
	metric_add(METRIC_PLACE_TOUCHES, (int64_t)touches);
	for (size_t i = 0; i < b->receipt_count; i++)
		metric_seen(METRIC_PLACE_SECONDS,
			    (clock_now() - b->receipts[i].received_at) * 1000);
	for (size_t i = 0; i < b->trouble_count; i++)
		if (!strcmp(b->troubles[i].state, receipt_state_text(RECEIPT_SET_ASIDE)))
			metric_add(METRIC_PLACE_SET_ASIDE, 1);
}

bool place_batch(struct place_worker *w, int64_t now_ms, size_t *ret_done, struct err *e)
{
	struct batch b = { .arena = w->arena,
			   .now_ms = now_ms,
			   .window_ms = w->c.repeat_window_ms };
	bool ok;

	arena_reset(w->arena);
	if (!find_work(w, &b, e))
		return false;
	if (!b.receipt_count) {
		*ret_done = 0;
		return true;
	}
	if (!batch_read(w, &b, e))
		return false;
	do {
		b.counts = counts_new(b.arena);
		ok = place_once(w, &b, e);
	} while (!ok && e->kind == ERR_CONFLICT && ++b.salt < CLASH_TRIES);
	if (!ok)
		return false;
	tell_metrics(&b);
	if (w->c.placed)
		w->c.placed(w->c.ctx, b.new_leads, b.deliveries);
	*ret_done = b.receipt_count;
	return true;
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
	if (!done) {
		p->backlog = 0;
		metric_set(METRIC_PLACE_BACKLOG, 0);
		return IDLE_MS;
	}
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

	recount(p);
	while (!stopped(p)) {
		int64_t wait = turn(p);

		if (wait)
			bell_wait(&p->bell, wait);
	}
	return NULL;
}

struct placer *placer_start(const struct place_config *c)
{
	struct placer *p = calloc(1, sizeof(*p));

	MUST(p != NULL);
	bell_init(&p->bell);
	p->worker = place_worker_new(c, clock_now());
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
	free(p);
}
