/* From receipt to acknowledgement: the last of a destination, in memory. */
#include "outbox/sender.h"
#include <stdlib.h>

#define OLD_MS 600000 /* a row of an imported file: it counts from when it was placed */

void latency_note(struct latency *l, const struct job *j, int64_t now_ms)
{
	int64_t from = j->lead.received_at;

	if (j->row.replays > 0)
		return;
	if (from < j->row.created_at - OLD_MS || from > j->row.created_at)
		from = j->row.created_at;
	l->ms[l->n++ % LATENCY_KEPT] = now_ms > from ? now_ms - from : 0;
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t latency_at(const struct latency *l, int percent)
{
	size_t n = l->n < LATENCY_KEPT ? (size_t)l->n : LATENCY_KEPT;
	int64_t sorted[LATENCY_KEPT];

	if (!n)
		return SQL_NULL_INT;
	memcpy(sorted, l->ms, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_time);
	return sorted[(n * (size_t)percent + 99) / 100 - 1];
}
