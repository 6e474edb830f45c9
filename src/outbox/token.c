/*
 * Tokens of destinations: kept in memory, asked for by one job and waited for by the others. The
 * job that asked keeps its view, and so the settings, alive as long as it waits.
 */
#include "outbox/sender.h"
#include "base/clock.h"

#define TOKEN_ARENA (1024 * 1024)

static bool is_good(const struct token_box *b, const struct job *j)
{
	return b->token.text && b->version == j->destination->version &&
	       clock_now() < b->token.renew_at;
}

/* A copy of its own: the box may get a new one while the job's answer is awaited. */
static void hand_out(const struct token_box *b, struct job *j)
{
	struct dest_token *t = arena_alloc(j->arena, sizeof(*t));

	*t = (struct dest_token){
		.text = arena_strdup(j->arena, b->token.text),
		.base_url = b->token.base_url ? arena_strdup(j->arena, b->token.base_url) : NULL,
		.renew_at = b->token.renew_at,
	};
	j->x.call.now_ms = clock_now();
	job_next(j, dest_exchange_token(&j->x, t));
}

static void tell(struct job *j, bool ok, const struct token_box *b, const struct dest_outcome *o)
{
	if (ok)
		hand_out(b, j);
	else
		job_next(j, dest_exchange_no_token(&j->x, o));
}

/* Tells those whose settings it was asked for with. The others are given back: one of them asking
 * anew empties the box, and must not do so before the first have what they waited for. */
static struct job *tell_those_of_version(struct job *list, const struct net_reply *reply, bool ok,
					 const struct token_box *b, const struct dest_outcome *o)
{
	struct job *others = NULL;

	for (struct job *j = list, *next; j; j = next) {
		next = j->next;
		j->next = NULL;
		j->duration_ms += reply->duration_ms;
		if (b->version == j->destination->version) {
			tell(j, ok, b, o);
		} else {
			j->next = others;
			others = j;
		}
	}
	return others;
}

static void answered(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	struct token_box *b = ctx;
	struct job *list = b->waiting, *others;
	struct dest_outcome o;
	bool ok;

	(void)r;
	b->asking = false;
	b->waiting = NULL;
	b->call.now_ms = clock_now();
	ok = dest_token_read(b->driver, &b->call, reply, &b->token, &o);
	if (!ok)
		b->token.text = NULL;
	others = tell_those_of_version(list, reply, ok, b, &o);
	for (struct job *j = others, *next; j; j = next) {
		next = j->next;
		j->next = NULL;
		token_want(j, NULL);
	}
}

static void ask(struct token_box *b, struct job *j)
{
	struct dest_outcome refused;
	struct err e = { 0 };

	if (!b->arena)
		b->arena = arena_new("token", TOKEN_ARENA);
	arena_reset(b->arena);
	b->token = (struct dest_token){ 0 };
	b->version = j->destination->version;
	b->driver = j->destination->driver;
	b->call = (struct dest_call){
		.arena = b->arena,
		.settings = j->destination->settings,
		.now_ms = clock_now(),
	};
	if (!dest_token_prepare(b->driver, &b->call, &b->request, &e)) {
		dest_refuse(&refused, &e);
		job_next(j, dest_exchange_no_token(&j->x, &refused));
		return;
	}
	b->asking = true;
	j->next = b->waiting;
	b->waiting = j;
	MUST(net_multi_add(j->sender->net, b->arena, &b->request, answered, b));
}

void token_want(struct job *j, const struct dest_token *refused)
{
	struct token_box *b = &j->site->token;

	if (!b->asking && refused && b->token.text && strcmp(b->token.text, refused->text) == 0)
		b->token.text = NULL;
	if (b->asking) {
		j->next = b->waiting;
		b->waiting = j;
	} else if (is_good(b, j)) {
		hand_out(b, j);
	} else {
		ask(b, j);
	}
}

void token_free(struct token_box *b)
{
	arena_free(b->arena);
}
