/* Private to place/: one batch, from receipts to rows. */
#pragma once
#include "place/place.h"
#include "store/store.h"
#include "understand/understand.h"

#define BATCH_RECEIPTS 256
#define BATCH_TOUCHES                                                                              \
	2048 /* a receipt may hold many; one that would pass this waits for the next batch */

struct item {
	const struct receipt_waiting_row *receipt;
	const struct touch *touch;
	const struct kind_rule *rule;
	int64_t ordinal;
	struct id customer, lead;
	bool new_customer, new_lead;
	struct item *after; /* an earlier item of the batch that it follows; used while resolving */
};

struct counts;

struct batch {
	struct arena *arena;
	const char *publisher;
	int64_t now_ms, window_ms;
	bool clashed; /* a seq was taken: ask the store for free ones */
	struct receipt_waiting_row *receipts;
	size_t receipt_count; /* those that this batch takes */
	struct item *items;
	size_t item_count;
	struct receipt_trouble_in *troubles;
	size_t trouble_count;
	struct counts *counts;
	size_t new_leads, deliveries;
};

struct place_worker {
	struct place_config c;
	struct arena *arena;
	struct id holder;
	int mark;
	char publisher[132]; /* the last one served */
	int64_t lease_until; /* 0: not held */
	size_t limit;        /* receipts of the next batch: fewer after one that was refused */
};

/* read.c: receipts -> items and troubles. */
bool batch_read(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
/* resolve.c: customers and leads of the items, found or new. */
bool batch_resolve(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
/* write.c: every row of the batch. */
bool batch_write(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
/* words.c: the search words of an item. */
const char *batch_words(struct batch *b, const struct item *it);

/* counts.c: sums by name, written once a batch. */
struct counts *counts_new(struct arena *a) __attribute__((__returns_nonnull__));
void count_add(struct batch *b, const char *name, int64_t n);
bool counts_write(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
