/* latency - every answer's time, for exact percentiles. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct latency {
	uint32_t *at; /* tenths of a microsecond: up to seven minutes fit */
	size_t n, room;
};

void latency_add(struct latency *l, uint64_t ns);

/* Sorts; call once, after the last latency_add(). */
void latency_sort(struct latency *l);

/* Milliseconds below which the share (0 to 1) of the sorted answers lies; 0 without answers. */
double latency_ms(const struct latency *l, double share);
void latency_free(struct latency *l);
