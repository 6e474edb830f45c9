/*
 * The live stream: one thread reads what changed and tells everybody who listens. Changes are rows,
 * so a listener that comes back asks for what it missed, and several servers see each other's.
 */
#pragma once
#include "base/id.h"
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
 * publisher "" hears all. after: the last change already known, or the null id for only what comes.
 * A change that is no longer kept gives an event "reset": read the lists anew.
 */
struct live_listener *live_join(struct live *l, const char *publisher, struct id after,
				live_send_fn *send, void *ctx) __attribute__((__returns_nonnull__));
/* After it returns send() is not called again. */
void live_leave(struct live *l, struct live_listener *who);
/* How long changes are kept, ms. */
#define LIVE_KEEP_MS 3600000
