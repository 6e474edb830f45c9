/* What only one engine has: files and processes here, a server that goes away there. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "both.h"

/* ---- both ---- */

enum { WRITERS = 6, ROUNDS = 50 };

static void *add_many(void *arg)
{
	struct both own = { .t = ((struct both *)arg)->t };
	struct both *b = &own;
	b->db = test_db_open(&b->t, SQL_DERIVED);
	b->a = arena_new("writer", 1 << 20);
	struct tally_add_in in = { "shared", 1 };
	struct tally_add_row row;
	for (int i = 0; i < ROUNDS; i++) {
		sql_set_urgent(b->db, i % 3 == 0);
		if (i % 2) {
			OK(tally_add(b->db, &in, b->a, &row, &b->e) == 1);
			continue;
		}
		AUTO_TX tx = { 0 };
		OK(sql_begin(b->db, &tx, &b->e));
		OK(tally_add(b->db, &in, b->a, &row, &b->e) == 1);
		OK(sql_commit(&tx, &b->e));
	}
	sql_close(b->db);
	arena_free(b->a);
	return NULL;
}

static void many_writers_lose_nothing(void **state)
{
	struct both *b = *state;
	pthread_t t[WRITERS];
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, add_many, b), 0);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(tally_of(b, "shared"), WRITERS * ROUNDS);
}

static void a_sound_store_is_called_sound(void **state)
{
	struct both *b = *state;
	OK(sql_integrity(b->db, &b->e));
	OK(sql_checkpoint(b->db, &b->e));
	OK(sql_ping(b->db, &b->e));
}

static void a_wrong_url_is_refused(void **state)
{
	struct both *b = *state;
	struct sql_db *db;
	FAILS(sql_open("mysql://x", SQL_DURABLE, &db, &b->e), ERR_INPUT, "store.url");
	FAILS(sql_open("sqlite:", SQL_DURABLE, &db, &b->e), ERR_INPUT, "store.url");
	FAILS(sql_open("sqlite::memory:", SQL_DURABLE, &db, &b->e), ERR_INPUT, "store.url");
	FAILS(sql_open("sqlite:/no/such/folder/x.db", SQL_DURABLE, &db, &b->e), ERR_STORE,
	      "store.gone");
}

/* ---- SQLite ---- */

static const char *file_of(struct both *b, const char *name)
{
	return arena_printf(b->a, "%s/%s", b->t.dir, name);
}

static void only_its_owner_reads_the_file(void **state)
{
	struct both *b = *state;
	static const char *const names[] = { "t.db", "t.db-wal", "t.db-shm" };
	struct stat st;
	for (size_t i = 0; i < LL_COUNT(names); i++) {
		assert_int_equal(stat(file_of(b, names[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void a_full_file_is_a_full_store(void **state)
{
	struct both *b = *state;
	char *body = arena_alloc(b->a, 1 << 20);
	struct thing_put_in in = a_thing(1, "x");
	in.body = (struct str){ body, 1 << 20 };
	OK(b->db->driver->script(b->db, "PRAGMA max_page_count=40", &b->e));
	FAILS(thing_put(b->db, &in, NULL, &b->e), ERR_STORE, "store.full");
	in.body = STR("small");
	OK(thing_put(b->db, &in, NULL, &b->e));
}

static void damage_is_found(void **state)
{
	struct both *b = *state;
	char junk[4096];
	memset(junk, 0x5a, sizeof(junk));
	OK(sql_checkpoint(b->db, &b->e));
	sql_close(b->db);
	b->db = NULL;
	int fd = open(file_of(b, "t.db"), O_WRONLY);
	for (int page = 1; page < 4; page++)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), page * 4096), sizeof(junk));
	close(fd);
	b->db = test_db_open(&b->t, SQL_DURABLE);
	FAILS(sql_integrity(b->db, &b->e), ERR_STORE, "store.corrupt");
	sql_close(b->db);
	fd = open(file_of(b, "t.db"), O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, junk, sizeof(junk)), sizeof(junk));
	close(fd);
	b->db = NULL;
	FAILS(sql_open(b->t.url, SQL_DURABLE, &b->db, &b->e), ERR_STORE, "store.corrupt");
}

struct copying {
	struct both *b;
	struct sql_db *writer;
	int calls, last, total;
};

static void write_meanwhile(void *ctx, int done, int total)
{
	struct copying *c = ctx;
	struct both *b = c->b;
	struct tally_add_in in = { "during", 1 };
	struct tally_add_row row;
	assert_true(done >= c->last && done <= total);
	c->last = done;
	c->total = total;
	c->calls++;
	OK(tally_add(c->writer, &in, b->a, &row, &b->e) == 1);
}

static void a_copy_is_one_moment_while_others_write(void **state)
{
	struct both *b = *state;
	struct test_db copy = b->t;
	char *body = arena_alloc(b->a, 100000);
	for (int i = 0; i < 100; i++) {
		struct thing_put_in in = a_thing(i, arena_printf(b->a, "t%d", i));
		in.body = (struct str){ body, 100000 };
		OK(thing_put(b->db, &in, NULL, &b->e));
	}
	struct copying c = { .b = b, .writer = test_db_open(&b->t, SQL_DERIVED) };
	OK(sql_backup(b->db, file_of(b, "copy.db"), write_meanwhile, &c, &b->e));
	assert_true(c.calls > 2 && c.last == c.total);
	assert_int_equal(tally_of(b, "during"), c.calls);
	sql_close(c.writer);
	FAILS(sql_backup(b->db, file_of(b, "copy.db"), NULL, NULL, &b->e), ERR_INPUT,
	      "store.exists");
	sql_close(b->db);
	snprintf(copy.url, sizeof(copy.url), "sqlite:%s/copy.db", b->t.dir);
	b->db = test_db_open(&copy, SQL_DURABLE);
	assert_int_equal(tally_of(b, "during"), -1);
	struct thing_list_in in = { "p", NULL };
	struct thing_list_row *rows = NULL;
	size_t n;
	OK(thing_list(b->db, &in, b->a, &rows, &n, &b->e));
	assert_int_equal(n, 100);
	OK(sql_integrity(b->db, &b->e));
	/* Its log and its shared memory go away with the last connection. */
	sql_close(b->db);
	b->db = NULL;
}

/*
 * Holds the write lock in another process: tells so by `ready`, lets go after 150 ms. From here
 * nobody can see that the other one waits already; should it be late, it waits less, and the test
 * says the same.
 */
static void hold_elsewhere(const struct test_db *t, int ready)
{
	struct err e;
	struct sql_db *db;
	struct sql_tx tx;
	struct tally_mark_in in = { "other process", 1 };
	bool ok = sql_open(t->url, SQL_DURABLE, &db, &e) && sql_begin(db, &tx, &e) &&
		  tally_mark(db, &in, NULL, &e) && write(ready, "x", 1) == 1;
	if (ok) {
		usleep(150000);
		ok = sql_commit(&tx, &e);
		sql_close(db);
	}
	_exit(!ok);
}

static void another_process_is_waited_for(void **state)
{
	struct both *b = *state;
	int fds[2], status;
	char c;
	assert_int_equal(pipe(fds), 0);
	/* SQLite wants no connection to be carried over a fork. */
	sql_close(b->db);
	b->db = NULL;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		hold_elsewhere(&b->t, fds[1]);
	b->db = test_db_open(&b->t, SQL_DURABLE);
	close(fds[1]);
	assert_int_equal(read(fds[0], &c, 1), 1);
	close(fds[0]);
	struct tally_mark_in in = { "this process", 1 };
	OK(tally_mark(b->db, &in, NULL, &b->e));
	assert_int_equal(tally_of(b, "other process"), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void the_log_is_moved_and_cut(void **state)
{
	struct both *b = *state;
	struct stat st;
	char *body = arena_alloc(b->a, 1 << 20);
	/* A reader keeps the log from being written over, so that it grows over 64 MB. */
	struct sql_db *reader = test_db_open(&b->t, SQL_DERIVED);
	struct sql_tx tx;
	OK(sql_begin_read(reader, &tx, &b->e));
	for (int i = 0; i < 70; i++) {
		struct thing_put_in in = a_thing(i, arena_printf(b->a, "t%d", i));
		in.body = (struct str){ body, 1 << 20 };
		OK(thing_put(b->db, &in, NULL, &b->e));
	}
	assert_false(sql_checkpoint(b->db, &b->e));
	OK(sql_commit(&tx, &b->e));
	sql_close(reader);
	OK(sql_checkpoint(b->db, &b->e));
	assert_int_equal(stat(file_of(b, "t.db-wal"), &st), 0);
	assert_int_equal(st.st_size, 0);
}

/* ---- PostgreSQL ---- */

static void cut_others(struct both *b)
{
	struct test_db t = b->t;
	test_db_do(t.url, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
			  "WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

static void a_lost_connection_is_made_anew(void **state)
{
	struct both *b = *state;
	struct tally_mark_in in = { "a", 1 };
	cut_others(b);
	/* Nothing was in flight: begin asks again by itself. */
	AUTO_TX tx = { 0 };
	OK(sql_begin(b->db, &tx, &b->e));
	OK(tally_mark(b->db, &in, NULL, &b->e));
	cut_others(b);
	memset(&b->e, 0, sizeof(b->e));
	assert_false(sql_commit(&tx, &b->e));
	assert_string_equal(b->e.code, "store.gone");
	assert_int_equal(tally_of(b, "a"), -1);
	cut_others(b);
	/* Nor here, and without a transaction nothing asks again: it is seen before. */
	OK(tally_mark(b->db, &in, NULL, &b->e));
	cut_others(b);
	FAILS(tally_mark_batch(b->db, &in, 1, &b->e), ERR_CONFLICT, "store.exists");
	OK(sql_ping(b->db, &b->e));
}

static void a_connection_lost_in_a_batch_is_told(void **state)
{
	struct both *b = *state;
	enum { N = 600 };
	struct tally_mark_in *ins = ARENA_ARRAY(b->a, struct tally_mark_in, N);
	for (int i = 0; i < N; i++)
		ins[i] = (struct tally_mark_in){ arena_printf(b->a, "m%d", i), 1 };
	{
		AUTO_TX tx = { 0 };
		OK(sql_begin(b->db, &tx, &b->e));
		cut_others(b);
		FAILS(tally_mark_batch(b->db, ins, N, &b->e), ERR_STORE, "store.gone");
	}
	OK(tally_mark_batch(b->db, ins, N, &b->e));
	assert_int_equal(tally_of(b, "m599"), 1);
}

static void the_password_is_never_told(void **state)
{
	struct both *b = *state;
	struct sql_db *db;
	static const char *const urls[] = {
		"postgresql://u:hunter2@127.0.0.1:1/db",
		"postgresql://u:hunter2@127.0.0.1:notaport/db",
		"postgresql://u:hunter2@[::1/db?x=hunter2",
		"postgresql://u:hunter2@127.0.0.1:1/db?hunter2=1",
		"postgresql://u@127.0.0.1:1/hunter2?password=hunter2",
	};
	for (size_t i = 0; i < LL_COUNT(urls); i++) {
		memset(&b->e, 0, sizeof(b->e));
		assert_false(sql_open(urls[i], SQL_DURABLE, &db, &b->e));
		assert_true(b->e.kind == ERR_STORE || b->e.kind == ERR_INPUT);
		assert_null(strstr(b->e.text, "hunter2"));
		assert_true(*b->e.text);
	}
}

struct setting {
	const char *value;
};
static const struct sql_field setting_out[] = { { "value", 't', offsetof(struct setting, value) },
						{ NULL, 0, 0 } };

static void durable_is_durable(void **state)
{
	struct both *b = *state;
	static const struct sql_query q = {
		.name = "setting",
		.sqlite = "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous",
		.postgresql = "SELECT current_setting('synchronous_commit') AS value",
		.out = setting_out,
		.row_size = sizeof(struct setting),
		.slot = -1,
	};
	static const char *const want[2][2] = { { "2", "1" }, { "on", "off" } };
	struct setting s;
	for (int i = 0; i < 2; i++) {
		struct sql_db *db = test_db_open(&b->t, i == 0 ? SQL_DURABLE : SQL_DERIVED);
		OK(sql_one(db, &q, NULL, b->a, &s, &b->e) == 1);
		assert_string_equal(s.value, want[sql_engine_of(db) == SQL_POSTGRESQL][i]);
		sql_close(db);
	}
}

#define LITE(fn) BOTH_ON(fn, 0)
#define PG(fn)   BOTH_ON(fn, 1)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(many_writers_lose_nothing),
		BOTH(a_sound_store_is_called_sound),
		BOTH(durable_is_durable),
		LITE(a_wrong_url_is_refused),
		LITE(only_its_owner_reads_the_file),
		LITE(a_full_file_is_a_full_store),
		LITE(damage_is_found),
		LITE(a_copy_is_one_moment_while_others_write),
		LITE(another_process_is_waited_for),
		LITE(the_log_is_moved_and_cut),
		PG(a_lost_connection_is_made_anew),
		PG(a_connection_lost_in_a_batch_is_told),
		PG(the_password_is_never_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
