/*
 * What the sender's tests stand on: a new store of either engine, one publisher, a receiver whose
 * answers follow a script, and helpers that make deliveries and wait for what becomes of them.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../sql/db.h"
#include "base/clock.h"
#include "outbox/outbox.h"
#include "sink.h"
#include "store/store.h"

#define WAIT_MS 20000 /* a deadline, never a pause */
#define PUB     "contoso"

extern struct test_db tdb;
extern struct sql_db *db;
extern struct arena *arena;
extern struct routing *routing;
extern struct sink sink;
extern struct sender *sender; /* stopped at the end of each test */

/* The receiver's script: statuses by request, the last one repeats; what it has seen. */
#define SEEN_MAX 8192
struct script {
	pthread_mutex_t lock;
	int statuses[16];
	int count;
	const char *extra;
	char ids[SEEN_MAX][40];
	int seen;
	char head[4096];
};
extern struct script script;
int play(void *ctx, const struct sink_request *r, const char **extra);
void answers(int n, const int *statuses);
#define ANSWERS(...)                                                                               \
	answers((int)(sizeof((int[]){ __VA_ARGS__ }) / sizeof(int)), (int[]){ __VA_ARGS__ })

int on_sqlite(void **state);
int on_postgresql(void **state);
int end(void **state);
/* The same test on both engines. */
#define T(f)                                                                                       \
	{ #f " (sqlite)", f, on_sqlite, end, NULL },                                               \
	{                                                                                          \
#f " (postgresql)", f, on_postgresql, end, NULL                                    \
	}
/* SENDER_FILTER in the environment chooses tests by name. */
int run_all(const struct CMUnitTest *tests, size_t n);

const struct seal *world_seal(void);
struct sender *start(int64_t grace_ms);
struct id destination(const char *more); /* more: further settings as JSON members, comma first */
struct id destination_of(const char *kind, const char *json);
struct id customer(void);
/* A lead and what it owes; the delivery's id. */
struct id owe(struct id destination_id, struct id customer_id, int64_t since);
struct delivery_page_row read_delivery(struct id delivery);
struct delivery_page_row until_state(struct id delivery, const char *state, int64_t attempts);
struct attempt_list_row *attempts_of(struct id delivery, size_t want);
struct destination_get_row read_destination(struct id id);
void resume(struct id id);
void until_looked(
	void);    /* the sender was woken and has looked for work, all of it after the call */
void hurry(void); /* everything that is due is due now */
int64_t pending(struct id destination_id);
