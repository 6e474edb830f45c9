/*
 * Blocking and comparing. All keys of all records are sorted; a list longer than its cap, or of one
 * record, goes. Then each record meets those before it in its lists, once.
 */
#include "identity/batch.h"

#include <stdlib.h>

#define STEP       2048    /* records of a chunk */
#define KEEP_ABOVE (-14.0) /* bits by the shipped model: below, a pair is never looked at again */

struct key_row {
	uint64_t key;
	uint32_t i;
};

/* Pieces of work that keep their order whatever thread did them. */
struct piece {
	struct key_row *row;
	size_t rows;
	struct edges edges;
};
struct pairs {
	struct identity_batch *b;
	struct piece *piece;
	struct counts counts[BATCH_THREADS];
	uint32_t *first; /* of each record, in place; one more at the end */
	uint32_t *place; /* in list: the record's own places */
	uint32_t *list;  /* records, key by key */
	uint32_t *start; /* of each place: where its list begins */
	uint32_t rows;
};

static void make_keys(void *ctx, unsigned worker, size_t chunk, size_t from, size_t to)
{
	struct pairs *p = ctx;
	struct piece *piece = &p->piece[chunk];
	uint64_t keys[IDENTITY_KEYS];

	(void)worker;
	piece->row = batch_alloc(sizeof(*piece->row), (to - from) * IDENTITY_KEYS);
	for (size_t i = from; i < to; i++) {
		size_t n = identity_keys(p->b->card[i], keys);

		for (size_t k = 0; k < n; k++)
			piece->row[piece->rows++] = (struct key_row){ keys[k], (uint32_t)i };
	}
	piece->row = realloc(piece->row, (piece->rows + 1) * sizeof(*piece->row));
	MUST(piece->row);
}

#define RADIX_BITS 11
#define RADIX      (1u << RADIX_BITS)

/* Stable, by the key; scratch has as many rows. The rows are in rows again at the end. */
static void sort_rows(struct key_row *rows, struct key_row *scratch, size_t n)
{
	for (unsigned shift = 0; shift < 66; shift += RADIX_BITS) {
		size_t at[RADIX] = { 0 }, sum = 0;
		struct key_row *swap;

		for (size_t i = 0; i < n; i++)
			at[rows[i].key >> shift & (RADIX - 1)]++;
		for (size_t d = 0; d < RADIX; d++) {
			size_t count = at[d];

			at[d] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			scratch[at[rows[i].key >> shift & (RADIX - 1)]++] = rows[i];
		swap = rows;
		rows = scratch;
		scratch = swap;
	}
}

/* Lists of two up to their cap stay; returns how many rows that are. */
static size_t drop_lists(struct key_row *rows, size_t n)
{
	size_t kept = 0;

	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && rows[to].key == rows[from].key; to++)
			continue;
		if (to - from < 2 || to - from > identity_key_cap(rows[from].key))
			continue;
		memmove(rows + kept, rows + from, (to - from) * sizeof(*rows));
		kept += to - from;
	}
	return kept;
}

static struct key_row *gather(struct pairs *p, size_t chunks, size_t *ret_n)
{
	struct key_row *all, *scratch;
	size_t n = 0, to = 0;

	for (size_t c = 0; c < chunks; c++)
		n += p->piece[c].rows;
	all = batch_alloc(sizeof(*all), n);
	for (size_t c = 0; c < chunks; c++) {
		memcpy(all + to, p->piece[c].row, p->piece[c].rows * sizeof(*all));
		to += p->piece[c].rows;
		free(p->piece[c].row);
	}
	scratch = batch_alloc(sizeof(*scratch), n);
	sort_rows(all, scratch, n);
	free(scratch);
	*ret_n = drop_lists(all, n);
	return all;
}

/* Lists by place, and each record's places. */
static void index_rows(struct pairs *p, const struct key_row *rows, size_t n)
{
	MUST(n < UINT32_MAX);
	p->rows = (uint32_t)n;
	p->list = batch_alloc(sizeof(uint32_t), n);
	p->start = batch_alloc(sizeof(uint32_t), n);
	p->place = batch_alloc(sizeof(uint32_t), n);
	p->first = batch_alloc(sizeof(uint32_t), p->b->n + 2);
	for (uint32_t r = 0; r < n; r++) {
		p->list[r] = rows[r].i;
		p->start[r] = r && rows[r].key == rows[r - 1].key ? p->start[r - 1] : r;
		p->first[rows[r].i + 2]++;
	}
	for (size_t i = 2; i < p->b->n + 2; i++)
		p->first[i] += p->first[i - 1];
	for (uint32_t r = 0; r < n; r++)
		p->place[p->first[rows[r].i + 1]++] = r;
}

static int rising(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

struct met {
	uint32_t *at;
	size_t n, room;
};

/* The records before i in its lists, each once, rising. */
static void meet(const struct pairs *p, uint32_t i, struct met *m)
{
	size_t to = 0;

	m->n = 0;
	for (uint32_t k = p->first[i]; k < p->first[i + 1]; k++) {
		uint32_t place = p->place[k];

		for (uint32_t r = p->start[place]; r < place; r++) {
			if (m->n == m->room) {
				m->room = m->room ? m->room * 2 : 1024;
				m->at = realloc(m->at, m->room * sizeof(*m->at));
				MUST(m->at);
			}
			m->at[m->n++] = p->list[r];
		}
	}
	if (m->n > 1)
		qsort(m->at, m->n, sizeof(*m->at), rising);
	for (size_t r = 0; r < m->n; r++)
		if (!to || m->at[to - 1] != m->at[r])
			m->at[to++] = m->at[r];
	m->n = to;
}

static void keep(struct edges *e, struct edge edge)
{
	if (e->n == e->room) {
		e->room = e->room ? e->room * 2 : 1024;
		e->at = realloc(e->at, e->room * sizeof(*e->at));
		MUST(e->at);
	}
	e->at[e->n++] = edge;
}

static void compare(void *ctx, unsigned worker, size_t chunk, size_t from, size_t to)
{
	struct pairs *p = ctx;
	struct met m = { .n = 0 };

	for (size_t i = from; i < to; i++) {
		meet(p, (uint32_t)i, &m);
		for (size_t k = 0; k < m.n; k++) {
			struct edge e = { (uint32_t)i, m.at[k], 0 };

			e.pattern = identity_compare(p->b->card[i], p->b->card[e.j]);
			counts_add(&p->counts[worker], e.pattern, 1);
			if (identity_weight(&identity_model_shipped, e.pattern) > KEEP_ABOVE)
				keep(&p->piece[chunk].edges, e);
		}
	}
	free(m.at);
}

static void join_edges(struct pairs *p, size_t chunks)
{
	struct edges *all = &p->b->edges;

	for (size_t c = 0; c < chunks; c++)
		all->room += p->piece[c].edges.n;
	all->at = batch_alloc(sizeof(*all->at), all->room);
	for (size_t c = 0; c < chunks; c++) {
		struct edges *e = &p->piece[c].edges;

		if (e->n)
			memcpy(all->at + all->n, e->at, e->n * sizeof(*e->at));
		all->n += e->n;
		free(e->at);
	}
}

void batch_pairs(struct identity_batch *b, struct counts *ret)
{
	struct pairs *p = batch_alloc(sizeof(*p), 1);
	size_t chunks = (b->n + STEP - 1) / STEP, n;
	struct key_row *rows;

	p->b = b;
	p->piece = batch_alloc(sizeof(*p->piece), chunks);
	batch_parallel(b->threads, b->n, STEP, make_keys, p);
	rows = gather(p, chunks, &n);
	index_rows(p, rows, n);
	free(rows);
	batch_parallel(b->threads, b->n, STEP, compare, p);
	join_edges(p, chunks);
	for (unsigned w = 0; w < b->threads; w++) {
		for (size_t i = 0; i < p->counts[w].room; i++) {
			const struct identity_count *c = &p->counts[w].at[i];

			if (c->n)
				counts_add(ret, c->pattern, c->n);
			b->facts.compared += c->n;
		}
		counts_free(&p->counts[w]);
	}
	counts_sort(ret);
	free(p->first);
	free(p->place);
	free(p->list);
	free(p->start);
	free(p->piece);
	free(p);
}
