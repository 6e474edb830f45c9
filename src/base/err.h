/*
 * Errors: one struct of fixed size on the caller's stack. Nothing to free, so it works when
 * everything else is on fire. Functions that can fail return bool, take `struct err *e` last and
 * leave their outputs untouched on failure. e may not be NULL.
 */
#pragma once
#include "base/attr.h"

enum err_kind {
	ERR_NONE = 0,
	ERR_INPUT,     /* the caller's data is wrong: 400 (422 when field is set) */
	ERR_AUTH,      /* who are you: 401 */
	ERR_FORBIDDEN, /* you may not: 403 */
	ERR_NOT_FOUND, /* 404 */
	ERR_CONFLICT,  /* unique key, stale version or wrong state: 409 */
	ERR_STALE,     /* another one changed it since the caller read it: 412 */
	ERR_UNSEEN,    /* the caller must say what it has read: 428 */
	ERR_TOO_LARGE, /* 413 */
	ERR_LIMIT,     /* quota, guessing: 429, for half a minute */
	ERR_PACE,      /* more often than is allowed: 429, for a second */
	ERR_BUSY,      /* try again: 503 */
	ERR_STORE,     /* database is down or full: 503, alarm */
	ERR_REMOTE,    /* the far side failed: 502 */
	ERR_BUG,       /* cannot happen: 500, alarm */
};

struct err {
	enum err_kind kind;
	int line;
	const char *code; /* stable token "offer.unknown", static; key in the locale files */
	const char *file;
	char field[64]; /* name of the input at fault, or "" */
	char text[320]; /* an English sentence that names the remedy; of ERR_STORE and ERR_BUG for
			   the log only, never for a client */
};

bool err_set_(struct err *e, const char *file, int line, enum err_kind kind, const char *code,
	      const char *field, const char *fmt, ...) LL_PRINTF(7, 8);
/* Says in the header what err_set_() keeps to: compilers and analysers see it from here. */
static inline bool err_false_(bool set)
{
	(void)set;
	return false;
}
/* Always false, so that "return ERR(...)" reads as a sentence. */
#define ERR(e, kind, code, ...)                                                                    \
	err_false_(err_set_((e), __FILE__, __LINE__, (kind), (code), "", __VA_ARGS__))
#define ERR_FIELD(e, kind, code, field, ...)                                                       \
	err_false_(err_set_((e), __FILE__, __LINE__, (kind), (code), (field), __VA_ARGS__))

/* Our own mistake: logs where and why, then aborts. Data is safer in a restart than in a lie. */
void bug_(const char *file, int line, const char *fmt, ...) LL_PRINTF(3, 4) LL_NORETURN;
#define BUG(...) bug_(__FILE__, __LINE__, __VA_ARGS__)
#define MUST(cond)                                                                                 \
	do {                                                                                       \
		if (!(cond))                                                                       \
			BUG("%s", #cond);                                                          \
	} while (0)
