/* The lead list of those that do not get on (stalled in a stage, given up after too few attempts),
 * and of those that people marked. */
#include "api/lead_read.h"

#include <string.h>

/* What is likely to leave the fewest. */
static enum lead_progress_page_view leads_by(const struct lead_marks *x)
{
	if (x->progress)
		return !strcmp(x->progress, "stalled")        ? LEAD_PROGRESS_PAGE_VIEW_STALLED
		       : !strcmp(x->progress, "few-attempts") ? LEAD_PROGRESS_PAGE_VIEW_FEW
							      : LEAD_PROGRESS_PAGE_VIEW_ONCE;
	return x->favorite ? LEAD_PROGRESS_PAGE_VIEW_FAVORITE
	       : x->intent ? LEAD_PROGRESS_PAGE_VIEW_INTENT
			   : LEAD_PROGRESS_PAGE_VIEW_QUALITY;
}

bool lead_read_progress(struct sql_db *db, const struct lead_ask *ask, const struct lead_marks *x,
			int64_t now_ms, size_t source, struct merge *m, struct err *e)
{
	const struct lead_page_in *p = &ask->p;
	bool newest = ask->order == LEAD_ORDER_NEWEST;
	struct lead_progress_page_in in = { p->publisher, p->from,    p->to,     p->due_below,
					    p->limit,     p->test,    p->unread, p->offer,
					    p->customer,  p->owner,   p->status, p->substatus,
					    p->source,    p->action,  p->kind,   p->country,
					    p->team,      p->unowned, now_ms,    x->favorite,
					    x->quality,   x->intent };
	struct lead_page_row *rows;
	size_t n;

	if (newest && ask->seq <= in.to)
		in.to = ask->seq - 1;
	if (!newest && ask->seq >= in.from)
		in.from = ask->seq + 1;
	if (!lead_progress_page(db, leads_by(x),
				newest ? LEAD_PROGRESS_PAGE_ORDER_NEWEST
				       : LEAD_PROGRESS_PAGE_ORDER_OLDEST,
				&in, merge_arena(m), &rows, &n, e))
		return false;
	merge_add(m, rows, n, source);
	return true;
}
