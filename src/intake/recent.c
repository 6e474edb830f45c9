#include "intake/recent.h"

#include <stdlib.h>
#include <string.h>
#include "base/err.h"

struct entry {
	struct recent_key key;
	struct id receipt; /* null: forgotten before its turn */
	int64_t at;
};

/* A ring of entries in the order of arrival, and a table of open addressing that finds them. */
struct recent {
	struct entry *ring;
	uint32_t *table; /* index in ring + 1; 0 is free */
	size_t max, mask, next;
};

struct recent *recent_new(size_t max)
{
	struct recent *r = calloc(1, sizeof(*r));
	size_t room = 2;

	while (room < 2 * max)
		room *= 2;
	MUST(r != NULL);
	/* Untouched pages cost nothing: a quiet server stays small. */
	r->ring = calloc(max, sizeof(*r->ring));
	r->table = calloc(room, sizeof(*r->table));
	MUST(r->ring && r->table);
	r->max = max;
	r->mask = room - 1;
	return r;
}

void recent_free(struct recent *r)
{
	if (!r)
		return;
	free(r->ring);
	free(r->table);
	free(r);
}

struct recent_key recent_key(const void *body_hash, struct hash scope)
{
	struct recent_key k;

	memcpy(k.b, body_hash, sizeof(k.b));
	for (size_t i = 0; i < sizeof(k.b); i++)
		k.b[i] ^= scope.b[i];
	return k;
}

static size_t home(const struct recent *r, const struct recent_key *k)
{
	uint64_t h;

	memcpy(&h, k->b, sizeof(h));
	return h & r->mask;
}

/* Where the key is, or the free place where it would go. */
static size_t place_of(const struct recent *r, const struct recent_key *k)
{
	size_t i = home(r, k);

	while (r->table[i] && memcmp(r->ring[r->table[i] - 1].key.b, k->b, sizeof(k->b)) != 0)
		i = (i + 1) & r->mask;
	return i;
}

/* Frees a place; what follows in its run moves up, so that runs have no holes. */
static void vacate(struct recent *r, size_t hole)
{
	for (size_t i = (hole + 1) & r->mask; r->table[i]; i = (i + 1) & r->mask) {
		size_t want = home(r, &r->ring[r->table[i] - 1].key);

		if (((i - want) & r->mask) < ((i - hole) & r->mask))
			continue;
		r->table[hole] = r->table[i];
		hole = i;
	}
	r->table[hole] = 0;
}

static void forget(struct recent *r, size_t place)
{
	r->ring[r->table[place] - 1].receipt = (struct id){ 0 };
	vacate(r, place);
}

bool recent_find(const struct recent *r, struct recent_key key, int64_t since, struct id *ret)
{
	size_t place = place_of(r, &key);
	const struct entry *x;

	if (!r->table[place])
		return false;
	x = &r->ring[r->table[place] - 1];
	if (x->at <= since)
		return false;
	*ret = x->receipt;
	return true;
}

void recent_add(struct recent *r, struct recent_key key, struct id receipt, int64_t at)
{
	struct entry *x = &r->ring[r->next];
	size_t place = place_of(r, &key);

	if (r->table[place])
		forget(r, place);
	if (!id_is_null(x->receipt))
		forget(r, place_of(r, &x->key));
	*x = (struct entry){ .key = key, .receipt = receipt, .at = at };
	r->table[place_of(r, &key)] = (uint32_t)(r->next + 1);
	r->next = (r->next + 1) % r->max;
}
