/* Private to place/: one batch, from receipts to rows. */
#pragma once
#include "assign/assign.h"
#include "match/match.h"
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
	bool loaded, settled;     /* a row of a file; whose lead is past New, or of no date */
	bool deliver;             /* its lead is owed to destinations */
	bool given;               /* its lead is given away by rules, when it is a new one */
	bool made;                /* entered by somebody: a lead of its own, whatever came before */
	struct assign_choice own; /* of what was made for somebody */
	const struct assign_choice *choice; /* by a rule; NULL: none */
	const char *words, *texts, *notes;  /* as they are written */
	struct identity_card *card;
	struct match_item *match; /* what matching found out */
	struct id customer, lead;
	bool new_customer, new_lead;
	struct item *after; /* an earlier item of the batch that it follows; used while resolving */
};

struct counts;

struct batch {
	struct arena *arena;
	/* What to read: as many receipts of the next publisher, and of this one only those behind.
	 */
	char served[132]; /* the publisher of the batch before */
	struct id behind; /* its last receipt, while that is not written yet; else null */
	size_t limit;
	/* What was read. */
	const char *publisher; /* NULL: nothing waits */
	struct receipt_waiting_row *receipts;
	size_t receipt_count; /* those that this batch takes */
	struct item *items;
	struct match_item *matches; /* one each */
	size_t item_count;
	struct receipt_trouble_in *troubles;
	size_t trouble_count;
	/* While it is written. */
	int64_t now_ms, window_ms;
	bool clashed;              /* a seq was taken: ask the store for free ones */
	bool apart;                /* joining customers was refused: they stay as they are */
	struct assign_run *assign; /* NULL: nothing is given away */
	struct counts *counts;
	size_t new_leads, deliveries;
};

/* What reads: the placer's own thread, or one beside it that reads ahead; never both at a time. */
struct reader {
	struct sql_db *db;
	struct marks *marks;
	int mark;
	struct arena *scratch; /* of its own */
};

struct place_worker {
	struct place_config c;
	struct arena *arena; /* for a call */
	struct id holder;
	struct reader reader;
	struct match *match;
	struct assign_memory *rules;
	int64_t term;           /* of the lease, when it was taken */
	bool waiting;           /* receipts of a publisher whose leads are still being read */
	struct ahead *ahead;    /* NULL: it does not read ahead */
	struct batch two[2];    /* one is written while the other one is read */
	struct batch *next;     /* that was read ahead, or NULL */
	char publisher[132];    /* the last one served */
	int64_t lease_until;    /* 0: not held */
	size_t limit;           /* receipts of the next batch: fewer after one that was refused */
	unsigned batches_ahead; /* one after the other without looking at the oldest receipt */
};

/* Begins to read what matching has to know of all publishers, before the first receipt needs it. */
bool place_prepare(struct place_worker *w, int64_t now_ms, struct err *e) LL_MUST;

/* read.c: the next publisher with work after the one served; none: b->publisher is NULL. */
bool batch_find(struct reader *r, struct batch *b, struct err *e) LL_MUST;
/* Its receipts -> items and troubles, and the texts that are written of them. */
bool batch_read(struct reader *r, struct batch *b, struct err *e) LL_MUST;
/* ahead.c: a thread that reads one batch when asked; every ask is waited for. */
struct ahead *ahead_start(struct reader *r) __attribute__((__returns_nonnull__));
void ahead_ask(struct ahead *a, struct batch *b);
bool ahead_wait(struct ahead *a); /* false: it could not be read; who reads it anew hears why */
void ahead_stop(struct ahead *a); /* NULL is fine */
/* resolve.c: customers and leads of the items, found or new. */
bool batch_resolve(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
/* give.c: whose its new leads are. */
bool batch_give(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
/* What is known already of a lead that somebody made stands in lists from now on. leads: the new
 * ones, in the order of their items. */
bool batch_list(struct place_worker *w, struct batch *b, const struct lead_put_in *leads,
		struct err *e) LL_MUST;
/* write.c: every row of the batch. */
bool batch_write(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
/* words.c: the search words of an item. */
const char *batch_words(struct arena *a, const char *publisher, const struct item *it);

/* counts.c: sums by name, written once a batch. */
struct counts *counts_new(struct arena *a) __attribute__((__returns_nonnull__));
void count_one(struct batch *b, const char *group, const char *name); /* in "groupname" */
bool counts_write(struct place_worker *w, struct batch *b, struct err *e) LL_MUST;
