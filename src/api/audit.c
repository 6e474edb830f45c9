/* Who changed what, for those who answer for it. */
#include "audit/audit.h"
#include "api/handlers.h"
#include "api/merge.h"
#include "base/limits.h"

#define ACTOR_MAX 36

struct audit_in {
	const char *publisher, *actor, *ref, *after;
	int64_t since, until, limit;
};
FITS(struct audit_in);
const struct field audit_query[] = {
	F_PUBLISHER(struct audit_in),
	F_STR(struct audit_in, actor, "actor", .max = ACTOR_MAX,
	      .help = "Id of an account or a token, or `command line`."),
	F_STR(struct audit_in, ref, "ref", .max = LIMIT_ID * 2,
	      .help = "What it was done to: an id, a publisher, an offer."),
	F_TIME(struct audit_in, since, "since", .help = "Done at this time or later."),
	F_TIME(struct audit_in, until, "until", .help = "Done at this time or earlier."),
	F_PAGE(struct audit_in),
	F_END,
};

/* The chains in reach: the publishers', and for whom no publisher is set the installation's own. */
static bool chains_of(struct http_request *rq, const char *asked, struct scope *ret, struct err *e)
{
	const char **list;

	if (!scope_of(rq, asked, ret, e))
		return false;
	if (asked || *rq->who.publisher)
		return true;
	list = ARENA_ARRAY(rq->arena, const char *, ret->n + 1);
	list[0] = "";
	for (size_t i = 0; i < ret->n; i++)
		list[i + 1] = ret->publishers[i];
	*ret = (struct scope){ list, ret->n + 1 };
	return true;
}

static int newest(const void *a, const void *b)
{
	return memcmp(((const struct audit_part_row *)b)->audit_id.b,
		      ((const struct audit_part_row *)a)->audit_id.b, sizeof(struct id));
}

static bool collect(struct http_request *rq, const struct audit_in *in, const struct scope *scope,
		    struct merge *m, struct err *e)
{
	enum audit_page_lead lead = in->ref     ? AUDIT_PAGE_LEAD_REF
				    : in->actor ? AUDIT_PAGE_LEAD_ACTOR
						: AUDIT_PAGE_LEAD_ANY;
	struct id before, since = id_first(in->since == FIELD_NO_INT ? 0 : in->since);

	if (!id_before(in->after, in->until, &before, e))
		return false;
	merge_begin(m, &audit_part_query, newest, (size_t)in->limit + 1, scope->n, rq->arena);
	for (size_t i = 0; i < scope->n; i++) {
		struct audit_page_in ask = {
			scope->publishers[i], before, since, in->actor, in->ref, in->limit + 1
		};
		struct audit_part_row *rows;
		size_t n;

		if (!audit_page(db_of(rq), lead, &ask, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

/* As it is called today; an actor that is gone, or is no id, has no name. */
static bool write_actor(struct http_request *rq, struct json_out *o, const char *actor,
			struct err *e)
{
	struct actor_name_in in = { ID_NULL };
	struct actor_name_row row = { 0 };

	if (id_parse(str_of(actor), &in.actor) &&
	    actor_name(db_of(rq), &in, rq->arena, &row, e) < 0)
		return false;
	json_put_z(o, "actor", actor);
	json_put_z(o, "actorName", row.name);
	return true;
}

static bool write_entry(struct http_request *rq, struct json_out *o, const struct audit_part_row *r,
			struct err *e)
{
	json_obj(o, NULL);
	json_put_id(o, "id", &r->audit_id);
	json_put_z(o, "publisher", *r->publisher_id ? r->publisher_id : NULL);
	json_put_int(o, "n", r->n);
	json_put_time(o, "at", r->at);
	if (!write_actor(rq, o, r->actor, e))
		return false;
	json_put_z(o, "verb", r->verb);
	json_put_z(o, "ref", *r->ref ? r->ref : NULL);
	json_put_int(o, "status", r->status);
	json_put_z(o, "hash", str_hex(rq->arena, r->hash.p, r->hash.n));
	json_end_obj(o);
	return true;
}

bool h_audit(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct audit_in *in = input;
	const struct audit_part_row *last = NULL;
	AUTO_MERGE m = { 0 };
	struct scope scope;
	struct json_out o;
	size_t i;

	if (!chains_of(rq, in->publisher, &scope, e) || !collect(rq, in, &scope, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit; i++) {
		last = merge_row(&m, i);
		if (!write_entry(rq, &o, last, e))
			return false;
	}
	json_end_list(&o);
	json_put_z(&o, "next", last && m.n > i ? id_key(rq->arena, last->audit_id) : NULL);
	json_end_obj(&o);
	return true;
}

/* ---- whether it is whole ---- */

static bool write_verdict(struct http_request *rq, struct json_out *o, const char *publisher,
			  struct err *e)
{
	struct audit_verdict v;

	if (!audit_check(db_of(rq), rq->arena, worker_of(rq)->api->seal, publisher, &v, e))
		return false;
	json_obj(o, NULL);
	json_put_z(o, "publisher", *publisher ? publisher : NULL);
	json_put_z(o, "result", audit_problem_text(v.problem));
	json_put_int(o, "entries", v.entries);
	if (v.at)
		json_put_int(o, "at", v.at);
	else
		json_put_null(o, "at");
	json_put_z(o, "hash", v.entries ? str_hex(rq->arena, v.hash.b, sizeof(v.hash.b)) : NULL);
	json_end_obj(o);
	return true;
}

bool h_audit_check(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const struct scope_in *in = input;
	struct scope scope;
	struct json_out o;

	if (!chains_of(rq, in->publisher, &scope, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < scope.n; i++)
		if (!write_verdict(rq, &o, scope.publishers[i], e))
			return false;
	json_end_list(&o);
	json_put_null(&o, "next");
	json_end_obj(&o);
	return true;
}
