/*
 * Following: what became of a lead's record in the CRM that it was delivered to. Each destination
 * whose kind can is asked now and then for the records that have changed; what is new of ours is
 * kept in the table record, and becomes an entry of the lead's timeline. Nothing of it changes our
 * own status or owner; where the settings say so, it is a first response. docs/following.md,
 * docs/decisions/0017-reading-back.md, 0032-answered-there.md
 */
#pragma once
#include "dest/dest.h"
#include "routing/routing.h"
#include "sql/sql.h"

struct follow;
/* routing must outlive it. told is called from the thread of follow_turn() after each commit that
 * changed a lead; it may be NULL. */
struct follow *follow_new(struct routing *routing, void (*told)(void *ctx), void *ctx)
	__attribute__((__returns_nonnull__));
void follow_free(struct follow *f); /* NULL is fine */

/*
 * Asks the destination that has been due longest for one page of its changes, and writes down what
 * it says; waits for the answer. *ret_again: another one is due, or there is another page. One
 * thread a struct follow; several processes on one store share the work. A far side that refuses is
 * no error: it is noted with the destination.
 */
bool follow_turn(struct follow *f, struct sql_db *db, struct arena *a, int64_t now_ms,
		 bool *ret_again, struct err *e) LL_MUST;

/* Whether it is followed at all: its kind can, and its settings say so. */
bool follow_is_on(const struct dest_driver *d, const struct dest_common *common);

/* ---- pure ---- */

/* When to ask again after so many failures in a row (0: none): minutes apart, then ever more
 * rarely, at most three hours. least_ms: as the far side wishes, or -1. */
int64_t follow_next_at(int64_t now_ms, int64_t minutes, int64_t failures, int64_t least_ms);

/* From which change on a destination that was never asked is asked: it was just made when its first
 * record came, by a clock that may be an hour behind ours. */
int64_t follow_begin(struct id destination);

/*
 * From which change on a list that was read to its end is asked for again, by the far side's clock.
 * newest: the latest that was seen; moved_at: when it was first seen, by ours. For two minutes
 * after that a little more is asked for, because something may be committed or indexed late over
 * there.
 */
int64_t follow_since(int64_t newest, int64_t moved_at, int64_t now_ms);

/* How a lead's status here and its record over there contradict each other; NULL: they do not. */
const char *follow_conflict(const char *status, const char *substatus, enum dest_standing standing);
