/* A body and what was made of it, as JSON that a reviewer can read: what the golden files hold. */
#pragma once
#include "base/buf.h"
#include "understand/understand.h"

/* The offer that every golden body is posted to. */
extern const struct offer_facts dump_offer;

void dump_body(struct arena *a, struct buf *out, struct str body);
