/*
 * A store on either engine with what stands on it: offers with keys, intake, routing, placing. Time
 * is the stand's own and moves only when a test says so.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../sql/db.h"
#include "intake/intake.h"
#include "place/place.h"
#include "routing/routing.h"
#include "sql/fault.h"
#include "store/store.h"

#define STAND_NOW    INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */
#define STAND_WINDOW 600000

struct stand {
	struct test_db t;
	struct sql_db *db; /* for looking, and for changes by hand */
	struct arena *a;
	struct marks *marks;
	struct seal *seal;
	struct intake *in;
	struct intake_loop *loop;
	struct routing *routing;
	struct place_worker *placer;
	int64_t now;
	char mark_path[96], seal_path[96];
};

int stand_setup(void **state); /* *state: the engine; afterwards the struct stand */
int stand_teardown(void **state);
/* The process ends and starts anew: its memory is gone, the store is not. */
void stand_restart(struct stand *s);
/* One more placer beside the stand's own, as another server has. */
struct place_worker *stand_placer(struct stand *s);
/* And one that reads the next batch while it writes one, as a server's does. */
struct place_worker *stand_placer_ahead(struct stand *s);

/* The key of the offer is "publisher.offer" itself. */
void stand_offer(struct stand *s, const char *publisher, const char *offer);
/* An https destination; offer "" is the publisher's default. settings: more members, or "". */
struct id stand_destination(struct stand *s, const char *publisher, const char *offer,
			    const char *settings);

struct intake_item stand_item(const char *key, const char *body);
struct intake_item stand_post(struct stand *s, const char *key, const char *body);
/* A lead of the person as a body of its own; text makes it differ. Another address is another
 * person, with names of its own. */
const char *stand_lead(struct stand *s, const char *action, const char *email, const char *text);
/* Posts stand_lead() at the offer now; it must be taken. */
struct id stand_take(struct stand *s, const char *key, const char *action, const char *email,
		     const char *text);
size_t stand_place(struct stand *s); /* all that waits; how many receipts */

/* All leads of a publisher, the oldest first. */
size_t stand_leads(struct stand *s, const char *publisher, struct lead_page_row **ret);
size_t stand_deliveries(struct stand *s, const char *publisher, struct delivery_page_row **ret);
struct receipt_get_row stand_receipt(struct stand *s, const char *publisher, struct id receipt);
int64_t stand_count(struct stand *s, const char *publisher, const char *counter);
/* Everything of the publisher that the API can show, as text; ids of changes left out. */
const char *stand_dump(struct stand *s, const char *publisher);

/* A call that must work; its error fails the test. */
#define OK(call)                                                                                   \
	do {                                                                                       \
		struct err e = { 0 };                                                              \
		if (!(call)) {                                                                     \
			fail_msg("%s: %s: %s", #call, e.code, e.text);                             \
			abort(); /* fail_msg() does not return, but does not say so */             \
		}                                                                                  \
	} while (0)
#define STAND_ON(fn, engine, name)                                                                 \
	{                                                                                          \
#fn " on " name, fn, stand_setup, stand_teardown, (void *)(uintptr_t)(engine)      \
	}
#define STAND_SQLITE(fn)     STAND_ON(fn, SQL_SQLITE, "SQLite")
#define STAND_POSTGRESQL(fn) STAND_ON(fn, SQL_POSTGRESQL, "PostgreSQL")
#define BOTH(fn)             STAND_SQLITE(fn), STAND_POSTGRESQL(fn)
