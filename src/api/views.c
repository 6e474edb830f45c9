/*
 * Saved views of the lead list: questions, and no answers. Whoever opens one sees what is in their
 * own reach of it. A shared view is for all of a publisher, kept by its managers; a personal one is
 * nobody else's business.
 */
#include "api/desk.h"
#include "api/view.h"

#include "base/limits.h"
#include "base/utf8.h"

#define OWN_MAX    50                       /* of a person */
#define SHARED_MAX 100                      /* of a publisher */
#define KEPT_MS    (7LL * 24 * 3600 * 1000) /* after it was removed */
#define PLACE_MAX  1000000

static const char *const shipped[] = {
	"all",  "favorites", "few-attempts", "first-response", "information",
	"mine", "new",       "one-attempt",  "overdue",        "stalled",
	"test", "trials",    "unassigned",   "warm",           NULL
};
static const char *const visibilities[] = { "personal", "shared", NULL };

struct views_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct views_in);
const struct field views_query[] = { F_PUBLISHER(struct views_in), F_PAGE(struct views_in), F_END };

struct view_in {
	const char *publisher, *name, *visibility;
	const struct json *query;
	int64_t position;
};
FITS(struct view_in);
#define VIEW_ROWS(flags_)                                                                          \
	F_STR(struct view_in, name, "name", .flags = (flags_), .min = 1, .max = LIMIT_NAME / 2,    \
	      .help = "As it is called; once among one's own, once among the shared ones."),       \
		F_CHOICE(struct view_in, visibility, "visibility", .choices = visibilities,        \
			 .help = "personal, or shared with all of the publisher: by managers."),   \
		F_OBJ(struct view_in, query, "query", .flags = (flags_),                           \
		      .help = "As the query of GET /leads: filters, sort, q."),                    \
		F_INT(struct view_in, position, "position", .min = 0, .max = PLACE_MAX,            \
		      .help = "The views stand by rising position; a new one is the last.")
const struct field view_body[] = { F_PUBLISHER(struct view_in), VIEW_ROWS(FIELD_REQUIRED), F_END };
const struct field view_set_body[] = { VIEW_ROWS(0), F_END };

/* ---- who sees and changes what ---- */

static bool is_mine(const struct http_request *rq, const struct view_list_row *v)
{
	return !id_is_null(v->account_id) && id_eq(v->account_id, rq->who.user_id);
}

static bool may_share(const struct http_request *rq)
{
	return rq->who.role >= ROLE_MANAGER && !is_limited(rq);
}

static bool may_change(const struct http_request *rq, const struct view_list_row *v)
{
	return v->shared ? may_share(rq) || is_mine(rq, v) : is_mine(rq, v);
}

static struct view_query query_of(const struct view_list_row *v)
{
	return (struct view_query){ v->query, v->words };
}

/* What is the matter with it. One whose words were erased would find more than it is called. */
static bool look(struct http_request *rq, const struct view_list_row *v, struct view_problem *ret,
		 struct err *e)
{
	struct view_query q = query_of(v);

	if (v->erased_at == SQL_NULL_INT)
		return view_query_look(rq, v->publisher_id, &q, ret, e);
	*ret = (struct view_problem){
		"q", "view.erased",
		"The words that this view looked for were of a person whose data "
		"were erased: give it others, or remove it."
	};
	return true;
}

/* A shared view tells those who do not reach all neither of what is out of their reach, nor whom
 * others look for. */
static bool shows(struct http_request *rq, const struct view_list_row *v,
		  const struct view_problem *p)
{
	bool hidden = v->shared && is_limited(rq) && !is_mine(rq, v) && (v->words || p->code);

	return (v->shared || is_mine(rq, v)) && !hidden;
}

/* ---- out ---- */

static const char *etag_of(struct http_request *rq, const struct view_list_row *v)
{
	return arena_printf(rq->arena, "\"%lld\"", (long long)v->version);
}

static bool write_view(struct http_request *rq, struct json_out *o, const struct view_list_row *v,
		       const struct view_problem *p, struct err *e)
{
	struct view_query q = query_of(v);

	json_obj(o, NULL);
	json_put_id(o, "id", &v->view_id);
	json_put_z(o, "publisher", *v->publisher_id ? v->publisher_id : NULL);
	json_put_z(o, "name", v->name);
	json_put_z(o, "visibility", visibilities[v->shared != 0]);
	json_put_bool(o, "mine", is_mine(rq, v));
	json_put_bool(o, "mayChange", may_change(rq, v));
	if (!view_query_write(o, &q, e))
		return false;
	json_list(o, "problems");
	if (p->code) {
		json_obj(o, NULL);
		json_put_z(o, "field", p->field);
		json_put_z(o, "code", p->code);
		json_put_z(o, "message", p->text);
		json_end_obj(o);
	}
	json_end_list(o);
	json_put_int(o, "position", v->place);
	json_put_z(o, "eTag", etag_of(rq, v));
	json_put_time(o, "createdAt", v->created_at);
	json_put_time(o, "changedAt", v->changed_at);
	json_put_time(o, "erasedAt", v->erased_at);
	json_end_obj(o);
	return true;
}

static bool reply_view(struct http_request *rq, const struct view_list_row *v,
		       struct http_reply *reply, struct err *e)
{
	struct view_problem p;
	struct json_out o;

	if (!look(rq, v, &p, e))
		return false;
	http_reply_header(reply, "etag", etag_of(rq, v));
	o = json_reply(reply);
	return write_view(rq, &o, v, &p, e);
}

/* Of one publisher: all shared ones, or the caller's own. */
static bool views_of(struct http_request *rq, const char *publisher, bool shared,
		     struct view_list_row **ret, size_t *ret_n, struct err *e)
{
	struct view_list_in in = { publisher, shared ? ID_NULL : rq->who.user_id };

	*ret_n = 0;
	if (!shared && id_is_null(in.account))
		return true;
	return view_list(db_of(rq), shared ? VIEW_LIST_WHOSE_SHARED : VIEW_LIST_WHOSE_OWN, &in,
			 rq->arena, ret, ret_n, e);
}

static bool write_some(struct http_request *rq, const char *publisher, bool shared,
		       struct short_page *page, struct json_out *o, struct err *e)
{
	struct view_list_row *rows;
	size_t n;

	if (!views_of(rq, publisher, shared, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct view_problem p;

		if (!look(rq, &rows[i], &p, e))
			return false;
		if (shows(rq, &rows[i], &p) &&
		    short_page_takes(page, id_key(rq->arena, rows[i].view_id)) &&
		    !write_view(rq, o, &rows[i], &p, e))
			return false;
	}
	return true;
}

/* The publishers whose views the caller sees; '' is the installation's own. */
static bool view_scope(struct http_request *rq, const char *asked, struct scope *ret, struct err *e)
{
	struct scope scope;
	const char **list;

	if (!scope_of(rq, asked, &scope, e))
		return false;
	list = ARENA_ARRAY(rq->arena, const char *, scope.n + 1);
	ret->publishers = list;
	ret->n = 0;
	if (!*rq->who.publisher)
		list[ret->n++] = "";
	for (size_t i = 0; i < scope.n; i++)
		list[ret->n++] = scope.publishers[i];
	return true;
}

bool h_views(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct views_in *in = input;
	struct short_page page = short_page(in->after, in->limit);
	struct scope scope;
	struct json_out o;

	if (!view_scope(rq, in->publisher, &scope, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (int own = 0; own < 2; own++)
		for (size_t i = 0; i < scope.n; i++)
			if (!write_some(rq, scope.publishers[i], !own, &page, &o, e))
				return false;
	return short_page_end(&page, &o, e);
}

/* ---- one ---- */

static bool find_id(struct http_request *rq, struct id id, enum view_get_state state,
		    struct view_list_row *ret, struct err *e)
{
	struct scope scope;

	if (!view_scope(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		struct view_get_in in = { scope.publishers[i], id };
		int found = view_get(db_of(rq), state, &in, rq->arena, ret, e);
		struct view_problem p;

		if (found < 0)
			return false;
		if (found)
			return look(rq, ret, &p, e) && (shows(rq, ret, &p) || not_found("view", e));
	}
	return not_found("view", e);
}

static bool find(struct http_request *rq, enum view_get_state state, struct view_list_row *ret,
		 struct err *e)
{
	struct id id;

	return path_id(rq, 0, &id, e) && find_id(rq, id, state, ret, e);
}

bool h_view(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct view_list_row v;

	(void)in;
	return find(rq, VIEW_GET_STATE_KEPT, &v, e) && reply_view(rq, &v, reply, e);
}

bool check_lead_view(struct http_request *rq, const char *view, struct err *e)
{
	struct view_list_row v;
	struct id id;

	if (!view || !*view)
		return true;
	for (const char *const *name = shipped; *name; name++)
		if (!strcmp(*name, view))
			return true;
	if (id_parse(str_of(view), &id) && find_id(rq, id, VIEW_GET_STATE_KEPT, &v, e))
		return true;
	if (e->kind != ERR_NOT_FOUND && e->kind != ERR_NONE)
		return false;
	return ERR_FIELD(
		e, ERR_INPUT, "view.unknown", "leadView",
		"There is no such view: name a shipped one, or give the id of a saved one.");
}

/* ---- changes ---- */

/* The text is one that others have: among the shared ones, or one's own. *ret_place: behind the
 * last. */
static bool check_place(struct http_request *rq, const struct view_list_row *v, int64_t *ret_place,
			struct err *e)
{
	struct str name = str_of(v->name);
	struct view_list_row *rows;
	size_t n, others = 0;

	if (!views_of(rq, v->publisher_id, v->shared != 0, &rows, &n, e))
		return false;
	*ret_place = 0;
	for (size_t i = 0; i < n; i++) {
		if (id_eq(rows[i].view_id, v->view_id))
			continue;
		others++;
		if (rows[i].place >= *ret_place && rows[i].place < PLACE_MAX)
			*ret_place = rows[i].place + 1;
		if (str_ieq(name, str_of(rows[i].name)))
			return ERR_FIELD(e, ERR_CONFLICT, "view.name", "name",
					 "There is a view of that name already: choose another.");
	}
	if (others >= (v->shared ? SHARED_MAX : OWN_MAX))
		return ERR(e, ERR_CONFLICT, "view.many",
			   "There are as many views as there may be: remove one first.");
	return true;
}

static bool take_name(struct http_request *rq, const char *name, const char **ret, struct err *e)
{
	struct str s = utf8_trim(str_of(name));

	if (!s.n)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "name", "The view needs a name.");
	*ret = str_dup(rq->arena, s);
	return true;
}

static bool take_visibility(struct http_request *rq, const char *asked, struct view_list_row *v,
			    struct err *e)
{
	bool shared = asked ? !strcmp(asked, "shared") : v->shared != 0;

	if (shared && !v->shared && !may_share(rq))
		return ERR(e, ERR_FORBIDDEN, "view.share",
			   "Managers who reach all leads share views: ask one of them.");
	if (!shared && id_is_null(v->account_id))
		return ERR_FIELD(e, ERR_INPUT, "view.me", "visibility",
				 "A personal view is a person's: what a program keeps is shared.");
	v->shared = shared;
	return true;
}

/* Holds what views there are, until the transaction ends. */
static bool hold(struct http_request *rq, const char *publisher, struct err *e)
{
	return publisher_hold(db_of(rq), &(struct publisher_hold_in){ publisher }, NULL, e);
}

/* shared: it is, or was until now. */
static bool tell(struct http_request *rq, const struct view_list_row *v, bool shared,
		 const char *what, struct sql_tx *tx, struct err *e)
{
	if ((shared && *v->publisher_id &&
	     !say_change(rq, v->publisher_id, "view", v->view_id, what, e)) ||
	    !sql_commit(tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

bool h_view_add(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct view_in *in = input;
	struct view_list_row v = { .publisher_id = rq->who.publisher,
				   .view_id = id_new(rq->now_ms),
				   .account_id = rq->who.user_id,
				   .version = 1,
				   .created_at = rq->now_ms,
				   .changed_at = rq->now_ms,
				   .erased_at = SQL_NULL_INT };
	struct view_query q;
	AUTO_TX tx = { 0 };
	int64_t last;

	if (in->publisher && !scope_one(rq, in->publisher, &v.publisher_id, e))
		return false;
	if (!take_name(rq, in->name, &v.name, e) || !take_visibility(rq, in->visibility, &v, e) ||
	    !view_query_take(rq, v.publisher_id, in->query, &q, e) ||
	    !sql_begin(db_of(rq), &tx, e) || !hold(rq, v.publisher_id, e) ||
	    !check_place(rq, &v, &last, e))
		return false;
	v.query = q.json;
	v.words = q.words;
	v.place = in->position == FIELD_NO_INT ? last : in->position;
	if (!view_add(db_of(rq),
		      &(struct view_add_in){ v.publisher_id, v.view_id, v.account_id, v.shared,
					     v.name, v.words, v.query, v.place, rq->now_ms },
		      NULL, e) ||
	    !tell(rq, &v, v.shared != 0, "new", &tx, e))
		return false;
	reply->status = 201;
	return reply_view(rq, &v, reply, e);
}

/* The view of the path, which the caller may change, in the state that was seen. */
static bool begin_change(struct http_request *rq, enum view_get_state state, struct sql_tx *tx,
			 struct view_list_row *v, struct err *e)
{
	const char *etag = expected_etag(rq);

	if (!sql_begin(db_of(rq), tx, e) || !find(rq, state, v, e) ||
	    !hold(rq, v->publisher_id, e) || !find(rq, state, v, e))
		return false;
	if (!may_change(rq, v))
		return ERR(e, ERR_FORBIDDEN, "view.share",
			   "Managers who reach all leads share views: ask one of them.");
	if (etag && strcmp(etag, arena_printf(rq->arena, "%lld", (long long)v->version)) != 0)
		return ERR(e, ERR_STALE, "view.changed",
			   "Somebody else changed this view meanwhile: look at it again.");
	return true;
}

/* What is given, into v. */
static bool take(struct http_request *rq, const struct view_in *in, struct view_list_row *v,
		 struct err *e)
{
	bool was_shared = v->shared != 0;
	struct view_query q;
	int64_t last;

	if ((in->name && !take_name(rq, in->name, &v->name, e)) ||
	    !take_visibility(rq, in->visibility, v, e) || !check_place(rq, v, &last, e))
		return false;
	if (in->position != FIELD_NO_INT)
		v->place = in->position;
	else if (was_shared != (v->shared != 0))
		v->place = last;
	if (!in->query)
		return true;
	if (!view_query_take(rq, v->publisher_id, in->query, &q, e))
		return false;
	v->query = q.json;
	v->words = q.words;
	v->erased_at = SQL_NULL_INT;
	return true;
}

bool h_view_set(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	struct view_set_row row;
	struct view_list_row v;
	AUTO_TX tx = { 0 };
	bool was_shared;
	int found;

	if (!begin_change(rq, VIEW_GET_STATE_KEPT, &tx, &v, e))
		return false;
	was_shared = v.shared != 0;
	if (!take(rq, input, &v, e))
		return false;
	found = view_set(db_of(rq),
			 &(struct view_set_in){ v.publisher_id, v.view_id, v.version, v.shared,
						v.name, v.words, v.query, v.place, v.erased_at,
						rq->now_ms },
			 rq->arena, &row, e);
	if (found <= 0)
		return found == 0 && not_found("view", e);
	v.version = row.version;
	v.changed_at = rq->now_ms;
	return tell(rq, &v, was_shared || v.shared, "changed", &tx, e) &&
	       reply_view(rq, &v, reply, e);
}

bool h_view_remove(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct view_list_row v;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!begin_change(rq, VIEW_GET_STATE_KEPT, &tx, &v, e) ||
	    !view_forget(db_of(rq),
			 &(struct view_forget_in){ v.publisher_id, rq->now_ms - KEPT_MS }, NULL,
			 e) ||
	    !view_remove(db_of(rq),
			 &(struct view_remove_in){ v.publisher_id, v.view_id, rq->now_ms }, NULL,
			 e) ||
	    !tell(rq, &v, v.shared != 0, "removed", &tx, e))
		return false;
	reply->status = 204;
	return true;
}

bool h_view_restore(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct view_remove_in put = { .now = SQL_NULL_INT };
	struct view_list_row v;
	AUTO_TX tx = { 0 };
	int64_t last;

	(void)in;
	if (!begin_change(rq, VIEW_GET_STATE_REMOVED, &tx, &v, e) || !check_place(rq, &v, &last, e))
		return false;
	put.publisher = v.publisher_id;
	put.view = v.view_id;
	return view_remove(db_of(rq), &put, NULL, e) && find(rq, VIEW_GET_STATE_KEPT, &v, e) &&
	       tell(rq, &v, v.shared != 0, "new", &tx, e) && reply_view(rq, &v, reply, e);
}
