/*
 * The outbox: leads owed to destinations, until they are delivered or a person must look. A
 * delivery is a row made in the lead's own transaction; its states and their moves are a table
 * (move.c), its times a formula (backoff.c), its destination's health another (health.c). The
 * sender (sender.c) is one thread that claims, sends and writes down; what it knows beyond the rows
 * are only hints. docs/delivery.md
 */
#pragma once
#include "dest/dest.h"
#include "model/model.h"
#include "routing/routing.h"
#include "sql/sql.h"

/* ---- states and their moves: pure ---- */

enum outbox_event {
	OUTBOX_EV_NONE = 0,
	OUTBOX_EV_CLAIM,      /* a sender takes it under a lease */
	OUTBOX_EV_OUTCOME,    /* an attempt ended; see outcome */
	OUTBOX_EV_LEASE_OVER, /* its sender was not heard of again */
	OUTBOX_EV_OLD,        /* an attempt failed and the next would come after maxAge */
	OUTBOX_EV_REPLAY,     /* a person wants it sent again */
	OUTBOX_EV_RESUME,     /* its destination has new settings, or a person says go on */
	OUTBOX_EV_CANCEL,     /* destination removed, lead erased */
};
struct outbox_move {
	enum delivery_state from;
	enum outbox_event event;
	enum outcome outcome; /* of OUTBOX_EV_OUTCOME; OUTCOME_NONE otherwise */
	enum delivery_state to;
};
extern const struct outbox_move outbox_moves[]; /* ends with DELIVERY_STATE_NONE */
/* The one function that decides. Illegal: ERR_CONFLICT, *ret untouched. */
bool outbox_move(enum delivery_state from, enum outbox_event event, enum outcome outcome,
		 enum delivery_state *ret, struct err *e) LL_MUST;

/* ---- times: pure ---- */

struct outbox_times {
	int64_t since_at; /* when the lead, or its replay, became due */
	int64_t now_ms;
	int64_t tries;          /* failed attempts since then, this one included: from 1 */
	int64_t retry_after_ms; /* the peer's wish, -1 when it has none */
	int64_t at_least_ms;    /* dest_outcome.at_least_ms */
	int64_t max_age_ms;
	int64_t attempts; /* dest_driver.attempts: so many, and max_age_ms does not count */
	int64_t retries;  /* dest_driver.retries: quick ones, and no more; 0: as long as max_age_ms
			   */
};
/* When to try again, ms since 1970; -1 when that would be after max_age. random32 spreads by 20 %.
 */
int64_t outbox_next_at(const struct outbox_times *t, uint32_t random32);

/* ---- pace of a destination: pure ---- */

/*
 * The generic cell rate algorithm (ITU-T I.371): at is when the next one would be due if they came
 * evenly. How many may go now: after burst of them one in every_ms. every_ms 0: no limit.
 */
int64_t outbox_pace_room(int64_t at, int64_t now_ms, int64_t every_ms, int64_t burst);
/* at, after one has gone. */
int64_t outbox_pace_take(int64_t at, int64_t now_ms, int64_t every_ms);

/* ---- health of a destination: pure ---- */

enum outbox_health_state { OUTBOX_OPEN = 1, OUTBOX_SUSPENDED, OUTBOX_PROBING };
struct outbox_health {
	int64_t failures;        /* of the site, in a row */
	int64_t refusals;        /* different leads refused in a row */
	int64_t suspended_until; /* SQL_NULL_INT: not */
	int64_t window;          /* how many may be in flight: a hint, kept in memory */
};
#define OUTBOX_FAILURES   5  /* site failures in a row until it is left alone */
#define OUTBOX_REFUSALS   10 /* refused leads in a row until it is the settings' fault */
#define OUTBOX_WINDOW     32
#define OUTBOX_WINDOW_MAX 128
struct outbox_health outbox_health_new(void);
enum outbox_health_state outbox_health_state(const struct outbox_health *h, int64_t now_ms);
/* How many may be in flight now: 0 while suspended, 1 while probing. */
int64_t outbox_health_room(const struct outbox_health *h, int64_t now_ms);
/* Takes an outcome into account. True when it is to be treated as OUTCOME_CONFIG from here on. */
bool outbox_health_note(struct outbox_health *h, const struct dest_outcome *o, int64_t now_ms);

/* Forgets the attempts of a publisher that were made before a time, a piece at a time; *ret_again:
 * there is more. What became of a delivery stays with it. */
bool outbox_sweep(struct sql_db *db, struct arena *a, const char *publisher, int64_t before_ms,
		  bool *ret_again, struct err *e) LL_MUST;

/* ---- the lead, as a destination sees it ---- */

struct outbox_lead_row;
/* Out of the row, with copies of its texts in a. */
void outbox_lead_take(struct arena *a, const char *publisher, struct id lead,
		      const struct outbox_lead_row *row, struct dest_lead *ret);
/* 1: *ret is it; 0: there is none; -1: the store failed. */
int outbox_lead_read(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
		     struct dest_lead *ret, struct err *e) LL_MUST;

/* ---- the sender ---- */

#define OUTBOX_LEASE_MS  60000
#define OUTBOX_IN_FLIGHT 512

struct sender_config {
	struct sql_db *db; /* taken over; SQL_DERIVED is enough: what is lost is sent again */
	struct routing *routing;
	int64_t grace_ms; /* how long stopping waits for what is in flight */
	/* Called from the sender's thread after each commit that changed something. May be NULL. */
	void (*committed)(void *ctx, size_t changes);
	void *ctx;
};
struct sender;
struct sender *sender_start(const struct sender_config *c) __attribute__((__returns_nonnull__));
void sender_wake(struct sender *s); /* from any thread: something may be due, or was resumed */
/* How often it has looked for what is due, and started what it found: rises with every wake. */
uint64_t sender_looks(struct sender *s);
/* Stops claiming, waits for what is in flight up to the grace, gives the leases back. */
void sender_stop(struct sender *s);
