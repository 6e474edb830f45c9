/* The memory of what arrived lately: found inside the window, forgotten in order, never mixed up.
 */
#include "intake/recent.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define NOW    1795255200000LL
#define WINDOW 600000

static struct recent_key key_of(const char *body, const char *offer)
{
	struct hash h = hash_of(str_of(body));

	return recent_key(h.b, hash_of(str_of(offer)));
}

static void finds_the_same_bytes_at_the_same_offer_only(void **state)
{
	struct recent *r = recent_new(8);
	struct id first = id_new(NOW), got;

	(void)state;
	recent_add(r, key_of("a", "contoso.one"), first, NOW);
	assert_true(recent_find(r, key_of("a", "contoso.one"), NOW - WINDOW, &got));
	assert_true(id_eq(got, first));
	assert_false(recent_find(r, key_of("b", "contoso.one"), NOW - WINDOW, &got));
	assert_false(recent_find(r, key_of("a", "contoso.two"), NOW - WINDOW, &got));
	recent_free(r);
}

static void what_is_older_than_the_window_is_no_repeat(void **state)
{
	struct recent *r = recent_new(8);
	struct id got, first = id_new(NOW), later = id_new(NOW + WINDOW);

	(void)state;
	recent_add(r, key_of("a", "o"), first, NOW);
	assert_false(recent_find(r, key_of("a", "o"), NOW, &got));
	recent_add(r, key_of("a", "o"), later, NOW + 1);
	assert_true(recent_find(r, key_of("a", "o"), NOW, &got));
	assert_true(id_eq(got, later));
	recent_free(r);
}

/* Against a plain array, through many rounds of a small ring: holes, runs and renewals included. */
static void forgets_the_oldest_and_nothing_else(void **state)
{
	enum { MAX = 61, ROUNDS = 20000, KEYS = 97 };
	struct recent *r = recent_new(MAX);
	static struct id last[KEYS];
	static int when[KEYS];
	char body[16];

	(void)state;
	memset(when, -1, sizeof(when));
	for (int i = 0; i < ROUNDS; i++) {
		int k = (int)(((unsigned)i * 2654435761u >> 7) % KEYS);

		snprintf(body, sizeof(body), "%d", k);
		last[k] = id_new(NOW + i);
		when[k] = i;
		recent_add(r, key_of(body, "o"), last[k], NOW);
		for (int j = 0; j < KEYS; j += 7) {
			struct id got;
			bool want = when[j] >= 0 && i - when[j] < MAX;

			snprintf(body, sizeof(body), "%d", j);
			assert_int_equal(recent_find(r, key_of(body, "o"), 0, &got), want);
			if (want)
				assert_true(id_eq(got, last[j]));
		}
	}
	recent_free(r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_same_bytes_at_the_same_offer_only),
		cmocka_unit_test(what_is_older_than_the_window_is_no_repeat),
		cmocka_unit_test(forgets_the_oldest_and_nothing_else),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
