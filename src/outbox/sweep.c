/* The log of attempts is kept for a set time. */
#include "outbox/outbox.h"
#include "store/store.h"

#define PIECE 500 /* deliveries at a time: writers wait for it */

bool outbox_sweep(struct sql_db *db, struct arena *a, const char *publisher, int64_t before_ms,
		  bool *ret_again, struct err *e)
{
	struct attempt_sweep_in in = { publisher, id_first(before_ms), before_ms, PIECE };
	struct attempt_sweep_row *rows;
	size_t n;

	if (!attempt_sweep(db, &in, a, &rows, &n, e))
		return false;
	*ret_again |= n >= PIECE;
	return true;
}
