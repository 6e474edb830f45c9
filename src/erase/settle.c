/* SQLite's search index keeps words that were deleted until its pieces are merged into one. */
#include "erase/parts.h"

#define NOTHING_DONE 2 /* FTS5: so few writes mean that there was nothing to merge */

/* Within one transaction, so that no erasure comes between the last look and the mark. */
static bool step(struct sql_db *db, struct arena *a, int64_t now_ms, bool *ret_again, struct err *e)
{
	struct erasure_settled_in settled = { now_ms };
	struct search_writes_row before, after;
	AUTO_TX tx = { 0 };

	if (!sql_begin(db, &tx, e) || search_writes(db, a, &before, e) < 0 ||
	    !search_scrub(db, NULL, e) || search_writes(db, a, &after, e) < 0)
		return false;
	*ret_again = after.n - before.n >= NOTHING_DONE;
	return (*ret_again || erasure_settled(db, &settled, NULL, e)) && sql_commit(&tx, e);
}

bool erase_settle(struct sql_db *db, struct arena *a, int64_t now_ms, bool *ret_again,
		  struct err *e)
{
	struct erasure_open_row row;
	int found = erasure_open(db, a, &row, e);

	*ret_again = false;
	return found > 0 ? step(db, a, now_ms, ret_again, e) : found == 0;
}
