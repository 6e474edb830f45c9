/* The same for many leads at once, by the desk's own functions: each lead by itself, told by name.
 */
#include "api/desk.h"

#include "api/lead_list.h"
#include "audit/audit.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"

#define BULK_MAX LIMIT_PAGE /* one call; more are done page by page */

static const char *const actions[] = { "accept", "decline", "next", "note",
				       "owner",  "restore", "undo", NULL };

struct bulk_in {
	const char *action, *reason, *note, *owner;
	const char *const *ids, *const *etags, *const *owners, *const *teams;
	const struct json *filter;
	bool dry_run;
};
FITS(struct bulk_in);
const struct field lead_bulk_body[] = {
	F_CHOICE(struct bulk_in, action, "action", .choices = actions, .flags = FIELD_REQUIRED,
		 .help = "next: to the next stage of its process; undo: takes the last transition "
			 "back; restore: gives it back to owners and teams."),
	F_STRS(struct bulk_in, ids, "ids", .max = BULK_MAX, .help = "Ids of leads."),
	F_STRS(struct bulk_in, etags, "eTags", .max = BULK_MAX,
	       .help = "What was seen of each of ids, in their order; a lead that was changed "
		       "since "
		       "is refused. Empty: any state will do."),
	F_STRS(struct bulk_in, owners, "owners", .max = BULK_MAX,
	       .help = "Of restore and undo: whose each of ids was, in their order, as an answer "
		       "told; empty: nobody's. With teams."),
	F_STRS(struct bulk_in, teams, "teams", .max = BULK_MAX,
	       .help = "The team that each of ids was in; empty: none. With owners."),
	F_OBJ(struct bulk_in, filter, "filter",
	      .help = "As the query of GET /leads, in place of ids; the first 500. It is asked "
		      "again by each call: what a preview showed is done by its ids and eTags."),
	F_STR(struct bulk_in, reason, "reason", .max = LIMIT_CODE, .help = "Why it is declined."),
	F_STR(struct bulk_in, note, "note", .max = LIMIT_TEXT / 4,
	      .help = "For the timeline; the text of a note."),
	F_STR(struct bulk_in, owner, "owner", .max = LIMIT_EMAIL,
	      .help = "Id or address of an account, or me; empty or null: nobody."),
	F_BOOL(struct bulk_in, dry_run, "dryRun", .def = "false",
	       .help = "Only says what would be done, and what refused; eTag is then of what was "
		       "seen."),
	F_END,
};

/* A call under way. */
struct bulk {
	struct http_request *rq;
	const struct bulk_in *in;
	struct id owner;
	size_t at; /* which of ids, of those that are given by ids */
	struct json_out o;
	int64_t done, refused;
};

/* The stage after the one where the lead stands. */
static bool next_stage(struct http_request *rq, const struct lead_page_row *l, const char **ret,
		       struct err *e)
{
	struct desk_process p;
	size_t at;
	int found;

	if (!l->stage)
		return ERR(e, ERR_CONFLICT, "lead.not-active",
			   "Only an accepted lead stands in a stage of its process.");
	found = desk_process_get(db_of(rq), rq->arena, l->publisher_id, l->process_id, &p, e);
	if (found <= 0)
		return found == 0 ? not_found("process", e) : false;
	at = desk_stage_at(&p, l->stage) + 1;
	if (at >= p.stage_count)
		return ERR(e, ERR_CONFLICT, "lead.last-stage",
			   "It stands in the last stage: close it as won or lost.");
	*ret = p.stages[at].key;
	return true;
}

static bool step(struct bulk *b, const struct lead_page_row *l, const struct desk_who *who,
		 const struct desk_at *at, struct err *e)
{
	struct desk_step x = { .note = b->in->note };

	return next_stage(b->rq, l, &x.stage, e) &&
	       desk_step(db_of(b->rq), b->rq->arena, who, at, &x, e);
}

/* An element of a list of ids where an empty one is none; false: neither. */
static bool id_or_none(const char *text, struct id *ret)
{
	*ret = ID_NULL;
	return !*text || id_parse(str_of(text), ret);
}

/* To whom and to which team it belonged; the lead is held, and was seen as it should be. */
static bool restore(struct bulk *b, const struct desk_who *who, const struct desk_at *at,
		    struct err *e)
{
	struct desk_at held = { at->lead, NULL };
	struct id owner, team;

	if (!b->in->owners)
		return true;
	(void)!id_or_none(b->in->owners[b->at], &owner);
	(void)!id_or_none(b->in->teams[b->at], &team);
	return desk_own(db_of(b->rq), b->rq->arena, who, at, owner, b->in->note, e) &&
	       desk_team(db_of(b->rq), b->rq->arena, who, &held, team, b->in->note, e);
}

static bool undo(struct bulk *b, const struct desk_who *who, const struct desk_at *at,
		 struct err *e)
{
	struct desk_at held = { at->lead, NULL };

	return desk_undo(db_of(b->rq), b->rq->arena, who, at, b->in->note, e) &&
	       restore(b, who, &held, e);
}

/* What the single route of that name does. */
static bool act(struct bulk *b, const struct lead_page_row *l, const char *etag,
		struct id *ret_note, struct err *e)
{
	struct http_request *rq = b->rq;
	struct desk_who who = desk_who_of(rq, l->publisher_id);
	struct desk_at at = { l->lead_id, etag };
	struct desk_answer x = { .reason = b->in->reason, .note = b->in->note };
	const struct desk_talk said = { .text = b->in->note, .at = SQL_NULL_INT };
	const char *action = b->in->action;

	if (!strcmp(action, "accept"))
		return desk_act(db_of(rq), rq->arena, &who, &at, DESK_ACCEPT, &x, e);
	if (!strcmp(action, "decline"))
		return desk_act(db_of(rq), rq->arena, &who, &at, DESK_DECLINE, &x, e);
	if (!strcmp(action, "next"))
		return step(b, l, &who, &at, e);
	if (!strcmp(action, "owner"))
		return desk_own(db_of(rq), rq->arena, &who, &at, b->owner, b->in->note, e);
	if (!strcmp(action, "restore"))
		return restore(b, &who, &at, e);
	if (!strcmp(action, "undo"))
		return undo(b, &who, &at, e);
	return put_note(rq, &who, l->lead_id, &said, ret_note, e);
}

/* As if the single route had been called. */
static void tell_audit(struct http_request *rq, struct id lead)
{
	struct id actor = id_is_null(rq->who.user_id) ? rq->who.token_id : rq->who.user_id;
	struct audit_entry en = {
		.publisher = rq->who.publisher ? rq->who.publisher : "",
		.actor = id_key(rq->arena, actor),
		.verb = "POST /api/v1/leads/bulk",
		.ref = id_key(rq->arena, lead),
		.status = 200,
		.at_ms = rq->now_ms,
	};
	struct err e;

	if (audit_write(db_of(rq), rq->arena, worker_of(rq)->api->seal, &en, &e))
		return;
	metric_add(METRIC_AUDIT_FAILURES, 1);
	log_err(LOG_ERROR, "api.audit-failed", &e);
}

/* What an undo needs to know: the state that came of it (of a preview: the one it was asked of),
 * whose it was, which note it is. */
static bool write_done(struct bulk *b, const struct lead_page_row *l, const char *etag,
		       struct id note)
{
	json_put_bool(&b->o, "done", true);
	json_put_z(&b->o, "eTag", etag);
	json_put_id(&b->o, "owner", &l->owner_id);
	json_put_id(&b->o, "team", &l->team_id);
	json_put_id(&b->o, "note", &note);
	b->done++;
	return true;
}

static void write_refused(struct bulk *b, const struct err *e)
{
	bool ours = e->kind == ERR_STORE || e->kind == ERR_BUG;

	json_put_bool(&b->o, "done", false);
	json_put_z(&b->o, "code", e->code);
	json_put_z(&b->o, "message", ours ? "The store did not take it: try again." : e->text);
	b->refused++;
}

/* One lead, in a transaction of its own, which a preview throws away. */
static bool do_one(struct bulk *b, const struct lead_page_row *l, const char *etag, struct err *e)
{
	struct http_request *rq = b->rq;
	struct lead_get_in key = { l->publisher_id, l->lead_id };
	struct engagement_get_row before, seen;
	struct lead_page_row was = *l, now;
	struct id note = ID_NULL;
	AUTO_TX tx = { 0 };

	if (!sql_begin(db_of(rq), &tx, e) || !desk_hold_all(rq, &was, e) ||
	    !desk_seen(db_of(rq), rq->arena, l->publisher_id, l->lead_id, &before, e) ||
	    !act(b, &was, etag, &note, e) ||
	    !desk_seen(db_of(rq), rq->arena, l->publisher_id, l->lead_id, &seen, e) ||
	    lead_get(db_of(rq), &key, rq->arena, &now, e) <= 0)
		return false;
	if (b->in->dry_run)
		return write_done(b, &was, desk_etag(rq->arena, before.version, was.substatus),
				  note);
	if (!sql_commit(&tx, e))
		return false;
	tell_audit(rq, l->lead_id);
	return write_done(b, &was, desk_etag(rq->arena, seen.version, now.substatus), note);
}

/* What is wrong with the call itself is wrong with every lead: it is said once. Owners and teams
 * are each lead's own. */
static bool tell(struct bulk *b, struct id lead, const struct lead_page_row *l, const char *etag,
		 struct err *e)
{
	bool first = !b->done && !b->refused && !b->in->owners;

	json_obj(&b->o, NULL);
	json_put_id(&b->o, "lead", &lead);
	if (!l || !do_one(b, l, etag, e)) {
		if (first && e->kind == ERR_INPUT)
			return false;
		write_refused(b, e);
	}
	json_end_obj(&b->o);
	return true;
}

/* An etag as it stands in a lead's body, with its quotes. */
static const char *bare_etag(struct arena *a, const char *text)
{
	struct str s = str_trim(str_of(text));

	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = str_from(str_upto(s, s.n - 1), 1);
	return s.n ? str_dup(a, s) : NULL;
}

/* Before anything is done. */
static bool are_ids(const char *const *ids, struct err *e)
{
	struct id id;

	for (; *ids; ids++)
		if (!id_parse(str_of(*ids), &id))
			return ERR_FIELD(e, ERR_INPUT, "field.id", "ids",
					 "ids must be ids of leads (UUIDs).");
	return true;
}

static bool by_ids(struct bulk *b, struct err *e)
{
	const char *const *etag = b->in->etags;

	if (!are_ids(b->in->ids, e))
		return false;
	for (const char *const *text = b->in->ids; *text; text++, b->at++) {
		ARENA_SCOPE(b->rq->arena);
		struct lead_page_row row, *l = NULL;
		struct id id = ID_NULL;

		(void)!id_parse(str_of(*text), &id);
		if (find_lead_of(b->rq, id, &row, e))
			l = &row;
		if (!tell(b, id, l, etag ? bare_etag(b->rq->arena, *etag++) : NULL, e))
			return false;
	}
	return true;
}

static bool by_filter(struct bulk *b, const char **ret_next, struct err *e)
{
	AUTO_MERGE m = { 0 };
	size_t n;

	if (!leads_that_match(b->rq, b->in->filter, BULK_MAX, &m, &n, ret_next, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(b->rq->arena);
		const struct lead_page_row *l = merge_row(&m, i);

		if (!tell(b, l->lead_id, l, NULL, e))
			return false;
	}
	return true;
}

static size_t count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

/* The lists that go with ids, and restore with its lists. */
static bool check_lists(const struct bulk_in *in, struct err *e)
{
	size_t n = count(in->ids);
	struct id id;

	if (in->etags && count(in->etags) != n)
		return ERR_FIELD(e, ERR_INPUT, "bulk.etags", "eTags",
				 "eTags has one for each of ids, in their order.");
	if (!in->owners && !in->teams)
		return strcmp(in->action, "restore") != 0 ||
		       ERR_FIELD(e, ERR_INPUT, "bulk.owners", "owners",
				 "To restore, say in owners and teams whose each of ids was.");
	if (strcmp(in->action, "restore") != 0 && strcmp(in->action, "undo") != 0)
		return ERR_FIELD(e, ERR_INPUT, "bulk.owners", "owners",
				 "owners and teams are for restore and undo.");
	if (count(in->owners) != n || count(in->teams) != n)
		return ERR_FIELD(e, ERR_INPUT, "bulk.owners", in->owners ? "teams" : "owners",
				 "owners and teams have one for each of ids, in their order; "
				 "empty: none.");
	for (size_t i = 0; i < n; i++)
		if (!id_or_none(in->owners[i], &id) || !id_or_none(in->teams[i], &id))
			return ERR_FIELD(e, ERR_INPUT, "field.id", "owners",
					 "owners and teams must be ids (UUIDs) or empty.");
	return true;
}

bool h_lead_bulk(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	struct bulk b = { .rq = rq, .in = input };
	const char *next = NULL;

	if (!b.in->ids == !b.in->filter)
		return ERR_FIELD(e, ERR_INPUT, "bulk.what", "ids", "Give either ids or a filter.");
	if (!check_lists(b.in, e) || !read_owner_text(rq, b.in->owner, &b.owner, e))
		return false;
	b.o = json_reply(reply);
	json_obj(&b.o, NULL);
	json_list(&b.o, "items");
	if (!(b.in->ids ? by_ids(&b, e) : by_filter(&b, &next, e)))
		return false;
	json_end_list(&b.o);
	json_put_int(&b.o, "done", b.done);
	json_put_int(&b.o, "refused", b.refused);
	json_put_z(&b.o, "next", next);
	json_end_obj(&b.o);
	reply->unchanged = true; /* each lead has its own entry in the audit */
	live_wake(worker_of(rq)->api->live);
	return true;
}
