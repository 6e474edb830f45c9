/* An account is changed; open leads of one that may own none any more go to somebody else first. */
#include "api/desk.h"

#include "assign/assign.h"
#include "base/limits.h"

#define HEIR_NOBODY "nobody"
#define HAND_CHUNK  100  /* in one transaction */
#define HAND_MAX    2000 /* in one call */

static const char *const role_choices[] = { "viewer", "seller", "manager", "admin", NULL };

struct user_change {
	const char *name, *role, *reach, *heir;
	const char *const *reach_offers;
	bool active;
};
FITS(struct user_change);
const struct field user_set_body[] = {
	F_STR(struct user_change, name, "name", .max = LIMIT_NAME,
	      .help = "As shown to colleagues."),
	F_CHOICE(struct user_change, role, "role", .choices = role_choices,
		 .help = "What they may do."),
	F_BOOL(struct user_change, active, "active",
	       .help = "false ends their sessions and keeps them out."),
	F_STR(struct user_change, heir, "heir", .max = LIMIT_EMAIL,
	      .help = "Who gets the open leads of whoever is not active, or a viewer, from now on: "
		      "id or address of an account, or me; nobody: they stay in their teams, and "
		      "are told as leads that nobody owns."),
	REACH_ROWS(struct user_change),
	F_END,
};

static bool may_own(const struct auth_user *u)
{
	return u->active && u->role >= ROLE_SELLER;
}

/* All publishers whose leads the account may have. */
static bool owns_at(struct http_request *rq, const struct auth_user *u, struct scope *ret,
		    struct err *e)
{
	return scope_of(rq, *u->publisher ? u->publisher : NULL, ret, e);
}

static bool open_leads(struct http_request *rq, const char *publisher, struct id account,
		       int64_t *ret, struct err *e)
{
	struct assign_load_in in = { publisher, account };
	struct assign_load_row row = { 0 };

	if (assign_load(db_of(rq), &in, rq->arena, &row, e) < 0)
		return false;
	*ret = row.n;
	return true;
}

/* Inside the transaction that changes the account: whoever gives leads to somebody holds the
 * publisher, and then looks whether the account may own them. */
static bool owns_nothing(struct http_request *rq, const struct auth_user *u, struct err *e)
{
	int64_t n, sum = 0;
	struct scope scope;

	if (!owns_at(rq, u, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		struct publisher_hold_in hold = { scope.publishers[i] };

		if (!publisher_hold(db_of(rq), &hold, NULL, e) ||
		    !open_leads(rq, scope.publishers[i], u->id, &n, e))
			return false;
		sum += n;
	}
	return !sum || ERR_FIELD(e, ERR_CONFLICT, "user.leads", "heir",
				 "%lld open leads belong to this account: name who gets them, an "
				 "account or nobody, as heir. A call hands %d over: repeat it for "
				 "the rest.",
				 (long long)sum, HAND_MAX);
}

static struct auth_user changed(const struct auth_user *before, const struct user_change *in,
				const struct json *body)
{
	struct auth_user u = *before;
	struct json_walk w = { 0 };

	u.name = in->name ? in->name : u.name;
	u.role = in->role ? role_of(str_of(in->role)) : u.role;
	while (json_next(body, &w)) /* an absent bool says nothing */
		if (str_eq_z(w.name, "active"))
			u.active = in->active;
	return u;
}

static bool change(struct http_request *rq, const struct user_change *in, const struct json *body,
		   struct id id, struct err *e)
{
	struct auth_user before, u;
	AUTO_TX tx = { 0 };
	bool leaves;

	if (!sql_begin(db_of(rq), &tx, e) ||
	    !auth_user_hold(db_of(rq), rq->arena, rq->who.publisher, id, &before, e))
		return false;
	u = changed(&before, in, body);
	leaves = !may_own(&u) && (may_own(&before) || in->heir);
	return put_reach(rq, in->reach, in->reach_offers, u.publisher, id, &u.reach, e) &&
	       auth_user_set(db_of(rq), rq->arena, &before, &u, e) &&
	       (!leaves || owns_nothing(rq, &u, e)) && sql_commit(&tx, e);
}

/* ---- the heir ---- */

struct hand_over {
	struct http_request *rq;
	struct id from, to; /* to: null, nobody */
	size_t done;
};

/* *ret: NULL, nobody. */
static bool heir_of(const struct hand_over *h, const char *publisher,
		    const struct account_list_row **ret, struct err *e)
{
	struct account_list_row *row = ARENA_NEW(h->rq->arena, struct account_list_row);
	struct account_get_in in = { h->to };
	int found;

	*ret = NULL;
	if (id_is_null(h->to))
		return true;
	found = account_get(db_of(h->rq), &in, h->rq->arena, row, e);
	if (found < 0)
		return false;
	if (!found || id_eq(h->to, h->from) || !desk_may_own(row, publisher))
		return ERR_FIELD(e, ERR_INPUT, "user.heir", "heir",
				 "The heir must be another active account, at least a seller, of "
				 "each publisher whose leads are handed over; or nobody.");
	*ret = row;
	return true;
}

/* Some of a publisher's leads, in a transaction of their own. *ret_n: how many. */
static bool hand_some(const struct hand_over *h, const char *publisher, size_t *ret_n,
		      struct err *e)
{
	struct http_request *rq = h->rq;
	struct publisher_hold_in hold = { publisher };
	struct desk_who who = desk_who_of(rq, publisher);
	const struct account_list_row *heir;
	AUTO_TX tx = { 0 };
	ARENA_SCOPE(rq->arena);

	return sql_begin(db_of(rq), &tx, e) && publisher_hold(db_of(rq), &hold, NULL, e) &&
	       heir_of(h, publisher, &heir, e) &&
	       desk_hand_over(db_of(rq), rq->arena, &who, h->from, heir, HAND_CHUNK, ret_n, e) &&
	       sql_commit(&tx, e);
}

static bool hand_publisher(struct hand_over *h, const char *publisher, struct err *e)
{
	size_t n;

	do {
		if (!hand_some(h, publisher, &n, e))
			return false;
		h->done += n;
	} while (n == HAND_CHUNK && h->done < HAND_MAX);
	return true;
}

/* Nothing is handed over before the heir is known to be one everywhere. */
static bool hand_all(struct http_request *rq, struct id from, const char *heir, struct err *e)
{
	struct hand_over h = { .rq = rq, .from = from };
	const struct account_list_row *row;
	struct auth_user u;
	struct scope scope;
	int64_t n;

	if (strcmp(heir, HEIR_NOBODY) != 0 && !read_owner_text(rq, heir, &h.to, e))
		return false;
	if (!auth_user_get(db_of(rq), rq->arena, rq->who.publisher, from, &u, e) ||
	    !owns_at(rq, &u, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++)
		if (!open_leads(rq, scope.publishers[i], from, &n, e) ||
		    (n && !heir_of(&h, scope.publishers[i], &row, e)))
			return false;
	for (size_t i = 0; i < scope.n && h.done < HAND_MAX; i++)
		if (!open_leads(rq, scope.publishers[i], from, &n, e) ||
		    (n && !hand_publisher(&h, scope.publishers[i], e)))
			return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

bool h_user_set(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct user_change *in = input;
	bool named = in->heir && *in->heir;
	AUTO_JSON body = NULL;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !json_parse(rq->body, &body, e))
		return false;
	/* Whatever else is refused is refused before a lead is handed over. */
	if (!change(rq, in, body, id, e) &&
	    (!named || strcmp(e->code, "user.leads") != 0 || !hand_all(rq, id, in->heir, e) ||
	     !change(rq, in, body, id, e)))
		return false;
	auth_user_changed(worker_of(rq)->api->auth);
	return reply_user(rq, id, reply, e);
}
