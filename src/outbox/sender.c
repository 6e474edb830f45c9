/*
 * The sender's thread: a turn writes what ended, claims what is due, and starts it; then the
 * network works. Results wait a few milliseconds for company, because a transaction costs more than
 * a row.
 *
 * A crash at any point forgets nothing: what was claimed and not written down comes back when its
 * lease is over, under the same id.
 */
#include "outbox/sender.h"
#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/thread.h"

#define TURN_ARENA    (64 * 1024 * 1024)
#define COMPANY       64  /* so many results are worth a transaction at once */
#define COMPANY_MS    4   /* so long they wait for each other */
#define LOOK_MS       200 /* how often an idle sender looks by itself */
#define REFRESH_MS    1000
#define STORE_WAIT_MS 500 /* the store is gone: no sooner again */

/* Said once, however long it takes. What ended meanwhile waits; nothing new is claimed. */
static void wait_for_store(struct sender *s, const struct err *e)
{
	if (!s->store_down)
		log_err(LOG_ERROR, "delivery.store", e);
	s->store_down = true;
	s->blocked_until = clock_mono() + STORE_WAIT_MS;
}

/* Health, and leases that are over. On SQLite nobody else sends: at the start every lease is over.
 */
static bool refresh(struct sender *s, bool at_start, struct err *e)
{
	int64_t now_ms = clock_now();
	bool alone = at_start && sql_engine_of(s->c.db) == SQL_SQLITE;
	size_t n;
	do {
		arena_reset(s->arena);
		if (!claim_leases_over(s, alone ? INT64_MAX : now_ms, now_ms, &n, e))
			return false;
		if (n)
			LOG(LOG_WARN, "delivery.leases-over", LOG_I("count", n));
	} while (n == SENDER_CLAIM_MAX);
	if (!sites_refresh(s, e))
		return false;
	s->refresh_at = clock_mono() + REFRESH_MS;
	return true;
}

static void drop_all(struct job *list)
{
	while (list) {
		struct job *j = list;
		list = j->next;
		job_drop(j);
	}
}

/* Leads are read in the transaction that claimed their deliveries: one that is erased is not sent.
 */
static bool claim_and_load(struct sender *s, struct job **ret, struct err *e)
{
	return claim_round(s, clock_now(), ret, e) && jobs_load(s, *ret, e);
}

static bool transact(struct sender *s, bool claim, struct job **ret_claimed, size_t *ret_changes,
		     struct err *e)
{
	AUTO_TX tx = { 0 };
	*ret_claimed = NULL;
	if (sql_begin(s->c.db, &tx, e) && settle_write(s, clock_now(), ret_changes, e) &&
	    (!claim || claim_and_load(s, ret_claimed, e)) && sql_commit(&tx, e))
		return true;
	drop_all(*ret_claimed);
	*ret_claimed = NULL;
	return false;
}

/* Settles, claims, starts. *ret: it is worth coming back at once. */
static bool turn(struct sender *s, bool *ret, struct err *e)
{
	bool stopping = atomic_load(&s->stopping), claim = false;
	struct job *claimed = NULL;
	size_t changes = 0;
	*ret = false;
	arena_reset(s->arena);
	view_follow(s);
	if (!stopping && s->unused && !claim_any_due(s, clock_now(), &claim, e))
		return false;
	if (!claim && !s->finished)
		return true;
	if (!transact(s, claim, &claimed, &changes, e))
		return false;
	settle_done(s);
	*ret = claimed != NULL;
	while (claimed) {
		struct job *j = claimed;
		claimed = j->next;
		job_start(j);
	}
	jobs_start_digests(s);
	metric_set(METRIC_DELIVERY_IN_FLIGHT, (int64_t)net_multi_in_flight(s->net));
	if (changes && s->c.committed)
		s->c.committed(s->c.ctx, changes);
	return true;
}

static bool results_are_ripe(const struct sender *s)
{
	return s->finished && (s->finished_count >= COMPANY || net_multi_in_flight(s->net) == 0 ||
			       clock_mono() - s->finished_since >= COMPANY_MS);
}

static void work(struct sender *s)
{
	struct err e = { 0 };
	bool again = false, ok = true;
	int64_t now = clock_mono();
	if (now < s->blocked_until)
		return;
	bool look = atomic_exchange(&s->woken, false) || now >= s->look_at;
	if (now >= s->refresh_at)
		ok = refresh(s, false, &e);
	if (ok && (look || results_are_ripe(s))) {
		ok = turn(s, &again, &e);
		s->look_at = again ? now : clock_mono() + LOOK_MS;
		atomic_fetch_add(&s->looks, look && ok);
	}
	if (!ok)
		wait_for_store(s, &e);
	else
		s->store_down = false;
}

/* How long the network may keep the thread. */
static int64_t patience(const struct sender *s)
{
	int64_t now = clock_mono();
	int64_t until = s->look_at < s->refresh_at ? s->look_at : s->refresh_at;
	if (now < s->blocked_until)
		return s->blocked_until - now;
	if (s->finished)
		return COMPANY_MS;
	return until > now ? until - now : 0;
}

static void drain(struct sender *s)
{
	int64_t end = clock_mono() + s->c.grace_ms;
	struct err e = { 0 };
	bool again;
	while (net_multi_in_flight(s->net) && clock_mono() < end) {
		net_multi_run(s->net, end - clock_mono());
		if (results_are_ripe(s) && !turn(s, &again, &e))
			wait_for_store(s, &e);
	}
	net_multi_cancel(s->net);
	for (size_t i = 0; i < OUTBOX_IN_FLIGHT; i++) {
		struct job *j = &s->jobs[i];
		if (j->site && j->to == DELIVERY_STATE_NONE)
			job_abandon(j);
	}
	if (!turn(s, &again, &e))
		log_err(LOG_ERROR, "delivery.stop", &e); /* the leases will end by themselves */
}

static void *run(void *arg)
{
	struct sender *s = arg;
	struct err e = { 0 };
	view_follow(s);
	if (!refresh(s, true, &e))
		wait_for_store(s, &e);
	while (!atomic_load(&s->stopping)) {
		work(s);
		net_multi_run(s->net, patience(s));
	}
	drain(s);
	return NULL;
}

struct sender *sender_start(const struct sender_config *c)
{
	struct sender *s = calloc(1, sizeof(*s));
	MUST(s != NULL);
	s->c = *c;
	s->net = net_multi_new(OUTBOX_IN_FLIGHT);
	s->holder = id_new(clock_now());
	s->arena = arena_new("sender", TURN_ARENA);
	s->jobs = calloc(OUTBOX_IN_FLIGHT, sizeof(struct job));
	MUST(s->jobs != NULL);
	for (size_t i = 0; i < OUTBOX_IN_FLIGHT; i++) {
		s->jobs[i].next = s->unused;
		s->unused = &s->jobs[i];
	}
	s->thread = thread_start("sender", run, s);
	return s;
}

void sender_wake(struct sender *s)
{
	atomic_store(&s->woken, true);
	net_multi_wake(s->net);
}

uint64_t sender_looks(struct sender *s)
{
	return atomic_load(&s->looks);
}

void sender_stop(struct sender *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	net_multi_wake(s->net);
	pthread_join(s->thread, NULL);
	net_multi_free(s->net);
	for (size_t i = 0; i < OUTBOX_IN_FLIGHT; i++)
		arena_free(s->jobs[i].arena);
	sites_free(s);
	free(s->jobs);
	arena_free(s->arena);
	sql_close(s->c.db);
	free(s);
}
