/* Teams: who is in them, and whose a lead is beside its owner. */
#include "api/desk.h"

#include "base/clock.h"
#include "base/limits.h"
#include "hook/hook.h"

#define MAX_TEAMS   200 /* of a publisher */
#define MAX_MEMBERS 500 /* of a team */
#define BLOCK       200 /* leads that are told of at once */

struct teams_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct teams_in);
const struct field teams_query[] = { F_PUBLISHER(struct teams_in), F_PAGE(struct teams_in), F_END };

struct team_in {
	const char *name, *publisher;
	const char *const *members;
};
FITS(struct team_in);
#define TEAM_ROWS(flags_)                                                                          \
	F_STR(struct team_in, name, "name", .flags = (flags_), .min = 1, .max = LIMIT_NAME,        \
	      .help = "As it is called."),                                                         \
		F_STRS(struct team_in, members, "members", .max = MAX_MEMBERS,                     \
		       .help = "Ids or addresses of accounts: all that are in it.")
const struct field team_body[] = { F_PUBLISHER(struct team_in), TEAM_ROWS(FIELD_REQUIRED), F_END };
const struct field team_set_body[] = { TEAM_ROWS(0), F_END };

/* Who works with the leads of all may know who is in which team. */
static bool sees_members(const struct http_request *rq)
{
	return !is_limited(rq) && rq->who.role >= ROLE_SELLER;
}

int sees_team(struct http_request *rq, const char *publisher, struct id team, struct err *e)
{
	struct reach_teams_row *rows;
	size_t n;

	if (rq->who.reach != REACH_TEAM)
		return 1;
	if (!reach_teams(db_of(rq), &(struct reach_teams_in){ publisher, rq->who.user_id },
			 rq->arena, &rows, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (id_eq(rows[i].team_id, team))
			return 1;
	return 0;
}

/* With those who are in it, for what is said and for the ETag. */
struct team {
	struct team_list_row row;
	struct team_members_row *members;
	size_t n;
	const char *etag;
};

/* Of what can be written over: how its members are called is no matter. */
static bool read_team(struct http_request *rq, const char *publisher,
		      const struct team_list_row *row, struct team *ret, struct err *e)
{
	struct team_members_in in = { publisher, row->team_id };
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	char id[ID_TEXT];

	ret->row = *row;
	if (!team_members(db_of(rq), &in, rq->arena, &ret->members, &ret->n, e))
		return false;
	buf_printf(&b, "%s", row->name);
	for (size_t i = 0; i < ret->n; i++)
		buf_printf(&b, "\n%s", id_text(ret->members[i].account_id, id));
	ret->etag = content_etag(rq->arena, &b);
	return true;
}

static void write_members(struct http_request *rq, struct json_out *o, const struct team *t)
{
	const struct team_members_row *rows = t->members;

	if (!sees_members(rq)) {
		json_put_null(o, "members");
		return;
	}
	json_list(o, "members");
	for (size_t i = 0; i < t->n; i++) {
		json_obj(o, NULL);
		json_put_id(o, "id", &rows[i].account_id);
		json_put_z(o, "email", rows[i].email);
		json_put_z(o, "name", rows[i].name);
		json_put_bool(o, "active", rows[i].active != 0);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void write_team(struct http_request *rq, struct json_out *o, const char *publisher,
		       const struct team *t)
{
	json_obj(o, NULL);
	json_put_id(o, "id", &t->row.team_id);
	json_put_z(o, "publisher", publisher);
	json_put_z(o, "name", t->row.name);
	json_put_time(o, "createdAt", t->row.created_at);
	write_members(rq, o, t);
	json_put_z(o, "eTag", t->etag);
	json_end_obj(o);
}

static bool all_of(struct http_request *rq, const char *publisher, struct team_list_row **ret,
		   size_t *ret_n, struct err *e)
{
	return team_list(db_of(rq), &(struct team_list_in){ publisher }, rq->arena, ret, ret_n, e);
}

static bool items(struct http_request *rq, const char *publisher, struct short_page *page,
		  struct json_out *o, struct err *e)
{
	struct team_list_row *rows;
	struct team t;
	size_t n;

	if (!all_of(rq, publisher, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		int sees = sees_team(rq, publisher, rows[i].team_id, e);

		if (sees < 0)
			return false;
		if (!sees || !short_page_takes(page, id_key(rq->arena, rows[i].team_id)))
			continue;
		if (!read_team(rq, publisher, &rows[i], &t, e))
			return false;
		write_team(rq, o, publisher, &t);
	}
	return true;
}

bool h_teams(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct teams_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit), items, reply,
				e);
}

/* The team of the path. */
static bool find(struct http_request *rq, const char **ret_publisher, struct team_list_row *ret,
		 struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		struct team_get_in in = { scope.publishers[i], id };
		int found = team_get(db_of(rq), &in, rq->arena, ret, e);

		*ret_publisher = scope.publishers[i];
		if (found)
			return found > 0;
	}
	return not_found("team", e);
}

static bool reply_team(struct http_request *rq, const char *publisher,
		       const struct team_list_row *row, struct http_reply *reply, struct err *e)
{
	struct json_out o = json_reply(reply);
	struct team t;

	if (!read_team(rq, publisher, row, &t, e))
		return false;
	http_reply_header(reply, "etag", t.etag);
	write_team(rq, &o, publisher, &t);
	return true;
}

bool h_team(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const char *publisher;
	struct team_list_row t;

	int sees;

	(void)in;
	if (!find(rq, &publisher, &t, e))
		return false;
	sees = sees_team(rq, publisher, t.team_id, e);
	if (sees <= 0)
		return sees == 0 && not_found("team", e);
	return reply_team(rq, publisher, &t, reply, e);
}

/* ---- members ---- */

static bool has(const struct id *ids, size_t n, struct id id)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(ids[i], id))
			return true;
	return false;
}

/* Whom the texts name; accounts of another publisher are as little there as those of nobody. */
static bool read_members(struct http_request *rq, const char *publisher, const char *const *texts,
			 struct id *ret, size_t *ret_n, struct err *e)
{
	struct account_list_row row;

	*ret_n = 0;
	for (; texts && *texts; texts++) {
		struct account_get_in in = { ID_NULL };
		int found;

		if (!read_owner_text(rq, *texts, &in.account, e))
			return false;
		found = account_get(db_of(rq), &in, rq->arena, &row, e);
		if (found < 0)
			return false;
		if (!found || (*row.publisher_id && strcmp(row.publisher_id, publisher) != 0))
			return ERR_FIELD(e, ERR_INPUT, "team.member", "members",
					 "There is no account %s of this publisher.", *texts);
		if (!has(ret, *ret_n, row.account_id))
			ret[(*ret_n)++] = row.account_id;
	}
	return true;
}

/* Leads came into the team: for who listens, here and over there, they have changed. */
static bool tell_brought(struct http_request *rq, const char *publisher,
			 const struct team_brings_row *leads, size_t n, struct err *e)
{
	struct change_put_in puts[BLOCK];
	struct id ids[BLOCK];

	for (size_t i = 0, k = 0; i < n; i++) {
		ids[k] = leads[i].lead_id;
		puts[k++] = (struct change_put_in){ publisher, id_new(clock_now()), "lead",
						    leads[i].lead_id, "team" };
		if (k < BLOCK && i + 1 < n)
			continue;
		if (!hook_updated_all(db_of(rq), rq->arena, publisher, ids, k, rq->now_ms, e) ||
		    !change_put_batch(db_of(rq), puts, k, e))
			return false;
		k = 0;
	}
	return true;
}

static bool join(struct http_request *rq, const char *publisher, struct id team, struct id account,
		 struct err *e)
{
	struct team_join_in in = { publisher, account, team, rq->now_ms };
	struct team_brings_in brings = { publisher, account, team };
	struct team_brings_row *leads;
	size_t n;

	return team_join(db_of(rq), &in, NULL, e) &&
	       team_brings(db_of(rq), &brings, rq->arena, &leads, &n, e) &&
	       tell_brought(rq, publisher, leads, n, e);
}

/* These and no others. */
static bool put_members(struct http_request *rq, const char *publisher, struct id team,
			const char *const *texts, struct err *e)
{
	struct id *ids = ARENA_ARRAY(rq->arena, struct id, MAX_MEMBERS), *were;
	struct team_members_row *rows;
	size_t n, before;

	if (!read_members(rq, publisher, texts, ids, &n, e) ||
	    !team_members(db_of(rq), &(struct team_members_in){ publisher, team }, rq->arena, &rows,
			  &before, e))
		return false;
	were = ARENA_ARRAY(rq->arena, struct id, before);
	for (size_t i = 0; i < before; i++) {
		struct team_leave_in in = { publisher, rows[i].account_id, team };

		were[i] = rows[i].account_id;
		if (!has(ids, n, were[i]) && !team_leave(db_of(rq), &in, NULL, e))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!has(were, before, ids[i]) && !join(rq, publisher, team, ids[i], e))
			return false;
	return true;
}

/* ---- changes ---- */

/* The team of the path, in the state that was seen, with its publisher held: who changes teams, or
 * gives leads to them, waits. */
static bool hold(struct http_request *rq, const char **ret_publisher, struct team_list_row *ret,
		 struct err *e)
{
	struct team t;

	if (!find(rq, ret_publisher, ret, e) ||
	    !publisher_hold(db_of(rq), &(struct publisher_hold_in){ *ret_publisher }, NULL, e) ||
	    !find(rq, ret_publisher, ret, e) || !read_team(rq, *ret_publisher, ret, &t, e))
		return false;
	return !is_stale(rq, t.etag) ||
	       ERR(e, ERR_STALE, "team.changed",
		   "Somebody else changed this team meanwhile: look at it again.");
}

static bool put(struct http_request *rq, const char *publisher, const struct team_list_row *t,
		const char *const *members, struct sql_tx *tx, struct http_reply *reply,
		struct err *e)
{
	if ((members && !put_members(rq, publisher, t->team_id, members, e)) ||
	    !say_change(rq, publisher, "team", t->team_id, "changed", e) ||
	    !reply_team(rq, publisher, t, reply, e) || !sql_commit(tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

bool h_team_add(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct team_in *in = input;
	struct team_list_row t = { .team_id = id_new(rq->now_ms),
				   .name = in->name,
				   .created_at = rq->now_ms },
			     *others;
	struct team_add_in add;
	const char *publisher;
	AUTO_TX tx = { 0 };
	size_t n;

	if (!scope_one(rq, in->publisher, &publisher, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !publisher_hold(db_of(rq), &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !all_of(rq, publisher, &others, &n, e))
		return false;
	add = (struct team_add_in){ publisher, t.team_id, t.name, t.created_at };
	if (n >= MAX_TEAMS)
		return ERR(e, ERR_CONFLICT, "team.many", "A publisher has at most %d teams.",
			   MAX_TEAMS);
	reply->status = 201;
	return team_add(db_of(rq), &add, NULL, e) &&
	       put(rq, publisher, &t, in->members, &tx, reply, e);
}

bool h_team_set(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct team_in *in = input;
	struct team_list_row t;
	struct team_set_row row;
	const char *publisher;
	AUTO_TX tx = { 0 };
	int found;

	if (!sql_begin(db_of(rq), &tx, e) || !hold(rq, &publisher, &t, e))
		return false;
	found = team_set(db_of(rq), &(struct team_set_in){ publisher, t.team_id, in->name },
			 rq->arena, &row, e);
	if (found <= 0) /* it was there a moment ago */
		return found == 0 && not_found("team", e);
	t.name = row.name;
	return put(rq, publisher, &t, in->members, &tx, reply, e);
}

bool h_team_remove(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	static const char *const nobody[] = { NULL };
	struct assign_rule_of_team_row rule;
	struct team_any_lead_row lead;
	struct team_list_row t;
	const char *publisher;
	AUTO_TX tx = { 0 };
	int found;

	(void)in;
	if (!sql_begin(db_of(rq), &tx, e) || !hold(rq, &publisher, &t, e))
		return false;
	found = team_any_lead(db_of(rq), &(struct team_any_lead_in){ publisher, t.team_id },
			      rq->arena, &lead, e);
	if (found < 0)
		return false;
	if (found)
		return ERR(
			e, ERR_CONFLICT, "team.leads",
			"Leads belong to this team: give them to another one first, or to none.");
	found = assign_rule_of_team(db_of(rq),
				    &(struct assign_rule_of_team_in){ publisher, t.team_id },
				    rq->arena, &rule, e);
	if (found < 0)
		return false;
	if (found)
		return ERR(e, ERR_CONFLICT, "team.rule",
			   "The rule \"%.100s\" gives leads to this team: change that one first.",
			   rule.name);
	if (!put_members(rq, publisher, t.team_id, nobody, e) ||
	    !assign_turns_gone(db_of(rq), &(struct assign_turns_gone_in){ publisher, t.team_id },
			       NULL, e) ||
	    !team_remove(db_of(rq), &(struct team_remove_in){ publisher, t.team_id }, NULL, e) ||
	    !say_change(rq, publisher, "team", t.team_id, "removed", e) || !sql_commit(&tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	reply->status = 204;
	return true;
}

/* ---- of a lead ---- */

struct lead_team_in {
	const char *team, *why;
};
FITS(struct lead_team_in);
const struct field lead_team_body[] = {
	F_STR(struct lead_team_in, team, "team", .max = 36,
	      .help = "Id of a team; empty or null: none."),
	F_STR(struct lead_team_in, why, "why", .max = LIMIT_TEXT / 4, .help = "For the timeline."),
	F_END,
};

bool h_lead_team(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct lead_team_in *in = input;
	struct id team = ID_NULL;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	if (!desk_begin(rq, &tx, &c, e))
		return false;
	if (in->team && *in->team && !id_parse(str_of(in->team), &team))
		return ERR_FIELD(e, ERR_INPUT, "field.id", "team", "team must be an id (a UUID).");
	return desk_team(db_of(rq), rq->arena, &c.who, &c.at, team, in->why, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}
