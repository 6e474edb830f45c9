/* From outcomes to rows: one transaction for all that ended since the last. */
#include "outbox/sender.h"
#include <stdio.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/metric.h"

#define HEALTH_EVERY_MS 1000 /* how often a success alone is written down */

/* ---- what an outcome makes of the delivery ---- */

static bool fails(enum outcome o)
{
	return o == OUTCOME_RETRY || o == OUTCOME_UNKNOWN;
}

/* Two redirects of one lead in a row: the address is wrong. */
static void judge_redirect(struct job *j)
{
	if (strcmp(j->x.outcome.code, "redirect") == 0 && j->row.code &&
	    strcmp(j->row.code, "redirect") == 0)
		j->x.outcome.outcome = OUTCOME_CONFIG;
}

/* It went with settings that were changed since: what it says against them is said of nothing that
 * is there, and the new ones have their try. */
static void judge_settings(struct job *j)
{
	struct sender *s = j->sender;
	struct dest_outcome *o = &j->x.outcome;
	if (o->outcome != OUTCOME_CONFIG && o->outcome != OUTCOME_GONE)
		return;
	view_follow(s);
	for (size_t i = 0; i < s->view->n; i++)
		if (s->view->sites[i] == j->site &&
		    s->view->all[i].version != j->destination->version)
			o->outcome = OUTCOME_RETRY;
}

static void note_health(struct job *j, int64_t now_ms)
{
	struct site *site = j->site;
	struct outbox_health before = site->health;
	struct dest_outcome *o = &j->x.outcome;
	bool config = outbox_health_note(&site->health, o, now_ms);
	if (config && o->outcome == OUTCOME_REJECTED) {
		char last[200];
		snprintf(last, sizeof(last), "%.199s", o->detail);
		o->outcome = OUTCOME_CONFIG;
		snprintf(o->detail, sizeof(o->detail),
			 "%d leads in a row were refused. The last: %s", OUTBOX_REFUSALS, last);
	}
	site->changed |= before.failures != site->health.failures ||
			 before.refusals != site->health.refusals ||
			 before.suspended_until != site->health.suspended_until;
	if (o->outcome == OUTCOME_DELIVERED || o->outcome == OUTCOME_ALREADY) {
		site->success_at = now_ms;
		latency_note(&site->latency, j, now_ms);
	} else {
		site->failure_at = now_ms;
		snprintf(site->error, sizeof(site->error), "%s", o->detail);
	}
}

void job_settle(struct job *j, int64_t now_ms)
{
	struct err e = { 0 };
	judge_redirect(j);
	judge_settings(j);
	note_health(j, now_ms);
	if (!outbox_move(DELIVERY_LEASED, OUTBOX_EV_OUTCOME, j->x.outcome.outcome, &j->to, &e))
		BUG("outcome %d has no move", (int)j->x.outcome.outcome);
	j->next_at = now_ms;
	if (j->x.outcome.outcome == OUTCOME_CONFIG || j->x.outcome.outcome == OUTCOME_GONE)
		j->site->stop = &j->x.outcome; /* the job lives until the result is written */
}

/* The schedule needs to know how often it was tried since it became due; only failures ask. */
static bool schedule(struct sender *s, struct job *j, int64_t now_ms, struct err *e)
{
	struct outbox_tries_row tries;
	const struct outbox_tries_in in = { j->destination->publisher, j->row.delivery_id,
					    j->row.since_at };
	if (!fails(j->x.outcome.outcome) || strcmp(j->x.outcome.code, "stopped") == 0)
		return true;
	if (outbox_tries(s->c.db, &in, s->arena, &tries, e) < 0)
		return false;
	const struct outbox_times t = {
		.since_at = j->row.since_at,
		.now_ms = now_ms,
		.tries = tries.n + 1,
		.retry_after_ms = j->x.outcome.retry_after_ms,
		.at_least_ms = j->x.outcome.at_least_ms,
		.max_age_ms = j->destination->common->max_age_h * 3600000,
		.attempts = j->destination->driver->attempts,
		.retries = j->destination->driver->retries,
	};
	j->next_at = outbox_next_at(&t, rand_u32());
	if (j->next_at >= 0)
		return true;
	j->next_at = now_ms;
	return outbox_move(DELIVERY_LEASED, OUTBOX_EV_OLD, OUTCOME_NONE, &j->to, e);
}

/* ---- writing ---- */

static bool write_attempts(struct sender *s, struct err *e)
{
	struct outbox_attempt_in *in =
		ARENA_ARRAY(s->arena, struct outbox_attempt_in, s->finished_count);
	size_t n = 0;
	for (const struct job *j = s->finished; j; j = j->next, n++)
		in[n] = (struct outbox_attempt_in){
			.publisher = j->destination->publisher,
			.delivery = j->row.delivery_id,
			.n = j->row.attempts,
			.at = j->started_at,
			.duration_ms = j->duration_ms,
			.outcome = outcome_text(j->x.outcome.outcome),
			.http_status = j->x.outcome.status ? j->x.outcome.status : SQL_NULL_INT,
			.code = j->x.outcome.code,
			.detail = j->x.outcome.detail,
		};
	return outbox_attempt_batch(s->c.db, in, n, e);
}

static void result_of(const struct sender *s, const struct job *j, int64_t now_ms,
		      struct outbox_result_in *in)
{
	*in = (struct outbox_result_in){
		.publisher = j->destination->publisher,
		.delivery = j->row.delivery_id,
		.holder = s->holder,
		.attempt = j->row.attempts,
		.state = delivery_state_text(j->to),
		.next_at = j->next_at,
		.done_at = j->to == DELIVERY_DONE ? now_ms : SQL_NULL_INT,
		.outcome = outcome_text(j->x.outcome.outcome),
		.http_status = j->x.outcome.status ? j->x.outcome.status : SQL_NULL_INT,
		.code = j->x.outcome.code,
		.detail = j->x.outcome.detail,
		.remote_id = j->x.outcome.remote_id[0] ? j->x.outcome.remote_id : NULL,
		.since = j->row.since_at,
	};
}

/* Kept at insert time, because counting a million rows takes 40 ms: the delivered, by publisher. */
static bool write_counters(struct sender *s, const bool *ours, struct err *e)
{
	struct counter_add_in *sums =
		ARENA_ARRAY(s->arena, struct counter_add_in, s->finished_count);
	size_t at = 0, n = 0, i;
	for (const struct job *j = s->finished; j; j = j->next, at++) {
		const char *publisher = j->destination->publisher;
		if (!ours[at] || j->to != DELIVERY_DONE)
			continue;
		for (i = 0; i < n && strcmp(sums[i].publisher, publisher) != 0; i++)
			;
		if (i == n)
			sums[n++] = (struct counter_add_in){ publisher, "deliveries.done", 0 };
		sums[i].n++;
	}
	return !n || counter_add_batch(s->c.db, sums, n, e);
}

/* Deliveries that were not ours any more: few. Their rows are held by now, so an erasure is over or
 * waits. */
static bool hush(struct sender *s, const bool *ours, struct err *e)
{
	size_t at = 0;
	for (const struct job *j = s->finished; j; j = j->next, at++) {
		struct outbox_quiet_in in = { j->destination->publisher, j->row.delivery_id };
		if (ours[at])
			continue;
		j->site->error[0] = 0;
		if (!outbox_quiet(s->c.db, &in, NULL, e))
			return false;
	}
	return true;
}

static bool write_results(struct sender *s, int64_t now_ms, size_t *ret_changes, struct err *e)
{
	size_t count = s->finished_count, n = 0, changes = 0;
	struct outbox_result_in *in = ARENA_ARRAY(s->arena, struct outbox_result_in, count);
	struct outbox_result_row *rows = ARENA_ARRAY(s->arena, struct outbox_result_row, count);
	struct change_put_in *puts = ARENA_ARRAY(s->arena, struct change_put_in, count);
	bool *ours = ARENA_ARRAY(s->arena, bool, count);
	for (const struct job *j = s->finished; j; j = j->next)
		result_of(s, j, now_ms, &in[n++]);
	if (!outbox_result_batch(s->c.db, in, n, s->arena, rows, ours, e) || !hush(s, ours, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (ours[i])
			puts[changes++] =
				(struct change_put_in){ in[i].publisher, id_new(now_ms), "delivery",
							in[i].delivery, in[i].state };
	*ret_changes += changes;
	return (!changes || change_put_batch(s->c.db, puts, changes, e)) &&
	       write_counters(s, ours, e);
}

static bool write_health(struct sender *s, struct site *site, int64_t now_ms, struct err *e)
{
	site->written = false;
	bool news = site->success_at != SQL_NULL_INT || site->failure_at != SQL_NULL_INT;
	if (!site->changed && (!news || now_ms - site->written_at < HEALTH_EVERY_MS))
		return true;
	const struct outbox_health_put_in in = {
		.publisher = site->publisher,
		.destination = site->id,
		.failures = site->health.failures,
		.refusals = site->health.refusals,
		.suspended_until = site->health.suspended_until,
		.success_at = site->success_at,
		.failure_at = site->failure_at,
		.error = site->error[0] ? site->error : NULL,
		.p50_ms = latency_at(&site->latency, 50),
		.p95_ms = latency_at(&site->latency, 95),
	};
	site->written = true;
	return outbox_health_put(s->c.db, &in, NULL, e);
}

/* The far side refuses us, or asked us to stop: once, with everything that is due. */
static bool write_stop(struct sender *s, const struct site *site, size_t *ret_changes,
		       struct err *e)
{
	bool gone = site->stop->outcome == OUTCOME_GONE;
	const struct outbox_stop_in in = { site->publisher, site->id, gone ? "paused" : "parked",
					   site->stop->detail };
	struct outbox_stop_row row;
	int found = outbox_stop(s->c.db, &in, s->arena, &row, e);
	if (found <= 0)
		return found == 0;
	const struct outbox_park_in park = { site->publisher, site->id };
	if (!gone && !outbox_park(s->c.db, &park, NULL, e))
		return false;
	++*ret_changes;
	return version_bump(s->c.db, &(struct version_bump_in){ "destinations" }, NULL, e);
}

bool settle_write(struct sender *s, int64_t now_ms, size_t *ret_changes, struct err *e)
{
	for (struct job *j = s->finished; j; j = j->next)
		if (!schedule(s, j, now_ms, e))
			return false;
	if (s->finished && (!write_attempts(s, e) || !write_results(s, now_ms, ret_changes, e)))
		return false;
	for (size_t i = 0; i < s->site_count; i++) {
		struct site *site = s->sites[i];
		if (!write_health(s, site, now_ms, e) ||
		    (site->stop && !write_stop(s, site, ret_changes, e)))
			return false;
	}
	return true;
}

/* ---- after the commit ---- */

static void tell_stop(const struct site *site)
{
	char id[ID_TEXT];
	LOG(LOG_WARN,
	    site->stop->outcome == OUTCOME_GONE ? "delivery.destination-paused"
						: "delivery.destination-parked",
	    LOG_T("publisher", site->publisher), LOG_T("destination", id_text(site->id, id)),
	    LOG_T("code", site->stop->code), LOG_I("status", site->stop->status));
}

static void measure(const struct job *j)
{
	switch (j->to) {
	case DELIVERY_DONE:
		metric_add(METRIC_DELIVERY_DONE, 1);
		metric_seen(METRIC_DELIVERY_SECONDS, (clock_now() - j->row.created_at) * 1000);
		break;
	case DELIVERY_REJECTED: metric_add(METRIC_DELIVERY_REJECTED, 1); break;
	case DELIVERY_DUE: metric_add(METRIC_DELIVERY_RETRIES, 1); break;
	case DELIVERY_PARKED:
	case DELIVERY_EXPIRED:
	case DELIVERY_CANCELLED:
	case DELIVERY_LEASED:
	case DELIVERY_STATE_NONE: break;
	}
}

void settle_done(struct sender *s)
{
	struct err e = { 0 };
	bool stopped = false;
	for (size_t i = 0; i < s->site_count; i++) {
		struct site *site = s->sites[i];
		if (site->written) {
			site->written_at = clock_now();
			site->written = site->changed = false;
			site->success_at = site->failure_at = SQL_NULL_INT;
			site->error[0] = 0;
		}
		if (!site->stop)
			continue;
		tell_stop(site);
		site->stop = NULL;
		stopped = true;
	}
	while (s->finished) {
		struct job *j = s->finished;
		s->finished = j->next;
		measure(j);
		job_drop(j);
	}
	s->finished_count = 0;
	/* So that we see it as stopped before the next claim. */
	if (stopped && !routing_load(s->c.routing, s->c.db, &e))
		log_err(LOG_ERROR, "delivery.routing", &e);
}
