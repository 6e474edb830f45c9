/*
 * The two engines side by side: every migration makes the same tables, every statement is taken by
 * both with the same parameters and columns. Built once for the sample statements, once for the
 * store's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "sql/driver.h"
#include "db.h"

extern const struct sql_migration MIGRATIONS[];
extern const size_t MIGRATION_COUNT;

static struct test_db urls[2];
static struct sql_db *dbs[2];

static int setup(void **state)
{
	struct err e = { 0 };
	(void)state;
	for (int i = 0; i < 2; i++) {
		int applied = -1;
		test_db_make(i == 0 ? SQL_SQLITE : SQL_POSTGRESQL, &urls[i]);
		dbs[i] = test_db_open(&urls[i], SQL_DERIVED);
		if (!sql_migrate(dbs[i], MIGRATIONS, MIGRATION_COUNT, &applied, &e))
			fail_msg("%s", e.text);
		assert_int_equal(applied, MIGRATION_COUNT);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		sql_close(dbs[i]);
		test_db_drop(&urls[i]);
	}
	return 0;
}

static void every_statement_fits_both(void **state)
{
	int bad = 0;
	(void)state;
	assert_true(sql_query_count > 0);
	for (size_t i = 0; i < sql_query_count; i++) {
		assert_int_equal(sql_queries[i]->slot, i);
		if (i > 0)
			assert_true(strcmp(sql_queries[i - 1]->name, sql_queries[i]->name) < 0);
		for (int k = 0; k < 2; k++) {
			struct err e = { 0 };
			if (!dbs[k]->driver->check(dbs[k], sql_queries[i], &e)) {
				print_error("%s\n", e.text);
				bad++;
			}
		}
	}
	assert_int_equal(bad, 0);
}

/* Tables, columns and indexes as sorted lines. What the search of each engine makes is its own. */
struct line {
	const char *text;
};
static const struct sql_field line_out[] = { { "text", 't', offsetof(struct line, text) },
					     { NULL, 0, 0 } };
static const struct sql_query columns_query = {
	.name = "columns",
	.sqlite = "SELECT m.name || '.' || c.name || ' ' || lower(c.type) ||"
		  " CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END AS text"
		  " FROM sqlite_schema m, pragma_table_info(m.name) c"
		  " WHERE m.type = 'table' AND m.name NOT LIKE 'lead_search%' AND m.name NOT LIKE "
		  "'sqlite%' AND m.name <> 'lead_word'"
		  " ORDER BY m.name, c.name",
	.postgresql = "SELECT table_name || '.' || column_name || ' ' || data_type ||"
		      " CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END AS text"
		      " FROM information_schema.columns"
		      " WHERE table_schema = 'public' AND table_name NOT LIKE 'lead_search%'"
		      " ORDER BY CAST(table_name AS TEXT) COLLATE \"C\", CAST(column_name AS TEXT) "
		      "COLLATE \"C\"",
	.out = line_out,
	.row_size = sizeof(struct line),
	.slot = -1,
};
static const struct sql_query indexes_query = {
	.name = "indexes",
	.sqlite = "SELECT m.tbl_name || ' ' || m.name || CASE l.\"unique\" WHEN 1 THEN ' unique' "
		  "ELSE '' END ||"
		  " CASE l.partial WHEN 1 THEN ' partial' ELSE '' END || ' ' || (SELECT "
		  "group_concat(name, ',')"
		  " FROM (SELECT i.name FROM pragma_index_info(m.name) i ORDER BY seqno)) AS text"
		  " FROM sqlite_schema m JOIN pragma_index_list(m.tbl_name) l ON l.name = m.name"
		  " WHERE m.type = 'index' AND m.sql IS NOT NULL AND m.name NOT LIKE 'lead_search%'"
		  " ORDER BY m.name",
	.postgresql = "SELECT t.relname || ' ' || c.relname || CASE WHEN i.indisunique THEN ' "
		      "unique' ELSE '' END ||"
		      " CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END || ' ' ||"
		      " (SELECT string_agg(a.attname, ',' ORDER BY k.n)"
		      " FROM unnest(i.indkey) WITH ORDINALITY k(attnum, n)"
		      " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) AS text"
		      " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON "
		      "t.oid = i.indrelid"
		      " JOIN pg_namespace s ON s.oid = t.relnamespace"
		      " WHERE s.nspname = 'public' AND NOT i.indisprimary AND c.relname NOT LIKE "
		      "'lead_search%'"
		      " ORDER BY CAST(c.relname AS TEXT) COLLATE \"C\"",
	.out = line_out,
	.row_size = sizeof(struct line),
	.slot = -1,
};

static void same_lines(const struct sql_query *q, size_t at_least)
{
	struct err e = { 0 };
	size_t n[2];
	void *rows[2];
	AUTO_ARENA a = arena_new("test", 16 << 20);
	for (int k = 0; k < 2; k++) {
		if (!sql_all(dbs[k], q, NULL, a, &rows[k], &n[k], &e))
			fail_msg("%s", e.text);
	}
	const struct line *lite = rows[0], *pg = rows[1];
	for (size_t i = 0; i < n[0] && i < n[1]; i++)
		assert_string_equal(lite[i].text, pg[i].text);
	assert_int_equal(n[0], n[1]);
	assert_true(n[0] >= at_least);
}

static void columns_are_the_same(void **state)
{
	(void)state;
	same_lines(&columns_query, 8);
}

static void indexes_are_the_same(void **state)
{
	(void)state;
	same_lines(&indexes_query, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_fits_both),
		cmocka_unit_test(columns_are_the_same),
		cmocka_unit_test(indexes_are_the_same),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
