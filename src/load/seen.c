/* The keys that a dry run has met: it writes nothing that could tell them. */
#include <stdlib.h>
#include <string.h>
#include "load/open.h"

#define FIRST_SIZE 65536

struct seen_keys {
	uint64_t *cells; /* 0: free */
	size_t size, used;
};

struct seen_keys *seen_new(void)
{
	struct seen_keys *s = calloc(1, sizeof(*s));

	MUST(s != NULL);
	s->size = FIRST_SIZE;
	s->cells = calloc(s->size, sizeof(*s->cells));
	MUST(s->cells != NULL);
	return s;
}

void seen_free(struct seen_keys *s)
{
	if (s)
		free(s->cells);
	free(s);
}

static uint64_t *place(const struct seen_keys *s, uint64_t key)
{
	size_t at = key & (s->size - 1);

	while (s->cells[at] && s->cells[at] != key)
		at = (at + 1) & (s->size - 1);
	return &s->cells[at];
}

static void grow(struct seen_keys *s)
{
	struct seen_keys bigger = { .size = s->size * 2, .used = s->used };

	bigger.cells = calloc(bigger.size, sizeof(*bigger.cells));
	MUST(bigger.cells != NULL);
	for (size_t i = 0; i < s->size; i++)
		if (s->cells[i])
			*place(&bigger, s->cells[i]) = s->cells[i];
	free(s->cells);
	*s = bigger;
}

bool seen_before(struct seen_keys *s, const struct hash *key)
{
	uint64_t k, *cell;

	memcpy(&k, key->b, sizeof(k));
	k |= k == 0;
	cell = place(s, k);
	if (*cell)
		return true;
	*cell = k;
	if (++s->used * 2 > s->size)
		grow(s);
	return false;
}
