/* Private to audit/. */
#pragma once
#include "audit/audit.h"
#include "store/store.h"

/* What is sealed of a chain's end, and what it is bound to. */
const char *audit_end_text(struct arena *a, int64_t n, struct hash hash);
const char *audit_end_place(struct arena *a, const char *publisher);
/* A stored hash; all zero when it has another length. */
struct hash audit_hash_of(struct str bytes);
