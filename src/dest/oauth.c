/*
 * Tokens for client credentials: RFC 6749, 4.4 the request, 5.1 and 5.2 the answers. Kinds say
 * where and for what; what the answers mean is the same for all of them.
 */
#include <stdio.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "dest/rows.h"

#define RENEW_EARLY_MS (5 * 60000) /* but never more than a quarter of its life */
#define TOKEN_MAX      16384
#define LIFE_MAX_S     (30 * 86400)

#define WRONG_SECRET                                                                               \
	"The client id or the secret is wrong, or the secret has expired: make a new one over "    \
	"there, and set it here."
/* 5.2, and what the marketplace's CRMs add to it. Microsoft asks that nobody branches on the AADSTS
 * numbers: they are shown, no more. */
static const struct dest_rule rules[] = {
	{ 400, 401, "invalid_client", OUTCOME_CONFIG, .token = "token-invalid-client",
	  .words = WRONG_SECRET },
	{ 400, 401, "invalid_client_id", OUTCOME_CONFIG, .token = "token-invalid-client",
	  .words = WRONG_SECRET },
	{ 400, 401, "unauthorized_client", OUTCOME_CONFIG, .token = "token-unauthorized-client",
	  .words = "The application is not known in this tenant, or may not act for itself." },
	{ 400, 401, "invalid_grant", OUTCOME_CONFIG, .token = "token-invalid-grant",
	  .words = "The application may not act for itself yet: name the user that it runs as." },
	{ 400, 401, "invalid_scope", OUTCOME_CONFIG, .token = "token-invalid-scope",
	  .words =
		  "The address is not that of the environment itself: take it from its settings." },
	{ 400, 401, "invalid_resource", OUTCOME_CONFIG, .token = "token-invalid-scope",
	  .words =
		  "The address is not that of the environment itself: take it from its settings." },
	{ 400, 401, "invalid_request", OUTCOME_CONFIG, .token = "token-invalid-request",
	  .words = "The tenant or the client id is not known there: take them from the page of the "
		   "application." },
	{ 400, 401, "unsupported_grant_type", OUTCOME_CONFIG, .token = "token-unsupported-grant",
	  .words = "The application has no client credentials flow: enable it over there." },
	{ 400, 599, "temporarily_unavailable", OUTCOME_RETRY, .token = "token-unavailable" },
	{ 429, 429, NULL, OUTCOME_RETRY, true, 60000, .token = "token-too-many-requests" },
	{ 300, 399, NULL, OUTCOME_CONFIG, .token = "token-redirect" },
	{ 408, 408, NULL, OUTCOME_RETRY, .token = "token-timeout" },
	{ 400, 499, NULL, OUTCOME_CONFIG, .token = "token-refused",
	  .words = "The request for a token is refused." },
	{ 500, 599, NULL, OUTCOME_RETRY, .token = "token-server-error" },
	{ 0, 999, NULL, OUTCOME_RETRY, .token = "token-unreadable",
	  .words = "The answer to the request for a token holds none." },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

bool dest_token_prepare(const struct dest_driver *d, const struct dest_call *c,
			struct net_request *ret, struct err *e)
{
	AUTO_BUF b = buf_new(TOKEN_MAX);
	struct dest_oauth o = { 0 };

	d->oauth(c, &o);
	dest_form_put(&b, "grant_type", STR("client_credentials"));
	dest_form_put(&b, "client_id", str_of(o.client_id));
	dest_form_put(&b, "client_secret", str_of(o.client_secret));
	if (o.scope)
		dest_form_put(&b, "scope", str_of(o.scope));
	*ret = dest_request(c, "POST", o.url);
	ret->body = (struct str){ arena_strndup(c->arena, buf_view(&b).p, b.n), b.n };
	ret->secret = o.client_secret;
	return net_header(ret, "Content-Type", "application/x-www-form-urlencoded", e) &&
	       net_header(ret, "Accept", "application/json", e);
}

static const char *text_in(struct arena *a, const struct json *j, const char *name)
{
	struct str s = json_str(json_get(j, name));

	return s.n && !memchr(s.p, 0, s.n) ? str_dup(a, s) : NULL;
}

/* Kept as a header is kept: what could end the line is no token. */
static bool is_token(const char *text)
{
	for (const char *c = text; c && *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return text && strlen(text) < TOKEN_MAX;
}

/* expires_in is a number, and a text with some. */
static int64_t renew_at(const struct dest_call *c, const struct json *answer)
{
	struct str life = json_scalar(c->arena, json_get(answer, "expires_in"));
	int64_t s, early = RENEW_EARLY_MS;

	if (!str_int(life, &s) || s < 0 || s > LIFE_MAX_S)
		return INT64_MAX;
	if (early > s * 1000 / 4)
		early = s * 1000 / 4;
	return c->now_ms + s * 1000 - early;
}

static bool take(const struct dest_call *c, const struct json *answer, struct dest_token *ret)
{
	const struct dest_common *common = dest_settings_common(c->settings);
	struct err e;

	*ret = (struct dest_token){
		.text = text_in(c->arena, answer, "access_token"),
		.base_url = text_in(c->arena, answer, "instance_url"),
		.renew_at = renew_at(c, answer),
	};
	return is_token(ret->text) &&
	       (!ret->base_url ||
		net_url_check(ret->base_url, common->allow_http, "instance_url", &e));
}

/* "error", and what it says about it on one line. */
static const char *error_of(const struct dest_call *c, const struct json *answer,
			    const char **ret_words)
{
	bool changed;
	struct str words = json_str(json_get(answer, "error_description"));

	words = str_upto(words, str_find(words, '\n'));
	*ret_words = utf8_repair(c->arena, utf8_cut(str_trim(words), 120), &changed);
	return text_in(c->arena, answer, "error");
}

bool dest_token_read(const struct dest_driver *d, const struct dest_call *c,
		     const struct net_reply *r, struct dest_token *ret, struct dest_outcome *out)
{
	const char *code, *words;
	AUTO_JSON answer = NULL;
	struct err e;

	if (r->failure != NET_OK) {
		dest_classify_rules(d, rules, NULL, c, r, out);
		/* Nothing of the lead has left yet, whatever became of the request for a token. */
		if (out->outcome == OUTCOME_UNKNOWN)
			out->outcome = OUTCOME_RETRY;
		return false;
	}
	if (!json_parse(r->body, &answer, &e))
		answer = NULL;
	if (r->status >= 200 && r->status <= 299 && take(c, answer, ret))
		return true;
	code = error_of(c, answer, &words);
	dest_classify_rules(d, rules, code, c, r, out);
	if (*words)
		snprintf(out->detail + strlen(out->detail),
			 sizeof(out->detail) - strlen(out->detail), " (%s)", words);
	dest_scrub(c->arena, d, c->settings, out->detail);
	return false;
}

bool dest_bearer(const struct dest_call *c, struct net_request *r, struct err *e)
{
	if (!c->token)
		return ERR(e, ERR_BUG, "dest.token", "a request was made without its token");
	return net_header(r, "Authorization", arena_printf(c->arena, "Bearer %s", c->token->text),
			  e);
}
