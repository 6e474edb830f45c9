/* The map of 64-bit keys against a plain array, through growth and removal. */
#include "cases.h"
#include "base/map.h"

#define KEYS 20000

static uint64_t key_of(uint64_t i)
{
	i = (i ^ i >> 31) * 0xBF58476D1CE4E5B9u;
	i = (i ^ i >> 29) * 0x94D049BB133111EBu;
	return i ^ i >> 32;
}

static void holds_what_was_put(void **state)
{
	static uint32_t want[KEYS];
	struct map m = { 0 };
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 400000; i++) {
		uint32_t k = (uint32_t)((seed = key_of(seed + 1)) % KEYS);

		if (seed >> 40 & 1) {
			want[k] = (uint32_t)i + 1;
			*map_put(&m, key_of(k)) = want[k];
		} else {
			want[k] = 0;
			map_drop(&m, key_of(k));
		}
	}
	for (uint32_t k = 0; k < KEYS; k++) {
		const uint32_t *v = map_find(&m, key_of(k));

		assert_int_equal(v ? *v : 0, want[k]);
	}
	assert_true(map_bytes(&m) < KEYS * 8 * 2);
	map_free(&m);
	assert_null(map_find(&m, key_of(1)));
	map_drop(&m, key_of(1));
}

/* All in one piece, and at its end: those behind the edge are at its beginning. */
static void a_run_goes_round_the_end(void **state)
{
	const uint64_t last = (UINT64_C(1) << 58) - 1;
	struct map m = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 6; i++)
		*map_put(&m, last - (i << 26)) = (uint32_t)i + 1;
	map_drop(&m, last);
	map_drop(&m, last - (UINT64_C(3) << 26));
	for (uint64_t i = 0; i < 6; i++) {
		const uint32_t *v = map_find(&m, last - (i << 26));

		assert_int_equal(v ? *v : 0, i % 3 ? i + 1 : 0);
	}
	map_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_was_put),
		cmocka_unit_test(a_run_goes_round_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
