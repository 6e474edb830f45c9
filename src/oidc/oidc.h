/*
 * Signing in by an OpenID Connect provider: authorization code with PKCE. What comes back is
 * believed only after its signature and claims were checked here; who the person is to us is
 * decided in auth/. No store and no HTTP server: the routes are in api/.
 *
 * struct oidc is one per process and thread-safe. It keeps the providers' documents for an hour,
 * and lets few threads wait for providers at once.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define OIDC_SKEW_S       60          /* how far clocks may be apart */
#define OIDC_TOKEN_MAX    (16 * 1024) /* of an ID token */
#define OIDC_DOCUMENT_MAX (64 * 1024) /* of what a provider answers */
#define OIDC_SUBJECT_MAX  255         /* OpenID Connect Core, 2: characters of sub */
#define OIDC_TENANTS_MAX  16

/* A provider as the operator set it. */
struct oidc_provider {
	const char *issuer; /* as its discovery document has it */
	const char *client_id;
	const char *client_secret; /* NULL: none, PKCE alone */
	/*
	 * Microsoft Entra ID: the tenants whose people may come, lower case, NULL-ended; a person
	 * is then tid/oid, and of e-mail addresses only one of a verified domain counts. Empty or
	 * NULL: any other provider.
	 */
	const char *const *tenants;
	const char *ca_file;            /* NULL: the system's */
	bool allow_http, allow_private; /* see net.h */
};
/* ERR_INPUT: issuer, tenants. Entra ID without tenants is refused: anybody can make a tenant. */
bool oidc_provider_check(const struct oidc_provider *p, struct err *e) LL_MUST;

/* ---- what a provider says of itself ---- */

struct oidc_metadata {
	const char *issuer; /* may hold {tenantid}, with tenants */
	const char *authorization, *token, *keys;
	bool says_issuer; /* its answers carry iss (RFC 9207) */
	bool basic;       /* the secret goes by HTTP Basic, else in the body */
};
/* ERR_REMOTE oidc.discovery: no JSON, another issuer, an address that may not be, no S256. */
bool oidc_metadata_read(struct arena *a, const struct oidc_provider *p, struct str json,
			struct oidc_metadata *ret, struct err *e) LL_MUST;

/* ---- ID tokens ---- */

/*
 * The signature by one of the keys (a JWK set): RS256 or ES256 and nothing else, by a key of the
 * kind that the algorithm wants. *ret_payload is what was signed, in a. ERR_AUTH oidc.token;
 * oidc.key when the key it names is not in the set.
 */
bool oidc_signature_check(struct arena *a, struct str token, struct str keys,
			  struct str *ret_payload, struct err *e) LL_MUST;

struct oidc_person {
	const char *subject; /* sub, or tid/oid */
	const char *issuer;  /* iss, checked */
	const char *email;   /* NULL when the provider does not vouch for it */
	const char *name;    /* or "" */
};
/*
 * The claims of a payload whose signature is right: iss, aud, azp, exp, iat, nbf, nonce, sub; with
 * tenants tid and oid. ERR_AUTH oidc.token: never a claim's value in its text.
 */
bool oidc_claims_check(struct arena *a, const struct oidc_provider *p,
		       const struct oidc_metadata *m, struct str payload, const char *nonce,
		       int64_t now_ms, struct oidc_person *ret, struct err *e) LL_MUST;

/* ---- a sign-in ---- */

struct oidc;
/* workers: threads that serve the page too; at most half of them wait for providers. */
struct oidc *oidc_new(size_t workers) __attribute__((__returns_nonnull__));
void oidc_free(struct oidc *o); /* NULL is fine */

/* What the browser keeps from the beginning to the end. */
struct oidc_flow {
	const char *state, *nonce, *verifier; /* random */
	const char *redirect_uri;
};
struct oidc_flow oidc_flow_new(struct arena *a, const char *redirect_uri);
/*
 * The address at the provider that the browser is sent to. May wait for the provider: never in an
 * event thread. ERR_REMOTE oidc.unreachable, oidc.discovery; ERR_LIMIT oidc.busy.
 */
bool oidc_begin(struct oidc *o, struct arena *a, const struct oidc_provider *p,
		const struct oidc_flow *f, int64_t now_ms, const char **ret_url,
		struct err *e) LL_MUST;
/*
 * Who it is, after the browser came back with this code. issuer: the answer's parameter iss, or
 * NULL. Besides: ERR_REMOTE oidc.client (the secret), oidc.answer; ERR_AUTH oidc.code, oidc.issuer.
 */
bool oidc_finish(struct oidc *o, struct arena *a, const struct oidc_provider *p,
		 const struct oidc_flow *f, const char *code, const char *issuer, int64_t now_ms,
		 struct oidc_person *ret, struct err *e) LL_MUST;
