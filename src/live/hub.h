/*
 * Private to live/: the hub's own. All but the listeners is its thread's alone. The thread copies
 * what it needs of them (struct ear), reads the store without the lock, and finds them again to
 * send.
 */
#pragma once
#include <pthread.h>
#include "base/thread.h"
#include "live/parts.h"

#define PAGE 500
/*
 * A change's id is made before its commit, so on a store with several writers an earlier id may
 * show up after a later one. Each look goes back this far, and leaves out what was told already.
 */
#define OVERLAP_MS 2000
#define TOLD_CELLS                                                                                 \
	65536 /* changes told of late; by hash, a newer one takes the place of an older */
#define ARENA_MAX (64 * 1024 * 1024)
#define TEXT_MAX  (4 * 1024 * 1024)

/* What the hub's thread copies of a listener, to read the store without the lock. */
struct ear {
	uint64_t number; /* a listener's for good: another may come to lie where one lay */
	const char *publisher;
	struct reach reach;
	struct id after; /* to catch up from */
	bool resumes;    /* after is the last change that it was told */
	bool catch_up;
};

struct live_listener {
	struct live_listener *next;
	struct ear ear;
	live_send_fn *send;
	void *ctx;
	char text[];
};

/* A change that was told, and its place in the order of telling. */
struct told {
	struct id id;
	uint64_t turn;
};

struct live {
	struct sql_db *db;
	struct arena *arena;
	struct bell bell;
	pthread_t thread;
	/* Over listeners; held while sending, and never while the store is read: who leaves waits.
	 */
	pthread_mutex_t lock;
	struct live_listener *listeners;
	uint64_t joined;
	int64_t looked_from; /* ms: where the next look begins */
	uint64_t turns;      /* of the last change that was told */
	int64_t reaches;     /* version of how far accounts reach that listeners have; -1: none */
	struct told told[TOLD_CELLS];
};

/* When a change was told; 0: never, or so long ago that it is forgotten. */
uint64_t live_turn_of(struct live *l, struct id x);
uint64_t live_give_turn(struct live *l, struct id x);

bool ear_hears(const struct ear *who, const char *publisher);
/* All that listen now, in the hub's arena. */
size_t live_ears(struct live *l, struct ear **ret);
/* Under the lock. NULL: it has left. */
struct live_listener *live_listener_of(struct live *l, const struct ear *ear);
/* Takes the lock; nothing happens when it has left. */
void live_send_to(struct live *l, const struct ear *ear, struct str events);

/* missed.c: tells those what they missed who have come since the last look. */
bool live_catch_up(struct live *l, const struct publisher_list_row *all, size_t n, int64_t now_ms,
		   struct err *e) LL_MUST;
