/* Why a lead is whose it is. */
#include "api/desk.h"

#include <stdio.h>
#include "assign/assign.h"

/* What is told with the timeline; the others of it name colleagues and rules that are not the
 * lead's. */
static const char *const brief[] = { "rule", "way", "reason", "to", "team", "erased", NULL };

static void copy(struct json_out *o, const char *key, const struct json *j);

static void copy_members(struct json_out *o, const struct json *j)
{
	struct json_walk w = { 0 };
	char name[64];

	while (json_next(j, &w)) {
		snprintf(name, sizeof(name), "%.*s", (int)w.name.n, w.name.p);
		copy(o, name, w.value);
	}
}

/* It is two deep, as it was written. */
static void copy(struct json_out *o, const char *key, const struct json *j)
{
	switch (json_kind(j)) {
	case JSON_OBJ:
		json_obj(o, key);
		copy_members(o, j);
		json_end_obj(o);
		return;
	case JSON_LIST:
		json_list(o, key);
		for (size_t i = 0; i < json_count(j); i++)
			copy(o, NULL, json_at(j, i));
		json_end_list(o);
		return;
	case JSON_STR: json_put_str(o, key, json_str(j)); return;
	case JSON_INT: json_put_int(o, key, json_int(j)); return;
	case JSON_BOOL: json_put_bool(o, key, json_is_true(j)); return;
	case JSON_NONE:
	case JSON_NULL:
	case JSON_REAL: json_put_null(o, key); return;
	}
}

void write_assigned(struct json_out *o, const char *key, const char *detail, bool whole)
{
	AUTO_JSON j = NULL;
	struct err e;

	json_obj(o, key);
	if (json_parse(str_of(detail), &j, &e)) {
		if (whole)
			copy_members(o, j);
		for (const char *const *b = brief; *b && !whole; b++)
			if (json_get(j, *b))
				copy(o, *b, json_get(j, *b));
	}
	json_end_obj(o);
}

/* Whether it is so still: nobody has given it to somebody else since. */
static bool holds(const struct reach_lead_row *l, const char *detail)
{
	struct id owner = ID_NULL, team = ID_NULL;
	AUTO_JSON j = NULL;
	struct err e;

	if (!json_parse(str_of(detail), &j, &e))
		return false;
	/* What is null there is the null id. */
	LL_IGNORE(id_parse(json_str(json_get(j, "owner")), &owner));
	LL_IGNORE(id_parse(json_str(json_get(j, "teamId")), &team));
	return id_eq(l->owner_id, owner) && id_eq(l->team_id, team);
}

bool h_lead_assigned(struct http_request *rq, const void *in, struct http_reply *reply,
		     struct err *e)
{
	struct assign_last_row row;
	struct reach_lead_row now;
	struct lead_page_row l;
	struct json_out o;
	int found;

	(void)in;
	if (!find_lead(rq, &l, e))
		return false;
	found = assign_last(db_of(rq), &(struct assign_last_in){ l.publisher_id, l.lead_id },
			    rq->arena, &row, e);
	if (found < 0 || reach_lead(db_of(rq), &(struct reach_lead_in){ l.publisher_id, l.lead_id },
				    rq->arena, &now, e) < 0)
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_id(&o, "lead", &l.lead_id);
	if (found) {
		json_put_time(&o, "at", row.at);
		json_put_bool(&o, "current", holds(&now, row.detail));
		write_assigned(&o, "assignment", row.detail,
			       !is_limited(rq) && rq->who.role >= ROLE_SELLER);
	} else {
		json_put_null(&o, "at");
		json_put_bool(&o, "current", false);
		json_put_null(&o, "assignment");
	}
	json_end_obj(&o);
	return true;
}
