#include "base/hash.h"

#include <errno.h>
#include <stdio.h>
#include <sodium.h>
#include "base/arena.h"
#include "base/err.h"

void crypto_start(void)
{
	if (sodium_init() < 0)
		BUG("no source of random bytes");
}

struct hash hash_of(struct str s)
{
	struct hash h;

	crypto_generichash(h.b, sizeof(h.b), (const unsigned char *)s.p, s.n, NULL, 0);
	return h;
}

struct hash hash_sha256(struct str s)
{
	struct hash h;

	crypto_hash_sha256(h.b, (const unsigned char *)s.p, s.n);
	return h;
}

bool hash_file(const char *path, struct hash *ret, struct err *e)
{
	crypto_generichash_state s;
	unsigned char piece[65536];
	struct hash h;
	FILE *f = fopen(path, "re");
	size_t n;
	bool ok;

	if (!f)
		return ERR(e, ERR_INPUT, "file.read", "%s: %s.", path, strerror(errno));
	crypto_generichash_init(&s, NULL, 0, sizeof(h.b));
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		crypto_generichash_update(&s, piece, n);
	ok = !ferror(f);
	fclose(f);
	if (!ok)
		return ERR(e, ERR_INPUT, "file.read", "%s: it cannot be read.", path);
	crypto_generichash_final(&s, h.b, sizeof(h.b));
	*ret = h;
	return true;
}

/* The system call costs more than a row; a pool per thread makes ids cheap. */
void rand_bytes(void *p, size_t n)
{
	static _Thread_local unsigned char pool[512];
	static _Thread_local size_t left;

	if (n > sizeof(pool)) {
		randombytes_buf(p, n);
		return;
	}
	if (left < n) {
		randombytes_buf(pool, sizeof(pool));
		left = sizeof(pool);
	}
	left -= n;
	memcpy(p, pool + left, n);
	sodium_memzero(pool + left, n);
}

uint32_t rand_u32(void)
{
	uint32_t x;

	rand_bytes(&x, sizeof(x));
	return x;
}

char *rand_token(struct arena *a, size_t n)
{
	unsigned char *raw = arena_alloc(a, n);
	size_t max = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = arena_alloc(a, max);

	randombytes_buf(raw, n);
	return sodium_bin2base64(out, max, raw, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
