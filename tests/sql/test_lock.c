/* The order of the writers of one SQLite file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "sql/sqlite_lock.h"

static struct lite_file *file;
static char path[] = "/tmp/leadline-lock-XXXXXX";

static int setup(void **state)
{
	struct err e;
	int fd = mkstemp(path);
	(void)state;
	close(fd);
	return lite_file_open(path, &file, &e) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	lite_file_close(file);
	unlink(path);
	return 0;
}

/* Writes its name into the common text when it has the lock. */
struct writer {
	pthread_t t;
	char name;
	bool urgent;
};
static char order[64];
static size_t order_n;

static void *one_turn(void *arg)
{
	struct writer *w = arg;
	struct err e;
	if (lite_file_lock(file, w->urgent, 10000, "test", 0, &e)) {
		order[order_n++] = w->name;
		lite_file_unlock(file);
	}
	return NULL;
}

/* Starts a writer and waits until it stands in line. */
static void enqueue(struct writer *w, char name, bool urgent)
{
	int before = lite_file_waiting(file);
	int64_t until = clock_mono() + 10000;
	w->name = name;
	w->urgent = urgent;
	assert_int_equal(pthread_create(&w->t, NULL, one_turn, w), 0);
	while (lite_file_waiting(file) == before && clock_mono() < until)
		usleep(200);
	assert_int_equal(lite_file_waiting(file), before + 1);
}

static void run(const char *names, int64_t age_ms, bool last_urgent, const char *want)
{
	struct writer w[8];
	struct err e;
	size_t n = strlen(names);
	memset(order, 0, sizeof(order));
	order_n = 0;
	assert_true(lite_file_lock(file, last_urgent, 0, "test", 0, &e));
	/* Capitals are urgent. */
	for (size_t i = 0; i < n; i++)
		enqueue(&w[i], names[i], names[i] < 'a');
	for (int64_t until = clock_mono() + age_ms; clock_mono() < until;)
		usleep(1000);
	lite_file_unlock(file);
	for (size_t i = 0; i < n; i++)
		pthread_join(w[i].t, NULL);
	assert_string_equal(order, want);
}

static void equals_go_in_order(void **state)
{
	(void)state;
	run("abcd", 0, false, "abcd");
	run("ABCD", 0, false, "ABCD");
}

static void who_is_urgent_goes_first(void **state)
{
	(void)state;
	run("abCD", 0, false, "CDab");
}

static void who_waited_long_comes_between_the_urgent(void **state)
{
	(void)state;
	/* 60 ms: after one urgent writer the oldest other is due, and so on in turns. */
	run("abCD", 60, false, "CaDb");
	run("abCD", 60, true, "aCbD");
}

static void patience_ends_with_the_name_of_the_holder(void **state)
{
	struct err e = { 0 };
	(void)state;
	assert_true(lite_file_lock(file, false, 0, "place/place.c", 42, &e));
	assert_false(lite_file_lock(file, true, 20, "x", 1, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_non_null(strstr(e.text, "place/place.c:42"));
	assert_false(lite_file_trylock(file, "x", 1));
	lite_file_unlock(file);
	assert_true(lite_file_trylock(file, "x", 1));
	lite_file_unlock(file);
	assert_int_equal(lite_file_waiting(file), 0);
}

static void one_file_by_two_names_is_one_lock(void **state)
{
	struct err e;
	struct lite_file *other;
	char link_path[64];
	(void)state;
	snprintf(link_path, sizeof(link_path), "%s.link", path);
	assert_int_equal(link(path, link_path), 0);
	assert_true(lite_file_open(link_path, &other, &e));
	assert_ptr_equal(other, file);
	lite_file_close(other);
	unlink(link_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_go_in_order),
		cmocka_unit_test(who_is_urgent_goes_first),
		cmocka_unit_test(who_waited_long_comes_between_the_urgent),
		cmocka_unit_test(patience_ends_with_the_name_of_the_holder),
		cmocka_unit_test(one_file_by_two_names_is_one_lock),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
