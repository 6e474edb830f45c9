/* Pages of many publishers against a plain sort of everything, at every limit, with rows that tie.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "api/merge.h"
#include "base/hash.h"
#include "store/store.h"

#define PUBLISHERS 7
#define EACH       40
#define ALL        (PUBLISHERS * EACH)

static const char *const publishers[PUBLISHERS] = { "a", "a-b", "aa", "b", "c", "d", "e" };

static int newest(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	return x->seq == y->seq ? strcmp(x->publisher_id, y->publisher_id)
				: (x->seq < y->seq) - (x->seq > y->seq);
}

static void fill(struct arena *a, struct lead_page_row *rows)
{
	for (size_t i = 0; i < ALL; i++) {
		rows[i].publisher_id = publishers[i / EACH];
		rows[i].seq = (int64_t)(rand_u32() % 60) * 100 + (int64_t)(i % EACH);
		rows[i].description = arena_printf(a, "%zu", i);
	}
	for (size_t p = 0; p < PUBLISHERS; p++)
		qsort(rows + p * EACH, EACH, sizeof(*rows), newest);
}

/* The page's rows as a statement gives them: in the arena that the next page will use. */
static const void *page(struct merge *m, const struct lead_page_row *rows, size_t n)
{
	struct arena *a = merge_arena(m);
	struct lead_page_row *out = ARENA_ARRAY(a, struct lead_page_row, n);

	for (size_t i = 0; i < n; i++) {
		out[i] = rows[i];
		out[i].publisher_id = arena_strdup(a, rows[i].publisher_id);
		out[i].description = arena_strdup(a, rows[i].description);
	}
	return out;
}

static void a_merged_page_is_the_head_of_all(void **state)
{
	AUTO_ARENA a = arena_new("test", 16 << 20);
	struct lead_page_row *rows = ARENA_ARRAY(a, struct lead_page_row, ALL);
	struct lead_page_row *sorted = ARENA_ARRAY(a, struct lead_page_row, ALL);

	(void)state;
	for (size_t keep = 1; keep <= ALL + 3; keep += keep < 10 ? 1 : 37) {
		AUTO_MERGE m = { 0 };
		size_t want = keep < ALL ? keep : ALL;

		fill(a, rows);
		memcpy(sorted, rows, ALL * sizeof(*rows));
		qsort(sorted, ALL, sizeof(*sorted), newest);
		merge_begin(&m, &lead_get_query, newest, keep, PUBLISHERS, a);
		for (size_t p = 0; p < PUBLISHERS; p++) {
			size_t n = keep < EACH ? keep : EACH;

			merge_add(&m, page(&m, rows + p * EACH, n), n, p);
		}
		assert_int_equal(m.n, want);
		for (size_t i = 0; i < want; i++) {
			const struct lead_page_row *got = merge_row(&m, i);

			assert_int_equal(got->seq, sorted[i].seq);
			assert_string_equal(got->publisher_id, sorted[i].publisher_id);
			assert_string_equal(got->description, sorted[i].description);
			assert_string_equal(publishers[merge_source(&m, i)], got->publisher_id);
		}
	}
}

/* Thousands of publishers with long texts: what is kept is bounded, else the arena ends the
 * process. */
static void memory_does_not_grow_with_publishers(void **state)
{
	enum { MANY = 3000, ROWS = 50, SIZE = 16000 };
	AUTO_ARENA a = arena_new("test", 16 << 20);
	struct lead_page_row *rows = ARENA_ARRAY(a, struct lead_page_row, ROWS);
	char *text = arena_alloc(a, SIZE + 1);
	AUTO_MERGE m = { 0 };

	(void)state;
	memset(text, 'x', SIZE);
	merge_begin(&m, &lead_get_query, newest, ROWS, MANY, a);
	for (size_t p = 0; p < MANY; p++) {
		for (size_t i = 0; i < ROWS; i++) {
			rows[i].publisher_id = "p";
			rows[i].description = text;
			rows[i].seq =
				(int64_t)(p * ROWS + ROWS - i); /* each page beats all before it */
		}
		merge_add(&m, page(&m, rows, p % 500 ? 1 : ROWS), p % 500 ? 1 : ROWS, p);
	}
	assert_int_equal(m.n, ROWS);
}

static void nothing_and_one_source(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct lead_page_row row = { .publisher_id = "p", .seq = 7 };
	AUTO_MERGE m = { 0 };

	(void)state;
	merge_begin(&m, &lead_get_query, newest, 5, 1, a);
	assert_ptr_equal(merge_arena(&m), a);
	merge_add(&m, &row, 0, 0);
	assert_int_equal(m.n, 0);
	merge_add(&m, &row, 1, 0);
	assert_int_equal(m.n, 1);
	assert_int_equal(((const struct lead_page_row *)merge_row(&m, 0))->seq, 7);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_merged_page_is_the_head_of_all),
		cmocka_unit_test(memory_does_not_grow_with_publishers),
		cmocka_unit_test(nothing_and_one_source),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
