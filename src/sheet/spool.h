/*
 * Bytes that are too many for memory: appended to a file without a name, read again at any place
 * through a small cache. Files are in TMPDIR, else /tmp, and go away with the process.
 */
#pragma once
#include <stdio.h>
#include "base/err.h"
#include "base/str.h"

struct spool;
bool spool_new(struct spool **ret, struct err *e) LL_MUST;
void spool_free(struct spool *s); /* NULL is fine */
uint64_t spool_size(const struct spool *s);
bool spool_add(struct spool *s, struct str bytes, struct err *e) LL_MUST;
/* Exactly n bytes at `at` into out; what is not there is ERR_INPUT. */
bool spool_read(struct spool *s, uint64_t at, size_t n, char *out, struct err *e) LL_MUST;
/* All of it as a file at its beginning, the caller's to close. */
bool spool_file(struct spool *s, FILE **ret, struct err *e) LL_MUST;
