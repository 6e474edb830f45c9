/* Private to live/: changes as events, and which of them those hear who do not reach all. */
#pragma once
#include "base/buf.h"
#include "live/live.h"
#include "store/store.h"

/* Some changes of one publisher, and what tells who reaches the leads that they are of. */
struct hear_page {
	const char *publisher;
	const struct change_since_row *rows;
	size_t n;
	struct reach_lead_row *leads; /* of each row; NULL: only those are asked who reach all */
	bool *found;                  /* the row is of a lead, which is there */
};
/* Reads the leads of all rows at once, for any number of listeners. rows are kept, not copied. */
bool hear_page(struct sql_db *db, struct arena *a, const char *publisher,
	       const struct change_since_row *rows, size_t n, struct hear_page *ret,
	       struct err *e) LL_MUST;

/* Somebody's reach in one publisher. */
struct hearing {
	struct reach reach;
	struct reach_part *parts;
	size_t n;
};
bool hear_begin(struct sql_db *db, struct arena *a, const struct reach *r, const char *publisher,
		struct hearing *ret, struct err *e) LL_MUST;
/* Whether row i may be heard; reads nothing. */
bool hear_may(const struct hearing *h, const struct hear_page *p, size_t i);
/* The events of the changes that may be heard. */
void hear_write(const struct hearing *h, const struct hear_page *p, struct buf *b);
/* One event in the text form of server-sent events. */
void hear_event(struct buf *b, const struct change_since_row *row, const char *publisher);
