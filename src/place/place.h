/*
 * Placing: from receipts to the workspace. A batch of one publisher's waiting receipts is read, its
 * customers and leads are found or made, and everything that follows (touches, deliveries owed,
 * search words, counters, changes for the live stream) is written in one transaction with the
 * receipts' new state. Ids are derived from the receipt's, so that work done again after a crash
 * makes the same rows.
 *
 * One placer works at a time, also among several servers: it holds the lease "placing", renewed
 * inside each batch's transaction. So no two placers ever make the same customer.
 */
#pragma once
#include "base/mark.h"
#include "routing/routing.h"
#include "sql/sql.h"

struct place_config {
	struct sql_db *db; /* taken over; SQL_DERIVED is enough: a lost batch is placed again */
	struct sql_db *read_db;  /* taken over; a thread of its own reads the next batch on it while
				    one is written. NULL: one after the other */
	struct sql_db *match_db; /* taken over; a thread of its own reads on it what matching has to
				    know, and other publishers are placed meanwhile. NULL:
				    place_batch() reads it, and waits */
	struct routing *routing;
	struct marks *marks;
	int64_t repeat_window_ms;
	bool paused; /* receipts wait: for measuring and for repairs */
	/* Called from the placer's thread after each commit: wakes streams and senders. May be
	 * NULL. */
	void (*placed)(void *ctx, size_t leads, size_t deliveries);
	void *ctx;
	/* From the thread of match_db: a publisher's leads are known now. placer_start() sets it.
	 */
	void (*match_ready)(void *match_ctx);
	void *match_ctx;
};

struct placer;
struct placer *placer_start(const struct place_config *c) __attribute__((__returns_nonnull__));
void placer_wake(struct placer *p);                  /* from any thread: there are new receipts */
int64_t placer_backlog(const struct placer *p);      /* receipts waiting, as far as known */
void placer_note(struct placer *p, size_t receipts); /* that many were stored; wakes */
bool placer_is_paused(const struct placer *p);       /* receipts wait until another start */
/*
 * From a thread that wants to see what it stored: what placer_turn() said before it looked, and how
 * long to wait for the batch behind that. False: none was placed since, or the placer is paused.
 */
uint64_t placer_turn(struct placer *p);
bool placer_await(struct placer *p, uint64_t turn, int64_t ms);
void placer_stop(struct placer *p); /* ends the batch at hand, stops the thread */

/*
 * One batch, for the command line and tests: *ret_done receipts were placed or set apart, 0 when
 * none waits, or only those of publishers whose leads are still being read. ERR_BUSY "place.lease"
 * when another placer works.
 */
struct place_worker;
struct place_worker *place_worker_new(const struct place_config *c, int64_t now_ms)
	__attribute__((__returns_nonnull__));
void place_worker_free(struct place_worker *w);
bool place_batch(struct place_worker *w, int64_t now_ms, size_t *ret_done, struct err *e) LL_MUST;

/*
 * seq of a lead: its time, and bits of its id, or the next free one. Every seq of a ms is below
 * that of the next ms with bits 0.
 */
#define SEQ_BITS LEAD_SEQ_BITS
int64_t place_seq(int64_t received_at, struct id lead);
/* The word that stands for a filter's value in the search index: "country_kr". */
const char *place_filter_word(struct arena *a, const char *filter, const char *value);

/* A lead's line in the search index: made of its texts, and one word for each filter. */
struct place_words {
	const char *publisher, *offer, *source, *action, *kind;
	bool test;
	const char *contact[CONTACT_FIELDS], *raw[CONTACT_FIELDS]; /* understood; as received */
	const char *offer_title, *description;                     /* as received */
};
const char *place_words(struct arena *a, const struct place_words *w);
/* The texts as received (touch.as_received, JSON) into w. */
bool place_words_received(struct arena *a, struct str as_received, struct place_words *w,
			  struct err *e) LL_MUST;
/* The lead that a receipt's touch makes, when it makes one. */
struct id place_lead_id(struct id receipt, uint32_t ordinal, int64_t received_at);
