/* How often a peer wants to hear from us. Kept in memory: after a start it has its burst again. */
#include "outbox/outbox.h"

int64_t outbox_pace_room(int64_t at, int64_t now_ms, int64_t every_ms, int64_t burst)
{
	if (every_ms <= 0)
		return INT64_MAX;
	int64_t ahead = at > now_ms ? at - now_ms : 0;
	int64_t used = (ahead + every_ms - 1) / every_ms;
	return used < burst ? burst - used : 0;
}

int64_t outbox_pace_take(int64_t at, int64_t now_ms, int64_t every_ms)
{
	return (at > now_ms ? at : now_ms) + every_ms;
}
