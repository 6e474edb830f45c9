/* A job: the lead is read, the request made, the answer classified; more than once if the driver
 * asks. */
#include "outbox/sender.h"
#include <stdio.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"

#define JOB_ARENA (16 * 1024 * 1024)

struct job *job_take(struct sender *s)
{
	struct job *j = s->unused;
	if (!j)
		return NULL;
	s->unused = j->next;
	struct arena *a = j->arena ? j->arena : arena_new("delivery", JOB_ARENA);
	*j = (struct job){ .sender = s, .arena = a };
	return j;
}

/* Its place at the site is free: once. */
static void land(struct job *j)
{
	if (j->flying)
		j->site->in_flight--;
	j->flying = false;
}

void job_drop(struct job *j)
{
	struct sender *s = j->sender;
	land(j);
	j->site = NULL;
	view_drop(j->view);
	j->view = NULL;
	arena_reset(j->arena);
	j->next = s->unused;
	s->unused = j;
}

/* ---- the lead ---- */

bool jobs_load(struct sender *s, struct job *list, struct err *e)
{
	size_t n = 0, at = 0;
	for (const struct job *j = list; j; j = j->next)
		n++;
	if (!n)
		return true;
	struct outbox_lead_in *in = ARENA_ARRAY(s->arena, struct outbox_lead_in, n);
	struct outbox_lead_row *rows = ARENA_ARRAY(s->arena, struct outbox_lead_row, n);
	bool *found = ARENA_ARRAY(s->arena, bool, n);
	for (const struct job *j = list; j; j = j->next)
		in[at++] = (struct outbox_lead_in){ j->destination->publisher, j->row.lead_id };
	if (!outbox_lead_batch(s->c.db, in, n, s->arena, rows, found, e))
		return false;
	at = 0;
	for (struct job *j = list; j; j = j->next, at++) {
		j->orphan = !found[at];
		if (found[at])
			outbox_lead_take(j->arena, j->destination->publisher, j->row.lead_id,
					 &rows[at], &j->lead);
	}
	return true;
}

/* ---- the exchange ---- */

static void finish(struct job *j)
{
	struct sender *s = j->sender;
	if (!s->finished)
		s->finished_since = clock_mono();
	/* What is written first in the next transaction makes room for what is claimed in it. */
	land(j);
	job_settle(j, clock_now());
	j->next = s->finished;
	s->finished = j;
	s->finished_count++;
}

static void fail(struct job *j, enum outcome o, const char *code, const char *detail)
{
	j->x.outcome = (struct dest_outcome){ .outcome = o, .retry_after_ms = -1 };
	snprintf(j->x.outcome.code, sizeof(j->x.outcome.code), "%s", code);
	snprintf(j->x.outcome.detail, sizeof(j->x.outcome.detail), "%.*s",
		 (int)sizeof(j->x.outcome.detail) - 1, detail);
	finish(j);
}

static void done(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	struct job *j = ctx;
	const struct dest_token *used = j->x.call.token;
	enum dest_next next;

	(void)r;
	j->duration_ms += reply->duration_ms;
	j->x.call.now_ms = clock_now();
	next = dest_exchange_reply(&j->x, reply);
	if (next == DEST_NEXT_TOKEN)
		token_want(j, used);
	else
		job_next(j, next);
}

/* What was said to the message was said to each; of the far side it tells once. */
static void over(struct job *j)
{
	struct job *mate = j->mate, *next;
	struct dest_outcome said = j->x.outcome;
	int64_t took = j->duration_ms;

	said.site = said.slow_down = false;
	if (j->x.failure.kind != ERR_NONE && j->x.failure.kind != ERR_INPUT &&
	    j->x.failure.kind != ERR_CONFLICT)
		log_err(LOG_ERROR, "delivery.prepare", &j->x.failure);
	finish(j);
	for (; mate; mate = next) {
		next = mate->mate;
		mate->x.outcome = said;
		mate->duration_ms = took;
		finish(mate);
	}
}

void job_next(struct job *j, enum dest_next next)
{
	switch (next) {
	case DEST_NEXT_TOKEN: token_want(j, NULL); break;
	case DEST_NEXT_SEND:
		MUST(net_multi_add(j->sender->net, j->arena, &j->x.request, done, j));
		break;
	case DEST_NEXT_OVER: over(j); break;
	}
}

void job_start(struct job *j)
{
	j->started_at = clock_now();
	j->x = (struct dest_exchange){
		.driver = j->destination->driver,
		.call = { .arena = j->arena,
			  .settings = j->destination->settings,
			  .lead = &j->lead,
			  .recipient = j->row.recipient,
			  .delivery_id = j->row.delivery_id,
			  .replay = j->row.replays > 0,
			  .owed_at = j->row.since_at,
			  .lost = outcome_of(str_of(j->row.outcome)) == OUTCOME_UNKNOWN,
			  .attempt = (int)j->row.attempts,
			  .now_ms = j->started_at },
	};
	metric_add(METRIC_DELIVERY_ATTEMPTS, 1);
	if (j->orphan) {
		fail(j, OUTCOME_REJECTED, "lead-gone", "The lead is not there any more.");
	} else if (j->bundled) {
		j->mate = j->site->digest;
		j->site->digest = j;
	} else {
		job_next(j, dest_exchange_begin(&j->x));
	}
}

/* The last that was started comes first in the list. */
static struct job *in_order(struct job *last)
{
	struct job *first = last, *list = last->mate;

	first->mate = NULL;
	while (list) {
		struct job *j = list;
		list = j->mate;
		j->mate = first;
		first = j;
	}
	return first;
}

/* The requests of all are in the arena of the first, and so is the message. */
static void start_digest(struct job *first)
{
	size_t n = 1;
	const struct dest_call **calls;

	for (const struct job *j = first->mate; j; j = j->mate)
		n++;
	calls = ARENA_ARRAY(first->arena, const struct dest_call *, n);
	n = 0;
	for (struct job *j = first; j; j = j->mate) {
		j->x.call.arena = first->arena;
		j->x.call.server = dest_server();
		calls[n++] = &j->x.call;
	}
	if (n > 1) {
		first->x.digest = calls;
		first->x.digest_count = n;
	}
	job_next(first, dest_exchange_begin(&first->x));
}

void jobs_start_digests(struct sender *s)
{
	for (size_t i = 0; i < s->site_count; i++) {
		struct job *list = s->sites[i]->digest;

		s->sites[i]->digest = NULL;
		if (list)
			start_digest(in_order(list));
	}
}

void job_abandon(struct job *j)
{
	bool sent = !j->x.driver->oauth || j->x.call.token;

	j->duration_ms = clock_now() - j->started_at;
	if (sent)
		fail(j, OUTCOME_UNKNOWN, "stopped",
		     "The server stopped before the answer came; the lead may have arrived.");
	else
		fail(j, OUTCOME_RETRY, "stopped",
		     "The server stopped before it had a token; nothing of the lead was sent.");
}
