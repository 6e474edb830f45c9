/*
 * What an index packs its texts and lists into: chunks that never move, addressed by 32 bits in
 * units of four bytes, so that sixteen gigabytes can be reached. Nothing is given back alone.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct pool {
	uint32_t **chunk;
	uint32_t chunks, room;
	uint32_t used; /* units of the last chunk */
};
/* bytes: at most POOL_MOST; what they hold is not said. Never 0, which is no place. */
#define POOL_MOST (1u << 16)
uint32_t pool_take(struct pool *p, size_t bytes);
void *pool_at(const struct pool *p, uint32_t at) __attribute__((__returns_nonnull__));
void pool_free(struct pool *p);
/* Gives back what was taken since: the pool as it was then. */
void pool_rewind(struct pool *p, uint32_t chunks, uint32_t used);
size_t pool_bytes(const struct pool *p);
