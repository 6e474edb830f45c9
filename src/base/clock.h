/* The only reader of clocks. Everything else takes now_ms. */
#pragma once
#include "base/attr.h"

int64_t clock_now(void);  /* ms since 1970 UTC */
int64_t clock_mono(void); /* ms of a clock that never jumps: for time-outs and durations */
int64_t clock_mono_us(void);
#define CLOCK_TEXT 25 /* "2026-11-21T10:00:00.000Z" with its NUL */
char *clock_text(int64_t ms, char out[CLOCK_TEXT]);
/* RFC 3339 with any offset and 0 to 9 fraction digits, or a bare date (midnight UTC). */
bool clock_parse(const char *z, int64_t *ret_ms);
