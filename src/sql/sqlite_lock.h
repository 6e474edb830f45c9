/*
 * One writer at a time for each database file in this process, in a fair order. SQLite's own
 * waiting polls: with it alone, sixteen writers reach a third of the commits and the unlucky wait
 * eight times longer. Urgent writers go first; one that is not waits 50 ms for them at most, and
 * then only for the transaction that is running.
 */
#pragma once
#include "base/attr.h"
#include "base/err.h"

struct lite_file;

/* The lock of the file at path (it must exist); all opens of one file share it. */
bool lite_file_open(const char *path, struct lite_file **ret, struct err *e) LL_MUST;
void lite_file_close(struct lite_file *f);
/* Waits at most wait_ms, then ERR_BUSY naming the holder. who: static "file:line" parts for that
 * text. */
bool lite_file_lock(struct lite_file *f, bool urgent, int64_t wait_ms, const char *file, int line,
		    struct err *e) LL_MUST;
bool lite_file_trylock(struct lite_file *f, const char *file, int line) LL_MUST;
void lite_file_unlock(struct lite_file *f);
int lite_file_waiting(struct lite_file *f); /* for tests: how many stand in line */
