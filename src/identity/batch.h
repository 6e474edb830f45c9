/* A batch from inside: what is shared by its steps. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "identity/card.h"

#define BATCH_THREADS 64
#define BATCH_SURE    1e6F

/* A pair that may be one customer: i after j. */
struct edge {
	uint32_t i, j;
	identity_pattern pattern;
};
struct edges {
	struct edge *at;
	size_t n, room;
};

/* Patterns and how often they were seen: open addressing, a power of two of places. */
struct counts {
	struct identity_count *at; /* n 0: free */
	size_t used, room;
};
void counts_add(struct counts *c, identity_pattern p, uint64_t n);
void counts_free(struct counts *c);
/* The seen ones, in the order of their patterns, at the front of c->at. */
void counts_sort(struct counts *c);

/* What a person said of two records; in both directions, sorted. */
struct said {
	uint32_t i, j;
	float w; /* so much that no weights outbid it */
};

struct identity_batch {
	unsigned threads;
	bool fixed; /* the model is given */
	struct said *said;
	size_t said_n, said_room;
	struct arena *arena[BATCH_THREADS]; /* of the cards */
	struct identity_card **card;
	size_t n;
	struct identity_model model;
	struct edges edges;           /* sorted by i, then j */
	uint32_t *cluster;            /* the first record of each record's own */
	struct identity_doubt *doubt; /* NULL: not asked for */
	struct identity_batch_facts facts;
};

void *batch_alloc(size_t size, size_t n); /* zeroed; never NULL */
/* fn for each chunk of length step in 0…total, by as many threads as there are. */
typedef void batch_work(void *ctx, unsigned worker, size_t chunk, size_t from, size_t to);
void batch_parallel(unsigned threads, size_t total, size_t step, batch_work *fn, void *ctx);

/* batch_shared.c: what only all records together tell: companies' domains, shared numbers. */
void batch_learn_shared(struct identity_batch *b);
/* batch_pairs.c: compares what shares a key; fills edges with what is not plainly different. */
void batch_pairs(struct identity_batch *b, struct counts *ret);
/* cluster.c */
void batch_cluster(struct identity_batch *b, const struct identity_limits *limits);
