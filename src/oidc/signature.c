/* JWS in its compact form (RFC 7515), as far as ID tokens need it. */
#include <openssl/ecdsa.h>
#include "oidc/parts.h"

#define ES256_BYTES 64 /* r and s */

struct parts {
	struct str header, payload, signature; /* decoded */
	struct str covered;                    /* what the signature is over */
};

static bool refused(struct err *e, const char *why)
{
	return ERR(e, ERR_AUTH, "oidc.token", "The ID token is refused: %s.", why);
}

static bool split(struct arena *a, struct str token, struct parts *ret, struct err *e)
{
	struct str rest = token, header, payload;

	if (token.n > OIDC_TOKEN_MAX)
		return refused(e, "it is too long");
	if (!str_split(&rest, '.', &header) || !str_split(&rest, '.', &payload) ||
	    str_find(rest, '.') != rest.n || !rest.n ||
	    header.n + payload.n + rest.n + 2 != token.n)
		return refused(e, "it has not three parts");
	if (!str_unbase64url(a, header, &ret->header) ||
	    !str_unbase64url(a, payload, &ret->payload) ||
	    !str_unbase64url(a, rest, &ret->signature))
		return refused(e, "it is no base64url");
	ret->covered = str_upto(token, header.n + 1 + payload.n);
	return true;
}

/* The header says which algorithm and key; nothing that it brings along is used as a key. */
static bool read_header(struct arena *a, struct str text, enum oidc_alg *ret_alg,
			const char **ret_kid, struct err *e)
{
	const struct json *typ, *kid;
	AUTO_JSON h = NULL;
	struct err why;
	struct str alg;

	if (!json_parse(text, &h, &why) || json_kind(h) != JSON_OBJ)
		return refused(e, "its header is no JSON");
	alg = json_str(json_get(h, "alg"));
	*ret_alg = str_eq_z(alg, oidc_alg_text(OIDC_ALG_RS256))   ? OIDC_ALG_RS256
		   : str_eq_z(alg, oidc_alg_text(OIDC_ALG_ES256)) ? OIDC_ALG_ES256
								  : OIDC_ALG_NONE;
	if (*ret_alg == OIDC_ALG_NONE)
		return refused(e, "it must be signed by RS256 or ES256; set that at the provider");
	if (json_get(h, "crit"))
		return refused(e, "its header wants an extension (crit)");
	typ = json_get(h, "typ");
	if (typ && !str_ieq_z(json_str(typ), "JWT"))
		return refused(e, "it is a token of another type (typ)");
	kid = json_get(h, "kid");
	*ret_kid = oidc_text(a, h, "kid");
	return !kid || *ret_kid || refused(e, "its kid is no text");
}

/* r and s side by side (RFC 7518, 3.4), as OpenSSL wants them. */
static struct str as_der(struct arena *a, struct str raw)
{
	const unsigned char *p = (const unsigned char *)raw.p;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *out = NULL;
	struct str ret;
	int n;

	MUST(sig);
	MUST(ECDSA_SIG_set0(sig, BN_bin2bn(p, ES256_BYTES / 2, NULL),
			    BN_bin2bn(p + ES256_BYTES / 2, ES256_BYTES / 2, NULL)) == 1);
	n = i2d_ECDSA_SIG(sig, &out);
	MUST(n > 0);
	ret = (struct str){ arena_strndup(a, out, (size_t)n), (size_t)n };
	OPENSSL_free(out);
	ECDSA_SIG_free(sig);
	return ret;
}

static bool verifies(struct arena *a, EVP_PKEY *key, enum oidc_alg alg, const struct parts *t)
{
	struct str sig = t->signature;
	EVP_MD_CTX *ctx;
	bool ok;

	if (alg == OIDC_ALG_ES256) {
		if (sig.n != ES256_BYTES)
			return false;
		sig = as_der(a, sig);
	}
	ctx = EVP_MD_CTX_new();
	MUST(ctx);
	ok = EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	     EVP_DigestVerify(ctx, (const unsigned char *)sig.p, sig.n,
			      (const unsigned char *)t->covered.p, t->covered.n) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool oidc_signature_check(struct arena *a, struct str token, struct str keys,
			  struct str *ret_payload, struct err *e)
{
	EVP_PKEY *key = NULL;
	enum oidc_alg alg;
	struct parts t;
	const char *kid;
	int found;
	bool ok;

	if (!split(a, token, &t, e) || !read_header(a, t.header, &alg, &kid, e))
		return false;
	found = oidc_key_find(a, keys, alg, kid, &key, e);
	if (found < 0)
		return false;
	if (!found)
		return ERR(e, ERR_AUTH, "oidc.key",
			   "The ID token is signed by a key that is not among the provider's "
			   "%s keys, or is too short.",
			   oidc_alg_text(alg));
	ok = verifies(a, key, alg, &t);
	EVP_PKEY_free(key);
	if (!ok)
		return refused(e, "its signature is wrong");
	*ret_payload = t.payload;
	return true;
}
