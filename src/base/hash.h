/* BLAKE2b (libsodium) and random bytes. */
#pragma once
#include "base/str.h"

struct hash {
	uint8_t b[32];
};
void crypto_start(void); /* once, first in main(); ends the process when there is no randomness */
struct hash hash_of(struct str s);
void rand_bytes(void *p, size_t n);
uint32_t rand_u32(void);
/* n random bytes as URL-safe base64 without padding: keys, tokens, links. */
char *rand_token(struct arena *a, size_t n);
