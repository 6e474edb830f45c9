/* Attributes of the house: cleanup, must-check, printf, counts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LL_CLEANUP(fn)  __attribute__((__cleanup__(fn)))
#define LL_MUST         __attribute__((__warn_unused_result__))
#define LL_PRINTF(f, a) __attribute__((__format__(printf, f, a)))
#define LL_NEW          __attribute__((__malloc__, __returns_nonnull__))
#define LL_NORETURN     __attribute__((__noreturn__))
#define LL_COUNT(a)     (sizeof(a) / sizeof((a)[0]))
/* gcc ignores a (void) cast on a must-check call: say it this way. */
#define LL_IGNORE(call)                                                                            \
	do {                                                                                       \
		if (call) { /* on purpose */                                                       \
		}                                                                                  \
	} while (0)
/* Take ownership out of a cleanup variable. */
#define LL_TAKE(p)                                                                                 \
	__extension__({                                                                            \
		__typeof__(p) *take_ = &(p);                                                       \
		__typeof__(p) val_ = *take_;                                                       \
		*take_ = 0;                                                                        \
		val_;                                                                              \
	})
