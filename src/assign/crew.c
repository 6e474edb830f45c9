/* The people that leads may go to, as the store has them. */
#include <string.h>
#include "assign/parts.h"

bool assign_may_own(const char *publisher, const char *of, const char *role, bool active)
{
	return active && role_of(str_of(role)) >= ROLE_SELLER && (!*of || !strcmp(of, publisher));
}

static bool offers_of(struct sql_db *db, struct arena *a, const char *publisher,
		      struct assign_person *p, struct err *e)
{
	const struct reach r = { p->reach, p->id };

	return p->reach != REACH_OFFERS ||
	       reach_parts(db, a, &r, publisher, &p->offers, &p->offer_count, e);
}

bool assign_crew_team(struct sql_db *db, struct arena *a, const char *publisher, struct id team,
		      struct assign_crew *ret, struct err *e)
{
	struct assign_members_in in = { publisher, team };
	struct team_list_row t = { .name = NULL };
	struct assign_crew c = { .team = team };
	struct assign_members_row *rows;

	if (team_get(db, &(struct team_get_in){ publisher, team }, a, &t, e) < 0 ||
	    !assign_members(db, &in, a, &rows, &c.n, e))
		return false;
	c.name = t.name;
	c.all = ARENA_ARRAY(a, struct assign_person, c.n + 1);
	for (size_t i = 0; i < c.n; i++) {
		const struct assign_members_row *r = &rows[i];
		int64_t turn = r->turn == SQL_NULL_INT ? 0 : r->turn;

		c.all[i] = (struct assign_person){
			.id = r->account_id,
			.email = r->email,
			.may_own = assign_may_own(publisher, r->publisher_id, r->role, r->active),
			.away_until = r->away_until,
			.reach = reach_of(str_of(r->reach)),
			.turn = turn,
		};
		c.last = turn > c.last ? turn : c.last;
		if (!offers_of(db, a, publisher, &c.all[i], e))
			return false;
	}
	*ret = c;
	return true;
}

bool assign_crew_person(struct sql_db *db, struct arena *a, const char *publisher, struct id person,
			struct assign_crew *ret, struct err *e)
{
	struct assign_person_in in = { publisher, person };
	struct assign_first_team_in first = { publisher, person };
	struct assign_crew c = { .person = person };
	struct assign_first_team_row team;
	struct assign_person_row r;
	int found = assign_person(db, &in, a, &r, e);

	if (found < 0)
		return false;
	c.all = ARENA_ARRAY(a, struct assign_person, 1);
	c.n = found > 0;
	if (found > 0) {
		c.all[0] = (struct assign_person){
			.id = person,
			.email = r.email,
			.may_own = assign_may_own(publisher, r.publisher_id, r.role, r.active),
			.away_until = r.away_until,
			.reach = reach_of(str_of(r.reach)),
		};
		if (!offers_of(db, a, publisher, &c.all[0], e))
			return false;
	}
	found = assign_first_team(db, &first, a, &team, e);
	if (found > 0) {
		c.team = team.team_id;
		c.name = team.name;
	}
	*ret = c;
	return found >= 0;
}

bool assign_to(struct sql_db *db, struct arena *a, const char *publisher, struct id person,
	       struct assign_choice *ret, bool *ret_may, struct err *e)
{
	struct assign_crew c;

	*ret_may = false;
	if (!assign_crew_person(db, a, publisher, person, &c, e))
		return false;
	*ret_may = c.n && c.all[0].may_own;
	if (*ret_may)
		*ret = (struct assign_choice){ .owner = person,
					       .team = c.name ? c.team : ID_NULL,
					       .email = c.all[0].email };
	return true;
}

bool assign_crew_count(struct sql_db *db, struct arena *a, const char *publisher,
		       struct assign_crew *c, struct err *e)
{
	for (size_t i = 0; i < c->n; i++) {
		struct assign_person *p = &c->all[i];
		struct assign_load_row row;

		if (p->counted)
			continue;
		if (assign_load(db, &(struct assign_load_in){ publisher, p->id }, a, &row, e) < 0)
			return false;
		/* Those that were picked since the crew was read are not written yet. */
		p->load += row.n;
		p->counted = true;
	}
	return true;
}
