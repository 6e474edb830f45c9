/*
 * How often may the same one come: a fixed-size table of counters per key (an address, an account),
 * halved as time goes by. Bounded memory: keys that hash alike share a counter, which errs on the
 * side of slowing down.
 */
#pragma once
#include "base/str.h"

struct throttle;
/* burst: how many at once; per_minute: how many come back in a minute. */
struct throttle *throttle_new(int burst, int per_minute) __attribute__((__returns_nonnull__));
void throttle_free(struct throttle *t);
/* Takes one; when there is none left: false, and *ret_wait_ms says when there will be. Thread-safe.
 */
bool throttle_take(struct throttle *t, struct str key, int64_t now_ms, int64_t *ret_wait_ms);
/* Gives the key all of its burst back (after a success). */
void throttle_forgive(struct throttle *t, struct str key);
