/* What matching anew found, as a regroup. */
#include "customer/parts.h"

/* The plan was made before: what has moved since is not thought over here. */
static bool still_there(struct sql_db *db, struct arena *a, const char *publisher,
			const struct customer_move *m, struct err *e)
{
	struct member_of_row now;
	int found = member_of(db, &(struct member_of_in){ publisher, m->lead }, a, &now, e);

	if (found < 0)
		return false;
	return (found && id_eq(now.customer_id, m->from)) ||
	       ERR(e, ERR_CONFLICT, "customers.moved",
		   "A lead went to another customer meanwhile.");
}

bool customer_rematch(struct sql_db *db, struct arena *a, const struct customer_who *w,
		      const struct customer_move *moves, size_t n, const struct customer_link *why,
		      size_t links, struct customer_change *ret, struct err *e)
{
	struct moves all = { NULL, 0, 0 };
	struct pairs pairs = { NULL, 0, 0 };
	int64_t order;

	if (!customer_lock(db, a, &order, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!still_there(db, a, w->publisher, &moves[i], e))
			return false;
		moves_add(a, &all, moves[i]);
	}
	for (size_t i = 0; i < links; i++)
		if (!pairs_tell(db, a, w, &pairs, &why[i], "same", e))
			return false;
	ret->customer = n ? moves[0].to : ID_NULL;
	return regroup_now(db, a, w, "rematch", order, &all, &pairs, ret, e);
}
