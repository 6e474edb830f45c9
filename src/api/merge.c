#include "api/merge.h"

#include <stdlib.h>
#include "base/limits.h"

void merge_begin(struct merge *m, const struct sql_query *shape, merge_order *order, size_t keep,
		 size_t sources, struct arena *own)
{
	*m = (struct merge){ .shape = shape,
			     .order = order,
			     .keep = keep,
			     .stride = shape->row_size + sizeof(size_t),
			     .own = own };
	if (sources <= 1)
		return;
	for (size_t i = 0; i < LL_COUNT(m->arenas); i++)
		m->arenas[i] = arena_new("merge", LIMIT_ARENA_REQUEST);
}

void merge_end(struct merge *m)
{
	for (size_t i = 0; i < LL_COUNT(m->arenas); i++)
		arena_free(m->arenas[i]);
}

struct arena *merge_arena(struct merge *m)
{
	if (!m->arenas[0])
		return m->own;
	arena_reset(m->arenas[0]);
	return m->arenas[0];
}

const void *merge_row(const struct merge *m, size_t i)
{
	return m->items + i * m->stride;
}

size_t merge_source(const struct merge *m, size_t i)
{
	size_t source;

	memcpy(&source, m->items + i * m->stride + m->shape->row_size, sizeof(source));
	return source;
}

/* Texts and bytes of a row into an arena; ids and numbers are in the row itself. */
static void own_texts(const struct sql_query *shape, struct arena *a, char *row)
{
	for (const struct sql_field *f = shape->out; f->name; f++) {
		if (f->kind == 't' || f->kind == 'T') {
			const char **text = (void *)(row + f->off);

			*text = *text ? arena_strdup(a, *text) : NULL;
		} else if (f->kind == 'b' || f->kind == 'B') {
			struct str *bytes = (void *)(row + f->off);

			bytes->p = bytes->p ? arena_strndup(a, bytes->p, bytes->n) : NULL;
		}
	}
}

void *row_keep(struct arena *a, const struct sql_query *shape, const void *row)
{
	char *kept = arena_alloc(a, shape->row_size);

	memcpy(kept, row, shape->row_size);
	own_texts(shape, a, kept);
	return kept;
}

const void *merge_keep(const struct merge *m, size_t i)
{
	return m->arenas[0] ? row_keep(m->own, m->shape, merge_row(m, i)) : merge_row(m, i);
}

void merge_add(struct merge *m, const void *rows, size_t n, size_t source)
{
	struct arena *a = m->arenas[0] ? m->arenas[2] : m->own;
	size_t size = m->shape->row_size, at = 0, from = 0, all;
	const char *in = rows;
	char *items;

	if (!n || (m->n == m->keep && m->order(merge_row(m, m->n - 1), in) <= 0))
		return;
	all = m->n + n < m->keep ? m->n + n : m->keep;
	items = arena_alloc_n(a, m->stride, all);
	for (size_t i = 0; i < all; i++) {
		char *to = items + i * m->stride;
		bool kept = at < m->n &&
			    (from == n || m->order(merge_row(m, at), in + from * size) <= 0);

		if (kept) {
			memcpy(to, m->items + at++ * m->stride, m->stride);
		} else {
			memcpy(to, in + from++ * size, size);
			memcpy(to + size, &source, sizeof(source));
		}
		if (m->arenas[0])
			own_texts(m->shape, a, to);
	}
	m->items = items;
	m->n = all;
	if (!m->arenas[0])
		return;
	arena_reset(m->arenas[1]);
	m->arenas[2] = m->arenas[1];
	m->arenas[1] = a;
}
