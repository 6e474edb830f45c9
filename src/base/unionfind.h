/*
 * Disjoint sets as a forest: parent[i] of each item, a root is its own parent. Paths are halved on
 * the way; of two roots the lower one stays, so that the order of joining does not matter.
 */
#pragma once
#include <stdint.h>

static inline uint32_t union_root(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static inline void union_join(uint32_t *parent, uint32_t a, uint32_t b)
{
	a = union_root(parent, a);
	b = union_root(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}
