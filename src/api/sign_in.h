/* A sign-in at a provider between its two requests. Private to api/. */
#pragma once
#include "api/handlers.h"

struct sign_in_flow {
	struct oidc_flow oidc;
	const char *next; /* the page that follows, a local path */
};
/*
 * Kept by the browser, sealed and bound to this provider, for ten minutes: nobody else can end what
 * it began, and it cannot be ended at another provider.
 */
void sign_in_flow_keep(struct http_request *rq, const char *provider, const struct sign_in_flow *f,
		       struct http_reply *reply);
/* ERR_AUTH sign-in.state: there is none, it is over, or state is another's. */
bool sign_in_flow_open(struct http_request *rq, const char *provider, const char *state,
		       struct sign_in_flow *ret, struct err *e) LL_MUST;
void sign_in_flow_forget(struct http_request *rq, struct http_reply *reply);
/* A path of our own pages, fit for a header; "/leads" in place of anything else. */
const char *sign_in_next(struct arena *a, const char *asked);
/* Where the provider sends the browser back to. */
const char *sign_in_redirect_uri(struct http_request *rq, const char *provider);
/* The settings, as oidc/ wants them. */
struct oidc_provider sign_in_provider(struct arena *a, const struct auth_provider *p);
