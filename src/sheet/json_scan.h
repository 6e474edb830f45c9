/*
 * JSON read where it lies, value by value, however much of it is there: a row must not take a tree
 * of allocations. Strict but for lone surrogates (U+FFFD) and NULs, which the row repairs.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct json_scan {
	const char *p, *end;
	const char *why; /* of SCAN_BAD: what was wanted at p */
};
enum json_scanned { SCAN_BAD = -1, SCAN_MORE = 0, SCAN_DONE = 1 };

/* Over blanks; false when nothing is behind them. */
bool json_scan_blanks(struct json_scan *s);
/* At a quote: its text without quotes, escapes as they are; *ret_escaped when there are some. */
enum json_scanned json_scan_string(struct json_scan *s, struct str *ret, bool *ret_escaped);
struct str json_scan_unescape(struct arena *a, struct str s);
/* Any value, over it. A list or object is not looked into, only its brackets must close. */
enum json_scanned json_scan_value(struct json_scan *s, struct str *ret);
/* A name and its colon; s.p is at the value then. */
enum json_scanned json_scan_name(struct json_scan *s, struct str *ret, bool *ret_escaped);
