/* Migrations: once, in order, unchanged, all or nothing. */
#include "both.h"

static void twice_is_once(void **state)
{
	struct both *b = *state;
	int applied = -1;
	OK(sql_migrate(b->db, sample_migrations, sample_migration_count, &applied, &b->e));
	assert_int_equal(applied, 0);
	OK(sql_migrated(b->db, sample_migrations, sample_migration_count, &b->e));
	bool lite = sql_engine_of(b->db) == SQL_SQLITE;
	assert_int_equal(tally_of(b, "made for SQLite"), lite ? 1 : -1);
	assert_int_equal(tally_of(b, "made for PostgreSQL"), lite ? -1 : 1);
}

static void an_empty_store_says_what_to_run(void **state)
{
	struct both *b = *state;
	struct test_db t;
	test_db_make(sql_engine_of(b->db), &t);
	struct sql_db *db = test_db_open(&t, SQL_DURABLE);
	FAILS(sql_migrated(db, sample_migrations, sample_migration_count, &b->e), ERR_STORE,
	      "store.empty");
	assert_non_null(strstr(b->e.text, "migrate"));
	sql_close(db);
	test_db_drop(&t);
}

static void a_newer_store_is_refused_by_name(void **state)
{
	struct both *b = *state;
	FAILS(sql_migrated(b->db, sample_migrations, 1, &b->e), ERR_STORE, "store.version");
	assert_non_null(strstr(b->e.text, "0002 more"));
	FAILS(sql_migrate(b->db, sample_migrations, 1, NULL, &b->e), ERR_STORE, "store.version");
}

static void a_changed_migration_is_refused_by_name(void **state)
{
	struct both *b = *state;
	struct sql_migration all[] = { sample_migrations[0], sample_migrations[1] };
	all[1].text = "CREATE INDEX thing_size ON thing (size);";
	FAILS(sql_migrate(b->db, all, 2, NULL, &b->e), ERR_STORE, "store.version");
	assert_non_null(strstr(b->e.text, "0002 more was changed"));
	all[1] = sample_migrations[1];
	all[1].sqlite_only = all[1].postgresql_only = "SELECT 1;";
	FAILS(sql_migrated(b->db, all, 2, &b->e), ERR_STORE, "store.version");
}

static void a_failing_migration_leaves_nothing_and_is_named(void **state)
{
	struct both *b = *state;
	struct sql_migration all[] = {
		sample_migrations[0],
		sample_migrations[1],
		{ 3, "broken", "INSERT INTO tally (name, n) VALUES ('three', 3); SELECT nonsense;",
		  NULL, NULL },
		{ 4, "fine", "INSERT INTO tally (name, n) VALUES ('four', 4);", NULL, NULL }
	};
	memset(&b->e, 0, sizeof(b->e));
	assert_false(sql_migrate(b->db, all, 4, NULL, &b->e));
	assert_non_null(strstr(b->e.text, "0003 broken"));
	assert_int_equal(tally_of(b, "three"), -1);
	OK(sql_migrated(b->db, all, 2, &b->e));
	int applied = 0;
	all[2].text = "INSERT INTO tally (name, n) VALUES ('three', 3);";
	OK(sql_migrate(b->db, all, 4, &applied, &b->e));
	assert_int_equal(applied, 2);
	assert_int_equal(tally_of(b, "four"), 4);
}

static void each_call_failing_can_be_made_good(void **state)
{
	struct both *b = *state;
	struct test_db t;
	test_db_make(sql_engine_of(b->db), &t);
	struct sql_db *db = test_db_open(&t, SQL_DURABLE);
	bool ok = false;
	for (int n = 1; !ok; n++) {
		sql_fault_nth(n);
		ok = sql_migrate(db, sample_migrations, sample_migration_count, NULL, &b->e);
		sql_fault_nth(0);
	}
	OK(sql_migrated(db, sample_migrations, sample_migration_count, &b->e));
	sql_close(db);
	test_db_drop(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(twice_is_once),
		BOTH(an_empty_store_says_what_to_run),
		BOTH(a_newer_store_is_refused_by_name),
		BOTH(a_changed_migration_is_refused_by_name),
		BOTH(a_failing_migration_leaves_nothing_and_is_named),
		BOTH(each_call_failing_can_be_made_good),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
