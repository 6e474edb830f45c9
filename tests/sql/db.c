#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sql/driver.h"
#include "db.h"

const char *test_db_admin(void)
{
	const char *url = getenv("LEADLINE_TEST_PG_URL");
	if (!url)
		fail_msg("LEADLINE_TEST_PG_URL is not set: run through tests/sql/with-postgresql");
	return url;
}

/* postgresql://user@/postgres?rest with another name of the database. */
static void pg_url(const char *name, char *out, size_t n)
{
	const char *admin = test_db_admin();
	const char *q = strchr(admin, '?');
	const char *db = strstr(admin, "@/");
	assert_non_null(db);
	snprintf(out, n, "%.*s/%s%s", (int)(db + 1 - admin), admin, name, q ? q : "");
}

void test_db_do(const char *url, const char *text)
{
	struct err e = { 0 };
	struct sql_db *db = NULL;
	bool ok = sql_open(url, SQL_DERIVED, &db, &e) && db->driver->script(db, text, &e);
	sql_close(db);
	if (!ok)
		fail_msg("%s: %s", text, e.text);
}

void test_db_make(enum sql_engine engine, struct test_db *ret)
{
	static int made;
	*ret = (struct test_db){ 0 };
	if (engine == SQL_SQLITE) {
		const char *tmp = getenv("TMPDIR");
		snprintf(ret->dir, sizeof(ret->dir), "%.40s/leadline-sql-XXXXXX",
			 tmp ? tmp : "/tmp");
		assert_non_null(mkdtemp(ret->dir));
		snprintf(ret->url, sizeof(ret->url), "sqlite:%s/t.db", ret->dir);
		return;
	}
	char name[48], text[128];
	snprintf(name, sizeof(name), "t_%d_%d", (int)getpid(), made++);
	snprintf(text, sizeof(text), "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'", name);
	test_db_do(test_db_admin(), text);
	pg_url(name, ret->url, sizeof(ret->url));
}

void test_db_drop(struct test_db *t)
{
	char text[600];
	if (*t->dir) {
		static const char *const files[] = { "t.db", "t.db-wal", "t.db-shm", "copy.db" };
		for (size_t i = 0; i < LL_COUNT(files); i++) {
			snprintf(text, sizeof(text), "%s/%s", t->dir, files[i]);
			unlink(text);
		}
		rmdir(t->dir);
		return;
	}
	const char *name = strstr(t->url, "@/") + 2;
	snprintf(text, sizeof(text), "DROP DATABASE IF EXISTS %.*s WITH (FORCE)",
		 (int)strcspn(name, "?"), name);
	test_db_do(test_db_admin(), text);
}

struct sql_db *test_db_open(const struct test_db *t, enum sql_durability d)
{
	struct err e = { 0 };
	struct sql_db *db = NULL;
	if (!sql_open(t->url, d, &db, &e))
		fail_msg("%s: %s", t->url, e.text);
	return db;
}
