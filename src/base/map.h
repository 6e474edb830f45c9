/*
 * 64-bit keys to 32-bit values other than 0, eight bytes a place. Only 38 bits of a key are kept:
 * of ten million keys one look-up in thirty thousand finds another key's value. It grows piece by
 * piece, so that no single addition moves more than a part.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define MAP_PIECES 64

struct map_place {
	uint32_t print, value; /* value 0: free */
};
struct map {
	struct map_piece {
		struct map_place *at;
		uint32_t size, used;
	} piece[MAP_PIECES];
};
void map_free(struct map *m);
/* The value's place until the next map_put() or map_drop(); NULL when the key is not there. */
uint32_t *map_find(const struct map *m, uint64_t key);
/* The same, made with the value 0 when it is not there: the caller writes another one at once. */
uint32_t *map_put(struct map *m, uint64_t key) __attribute__((__returns_nonnull__));
void map_drop(struct map *m, uint64_t key); /* fine when it is not there */
size_t map_bytes(const struct map *m);
