/*
 * The question of a saved view. It is checked by the code of the list itself, when it is kept and
 * each time it is shown: a filter that does not mean anything any more is told, and nothing else is
 * shown in its place.
 */
#include "api/view.h"

#include "api/lead_list.h"
#include "base/limits.h"

static bool is_publisher_of(const char *view, const char *publisher)
{
	return !*view || !strcmp(view, publisher);
}

/* Whether something is there, and in the caller's reach: 1, 0, or -1. */
typedef int is_there(struct http_request *rq, const char *publisher, struct id id, struct err *e);

static int team_is_there(struct http_request *rq, const char *publisher, struct id id,
			 struct err *e)
{
	struct team_list_row row;
	int found = team_get(db_of(rq), &(struct team_get_in){ publisher, id }, rq->arena, &row, e);

	return found > 0 ? sees_team(rq, publisher, id, e) : found;
}

static int customer_is_there(struct http_request *rq, const char *publisher, struct id id,
			     struct err *e)
{
	struct reach r = reach_of_caller(rq);
	struct customer_get_in in = { publisher, id };
	struct customer_page_row row;

	return is_limited(rq) ? reach_has_customer(db_of(rq), rq->arena, &r, publisher, id, e)
			      : customer_get(db_of(rq), &in, rq->arena, &row, e);
}

static int owner_is_there(struct http_request *rq, const char *publisher, struct id id,
			  struct err *e)
{
	struct account_list_row row;
	int found = account_get(db_of(rq), &(struct account_get_in){ id }, rq->arena, &row, e);

	return found > 0 ? is_publisher_of(row.publisher_id, publisher) : found;
}

static int offer_is_there(struct http_request *rq, const struct scope *scope, const char *full,
			  struct err *e)
{
	const char *publisher, *offer;
	struct offer_list_row row;
	struct parts parts;
	size_t i = 0;
	int found;

	if (!offer_split(rq->arena, full, "offer", &publisher, &offer, e))
		return -1;
	while (i < scope->n && strcmp(scope->publishers[i], publisher) != 0)
		i++;
	if (i == scope->n)
		return 0;
	found = offer_get(db_of(rq), &(struct offer_get_in){ publisher, offer }, rq->arena, &row,
			  e);
	if (found <= 0)
		return found;
	return parts_of(rq, scope, &parts, e) ? shows_offer(&parts, publisher, offer) : -1;
}

/* In any of the publishers; text NULL: nothing is named. */
static int any_there(struct http_request *rq, const struct scope *scope, const char *text,
		     is_there *there, struct err *e)
{
	int found = !text;
	struct id id;

	if (text && !id_parse(str_of(text), &id))
		return 0;
	for (size_t i = 0; !found && i < scope->n; i++)
		found = there(rq, scope->publishers[i], id, e);
	return found;
}

/* The first field that names what is not there, into *ret; NULL: none. */
static bool find_gone(struct http_request *rq, const char *publisher, const struct leads_named *n,
		      const char **ret, struct err *e)
{
	const struct {
		const char *field, *text;
		is_there *there;
	} all[] = {
		{ "team", n->team, team_is_there },
		{ "owner", n->owner, owner_is_there },
		{ "customer", n->customer, customer_is_there },
	};
	struct scope scope;
	int found;

	*ret = NULL;
	if (!scope_of(rq, *publisher ? publisher : NULL, &scope, e))
		return false;
	found = n->offer ? offer_is_there(rq, &scope, n->offer, e) : 1;
	if (!found)
		*ret = "offer";
	for (size_t i = 0; found > 0 && i < LL_COUNT(all); i++) {
		found = any_there(rq, &scope, all[i].text, all[i].there, e);
		if (!found)
			*ret = all[i].field;
	}
	return found >= 0;
}

/* ---- as it is stored ---- */

#define GONE      "view.gone"
#define GONE_TEXT "What this view filters by is not there any more, or not in your reach."

/* Of members that are given; q apart. */
static bool write_stored(struct http_request *rq, const struct json *query, const char **ret,
			 struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_TEXT);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	for (const struct field *f = leads_query; f->name; f++) {
		const struct json *v = json_get(query, f->name);

		if (!strcmp(f->name, "q"))
			continue;
		if (json_kind(v) == JSON_BOOL)
			json_put_bool(&o, f->name, json_is_true(v));
		else if (json_kind(v) == JSON_STR && json_str(v).n)
			json_put_str(&o, f->name, json_str(v));
	}
	json_end_obj(&o);
	if (!buf_ok(&b))
		return ERR_FIELD(e, ERR_INPUT, "field.long", "query", "The query is too long.");
	*ret = str_dup(rq->arena, buf_view(&b));
	return true;
}

bool view_query_take(struct http_request *rq, const char *publisher, const struct json *query,
		     struct view_query *ret, struct err *e)
{
	struct leads_named named;
	const char *gone;

	if (!leads_query_read(rq, query, &named, e) || !find_gone(rq, publisher, &named, &gone, e))
		return false;
	if (gone)
		return ERR_FIELD(e, ERR_INPUT, GONE, gone, GONE_TEXT);
	ret->words = named.q ? arena_strdup(rq->arena, named.q) : NULL;
	return write_stored(rq, query, &ret->json, e);
}

bool view_query_look(struct http_request *rq, const char *publisher, const struct view_query *q,
		     struct view_problem *ret, struct err *e)
{
	struct leads_named named;
	AUTO_JSON query = NULL;
	const char *gone = NULL;
	struct err wrong;

	*ret = (struct view_problem){ .code = NULL };
	if (!json_parse(str_of(q->json), &query, e))
		return false;
	if (!leads_query_read(rq, query, &named, &wrong)) {
		if (wrong.kind != ERR_INPUT) {
			*e = wrong;
			return false;
		}
		*ret = (struct view_problem){ arena_strdup(rq->arena, wrong.field), wrong.code,
					      arena_strdup(rq->arena, wrong.text) };
		return true;
	}
	if (!find_gone(rq, publisher, &named, &gone, e))
		return false;
	if (gone)
		*ret = (struct view_problem){ gone, GONE, GONE_TEXT };
	return true;
}

bool view_query_write(struct json_out *o, const struct view_query *q, struct err *e)
{
	AUTO_JSON query = NULL;
	struct json_walk w = { 0 };

	if (!json_parse(str_of(q->json), &query, e))
		return false;
	json_obj(o, "query");
	while (json_next(query, &w)) {
		const struct field *f = field_find(leads_query, w.name);

		if (f && json_kind(w.value) == JSON_BOOL)
			json_put_bool(o, f->name, json_is_true(w.value));
		else if (f)
			json_put_str(o, f->name, json_str(w.value));
	}
	if (q->words)
		json_put_z(o, "q", q->words);
	json_end_obj(o);
	return true;
}
