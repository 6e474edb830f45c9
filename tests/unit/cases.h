/* Tables of cases as loops, with the case's name in sight when one fails. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

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
