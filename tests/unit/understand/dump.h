/* Touches as JSON that a reviewer can read: what the golden files hold. */
#pragma once
#include "base/buf.h"
#include "understand/understand.h"

void dump_touches(struct buf *out, const struct touch *t, size_t n);
void dump_notes(struct buf *out, const struct touch *t);
