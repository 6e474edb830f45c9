/* Rules for those that have come already, and that nobody owns: asked for, and counted before. */
#include "api/assign.h"
#include "api/desk.h"

#include <stdio.h>
#include "base/limits.h"

#define STEP 200 /* leads of one call: the publisher is held for as long */

struct apply_in {
	const char *publisher, *after;
	bool dry_run;
};
FITS(struct apply_in);
const struct field assign_apply_body[] = {
	F_PUBLISHER(struct apply_in),
	F_BOOL(struct apply_in, dry_run, "dryRun",
	       .help = "Counts what it would do, and does nothing."),
	F_STR(struct apply_in, after, "after", .max = 64,
	      .help = "The `next` of the call before: goes on behind it."),
	F_END,
};

struct applied {
	int64_t leads, given, team, nobody, unmatched;
	const char *next;
};

/* "due.seq" of the last one that was looked at. */
static bool read_after(const char *text, struct assign_free_in *in, struct err *e)
{
	struct str rest = str_of(text), due;

	in->after_due = in->after_seq = INT64_MIN;
	if (!text || !*text)
		return true;
	return (str_split(&rest, '.', &due) && str_int(due, &in->after_due) &&
		str_int(rest, &in->after_seq)) ||
	       bad_cursor(e);
}

/* Looked at once more, held: an import or a CRM may have closed it. */
static bool give(struct http_request *rq, struct assign_run *run, const struct desk_who *who,
		 const struct assign_free_row *l, struct applied *n, struct err *e)
{
	const struct assign_lead lead = { l->lead_id, l->offer_id, l->country };
	struct desk_lead_in in = { who->publisher, l->lead_id };
	const struct assign_choice *c;
	struct desk_lead_row held;
	int found = desk_lead(db_of(rq), &in, rq->arena, &held, e);

	if (found <= 0 || !id_is_null(held.owner_id) ||
	    lead_status_of(str_of(held.status)) == LEAD_CLOSED)
		return found >= 0;
	if (!assign_pick(run, &lead, &c, e))
		return false;
	n->leads++;
	if (!c) {
		n->unmatched++;
		return true;
	}
	if (id_is_null(c->owner) && id_is_null(c->team)) {
		n->nobody++;
		return true;
	}
	if (id_is_null(c->owner))
		n->team++;
	else
		n->given++;
	return desk_give(db_of(rq), rq->arena, who, l->lead_id, c->owner, c->team, e);
}

/* In the caller's transaction. */
static bool apply(struct http_request *rq, const char *publisher, const char *after,
		  struct assign_memory *m, struct applied *n, struct err *e)
{
	struct desk_who who = desk_who_of(rq, publisher);
	struct assign_free_in in = { .publisher = publisher, .limit = STEP };
	struct assign_free_row *rows;
	struct assign_run *run;
	size_t count;

	if (!read_after(after, &in, e) ||
	    !assign_begin(m, db_of(rq), rq->arena, publisher, rq->now_ms, &run, e) ||
	    !assign_free(db_of(rq), &in, rq->arena, &rows, &count, e))
		return false;
	if (!run)
		return true;
	for (size_t i = 0; i < count; i++)
		if (!give(rq, run, &who, &rows[i], n, e))
			return false;
	if (count == STEP)
		n->next = arena_printf(rq->arena, "%lld.%lld", (long long)rows[count - 1].due_sort,
				       (long long)rows[count - 1].seq);
	return assign_end(run, e);
}

static void write_applied(struct json_out *o, const struct applied *n, bool dry_run)
{
	json_obj(o, NULL);
	json_put_bool(o, "dryRun", dry_run);
	json_put_int(o, "leads", n->leads);
	json_put_int(o, "given", n->given);
	json_put_int(o, "team", n->team);
	json_put_int(o, "nobody", n->nobody);
	json_put_int(o, "unmatched", n->unmatched);
	json_put_z(o, "next", n->next);
	json_end_obj(o);
}

/* A preview is the same, and thrown away. */
bool h_assign_apply(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct apply_in *in = input;
	struct assign_memory *m = assign_memory_new();
	struct applied n = { 0 };
	const char *publisher;
	AUTO_TX tx = { 0 };
	struct json_out o;
	bool ok;

	ok = scope_one(rq, in->publisher, &publisher, e) && sql_begin(db_of(rq), &tx, e) &&
	     apply(rq, publisher, in->after, m, &n, e) && (in->dry_run || sql_commit(&tx, e));
	assign_memory_free(m);
	if (!ok)
		return false;
	if (!in->dry_run)
		live_wake(worker_of(rq)->api->live);
	o = json_reply(reply);
	write_applied(&o, &n, in->dry_run);
	return true;
}
