#include "dest/webhook.h"
#include <sodium.h>
#include <stdio.h>
#include "base/hash.h"
#include "dest/rows.h"

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

bool webhook_check_secret(struct arena *a, const char **secret, struct field_problems *p)
{
	struct str key;

	if (!*secret || !**secret)
		*secret = webhook_secret_new(a);
	else if (!webhook_secret_key(a, str_of(*secret), &key))
		return ERR_FIELD(dest_problem(p), ERR_INPUT, "https.secret", "secret",
				 "secret must be whsec_ and the base64 of 24 to 64 bytes; leave it "
				 "out to have one made.");
	return true;
}

bool webhook_headers(const struct dest_call *c, const char *secret, const char *id,
		     struct net_request *r, struct err *e)
{
	int64_t at = c->now_ms / 1000;
	struct str key;

	if (!webhook_secret_key(c->arena, str_of(secret), &key))
		return ERR(e, ERR_BUG, "https.secret", "a secret that was checked is none");
	return net_header(r, "webhook-id", id, e) &&
	       net_header(r, "webhook-timestamp", arena_printf(c->arena, "%lld", (long long)at),
			  e) &&
	       net_header(r, "webhook-signature", webhook_sign(c->arena, key, id, at, r->body), e);
}

void webhook_read_wish(const struct net_reply *r, const char **ret_code)
{
	static const char *const wishes[] = { "disable", "abort-message" };
	const char *header = net_reply_header(r, "webhook-delivery");

	for (size_t i = 0; header && i < LL_COUNT(wishes); i++)
		if (str_ieq_z(str_trim(str_of(header)), wishes[i]))
			*ret_code = wishes[i];
}
