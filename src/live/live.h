/*
 * The live stream: one thread reads what changed and tells everybody who listens. Changes are rows,
 * so a listener that comes back asks for what it missed, and several servers see each other's.
 */
#pragma once
#include "base/id.h"
#include "reach/reach.h"
#include "sql/sql.h"

struct live;
struct live *live_start(struct sql_db *db)
	__attribute__((__returns_nonnull__)); /* db is taken over */
void live_wake(struct live *l);               /* from any thread; NULL is fine */
void live_stop(struct live *l);

/* Gets whole events in the text form of server-sent events; called in the hub's thread. */
typedef void live_send_fn(void *ctx, struct str events);
struct live_listener;
/*
 * publisher "" hears all. reach: who does not reach all hears of leads in reach, and of nothing
 * else; it is followed when it changes. after: the last change already known, or the null id for
 * only what comes. What was missed comes first, each change once and in the order in which it was
 * told to others, also what was committed late and has an earlier id than the last known; only
 * after a restart, or from another server, what is up to two seconds older than the last known may
 * come again. A change that is no longer kept, or over 2,000 missed ones, give an event "reset":
 * read the lists anew. So does, to who does not reach all, one older than LIVE_LIMITED_MS: what was
 * missed is found among everybody's changes, and a bound on those would tell how many there were.
 */
struct live_listener *live_join(struct live *l, const char *publisher, struct reach reach,
				struct id after, live_send_fn *send, void *ctx)
	__attribute__((__returns_nonnull__));
/* After it returns send() is not called again. */
void live_leave(struct live *l, struct live_listener *who);
/* How long changes are kept, ms. */
#define LIVE_KEEP_MS 3600000
/* How far back who does not reach all may catch up, ms. */
#define LIVE_LIMITED_MS 120000
