/* What every test of sheet/ includes: a file of rows as text that can be compared. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "sheet/sheet.h"

#define S(lit)                                                                                     \
	{                                                                                          \
		"" lit, sizeof(lit) - 1                                                            \
	}
#define EACH(table, c)                                                                             \
	for (size_t i_ = 0; i_ < sizeof(table) / sizeof((table)[0]); i_++)                         \
		for (__typeof__(&(table)[0]) c = &(table)[i_]; c; c = NULL)
#define CHECK(cond, name)                                                                          \
	do {                                                                                       \
		if (!(cond))                                                                       \
			fail_msg("%s: %s", (name), #cond);                                         \
	} while (0)
#define SAME(got, want, name)                                                                      \
	do {                                                                                       \
		const char *got_ = (got), *want_ = (want);                                         \
		if (strcmp(got_, want_) != 0)                                                      \
			fail_msg("%s: got \"%s\", want \"%s\"", (name), got_, want_);              \
	} while (0)

/*
 * The columns, then a line a row: its number, its flags when it has any ("3!short"), its cells in
 * brackets. An error is the last line. Read whole and in pieces of `piece` bytes, which must say
 * the same. about may be NULL. In memory of the process: tests are short.
 */
const char *dump_bytes(struct str bytes, const struct sheet_options *options,
		       struct sheet_about *about);
const char *dump(const char *text); /* all is told */
/* The problem of the first row that has one, or the error. */
const char *first_problem(struct str bytes, const struct sheet_options *options);
/* The text in an encoding that ICU knows. */
struct str encoded(const char *encoding, const char *utf8);
