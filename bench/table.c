#include "table.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

struct table {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit;
	bool open; /* a transaction */
	uint64_t random[2];
};

static const char setup[] =
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = FULL;"
	"PRAGMA cache_size = -8192;"
	"CREATE TABLE IF NOT EXISTS receipt ("
	" id TEXT PRIMARY KEY, offer TEXT NOT NULL,"
	" received INTEGER NOT NULL, body BLOB NOT NULL);"
	"CREATE INDEX IF NOT EXISTS receipt_offer ON receipt (offer, received);";

static void must(struct table *t, int got, int want)
{
	if (got == want)
		return;
	fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(t->db));
	exit(1);
}

static sqlite3_stmt *prepare(struct table *t, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	must(t, sqlite3_prepare_v3(t->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL),
	     SQLITE_OK);
	return stmt;
}

static void run(struct table *t, sqlite3_stmt *stmt)
{
	must(t, sqlite3_step(stmt), SQLITE_DONE);
	sqlite3_reset(stmt);
}

struct table *table_open(const char *path)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t || sqlite3_open(path, &t->db) != SQLITE_OK ||
	    getrandom(t->random, sizeof(t->random), 0) != sizeof(t->random)) {
		fprintf(stderr, "%s: cannot open\n", path);
		exit(1);
	}
	must(t, sqlite3_exec(t->db, setup, NULL, NULL, NULL), SQLITE_OK);
	t->begin = prepare(t, "BEGIN IMMEDIATE");
	t->insert = prepare(t, "INSERT INTO receipt (id, offer, received, body)"
			       " VALUES (?1, ?2, ?3, ?4)");
	t->commit = prepare(t, "COMMIT");
	return t;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* xorshift128+: ids need to differ, not to be secret. */
static uint64_t next_random(struct table *t)
{
	uint64_t a = t->random[0], b = t->random[1];

	t->random[0] = b;
	a ^= a << 23;
	t->random[1] = a ^ b ^ (a >> 17) ^ (b >> 26);
	return t->random[1] + b;
}

/* UUIDv7, RFC 9562 section 5.7: 48 bits of time, version, 74 random bits. */
static void make_id(struct table *t, uint64_t ms, char retid[TABLE_ID_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	uint64_t half[2] = { ms << 16 | 0x7000 | (next_random(t) & 0xfff),
			     (next_random(t) & 0x3fffffffffffffff) | 0x8000000000000000 };
	char *out = retid;

	for (unsigned i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = hex[half[i / 16] >> (60 - 4 * (i % 16)) & 15];
	}
	*out = 0;
}

void table_add(struct table *t, const char *offer, const void *body, size_t len,
	       char retid[TABLE_ID_SIZE])
{
	uint64_t ms = now_ms();

	if (!t->open)
		run(t, t->begin);
	t->open = true;
	make_id(t, ms, retid);
	sqlite3_bind_text(t->insert, 1, retid, TABLE_ID_SIZE - 1, SQLITE_STATIC);
	sqlite3_bind_text(t->insert, 2, offer, -1, SQLITE_STATIC);
	sqlite3_bind_int64(t->insert, 3, (sqlite3_int64)ms);
	sqlite3_bind_blob64(t->insert, 4, body, len, SQLITE_STATIC);
	run(t, t->insert);
}

void table_commit(struct table *t)
{
	if (t->open)
		run(t, t->commit);
	t->open = false;
}

void table_close(struct table *t)
{
	sqlite3_finalize(t->begin);
	sqlite3_finalize(t->insert);
	sqlite3_finalize(t->commit);
	sqlite3_close(t->db);
	free(t);
}
