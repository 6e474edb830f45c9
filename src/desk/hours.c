/* The promise of a first response in working time. */
#include "calendar/calendar.h"
#include "desk/parts.h"

#define MINUTE 60000LL

static bool days_off(struct sql_db *db, struct arena *a, const char *publisher, struct id calendar,
		     struct calendar_day **ret, size_t *ret_n, struct err *e)
{
	struct calendar_days_row *rows;
	size_t n;

	if (!calendar_days(db, &(struct calendar_days_in){ publisher, calendar }, a, &rows, &n, e))
		return false;
	*ret = ARENA_ARRAY(a, struct calendar_day, n + 1);
	*ret_n = n;
	for (size_t i = 0; i < n; i++)
		if (!calendar_day_parse(str_of(rows[i].day), &(*ret)[i], e))
			return false;
	return true;
}

static bool open_row(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct calendar_of_row *row, struct calendar **ret, struct err *e)
{
	struct calendar_week week;
	struct calendar_day *off;
	size_t n;

	return calendar_week_parse(str_of(row->hours), &week, e) &&
	       days_off(db, a, publisher, row->calendar_id, &off, &n, e) &&
	       calendar_open(row->zone, &week, off, n, ret, e);
}

bool desk_calendar(struct sql_db *db, struct arena *a, const char *publisher, struct id owner,
		   struct calendar **ret, struct calendar_of_row *ret_row, struct err *e)
{
	struct calendar_of_in in = { publisher, owner };
	struct calendar_of_row row;
	int found = calendar_of(db, &in, a, &row, e);

	if (found <= 0)
		return found == 0;
	if (!open_row(db, a, publisher, &row, ret, e))
		return false;
	if (ret_row)
		*ret_row = row;
	return true;
}

/* What was answered, or closed before that, is judged by the hours of who owned it then, whoever
 * owns it now. end: of its clock. */
static bool judging(struct sql_db *db, struct arena *a, const struct lead_page_row *l, int64_t end,
		    struct calendar **ret, struct calendar_of_row *ret_row, struct err *e)
{
	struct calendar_judged_in answered = { l->publisher_id, l->lead_id, end };
	struct calendar_closed_in closed = { l->publisher_id, l->lead_id, end };
	int found = 0;

	if (end != SQL_NULL_INT && end == l->responded_at)
		found = calendar_judged(db, &answered, a, ret_row, e);
	else if (end != SQL_NULL_INT && end == l->closed_at)
		found = calendar_closed(db, &closed, a, ret_row, e);
	if (found < 0)
		return false;
	return found ? open_row(db, a, l->publisher_id, ret_row, ret, e)
		     : desk_calendar(db, a, l->publisher_id, l->owner_id, ret, ret_row, e);
}

bool desk_owes(const struct lead_page_row *l)
{
	return l->due_sort != LEAD_DUE_NONE;
}

int64_t desk_clock_end(const struct lead_page_row *l, int64_t now_ms)
{
	bool answered = l->responded_at != SQL_NULL_INT, closed = l->closed_at != SQL_NULL_INT;

	if (answered && (!closed || l->responded_at <= l->closed_at))
		return l->responded_at;
	return desk_owes(l) ? now_ms : l->closed_at;
}

bool desk_hours(struct sql_db *db, struct arena *a, const struct lead_page_row *l, int64_t now_ms,
		struct desk_hours *ret, struct err *e)
{
	struct desk_hours h = { .promise_ms = 0 };
	int64_t end = desk_clock_end(l, now_ms);
	struct calendar_of_row row;
	AUTO_CALENDAR c = NULL;

	*ret = h;
	if (l->due_at == SQL_NULL_INT)
		return true;
	if (!judging(db, a, l, end, &c, &row, e))
		return false;
	if (!c)
		return true;
	h.calendar = row.calendar_id;
	h.name = row.name;
	h.zone = row.zone;
	h.promise_ms = row.response_minutes * MINUTE;
	h.worked_ms = end == SQL_NULL_INT ? -1 : calendar_worked(c, l->received_at, end);
	h.due_at = calendar_after(c, l->received_at, h.promise_ms);
	h.breached = end != SQL_NULL_INT && end > h.due_at;
	if (h.due_at == CALENDAR_NEVER)
		h.due_at = SQL_NULL_INT;
	*ret = h;
	return true;
}
