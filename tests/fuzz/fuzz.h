/* One target, two programs: libFuzzer's (clang, -Dfuzz=true), and replay.c's, a test on every
 * compiler. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
