/* Private to follow/. */
#pragma once
#include "follow/follow.h"
#include "store/store.h"

/* note.c: in the caller's transaction, what a page says of our leads. *ret_changed rises with each
 * lead of which something new was said. */
bool follow_note(struct sql_db *db, struct arena *a, const struct routing_destination *d,
		 const struct dest_records *page, int64_t now_ms, size_t *ret_changed,
		 struct err *e) LL_MUST;

/* tokens.c: of the destinations, kept between turns. */
struct follow_tokens;
struct follow_tokens *follow_tokens_new(void) __attribute__((__returns_nonnull__));
void follow_tokens_free(struct follow_tokens *t);
/* One that is thought to be good, or NULL; valid until follow_tokens_keep(). */
const struct dest_token *follow_token(struct follow_tokens *t, const struct routing_destination *d,
				      int64_t now_ms);
/* What an exchange ended with: a copy is kept; NULL or refused: none is. */
void follow_tokens_keep(struct follow_tokens *t, const struct routing_destination *d,
			const struct dest_token *token);
