/*
 * Periodic work: rows of a table, run by one thread one after the other. A job is short, or does a
 * piece and asks to be called again.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "sql/sql.h"

struct job {
	const char *name; /* NULL ends the table */
	int64_t every_ms;
	/* arena is emptied after each run. *again: there is more to do at once. */
	bool (*run)(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		    struct err *e);
};

struct sched;
/* db is taken over; jobs must outlive it. A job that fails is logged and runs again at its time. */
struct sched *sched_start(const struct job *jobs, struct sql_db *db, void *ctx)
	__attribute__((__returns_nonnull__));
void sched_stop(struct sched *s);
