/* Models as they are stored, and what a weight means. */
#include "customer/parts.h"

#define NUMBERS (CLASSES + CLASSES * TRAITS * IDENTITY_LEVELS)
_Static_assert(sizeof(struct identity_model) == NUMBERS * sizeof(double), "nothing but numbers");

struct str customer_model_pack(struct arena *a, const struct identity_model *m)
{
	unsigned char *out = arena_alloc(a, NUMBERS * 8);
	double numbers[NUMBERS];

	memcpy(numbers, m, sizeof(*m));
	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t bits;

		memcpy(&bits, &numbers[i], sizeof(bits));
		for (int b = 0; b < 8; b++)
			out[i * 8 + (size_t)b] = (unsigned char)(bits >> (8 * b));
	}
	return (struct str){ (const char *)out, NUMBERS * 8 };
}

static void unpack(struct str packed, struct identity_model *ret)
{
	double numbers[NUMBERS];

	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t bits = 0;

		for (int b = 0; b < 8; b++)
			bits |= (uint64_t)(unsigned char)packed.p[i * 8 + (size_t)b] << (8 * b);
		memcpy(&numbers[i], &bits, sizeof(bits));
	}
	memcpy(ret, numbers, sizeof(*ret));
}

bool customer_model(struct sql_db *db, struct arena *a, const char *publisher, int64_t number,
		    struct identity_model *ret, struct err *e)
{
	struct model_get_row row;
	int found;

	if (!number) {
		*ret = identity_model_shipped;
		return true;
	}
	found = model_get(db, &(struct model_get_in){ publisher, number }, a, &row, e);
	if (found < 0)
		return false;
	if (!found || row.numbers.n != NUMBERS * 8)
		return ERR(e, ERR_NOT_FOUND, "not-found", "There is no model %lld.",
			   (long long)number);
	unpack(row.numbers, ret);
	return true;
}

const char *customer_outcome(const struct identity_limits *l, double weight)
{
	if (weight >= l->join)
		return "same";
	return weight >= l->review ? "review" : "different";
}
