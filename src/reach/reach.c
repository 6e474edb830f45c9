#include "reach/reach.h"

#include <string.h>

static struct reach_part *one(struct arena *a, const char *publisher, struct id owner)
{
	struct reach_part *part = ARENA_NEW(a, struct reach_part);

	*part = (struct reach_part){ .publisher = publisher, .owner = owner };
	return part;
}

static bool of_teams(struct sql_db *db, struct arena *a, struct id account, const char *publisher,
		     struct reach_part **ret, size_t *ret_n, struct err *e)
{
	struct reach_teams_row *rows;

	if (!reach_teams(db, &(struct reach_teams_in){ publisher, account }, a, &rows, ret_n, e))
		return false;
	*ret = ARENA_ARRAY(a, struct reach_part, *ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct reach_part){ .publisher = publisher, .team = rows[i].team_id };
	return true;
}

static bool of_offers(struct sql_db *db, struct arena *a, struct id holder, const char *publisher,
		      struct reach_part **ret, size_t *ret_n, struct err *e)
{
	struct reach_offers_row *rows;

	if (!reach_offers(db, &(struct reach_offers_in){ publisher, holder }, a, &rows, ret_n, e))
		return false;
	*ret = ARENA_ARRAY(a, struct reach_part, *ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] =
			(struct reach_part){ .publisher = publisher, .offer = rows[i].offer_id };
	return true;
}

bool reach_parts(struct sql_db *db, struct arena *a, const struct reach *r, const char *publisher,
		 struct reach_part **ret, size_t *ret_n, struct err *e)
{
	*ret = NULL;
	*ret_n = 0;
	switch (r->kind) {
	case REACH_NONE: return true;
	case REACH_ALL:
		*ret = one(a, publisher, ID_NULL);
		*ret_n = 1;
		return true;
	case REACH_OWN:
		*ret = one(a, publisher, r->holder);
		*ret_n = !id_is_null(r->holder);
		return true;
	case REACH_TEAM: return of_teams(db, a, r->holder, publisher, ret, ret_n, e);
	case REACH_OFFERS: return of_offers(db, a, r->holder, publisher, ret, ret_n, e);
	}
	return true;
}

static bool in_part(const struct reach_part *part, struct id owner, struct id team,
		    const char *offer)
{
	return (id_is_null(part->owner) || id_eq(part->owner, owner)) &&
	       (id_is_null(part->team) || id_eq(part->team, team)) &&
	       (!part->offer || !strcmp(part->offer, offer));
}

bool reach_holds(const struct reach_part *parts, size_t n, struct id owner, struct id team,
		 const char *offer)
{
	for (size_t i = 0; i < n; i++)
		if (in_part(&parts[i], owner, team, offer))
			return true;
	return false;
}

static bool narrow_id(struct id part, struct id *filter)
{
	if (id_is_null(part))
		return true;
	if (!id_is_null(*filter) && !id_eq(*filter, part))
		return false;
	*filter = part;
	return true;
}

enum reach_by reach_by(const struct reach_part *part)
{
	return !id_is_null(part->owner)  ? REACH_BY_OWNER
	       : !id_is_null(part->team) ? REACH_BY_TEAM
	       : part->offer             ? REACH_BY_OFFER
					 : REACH_BY_NOTHING;
}

int reach_has_few(struct sql_db *db, struct arena *a, const struct reach_part *part, int64_t most,
		  struct err *e)
{
	static const enum lead_few_lead leads[] = { [REACH_BY_OWNER] = LEAD_FEW_LEAD_OWNER,
						    [REACH_BY_TEAM] = LEAD_FEW_LEAD_TEAM,
						    [REACH_BY_OFFER] = LEAD_FEW_LEAD_OFFER };
	struct lead_few_in in = { .publisher = part->publisher,
				  .to = INT64_MAX,
				  .due_below = INT64_MAX,
				  .limit = most,
				  .owner = part->owner,
				  .team = part->team,
				  .offer = part->offer };
	enum reach_by by = reach_by(part);
	struct lead_few_row row;

	if (by == REACH_BY_NOTHING)
		return 0;
	return lead_few(db, leads[by], &in, a, &row, e) < 0 ? -1 : row.n < most;
}

bool reach_narrow(const struct reach_part *part, struct lead_page_in *p)
{
	if (part->offer && p->offer && strcmp(part->offer, p->offer) != 0)
		return false;
	p->offer = part->offer ? part->offer : p->offer;
	return narrow_id(part->owner, &p->owner) && narrow_id(part->team, &p->team);
}

int reach_has_lead(struct sql_db *db, struct arena *a, const struct reach *r, const char *publisher,
		   struct id lead, struct err *e)
{
	struct reach_part *parts;
	struct reach_lead_row l;
	size_t n;
	int found = reach_lead(db, &(struct reach_lead_in){ publisher, lead }, a, &l, e);

	if (found <= 0)
		return found;
	if (!reach_parts(db, a, r, publisher, &parts, &n, e))
		return -1;
	return reach_holds(parts, n, l.owner_id, l.team_id, l.offer_id);
}

int reach_has_customer(struct sql_db *db, struct arena *a, const struct reach *r,
		       const char *publisher, struct id customer, struct err *e)
{
	struct reach_customer_row *rows;
	struct reach_part *parts;
	size_t n, count;

	if (!reach_customer(db, &(struct reach_customer_in){ publisher, customer }, a, &rows,
			    &count, e) ||
	    !reach_parts(db, a, r, publisher, &parts, &n, e))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (reach_holds(parts, n, rows[i].owner_id, rows[i].team_id, rows[i].offer_id))
			return 1;
	return 0;
}
