/* The databases of these tests: a new, empty one of each engine. */
#pragma once
#include "sql/sql.h"

struct test_db {
	char url[512];
	char dir[64]; /* SQLite: its scratch folder */
};
/* PostgreSQL is named by LEADLINE_TEST_PG_URL (with-postgresql). */
void test_db_make(enum sql_engine engine, struct test_db *ret);
void test_db_drop(struct test_db *t);
/* Opens it; a failure fails the test. */
struct sql_db *test_db_open(const struct test_db *t, enum sql_durability d);
/* Statements outside of any table of statements. */
void test_db_do(const char *url, const char *text);
const char *test_db_admin(void);
