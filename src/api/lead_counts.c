/* How many leads wait for somebody. They are counted by an index of their own, and not far. */
#include "api/handlers.h"

#define COUNT_MAX 1000 /* more are told as so many */

static bool add_few(struct http_request *rq, enum lead_few_lead lead, const struct lead_few_in *in,
		    int64_t *n, struct err *e)
{
	struct lead_few_row row;

	if (lead_few(db_of(rq), lead, in, rq->arena, &row, e) < 0)
		return false;
	*n += row.n;
	return true;
}

/* Those that owe a first response, due below a time. */
static bool add_owed(struct http_request *rq, const char *publisher, int64_t due_below, int64_t *n,
		     struct err *e)
{
	struct lead_few_in in = { .publisher = publisher,
				  .to = INT64_MAX,
				  .due_below = due_below,
				  .limit = COUNT_MAX - *n };

	return *n >= COUNT_MAX || add_few(rq, LEAD_FEW_LEAD_OWED, &in, n, e);
}

static bool add_unowned(struct http_request *rq, const char *publisher, int64_t due_below,
			int64_t *n, struct err *e)
{
	struct lead_few_in in = { .publisher = publisher,
				  .due_below = due_below,
				  .limit = COUNT_MAX - *n };

	return *n >= COUNT_MAX || add_few(rq, LEAD_FEW_LEAD_UNOWNED, &in, n, e);
}

bool write_lead_counts(struct http_request *rq, struct json_out *o, const struct scope *scope,
		       struct err *e)
{
	int64_t owed = 0, overdue = 0, unowned = 0, unowned_owed = 0;

	for (size_t i = 0; i < scope->n; i++) {
		ARENA_SCOPE(rq->arena);
		const char *p = scope->publishers[i];

		if (!add_owed(rq, p, LEAD_DUE_NONE, &owed, e) ||
		    !add_owed(rq, p, rq->now_ms, &overdue, e) ||
		    !add_unowned(rq, p, INT64_MAX, &unowned, e) ||
		    !add_unowned(rq, p, LEAD_DUE_NONE, &unowned_owed, e))
			return false;
	}
	json_put_int(o, "owed", owed);
	json_put_int(o, "overdue", overdue);
	json_put_int(o, "unassigned", unowned);
	json_put_int(o, "unassignedOwed", unowned_owed);
	return true;
}
