/* One rematch at a time, in a thread of its own; whoever wants to know how far it is looks. */
#include <stdlib.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "match/match.h"

struct rematch_job {
	struct sql_db *db;
	void (*told)(void *ctx);
	void *ctx;
	struct bell bell;
	pthread_t thread;
	pthread_mutex_t lock; /* over all below */
	struct rematch_asked asked;
	struct rematch_status status;
	struct rematch *result; /* of the last plan that was made */
	_Atomic bool stop;
	_Atomic int64_t done, of;
};

static void progress(void *ctx, int64_t done, int64_t of)
{
	struct rematch_job *j = ctx;

	j->done = done;
	j->of = of;
}

static void set_state(struct rematch_job *j, enum rematch_state state)
{
	pthread_mutex_lock(&j->lock);
	j->status.state = state;
	pthread_mutex_unlock(&j->lock);
	j->done = 0;
}

static bool carry_out(struct rematch_job *j, const struct rematch_asked *q, struct rematch **ret,
		      struct id *ret_id, struct err *e)
{
	struct rematch_options o = { .publisher = q->publisher,
				     .join = q->join,
				     .model = q->model,
				     .learn = q->learn,
				     .stop = &j->stop,
				     .progress = progress,
				     .ctx = j };

	*ret_id = ID_NULL;
	if (!rematch_plan(j->db, &o, ret, e))
		return false;
	if (q->dry_run)
		return true;
	set_state(j, REMATCH_APPLYING);
	return rematch_apply(*ret, j->db, q->actor, clock_now(), ret_id, e);
}

static bool take_back(struct rematch_job *j, const struct rematch_asked *q, struct err *e)
{
	struct customer_who w = { q->publisher, q->actor, clock_now() };
	int64_t undone, kept;

	set_state(j, REMATCH_UNDOING);
	if (!rematch_undo(j->db, &w, q->undo, &undone, &kept, e))
		return false;
	return !kept || ERR(e, ERR_CONFLICT, "rematch.kept",
			    "%lld changes stay, because later ones of the same leads hold. Undo "
			    "those first.",
			    (long long)kept);
}

static void work(struct rematch_job *j)
{
	struct rematch_asked q = j->asked; /* nobody writes it while the state is not idle */
	struct rematch *r = NULL;
	struct err e = { 0 };
	struct id id = ID_NULL;
	bool ok = id_is_null(q.undo) ? carry_out(j, &q, &r, &id, &e) : take_back(j, &q, &e);

	if (!ok)
		log_err(LOG_WARN, "match.rematch-failed", &e);
	pthread_mutex_lock(&j->lock);
	j->status.state = ok ? REMATCH_DONE : REMATCH_FAILED;
	j->status.ended_at = clock_now();
	j->status.rematch = id;
	j->status.problem = e;
	if (r) {
		rematch_free(j->result);
		j->result = r;
	}
	pthread_mutex_unlock(&j->lock);
	if (j->told)
		j->told(j->ctx);
}

static bool is_asked(struct rematch_job *j)
{
	bool asked;

	pthread_mutex_lock(&j->lock);
	asked = j->status.state == REMATCH_PLANNING;
	pthread_mutex_unlock(&j->lock);
	return asked;
}

#define IDLE_MS 60000

static void *loop(void *arg)
{
	struct rematch_job *j = arg;

	while (bell_wait(&j->bell, IDLE_MS))
		if (is_asked(j))
			work(j);
	return NULL;
}

struct rematch_job *rematch_job_start(struct sql_db *db, void (*told)(void *ctx), void *ctx)
{
	struct rematch_job *j = calloc(1, sizeof(*j));

	MUST(j);
	j->db = db;
	j->told = told;
	j->ctx = ctx;
	j->status.state = REMATCH_IDLE;
	pthread_mutex_init(&j->lock, NULL);
	bell_init(&j->bell);
	j->thread = thread_start("match", loop, j);
	return j;
}

void rematch_job_stop(struct rematch_job *j)
{
	if (!j)
		return;
	j->stop = true;
	bell_stop(&j->bell);
	pthread_join(j->thread, NULL);
	rematch_free(j->result);
	sql_close(j->db);
	bell_free(&j->bell);
	pthread_mutex_destroy(&j->lock);
	free(j);
}

bool rematch_job_ask(struct rematch_job *j, const struct rematch_asked *q, int64_t now_ms,
		     struct err *e)
{
	bool busy;

	pthread_mutex_lock(&j->lock);
	busy = j->status.state == REMATCH_PLANNING || j->status.state == REMATCH_APPLYING ||
	       j->status.state == REMATCH_UNDOING;
	if (!busy) {
		j->asked = *q;
		j->done = j->of = 0;
		j->status =
			(struct rematch_status){ .state = REMATCH_PLANNING, .started_at = now_ms };
		j->status.asked = *q;
	}
	pthread_mutex_unlock(&j->lock);
	if (busy)
		return ERR(e, ERR_CONFLICT, "rematch.running",
			   "Another rematch is under way; wait for its end.");
	bell_ring(&j->bell);
	return true;
}

struct rematch_status rematch_job_look(struct rematch_job *j, struct rematch_change *changes,
				       size_t max)
{
	struct rematch_status s;

	pthread_mutex_lock(&j->lock);
	s = j->status;
	if (j->result && s.state == REMATCH_DONE && id_is_null(s.asked.undo)) {
		s.counts = *rematch_counts(j->result);
		s.model = *rematch_model_used(j->result);
		s.planned = true;
		for (; s.changes < max && s.changes < rematch_changes(j->result); s.changes++)
			changes[s.changes] = rematch_change(j->result, s.changes);
	}
	pthread_mutex_unlock(&j->lock);
	s.done = j->done;
	s.of = j->of;
	return s;
}
