/* The schema's way forward: numbered steps, each once, each checked against what was applied. */
#include <stdio.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "sql/driver.h"

/* Any number of our own: two programs that start at once take turns. */
#define MIGRATION_LOCK "7813040226"

struct applied {
	int64_t number;
	const char *name, *checksum;
};
struct put {
	int64_t number;
	const char *name, *checksum;
	int64_t at;
};
struct count {
	int64_t n;
};

#define FIELD(s, name, kind)                                                                       \
	{                                                                                          \
#name, kind, offsetof(struct s, name)                                              \
	}
static const struct sql_field count_out[] = { FIELD(count, n, 'i'), { NULL, 0, 0 } };
static const struct sql_field applied_out[] = {
	FIELD(applied, number, 'i'),
	FIELD(applied, name, 't'),
	FIELD(applied, checksum, 't'),
	{ NULL, 0, 0 },
};
static const struct sql_field put_in[] = {
	FIELD(put, number, 'i'), FIELD(put, name, 't'), FIELD(put, checksum, 't'),
	FIELD(put, at, 'i'),     { NULL, 0, 0 },
};

/* These four are not in a .sql file, because the table is older than any migration. */
static const struct sql_query lock_query = {
	.name = "migration_lock",
	.sqlite = "SELECT 1 AS n", /* the write transaction is the lock */
	.postgresql = "SELECT 1 AS n FROM pg_advisory_xact_lock(" MIGRATION_LOCK ")",
	.out = count_out,
	.row_size = sizeof(struct count),
	.slot = -1,
};
static const struct sql_query exists_query = {
	.name = "migration_exists",
	.sqlite = "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = "
		  "'migration'",
	.postgresql = "SELECT count(*) AS n FROM pg_class WHERE oid = to_regclass('migration')",
	.out = count_out,
	.row_size = sizeof(struct count),
	.slot = -1,
};
#define ALL_TEXT "SELECT number, name, checksum FROM migration ORDER BY number"
static const struct sql_query all_query = {
	.name = "migration_all",
	.sqlite = ALL_TEXT,
	.postgresql = ALL_TEXT,
	.out = applied_out,
	.row_size = sizeof(struct applied),
	.slot = -1,
};
#define PUT_TEXT                                                                                   \
	"INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)"
static const struct sql_query put_query = {
	.name = "migration_put",
	.sqlite = PUT_TEXT,
	.postgresql = PUT_TEXT,
	.in = put_in,
	.slot = -1,
};
static const char table_text[] =
	"CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY,"
	" name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

static const char *own_part(const struct sql_db *db, const struct sql_migration *m)
{
	return sql_engine_of(db) == SQL_SQLITE ? m->sqlite_only : m->postgresql_only;
}

/* Of what this engine runs: its own part belongs to the step. */
static const char *checksum(const struct sql_db *db, const struct sql_migration *m, struct arena *a)
{
	const char *part = own_part(db, m);
	const char *text = arena_printf(a, "%s\n%s", m->text, part ? part : "");
	struct hash h = hash_of(str_of(text));
	return str_hex(a, h.b, sizeof(h.b));
}

/* Compares history and program; *ret_next is the first migration that is missing. */
static bool compare(struct sql_db *db, const struct sql_migration *all, size_t n, struct arena *a,
		    size_t *ret_next, struct err *e)
{
	void *rows;
	size_t n_rows;
	if (!sql_all(db, &all_query, NULL, a, &rows, &n_rows, e))
		return false;
	const struct applied *had = rows;
	for (size_t i = 0; i < n_rows; i++) {
		if (i >= n || had[i].number > all[n - 1].number)
			return ERR(e, ERR_STORE, "store.version",
				   "the store is newer than this program: it has migration %04d "
				   "%s; install the newer one",
				   (int)had[i].number, had[i].name);
		if (had[i].number != all[i].number)
			return ERR(e, ERR_STORE, "store.version",
				   "the store lacks migration %04d %s and has %04d %s",
				   all[i].number, all[i].name, (int)had[i].number, had[i].name);
		if (!str_eq_z(str_of(had[i].checksum), checksum(db, &all[i], a)))
			return ERR(
				e, ERR_STORE, "store.version",
				"migration %04d %s was changed after it was applied to this store",
				all[i].number, all[i].name);
	}
	*ret_next = n_rows;
	return true;
}

/* One step: 1 applied, 0 nothing to do, -1 error. */
static int step(struct sql_db *db, const struct sql_migration *all, size_t n, struct err *e)
{
	AUTO_ARENA a = arena_new("sql.migrate", (size_t)64 << 20);
	AUTO_TX tx = { 0 };
	size_t next = 0;
	struct count one;
	if (!sql_begin(db, &tx, e) || sql_one(db, &lock_query, NULL, a, &one, e) < 0 ||
	    !db->driver->script(db, table_text, e) || !compare(db, all, n, a, &next, e))
		return -1;
	if (next == n)
		return sql_commit(&tx, e) ? 0 : -1;
	const struct sql_migration *m = &all[next];
	const char *part = own_part(db, m);
	struct put put = { m->number, m->name, checksum(db, m, a), clock_now() };
	if (!db->driver->script(db, m->text, e) || (part && !db->driver->script(db, part, e)) ||
	    !sql_exec(db, &put_query, &put, NULL, e)) {
		/* The engine's words stay, the step is named before them. */
		char text[sizeof(e->text)];
		snprintf(text, sizeof(text), "%s", e->text);
		snprintf(e->text, sizeof(e->text), "migration %04d %s: %.240s", m->number, m->name,
			 text);
		return -1;
	}
	return sql_commit(&tx, e) ? 1 : -1;
}

bool sql_migrate(struct sql_db *db, const struct sql_migration *all, size_t n, int *ret_applied,
		 struct err *e)
{
	int applied = 0, rc;
	while ((rc = step(db, all, n, e)) > 0)
		applied++;
	if (rc < 0)
		return false;
	if (ret_applied)
		*ret_applied = applied;
	return true;
}

bool sql_migrated(struct sql_db *db, const struct sql_migration *all, size_t n, struct err *e)
{
	AUTO_ARENA a = arena_new("sql.migrated", (size_t)16 << 20);
	struct count table = { 0 };
	size_t next = 0;
	if (sql_one(db, &exists_query, NULL, a, &table, e) < 0 ||
	    (table.n && !compare(db, all, n, a, &next, e)))
		return false;
	if (!next)
		return ERR(e, ERR_STORE, "store.empty",
			   "there is nothing in the store yet: run \"leadline migrate\"");
	if (next < n)
		return ERR(e, ERR_STORE, "store.version",
			   "the store is older than this program: run \"leadline migrate\"");
	return true;
}
