/* What can be done with a lead now. */
#include <string.h>
#include "desk/parts.h"

static int64_t expires_at(const struct lead_page_row *l, const struct desk_view *v)
{
	bool waits = v->works && l->due_at != SQL_NULL_INT && l->responded_at == SQL_NULL_INT &&
		     lead_status_of(str_of(l->status)) == LEAD_NEW;

	return waits ? l->received_at + DESK_EXPIRY_MS : SQL_NULL_INT;
}

static bool see_owner(struct sql_db *db, struct arena *a, struct id owner, struct desk_view *v,
		      struct err *e)
{
	struct account_get_in in = { owner };

	return id_is_null(owner) || account_get(db, &in, a, &v->owner, e) >= 0;
}

/* What desk_undo() would refuse is not offered. */
static bool see_undo(struct sql_db *db, struct arena *a, const struct lead_page_row *l,
		     int64_t now_ms, struct desk_view *v, struct err *e)
{
	struct move_last_in in = { l->publisher_id, l->lead_id };
	int found = v->works ? move_last(db, &in, a, &v->undo, e) : 0;

	if (found > 0 &&
	    (!strcmp(v->undo.event, desk_event_text(DESK_EXPIRE)) ||
	     now_ms - v->undo.at > DESK_UNDO_MS || strcmp(v->undo.to_substatus, l->substatus) != 0))
		v->undo = (struct move_last_row){ 0 };
	return found >= 0;
}

/* Where it stands, what it goes through, and what is met of the checklist. */
static bool see_process(struct sql_db *db, struct arena *a, const struct lead_page_row *l,
			struct desk_view *v, struct err *e)
{
	struct check_list_in in = { l->publisher_id, l->lead_id };
	struct stage_get_in key = { l->publisher_id, l->lead_id };
	struct stage_get_row stage = { .stage = NULL };
	int found = 0;

	if (stage_get(db, &key, a, &stage, e) < 0)
		return false;
	if (stage.stage && lead_status_of(str_of(l->status)) == LEAD_ACTIVE)
		found = desk_process_get(db, a, l->publisher_id, stage.process_id, &v->process, e);
	if (found > 0)
		v->stage = stage;
	return (found > 0 || (found == 0 && desk_process_for(db, a, l->publisher_id, l->offer_id,
							     &v->process, e))) &&
	       check_list(db, &in, a, &v->checks, &v->check_count, e);
}

bool desk_seen(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
	       struct engagement_get_row *ret, struct err *e)
{
	struct engagement_get_in in = { publisher, lead };

	*ret = desk_nothing();
	return engagement_get(db, &in, a, ret, e) >= 0;
}

bool desk_see(struct sql_db *db, struct arena *a, const struct engagement_get_row *seen,
	      const struct lead_page_row *l, int64_t now_ms, struct desk_view *ret, struct err *e)
{
	enum lead_substatus at = lead_substatus_of(str_of(l->substatus));
	struct desk_view v = { .g = *seen, .works = desk_is_worked(l->kind, l->test != 0) };

	for (const struct desk_move *m = desk_moves; m->event != DESK_EVENT_NONE; m++)
		if (v.works && m->from == at && m->event != DESK_EXPIRE)
			v.can[m->event] = true;
	v.expires_at = expires_at(l, &v);
	if (!see_owner(db, a, l->owner_id, &v, e) || !see_undo(db, a, l, now_ms, &v, e) ||
	    (v.works && !see_process(db, a, l, &v, e)))
		return false;
	*ret = v;
	return true;
}
