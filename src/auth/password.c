/*
 * Passwords: rules, and Argon2id by libsodium. The cost is above OWASP's least (19 MiB, 2 passes,
 * 29 ms here): 32 MiB and 3 passes take 74 ms of one core of the machine this was written on, 2 at
 * once are 64 MiB for a moment. Few run at once, so a flood of sign-ins takes neither memory nor
 * workers away.
 */
#include "auth/parts.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>
#include "base/utf8.h"

#define PASSES    3
#define MEMORY    (32 * 1024 * 1024)
#define DIFFERENT 5 /* characters, at least */

static size_t characters(struct str s, size_t *ret_different)
{
	uint32_t seen[AUTH_PASSWORD_MAX], cp;
	size_t n = 0, kinds = 0, len;

	for (; (len = utf8_next(s, &cp)) && kinds < LL_COUNT(seen); s = str_from(s, len), n++) {
		bool known = false;

		for (size_t i = 0; i < kinds && !known; i++)
			known = seen[i] == cp;
		if (!known)
			seen[kinds++] = cp;
	}
	*ret_different = kinds;
	return n;
}

static bool holds(const char *password, struct str part)
{
	for (const char *p = password; part.n >= 4 && *p; p++)
		if (str_istarts(str_of(p), strndupa(part.p, part.n)))
			return true;
	return false;
}

bool password_check(const char *password, const char *email, struct err *e)
{
	struct str s = str_of(password), who = str_of(email);
	size_t different;

	if (s.n > AUTH_PASSWORD_MAX)
		return ERR_FIELD(e, ERR_INPUT, "password.long", "password",
				 "The password may have at most %d bytes.", AUTH_PASSWORD_MAX);
	if (!utf8_valid(s))
		return ERR_FIELD(e, ERR_INPUT, "password.text", "password",
				 "The password is not valid UTF-8.");
	if (characters(s, &different) < AUTH_PASSWORD_MIN)
		return ERR_FIELD(e, ERR_INPUT, "password.short", "password",
				 "The password needs at least %d characters.", AUTH_PASSWORD_MIN);
	if (different < DIFFERENT)
		return ERR_FIELD(e, ERR_INPUT, "password.plain", "password",
				 "The password needs at least %d different characters.", DIFFERENT);
	if (holds(password, str_upto(who, str_find(who, '@'))))
		return ERR_FIELD(e, ERR_INPUT, "password.name", "password",
				 "The password may not hold the name of its e-mail address.");
	return true;
}

/* ---- slots ---- */

static bool slot_take(struct auth *au, struct err *e)
{
	struct timespec until;
	bool got;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += HASHING_WAIT_MS / 1000;
	pthread_mutex_lock(&au->hashing.lock);
	if (au->hashing.running >= HASHING_MAX && au->hashing.waiting < WAITING_MAX) {
		au->hashing.waiting++;
		while (au->hashing.running >= HASHING_MAX &&
		       pthread_cond_timedwait(&au->hashing.cond, &au->hashing.lock, &until) !=
			       ETIMEDOUT)
			;
		au->hashing.waiting--;
	}
	got = au->hashing.running < HASHING_MAX;
	if (got)
		au->hashing.running++;
	pthread_mutex_unlock(&au->hashing.lock);
	return got || ERR(e, ERR_LIMIT, "auth.busy",
			  "Many are signing in just now; try again in a moment.");
}

static void slot_give(struct auth *au)
{
	pthread_mutex_lock(&au->hashing.lock);
	au->hashing.running--;
	pthread_cond_signal(&au->hashing.cond);
	pthread_mutex_unlock(&au->hashing.lock);
}

/* ---- hashing ---- */

char *password_hash_now(const char *password)
{
	char *out = malloc(crypto_pwhash_STRBYTES);

	if (!out || crypto_pwhash_str_alg(out, password, strlen(password), PASSES, MEMORY,
					  crypto_pwhash_ALG_ARGON2ID13))
		BUG("out of memory for a password's hash");
	return out;
}

bool password_hash(struct auth *au, struct arena *a, const char *password, const char **ret,
		   struct err *e)
{
	char *hash;

	if (!slot_take(au, e))
		return false;
	hash = password_hash_now(password);
	slot_give(au);
	*ret = arena_strdup(a, hash);
	free(hash);
	return true;
}

/* Made by the first sign-in of the process, whoever signs in, so that the time it takes tells
 * nothing. */
static const char *nobodys_hash(struct auth *au)
{
	unsigned char secret[SECRET_BYTES];
	char text[2 * SECRET_BYTES + 1];

	pthread_mutex_lock(&au->hashing.lock);
	if (!au->no_password) {
		rand_bytes(secret, sizeof(secret));
		sodium_bin2hex(text, sizeof(text), secret, sizeof(secret));
		au->no_password = password_hash_now(text);
	}
	pthread_mutex_unlock(&au->hashing.lock);
	return au->no_password;
}

bool password_verify(struct auth *au, const char *hash, const char *password, bool *ret_right,
		     bool *ret_stale, struct err *e)
{
	const char *nobodys = nobodys_hash(au);
	size_t n = strlen(password);
	bool right;

	if (!slot_take(au, e))
		return false;
	right = n <= AUTH_PASSWORD_MAX &&
		!crypto_pwhash_str_verify(hash ? hash : nobodys, password, n);
	slot_give(au);
	*ret_right = right && hash;
	*ret_stale = hash && crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY) != 0;
	return true;
}
