/*
 * The table that tools/gen-countries makes at build time: every name of every country in every
 * language of CLDR, as a number: 56 bits of the hash of its folded form, and the country's row.
 */
#pragma once
#include "base/str.h"

struct country {
	char alpha2[3];
	const char *name_en;
};
extern const struct country countries[]; /* sorted by alpha2 */
extern const unsigned country_count;     /* below 256 */
extern const uint64_t country_names[];   /* sorted; hash << 8 | row in countries */
extern const unsigned country_name_count;

/* FNV-1a, the upper 56 bits. One in 10^12 texts that are no country's name is taken for one. */
static inline uint64_t country_hash(struct str folded)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < folded.n; i++)
		h = (h ^ (unsigned char)folded.p[i]) * 1099511628211u;
	return h & ~(uint64_t)0xFF;
}
