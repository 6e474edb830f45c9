/* Private to live/: changes as events, and which of them those hear who do not reach all. */
#pragma once
#include "base/buf.h"
#include "live/live.h"
#include "store/store.h"

/* Somebody's reach in one publisher; parts after hear_begin(). */
struct hearing {
	struct sql_db *db;
	struct arena *arena;
	struct reach reach;
	const char *publisher;
	struct reach_part *parts;
	size_t n;
};
bool hear_begin(struct hearing *h, struct err *e) LL_MUST;
/* 1, 0, or -1 for an error. */
int hear_may(const struct hearing *h, const struct change_since_row *row, struct err *e) LL_MUST;
/* The events of the changes that may be heard; begins by itself. */
bool hear_write(struct hearing *h, const struct change_since_row *rows, size_t n, struct buf *b,
		struct err *e) LL_MUST;
/* One event in the text form of server-sent events. */
void hear_event(struct buf *b, const struct change_since_row *row, const char *publisher);
