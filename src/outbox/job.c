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

static const char *text_of(struct arena *a, const struct json *j, const char *name)
{
	const struct json *v = json_get(j, name);
	return json_kind(v) == JSON_STR ? str_dup(a, json_str(v)) : NULL;
}

/* The texts as received are kept as JSON; they were written by us, so that they can be read. */
static void read_as_received(struct arena *a, const char *text, struct dest_lead *l)
{
	AUTO_JSON j = NULL;
	struct err e;
	if (!text || !json_parse(str_of(text), &j, &e))
		return;
	for (size_t f = 0; f < CONTACT_FIELDS; f++)
		l->raw[f] = text_of(a, j, contact_field_text[f]);
	l->lead_source = text_of(a, j, "leadSource");
	l->action_code = text_of(a, j, "actionCode");
	l->received_offer_title = text_of(a, j, "offerTitle");
	l->description = text_of(a, j, "description");
}

static const char *keep(struct arena *a, const char *text)
{
	return text ? arena_strdup(a, text) : NULL;
}

/* The row's texts live for one turn, the job's as long as the job. */
static void take_lead(struct job *j, const struct outbox_lead_row *row)
{
	const char *publisher = j->destination->publisher;
	struct arena *a = j->arena;
	j->lead = (struct dest_lead){
		.lead_id = j->row.lead_id,
		.publisher = publisher,
		.offer = arena_printf(a, "%s.%s", publisher, row->offer_id),
		.offer_title = keep(a, row->offer_title),
		.contact = { keep(a, row->first_name), keep(a, row->last_name), keep(a, row->email),
			     keep(a, row->phone), keep(a, row->country), keep(a, row->company),
			     keep(a, row->title) },
		.source = keep(a, row->source),
		.action = keep(a, row->action),
		.kind = kind_of(str_of(row->kind)),
		.test = row->test != 0,
		.dnc = row->dnc != 0,
		.duplicate = (row->flags & FLAG_SENDER_DUPLICATE) != 0,
		.received_at = row->received_at,
	};
	read_as_received(a, row->as_received, &j->lead);
}

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
			take_lead(j, &rows[at]);
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

static void over(struct job *j)
{
	if (j->x.failure.kind != ERR_NONE && j->x.failure.kind != ERR_INPUT)
		log_err(LOG_ERROR, "delivery.prepare", &j->x.failure);
	finish(j);
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
			  .delivery_id = j->row.delivery_id,
			  .replay = j->row.replays > 0,
			  .attempt = (int)j->row.attempts,
			  .now_ms = j->started_at },
	};
	metric_add(METRIC_DELIVERY_ATTEMPTS, 1);
	if (j->orphan)
		fail(j, OUTCOME_REJECTED, "lead-gone", "The lead is not there any more.");
	else
		job_next(j, dest_exchange_begin(&j->x));
}

void job_abandon(struct job *j)
{
	j->duration_ms = clock_now() - j->started_at;
	fail(j, OUTCOME_UNKNOWN, "stopped",
	     "The server stopped before the answer came; the lead may have arrived.");
}
