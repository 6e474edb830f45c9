#include "base/map.h"

#include <stdlib.h>
#include "base/err.h"

#define SMALLEST 8

#define PIECE_OF(m, key) (&(m)->piece[(key) >> 58])

static uint32_t print_of(uint64_t key)
{
	return (uint32_t)(key >> 26);
}

/* Where a print would like to be: rising with it. */
static uint32_t home(const struct map_piece *p, uint32_t print)
{
	return (uint32_t)((uint64_t)print * p->size >> 32);
}

/* Its place, or the free one where it would be. */
static struct map_place *look(const struct map_piece *p, uint32_t print)
{
	uint32_t i = home(p, print);

	while (p->at[i].value && p->at[i].print != print)
		i = i + 1 == p->size ? 0 : i + 1;
	return &p->at[i];
}

static void grow(struct map_piece *p)
{
	struct map_piece wider = { .size = p->size ? p->size + p->size / 2 : SMALLEST,
				   .used = p->used };

	wider.at = calloc(wider.size, sizeof(*wider.at));
	MUST(wider.at);
	for (uint32_t i = 0; i < p->size; i++)
		if (p->at[i].value)
			*look(&wider, p->at[i].print) = p->at[i];
	free(p->at);
	*p = wider;
}

uint32_t *map_find(const struct map *m, uint64_t key)
{
	const struct map_piece *p = PIECE_OF(m, key);
	struct map_place *at = p->used ? look(p, print_of(key)) : NULL;

	return at && at->value ? &at->value : NULL;
}

uint32_t *map_put(struct map *m, uint64_t key)
{
	struct map_piece *p = PIECE_OF(m, key);
	struct map_place *at;

	if (p->used * (uint64_t)5 >= p->size * (uint64_t)4)
		grow(p);
	at = look(p, print_of(key));
	if (!at->value) {
		at->print = print_of(key);
		p->used++;
	}
	return &at->value;
}

/* Those behind move up, unless they are before their home then (Knuth, 6.4 R). */
void map_drop(struct map *m, uint64_t key)
{
	struct map_piece *p = PIECE_OF(m, key);
	struct map_place *at = p->used ? look(p, print_of(key)) : NULL;
	uint32_t hole;

	if (!at || !at->value)
		return;
	hole = (uint32_t)(at - p->at);
	for (uint32_t i = hole;;) {
		uint32_t want;

		i = i + 1 == p->size ? 0 : i + 1;
		if (!p->at[i].value)
			break;
		want = home(p, p->at[i].print);
		if (hole <= i ? hole < want && want <= i : hole < want || want <= i)
			continue;
		p->at[hole] = p->at[i];
		hole = i;
	}
	p->at[hole].value = 0;
	p->used--;
}

void map_free(struct map *m)
{
	for (int i = 0; i < MAP_PIECES; i++)
		free(m->piece[i].at);
	*m = (struct map){ 0 };
}

size_t map_bytes(const struct map *m)
{
	size_t n = 0;

	for (int i = 0; i < MAP_PIECES; i++)
		n += m->piece[i].size * sizeof(struct map_place);
	return n;
}
