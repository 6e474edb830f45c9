/*
 * Secrets at rest: XChaCha20-Poly1305 (libsodium) under a key that lives in a file of its own,
 * never in the store, a backup or a move. Each sealed text is bound to its place, so that it cannot
 * be copied to another row.
 */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct arena;
struct seal;
/* Reads the key file (64 hex digits); makes it with mode 0600 when it is missing and make is true.
 */
bool seal_load(const char *path, bool make, struct seal **ret, struct err *e) LL_MUST;
void seal_free(struct seal *s); /* wipes the key */
/* place: what the text belongs to, such as "destination 0190…". */
struct str seal_text(const struct seal *s, struct arena *a, const char *place, struct str plain);
/* ERR_STORE "seal.key" when the key is another one or the text was touched. */
bool seal_read(const struct seal *s, struct arena *a, const char *place, struct str sealed,
	       struct str *ret, struct err *e) LL_MUST;
