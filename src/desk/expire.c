/* Leads that nobody answered in time. */
#include "desk/parts.h"

#define DAY  (24LL * 3600 * 1000)
#define STEP 100 /* leads of one run */

/* A lead that was answered since it was listed stays as it is. */
static bool expire_one(struct sql_db *db, struct arena *a, const struct desk_who *who,
		       struct id lead, struct err *e)
{
	struct desk_lead d;
	AUTO_TX tx = { 0 };
	enum lead_substatus to;
	struct err no;

	if (!sql_begin(db, &tx, e) || !desk_open(&d, db, a, who, lead, NULL, e))
		return false;
	if (d.l.responded_at != SQL_NULL_INT || !desk_is_worked(d.l.kind, d.l.test != 0) ||
	    !desk_move(d.stage, DESK_EXPIRE, &to, &no))
		return true;
	return desk_transit(&d, DESK_EXPIRE, NULL, NULL, e) && desk_write(&d, true, e) &&
	       sql_commit(&tx, e);
}

bool desk_expire(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_more, struct err *e)
{
	struct desk_who clock = { .publisher = publisher, .actor = "leadline", .now_ms = now_ms };
	struct lead_class_in after = { publisher, "", "", "" };
	int64_t before = now_ms - DESK_EXPIRY_MS;
	struct lead_class_row class;
	struct desk_expiring_row *rows;
	size_t left = STEP, n;
	int found;

	while (left && (found = lead_class(db, &after, a, &class, e)) != 0) {
		struct desk_expiring_in in = { publisher, class.kind, class.source, class.action,
					       /* promised within a day */
					       before + DAY, before, (int64_t)left };

		if (found < 0 || !desk_expiring(db, &in, a, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!expire_one(db, a, &clock, rows[i].lead_id, e))
				return false;
		left -= n;
		after.kind = class.kind;
		after.source = class.source;
		after.action = class.action;
	}
	*ret_more = !left;
	return true;
}
