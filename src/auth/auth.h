/*
 * Who is asking. Accounts with passwords (Argon2id) and one-time links, sessions in a cookie, API
 * tokens. Only hashes of what opens a door are stored. No HTTP and no JSON here: the routes are in
 * api/.
 *
 * struct auth is one per process and thread-safe: throttles, the slots for hashing, and what the
 * last second found out. The connection is the caller's.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/seal.h"
#include "model/model.h"
#include "sql/sql.h"

#define AUTH_COOKIE          "leadline_session"
#define AUTH_SESSION_IDLE_MS (12LL * 3600 * 1000)
#define AUTH_SESSION_MS      (30LL * 24 * 3600 * 1000)
#define AUTH_LINK_MS         (24LL * 3600 * 1000)
#define AUTH_CACHE_MS        1000 /* a change made elsewhere is seen after at most this */
#define AUTH_PER_MINUTE      60000
#define AUTH_PASSWORD_MIN    12  /* characters */
#define AUTH_PASSWORD_MAX    256 /* bytes */

struct auth;
struct auth *auth_new(void) __attribute__((__returns_nonnull__));
void auth_free(struct auth *au);
/* How long a session lasts without use, and at most; before: AUTH_SESSION_IDLE_MS and
 * AUTH_SESSION_MS. */
void auth_set_sessions(struct auth *au, int64_t idle_ms, int64_t max_ms);
/* How many requests one account, or one token, may make in a minute, from 60; before:
 * AUTH_PER_MINUTE. A tenth of them may come at once. Not beside auth_identify(). */
void auth_set_pace(struct auth *au, int per_minute);

/* ---- who asks: for every request that needs a role ---- */

struct auth_request {
	const char *authorization; /* header, or NULL; wins over the cookie */
	const char *cookie;        /* value of AUTH_COOKIE, or NULL */
	const char *csrf;          /* header X-CSRF-Token, or NULL */
	bool writing;              /* not GET or HEAD: a session then needs its CSRF token … */
	bool no_csrf;              /* … unless the route says so */
	const char *peer;          /* client address: guessing is slowed down by it */
	int64_t now_ms;
};
struct auth_identity {
	enum role role;
	struct id user_id;     /* null for a token */
	struct id token_id;    /* null for a session */
	const char *publisher; /* "" = the whole installation */
	const char *csrf;      /* of the session, or NULL */
	const char *name;      /* e-mail of the user, or name of the token */
	enum reach_kind reach;
};
/*
 * ERR_AUTH: auth.required (nothing sent), auth.token, auth.session. ERR_FORBIDDEN: auth.csrf.
 * ERR_LIMIT: auth.throttled, after many wrong tokens from one address. ERR_PACE: auth.pace, see
 * auth_set_pace(). Texts of *ret live in a.
 */
bool auth_identify(struct auth *au, struct sql_db *db, struct arena *a,
		   const struct auth_request *r, struct auth_identity *ret, struct err *e) LL_MUST;

/* ---- sessions ---- */

struct auth_client {
	const char *peer;
	bool secure; /* the cookie gets Secure */
	int64_t now_ms;
};
struct auth_session {
	struct id user_id;
	const char *csrf;
	const char *cookie; /* value of the Set-Cookie header */
};
/*
 * E-mail and password. ERR_AUTH auth.credentials, alike and after the same time whether the account
 * is unknown, has no password, is not active, or the password is wrong. ERR_FORBIDDEN
 * auth.provider-only: the password is right, and the account's provider is its only way in.
 * ERR_LIMIT auth.throttled (per account and per address) or auth.busy (too many at once):
 * *ret_wait_ms is the time for Retry-After.
 */
bool auth_sign_in(struct auth *au, struct sql_db *db, struct arena *a, const struct auth_client *c,
		  const char *email, const char *password, struct auth_session *ret,
		  int64_t *ret_wait_ms, struct err *e) LL_MUST;
/* Ends the session of the cookie's value; fine when there is none. */
bool auth_sign_out(struct auth *au, struct sql_db *db, const char *cookie, struct err *e) LL_MUST;
/* Value of the Set-Cookie header that makes the browser forget. */
const char *auth_cookie_clear(bool secure);

/* A one-time link's token (32 random bytes as text), good for AUTH_LINK_MS. */
bool auth_link_make(struct sql_db *db, struct arena *a, struct id user, int64_t now_ms,
		    const char **ret_token, struct err *e) LL_MUST;
/* ERR_AUTH auth.link when it is unknown, used, over, or its account not active. ERR_LIMIT as above.
 */
bool auth_link_use(struct auth *au, struct sql_db *db, struct arena *a, const struct auth_client *c,
		   const char *token, struct auth_session *ret, int64_t *ret_wait_ms,
		   struct err *e) LL_MUST;

/* ---- users. scope: the publisher of the one who asks; "" sees and changes all ---- */

struct auth_user {
	struct id id;
	const char *publisher; /* "" = the whole installation */
	const char *email;     /* lower case */
	const char *name;
	enum role role;
	enum reach_kind reach;                  /* REACH_NONE with auth_user_add(): all */
	const char *language, *theme, *density; /* "" = not chosen */
	const char *lead_view;                  /* the first of the lead list; "" = as shipped */
	bool active, has_password;
	int64_t created_at, seen_at; /* seen_at: SQL_NULL_INT before the first sign-in */
};
/*
 * What is stored of a password; of NULL: NULL. It takes a while: before a transaction, not inside.
 * ERR_INPUT password.…, ERR_LIMIT auth.busy.
 */
bool auth_password_hash(struct auth *au, struct arena *a, const char *email, const char *password,
			const char **ret, struct err *e) LL_MUST;
/*
 * Uses publisher, email, name, role, reach. password_hash may be NULL (then only links sign in).
 * ERR_INPUT with field, ERR_CONFLICT user.exists, ERR_NOT_FOUND publisher.unknown.
 */
bool auth_user_add(struct sql_db *db, struct arena *a, const struct auth_user *u,
		   const char *password_hash, int64_t now_ms, struct id *ret,
		   struct err *e) LL_MUST;
bool auth_user_list(struct sql_db *db, struct arena *a, const char *scope, struct auth_user **ret,
		    size_t *ret_n, struct err *e) LL_MUST;
/* ERR_NOT_FOUND user.unknown, outside of the scope too. */
bool auth_user_get(struct sql_db *db, struct arena *a, const char *scope, struct id id,
		   struct auth_user *ret, struct err *e) LL_MUST;
bool auth_user_find(struct sql_db *db, struct arena *a, const char *scope, const char *email,
		    struct auth_user *ret, struct err *e) LL_MUST;
/*
 * The same, to be changed: until the caller's transaction ends nobody else changes an account's
 * role, reach, or whether it is active.
 */
bool auth_user_hold(struct sql_db *db, struct arena *a, const char *scope, struct id id,
		    struct auth_user *ret, struct err *e) LL_MUST;
/*
 * Writes name, role, reach and active of u; before: from auth_user_hold(), in the same transaction.
 * Not active, or another role: its sessions end. After the commit: auth_user_changed().
 * ERR_CONFLICT user.last-admin: the last active admin of the installation who reaches all must
 * stay.
 */
bool auth_user_set(struct sql_db *db, struct arena *a, const struct auth_user *before,
		   const struct auth_user *u, struct err *e) LL_MUST;
/* What is kept in memory of who asks is forgotten. */
void auth_user_changed(struct auth *au);
/* What people may say of themselves: name, language, theme, density, lead_view of u;
 * NULL: as it is. */
bool auth_user_own(struct sql_db *db, const struct auth_user *u, struct err *e) LL_MUST;
/* Sets the password and ends all sessions of the account. ERR_INPUT password.… */
bool auth_user_password(struct auth *au, struct sql_db *db, struct arena *a, const char *scope,
			struct id id, const char *password, struct err *e) LL_MUST;
/* Whether there is any account yet: the first start makes an admin. */
bool auth_any_user(struct sql_db *db, struct arena *a, bool *ret, struct err *e) LL_MUST;
/* A password for that: readable, about 100 bits. */
const char *auth_password_make(struct arena *a);

/* ---- API tokens ---- */

struct auth_token {
	struct id id;
	const char *publisher, *name;
	enum role role;
	enum reach_kind reach;          /* all or offers: own and team are for people */
	int64_t created_at, revoked_at; /* SQL_NULL_INT: good */
};
/* *ret_token is shown once: only its hash is stored. */
bool auth_token_add(struct sql_db *db, struct arena *a, const char *publisher, enum role role,
		    enum reach_kind reach, const char *name, int64_t now_ms, struct id *ret_id,
		    const char **ret_token, struct err *e) LL_MUST;
bool auth_token_list(struct sql_db *db, struct arena *a, const char *scope, struct auth_token **ret,
		     size_t *ret_n, struct err *e) LL_MUST;
/* ERR_NOT_FOUND token.unknown: also outside of the scope, or revoked before. */
bool auth_token_revoke(struct auth *au, struct sql_db *db, const char *scope, struct id id,
		       int64_t now_ms, struct err *e) LL_MUST;

/* ---- providers: who signs people in for us (OpenID Connect); what they say is checked in oidc/
 * ---- */

#define AUTH_PROVIDER_ID_MAX 40
#define AUTH_DOMAINS_MAX     16
struct auth_provider {
	const char *id;        /* of the addresses: small letters, digits, '-' */
	const char *publisher; /* whose accounts it signs in; "" of all */
	const char *name;      /* on its button */
	const char *issuer, *client_id;
	const char *secret;  /* NULL: none */
	const char *tenants; /* of Entra ID, with commas, lower case; "" for others */
	const char *domains; /* with commas, small letters: whose addresses count; "" of all */
	const char *ca_file; /* "" = the system's */
	bool allow_http, allow_private;
	bool link_email; /* an account is found by an address that the provider vouches for */
	bool only_way; /* who is linked signs in by it, or by a one-time link, and not otherwise */
	enum role new_role; /* of accounts made at the first sign-in; ROLE_NONE: none is made */
	enum reach_kind new_reach;
	int64_t created_at;
};
/* scope: "" lists all, else one publisher's own. Secrets are opened only by auth_provider_get(). */
bool auth_provider_list(struct sql_db *db, struct arena *a, const char *scope,
			struct auth_provider **ret, size_t *ret_n, struct err *e) LL_MUST;
/* ERR_NOT_FOUND provider.unknown, outside of the scope too. */
bool auth_provider_get(struct sql_db *db, struct arena *a, const struct seal *seal,
		       const char *scope, const char *id, struct auth_provider *ret,
		       struct err *e) LL_MUST;
/* ERR_INPUT with field, ERR_CONFLICT provider.exists, ERR_NOT_FOUND publisher.unknown. */
bool auth_provider_add(struct sql_db *db, struct arena *a, const struct seal *seal,
		       const struct auth_provider *p, int64_t now_ms, struct err *e) LL_MUST;
/* All but id, publisher, issuer; tenants may not begin or end to be there (provider.kind): who is
 * linked would be somebody else. before: from auth_provider_get(). *ret_ended: the sessions of all
 * who are linked have ended, for passwords or tenants no longer count: auth_user_changed() after
 * the caller's transaction. */
bool auth_provider_set(struct sql_db *db, struct arena *a, const struct seal *seal,
		       const struct auth_provider *before, const struct auth_provider *p,
		       bool *ret_ended, struct err *e) LL_MUST;
/* With its links to accounts, and the sessions of those; auth_user_changed() after the caller's
 * transaction. */
bool auth_provider_remove(struct sql_db *db, const char *id, struct err *e) LL_MUST;

/* An account's links to providers: subject is theirs for the person. */
struct auth_link {
	const char *provider, *subject;
	int64_t created_at, seen_at; /* seen_at: SQL_NULL_INT before the first sign-in */
};
bool auth_links(struct sql_db *db, struct arena *a, struct id account, struct auth_link **ret,
		size_t *ret_n, struct err *e) LL_MUST;
/*
 * The account must be of the provider's publisher. ERR_INPUT provider.subject, provider.publisher;
 * ERR_CONFLICT provider.linked: one of the two is linked already.
 */
bool auth_link_account(struct sql_db *db, struct arena *a, const struct auth_provider *p,
		       const struct auth_user *u, const char *subject, int64_t now_ms,
		       struct err *e) LL_MUST;
/* ERR_NOT_FOUND provider.not-linked. Ends the account's sessions; auth_user_changed() after it. */
bool auth_unlink_account(struct sql_db *db, const char *provider, struct id account,
			 struct err *e) LL_MUST;

/* Whom a provider has vouched for. */
struct auth_person {
	const char *subject, *name;
	const char *email; /* NULL: none that the provider vouches for */
};
enum auth_by { AUTH_BY_LINK = 1, AUTH_BY_EMAIL, AUTH_BY_MADE };
/*
 * A session for them: of the account they are linked to, of the one with their address, or of a
 * new one, as the provider's settings have it. ERR_FORBIDDEN: auth.no-account, auth.not-active,
 * auth.other-publisher.
 */
bool auth_sign_in_by(struct auth *au, struct sql_db *db, struct arena *a,
		     const struct auth_client *c, const struct auth_provider *p,
		     const struct auth_person *who, struct auth_session *ret, enum auth_by *ret_by,
		     struct err *e) LL_MUST;
/* One try of this address with a provider: as many as with passwords, and counted apart. ERR_LIMIT
 * auth.throttled. */
bool auth_slow_down(struct auth *au, const struct auth_client *c, struct err *e) LL_MUST;
/* The name of the provider that is the account's only way in; NULL: there are others. */
bool auth_only_way(struct sql_db *db, struct arena *a, struct id account, const char **ret,
		   struct err *e) LL_MUST;

/* Deletes sessions and links that are over. Run it now and then. */
bool auth_sweep(struct auth *au, struct sql_db *db, int64_t now_ms, struct err *e) LL_MUST;
