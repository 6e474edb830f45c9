/*
 * When to try again. The waits are Svix's, then those of the Standard Webhooks example, and its
 * last one over and over until maxAge. Each is spread by 20 %, so that what failed together does
 * not return together.
 */
#include "outbox/outbox.h"

#define S   1000LL
#define M   (60 * S)
#define H   (60 * M)
#define CAP (24 * H) /* no wish of a peer is followed for longer */

/* After the first failure, the second … The wait before the first attempt is 0. */
static const int64_t waits[] = {
	5 * S, 5 * M, 30 * M, 2 * H, 5 * H, 10 * H, 14 * H, 20 * H, 24 * H
};

/* Where a person reads it at once, or not at all. */
static const int64_t quick_waits[] = { 2 * S, 10 * S, 30 * S };

/* The wait after so many failures, from 1. */
static int64_t wait_of(const struct outbox_times *t)
{
	size_t at = t->tries < 1 ? 0 : (size_t)(t->tries - 1);
	size_t last = LL_COUNT(waits) - 1, last_quick = LL_COUNT(quick_waits) - 1;
	if (t->retries > 0)
		return quick_waits[at < last_quick ? at : last_quick];
	return waits[at < last ? at : last];
}

/* From 80 to 120 percent. */
static int64_t spread(int64_t ms, uint32_t random32)
{
	int64_t tenths = 8000 + (int64_t)(random32 % 4001);
	return ms * tenths / 10000;
}

int64_t outbox_next_at(const struct outbox_times *t, uint32_t random32)
{
	if ((t->retries > 0 && t->tries > t->retries) ||
	    (t->attempts > 0 && t->tries >= t->attempts))
		return -1;
	int64_t wait = spread(wait_of(t), random32);
	/* A peer that names its time is believed; our own floor is for those that do not. */
	int64_t floor = t->retry_after_ms >= 0 ? t->retry_after_ms : t->at_least_ms;
	if (floor > CAP)
		floor = CAP;
	if (wait < floor)
		wait = floor;
	int64_t next = t->now_ms + wait;
	return !t->attempts && next - t->since_at > t->max_age_ms ? -1 : next;
}
