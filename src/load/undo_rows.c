/* What an import took over from rows that were known: as it was before. */
#include <string.h>
#include "base/clock.h"
#include "load/undo.h"

#define STEP 200

/* The lead has what the row gave it, and not what somebody gave it since: 1, 0 it is gone. */
static int is_as_left(struct undoing *u, const struct undo_rows_row *r, struct load_lead_row *lead,
		      struct err *e)
{
	struct load_lead_in in = { u->publisher, r->receipt_id };
	int found = load_lead(u->db, &in, u->a, lead, e);
	char text[ID_TEXT];

	if (found <= 0)
		return found;
	if ((r->status && strcmp(lead->status, r->status) != 0 &&
	     strcmp(lead->status, r->old_status) != 0) ||
	    lead->dnc != (r->old_dnc | r->dnc)) {
		LL_IGNORE(ERR(e, ERR_CONFLICT, "import.worked-on",
			      "The lead %s has another status since: the import cannot be taken "
			      "back without a trace.",
			      id_text(lead->lead_id, text)));
		return -1;
	}
	return 1;
}

static bool each(struct undoing *u, bool write, size_t *ret_n, int64_t *after, struct err *e)
{
	struct undo_rows_in in = { u->publisher, u->load, *after, STEP };
	struct undo_rows_row *rows;

	if (!undo_rows(u->db, &in, u->a, &rows, ret_n, e))
		return false;
	for (size_t i = 0; i < *ret_n; i++) {
		const struct undo_rows_row *r = &rows[i];
		struct load_lead_row lead;
		int there = r->old_status ? is_as_left(u, r, &lead, e) : 0;
		struct load_lead_set_in set = { u->publisher, lead.lead_id, r->old_status,
						r->old_substatus, r->old_dnc };

		*after = r->n;
		if (there < 0 || (write && there && !load_lead_set(u->db, &set, NULL, e)))
			return false;
		if (write &&
		    !undo_row(u->db, &(struct undo_row_in){ u->publisher, u->load, r->n }, NULL, e))
			return false;
	}
	return true;
}

bool undo_rows_check(struct undoing *u, struct err *e)
{
	int64_t after = 0;
	size_t n = STEP;

	while (n == STEP) {
		ARENA_SCOPE(u->a);

		if (!each(u, false, &n, &after, e))
			return false;
	}
	return true;
}

int undo_rows_take(struct undoing *u, struct err *e)
{
	int64_t after = 0;
	size_t n;

	if (!each(u, true, &n, &after, e))
		return -1;
	return n == STEP;
}
