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
