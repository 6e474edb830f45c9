/* Customers that the matcher joined because of a lead that goes. */
#include <string.h>
#include "customer/customer.h"
#include "load/undo.h"

/* What users did since with the same leads stays, and with it what was joined. */
static bool part(struct undoing *u, struct id regroup, bool *ret_any, struct err *e)
{
	struct customer_who w = { u->publisher, u->actor, u->now_ms };
	struct customer_change done;

	if (customer_undo(u->db, u->a, &w, regroup, &done, e)) {
		*ret_any = true;
		return true;
	}
	if (strcmp(e->code, "regroup.later") != 0 && strcmp(e->code, "regroup.gone") != 0 &&
	    strcmp(e->code, "regroup.undone") != 0)
		return false;
	*e = (struct err){ 0 };
	return true;
}

bool undo_part(struct undoing *u, bool *ret_any, struct err *e)
{
	struct undo_joined_in *ask = ARENA_ARRAY(u->a, struct undo_joined_in, u->n + 1);
	struct undo_joined_row *rows = ARENA_ARRAY(u->a, struct undo_joined_row, u->n + 1);
	bool *found = ARENA_ARRAY(u->a, bool, u->n + 1);
	size_t n = 0;

	*ret_any = false;
	for (size_t i = 0; i < u->n; i++)
		if (u->made[i])
			ask[n++] = (struct undo_joined_in){ u->publisher, u->lead[i].lead_id };
	if (n && !undo_joined_batch(u->db, ask, n, u->a, rows, found, e))
		return false;
	while (n--) /* the latest first */
		if (found[n] && !part(u, rows[n].regroup_id, ret_any, e))
			return false;
	return true;
}
