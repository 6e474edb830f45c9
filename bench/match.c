/*
 * Matching alone: a file of leads is put into an index one by one, in its order, as placing does.
 * Prints one object of JSON; with a second argument writes id,customer for the evaluator. The time
 * of a match (of the processor, so that what else runs hardly counts) is that of the last tenth.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/err.h"
#include "cmd/dedupe.h"
#include "identity/identity.h"

#define AT_ONCE   256
#define ARENA     ((size_t)256 << 20)
#define LEADS_MAX 20000000

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct run {
	struct identity_index *x;
	struct arena *texts, *cards, *scratch;
	uint32_t *took; /* ns of each match */
	size_t n;
	int64_t clean_ns, match_ns, add_ns;
	uint64_t compared, merges, reviews;
};

static void one(struct run *r, const struct identity_record *rec)
{
	struct identity_limits l =
		identity_limits_for(&identity_limits_arriving, identity_index_living(r->x));
	int64_t t0 = now_ns(), t1, t2, t3;
	struct identity_card *c = identity_card_new(r->cards, r->scratch, rec);
	struct identity_found f;

	t1 = now_ns();
	identity_index_match(r->x, &identity_model_shipped, &l, c, &f);
	t2 = now_ns();
	identity_index_add(r->x, c, f.join.group);
	while (f.merge.group != IDENTITY_NONE &&
	       identity_index_first(r->x, f.merge.group) != IDENTITY_NONE)
		identity_index_move(r->x, identity_index_first(r->x, f.merge.group), f.join.group);
	t3 = now_ns();
	r->clean_ns += t1 - t0;
	r->match_ns += t2 - t1;
	r->add_ns += t3 - t2;
	r->compared += f.compared;
	r->merges += f.merge.group != IDENTITY_NONE;
	r->reviews += f.review.group != IDENTITY_NONE;
	r->took[r->n++] = (uint32_t)(t2 - t1);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void report(struct run *r)
{
	size_t from = r->n - r->n / 10, n = r->n - from;

	qsort(r->took + from, n, sizeof(*r->took), by_value);
	printf("{\"leads\":%zu,\"clean_us\":%.2f,\"match_us\":%.2f,\"add_us\":%.2f,"
	       "\"p50_us\":%.1f,\"p99_us\":%.1f,\"compared\":%.2f,\"merges\":%" PRIu64
	       ",\"reviews\":%" PRIu64 ",\"bytes_a_lead\":%.1f}\n",
	       r->n, (double)r->clean_ns / 1e3 / (double)r->n,
	       (double)r->match_ns / 1e3 / (double)r->n, (double)r->add_ns / 1e3 / (double)r->n,
	       r->took[from + n / 2] / 1e3, r->took[from + n * 99 / 100] / 1e3,
	       (double)r->compared / (double)r->n, r->merges, r->reviews,
	       (double)identity_index_bytes(r->x) / (double)r->n);
}

int main(int argc, char **argv)
{
	struct identity_record *rec = calloc(AT_ONCE, sizeof(*rec));
	struct run r = { .x = identity_index_new(),
			 .texts = arena_new("texts", ARENA),
			 .cards = arena_new("cards", ARENA),
			 .scratch = arena_new("scratch", ARENA),
			 .took = calloc(LEADS_MAX, sizeof(uint32_t)) };
	struct dedupe_list *list;
	struct err e;
	int n;

	if (argc < 2 || !rec || !r.took || !dedupe_open(argv[1], NULL, NULL, &list, &e))
		return 2;
	while ((n = dedupe_fill(list, r.texts, rec, AT_ONCE, &e)) > 0 &&
	       r.n + AT_ONCE < LEADS_MAX) {
		for (int i = 0; i < n; i++)
			one(&r, &rec[i]);
		memset(rec, 0, AT_ONCE * sizeof(*rec));
		arena_reset(r.texts);
		arena_reset(r.cards);
	}
	if (argc > 2) {
		FILE *f = fopen(argv[2], "w");

		if (!f)
			return 2;
		fputs("id,customer\n", f);
		for (uint32_t i = 0; i < identity_index_records(r.x); i++)
			fprintf(f, "%u,%u\n", i + 1, identity_index_group(r.x, i));
		fclose(f);
	}
	report(&r);
	dedupe_close(list);
	identity_index_free(r.x);
	arena_free(r.texts);
	arena_free(r.cards);
	arena_free(r.scratch);
	free(r.took);
	free(rec);
	return n < 0;
}
