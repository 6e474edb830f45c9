#include "dest/webhook.h"
#include <sodium.h>
#include <stdio.h>
#include "base/hash.h"

#define KEY_MIN 24
#define KEY_MAX 64
#define KEY_NEW 32

char *webhook_secret_new(struct arena *a)
{
	uint8_t key[KEY_NEW];
	rand_bytes(key, sizeof(key));
	char *secret = arena_printf(a, WEBHOOK_SECRET_PREFIX "%s", str_base64(a, key, sizeof(key)));
	sodium_memzero(key, sizeof(key));
	return secret;
}

bool webhook_secret_key(struct arena *a, struct str secret, struct str *ret_key)
{
	struct str key;
	if (!str_starts(secret, WEBHOOK_SECRET_PREFIX) ||
	    !str_unbase64(a, str_from(secret, sizeof(WEBHOOK_SECRET_PREFIX) - 1), &key) ||
	    key.n < KEY_MIN || key.n > KEY_MAX)
		return false;
	*ret_key = key;
	return true;
}

/* The one-shot call of libsodium takes keys of 32 bytes only. */
char *hmac_base64(struct arena *a, struct str key, const struct str *parts, size_t n)
{
	crypto_auth_hmacsha256_state state;
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_init(&state, (const uint8_t *)key.p, key.n);
	for (size_t i = 0; i < n; i++)
		crypto_auth_hmacsha256_update(&state, (const uint8_t *)parts[i].p, parts[i].n);
	crypto_auth_hmacsha256_final(&state, mac);
	return str_base64(a, mac, sizeof(mac));
}

char *webhook_sign(struct arena *a, struct str key, const char *id, int64_t timestamp_s,
		   struct str body)
{
	char head[128];
	snprintf(head, sizeof(head), "%s.%lld.", id, (long long)timestamp_s);
	const struct str parts[] = { str_of(head), body };
	return arena_printf(a, "v1,%s", hmac_base64(a, key, parts, LL_COUNT(parts)));
}
