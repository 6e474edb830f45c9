/* Signing in and out, one-time links. */
#include "auth/parts.h"

#include <ctype.h>
#include <stdlib.h>
#include "base/metric.h"
#include "store/store.h"

/* How often one address, or one account, may try. A right password forgives the account. */
#define ADDRESS_BURST      20
#define ADDRESS_PER_MINUTE 10
#define ACCOUNT_BURST      8
#define ACCOUNT_PER_MINUTE 2
#define TOKENS_BURST       30 /* wrong tokens from one address */
#define TOKENS_PER_MINUTE  30

struct auth *auth_new(void)
{
	struct auth *au = calloc(1, sizeof(*au));

	MUST(au);
	au->by_address = throttle_new(ADDRESS_BURST, ADDRESS_PER_MINUTE);
	au->by_provider = throttle_new(ADDRESS_BURST, ADDRESS_PER_MINUTE);
	au->by_account = throttle_new(ACCOUNT_BURST, ACCOUNT_PER_MINUTE);
	au->wrong_tokens = throttle_new(TOKENS_BURST, TOKENS_PER_MINUTE);
	pthread_mutex_init(&au->hashing.lock, NULL);
	pthread_cond_init(&au->hashing.cond, NULL);
	pthread_mutex_init(&au->cache.lock, NULL);
	auth_set_sessions(au, AUTH_SESSION_IDLE_MS, AUTH_SESSION_MS);
	auth_set_pace(au, AUTH_PER_MINUTE);
	return au;
}

void auth_set_sessions(struct auth *au, int64_t idle_ms, int64_t max_ms)
{
	atomic_store(&au->idle_ms, idle_ms);
	atomic_store(&au->max_ms, max_ms);
	cache_clear(au);
}

void auth_set_pace(struct auth *au, int per_minute)
{
	throttle_free(au->pace);
	au->pace = throttle_new(per_minute / 10, per_minute);
}

void auth_free(struct auth *au)
{
	if (!au)
		return;
	throttle_free(au->by_address);
	throttle_free(au->by_provider);
	throttle_free(au->by_account);
	throttle_free(au->wrong_tokens);
	throttle_free(au->pace);
	pthread_mutex_destroy(&au->hashing.lock);
	pthread_cond_destroy(&au->hashing.cond);
	pthread_mutex_destroy(&au->cache.lock);
	free(au->no_password);
	free(au);
}

struct hash secret_hash(const char *secret)
{
	return hash_of(str_of(secret));
}

const char *email_form(struct arena *a, const char *email)
{
	char *out = str_dup(a, str_trim(str_of(email)));

	for (char *p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

static bool slow_down(struct throttle *t, const char *key, int64_t now_ms, int64_t *ret_wait_ms,
		      struct err *e)
{
	int64_t wait = 0;

	if (throttle_take(t, str_of(key), now_ms, &wait))
		return true;
	*ret_wait_ms = wait;
	return ERR(e, ERR_LIMIT, "auth.throttled", "Too many tries; wait %lld seconds.",
		   (long long)(wait + 999) / 1000);
}

bool auth_slow_down(struct auth *au, const struct auth_client *c, struct err *e)
{
	int64_t wait;

	return slow_down(au->by_provider, c->peer, c->now_ms, &wait, e);
}

bool session_make(struct auth *au, struct sql_db *db, struct arena *a, const struct auth_client *c,
		  struct id user, struct auth_session *ret, struct err *e)
{
	const char *token = rand_token(a, SECRET_BYTES), *csrf = rand_token(a, SECRET_BYTES);
	struct hash h = secret_hash(token);
	struct session_add_in add = {
		.token_hash = hash_view(&h),
		.account = user,
		.csrf = csrf,
		.now = c->now_ms,
		.expires = c->now_ms + atomic_load(&au->max_ms),
	};
	struct account_seen_in seen = { .account = user, .at = c->now_ms };
	AUTO_TX tx = { .db = NULL };

	if (!sql_begin(db, &tx, e) || !session_add(db, &add, NULL, e) ||
	    !account_seen(db, &seen, NULL, e) || !sql_commit(&tx, e))
		return false;
	*ret = (struct auth_session){
		.user_id = user,
		.csrf = csrf,
		.cookie = arena_printf(
			a, AUTH_COOKIE "=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", token,
			(long long)atomic_load(&au->max_ms) / 1000, c->secure ? "; Secure" : ""),
	};
	return true;
}

static bool wrong(struct err *e)
{
	metric_add(METRIC_SIGNIN_FAILURES, 1);
	return ERR(e, ERR_AUTH, "auth.credentials",
		   "The e-mail address or the password is not right.");
}

/* The cost of hashing rises with the years; a right password is the moment to follow. */
static bool refresh(struct auth *au, struct sql_db *db, struct arena *a, struct id user,
		    const char *password, struct err *e)
{
	struct account_password_in in = { .account = user };

	return password_hash(au, a, password, &in.password_hash, e) &&
	       account_password(db, &in, NULL, e);
}

static bool may_by_password(struct sql_db *db, struct arena *a, struct id user, struct err *e)
{
	const char *only;

	if (!auth_only_way(db, a, user, &only, e))
		return false;
	return !only || ERR(e, ERR_FORBIDDEN, "auth.provider-only",
			    "This account signs in by %s, and not by a password.", only);
}

bool auth_sign_in(struct auth *au, struct sql_db *db, struct arena *a, const struct auth_client *c,
		  const char *email, const char *password, struct auth_session *ret,
		  int64_t *ret_wait_ms, struct err *e)
{
	const char *form = email_form(a, email);
	struct account_secret_row row = { .password_hash = NULL };
	bool right, stale;
	int found;

	*ret_wait_ms = 0;
	if (!slow_down(au->by_address, c->peer, c->now_ms, ret_wait_ms, e) ||
	    !slow_down(au->by_account, form, c->now_ms, ret_wait_ms, e))
		return false;
	found = account_secret(db, &(struct account_secret_in){ .email = form }, a, &row, e);
	if (found < 0)
		return false;
	if (!password_verify(au, found ? row.password_hash : NULL, password, &right, &stale, e)) {
		*ret_wait_ms = HASHING_WAIT_MS;
		return false;
	}
	if (!right || !row.active)
		return wrong(e);
	throttle_forgive(au->by_account, str_of(form));
	if (!may_by_password(db, a, row.account_id, e))
		return false;
	if (stale && !refresh(au, db, a, row.account_id, password, e))
		return false;
	return session_make(au, db, a, c, row.account_id, ret, e);
}

bool auth_sign_out(struct auth *au, struct sql_db *db, const char *cookie, struct err *e)
{
	struct hash h = secret_hash(cookie ? cookie : "");
	struct session_end_in in = { .token_hash = hash_view(&h) };

	cache_clear(au);
	return session_end(db, &in, NULL, e);
}

const char *auth_cookie_clear(bool secure)
{
	return secure ? AUTH_COOKIE "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
		      : AUTH_COOKIE "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
}

/* ---- links ---- */

bool auth_link_make(struct sql_db *db, struct arena *a, struct id user, int64_t now_ms,
		    const char **ret_token, struct err *e)
{
	const char *token = rand_token(a, SECRET_BYTES);
	struct hash h = secret_hash(token);
	struct signin_link_add_in in = { .token_hash = hash_view(&h),
					 .account = user,
					 .expires = now_ms + AUTH_LINK_MS };

	if (!signin_link_add(db, &in, NULL, e))
		return false;
	*ret_token = token;
	return true;
}

bool auth_link_use(struct auth *au, struct sql_db *db, struct arena *a, const struct auth_client *c,
		   const char *token, struct auth_session *ret, int64_t *ret_wait_ms, struct err *e)
{
	struct hash h = secret_hash(token);
	struct signin_link_use_in in = { .token_hash = hash_view(&h), .now = c->now_ms };
	struct signin_link_use_row row;
	struct auth_user user;
	int found;

	*ret_wait_ms = 0;
	if (!slow_down(au->by_address, c->peer, c->now_ms, ret_wait_ms, e))
		return false;
	found = signin_link_use(db, &in, a, &row, e);
	if (found < 0)
		return false;
	if (!found || !auth_user_get(db, a, "", row.account_id, &user, e) || !user.active) {
		if (found && e->kind != ERR_NONE && e->kind != ERR_NOT_FOUND)
			return false;
		metric_add(METRIC_SIGNIN_FAILURES, 1);
		return ERR(e, ERR_AUTH, "auth.link",
			   "This link was used before, or its time is over.");
	}
	throttle_forgive(au->by_address, str_of(c->peer));
	return session_make(au, db, a, c, row.account_id, ret, e);
}

bool auth_sweep(struct auth *au, struct sql_db *db, int64_t now_ms, struct err *e)
{
	struct session_sweep_in sessions = { .now = now_ms,
					     .idle_since = now_ms - atomic_load(&au->idle_ms) };
	struct signin_link_sweep_in links = { .now = now_ms };

	return session_sweep(db, &sessions, NULL, e) && signin_link_sweep(db, &links, NULL, e);
}
