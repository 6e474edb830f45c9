#include "identity/batch.h"

#include <stdlib.h>

static size_t place_of(const struct counts *c, identity_pattern p)
{
	uint64_t h = (p ^ p >> 32) * 0x9E3779B97F4A7C15u;
	size_t at = (size_t)(h >> 20) & (c->room - 1);

	while (c->at[at].n && c->at[at].pattern != p)
		at = (at + 1) & (c->room - 1);
	return at;
}

static void grow(struct counts *c)
{
	struct counts wider = { .room = c->room ? c->room * 2 : 1024, .used = c->used };

	wider.at = batch_alloc(sizeof(*wider.at), wider.room);
	for (size_t i = 0; i < c->room; i++)
		if (c->at[i].n)
			wider.at[place_of(&wider, c->at[i].pattern)] = c->at[i];
	free(c->at);
	*c = wider;
}

void counts_add(struct counts *c, identity_pattern p, uint64_t n)
{
	struct identity_count *at;

	if (c->used * 2 >= c->room)
		grow(c);
	at = &c->at[place_of(c, p)];
	c->used += !at->n;
	at->pattern = p;
	at->n += n;
}

void counts_free(struct counts *c)
{
	free(c->at);
	*c = (struct counts){ .room = 0 };
}

static int by_pattern(const void *x, const void *y)
{
	const struct identity_count *a = x, *b = y;

	return a->pattern < b->pattern ? -1 : a->pattern > b->pattern;
}

void counts_sort(struct counts *c)
{
	size_t to = 0;

	for (size_t i = 0; i < c->room; i++)
		if (c->at[i].n)
			c->at[to++] = c->at[i];
	if (to > 1)
		qsort(c->at, to, sizeof(*c->at), by_pattern);
}
