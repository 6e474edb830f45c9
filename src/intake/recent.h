/*
 * What arrived lately, in memory: which receipt the same bytes at the same offer already have. For
 * a store with one writing process (SQLite): a unique index over hashes would put each lead on a
 * random page of its own, which costs twice as much as all the rest of storing it.
 *
 * Bounded: the oldest is forgotten when `max` newer ones came, so the repeat window ends there at
 * the latest. Not thread-safe: used only by whoever holds the store's write lock.
 */
#pragma once
#include "base/hash.h"
#include "base/id.h"
#include "store/store.h"

struct recent;
struct recent *recent_new(size_t max) __attribute__((__returns_nonnull__));
void recent_free(struct recent *r);

/* Of the body's hash and that of its offer, one key: half of BLAKE2b is more than enough to tell
 * leads apart. */
struct recent_key {
	uint8_t b[16];
};
struct recent_key recent_key(const void *body_hash, struct hash scope);

/* The receipt with this key that arrived after `since`, in ms. The time is given and not that of
 * the id: ids only rise, the clock may be set back. */
bool recent_find(const struct recent *r, struct recent_key key, int64_t since, struct id *ret);
/* Remembers; an older receipt of the same key is forgotten. */
void recent_add(struct recent *r, struct recent_key key, struct id receipt, int64_t at);

/* Of publisher and offer: what equal bytes must share to be the same. */
struct hash recent_scope(struct arena *a, const char *publisher, const char *offer);

/*
 * recall.c: what the process before has stored, newest first and a piece with each batch, so that a
 * crash forgets few repeats and a start waits for none of them. What is not remembered yet becomes
 * a receipt of its own, and a touch: nothing is lost. Starts as zeros.
 */
struct recall {
	struct recent *recent; /* NULL before the first piece; owned */
	size_t publisher; /* place in the list of them; a new one among them is not looked for */
	struct id before;
	int pieces;
};
/* since: where the window begins, in ms. Reads little or nothing once all is there. */
bool recall_more(struct recall *c, struct sql_db *db, struct arena *a, int64_t since,
		 struct err *e) LL_MUST;
