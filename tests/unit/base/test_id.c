/* Ids: they rise, they come out the same when made again, and their edges bound every id of a ms.
 */
#include "cases.h"
#include <pthread.h>
#include "base/id.h"

#define NOW INT64_C(1795255200000)

static int order(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b));
}

static void rise_within_a_ms_and_when_the_clock_is_set_back(void **state)
{
	struct id last = id_new(NOW);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct id x = id_new(NOW - i % 5000);

		assert_true(order(last, x) < 0);
		last = x;
	}
	assert_true(order(last, id_new(NOW + 3600000)) < 0);
}

static void are_uuids_of_version_seven(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct id x = id_new(NOW + 7200000 + i);

		assert_int_equal(x.b[6] >> 4, 7);
		assert_int_equal(x.b[8] >> 6, 2);
		assert_int_equal(id_time(x), NOW + 7200000 + i);
	}
}

#define PER_THREAD 5000
static void *make_many(void *out)
{
	struct id *x = out;

	for (int i = 0; i < PER_THREAD; i++)
		x[i] = id_new(NOW);
	return NULL;
}

static void threads_never_get_the_same_one(void **state)
{
	enum { THREADS = 4 };
	static struct id all[THREADS][PER_THREAD];
	pthread_t t[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, make_many, all[i]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < THREADS; i++)
		for (int k = 1; k < PER_THREAD; k++)
			assert_true(order(all[i][k - 1], all[i][k]) < 0);
	for (int k = 0; k < PER_THREAD; k += 17)
		for (int m = 0; m < PER_THREAD; m++)
			assert_false(id_eq(all[0][k], all[1][m]));
}

static void derived_ones_depend_on_every_input(void **state)
{
	struct id parent = id_new(NOW), other = id_new(NOW);
	struct id x = id_derive(parent, "lead", 0, NOW);

	(void)state;
	assert_true(id_eq(x, id_derive(parent, "lead", 0, NOW)));
	assert_false(id_eq(x, id_derive(other, "lead", 0, NOW)));
	assert_false(id_eq(x, id_derive(parent, "customer", 0, NOW)));
	assert_false(id_eq(x, id_derive(parent, "lead", 1, NOW)));
	assert_false(id_eq(x, id_derive(parent, "lead", 0, NOW + 1)));
	assert_int_equal(id_time(x), NOW);
}

static void edges_bound_every_id_of_their_ms(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct id x = id_derive(id_new(NOW), "x", (uint32_t)i, NOW);

		assert_true(order(id_first(NOW), x) < 0 && order(x, id_last(NOW)) < 0);
	}
	assert_true(order(id_last(NOW), id_first(NOW + 1)) < 0);
	/* Times that no id can hold are the first and the last there are. */
	assert_true(id_eq(id_first(-5), id_first(0)));
	assert_true(id_eq(id_last(INT64_MAX), id_last(ID_MS_MAX)));
	assert_true(id_eq(id_first(INT64_MIN), id_first(0)));
}

static void text_is_read_back_and_nothing_else_is(void **state)
{
	static const char *const wrong[] = {
		"",
		"0190f2aa",
		"0190f2aa-bbcc-7ddd-8eee-ffffffffff",
		"0190f2aa-bbcc-7ddd-8eee-ffffffffffff0",
		"0190f2aa-bbcc-7ddd-8eee-fffffffffffg",
		"0190f2aaabbcc-7ddd-8eee-ffffffffffff",
		"0190f2aa-bbcc-7ddd-8eee ffffffffffff",
		"{190f2aa-bbcc-7ddd-8eee-fffffffffff}",
		"0190f2aa-bbcc-7ddd-8eee-ffffffffff\x11\x12",
	};
	struct id x, y;
	char text[ID_TEXT];

	(void)state;
	for (int i = 0; i < 200; i++) {
		x = id_derive(id_new(NOW), "text", (uint32_t)i, NOW);
		assert_true(id_parse(str_of(id_text(x, text)), &y));
		assert_true(id_eq(x, y));
		for (char *p = text; *p; p++)
			if (*p >= 'a' && *p <= 'f')
				*p = (char)(*p - 'a' + 'A');
		assert_true(id_parse(str_of(text), &y) && id_eq(x, y));
	}
	EACH(wrong, c) CHECK(!id_parse(str_of(*c), &y), *c);
	assert_true(id_is_null((struct id){ { 0 } }));
	assert_false(id_is_null(x));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rise_within_a_ms_and_when_the_clock_is_set_back),
		cmocka_unit_test(are_uuids_of_version_seven),
		cmocka_unit_test(threads_never_get_the_same_one),
		cmocka_unit_test(derived_ones_depend_on_every_input),
		cmocka_unit_test(edges_bound_every_id_of_their_ms),
		cmocka_unit_test(text_is_read_back_and_nothing_else_is),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
