/* The steps of an attempt: a token when the kind needs one, then one exchange or more. */
#include "dest/dest.h"
#include <stdio.h>

void dest_refuse(struct dest_outcome *o, const struct err *e)
{
	/* A conflict with the configuration: every lead would fail. */
	bool config = e->kind == ERR_CONFLICT;

	*o = (struct dest_outcome){ .outcome = config ? OUTCOME_CONFIG : OUTCOME_REJECTED,
				    .retry_after_ms = -1 };
	snprintf(o->code, sizeof(o->code), "%s", e->code);
	snprintf(o->detail, sizeof(o->detail), "%.*s", (int)sizeof(o->detail) - 1,
		 e->kind == ERR_INPUT || config
			 ? e->text
			 : "The request could not be made; the server's log says why.");
}

/* Whose fault it is nobody knows. */
static void take_apart(const struct dest_exchange *x, struct dest_outcome *o)
{
	char said[200];

	if (!x->digest_count || o->outcome != OUTCOME_REJECTED)
		return;
	snprintf(said, sizeof(said), "%.199s", o->detail);
	o->outcome = OUTCOME_RETRY;
	o->site = false;
	snprintf(o->code, sizeof(o->code), DEST_DIGEST_REFUSED);
	snprintf(o->detail, sizeof(o->detail),
		 "A message of %zu leads was refused; each goes alone. %s", x->digest_count, said);
}

static bool make(struct dest_exchange *x, struct err *e)
{
	const struct dest_driver *d = x->driver;

	if (x->digest_count)
		return d->digest(x->digest, x->digest_count, &x->request, e);
	switch (x->call.purpose) {
	case DEST_DESCRIBE: return d->describe(&x->call, &x->request, e);
	case DEST_FOLLOW: return d->follow->prepare(&x->call, &x->request, e);
	case DEST_DELIVER: break;
	}
	return d->prepare(&x->call, &x->request, e);
}

/* What cannot be made into a request is refused for good: another attempt would not change it. */
static enum dest_next build(struct dest_exchange *x)
{
	struct err e = { 0 };

	x->request = (struct net_request){ 0 };
	if (make(x, &e))
		return DEST_NEXT_SEND;
	x->failure = e;
	dest_refuse(&x->outcome, &e);
	take_apart(x, &x->outcome);
	return DEST_NEXT_OVER;
}

enum dest_next dest_exchange_begin(struct dest_exchange *x)
{
	x->call.step = 0;
	x->call.cuts = &x->cuts;
	x->call.server = dest_server();
	return x->driver->oauth && !x->call.token ? DEST_NEXT_TOKEN : build(x);
}

enum dest_next dest_exchange_token(struct dest_exchange *x, const struct dest_token *t)
{
	x->call.token = t;
	return build(x);
}

enum dest_next dest_exchange_no_token(struct dest_exchange *x, const struct dest_outcome *o)
{
	x->outcome = *o;
	return DEST_NEXT_OVER;
}

enum dest_next dest_exchange_reply(struct dest_exchange *x, struct net_reply *r)
{
	const struct dest_driver *d = x->driver;

	x->reply = r;
	dest_classify(d, &x->call, r, &x->outcome);
	take_apart(x, &x->outcome);
	if (x->outcome.token_over && d->oauth && !x->renewed) {
		x->renewed = true;
		x->call.token = NULL;
		return DEST_NEXT_TOKEN;
	}
	if (x->call.purpose != DEST_DELIVER || !d->again || x->call.step + 1 >= DEST_STEPS ||
	    !d->again(&x->call, &x->outcome))
		return DEST_NEXT_OVER;
	x->call.step++;
	return build(x);
}

/* Somebody waits: not for as long as a delivery may take. */
static void hurry(const struct dest_exchange *x, struct net_request *r)
{
	if (x->patience_ms && r->timeout_ms > x->patience_ms)
		r->timeout_ms = x->patience_ms;
}

/* A token for this exchange alone. */
static bool fetch_token(struct dest_exchange *x, struct dest_token *ret, struct dest_outcome *o,
			struct err *e)
{
	struct net_request request;
	struct net_reply reply;

	if (!dest_token_prepare(x->driver, &x->call, &request, e))
		return false;
	hurry(x, &request);
	return net_send(x->call.arena, &request, &reply, e) &&
	       dest_token_read(x->driver, &x->call, &reply, ret, o);
}

bool dest_exchange_run(struct dest_exchange *x, struct err *e)
{
	enum dest_next next = dest_exchange_begin(x);
	struct dest_token *token;
	struct net_reply *reply;
	struct dest_outcome o;

	while (next != DEST_NEXT_OVER) {
		if (next == DEST_NEXT_TOKEN) {
			o.outcome = OUTCOME_NONE;
			token = arena_alloc(x->call.arena, sizeof(*token)); /* call.token stays */
			if (fetch_token(x, token, &o, e))
				next = dest_exchange_token(x, token);
			else if (o.outcome != OUTCOME_NONE)
				next = dest_exchange_no_token(x, &o);
			else
				return false;
			continue;
		}
		hurry(x, &x->request);
		reply = arena_alloc(x->call.arena, sizeof(*reply));
		if (!net_send(x->call.arena, &x->request, reply, e))
			return false;
		next = dest_exchange_reply(x, reply);
	}
	return true;
}
