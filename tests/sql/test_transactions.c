/* The rules of transactions, alike on both engines; and every call failing once. */
#include "both.h"

static bool mark(struct both *b, const char *name)
{
	struct tally_mark_in in = { name, 1 };
	return tally_mark(b->db, &in, NULL, &b->e);
}

static void what_is_committed_stays(void **state)
{
	struct both *b = *state;
	AUTO_TX tx = { 0 };
	OK(sql_begin(b->db, &tx, &b->e));
	OK(mark(b, "a"));
	OK(sql_commit(&tx, &b->e));
	assert_null(tx.db);
	assert_int_equal(tally_of(b, "a"), 1);
	FAILS(sql_commit(&tx, &b->e), ERR_BUG, "store.over");
}

static void without_commit_it_rolls_back_by_itself(void **state)
{
	struct both *b = *state;
	{
		AUTO_TX tx = { 0 };
		OK(sql_begin(b->db, &tx, &b->e));
		OK(mark(b, "a"));
	}
	assert_int_equal(tally_of(b, "a"), -1);
	OK(mark(b, "a"));
}

static void after_a_failed_statement_every_further_one_fails(void **state)
{
	struct both *b = *state;
	struct tally_get_in in = { "a" };
	struct tally_get_row row;
	AUTO_TX tx = { 0 };
	OK(sql_begin(b->db, &tx, &b->e));
	OK(mark(b, "a"));
	FAILS(mark(b, "a"), ERR_CONFLICT, "store.exists");
	FAILS(mark(b, "b"), ERR_BUSY, "store.failed");
	FAILS(tally_get(b->db, &in, b->a, &row, &b->e) >= 0, ERR_BUSY, "store.failed");
	FAILS(sql_commit(&tx, &b->e), ERR_BUSY, "store.failed");
	assert_null(tx.db);
	assert_int_equal(tally_of(b, "a"), -1);
	OK(mark(b, "a"));
}

static void a_transaction_inside_another_is_our_bug(void **state)
{
	struct both *b = *state;
	AUTO_TX tx = { 0 };
	AUTO_TX inner = { 0 };
	OK(sql_begin(b->db, &tx, &b->e));
	FAILS(sql_begin(b->db, &inner, &b->e), ERR_BUG, "store.nested");
	assert_null(inner.db);
}

static void reading_sees_one_moment(void **state)
{
	struct both *b = *state;
	struct tally_sum_row before, after;
	struct sql_db *other = test_db_open(&b->t, SQL_DERIVED);
	struct tally_mark_in in = { "a", 5 };
	{
		AUTO_TX tx = { 0 };
		OK(sql_begin_read(b->db, &tx, &b->e));
		assert_int_equal(tally_sum(b->db, b->a, &before, &b->e), 1);
		OK(tally_mark(other, &in, NULL, &b->e));
		assert_int_equal(tally_sum(b->db, b->a, &after, &b->e), 1);
		assert_int_equal(after.n, before.n);
		OK(sql_commit(&tx, &b->e));
	}
	assert_int_equal(tally_sum(b->db, b->a, &after, &b->e), 1);
	assert_int_equal(after.n, before.n + 5);
	sql_close(other);
}

static void reading_refuses_to_write(void **state)
{
	struct both *b = *state;
	AUTO_TX tx = { 0 };
	OK(sql_begin_read(b->db, &tx, &b->e));
	memset(&b->e, 0, sizeof(b->e));
	assert_false(mark(b, "a"));
	FAILS(mark(b, "b"), ERR_BUSY, "store.failed");
}

static void a_batch_joins_the_open_transaction(void **state)
{
	struct both *b = *state;
	struct tally_mark_in ins[] = { { "a", 1 }, { "b", 1 } };
	{
		AUTO_TX tx = { 0 };
		OK(sql_begin(b->db, &tx, &b->e));
		OK(tally_mark_batch(b->db, ins, 2, &b->e));
	}
	assert_int_equal(tally_of(b, "a"), -1);
	{
		AUTO_TX tx = { 0 };
		OK(sql_begin(b->db, &tx, &b->e));
		OK(tally_mark_batch(b->db, ins, 2, &b->e));
		OK(sql_commit(&tx, &b->e));
	}
	assert_int_equal(tally_of(b, "b"), 1);
}

static void closing_rolls_back(void **state)
{
	struct both *b = *state;
	struct sql_tx tx;
	struct sql_db *other = test_db_open(&b->t, SQL_DERIVED);
	struct tally_mark_in in = { "a", 1 };
	OK(sql_begin(other, &tx, &b->e));
	OK(tally_mark(other, &in, NULL, &b->e));
	sql_close(other);
	assert_int_equal(tally_of(b, "a"), -1);
	OK(mark(b, "a"));
}

/* A unit of work as the product has them: a batch, an upsert and a mark, in one transaction. */
static bool work(struct both *b, int64_t n)
{
	struct tally_add_in adds[] = { { "left", n }, { "right", n } };
	struct tally_add_in total = { "total", 2 * n };
	struct tally_add_row row;
	AUTO_TX tx = { 0 };
	return sql_begin(b->db, &tx, &b->e) &&
	       tally_add_batch(b->db, adds, 2, b->a, NULL, NULL, &b->e) &&
	       tally_add(b->db, &total, b->a, &row, &b->e) > 0 && sql_commit(&tx, &b->e);
}

static void each_call_failing_leaves_all_or_nothing(void **state)
{
	struct both *b = *state;
	int64_t done = 0;
	OK(work(b, 1));
	done++;
	for (int n = 1;; n++) {
		memset(&b->e, 0, sizeof(b->e));
		sql_fault_nth(n);
		bool ok = work(b, 1);
		int calls = sql_fault_calls();
		sql_fault_nth(0);
		done += ok;
		assert_int_equal(tally_of(b, "left"), done);
		assert_int_equal(tally_of(b, "right"), done);
		assert_int_equal(tally_of(b, "total"), 2 * done);
		if (ok) {
			assert_true(n > 4 && calls == n - 1);
			return;
		}
		assert_string_equal(b->e.code, "store.fault");
		assert_int_equal(b->e.kind, ERR_STORE);
	}
}

static void a_failing_open_gives_nothing(void **state)
{
	struct both *b = *state;
	struct sql_db *db = NULL;
	sql_fault_nth(1);
	FAILS(sql_open(b->t.url, SQL_DURABLE, &db, &b->e), ERR_STORE, "store.fault");
	assert_null(db);
	OK(sql_open(b->t.url, SQL_DURABLE, &db, &b->e));
	sql_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_is_committed_stays),
		BOTH(without_commit_it_rolls_back_by_itself),
		BOTH(after_a_failed_statement_every_further_one_fails),
		BOTH(a_transaction_inside_another_is_our_bug),
		BOTH(reading_sees_one_moment),
		BOTH(reading_refuses_to_write),
		BOTH(a_batch_joins_the_open_transaction),
		BOTH(closing_rolls_back),
		BOTH(each_call_failing_leaves_all_or_nothing),
		BOTH(a_failing_open_gives_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
