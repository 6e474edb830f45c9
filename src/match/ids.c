#include <stdlib.h>
#include "match/base.h"

/* Ids end in bits that are random or a hash's. */
static uint64_t key_of(struct id x)
{
	uint64_t h, top;

	memcpy(&top, x.b, sizeof(top));
	memcpy(&h, x.b + sizeof(top), sizeof(h));
	h ^= top;
	h *= 0xBF58476D1CE4E5B9u;
	h ^= h >> 29;
	h *= 0x94D049BB133111EBu;
	return h ^ h >> 32;
}

/* A map keeps a part of the key only: another id may be there. */
static uint64_t next_key(uint64_t key)
{
	return key * 6364136223846793005u + 1442695040888963407u;
}

uint32_t ids_find(const struct ids *s, struct id x)
{
	for (uint64_t key = key_of(x);; key = next_key(key)) {
		const uint32_t *at = map_find(&s->number, key);

		if (!at)
			return IDS_NONE;
		if (id_eq(s->at[*at - 1], x))
			return *at - 1;
	}
}

uint32_t ids_add(struct ids *s, struct id x)
{
	uint64_t key = key_of(x);

	if (s->n == s->room) {
		s->room = s->room ? s->room + s->room / 2 : 64;
		s->at = realloc(s->at, s->room * sizeof(*s->at));
		MUST(s->at);
	}
	while (map_find(&s->number, key))
		key = next_key(key);
	*map_put(&s->number, key) = s->n + 1;
	s->at[s->n] = x;
	return s->n++;
}

/* The last one that was added is the last of those that share a key: none behind it is lost. */
void ids_cut(struct ids *s, uint32_t n)
{
	while (s->n > n) {
		uint64_t key = key_of(s->at[--s->n]);

		while (*map_find(&s->number, key) != s->n + 1)
			key = next_key(key);
		map_drop(&s->number, key);
	}
}

void ids_free(struct ids *s)
{
	map_free(&s->number);
	free(s->at);
	*s = (struct ids){ .n = 0 };
}
