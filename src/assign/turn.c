/* Whose turn it is. */
#include <string.h>
#include "assign/parts.h"

/* A lead that they own, or that comes into their team, is in every reach but that of offers; who
 * reaches teams and is in none sees nothing. */
static bool sees(const struct assign_person *p, const struct assign_crew *c, const char *offer)
{
	if (p->reach == REACH_TEAM)
		return !id_is_null(c->team);
	if (p->reach != REACH_OFFERS)
		return p->reach != REACH_NONE;
	for (size_t i = 0; i < p->offer_count; i++)
		if (!strcmp(p->offers[i].offer, offer))
			return true;
	return false;
}

enum assign_out assign_out(const struct assign_person *p, const struct assign_crew *c,
			   const char *offer, int64_t now_ms)
{
	if (!p->may_own)
		return ASSIGN_OUT_INACTIVE;
	if (p->away_until != SQL_NULL_INT && p->away_until > now_ms)
		return ASSIGN_OUT_AWAY;
	return sees(p, c, offer) ? ASSIGN_IN : ASSIGN_OUT_REACH;
}

/* Of two alike the one who joined first, who stands first. */
static bool before(const struct assign_person *a, const struct assign_person *b,
		   enum assign_way way)
{
	if (way == ASSIGN_LEAST_LOAD && a->load != b->load)
		return a->load < b->load;
	return a->turn < b->turn;
}

struct assign_person *assign_next(const struct assign_crew *c, enum assign_way way,
				  const char *offer, int64_t now_ms)
{
	struct assign_person *best = NULL;

	if (way == ASSIGN_TEAM)
		return NULL;
	for (size_t i = 0; i < c->n; i++) {
		struct assign_person *p = &c->all[i];

		if (assign_out(p, c, offer, now_ms) == ASSIGN_IN && (!best || before(p, best, way)))
			best = p;
	}
	return best;
}

void assign_took(struct assign_crew *c, struct assign_person *p)
{
	p->turn = ++c->last;
	p->changed = true;
}

size_t assign_whom(const struct assign_crew *c, const char *offer, int64_t now_ms,
		   struct assign_person **ret)
{
	size_t n = 0;

	for (int away = 0; away < 2 && !n; away++)
		for (size_t i = 0; i < c->n; i++) {
			struct assign_person *x = &c->all[i];
			enum assign_out out = assign_out(x, c, offer, now_ms);

			if (out == (away ? ASSIGN_OUT_AWAY : ASSIGN_IN) && x->reach != REACH_OWN)
				ret[n++] = x;
		}
	return n;
}
