#include "place/batch.h"

#include <stdlib.h>

#define COUNTS_MAX 512

/* Of one batch: the offers of its receipts, the kinds and states. */
_Static_assert(COUNTS_MAX >= BATCH_RECEIPTS + 64, "a name for each");

struct counts {
	struct counter_add_in rows[COUNTS_MAX];
	size_t n;
};

void count_one(struct batch *b, const char *group, const char *name)
{
	struct counts *c = b->counts;
	size_t n = strlen(group);

	for (size_t i = 0; i < c->n; i++) {
		const char *have = c->rows[i].name;

		if (!strncmp(have, group, n) && !strcmp(have + n, name)) {
			c->rows[i].n++;
			return;
		}
	}
	MUST(c->n < COUNTS_MAX);
	c->rows[c->n++] =
		(struct counter_add_in){ .publisher = b->publisher,
					 .name = arena_printf(b->arena, "%s%s", group, name),
					 .n = 1 };
}

/* In the order of their names, so that two writers never wait for each other crosswise. */
static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct counter_add_in *)a)->name,
		      ((const struct counter_add_in *)b)->name);
}

bool counts_write(struct place_worker *w, struct batch *b, struct err *e)
{
	struct counts *c = b->counts;

	if (!c->n)
		return true;
	qsort(c->rows, c->n, sizeof(c->rows[0]), by_name);
	return counter_add_batch(w->c.db, c->rows, c->n, e);
}

struct counts *counts_new(struct arena *a)
{
	return ARENA_NEW(a, struct counts);
}
