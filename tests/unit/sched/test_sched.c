/* Periodic work: each job at its time, one after the other, whatever another one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "sched/sched.h"

#define WAIT_MS 20000 /* a deadline, never a pause */
#define HOUR    3600000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct sql_db *db; /* that the jobs must be given */
	int fast, slow, failing, greedy, pieces, inside;
	int64_t first_ms, last_ms;
	bool wrong, hold, held;
} seen;

static void count(int *what)
{
	pthread_mutex_lock(&seen.lock);
	(*what)++;
	pthread_cond_broadcast(&seen.cond);
	pthread_mutex_unlock(&seen.lock);
}

/* Until *what is n. */
static void until(const int *what, int n)
{
	int64_t limit = clock_mono() + WAIT_MS;

	pthread_mutex_lock(&seen.lock);
	while (*what < n && clock_mono() < limit) {
		struct timespec wake;

		clock_gettime(CLOCK_REALTIME, &wake);
		wake.tv_sec++;
		pthread_cond_timedwait(&seen.cond, &seen.lock, &wake);
	}
	pthread_mutex_unlock(&seen.lock);
	assert_true(*what >= n);
}

/* What each job finds: its connection, an empty arena, the present, no other job beside it. */
static void enter(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms)
{
	int64_t off = clock_now() - now_ms;

	pthread_mutex_lock(&seen.lock);
	seen.wrong |= ctx != &seen || db != seen.db || off < 0 || off > WAIT_MS || seen.inside++;
	pthread_mutex_unlock(&seen.lock);
	/* Half of an arena each time: without being emptied it would be full at the third. */
	memset(arena_alloc(a, (size_t)30 * 1024 * 1024), 1, 1);
}

static bool leave(int *what)
{
	pthread_mutex_lock(&seen.lock);
	seen.inside--;
	pthread_mutex_unlock(&seen.lock);
	count(what);
	return true;
}

static bool fast(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		 struct err *e)
{
	(void)again;
	(void)e;
	enter(ctx, db, a, now_ms);
	if (!seen.fast)
		seen.first_ms = clock_mono();
	seen.last_ms = clock_mono();
	return leave(&seen.fast);
}

static bool slow(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		 struct err *e)
{
	(void)again;
	(void)e;
	enter(ctx, db, a, now_ms);
	return leave(&seen.slow);
}

static bool failing(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		    struct err *e)
{
	(void)again;
	enter(ctx, db, a, now_ms);
	return leave(&seen.failing) && ERR(e, ERR_STORE, "test.fails", "on purpose");
}

/* Work in five pieces, then nothing until its time. */
static bool greedy(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		   struct err *e)
{
	(void)e;
	enter(ctx, db, a, now_ms);
	*again = ++seen.pieces < 5;
	return leave(&seen.greedy);
}

static bool holding(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		    struct err *e)
{
	(void)again;
	(void)e;
	enter(ctx, db, a, now_ms);
	pthread_mutex_lock(&seen.lock);
	seen.held = true;
	pthread_cond_broadcast(&seen.cond);
	while (seen.hold)
		pthread_cond_wait(&seen.cond, &seen.lock);
	pthread_mutex_unlock(&seen.lock);
	return leave(&seen.slow);
}

static struct sched *start(const struct job *jobs)
{
	char url[64];
	struct err e;

	snprintf(url, sizeof(url), "sqlite:/tmp/leadline-sched-%d.db", (int)getpid());
	memset(&seen, 0, sizeof(seen));
	pthread_mutex_init(&seen.lock, NULL);
	pthread_cond_init(&seen.cond, NULL);
	assert_true(sql_open(url, SQL_DERIVED, &seen.db, &e));
	unlink(url + strlen("sqlite:")); /* the jobs do not use it */
	return sched_start(jobs, seen.db, &seen);
}

static void each_job_runs_at_once_and_then_at_its_time(void **state)
{
	static const struct job jobs[] = { { "fast", 20, fast }, { "slow", HOUR, slow }, { 0 } };
	struct sched *s = start(jobs);

	(void)state;
	until(&seen.fast, 6);
	sched_stop(s);
	assert_int_equal(seen.slow, 1);
	assert_true(seen.last_ms - seen.first_ms >= (seen.fast - 1) * 20);
	assert_false(seen.wrong);
}

static void a_job_that_fails_runs_again_and_holds_up_nobody(void **state)
{
	static const struct job jobs[] = { { "failing", 10, failing },
					   { "fast", 10, fast },
					   { 0 } };
	struct sched *s = start(jobs);

	(void)state;
	until(&seen.failing, 3);
	until(&seen.fast, 3);
	sched_stop(s);
	assert_false(seen.wrong);
}

static void a_job_with_more_to_do_comes_again_at_once_with_the_others_between(void **state)
{
	static const struct job jobs[] = { { "greedy", HOUR, greedy }, { "fast", 1, fast }, { 0 } };
	struct sched *s = start(jobs);

	(void)state;
	until(&seen.greedy, 5);
	until(&seen.fast, 6);
	sched_stop(s);
	assert_int_equal(seen.greedy, 5);
	assert_false(seen.wrong);
}

static void *stop(void *s)
{
	sched_stop(s);
	return NULL;
}

static void stopping_waits_for_the_job_that_runs_and_starts_no_other(void **state)
{
	static const struct job jobs[] = { { "holding", HOUR, holding },
					   { "fast", HOUR, fast },
					   { 0 } };
	struct sched *s;
	pthread_t stopper;

	(void)state;
	s = start(jobs);
	pthread_mutex_lock(&seen.lock);
	seen.hold = !seen.held;
	while (!seen.held)
		pthread_cond_wait(&seen.cond, &seen.lock);
	pthread_mutex_unlock(&seen.lock);
	assert_int_equal(pthread_create(&stopper, NULL, stop, s), 0);
	pthread_mutex_lock(&seen.lock);
	seen.hold = false;
	pthread_cond_broadcast(&seen.cond);
	pthread_mutex_unlock(&seen.lock);
	pthread_join(stopper, NULL);
	assert_int_equal(seen.slow, 1);
	assert_int_equal(seen.inside, 0);
}

static void a_table_without_jobs_and_no_sched_at_all(void **state)
{
	static const struct job none[] = { { 0 } };

	(void)state;
	sched_stop(start(none));
	sched_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_job_runs_at_once_and_then_at_its_time),
		cmocka_unit_test(a_job_that_fails_runs_again_and_holds_up_nobody),
		cmocka_unit_test(a_job_with_more_to_do_comes_again_at_once_with_the_others_between),
		cmocka_unit_test(stopping_waits_for_the_job_that_runs_and_starts_no_other),
		cmocka_unit_test(a_table_without_jobs_and_no_sched_at_all),
	};

	return cmocka_run_group_tests_name("sched", tests, NULL, NULL);
}
