/* What goes in and comes out of single calls, batches and walks. */
#include <stdio.h>
#include "both.h"

static void every_kind_goes_in_and_comes_back(void **state)
{
	struct both *b = *state;
	static const char bytes[] = "a\0b\xff";
	struct thing_put_in in = {
		.publisher = "p",
		.thing = an_id(1),
		.title = "대한민국 \xf0\x9f\x8f\xa2 O'Brien",
		.size = INT64_MAX,
		.flag = -1,
		.body = { bytes, 4 },
		.note = "",
		.due = INT64_MIN + 1,
		.seal = STR(""),
		.owner = an_id(2),
	};
	struct thing_get_in key = { "p", an_id(1) };
	struct thing_get_row row;
	int64_t changed = 0;
	OK(thing_put(b->db, &in, &changed, &b->e));
	assert_int_equal(changed, 1);
	assert_int_equal(thing_get(b->db, &key, b->a, &row, &b->e), 1);
	assert_string_equal(row.title, in.title);
	assert_true(row.size == INT64_MAX && row.flag == -1 && row.due == INT64_MIN + 1);
	assert_true(row.body.n == 4 && memcmp(row.body.p, bytes, 4) == 0);
	assert_string_equal(row.note, "");
	assert_true(row.seal.p && row.seal.n == 0);
	assert_true(id_eq(row.owner, an_id(2)));
}

static void null_comes_back_as_null(void **state)
{
	struct both *b = *state;
	struct thing_put_in in = a_thing(1, "x");
	struct thing_get_in key = { "p", an_id(1) };
	struct thing_get_row row;
	OK(thing_put(b->db, &in, NULL, &b->e));
	assert_int_equal(thing_get(b->db, &key, b->a, &row, &b->e), 1);
	assert_null(row.note);
	assert_true(row.due == SQL_NULL_INT);
	assert_null(row.seal.p);
	assert_true(id_is_null(row.owner));
}

static void null_where_it_may_not_be_is_our_bug(void **state)
{
	struct both *b = *state;
	struct thing_put_in in = a_thing(1, NULL);
	FAILS(thing_put(b->db, &in, NULL, &b->e), ERR_BUG, "store.argument");
	in = a_thing(1, "x");
	OK(thing_put(b->db, &in, NULL, &b->e));
	struct thing_note_in key = { "p", an_id(1) };
	struct thing_note_row row;
	FAILS(thing_note(b->db, &key, b->a, &row, &b->e) >= 0, ERR_BUG, "store.column");
}

static void parameters_in_any_order_keep_their_places(void **state)
{
	struct both *b = *state;
	struct thing_put_in in = a_thing(1, "right");
	struct thing_get_swapped_in key = { "p", an_id(1) };
	struct thing_get_swapped_row row;
	OK(thing_put(b->db, &in, NULL, &b->e));
	assert_int_equal(thing_get_swapped(b->db, &key, b->a, &row, &b->e), 1);
	assert_string_equal(row.title, "right");
}

static void no_row_leaves_the_output_alone(void **state)
{
	struct both *b = *state;
	struct tally_get_in in = { "nobody" };
	struct tally_get_row row = { 42 };
	assert_int_equal(tally_get(b->db, &in, b->a, &row, &b->e), 0);
	assert_int_equal(row.n, 42);
}

static void a_unique_clash_is_a_conflict(void **state)
{
	struct both *b = *state;
	struct thing_put_in in = a_thing(1, "x");
	OK(thing_put(b->db, &in, NULL, &b->e));
	FAILS(thing_put(b->db, &in, NULL, &b->e), ERR_CONFLICT, "store.exists");
	in.thing = an_id(2);
	FAILS(thing_put(b->db, &in, NULL, &b->e), ERR_CONFLICT, "store.exists");
	in.title = "y";
	OK(thing_put(b->db, &in, NULL, &b->e));
}

static void fill(struct both *b, int n)
{
	struct thing_put_in *ins = ARENA_ARRAY(b->a, struct thing_put_in, (size_t)n);
	for (int i = 0; i < n; i++)
		ins[i] = a_thing(i, arena_printf(b->a, "t%d", i));
	OK(thing_put_batch(b->db, ins, (size_t)n, &b->e));
}

static void lists_are_whole_and_filters_optional(void **state)
{
	struct both *b = *state;
	struct thing_list_in in = { "p", NULL };
	struct thing_list_row *rows = NULL;
	size_t n;
	OK(thing_list(b->db, &in, b->a, &rows, &n, &b->e));
	assert_int_equal(n, 0);
	fill(b, 1000);
	OK(thing_list(b->db, &in, b->a, &rows, &n, &b->e));
	assert_int_equal(n, 1000);
	assert_true(rows[999].size == 999 && id_eq(rows[999].thing, an_id(999)));
	in.note = "none has it";
	OK(thing_list(b->db, &in, b->a, &rows, &n, &b->e));
	assert_int_equal(n, 0);
}

static void changes_are_counted(void **state)
{
	struct both *b = *state;
	struct thing_grow_in grow = { "p", 1 };
	struct thing_drop_in drop = { "p" };
	int64_t n = -1;
	fill(b, 7);
	OK(thing_grow(b->db, &grow, &n, &b->e));
	assert_int_equal(n, 7);
	OK(thing_drop(b->db, &drop, &n, &b->e));
	assert_int_equal(n, 7);
	OK(thing_drop(b->db, &drop, &n, &b->e));
	assert_int_equal(n, 0);
}

static void a_family_is_picked_by_names(void **state)
{
	struct both *b = *state;
	struct thing_page_in in = { "p", 50, 1, 3 };
	struct thing_page_row *rows = NULL;
	size_t n;
	fill(b, 100);
	OK(thing_page(b->db, THING_PAGE_FILTER_ANY, THING_PAGE_ORDER_UP, &in, b->a, &rows, &n,
		      &b->e));
	assert_true(n == 3 && rows[0].size == 51 && rows[2].size == 53);
	OK(thing_page(b->db, THING_PAGE_FILTER_FLAGGED, THING_PAGE_ORDER_DOWN, &in, b->a, &rows, &n,
		      &b->e));
	assert_true(n == 3 && rows[0].size == 49 && rows[2].size == 45);
	assert_string_equal(thing_page_order_text[THING_PAGE_ORDER_DOWN], "down");
	assert_string_equal(thing_page_family[THING_PAGE_FILTER_FLAGGED][THING_PAGE_ORDER_UP]->name,
			    "thing_page_flagged_up");
}

static void two_bodies_are_for_their_engines(void **state)
{
	struct both *b = *state;
	struct tally_engine_row row;
	assert_int_equal(tally_engine(b->db, b->a, &row, &b->e), 1);
	bool lite = sql_engine_of(b->db) == SQL_SQLITE;
	assert_non_null(strstr(row.name, lite ? "it's; \"SQLite\"" : "it's; \"PostgreSQL\""));
}

static void a_batch_answers_in_order(void **state)
{
	struct both *b = *state;
	enum { N = 1000 };
	struct tally_add_in *ins = ARENA_ARRAY(b->a, struct tally_add_in, N);
	struct tally_add_row *rows = ARENA_ARRAY(b->a, struct tally_add_row, N);
	bool *found = ARENA_ARRAY(b->a, bool, N);
	for (int i = 0; i < N; i++)
		ins[i] = (struct tally_add_in){ arena_printf(b->a, "n%d", i / 2), i };
	OK(tally_add_batch(b->db, ins, N, b->a, rows, found, &b->e));
	for (int i = 0; i < N; i++) {
		assert_true(found[i]);
		assert_string_equal(rows[i].name, ins[i].name);
		assert_int_equal(rows[i].n, i % 2 ? 2 * i - 1 : i);
	}
	OK(tally_add_batch(b->db, ins, 0, b->a, rows, found, &b->e));
	OK(tally_add_batch(b->db, ins, 1, b->a, NULL, NULL, &b->e));
}

enum { THINGS = 5000 }; /* more than goes into one statement */

static struct thing_put_all_in *many_things(struct both *b)
{
	struct thing_put_all_in *ins = ARENA_ARRAY(b->a, struct thing_put_all_in, THINGS);
	for (int i = 0; i < THINGS; i++)
		ins[i] = (struct thing_put_all_in){
			.publisher = "p",
			.thing = an_id(i + 1),
			.title = arena_printf(b->a, "%d", i),
			.size = i,
			.body = { "a\0b\xff", 4 },
			.note = i % 2 ? NULL : "$1, \\ {NULL} \"",
			.due = i % 3 ? SQL_NULL_INT : -i,
			.seal = { i % 5 ? NULL : "", 0 },
			.owner = i % 7 ? (struct id){ { 0 } } : an_id(i + 1),
		};
	return ins;
}

static void a_set_keeps_values_and_nulls(void **state)
{
	struct both *b = *state;
	OK(thing_put_all_batch(b->db, many_things(b), THINGS, &b->e));
	for (int i = 0; i < THINGS; i += 211) {
		struct thing_get_row row;
		struct thing_get_in key = { "p", an_id(i + 1) };
		assert_int_equal(thing_get(b->db, &key, b->a, &row, &b->e), 1);
		assert_int_equal(row.size, i);
		assert_int_equal(row.body.n, 4);
		assert_memory_equal(row.body.p, "a\0b\xff", 4);
		assert_int_equal(!row.note, i % 2);
		assert_int_equal(row.due, i % 3 ? SQL_NULL_INT : -i);
		assert_int_equal(!row.seal.p, i % 5 != 0);
		assert_int_equal(id_is_null(row.owner), i % 7 != 0);
	}
}

static void a_set_fails_as_a_whole(void **state)
{
	struct both *b = *state;
	struct thing_put_all_in *ins = many_things(b);
	struct tally_sum_row sum;
	struct thing_find_row row;
	struct thing_find_in any = { "p", -1 };
	ins[THINGS - 1].thing = an_id(1);
	FAILS(thing_put_all_batch(b->db, ins, THINGS, &b->e), ERR_CONFLICT, "store.exists");
	assert_int_equal(thing_find(b->db, &any, b->a, &row, &b->e), 0);
	ins[THINGS - 1].title = NULL;
	FAILS(thing_put_all_batch(b->db, ins, THINGS, &b->e), ERR_BUG, "store.argument");
	assert_int_equal(thing_find(b->db, &any, b->a, &row, &b->e), 0);
	assert_int_equal(tally_sum(b->db, b->a, &sum, &b->e), 1); /* and the connection lives */
}

static void a_set_of_questions_answers_each(void **state)
{
	struct both *b = *state;
	struct thing_find_in asks[] = { { "p", 10 }, { "nobody", 0 }, { "p", THINGS }, { "p", 7 } };
	struct thing_find_row rows[4];
	bool found[4];
	OK(thing_put_all_batch(b->db, many_things(b), THINGS, &b->e));
	OK(thing_find_batch(b->db, asks, 4, b->a, rows, found, &b->e));
	assert_true(found[0] && !found[1] && !found[2] && found[3]);
	assert_true(id_eq(rows[0].thing, an_id(12)) && id_eq(rows[3].thing, an_id(9)));
	assert_null(rows[0].note);
	assert_string_equal(rows[3].note, "$1, \\ {NULL} \"");
}

static void a_set_of_changes_meets_its_rows_only(void **state)
{
	struct both *b = *state;
	struct thing_rename_in ins[] = { { "p", an_id(3), "c" }, { "q", an_id(4), "d" } };
	struct thing_get_in third = { "p", an_id(3) }, fourth = { "p", an_id(4) };
	struct thing_get_row row;
	OK(thing_put_all_batch(b->db, many_things(b), THINGS, &b->e));
	OK(thing_rename_batch(b->db, ins, 2, &b->e));
	assert_int_equal(thing_get(b->db, &third, b->a, &row, &b->e), 1);
	assert_string_equal(row.title, "c");
	assert_string_equal(row.note, "WHERE c");
	assert_int_equal(row.size, 3);
	assert_int_equal(thing_get(b->db, &fourth, b->a, &row, &b->e), 1);
	assert_string_equal(row.title, "3");
}

static void a_set_of_additions_answers_in_order(void **state)
{
	struct both *b = *state;
	struct tally_put_in ins[] = { { "b", 1 }, { "a", 2 }, { "c", 3 } };
	struct tally_put_row rows[3];
	bool found[3];
	for (int n = 1; n <= 2; n++) {
		OK(tally_put_batch(b->db, ins, 3, b->a, rows, found, &b->e));
		for (int i = 0; i < 3; i++) {
			assert_true(found[i]);
			assert_string_equal(rows[i].name, ins[i].name);
			assert_int_equal(rows[i].n, n * (i + 1));
		}
	}
}

static void a_batch_tells_who_gave_no_row(void **state)
{
	struct both *b = *state;
	struct tally_once_in ins[] = { { "a", 1 }, { "a", 2 }, { "b", 3 } };
	struct tally_once_row rows[3];
	bool found[3];
	OK(tally_once_batch(b->db, ins, 3, b->a, rows, found, &b->e));
	assert_true(found[0] && !found[1] && found[2]);
	assert_int_equal(rows[2].n, 3);
}

static void a_batch_fails_as_a_whole(void **state)
{
	struct both *b = *state;
	enum { N = 600 };
	struct tally_mark_in ins[N];
	for (int i = 0; i < N; i++)
		ins[i] = (struct tally_mark_in){ arena_printf(b->a, "m%d", i == 555 ? 3 : i), 1 };
	FAILS(tally_mark_batch(b->db, ins, N, &b->e), ERR_CONFLICT, "store.exists");
	assert_int_equal(tally_of(b, "m0"), -1);
	ins[555].name = NULL;
	FAILS(tally_mark_batch(b->db, ins, N, &b->e), ERR_BUG, "store.argument");
	assert_int_equal(tally_of(b, "m0"), -1);
	ins[555].name = "m555";
	OK(tally_mark_batch(b->db, ins, N, &b->e));
	assert_int_equal(tally_of(b, "m599"), 1);
}

static void a_batch_of_large_bodies_does_not_block(void **state)
{
	struct both *b = *state;
	enum { N = 40, SIZE = 512 * 1024 };
	struct thing_put_in ins[N];
	char *body = arena_alloc(b->a, SIZE);
	memset(body, 'x', SIZE);
	for (int i = 0; i < N; i++) {
		ins[i] = a_thing(i, arena_printf(b->a, "t%d", i));
		ins[i].body = (struct str){ body, SIZE };
	}
	OK(thing_put_batch(b->db, ins, N, &b->e));
	struct thing_get_in key = { "p", an_id(N - 1) };
	struct thing_get_row row;
	assert_int_equal(thing_get(b->db, &key, b->a, &row, &b->e), 1);
	assert_int_equal(row.body.n, SIZE);
}

struct walked {
	struct both *b;
	int n, stop_at;
};

static bool count_row(void *ctx, const struct thing_walk_row *row, struct err *e)
{
	struct walked *w = ctx;
	char title[16];
	struct tally_get_in in = { "x" };
	struct tally_get_row other;
	struct err inner;
	assert_int_equal(row->size, w->n);
	snprintf(title, sizeof(title), "t%d", w->n);
	assert_string_equal(row->title, title);
	assert_int_equal(tally_get(w->b->db, &in, w->b->a, &other, &inner), -1);
	assert_string_equal(inner.code, "store.walking");
	if (++w->n == w->stop_at)
		return ERR(e, ERR_LIMIT, "test.enough", "enough");
	return true;
}

static void a_walk_sees_each_row_and_can_stop(void **state)
{
	struct both *b = *state;
	struct thing_walk_in in = { "p" };
	struct walked w = { b, 0, -1 };
	fill(b, 3000);
	OK(thing_walk(b->db, &in, count_row, &w, &b->e));
	assert_int_equal(w.n, 3000);
	w = (struct walked){ b, 0, 5 };
	FAILS(thing_walk(b->db, &in, count_row, &w, &b->e), ERR_LIMIT, "test.enough");
	assert_int_equal(w.n, 5);
	w = (struct walked){ b, 0, -1 };
	OK(thing_walk(b->db, &in, count_row, &w, &b->e));
	OK(sql_ping(b->db, &b->e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(every_kind_goes_in_and_comes_back),
		BOTH(null_comes_back_as_null),
		BOTH(null_where_it_may_not_be_is_our_bug),
		BOTH(parameters_in_any_order_keep_their_places),
		BOTH(no_row_leaves_the_output_alone),
		BOTH(a_unique_clash_is_a_conflict),
		BOTH(lists_are_whole_and_filters_optional),
		BOTH(changes_are_counted),
		BOTH(a_family_is_picked_by_names),
		BOTH(two_bodies_are_for_their_engines),
		BOTH(a_batch_answers_in_order),
		BOTH(a_set_keeps_values_and_nulls),
		BOTH(a_set_fails_as_a_whole),
		BOTH(a_set_of_questions_answers_each),
		BOTH(a_set_of_changes_meets_its_rows_only),
		BOTH(a_set_of_additions_answers_in_order),
		BOTH(a_batch_tells_who_gave_no_row),
		BOTH(a_batch_fails_as_a_whole),
		BOTH(a_batch_of_large_bodies_does_not_block),
		BOTH(a_walk_sees_each_row_and_can_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
