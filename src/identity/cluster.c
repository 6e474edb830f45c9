/*
 * Clusters out of weighed pairs. Chains of single links grow giants out of a few wrong ones;
 * therefore pieces that hang together by links are taken apart again: within each, every pair is
 * weighed, and clusters are merged greedily by average link, best first, as long as the average
 * says so.
 */
#include "identity/batch.h"

#include <math.h>
#include <stdlib.h>
#include "base/unionfind.h"

#define STRONGEST 12.0 /* bits above which no cut is made */
#define PIECE_MAX 300  /* records; a larger piece is cut at a higher weight first */
#define CUT_STEP  2.0

struct link {
	uint32_t i, j;
	float w;
};
struct clustering {
	struct identity_batch *b;
	const struct identity_limits *limits;
	struct link *link; /* at or above the review limit */
	size_t links;
	uint32_t *parent;
};

/* A piece as a matrix of sums of weights between its clusters. */
struct piece {
	const uint32_t *record;
	unsigned n;
	float *sum;     /* n x n */
	float *most;    /* the heaviest link between two */
	unsigned *size; /* 0: was merged into another */
	uint32_t *into; /* first record of the cluster */
	unsigned *best; /* of each row: the column above it with the best average */
};

/* What speaks for joining two clusters: half their heaviest link, half the average of all. */
static float average(const struct piece *p, unsigned a, unsigned b)
{
	float mean = p->sum[a * p->n + b] / (float)(p->size[a] * p->size[b]);

	return (mean + p->most[a * p->n + b]) / 2;
}

static void find_best(struct piece *p, unsigned a)
{
	p->best[a] = a;
	for (unsigned b = a + 1; b < p->n; b++)
		if (p->size[b] && (p->best[a] == a || average(p, a, b) > average(p, a, p->best[a])))
			p->best[a] = b;
}

static bool may_join(const struct piece *p, unsigned a, unsigned b, const struct identity_limits *l)
{
	double needed = p->size[a] * p->size[b] == 1 ? l->join : l->average;

	return average(p, a, b) >= (float)needed;
}

static void merge(struct piece *p, unsigned a, unsigned b)
{
	for (unsigned k = 0; k < p->n; k++) {
		size_t x = (size_t)a * p->n + k, y = (size_t)b * p->n + k;

		p->sum[x] += p->sum[y];
		p->most[x] = fmaxf(p->most[x], p->most[y]);
		p->sum[(size_t)k * p->n + a] = p->sum[x];
		p->most[(size_t)k * p->n + a] = p->most[x];
	}
	p->size[a] += p->size[b];
	p->size[b] = 0;
	p->into[b] = a;
	for (unsigned k = 0; k < p->n; k++)
		if (p->size[k] && (k == a || k < b))
			find_best(p, k);
}

static void average_link(struct piece *p, const struct identity_limits *l)
{
	for (unsigned a = 0; a < p->n; a++)
		find_best(p, a);
	for (;;) {
		unsigned best = p->n;

		for (unsigned a = 0; a < p->n; a++)
			if (p->size[a] && p->best[a] != a && may_join(p, a, p->best[a], l) &&
			    (best == p->n ||
			     average(p, a, p->best[a]) > average(p, best, p->best[best])))
				best = a;
		if (best == p->n)
			return;
		merge(p, best, p->best[best]);
	}
}

static float weigh(const struct identity_batch *b, uint32_t i, uint32_t j)
{
	return (float)identity_clamped(
		identity_evidence(&b->model, identity_compare(b->card[i], b->card[j])));
}

/* The first thing that was said of the record. */
static size_t said_of(const struct identity_batch *b, uint32_t i)
{
	size_t from = 0, to = b->said_n;

	while (from < to) {
		size_t mid = (from + to) / 2;

		if (b->said[mid].i < i)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static int rising(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* What was said of records of the piece, which are in their order. */
static void take_said(const struct identity_batch *b, struct piece *p)
{
	for (unsigned a = 0; a < p->n && b->said_n; a++) {
		for (size_t k = said_of(b, p->record[a]);
		     k < b->said_n && b->said[k].i == p->record[a]; k++) {
			const uint32_t *j =
				bsearch(&b->said[k].j, p->record, p->n, sizeof(*j), rising);

			if (j)
				p->sum[a * p->n + (unsigned)(j - p->record)] = b->said[k].w;
		}
	}
}

static void solve(struct clustering *c, const uint32_t *record, unsigned n)
{
	struct piece p = { .record = record, .n = n };

	p.sum = batch_alloc(sizeof(float), (size_t)n * n);
	p.most = batch_alloc(sizeof(float), (size_t)n * n);
	p.size = batch_alloc(sizeof(unsigned), n);
	p.into = batch_alloc(sizeof(uint32_t), n);
	p.best = batch_alloc(sizeof(unsigned), n);
	for (unsigned a = 0; a < n; a++) {
		p.size[a] = 1;
		p.into[a] = a;
		for (unsigned b = 0; b < a; b++)
			p.sum[a * n + b] = p.sum[b * n + a] = weigh(c->b, record[a], record[b]);
	}
	take_said(c->b, &p);
	memcpy(p.most, p.sum, sizeof(float) * n * n);
	average_link(&p, c->limits);
	for (unsigned a = 0; a < n; a++) {
		unsigned to = a;

		while (p.into[to] != to)
			to = p.into[to];
		c->b->cluster[record[a]] = record[to];
	}
	free(p.sum);
	free(p.most);
	free(p.size);
	free(p.into);
	free(p.best);
}

struct member {
	uint32_t root, i;
};

static int by_root(const void *x, const void *y)
{
	const struct member *a = x, *b = y;

	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	return a->i < b->i ? -1 : a->i > b->i;
}

static void cut(struct clustering *c, const uint32_t *record, size_t n, const struct link *link,
		size_t links, double at);

/* Too many for a matrix: only its stronger links count. What hangs together by the strongest of
 * all, and so often, is one. */
static void cut_again(struct clustering *c, const uint32_t *record, size_t n,
		      const struct link *link, size_t links, double at)
{
	uint32_t root = union_root(c->parent, record[0]);
	struct link *own;
	size_t to = 0;

	for (size_t k = 0; k < n && at > STRONGEST; k++)
		c->b->cluster[record[k]] = record[0];
	if (at > STRONGEST)
		return;
	for (size_t k = 0; k < links; k++)
		to += union_root(c->parent, link[k].i) == root;
	own = batch_alloc(sizeof(*own), to);
	to = 0;
	for (size_t k = 0; k < links; k++)
		if (union_root(c->parent, link[k].i) == root && link[k].w >= at)
			own[to++] = link[k];
	cut(c, record, n, own, to, at + CUT_STEP);
	free(own);
}

/* Records that hang together by links of at least the weight: pieces, solved or cut again. */
static void cut(struct clustering *c, const uint32_t *record, size_t n, const struct link *link,
		size_t links, double at)
{
	struct member *m = batch_alloc(sizeof(*m), n);
	uint32_t *piece = batch_alloc(sizeof(*piece), n);

	for (size_t k = 0; k < n; k++)
		c->parent[record[k]] = record[k];
	for (size_t k = 0; k < links; k++)
		if (link[k].w >= at)
			union_join(c->parent, link[k].i, link[k].j);
	for (size_t k = 0; k < n; k++)
		m[k] = (struct member){ union_root(c->parent, record[k]), record[k] };
	qsort(m, n, sizeof(*m), by_root);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && m[to].root == m[from].root; to++)
			piece[to - from] = m[to].i;
		if (to - from == 1)
			c->b->cluster[m[from].i] = m[from].i;
		else if (to - from <= PIECE_MAX)
			solve(c, piece, (unsigned)(to - from));
		else
			cut_again(c, piece, to - from, link, links, at);
	}
	free(m);
	free(piece);
}

void batch_cluster(struct identity_batch *b, const struct identity_limits *limits)
{
	struct clustering c = { .b = b, .limits = limits };
	uint32_t *all = batch_alloc(sizeof(*all), b->n);

	b->cluster = batch_alloc(sizeof(uint32_t), b->n);
	c.parent = batch_alloc(sizeof(uint32_t), b->n);
	c.link = batch_alloc(sizeof(*c.link), b->edges.n + b->said_n);
	for (size_t k = 0; k < b->edges.n; k++) {
		const struct edge *e = &b->edges.at[k];
		double w = identity_evidence(&b->model, e->pattern);

		if (w >= limits->review)
			c.link[c.links++] = (struct link){ e->i, e->j, (float)w };
	}
	for (size_t k = 0; k < b->said_n; k++)
		if (b->said[k].i > b->said[k].j && b->said[k].w > 0)
			c.link[c.links++] =
				(struct link){ b->said[k].i, b->said[k].j, b->said[k].w };
	for (size_t i = 0; i < b->n; i++)
		all[i] = (uint32_t)i;
	cut(&c, all, b->n, c.link, c.links, limits->join);
	for (size_t i = 0; i < b->n; i++)
		b->facts.clusters += b->cluster[i] == i;
	free(all);
	free(c.parent);
	free(c.link);
}
