/* What users said, which a rematch keeps to. */
#include "match/rematch.h"

#include <stdlib.h>

#define PAGE  1000
#define ARENA ((size_t)64 << 20)

static bool side_of(const struct rematch *r, uint32_t lead)
{
	return lead >= r->first[1];
}

static void keep_apart(struct rematch *r, struct id a, struct id b)
{
	uint32_t one = ids_find(&r->leads, a), other = ids_find(&r->leads, b);

	if (one == IDS_NONE || other == IDS_NONE || side_of(r, one) != side_of(r, other))
		return;
	if (r->vetoes == r->veto_room) {
		r->veto_room = r->veto_room ? r->veto_room * 2 : 64;
		r->veto = realloc(r->veto, r->veto_room * sizeof(*r->veto));
		MUST(r->veto);
	}
	r->veto[r->vetoes++] = (struct veto){ one, other };
	identity_batch_say(r->batch[side_of(r, one)], r->place[one], r->place[other], false);
}

/* 'different', and what was taken back and is not answered yet. */
static bool hear_different(struct rematch *r, struct sql_db *db, const char *state, struct err *e)
{
	AUTO_ARENA a = arena_new("said", ARENA);
	struct match_said_in in = { .publisher = r->publisher, .state = state, .limit = PAGE };
	size_t n = PAGE;

	while (n == PAGE) {
		struct match_said_row *rows;

		arena_reset(a);
		if (!match_said(db, &in, a, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n; i++)
			keep_apart(r, rows[i].lead_a, rows[i].lead_b);
		if (n)
			in.after = rows[n - 1].pair_id;
	}
	return true;
}

static bool pin(void *ctx, const struct match_pinned_row *row, struct err *e)
{
	struct rematch *r = ctx;
	uint32_t lead = ids_find(&r->leads, row->lead_id);

	(void)e;
	if (lead != IDS_NONE)
		r->pinned[r->from[lead]] = true;
	return true;
}

static bool mark_own_values(void *ctx, const struct match_overridden_row *row, struct err *e)
{
	struct rematch *r = ctx;
	uint32_t customer = ids_find(&r->customers, row->customer_id);

	(void)e;
	if (customer != IDS_NONE)
		r->overridden[customer] = true;
	return true;
}

/* Customers that a user merged stay whole. */
static void keep_together(struct rematch *r)
{
	uint32_t *first = calloc(r->known + 1, sizeof(*first)); /* 1 + lead */

	MUST(first);
	for (uint32_t i = 0; i < r->leads.n; i++) {
		uint32_t c = r->from[i];

		if (!r->pinned[c])
			continue;
		if (!first[c])
			first[c] = i + 1;
		else if (side_of(r, first[c] - 1) == side_of(r, i))
			identity_batch_say(r->batch[side_of(r, i)], r->place[first[c] - 1],
					   r->place[i], true);
	}
	free(first);
}

bool rematch_hear(struct rematch *r, struct sql_db *db, struct err *e)
{
	struct match_pinned_in pinned = { r->publisher, 0 };
	struct match_overridden_in own = { r->publisher, ID_NULL };

	r->pinned = calloc(r->known + 1, sizeof(*r->pinned));
	r->overridden = calloc(r->known + 1, sizeof(*r->overridden));
	MUST(r->pinned && r->overridden);
	if (!hear_different(r, db, "different", e) || !hear_different(r, db, "review", e) ||
	    !match_pinned(db, &pinned, pin, r, e) ||
	    !match_overridden(db, &own, mark_own_values, r, e))
		return false;
	keep_together(r);
	return true;
}
