/*
 * One arena per unit of work (request, batch, attempt): everything taken from it goes away at once.
 * Memory is zeroed and aligned, never NULL: over its cap the process ends, so bound every input
 * first. Under ASan the unused rest is poisoned.
 */
#pragma once
#include <stdarg.h>
#include "base/attr.h"

struct arena;
struct arena_mark {
	struct arena *a;
	void *chunk;
	size_t used;
};

/* name: static text for messages. cap: bytes the arena may hold at most. */
struct arena *arena_new(const char *name, size_t cap) __attribute__((__returns_nonnull__));
void arena_reset(struct arena *a); /* empties it, keeps the first chunk for reuse */
void arena_free(struct arena *a);  /* NULL is fine */
void *arena_alloc(struct arena *a, size_t n) __attribute__((__returns_nonnull__));
void *arena_alloc_n(struct arena *a, size_t size, size_t n) __attribute__((__returns_nonnull__));
#define ARENA_NEW(a, T)      ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc_n((a), sizeof(T), (n)))
char *arena_strdup(struct arena *a, const char *s) __attribute__((__returns_nonnull__));
/* Copies n bytes and ends them with a NUL. */
char *arena_strndup(struct arena *a, const void *s, size_t n) __attribute__((__returns_nonnull__));
char *arena_printf(struct arena *a, const char *fmt, ...) LL_PRINTF(2, 3)
	__attribute__((__returns_nonnull__));

struct arena_mark arena_mark(struct arena *a);
void arena_rewind(struct arena_mark *m);
/* Everything taken from a in this block goes away at its end: for loops. */
/* Unused by name on purpose: its cleanup is what it is for. */
#define ARENA_SCOPE(a)                                                                             \
	LL_CLEANUP(arena_rewind)                                                                   \
	__attribute__((__unused__)) struct arena_mark scope_ = arena_mark(a)

static inline void arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}
#define AUTO_ARENA LL_CLEANUP(arena_freep) struct arena *
