/* Tables of cases, each row a cmocka test of its own with a name that says what it is about. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/limits.h"

#define CASES_MAX 256

struct cases {
	struct CMUnitTest test[CASES_MAX];
	size_t n;
};

static inline void cases_add(struct cases *c, const char *name, CMUnitTestFunction f,
			     const void *row)
{
	union {
		const void *from;
		void *to;
	} state = { .from = row };

	assert_true(c->n < CASES_MAX);
	c->test[c->n++] =
		(struct CMUnitTest){ .name = name, .test_func = f, .initial_state = state.to };
}
/* Every row of a table whose rows begin with their name. */
#define CASES_ADD(c, f, rows)                                                                      \
	do {                                                                                       \
		for (size_t i_ = 0; i_ < LL_COUNT(rows); i_++)                                     \
			cases_add((c), (rows)[i_].name, (f), &(rows)[i_]);                         \
	} while (0)
#define CASES_RUN(c, name) _cmocka_run_group_tests((name), (c)->test, (c)->n, NULL, NULL)

static inline struct arena *cases_arena(void)
{
	return arena_new("test", LIMIT_ARENA_REQUEST);
}

static inline void same_text(const char *got, const char *want)
{
	if (want)
		assert_non_null(got);
	else
		assert_null(got);
	if (want)
		assert_string_equal(got, want);
}
