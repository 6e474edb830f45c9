/*
 * Mentions: a note that names colleagues, as @{ID}. The text has the id alone, so that whoever is
 * called otherwise tomorrow is called so in old notes too.
 */
#pragma once
#include "api/desk.h"

#define MENTIONS_MAX 20 /* of a note */

/* The people of a note. */
struct mentions {
	struct id who[MENTIONS_MAX];
	size_t n;
};
/*
 * A note's text with @{ID}, @{address} and @{me} as ids, in the request's arena. ERR_INPUT text:
 * somebody is not there, or does not see the lead.
 */
bool mentions_take(struct http_request *rq, const char *publisher, struct id lead, const char *text,
		   const char **ret_text, struct mentions *ret, struct err *e) LL_MUST;
/* Tells them, in the caller's transaction, each once for this entry; not who wrote it. */
bool mentions_tell(struct http_request *rq, const char *publisher, struct id lead, struct id entry,
		   const struct mentions *m, struct err *e) LL_MUST;
/* The next @{…} of a text, from *at on, which then stands behind it: 1, or 0. */
int mention_next(struct str text, size_t *at, struct str *ret_who);
