/* Tokens between turns: a list of few, looked through from its begin. */
#include "follow/parts.h"

#include <stdlib.h>

#define TOKEN_ARENA (256 * 1024)

struct box {
	struct box *next;
	struct arena *arena;
	struct id destination;
	int64_t version; /* of the settings */
	struct dest_token token;
};
struct follow_tokens {
	struct box *boxes;
};

struct follow_tokens *follow_tokens_new(void)
{
	struct follow_tokens *t = calloc(1, sizeof(*t));

	MUST(t != NULL);
	return t;
}

static void drop(struct box **at)
{
	struct box *b = *at;

	*at = b->next;
	arena_free(b->arena);
	free(b);
}

void follow_tokens_free(struct follow_tokens *t)
{
	while (t->boxes)
		drop(&t->boxes);
	free(t);
}

static struct box **find(struct follow_tokens *t, struct id destination)
{
	struct box **at = &t->boxes;

	while (*at && !id_eq((*at)->destination, destination))
		at = &(*at)->next;
	return at;
}

const struct dest_token *follow_token(struct follow_tokens *t, const struct routing_destination *d,
				      int64_t now_ms)
{
	const struct box *b = *find(t, d->id);

	return b && b->version == d->version && now_ms < b->token.renew_at ? &b->token : NULL;
}

void follow_tokens_keep(struct follow_tokens *t, const struct routing_destination *d,
			const struct dest_token *token)
{
	struct box **at = find(t, d->id), *b;

	if (token && *at && token == &(*at)->token)
		return; /* it served again */
	if (*at)
		drop(at);
	if (!token)
		return;
	b = calloc(1, sizeof(*b));
	MUST(b != NULL);
	b->arena = arena_new("token", TOKEN_ARENA);
	b->destination = d->id;
	b->version = d->version;
	b->token = (struct dest_token){
		.text = arena_strdup(b->arena, token->text),
		.base_url = token->base_url ? arena_strdup(b->arena, token->base_url) : NULL,
		.renew_at = token->renew_at,
	};
	b->next = t->boxes;
	t->boxes = b;
}
