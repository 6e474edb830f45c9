/* BLAKE2b (libsodium) and random bytes. */
#pragma once
#include "base/str.h"

struct hash {
	uint8_t b[32];
};
void crypto_start(void); /* once, first in main(); ends the process when there is no randomness */
struct hash hash_of(struct str s);
struct hash hash_sha256(struct str s); /* for what others compute again */
struct err;
/* Of a file's bytes, some at a time; ERR_INPUT when it cannot be read. */
bool hash_file(const char *path, struct hash *ret, struct err *e) LL_MUST;
void rand_bytes(void *p, size_t n);
uint32_t rand_u32(void);
/* n random bytes as URL-safe base64 without padding: keys, tokens, links. */
char *rand_token(struct arena *a, size_t n);
