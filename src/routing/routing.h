/*
 * Routing: which destinations a lead is owed to. Holds the destinations with their settings opened,
 * as counted snapshots that are replaced when the version of "destinations" changes.
 */
#pragma once
#include "base/seal.h"
#include "dest/dest.h"
#include "sql/sql.h"

struct routing_destination {
	const char *publisher;
	const char *offer; /* "" serves all offers of the publisher that have none of their own */
	struct id id;
	int64_t version; /* of its settings */
	const char *name;
	const struct dest_driver *driver;
	const void *settings;
	const struct dest_common *common;
	bool paused; /* deliveries are made, and wait */
	bool parked; /* it refuses us: deliveries are made, and wait for new settings */
};

struct routing;
struct routing_snapshot;
struct routing *routing_new(const struct seal *seal) __attribute__((__returns_nonnull__));
void routing_free(struct routing *r);
/* Reads all destinations anew. One that cannot be opened fails the load: the old snapshot stays.
 * Any thread, with a connection of its own: what was committed before the call is in every snapshot
 * held after it, whoever else loads meanwhile. */
bool routing_load(struct routing *r, struct sql_db *db, struct err *e) LL_MUST;

/* A snapshot stays as it is until released. */
struct routing_snapshot *routing_hold(struct routing *r) __attribute__((__returns_nonnull__));
void routing_release(struct routing_snapshot *s);
static inline void routing_releasep(struct routing_snapshot **s)
{
	routing_release(*s);
	*s = NULL;
}
#define AUTO_ROUTING LL_CLEANUP(routing_releasep) struct routing_snapshot *

/* NULL when it is unknown (new since the snapshot, or removed). */
const struct routing_destination *routing_get(const struct routing_snapshot *s,
					      const char *publisher, struct id id);
/* Those of the offer, else the publisher's; none that is told of changes: an array in a. */
size_t routing_for(const struct routing_snapshot *s, struct arena *a, const char *publisher,
		   const char *offer, const struct routing_destination *const **ret);
/* All of a snapshot, in the order publisher, id. */
size_t routing_all(const struct routing_snapshot *s, const struct routing_destination **ret);
/* The place that a destination's settings are sealed for. */
const char *routing_seal_place(struct arena *a, struct id destination);

/* ---- changing destinations: for the API and the command line alike, inside the caller's
 * transaction ---- */

struct destination_get_row;
bool routing_add(struct sql_db *db, struct arena *a, const struct seal *seal, const char *publisher,
		 const char *offer, struct id id, const struct dest_driver *driver,
		 const char *name, const void *settings, int64_t now_ms, struct err *e) LL_MUST;
/* New settings: what was parked is due again, in order. */
bool routing_set(struct sql_db *db, struct arena *a, const struct seal *seal,
		 const struct destination_get_row *d, const struct dest_driver *driver,
		 const char *name, const void *settings, int64_t now_ms, struct err *e) LL_MUST;
/* state: active, paused or parked. Active also frees what was parked. ERR_NOT_FOUND
 * destination.unknown. */
bool routing_state(struct sql_db *db, const char *publisher, struct id id, const char *state,
		   const char *reason, int64_t now_ms, struct err *e) LL_MUST;
/* Shaped like the marketplace's own test lead, so that whoever finds it knows it for one. */
void routing_test_lead(struct arena *a, const char *publisher, const char *offer, int64_t now_ms,
		       struct dest_lead *ret);
/* What became of the test lead that one recipient was sent. */
struct routing_probed {
	const char *recipient; /* "": the kind has none */
	struct dest_outcome outcome;
};
/*
 * One marked test lead to each recipient of the destination, now and in this thread; nothing is
 * stored. What the far side says is in *ret, in a, also when it refuses. Once it failed as a whole
 * the others are not kept waiting for it: their outcome is the same, and the code "not-tried".
 */
bool routing_probe(struct arena *a, const struct dest_driver *driver, const void *settings,
		   const char *publisher, const char *offer, int64_t now_ms,
		   const struct routing_probed **ret, size_t *ret_n, struct err *e) LL_MUST;
/* The worst of several, the first such. */
const struct routing_probed *routing_worst(const struct routing_probed *p, size_t n)
	__attribute__((__returns_nonnull__));
/*
 * What fields the far side has (driver->describe must be there), which proves the credentials and
 * leaves no trace over there. Without OUTCOME_DELIVERED in *ret there are none, and it says why.
 * Nothing is stored. ERR_INPUT: the answer is none that can be read.
 */
bool routing_fields(struct arena *a, const struct dest_driver *driver, const void *settings,
		    int64_t now_ms, struct dest_outcome *ret, const struct dest_peer_field **ret_f,
		    size_t *ret_n, struct err *e) LL_MUST;
