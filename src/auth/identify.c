/* Who is asking: API token or session, with a memory of one second in front of the store. */
#include "auth/parts.h"

#include <stdio.h>
#include "store/store.h"

#define SEEN_EVERY_MS 60000 /* the store hears of a session at most once a minute */

static struct cached *slot_of(struct auth *au, const struct hash *key)
{
	return &au->cache.slots[(key->b[0] | (size_t)key->b[1] << 8) % CACHE_SLOTS];
}

static bool cache_find(struct auth *au, const struct hash *key, int64_t now_ms, struct cached *ret)
{
	const struct cached *c = slot_of(au, key);
	bool found;

	pthread_mutex_lock(&au->cache.lock);
	found = c->at_ms && now_ms >= c->at_ms && now_ms - c->at_ms < AUTH_CACHE_MS &&
		!memcmp(&c->key, key, sizeof(*key));
	if (found)
		*ret = *c;
	pthread_mutex_unlock(&au->cache.lock);
	return found;
}

static void cache_put(struct auth *au, const struct cached *c)
{
	pthread_mutex_lock(&au->cache.lock);
	*slot_of(au, &c->key) = *c;
	pthread_mutex_unlock(&au->cache.lock);
}

void cache_clear(struct auth *au)
{
	pthread_mutex_lock(&au->cache.lock);
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		au->cache.slots[i].at_ms = 0;
	pthread_mutex_unlock(&au->cache.lock);
}

/* True when it fits: what is too long for the cache is too long for the store as well. */
static bool put_text(char *to, size_t size, const char *from)
{
	return snprintf(to, size, "%s", from) < (int)size;
}

static bool find_token(struct sql_db *db, struct arena *a, struct cached *c, int64_t now_ms,
		       struct err *e)
{
	struct token_get_in in = { .token_hash = hash_view(&c->key) };
	struct token_get_row row;
	int found = token_get(db, &in, a, &row, e);

	if (found < 0)
		return false;
	if (!found)
		return ERR(e, ERR_AUTH, "auth.token", "This token is not known, or was revoked.");
	c->token_id = row.token_id;
	c->role = role_of(str_of(row.role));
	c->reach = reach_of(str_of(row.reach));
	c->at_ms = now_ms;
	MUST(put_text(c->publisher, sizeof(c->publisher), row.publisher_id));
	put_text(c->name, sizeof(c->name), row.name);
	return true;
}

static bool find_session(struct auth *au, struct sql_db *db, struct arena *a, struct cached *c,
			 int64_t now_ms, struct err *e)
{
	struct session_get_in in = {
		.token_hash = hash_view(&c->key),
		.now = now_ms,
		.idle_since = now_ms - atomic_load(&au->idle_ms),
	};
	struct session_seen_in seen = { .token_hash = in.token_hash, .at = now_ms };
	struct session_get_row row;
	int found = session_get(db, &in, a, &row, e);

	if (found < 0)
		return false;
	if (!found)
		return ERR(e, ERR_AUTH, "auth.session", "The session is over; sign in again.");
	if (now_ms - row.seen_at > SEEN_EVERY_MS && !session_seen(db, &seen, NULL, e))
		return false;
	c->user_id = row.account_id;
	c->role = role_of(str_of(row.role));
	c->reach = reach_of(str_of(row.reach));
	c->at_ms = now_ms;
	MUST(put_text(c->publisher, sizeof(c->publisher), row.publisher_id));
	MUST(put_text(c->csrf, sizeof(c->csrf), row.csrf));
	put_text(c->name, sizeof(c->name), row.email);
	return true;
}

static bool look_up(struct auth *au, struct sql_db *db, struct arena *a,
		    const struct auth_request *r, const char *secret, bool token, struct cached *c,
		    struct err *e)
{
	int64_t wait;

	c->key = secret_hash(secret);
	if (cache_find(au, &c->key, r->now_ms, c))
		return true;
	if (token ? find_token(db, a, c, r->now_ms, e) : find_session(au, db, a, c, r->now_ms, e)) {
		cache_put(au, c);
		return true;
	}
	if (e->kind == ERR_AUTH &&
	    !throttle_take(au->wrong_tokens, str_of(r->peer), r->now_ms, &wait))
		return ERR(e, ERR_LIMIT, "auth.throttled",
			   "Too many wrong tokens from this address; wait a while.");
	return false;
}

static bool check_csrf(const struct auth_request *r, const struct cached *c, struct err *e)
{
	if (!r->writing || r->no_csrf)
		return true;
	if (r->csrf && str_same_secret(str_of(c->csrf), str_of(r->csrf)))
		return true;
	return ERR(e, ERR_FORBIDDEN, "auth.csrf",
		   "Send the session's token in the header X-CSRF-Token.");
}

static bool check_pace(struct auth *au, const struct auth_request *r, const struct cached *c,
		       struct err *e)
{
	const struct id *who = id_is_null(c->token_id) ? &c->user_id : &c->token_id;
	int64_t wait;

	return throttle_take(au->pace, (struct str){ (const char *)who->b, sizeof(who->b) },
			     r->now_ms, &wait) ||
	       ERR(e, ERR_PACE, "auth.pace",
		   "More requests than apiPerMinute allows one account or token: wait, then go on "
		   "more slowly.");
}

bool auth_identify(struct auth *au, struct sql_db *db, struct arena *a,
		   const struct auth_request *r, struct auth_identity *ret, struct err *e)
{
	struct str bearer = str_of(r->authorization);
	bool token = str_istarts(bearer, "Bearer ");
	const char *secret = token ? str_dup(a, str_trim(str_from(bearer, 7))) : r->cookie;
	struct cached c = { .role = ROLE_NONE };

	if (!secret || !*secret)
		return ERR(e, ERR_AUTH, "auth.required", "Sign in, or send a token.");
	if (!look_up(au, db, a, r, secret, token, &c, e))
		return false;
	if (c.role == ROLE_NONE)
		return ERR(e, ERR_AUTH, "auth.role", "This account has no role.");
	if (!check_pace(au, r, &c, e) || (!token && !check_csrf(r, &c, e)))
		return false;
	*ret = (struct auth_identity){
		.role = c.role,
		.reach = c.reach,
		.user_id = c.user_id,
		.token_id = c.token_id,
		.publisher = arena_strdup(a, c.publisher),
		.csrf = token ? NULL : arena_strdup(a, c.csrf),
		.name = arena_strdup(a, c.name),
	};
	return true;
}
