/*
 * JWK sets (RFC 7517): RSA keys and P-256 keys, for OpenSSL. A key serves only the algorithm that
 * it is made for, so that no token can choose what its key is used as.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include "oidc/parts.h"

#define KEYS_MAX     32
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192 /* what a huge one costs is the attacker's choice */
#define P256_BYTES   32

static const struct kind {
	const char *alg, *kty;
} kinds[] = {
	[OIDC_ALG_NONE] = { "", "" },
	[OIDC_ALG_ES256] = { "ES256", "EC" },
	[OIDC_ALG_RS256] = { "RS256", "RSA" },
};

const char *oidc_alg_text(enum oidc_alg alg)
{
	return kinds[alg].alg;
}

const char *oidc_text(struct arena *a, const struct json *j, const char *name)
{
	struct str s = json_str(json_get(j, name));

	return s.n && !memchr(s.p, 0, s.n) ? str_dup(a, s) : NULL;
}

static bool bytes_in(struct arena *a, const struct json *key, const char *name, struct str *ret)
{
	return str_unbase64url(a, json_str(json_get(key, name)), ret) && ret->n;
}

static EVP_PKEY *build(const char *type, OSSL_PARAM_BLD *b)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	MUST(params && ctx);
	if (EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

static BIGNUM *number(struct str s)
{
	BIGNUM *n = BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL);

	MUST(n);
	return n;
}

static bool fits_rsa(const BIGNUM *n, const BIGNUM *exponent)
{
	int bits = BN_num_bits(n);

	return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && BN_is_odd(n) &&
	       BN_is_odd(exponent) && !BN_is_one(exponent) && BN_num_bits(exponent) <= 32;
}

static EVP_PKEY *rsa_key(struct arena *a, const struct json *key)
{
	struct str n, exponent;
	BIGNUM *bn_n, *bn_e;
	OSSL_PARAM_BLD *b;
	EVP_PKEY *ret = NULL;

	if (!bytes_in(a, key, "n", &n) || !bytes_in(a, key, "e", &exponent))
		return NULL;
	bn_n = number(n);
	bn_e = number(exponent);
	b = OSSL_PARAM_BLD_new();
	MUST(b);
	if (fits_rsa(bn_n, bn_e) && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, bn_n) &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, bn_e))
		ret = build("RSA", b);
	OSSL_PARAM_BLD_free(b);
	BN_free(bn_n);
	BN_free(bn_e);
	return ret;
}

/* A point that is not on the curve is refused when the key is made of it, and checked again. */
static bool is_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool ok;

	MUST(ctx);
	ok = EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static EVP_PKEY *p256_key(struct arena *a, const struct json *key)
{
	unsigned char point[1 + 2 * P256_BYTES] = { 4 }; /* uncompressed */
	OSSL_PARAM_BLD *b;
	EVP_PKEY *ret = NULL;
	struct str x, y;

	if (!str_eq_z(json_str(json_get(key, "crv")), "P-256") || !bytes_in(a, key, "x", &x) ||
	    !bytes_in(a, key, "y", &y) || x.n != P256_BYTES || y.n != P256_BYTES)
		return NULL;
	memcpy(point + 1, x.p, P256_BYTES);
	memcpy(point + 1 + P256_BYTES, y.p, P256_BYTES);
	b = OSSL_PARAM_BLD_new();
	MUST(b);
	if (OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
		ret = build("EC", b);
	OSSL_PARAM_BLD_free(b);
	if (ret && !is_sound(ret)) {
		EVP_PKEY_free(ret);
		ret = NULL;
	}
	return ret;
}

/* Whether a key of the set may serve: what it says of itself, where it says something. */
static bool serves(const struct json *key, enum oidc_alg alg, const char *kid)
{
	const struct json *use = json_get(key, "use"), *its_alg = json_get(key, "alg");

	if (!str_eq_z(json_str(json_get(key, "kty")), kinds[alg].kty) ||
	    (use && !str_eq_z(json_str(use), "sig")) ||
	    (its_alg && !str_eq_z(json_str(its_alg), kinds[alg].alg)))
		return false;
	return !kid || str_eq_z(json_str(json_get(key, "kid")), kid);
}

static EVP_PKEY *key_of(struct arena *a, const struct json *key, enum oidc_alg alg)
{
	switch (alg) {
	case OIDC_ALG_RS256: return rsa_key(a, key);
	case OIDC_ALG_ES256: return p256_key(a, key);
	case OIDC_ALG_NONE: break;
	}
	return NULL;
}

int oidc_key_find(struct arena *a, struct str keys, enum oidc_alg alg, const char *kid,
		  EVP_PKEY **ret, struct err *e)
{
	const struct json *list, *found = NULL;
	AUTO_JSON set = NULL;
	struct err why;

	if (!json_parse(keys, &set, &why) || json_kind(list = json_get(set, "keys")) != JSON_LIST ||
	    json_count(list) > KEYS_MAX) {
		LL_IGNORE(
			ERR(e, ERR_REMOTE, "oidc.keys",
			    "The provider's keys (jwks_uri) are no JWK set, longer than %d KB, or "
			    "more than %d keys.",
			    OIDC_DOCUMENT_MAX / 1024, KEYS_MAX));
		return -1;
	}
	for (size_t i = 0; i < json_count(list); i++) {
		if (!serves(json_at(list, i), alg, kid))
			continue;
		if (found && !kid)
			return 0; /* it does not say which of several */
		found = json_at(list, i);
		if (kid)
			break;
	}
	*ret = found ? key_of(a, found, alg) : NULL;
	return *ret != NULL;
}
