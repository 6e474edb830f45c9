/* A lead that a person gave to a team, told to its members. */
#include "alert/alert.h"
#include "assign/parts.h"

#define MINUTE 60000

/* Whether somebody was told of so many within a minute that the list of the team tells the rest. */
static bool is_flooded(struct sql_db *db, struct arena *a, const char *publisher, struct id account,
		       int64_t now_ms, bool *ret, struct err *e)
{
	struct notification_lately_in in = { publisher, account, id_first(now_ms - MINUTE),
					     ALERT_TEAM, ASSIGN_TOLD_EACH };
	struct notification_lately_row row = { 0 };
	int found = notification_lately(db, &in, a, &row, e);

	*ret = row.n >= ASSIGN_TOLD_EACH;
	return found >= 0;
}

bool assign_tell_team(struct sql_db *db, struct arena *a, const char *publisher, struct id team,
		      const struct assign_told *x, int64_t now_ms, struct err *e)
{
	struct alert_handed told[ASSIGN_TOLD_MOST];
	struct assign_person **whom;
	struct assign_crew crew;
	size_t found, n = 0;

	if (!assign_crew_team(db, a, publisher, team, &crew, e))
		return false;
	whom = ARENA_ARRAY(a, struct assign_person *, crew.n);
	found = assign_whom(&crew, x->offer, now_ms, whom);
	for (size_t i = 0; i < found && n < ASSIGN_TOLD_MOST; i++) {
		bool flooded;

		if (id_eq(whom[i]->id, x->by))
			continue;
		if (!is_flooded(db, a, publisher, whom[i]->id, now_ms, &flooded, e))
			return false;
		if (!flooded)
			told[n++] = (struct alert_handed){ ALERT_TEAM, x->lead, whom[i]->id,
							   x->entry, x->offer };
	}
	return !n || alert_hand_over(db, a, publisher, told, n, now_ms, e);
}
