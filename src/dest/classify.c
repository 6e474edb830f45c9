/*
 * The one place where an answer gets its meaning. Drivers bring rows for what is special about
 * their peer; the house rows below hold for everybody. First row that fits wins; something always
 * fits.
 */
#include "dest/rows.h"
#include <stdio.h>
#include "base/arena.h"
#include "base/utf8.h"

#define MINUTE 60000

/* RFC 9110 read by somebody who wants a lead to arrive; docs/delivery.md. */
static const struct dest_rule house_rules[] = {
	{ 200, 299, NULL, OUTCOME_DELIVERED, .token = "delivered" },
	{ 300, 399, NULL, OUTCOME_RETRY, .token = "redirect" },
	{ 400, 400, NULL, OUTCOME_REJECTED, .token = "bad-request" },
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized" },
	{ 403, 403, NULL, OUTCOME_CONFIG, .token = "forbidden" },
	{ 404, 404, NULL, OUTCOME_CONFIG, .token = "not-found" },
	{ 405, 405, NULL, OUTCOME_CONFIG, .token = "method-not-allowed" },
	{ 408, 408, NULL, OUTCOME_RETRY, .token = "request-timeout" },
	{ 410, 410, NULL, OUTCOME_GONE, .token = "gone" },
	{ 413, 413, NULL, OUTCOME_REJECTED, .token = "too-large" },
	{ 414, 414, NULL, OUTCOME_REJECTED, .token = "address-too-long" },
	{ 415, 415, NULL, OUTCOME_REJECTED, .token = "media-type" },
	{ 422, 422, NULL, OUTCOME_REJECTED, .token = "unprocessable" },
	{ 425, 425, NULL, OUTCOME_RETRY, .token = "too-early" },
	{ 429, 429, NULL, OUTCOME_RETRY, true, MINUTE, .token = "too-many-requests" },
	{ 400, 499, NULL, OUTCOME_REJECTED, .token = "refused" },
	{ 502, 502, NULL, OUTCOME_RETRY, true, .token = "bad-gateway" },
	{ 503, 503, NULL, OUTCOME_RETRY, .token = "unavailable" },
	{ 504, 504, NULL, OUTCOME_RETRY, true, .token = "gateway-timeout" },
	{ 500, 599, NULL, OUTCOME_RETRY, .token = "server-error" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/* No row fits: a status that HTTP does not know. */
static const struct dest_rule strange = { 0, 999, NULL, OUTCOME_RETRY, .token = "unknown-status" };

/* What a broken exchange means: before the body left, and after it may have. */
static const struct {
	enum outcome before, after;
	bool site;
} broken[] = {
	[NET_OK] = { OUTCOME_RETRY, OUTCOME_UNKNOWN, true },
	[NET_GUARD] = { OUTCOME_RETRY, OUTCOME_RETRY, true },
	[NET_DNS] = { OUTCOME_RETRY, OUTCOME_RETRY, true },
	[NET_CONNECT] = { OUTCOME_RETRY, OUTCOME_RETRY, true },
	[NET_TLS_HANDSHAKE] = { OUTCOME_RETRY, OUTCOME_RETRY, true },
	[NET_SETTINGS] = { OUTCOME_CONFIG, OUTCOME_CONFIG, false },
	[NET_CERTIFICATE] = { OUTCOME_CONFIG, OUTCOME_CONFIG, false },
	[NET_TIMEOUT] = { OUTCOME_RETRY, OUTCOME_UNKNOWN, true },
	[NET_CUT] = { OUTCOME_RETRY, OUTCOME_UNKNOWN, true },
	[NET_PROTOCOL] = { OUTCOME_RETRY, OUTCOME_UNKNOWN, true },
	[NET_TOO_LARGE] = { OUTCOME_RETRY, OUTCOME_UNKNOWN, true },
	[NET_NO_TLS] = { OUTCOME_CONFIG, OUTCOME_CONFIG, false },
	[NET_LOGIN] = { OUTCOME_CONFIG, OUTCOME_CONFIG, false },
};

/* Outcomes of an answer that say something about the peer as a whole. */
static bool is_site_failure(int status, const struct dest_rule *rule)
{
	return (rule->outcome == OUTCOME_RETRY || rule->outcome == OUTCOME_UNKNOWN) &&
	       (rule->slow_down || status == 408 || status == 429 || status >= 500 || status < 400);
}

static const struct dest_rule *find(const struct dest_rule *rules, int status, const char *code)
{
	for (; rules && rules->outcome != OUTCOME_NONE; rules++)
		if (status >= rules->from && status <= rules->to &&
		    (!rules->code || (code && strcmp(rules->code, code) == 0)))
			return rules;
	return NULL;
}

char *dest_one_line(struct arena *a, struct str s, size_t max)
{
	bool changed;
	char *text = utf8_repair(a, utf8_cut(str_trim(s), max), &changed);
	for (char *c = text; *c; c++)
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	return text;
}

static void put(char *to, size_t size, const char *text)
{
	struct str cut = utf8_cut(str_of(text), size - 1);
	memcpy(to, cut.p, cut.n);
	to[cut.n] = 0;
}

static void describe(const struct dest_call *c, const struct net_reply *r,
		     const struct dest_rule *rule, struct dest_outcome *o)
{
	if (o->detail[0]) { /* the driver read what the peer says; our remedy goes first */
		if (rule->words)
			put(o->detail, sizeof(o->detail),
			    arena_printf(c->arena, "%s (%s)", rule->words, o->detail));
		return;
	}
	const char *location = net_reply_header(r, "location");
	if (rule->words) {
		put(o->detail, sizeof(o->detail), rule->words);
	} else if (r->status >= 300 && r->status <= 399 && location) {
		struct str to = str_of(location);
		to = str_upto(to, str_find(to, '?')); /* what is behind it may be a credential */
		put(o->detail, sizeof(o->detail),
		    arena_printf(
			    c->arena,
			    "HTTP %d: it redirects to %s, and redirects are never followed. If "
			    "that is the right address, set it.",
			    r->status, dest_one_line(c->arena, to, 120)));
	} else {
		const char *said = dest_one_line(c->arena, r->body, 160);
		put(o->detail, sizeof(o->detail),
		    arena_printf(c->arena, "HTTP %d%s%s", r->status, *said ? ": " : "", said));
	}
}

static void classify_broken(const struct net_reply *r, struct dest_outcome *o)
{
	enum net_failure f = (size_t)r->failure < LL_COUNT(broken) ? r->failure : NET_PROTOCOL;
	o->outcome = r->body_sent ? broken[f].after : broken[f].before;
	o->site = broken[f].site;
	put(o->code, sizeof(o->code), net_failure_text(f));
	put(o->detail, sizeof(o->detail), r->detail);
}

/* What had to be cut is said where the delivery is looked at. */
static void tell_cuts(const struct dest_call *c, struct dest_outcome *o)
{
	size_t n = strlen(o->detail);

	if (!c->cuts || !c->cuts->names[0] ||
	    (o->outcome != OUTCOME_DELIVERED && o->outcome != OUTCOME_ALREADY))
		return;
	if (n && o->detail[n - 1] == '.')
		n--;
	snprintf(o->detail + n, sizeof(o->detail) - n, "; truncated: %s", c->cuts->names);
}

static void scrub(const struct dest_driver *d, const struct dest_call *c, struct dest_outcome *o)
{
	dest_scrub(c->arena, d, c->settings, o->detail);
	if (c->token)
		net_scrub(o->detail, c->token->text);
}

static void apply(const struct dest_rule *rule, const struct dest_call *c,
		  const struct net_reply *r, struct dest_outcome *o)
{
	o->outcome = rule->outcome;
	o->slow_down = rule->slow_down != 0;
	o->at_least_ms = rule->at_least_ms;
	o->token_over = rule->token_over;
	o->site = is_site_failure(r->status, rule);
	put(o->code, sizeof(o->code), rule->token);
	describe(c, r, rule, o);
	tell_cuts(c, o);
}

static void classify(const struct dest_driver *d, const struct dest_rule *rules, const char *code,
		     const struct dest_call *c, const struct net_reply *r, struct dest_outcome *o)
{
	const struct dest_rule *rule = find(rules, r->status, code);

	if (!rule)
		rule = find(house_rules, r->status, code);
	apply(rule ? rule : &strange, c, r, o);
	scrub(d, c, o);
}

void dest_classify_rules(const struct dest_driver *d, const struct dest_rule *rules,
			 const char *code, const struct dest_call *c, const struct net_reply *r,
			 struct dest_outcome *ret)
{
	*ret = (struct dest_outcome){ .status = r->status, .retry_after_ms = r->retry_after_ms };
	if (r->failure == NET_OK) {
		classify(d, rules, code, c, r, ret);
		return;
	}
	ret->retry_after_ms = -1;
	ret->status = 0;
	classify_broken(r, ret);
	scrub(d, c, ret);
}

void dest_classify(const struct dest_driver *d, const struct dest_call *c,
		   const struct net_reply *r, struct dest_outcome *ret)
{
	struct dest_outcome o = { .status = r->status, .retry_after_ms = r->retry_after_ms };
	const char *code = NULL;

	if (r->failure != NET_OK) {
		dest_classify_rules(d, NULL, NULL, c, r, ret);
		return;
	}
	if (d->read_reply)
		d->read_reply(c, r, &code, &o);
	classify(d, c->purpose == DEST_FOLLOW ? d->follow->rules : d->rules, code, c, r, &o);
	*ret = o;
}
