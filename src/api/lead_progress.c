/* The lead list of those that do not get on (stalled in a stage, given up after too few attempts),
 * and of those that people marked. */
#include "api/lead_reading.h"

/* What is likely to leave the fewest, if no filter does. */
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

/* Marks may be on most leads: a filter that finds few of them leads. Those of a customer have no
 * index in order. */
#define ROW(name, NAME, most)                                                                      \
	{                                                                                          \
		has_##name, LEAD_FEW_LEAD_##NAME, LEAD_PROGRESS_PAGE_VIEW_OF_##NAME, most          \
	}
static const struct {
	is_set *set;
	enum lead_few_lead few;
	enum lead_progress_page_view view;
	int64_t most;
} by_filter[] = {
	ROW(customer, CUSTOMER, FEW), ROW(owner, OWNER, FEW_MARKED),
	ROW(team, TEAM, FEW_MARKED),  ROW(offer, OFFER, FEW_MARKED),
	ROW(new, NEW, FEW_MARKED),    ROW(unread, UNREAD, FEW_MARKED),
	ROW(test, TEST, FEW_MARKED),
};

/* *ret_none: a filter finds nothing. */
static bool find_view(struct reading *r, const struct lead_marks *x,
		      enum lead_progress_page_view *ret, bool *ret_none, struct err *e)
{
	int64_t n;

	*ret = leads_by(x);
	*ret_none = false;
	for (size_t i = 0; i < LL_COUNT(by_filter); i++) {
		enum choice c = by_filter[i].set(&r->ask)
					? choose(r, by_filter[i].few, by_filter[i].most, &n, e)
					: CHOICE_MANY;

		if (c == CHOICE_FAILED)
			return false;
		*ret_none = c == CHOICE_NONE;
		if (c == CHOICE_FEW)
			*ret = by_filter[i].view;
		if (c != CHOICE_MANY)
			return true;
	}
	return true;
}

bool lead_read_progress(struct sql_db *db, const struct lead_ask *ask, const struct lead_marks *x,
			int64_t now_ms, size_t source, struct merge *m, struct arena *a,
			struct err *e)
{
	struct reading r = { .db = db, .ask = *ask, .source = source, .merge = m, .arena = a };
	struct lead_page_in *p = &r.ask.p;
	bool newest = ask->order == LEAD_ORDER_NEWEST, none;
	const char *progress = x->progress ? x->progress : "";
	enum lead_progress_page_view view;
	struct lead_progress_page_in in;
	struct lead_page_row *rows;
	size_t n;

	if (newest && ask->seq <= p->to)
		p->to = ask->seq - 1;
	if (!newest && ask->seq >= p->from)
		p->from = ask->seq + 1;
	if (!find_view(&r, x, &view, &none, e))
		return false;
	if (none)
		return true;
	in = (struct lead_progress_page_in){ p->publisher,
					     p->from,
					     p->to,
					     p->due_below,
					     p->limit,
					     p->test,
					     p->unread,
					     p->offer,
					     p->customer,
					     p->owner,
					     p->status,
					     p->substatus,
					     p->source,
					     p->action,
					     p->kind,
					     p->country,
					     p->team,
					     p->unowned,
					     now_ms,
					     x->favorite,
					     x->quality,
					     x->intent,
					     !strcmp(progress, "stalled"),
					     !strcmp(progress, "one-attempt"),
					     !strcmp(progress, "few-attempts") };
	if (!lead_progress_page(db, view,
				newest ? LEAD_PROGRESS_PAGE_ORDER_NEWEST
				       : LEAD_PROGRESS_PAGE_ORDER_OLDEST,
				&in, merge_arena(m), &rows, &n, e))
		return false;
	merge_add(m, rows, n, source);
	return true;
}
