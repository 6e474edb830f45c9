/*
 * A destination that does not answer is left alone, so that leads do not use up their attempts on
 * it, and comes back slowly: suspended, then probed with one lead, then with a window that grows by
 * one with every success. Leads that it refuses say nothing about the site, until many different
 * ones are refused in a row.
 */
#include "outbox/outbox.h"

#define SUSPEND_FIRST_MS 5000
#define SUSPEND_MAX_MS   (5 * 60000)
#define SLOW_MS          5000 /* 502, 504, 429 without a time of their own */
#define CAP_MS           (24LL * 3600 * 1000)

struct outbox_health outbox_health_new(void)
{
	return (struct outbox_health){ .suspended_until = SQL_NULL_INT, .window = OUTBOX_WINDOW };
}

enum outbox_health_state outbox_health_state(const struct outbox_health *h, int64_t now_ms)
{
	if (h->suspended_until != SQL_NULL_INT && h->suspended_until > now_ms)
		return OUTBOX_SUSPENDED;
	return h->failures >= OUTBOX_FAILURES ? OUTBOX_PROBING : OUTBOX_OPEN;
}

int64_t outbox_health_room(const struct outbox_health *h, int64_t now_ms)
{
	switch (outbox_health_state(h, now_ms)) {
	case OUTBOX_OPEN: return h->window;
	case OUTBOX_SUSPENDED: return 0;
	case OUTBOX_PROBING: return 1;
	}
	return 0;
}

static void suspend(struct outbox_health *h, int64_t now_ms, int64_t ms)
{
	int64_t until = now_ms + (ms < CAP_MS ? ms : CAP_MS);
	if (h->suspended_until == SQL_NULL_INT || h->suspended_until < until)
		h->suspended_until = until;
}

/* 5 s, 10 s, 20 s … 5 min. What was in flight together counts once. */
static void note_site_failure(struct outbox_health *h, int64_t now_ms)
{
	if (outbox_health_state(h, now_ms) == OUTBOX_SUSPENDED)
		return;
	h->failures++;
	h->window = h->window > 1 ? h->window / 2 : 1;
	if (h->failures < OUTBOX_FAILURES)
		return;
	int64_t ms = SUSPEND_FIRST_MS;
	for (int64_t i = OUTBOX_FAILURES; i < h->failures && ms < SUSPEND_MAX_MS; i++)
		ms *= 2;
	suspend(h, now_ms, ms < SUSPEND_MAX_MS ? ms : SUSPEND_MAX_MS);
}

static void note_success(struct outbox_health *h)
{
	h->failures = 0;
	h->refusals = 0;
	h->suspended_until = SQL_NULL_INT;
	if (h->window < OUTBOX_WINDOW_MAX)
		h->window++;
}

static bool note_refusal(struct outbox_health *h)
{
	h->failures = 0; /* it did answer */
	return ++h->refusals >= OUTBOX_REFUSALS;
}

bool outbox_health_note(struct outbox_health *h, const struct dest_outcome *o, int64_t now_ms)
{
	switch (o->outcome) {
	case OUTCOME_DELIVERED:
	case OUTCOME_ALREADY: note_success(h); return false;
	case OUTCOME_REJECTED: return note_refusal(h);
	case OUTCOME_CONFIG: return true;
	case OUTCOME_GONE:
	case OUTCOME_NONE: return false;
	case OUTCOME_RETRY:
	case OUTCOME_UNKNOWN: break;
	}
	if (o->site)
		note_site_failure(h, now_ms);
	if (o->slow_down) {
		int64_t ms = o->retry_after_ms >= 0 ? o->retry_after_ms : o->at_least_ms;
		suspend(h, now_ms, ms > SLOW_MS || o->retry_after_ms >= 0 ? ms : SLOW_MS);
	}
	return false;
}
