/* What an import took over from rows that were known: as it was before. */
#include <string.h>
#include "alert/alert.h"
#include "base/clock.h"
#include "hook/hook.h"
#include "load/parts.h"
#include "load/undo.h"

#define STEP 200

static bool is_in(const struct load_lead_row *lead, const char *status, const char *substatus)
{
	return strcmp(lead->status, status) == 0 && strcmp(lead->substatus, substatus) == 0;
}

/* The row moved the state, and not only "do not contact". */
static bool moved(const struct undo_rows_row *r)
{
	return r->status &&
	       status_rank(r->status, r->substatus) > status_rank(r->old_status, r->old_substatus);
}

/* Read, and held where it is to be written. 1, 0 it is gone. */
static int find(struct undoing *u, const struct undo_rows_row *r, bool write,
		struct load_lead_row *ret, struct err *e)
{
	struct load_lead_in in = { u->publisher, r->receipt_id };
	struct load_lead_hold_in hold = { u->publisher, r->receipt_id };

	return write ? load_lead_hold(u->db, &hold, u->a, ret, e)
		     : load_lead(u->db, &in, u->a, ret, e);
}

/* The lead has what the row gave it, and not what somebody gave it since: 1, 0 it is gone. */
static int is_as_left(struct undoing *u, const struct undo_rows_row *r, bool write,
		      struct load_lead_row *lead, struct err *e)
{
	int found = find(u, r, write, lead, e);
	char text[ID_TEXT];

	if (found <= 0)
		return found;
	if ((moved(r) && !is_in(lead, r->status, r->substatus) &&
	     !is_in(lead, r->old_status, r->old_substatus)) ||
	    lead->dnc != (r->old_dnc | r->dnc)) {
		LL_IGNORE(ERR(e, ERR_CONFLICT, "import.worked-on",
			      "The lead %s has another status since: the import cannot be taken "
			      "back without a trace.",
			      id_text(lead->lead_id, text)));
		return -1;
	}
	return 1;
}

/* As before the row, unless somebody has answered since. Rows of before that was written down: what
 * is new does. */
static bool owes(const struct undo_rows_row *r, const struct load_lead_row *lead)
{
	bool owed = r->old_owed == SQL_NULL_INT ? lead_status_of(str_of(r->old_status)) == LEAD_NEW
						: r->old_owed != 0;

	return owed && lead->responded_at == SQL_NULL_INT;
}

/* What the row did not move stays as it is. */
static bool put_back(struct undoing *u, const struct undo_rows_row *r,
		     const struct load_lead_row *lead, struct err *e)
{
	bool all = moved(r);
	struct load_lead_set_in set = { u->publisher,
					lead->lead_id,
					all ? r->old_status : lead->status,
					all ? r->old_substatus : lead->substatus,
					r->old_dnc,
					owes(r, lead) };
	struct load_engagement_in engagement = { u->publisher, lead->lead_id, set.status };

	return load_lead_set(u->db, &set, NULL, e) &&
	       (!strcmp(set.status, lead->status) ||
		alert_keep(u->db, u->publisher, set.lead, set.owes != 0, u->now_ms, e)) &&
	       load_engagement(u->db, &engagement, NULL, e) &&
	       hook_updated(u->db, u->a, u->publisher, lead->lead_id, u->now_ms, e);
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
		int there = r->old_status ? is_as_left(u, r, write, &lead, e) : 0;

		*after = r->n;
		if (there < 0 || (write && there && !put_back(u, r, &lead, e)))
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
