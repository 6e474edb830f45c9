#include "latency.h"

#include <stdlib.h>

void latency_add(struct latency *l, uint64_t ns)
{
	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 1 << 16;
		uint32_t *at = reallocarray(l->at, room, sizeof(*at));
		if (!at)
			exit(1);
		l->at = at;
		l->room = room;
	}
	l->at[l->n++] = ns / 100 < UINT32_MAX ? (uint32_t)(ns / 100) : UINT32_MAX;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void latency_sort(struct latency *l)
{
	if (l->n > 1)
		qsort(l->at, l->n, sizeof(*l->at), compare);
}

double latency_ms(const struct latency *l, double share)
{
	size_t i = (size_t)(share * (double)l->n);

	if (!l->n)
		return 0;
	return l->at[i < l->n ? i : l->n - 1] / 1e4;
}

void latency_free(struct latency *l)
{
	free(l->at);
	*l = (struct latency){ 0 };
}
