/*
 * Who is told that leads are there or have changed: at most one webhook a publisher, which is a
 * destination of a kind of its own. What it is told is a delivery like any other, made in the
 * transaction of the change, so that what is committed is told at least once. A lead has one for
 * each event: many changes before it is sent are one. docs/decisions/0026-webhooks.md
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "sql/sql.h"

#define HOOK_KIND "referral-webhook" /* of the destination */

/* Bits; kept in the store. */
enum hook_event { HOOK_CREATED = 1, HOOK_UPDATED = 2, HOOK_TEST = 4 };
#define HOOK_ALL (HOOK_CREATED | HOOK_UPDATED | HOOK_TEST)
struct hook_event_name {
	enum hook_event event;
	const char *name; /* on the wire; NULL ends */
};
extern const struct hook_event_name hook_events[];

/* Something of a lead that others may see is another since, whoever changed it: the lead says so,
 * and so will the publisher's webhook. In the transaction of the change. */
bool hook_updated(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
		  int64_t now_ms, struct err *e) LL_MUST;
/* The same for many. */
bool hook_updated_all(struct sql_db *db, struct arena *a, const char *publisher,
		      const struct id *leads, size_t n, int64_t now_ms, struct err *e) LL_MUST;
/* New leads, in the transaction that made them; none of them a test. *ret: how many are told. */
bool hook_created_all(struct sql_db *db, struct arena *a, const char *publisher,
		      const struct id *leads, size_t n, int64_t now_ms, size_t *ret,
		      struct err *e) LL_MUST;
