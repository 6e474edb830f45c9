/* What the files of auth/ share. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "auth/auth.h"
#include "base/hash.h"
#include "base/throttle.h"

#define CACHE_SLOTS     512
#define HASHING_MAX     2 /* Argon2id runs at once: each takes its memory and a core */
#define WAITING_MAX     2 /* more wait for a slot at most HASHING_WAIT_MS; the others are sent away */
#define HASHING_WAIT_MS 3000
#define SECRET_BYTES    32 /* of session tokens, API tokens, links */

/* What one second found out about a token; fixed size, so that the cache is bounded. */
struct cached {
	struct hash key;
	int64_t at_ms; /* 0: empty */
	enum role role;
	enum reach_kind reach;
	struct id user_id, token_id;
	char publisher[132], csrf[64], name[324];
};

struct auth {
	struct throttle *by_address, *by_account, *wrong_tokens;
	struct throttle
		*by_provider;  /* addresses that come by one: apart from who guesses passwords */
	struct throttle *pace; /* of each account and token that is let in */
	struct {
		pthread_mutex_t lock;
		pthread_cond_t cond;
		int running, waiting;
	} hashing;
	struct {
		pthread_mutex_t lock;
		struct cached slots[CACHE_SLOTS];
	} cache;
	_Atomic int64_t idle_ms, max_ms; /* of sessions */
	char *no_password; /* under hashing.lock, made when first needed: a hash nobody knows the
			      password of: to take as long as a real one */
};

/* identify.c: forgets everything, after a change that must show at once. */
void cache_clear(struct auth *au);

/* password.c */
bool password_check(const char *password, const char *email, struct err *e) LL_MUST;
/* In a. ERR_LIMIT auth.busy. */
bool password_hash(struct auth *au, struct arena *a, const char *password, const char **ret,
		   struct err *e) LL_MUST;
/* hash NULL: takes the time, says no. *ret_stale: should be hashed again with today's cost. */
bool password_verify(struct auth *au, const char *hash, const char *password, bool *ret_right,
		     bool *ret_stale, struct err *e) LL_MUST;
char *password_hash_now(const char *password); /* malloc; without a slot, at start */

/* session.c */
struct hash secret_hash(const char *secret);
static inline struct str hash_view(const struct hash *h)
{
	return (struct str){ (const char *)h->b, sizeof(h->b) };
}
/* E-mail as it is stored: trimmed, lower case. */
const char *email_form(struct arena *a, const char *email);
/* A session of the account, in a transaction of its own. */
bool session_make(struct auth *au, struct sql_db *db, struct arena *a, const struct auth_client *c,
		  struct id user, struct auth_session *ret, struct err *e) LL_MUST;
