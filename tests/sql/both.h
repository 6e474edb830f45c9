/* Every test of a file on both engines: *state is a struct both, with the sample schema in place.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "sql/driver.h"
#include "sql/fault.h"
#include "db.h"
#include "sample_sql.h"

struct both {
	struct test_db t;
	struct sql_db *db;
	struct arena *a;
	struct err e;
};

static const enum sql_engine both_engine[] = { SQL_SQLITE, SQL_POSTGRESQL };

static int both_setup(void **state)
{
	static struct both b;
	enum sql_engine engine = *(const enum sql_engine *)*state;
	b = (struct both){ 0 };
	test_db_make(engine, &b.t);
	b.db = test_db_open(&b.t, SQL_DERIVED);
	b.a = arena_new("test", 64 << 20);
	if (!sql_migrate(b.db, sample_migrations, sample_migration_count, NULL, &b.e))
		fail_msg("%s", b.e.text);
	*state = &b;
	return 0;
}

static int both_teardown(void **state)
{
	struct both *b = *state;
	sql_fault_nth(0);
	sql_close(b->db);
	arena_free(b->a);
	test_db_drop(&b->t);
	return 0;
}

#define BOTH_ON(fn, i)                                                                             \
	{                                                                                          \
		(i) ? #fn " on PostgreSQL" : #fn " on SQLite", fn, both_setup, both_teardown,      \
			(void *)(uintptr_t)&both_engine[i]                                         \
	}
#define BOTH(fn) BOTH_ON(fn, 0), BOTH_ON(fn, 1)

/* The error's text, when something that must work does not. */
#define OK(call)                                                                                   \
	do {                                                                                       \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, b->e.text);                                      \
	} while (0)
#define FAILS(call, kind_, code_)                                                                  \
	do {                                                                                       \
		memset(&b->e, 0, sizeof(b->e));                                                    \
		assert_false(call);                                                                \
		assert_string_equal(b->e.code, code_);                                             \
		assert_int_equal(b->e.kind, kind_);                                                \
	} while (0)

static inline struct id an_id(int n)
{
	struct id x = { { 1 } };
	memcpy(x.b + 8, &n, sizeof(n));
	return x;
}

static inline int64_t tally_of(struct both *b, const char *name)
{
	struct tally_get_row row;
	struct tally_get_in in = { name };
	int rc = tally_get(b->db, &in, b->a, &row, &b->e);
	OK(rc >= 0);
	return rc ? row.n : -1;
}

static inline struct thing_put_in a_thing(int n, const char *title)
{
	return (struct thing_put_in){ .publisher = "p",
				      .thing = an_id(n),
				      .title = title,
				      .size = n,
				      .flag = n % 2,
				      .body = STR("b"),
				      .due = SQL_NULL_INT };
}
