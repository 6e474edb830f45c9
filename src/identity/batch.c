/* The steps of a batch: read, learn what is shared, compare, learn the weights, cluster. */
#include "identity/batch.h"

#include <stdlib.h>
#include "base/thread.h"

#define FILL        256 /* records that one thread takes at a time */
#define ARENA_CARDS ((size_t)64 << 30)
#define ARENA_RAW   ((size_t)256 << 20)

void *batch_alloc(size_t size, size_t n)
{
	void *p = calloc(n ? n : 1, size);

	MUST(p);
	return p;
}

struct crew {
	batch_work *fn;
	void *ctx;
	size_t total, step;
	atomic_size_t next;
	atomic_uint workers;
};

static void *crew_member(void *arg)
{
	struct crew *c = arg;
	unsigned worker = atomic_fetch_add(&c->workers, 1);
	size_t chunk;

	while ((chunk = atomic_fetch_add(&c->next, 1)) * c->step < c->total) {
		size_t from = chunk * c->step, to = from + c->step;

		c->fn(c->ctx, worker, chunk, from, to < c->total ? to : c->total);
	}
	return NULL;
}

void batch_parallel(unsigned threads, size_t total, size_t step, batch_work *fn, void *ctx)
{
	struct crew c = { .fn = fn, .ctx = ctx, .total = total, .step = step };
	pthread_t thread[BATCH_THREADS];

	for (unsigned i = 1; i < threads; i++)
		thread[i] = thread_start("identity", crew_member, &c);
	crew_member(&c);
	for (unsigned i = 1; i < threads; i++)
		pthread_join(thread[i], NULL);
}

struct identity_batch *identity_batch_new(unsigned threads)
{
	struct identity_batch *b = batch_alloc(sizeof(*b), 1);

	MUST(threads && threads <= BATCH_THREADS);
	b->threads = threads;
	for (unsigned i = 0; i < threads; i++)
		b->arena[i] = arena_new("identity", ARENA_CARDS);
	return b;
}

void identity_batch_free(struct identity_batch *b)
{
	if (!b)
		return;
	for (unsigned i = 0; i < b->threads; i++)
		arena_free(b->arena[i]);
	free(b->card);
	free(b->edges.at);
	free(b->cluster);
	free(b->doubt);
	free(b->said);
	free(b);
}

/* Reading: one thread at a time has the source, all of them clean what they took. */
struct reading {
	struct identity_batch *b;
	identity_fill *fill;
	void *ctx;
	pthread_mutex_t lock;
	bool end, failed;
	struct err *e;
	size_t room;
};

/* False at the end. *ret_from: the place of the first record that was taken. */
static bool take(struct reading *r, struct arena *raw, struct identity_record *out, int *ret_n,
		 size_t *ret_from)
{
	struct identity_batch *b = r->b;
	int n = 0;

	pthread_mutex_lock(&r->lock);
	if (!r->end)
		n = r->fill(r->ctx, raw, out, FILL, r->e);
	if (n <= 0) {
		r->end = true;
		r->failed = r->failed || n < 0;
	} else {
		*ret_from = b->n;
		b->n += (size_t)n;
	}
	pthread_mutex_unlock(&r->lock);
	*ret_n = n;
	return n > 0;
}

/* Cards go into the list under the lock: the list may move. */
static void keep(struct reading *r, struct identity_card *const *card, size_t from, size_t n)
{
	struct identity_batch *b = r->b;

	pthread_mutex_lock(&r->lock);
	if (from + n > r->room) {
		while (from + n > r->room)
			r->room = r->room ? r->room * 2 : 65536;
		b->card = realloc(b->card, r->room * sizeof(struct identity_card *));
		MUST(b->card);
	}
	memcpy(b->card + from, card, n * sizeof(struct identity_card *));
	pthread_mutex_unlock(&r->lock);
}

static void read_and_clean(void *ctx, unsigned worker, size_t chunk, size_t from, size_t to)
{
	struct reading *r = ctx;
	AUTO_ARENA raw = arena_new("identity-raw", ARENA_RAW);
	AUTO_ARENA scratch = arena_new("identity-scratch", ARENA_RAW);
	struct identity_record *records = batch_alloc(sizeof(*records), FILL);
	struct identity_card *card[FILL];
	int n;

	(void)chunk;
	(void)to;
	while (take(r, raw, records, &n, &from)) {
		for (int i = 0; i < n; i++)
			card[i] = identity_card_new(r->b->arena[worker], scratch, &records[i]);
		keep(r, card, from, (size_t)n);
		memset(records, 0, FILL * sizeof(*records));
		arena_reset(raw);
	}
	free(records);
}

bool identity_batch_read(struct identity_batch *b, identity_fill *fill, void *ctx, struct err *e)
{
	struct reading r = { .b = b, .fill = fill, .ctx = ctx, .e = e };

	pthread_mutex_init(&r.lock, NULL);
	r.room = 0;
	batch_parallel(b->threads, b->threads, 1, read_and_clean, &r);
	pthread_mutex_destroy(&r.lock);
	return !r.failed;
}

size_t identity_batch_count(const struct identity_batch *b)
{
	return b->n;
}

void identity_batch_order(struct identity_batch *b, const uint32_t *order)
{
	struct identity_card **card = batch_alloc(sizeof(struct identity_card *), b->n);

	for (size_t k = 0; k < b->n; k++)
		card[k] = b->card[order[k]];
	free(b->card);
	b->card = card;
}

void identity_batch_use(struct identity_batch *b, const struct identity_model *m)
{
	b->model = *m;
	b->fixed = true;
}

void identity_batch_say(struct identity_batch *b, uint32_t i, uint32_t j, bool same)
{
	float w = same ? BATCH_SURE : -BATCH_SURE;

	if (b->said_n + 2 > b->said_room) {
		b->said_room = b->said_room ? b->said_room * 2 : 64;
		b->said = realloc(b->said, b->said_room * sizeof(*b->said));
		MUST(b->said);
	}
	b->said[b->said_n++] = (struct said){ i, j, w };
	b->said[b->said_n++] = (struct said){ j, i, w };
}

static int by_records(const void *x, const void *y)
{
	const struct said *a = x, *b = y;

	if (a->i != b->i)
		return a->i < b->i ? -1 : 1;
	if (a->j != b->j)
		return a->j < b->j ? -1 : 1;
	return (a->w > b->w) - (a->w < b->w);
}

void identity_batch_run(struct identity_batch *b, const struct identity_limits *limits)
{
	struct counts counts = { .room = 0 };

	if (b->said_n)
		qsort(b->said, b->said_n, sizeof(*b->said), by_records);
	batch_learn_shared(b);
	batch_pairs(b, &counts);
	if (!b->fixed) {
		b->model = identity_model_shipped;
		b->facts.learned = identity_learn(counts.at, counts.used, &b->model);
	}
	counts_free(&counts);
	batch_cluster(b, limits);
}

uint32_t identity_batch_cluster(const struct identity_batch *b, uint32_t i)
{
	return b->cluster[i];
}

const struct identity_model *identity_batch_model(const struct identity_batch *b)
{
	return &b->model;
}

identity_pattern identity_batch_compare(const struct identity_batch *b, uint32_t i, uint32_t j)
{
	return identity_compare(b->card[i], b->card[j]);
}

struct identity_batch_facts identity_batch_facts(const struct identity_batch *b)
{
	return b->facts;
}
