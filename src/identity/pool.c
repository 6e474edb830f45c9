#include "identity/pool.h"

#include <stdlib.h>
#include "base/err.h"

#define CHUNK_BITS 16 /* units of a chunk: 256 KB */
#define CHUNK      (1u << CHUNK_BITS)

static void add_chunk(struct pool *p)
{
	if (p->chunks == p->room) {
		p->room = p->room ? p->room * 2 : 4;
		p->chunk = realloc(p->chunk, p->room * sizeof(*p->chunk));
		MUST(p->chunk);
	}
	MUST(p->chunks < UINT32_MAX >> CHUNK_BITS);
	p->chunk[p->chunks] = calloc(CHUNK, sizeof(uint32_t));
	MUST(p->chunk[p->chunks]);
	p->chunks++;
	p->used = 0;
}

uint32_t pool_take(struct pool *p, size_t bytes)
{
	uint32_t units = (uint32_t)((bytes + 3) / 4), at;

	MUST(bytes <= POOL_MOST);
	if (!p->chunks) {
		add_chunk(p);
		p->used = 1; /* nothing is at 0 */
	}
	if (p->used + units > CHUNK)
		add_chunk(p);
	at = (p->chunks - 1) << CHUNK_BITS | p->used;
	p->used += units;
	return at;
}

void *pool_at(const struct pool *p, uint32_t at)
{
	return p->chunk[at >> CHUNK_BITS] + (at & (CHUNK - 1));
}

void pool_free(struct pool *p)
{
	for (uint32_t i = 0; i < p->chunks; i++)
		free(p->chunk[i]);
	free(p->chunk);
	*p = (struct pool){ 0 };
}

void pool_rewind(struct pool *p, uint32_t chunks, uint32_t used)
{
	while (p->chunks > chunks)
		free(p->chunk[--p->chunks]);
	p->used = used;
}

size_t pool_bytes(const struct pool *p)
{
	return (size_t)p->chunks * CHUNK * sizeof(uint32_t);
}
