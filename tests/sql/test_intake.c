/* What counts as the same receipt, on both engines: same bytes, same offer, within the window, also
 * within one batch and after the process has started anew. */
#include "intake/intake.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/hash.h"
#include "db.h"

#define NOW    1795255200000LL
#define WINDOW 600000
#define LEAD   "{\"UserDetails\":{\"Email\":\"%s@example.com\"},\"LeadSource\":\"AppSource-PLT|c.o\"}"

struct stand {
	struct test_db t;
	struct marks *marks;
	struct intake *in;
	struct intake_loop *loop;
	char mark_path[96];
};

static void must(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s", e->text);
}

/* The process: its memory is gone after down(), the store is not. */
static void up(struct stand *b)
{
	struct err e = { 0 };
	struct sql_db *db = test_db_open(&b->t, SQL_DURABLE);

	must(mark_open(b->mark_path, &b->marks, &e), &e);
	b->in = intake_new(b->marks);
	intake_set_window(b->in, WINDOW);
	must(intake_keys_load(b->in, db, NOW, &e), &e);
	b->loop = intake_loop_new(b->in, db);
}

static void down(struct stand *b)
{
	intake_loop_free(b->loop);
	intake_free(b->in);
	mark_close(b->marks);
}

static void add_key(struct sql_db *db, const char *key, const char *publisher, const char *offer)
{
	struct err e = { 0 };
	struct hash h = hash_of(str_of(key));
	struct intake_key_add_in in = {
		{ (const char *)h.b, sizeof(h.b) }, publisher, offer, str_of("sealed"), NOW
	};

	must(intake_key_add(db, &in, NULL, &e), &e);
	must(publisher_add(db, &(struct publisher_add_in){ publisher, publisher, NOW }, NULL, &e),
	     &e);
}

static int setup(void **state)
{
	static struct stand b;
	struct err e = { 0 };
	struct sql_db *db;

	test_db_make((enum sql_engine)(uintptr_t)*state, &b.t);
	snprintf(b.mark_path, sizeof(b.mark_path), "/tmp/leadline-marks-%d", (int)getpid());
	db = test_db_open(&b.t, SQL_DERIVED);
	must(sql_migrate(db, store_migrations, store_migration_count, NULL, &e), &e);
	add_key(db, "one", "contoso", "one");
	add_key(db, "two", "contoso", "two");
	sql_close(db);
	up(&b);
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	struct stand *b = *state;

	down(b);
	unlink(b->mark_path);
	test_db_drop(&b->t);
	return 0;
}

static struct intake_item post(const char *key, const char *body)
{
	return (struct intake_item){ .method = INTAKE_POST,
				     .key = str_of(key),
				     .body = str_of(body),
				     .content_type = str_of("application/json"),
				     .peer = "127.0.0.1" };
}

/* Posts one body and answers its receipt; it must be taken, and be a repeat or not as said. */
static struct id take(struct stand *b, const char *key, const char *who, int64_t now, bool repeated)
{
	char body[200];
	struct intake_item it;

	snprintf(body, sizeof(body), LEAD, who);
	it = post(key, body);
	intake_take(b->loop, &it, 1, now);
	assert_int_equal(it.status, 200);
	assert_true(it.stored && it.understood);
	assert_int_equal(it.repeated, repeated);
	return it.receipt;
}

static void the_same_bytes_within_the_window_are_one_receipt(void **state)
{
	struct stand *b = *state;
	struct id first = take(b, "one", "ana", NOW, false);

	assert_true(id_eq(take(b, "one", "ana", NOW + WINDOW - 1, true), first));
	assert_false(id_eq(take(b, "one", "eve", NOW + 1, false), first));
	assert_false(id_eq(take(b, "two", "ana", NOW + 2, false), first));
}

static void after_the_window_they_are_another(void **state)
{
	struct stand *b = *state;
	struct id first = take(b, "one", "ana", NOW, false);
	struct id second = take(b, "one", "ana", NOW + 2 * WINDOW, false);

	assert_false(id_eq(first, second));
	assert_true(id_eq(take(b, "one", "ana", NOW + 2 * WINDOW + 5, true), second));
}

static void within_one_batch_too(void **state)
{
	struct stand *b = *state;
	struct intake_item all[] = { post("one", "{\"LeadSource\":\"AppSource-PLT|c.o\"}"),
				     post("two", "{\"LeadSource\":\"AppSource-PLT|c.o\"}"),
				     post("one", "{\"LeadSource\":\"AppSource-PLT|c.o\"}") };

	intake_take(b->loop, all, LL_COUNT(all), NOW);
	for (size_t i = 0; i < LL_COUNT(all); i++) {
		assert_int_equal(all[i].status, 200);
		assert_int_equal(all[i].repeated, i == 2);
	}
	assert_true(id_eq(all[0].receipt, all[2].receipt));
	assert_false(id_eq(all[0].receipt, all[1].receipt));
}

static void a_new_process_knows_what_the_old_one_took(void **state)
{
	struct stand *b = *state;
	struct id old = take(b, "one", "old", NOW - 2 * WINDOW, false);
	struct id first = take(b, "one", "ana", NOW, false);

	down(b);
	up(b);
	assert_true(id_eq(take(b, "one", "ana", NOW + 10, true), first));
	take(b, "one", "eve", NOW + 10, false);
	assert_false(id_eq(take(b, "one", "old", NOW + 10, false), old));
}

/* More than a new process reads before its first answer: it goes on with each batch. */
static void what_came_long_before_is_known_some_batches_later(void **state)
{
	enum { MANY = 5000, ROUND = 500 };
	static struct intake_item all[ROUND];
	static char bodies[ROUND][200];
	struct stand *b = *state;
	struct id first = take(b, "one", "ana", NOW, false);

	for (int n = 0; n < MANY; n += ROUND) {
		for (int i = 0; i < ROUND; i++) {
			char who[24];

			snprintf(who, sizeof(who), "crowd%d", n + i);
			snprintf(bodies[i], sizeof(bodies[i]), LEAD, who);
			all[i] = post("one", bodies[i]);
		}
		intake_take(b->loop, all, ROUND, NOW + 1);
		for (int i = 0; i < ROUND; i++)
			assert_int_equal(all[i].status, 200);
	}
	down(b);
	up(b);
	for (int i = 0; i < 3; i++) {
		char who[24];

		snprintf(who, sizeof(who), "later%d", i);
		take(b, "one", who, NOW + 2, false);
	}
	assert_true(id_eq(take(b, "one", "ana", NOW + 3, true), first));
}

#define ON(fn, engine, name)                                                                       \
	{                                                                                          \
#fn " on " name, fn, setup, teardown, (void *)(uintptr_t)(engine)                  \
	}
#define BOTH(fn) ON(fn, SQL_SQLITE, "SQLite"), ON(fn, SQL_POSTGRESQL, "PostgreSQL")

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(the_same_bytes_within_the_window_are_one_receipt),
		BOTH(after_the_window_they_are_another),
		BOTH(within_one_batch_too),
		BOTH(a_new_process_knows_what_the_old_one_took),
		BOTH(what_came_long_before_is_known_some_batches_later),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
