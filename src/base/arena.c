#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

/* Room between allocations under ASan, so that one byte too far is seen. */
#ifdef ARENA_POISONS
#define GAP 16
#else
#define GAP 0
#endif
#define ALIGN       16
#define FIRST_CHUNK (8 * 1024)

struct chunk {
	struct chunk *older;
	size_t size, used;
	_Alignas(ALIGN) char data[];
};

struct arena {
	const char *name;
	size_t cap, total;
	struct chunk *top;
};

static struct chunk *chunk_new(struct arena *a, size_t size)
{
	struct chunk *c;

	if (size > a->cap || a->total > a->cap - size)
		BUG("arena %s over its cap of %zu bytes", a->name, a->cap);
	c = malloc(sizeof(*c) + size);
	if (!c)
		BUG("out of memory in arena %s", a->name);
	*c = (struct chunk){ .older = a->top, .size = size };
	POISON(c->data, size);
	a->total += size;
	return c;
}

static void chunk_free(struct arena *a, struct chunk *c)
{
	UNPOISON(c->data, c->size);
	a->total -= c->size;
	free(c);
}

struct arena *arena_new(const char *name, size_t cap)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		BUG("out of memory for arena %s", name);
	*a = (struct arena){ .name = name, .cap = cap };
	return a;
}

void arena_reset(struct arena *a)
{
	while (a->top && a->top->older) {
		struct chunk *c = a->top;

		a->top = c->older;
		chunk_free(a, c);
	}
	if (a->top) {
		a->top->used = 0;
		POISON(a->top->data, a->top->size);
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	while (a->top) {
		struct chunk *c = a->top;

		a->top = c->older;
		chunk_free(a, c);
	}
	free(a);
}

/* Chunks double, so that a large unit of work needs few; the cap is checked in chunk_new. */
static void grow(struct arena *a, size_t need)
{
	size_t size = a->top ? a->top->size * 2 : FIRST_CHUNK;

	if (size > a->cap - a->total)
		size = a->cap - a->total;
	if (size < need)
		size = need;
	a->top = chunk_new(a, size);
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t need;
	char *p;

	if (n > a->cap)
		BUG("%zu bytes asked of arena %s with a cap of %zu", n, a->name, a->cap);
	need = (n + GAP + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!a->top || need > a->top->size - a->top->used)
		grow(a, need);
	p = a->top->data + a->top->used;
	a->top->used += need;
	UNPOISON(p, n);
	memset(p, 0, n);
	return p;
}

void *arena_alloc_n(struct arena *a, size_t size, size_t n)
{
	size_t total;

	if (__builtin_mul_overflow(size, n, &total))
		BUG("%zu x %zu bytes asked of arena %s", size, n, a->name);
	return arena_alloc(a, total);
}

char *arena_strndup(struct arena *a, const void *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	MUST(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

struct arena_mark arena_mark(struct arena *a)
{
	return (struct arena_mark){ .a = a, .chunk = a->top, .used = a->top ? a->top->used : 0 };
}

void arena_rewind(struct arena_mark *m)
{
	struct arena *a = m->a;

	while (a->top != m->chunk) {
		struct chunk *c = a->top;

		if (!c)
			BUG("a mark of another arena");
		/* The first chunk stays, also when the mark is older than it. */
		if (!c->older && !m->chunk) {
			c->used = 0;
			POISON(c->data, c->size);
			return;
		}
		a->top = c->older;
		chunk_free(a, c);
	}
	if (a->top) {
		a->top->used = m->used;
		POISON(a->top->data + m->used, a->top->size - m->used);
	}
}
