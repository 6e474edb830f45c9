/* Arenas: zeroed, aligned, bounded; a rewind gives back exactly what came after its mark. */
#include "cases.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAP (1024 * 1024)

static void memory_is_zeroed_and_aligned_also_after_a_reset(void **state)
{
	AUTO_ARENA a = arena_new("test", CAP);

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t n = 0; n < 600; n += 7) {
			unsigned char *p = arena_alloc(a, n);

			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xAA, n);
		}
		arena_reset(a);
	}
}

static void pieces_do_not_overlap_across_chunks(void **state)
{
	AUTO_ARENA a = arena_new("test", CAP);
	enum { N = 200 };
	unsigned char *p[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		p[i] = arena_alloc(a, i * 13);
		memset(p[i], (int)i, i * 13);
	}
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < i * 13; k++)
			assert_int_equal(p[i][k], i);
}

/* A loop of scopes runs for ever in the room of one round, whatever stood before it. */
static void a_scope_gives_back_what_was_taken_in_it(void **state)
{
	static const size_t before[] = { 0, 1, 100, 8 * 1024, 100 * 1024 };

	(void)state;
	EACH(before, n)
	{
		AUTO_ARENA a = arena_new("test", CAP);
		char *kept = *n ? arena_alloc(a, *n) : NULL;

		if (kept)
			memset(kept, 'k', *n);
		for (int i = 0; i < 1000; i++) {
			ARENA_SCOPE(a);

			memset(arena_alloc(a, 300 * 1024), 'x', 300 * 1024);
			arena_alloc(a, 10);
		}
		for (size_t i = 0; i < *n; i++)
			assert_int_equal(kept[i], 'k');
	}
}

static void a_rewind_past_several_chunks_keeps_the_sum_right(void **state)
{
	AUTO_ARENA a = arena_new("test", CAP);

	(void)state;
	arena_alloc(a, 100);
	for (int round = 0; round < 50; round++) {
		struct arena_mark m = arena_mark(a);

		for (int i = 0; i < 9; i++)
			arena_alloc(a, 50 * 1024);
		arena_rewind(&m);
	}
	/* All of the cap but what one small chunk holds can still be had. */
	arena_alloc(a, CAP - 16 * 1024);
}

static void texts_are_copied_with_their_end(void **state)
{
	AUTO_ARENA a = arena_new("test", CAP);

	(void)state;
	assert_string_equal(arena_strdup(a, ""), "");
	assert_string_equal(arena_strdup(a, "ana"), "ana");
	assert_string_equal(arena_strndup(a, "anabel", 3), "ana");
	assert_string_equal(arena_strndup(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%s-%05d", "x", 42), "x-00042");
	assert_memory_equal(arena_strndup(a, "a\0b", 3), "a\0b", 4);
}

/* Runs fn in a child; true when it aborted. */
static bool aborts(void (*fn)(struct arena *a))
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		AUTO_ARENA a = arena_new("test", CAP);

		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		fn(a);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void over_at_once(struct arena *a)
{
	arena_alloc(a, CAP + 1);
}

static void over_step_by_step(struct arena *a)
{
	for (int i = 0; i < 100; i++)
		arena_alloc(a, CAP / 50);
}

static void product_wraps(struct arena *a)
{
	arena_alloc_n(a, SIZE_MAX / 2, 3);
}

static void almost_all(struct arena *a)
{
	arena_alloc_n(a, SIZE_MAX, 1);
}

static void within(struct arena *a)
{
	for (int i = 0; i < 40; i++)
		arena_alloc(a, CAP / 50);
}

static void over_the_cap_ends_the_process(void **state)
{
	(void)state;
	assert_true(aborts(over_at_once));
	assert_true(aborts(over_step_by_step));
	assert_true(aborts(product_wraps));
	assert_true(aborts(almost_all));
	assert_false(aborts(within));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned_also_after_a_reset),
		cmocka_unit_test(pieces_do_not_overlap_across_chunks),
		cmocka_unit_test(a_scope_gives_back_what_was_taken_in_it),
		cmocka_unit_test(a_rewind_past_several_chunks_keeps_the_sum_right),
		cmocka_unit_test(texts_are_copied_with_their_end),
		cmocka_unit_test(over_the_cap_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
