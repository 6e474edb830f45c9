/* What every test of sheet/ includes: a file of rows as text that can be compared. */
#pragma once
#include <stdlib.h>
#include "../cases.h"
#include "base/buf.h"
#include "sheet/sheet.h"

#define S(lit)                                                                                     \
	{                                                                                          \
		"" lit, sizeof(lit) - 1                                                            \
	}

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
