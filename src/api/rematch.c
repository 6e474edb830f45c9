/* All leads of a publisher matched anew: asked for, looked at, taken back. The work is a job's. */
#include <math.h>
#include <stdio.h>
#include "api/customer.h"
#include "base/limits.h"
#include "match/match.h"

#define CHANGES_SHOWN 100
#define PAST_SHOWN    10

static const char *const state_text[] = {
	[REMATCH_IDLE] = "idle",         [REMATCH_PLANNING] = "planning",
	[REMATCH_APPLYING] = "applying", [REMATCH_UNDOING] = "undoing",
	[REMATCH_DONE] = "done",         [REMATCH_FAILED] = "failed",
};
static const char *const kind_words[] = {
	[REMATCH_MERGE] = "merge", [REMATCH_SPLIT] = "split", [REMATCH_MOVE] = "move"
};

static bool job_of(struct http_request *rq, struct rematch_job **ret, struct err *e)
{
	*ret = worker_of(rq)->api->rematch;
	return *ret || ERR(e, ERR_BUSY, "rematch.server",
			   "Only a server does this; leadline rematch works on the store itself.");
}

/* The one in reach; a name is needed when there are several. */
static bool only_publisher(struct http_request *rq, const char *asked, const char **ret,
			   struct err *e)
{
	struct scope scope;

	if (!scope_of(rq, asked, &scope, e))
		return false;
	if (scope.n != 1)
		return ERR_FIELD(e, ERR_INPUT, "rematch.publisher", "publisher",
				 "Name the publisher whose leads are meant.");
	*ret = scope.publishers[0];
	return true;
}

/* ---- how it stands ---- */

static void put_bits(struct http_request *rq, struct json_out *o, const char *key, int64_t milli)
{
	long long size = milli < 0 ? -milli : milli;

	json_put_raw(o, key,
		     str_of(arena_printf(rq->arena, "%s%lld.%03lld", milli < 0 ? "-" : "",
					 size / 1000, size % 1000)));
}

static void write_change(struct http_request *rq, struct json_out *o,
			 const struct identity_model *model, const struct rematch_change *c)
{
	struct identity_why why = identity_explain(model, (identity_pattern)c->why.pattern);

	json_obj(o, NULL);
	json_put_z(o, "change", kind_words[c->kind]);
	json_put_id(o, "from", &c->from);
	json_put_id(o, "to", &c->to);
	json_put_int(o, "leads", c->leads);
	if (c->linked) {
		json_put_id(o, "lead", &c->why.one);
		json_put_id(o, "with", &c->why.other);
		put_bits(rq, o, "bits", c->why.bits);
		json_list(o, "steps");
		for (size_t i = 0; i < why.steps; i++) {
			const struct identity_step *s = &why.step[i];

			json_obj(o, NULL);
			json_put_z(o, "trait", identity_trait_name(s->trait));
			json_put_int(o, "level", s->level);
			json_put_z(o, "text", identity_level_text(s->trait, s->level));
			put_bits(rq, o, "bits", llround(s->bits * 1000));
			json_end_obj(o);
		}
		json_end_list(o);
	}
	json_end_obj(o);
}

static void write_plan(struct http_request *rq, struct json_out *o, const struct rematch_status *s,
		       const struct rematch_change *changes)
{
	const struct rematch_counts *n = &s->counts;

	if (!s->planned) {
		json_put_null(o, "plan");
		return;
	}
	json_obj(o, "plan");
	json_put_bool(o, "learned", n->learned);
	json_put_int(o, "leads", n->leads);
	json_put_int(o, "customersBefore", n->customers);
	json_put_int(o, "customers", n->customers - n->merged + n->split);
	json_put_int(o, "merged", n->merged);
	json_put_int(o, "split", n->split);
	json_put_int(o, "leadsMoved", n->moved);
	json_put_int(o, "review", n->review);
	json_put_int(o, "asked", n->asked);
	json_put_int(o, "heldByUsers", n->held);
	json_put_int(o, "skipped", n->skipped);
	json_list(o, "changes");
	for (size_t i = 0; i < s->changes; i++)
		write_change(rq, o, &s->model, &changes[i]);
	json_end_list(o);
	json_end_obj(o);
}

static bool write_past(struct http_request *rq, struct json_out *o, const char *publisher,
		       struct err *e)
{
	struct rematch_list_in in = { publisher, PAST_SHOWN };
	struct rematch_get_row *rows;
	size_t n;

	if (!rematch_list(db_of(rq), &in, rq->arena, &rows, &n, e))
		return false;
	json_list(o, "past");
	for (size_t i = 0; i < n; i++) {
		json_obj(o, NULL);
		json_put_id(o, "id", &rows[i].rematch_id);
		json_put_z(o, "actor", rows[i].actor);
		json_put_z(o, "state", rows[i].state);
		json_put_int(o, "model", rows[i].model);
		put_bits(rq, o, "threshold", rows[i].threshold);
		json_put_int(o, "leads", rows[i].leads);
		json_put_int(o, "merged", rows[i].merged);
		json_put_int(o, "split", rows[i].split);
		json_put_int(o, "leadsMoved", rows[i].moved);
		json_put_int(o, "heldByUsers", rows[i].held);
		json_put_time(o, "startedAt", rows[i].started_at);
		json_put_time(o, "endedAt", rows[i].ended_at);
		json_end_obj(o);
	}
	json_end_list(o);
	return true;
}

static bool reply_status(struct http_request *rq, struct rematch_job *job, const char *publisher,
			 struct http_reply *reply, struct err *e)
{
	struct rematch_change *changes =
		ARENA_ARRAY(rq->arena, struct rematch_change, CHANGES_SHOWN);
	struct rematch_status s = rematch_job_look(job, changes, CHANGES_SHOWN);
	struct json_out o = json_reply(reply);

	/* Another publisher's is no business of this one. */
	if (strcmp(s.asked.publisher, publisher) != 0)
		s = (struct rematch_status){ .state = REMATCH_IDLE };
	json_obj(&o, NULL);
	json_put_z(&o, "publisher", publisher);
	json_put_z(&o, "state", state_text[s.state]);
	json_put_bool(&o, "dryRun", s.asked.dry_run);
	json_put_int(&o, "percent",
		     s.state == REMATCH_DONE ? 100
		     : s.of > 0              ? s.done * 100 / s.of
					     : 0);
	json_put_time(&o, "startedAt", s.started_at ? s.started_at : SQL_NULL_INT);
	json_put_time(&o, "endedAt", s.ended_at ? s.ended_at : SQL_NULL_INT);
	json_put_id(&o, "rematch", &s.rematch);
	json_put_z(&o, "problem", s.state == REMATCH_FAILED ? s.problem.text : NULL);
	write_plan(rq, &o, &s, changes);
	if (!write_past(rq, &o, publisher, e))
		return false;
	json_end_obj(&o);
	return true;
}

struct rematch_in {
	const char *publisher, *threshold;
	int64_t model;
	bool dry_run, learn;
};
FITS(struct rematch_in);
const struct field rematch_query[] = { F_PUBLISHER(struct rematch_in), F_END };
const struct field rematch_body[] = {
	F_PUBLISHER(struct rematch_in),
	F_BOOL(struct rematch_in, dry_run, "dryRun", .def = "false",
	       .help = "Only tells what would change."),
	F_BOOL(struct rematch_in, learn, "learn", .def = "false",
	       .help = "Learns a model from these leads, and matches by it from then on."),
	F_INT(struct rematch_in, model, "model", .def = "-1", .min = -1, .max = 1000000,
	      .help = "Matches by this model from then on: 0 is the shipped one, -1 the one in "
		      "use."),
	F_STR(struct rematch_in, threshold, "threshold", .max = 12,
	      .help = "Bits that make two leads one customer, in place of 2."),
	F_END,
};

bool h_rematch(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct rematch_in *in = input;
	struct rematch_job *job;
	const char *publisher;

	return job_of(rq, &job, e) && only_publisher(rq, in->publisher, &publisher, e) &&
	       reply_status(rq, job, publisher, reply, e);
}

static bool start(struct http_request *rq, struct rematch_asked *q, const char *publisher,
		  struct http_reply *reply, struct err *e)
{
	struct rematch_job *job;

	if (!job_of(rq, &job, e))
		return false;
	snprintf(q->publisher, sizeof(q->publisher), "%s", publisher);
	snprintf(q->actor, sizeof(q->actor), "%s", rq->who.name ? rq->who.name : "");
	if (!rematch_job_ask(job, q, rq->now_ms, e))
		return false;
	reply->status = 202;
	return reply_status(rq, job, publisher, reply, e);
}

bool h_rematch_start(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct rematch_in *in = input;
	struct rematch_asked q = { .model = in->model, .learn = in->learn, .dry_run = in->dry_run };
	const char *publisher;

	return read_join(in->threshold, &q.join, e) &&
	       only_publisher(rq, in->publisher, &publisher, e) &&
	       start(rq, &q, publisher, reply, e);
}

bool h_rematch_undo(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct rematch_asked q = { .join = NAN };
	struct rematch_get_row row;
	struct scope scope;

	(void)in;
	if (!path_id(rq, 0, &q.undo, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found = rematch_get(db_of(rq),
					&(struct rematch_get_in){ scope.publishers[i], q.undo },
					rq->arena, &row, e);

		if (found)
			return found > 0 && start(rq, &q, scope.publishers[i], reply, e);
	}
	return not_found("rematch", e);
}
