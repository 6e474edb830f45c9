/* body - marketplace leads for load: believable, about 400 bytes, no two alike. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { BODY_MAX = 1024, BODY_MARK_SIZE = 40 };

/* Writes lead number n of the run, which is person number who's, to retbody and returns its length.
 * mark is the run's own word: the e-mail address begins with `mark.who@`, so leads of different
 * runs differ too. */
size_t body_make(const char *mark, uint64_t n, uint64_t who, char retbody[BODY_MAX]);
