#include "sched/sched.h"

#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"

#define JOBS_MAX  32
#define ARENA_MAX (64 * 1024 * 1024)
#define IDLE_MS   60000
#define BUDGET_MS 1000 /* longer is worth a line in the log */

struct sched {
	const struct job *jobs;
	int64_t next[JOBS_MAX]; /* mono ms */
	struct sql_db *db;
	struct arena *arena;
	void *ctx;
	struct bell bell;
	pthread_t thread;
};

static void run(struct sched *s, size_t i)
{
	const struct job *j = &s->jobs[i];
	int64_t start = clock_mono(), took;
	bool again = false, ok;
	struct err e;

	ok = j->run(s->ctx, s->db, s->arena, clock_now(), &again, &e);
	if (!ok)
		LOG(LOG_WARN, "sched.job-failed", LOG_T("job", j->name), LOG_T("code", e.code),
		    LOG_T("text", e.text));
	arena_reset(s->arena);
	took = clock_mono() - start;
	if (took > BUDGET_MS)
		LOG(LOG_INFO, "sched.job-slow", LOG_T("job", j->name), LOG_I("ms", took));
	s->next[i] = ok && again ? start : clock_mono() + j->every_ms;
}

/* Runs what is due; ms until the next. */
static int64_t turn(struct sched *s)
{
	int64_t wait = IDLE_MS;

	for (size_t i = 0; s->jobs[i].name; i++) {
		int64_t left;

		if (s->next[i] <= clock_mono())
			run(s, i);
		left = s->next[i] - clock_mono();
		if (left < wait)
			wait = left > 0 ? left : 0;
	}
	return wait;
}

static void *loop(void *arg)
{
	struct sched *s = arg;

	while (bell_wait(&s->bell, turn(s)))
		;
	return NULL;
}

struct sched *sched_start(const struct job *jobs, struct sql_db *db, void *ctx)
{
	struct sched *s = calloc(1, sizeof(*s));
	size_t n = 0;

	MUST(s != NULL);
	while (jobs[n].name)
		n++;
	MUST(n <= JOBS_MAX);
	s->jobs = jobs;
	s->db = db;
	s->ctx = ctx;
	s->arena = arena_new("sched", ARENA_MAX);
	bell_init(&s->bell);
	s->thread = thread_start("sched", loop, s);
	return s;
}

void sched_stop(struct sched *s)
{
	if (!s)
		return;
	bell_stop(&s->bell);
	pthread_join(s->thread, NULL);
	sql_close(s->db);
	arena_free(s->arena);
	bell_free(&s->bell);
	free(s);
}
