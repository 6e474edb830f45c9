/* Why a lead is whose it is: told where it happens, since nobody can know it afterwards. */
#include <stdio.h>
#include "assign/parts.h"
#include "base/json.h"
#include "base/limits.h"

#define PEOPLE 20 /* that are told of; a team may be large */

static const char *const outs[] = {
	[ASSIGN_IN] = NULL,
	[ASSIGN_OUT_AWAY] = "away",
	[ASSIGN_OUT_INACTIVE] = "inactive",
	[ASSIGN_OUT_REACH] = "reach",
};

/* A stable word; docs/assignment.md says what each means. */
static const char *reason(enum assign_way way, const struct assign_crew *c,
			  const struct assign_person *chosen, enum assign_out out)
{
	if (way == ASSIGN_TEAM)
		return "team";
	if (!chosen && id_is_null(c->person))
		return "nobody";
	if (!chosen)
		return c->n ? outs[out] : "inactive";
	switch (way) {
	case ASSIGN_ROUND_ROBIN: return "turn";
	case ASSIGN_LEAST_LOAD: return "load";
	case ASSIGN_PERSON:
	case ASSIGN_TEAM:
	case ASSIGN_WAY_NONE: break;
	}
	return "person";
}

static void put_rule(struct json_out *o, const char *key, const char *publisher,
		     const struct assign_rule *r)
{
	char id[LIMIT_ID * 2 + 2];

	snprintf(id, sizeof(id), "%s.%s", publisher, r->id);
	json_obj(o, key);
	json_put_z(o, "id", id);
	json_put_z(o, "name", r->name);
	json_put_z(o, "class", assign_class_text(assign_class_of(r)));
	json_end_obj(o);
}

static void put_person(struct json_out *o, const struct assign_person *p, enum assign_out out)
{
	json_obj(o, NULL);
	json_put_z(o, "email", p->email);
	json_put_z(o, "out", outs[out]);
	json_put_time(o, "awayUntil", out == ASSIGN_OUT_AWAY ? p->away_until : SQL_NULL_INT);
	json_put_int_but(o, "load", p->counted ? p->load : -1, -1);
	json_end_obj(o);
}

static void put_people(struct json_out *o, const struct assign_crew *c,
		       const struct assign_person *chosen, const char *offer, int64_t now_ms)
{
	size_t left = PEOPLE;

	json_list(o, "people");
	if (chosen && left--)
		put_person(o, chosen, ASSIGN_IN);
	for (size_t i = 0; i < c->n && left; i++) {
		if (&c->all[i] == chosen)
			continue;
		put_person(o, &c->all[i], assign_out(&c->all[i], c, offer, now_ms));
		left--;
	}
	json_end_list(o);
	json_put_int(o, "members", (int64_t)c->n);
}

const char *assign_why(struct arena *a, const char *publisher, const struct assign_lead *l,
		       const struct assign_match *m, const struct assign_crew *c,
		       const struct assign_person *chosen, int64_t now_ms)
{
	AUTO_BUF b = buf_new(LIMIT_RECORD);
	struct json_out o = json_out(&b);
	enum assign_way way = m->rule[0]->way;
	const struct id nobody = ID_NULL;
	enum assign_out out = c->n ? assign_out(c->all, c, l->offer, now_ms) : ASSIGN_OUT_INACTIVE;

	json_obj(&o, NULL);
	put_rule(&o, "rule", publisher, m->rule[0]);
	json_put_z(&o, "way", assign_way_text(way));
	json_put_z(&o, "reason", reason(way, c, chosen, out));
	json_put_z(&o, "to", chosen ? chosen->email : NULL);
	json_put_id(&o, "owner", chosen ? &chosen->id : &nobody);
	json_put_z(&o, "team", c->name);
	json_put_id(&o, "teamId", c->name ? &c->team : &nobody);
	json_put_z(&o, "country", l->country && *l->country ? l->country : NULL);
	json_list(&o, "others");
	for (size_t i = 1; i < m->n; i++)
		put_rule(&o, NULL, publisher, m->rule[i]);
	json_end_list(&o);
	put_people(&o, c, chosen, l->offer, now_ms);
	json_end_obj(&o);
	MUST(buf_ok(&b));
	return str_dup(a, buf_view(&b));
}
