/* What the files of oidc/ share. */
#pragma once
#include <openssl/evp.h>
#include "base/json.h"
#include "oidc/oidc.h"

#define OIDC_TENANT_PART "{tenantid}"

static inline bool oidc_has_tenants(const struct oidc_provider *p)
{
	return p->tenants && p->tenants[0];
}
/* A member that is a text without a NUL byte; NULL when it is not. */
const char *oidc_text(struct arena *a, const struct json *j, const char *name);

enum oidc_alg {
	OIDC_ALG_NONE = 0, /* every other one */
	OIDC_ALG_ES256,
	OIDC_ALG_RS256,
};
/*
 * key.c: the key of a set that a token's header means. 1 and *ret (free it with EVP_PKEY_free), 0:
 * it is not there, -1: the set is none.
 */
int oidc_key_find(struct arena *a, struct str keys, enum oidc_alg alg, const char *kid,
		  EVP_PKEY **ret, struct err *e);
const char *oidc_alg_text(enum oidc_alg alg);
