/* Marks: what a process had under its hands when it died is told to the next, once. */
#include "cases.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/limits.h"
#include "base/mark.h"

static char path[64];
static char told[4][MARK_TEXT];
static int count;

static void note(void *ctx, const char *text)
{
	(void)ctx;
	assert_true(count < 4);
	snprintf(told[count++], MARK_TEXT, "%s", text);
}

static struct marks *opened(void)
{
	struct marks *m = NULL;
	struct err e;

	if (!mark_open(path, &m, &e))
		fail_msg("%s", e.text);
	return m;
}

static int left(void)
{
	struct marks *m = opened();

	count = 0;
	mark_left(m, note, NULL);
	mark_close(m);
	return count;
}

static int setup(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/leadline-mark-%d", (int)getpid());
	unlink(path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void a_killed_process_leaves_its_marks_and_no_others(void **state)
{
	int status;
	pid_t child;

	(void)state;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		struct marks *m = opened();
		int a = mark_slot(m), b = mark_slot(m), c = mark_slot(m);

		mark_set(m, a, "first");
		mark_set(m, b, "done");
		mark_set(m, c, "third");
		mark_clear(m, b);
		mark_set(m, c, "third again");
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(left(), 2);
	assert_string_equal(told[0], "first");
	assert_string_equal(told[1], "third again");
	assert_int_equal(left(), 0);
}

/* A mark is an id, a blank and a publisher's id: the longest of these must come through whole. */
static void the_longest_mark_is_not_cut(void **state)
{
	struct marks *m = opened();
	char text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[36 + 1 + LIMIT_ID] = 0;
	mark_set(m, mark_slot(m), text);
	mark_close(m);
	assert_int_equal(left(), 1);
	assert_string_equal(told[0], text);
	m = opened();
	memset(text, 'y', sizeof(text));
	text[399] = 0;
	mark_set(m, mark_slot(m), text);
	mark_close(m);
	assert_int_equal(left(), 1);
	assert_int_equal(strlen(told[0]), MARK_TEXT - 1);
}

/* 64 loops are the most that the configuration takes; the placer is one more. */
static void there_is_a_slot_for_every_thread_that_may_read(void **state)
{
	struct marks *m = opened();

	(void)state;
	for (int i = 0; i < 64 + 1; i++)
		assert_int_equal(mark_slot(m), i);
	mark_close(m);
}

static void a_short_or_torn_file_is_taken_over(void **state)
{
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	fputs("\1\1\1\1garbage", f);
	fclose(f);
	assert_int_equal(left(), 1);
	assert_int_equal(left(), 0);
}

static void a_path_that_cannot_be_had_is_an_error(void **state)
{
	struct marks *m = NULL;
	struct err e = { 0 };

	(void)state;
	assert_false(mark_open("/nowhere/at/all", &m, &e));
	assert_string_equal(e.code, "mark.open");
	assert_null(m);
	fclose(fopen(path, "w")); /* for the teardown */
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(a_killed_process_leaves_its_marks_and_no_others),
		T(the_longest_mark_is_not_cut),
		T(there_is_a_slot_for_every_thread_that_may_read),
		T(a_short_or_torn_file_is_taken_over),
		T(a_path_that_cannot_be_had_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
