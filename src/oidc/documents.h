/* Asking providers, and what is kept of their documents. Private to oidc/. */
#pragma once
#include "net/net.h"
#include "oidc/parts.h"

#define OIDC_TALK_MS 10000 /* all that one sign-in waits for */

struct oidc_talk {
	struct arena *arena;
	int64_t now_ms, end_ms; /* end_ms: of the clock that never jumps */
};
/* Few at once; ERR_LIMIT oidc.busy. oidc_leave() after it. */
bool oidc_enter(struct oidc *o, struct oidc_talk *t, struct err *e) LL_MUST;
void oidc_leave(struct oidc *o);
/* One exchange, within limits. ERR_REMOTE oidc.unreachable: no answer at all. */
bool oidc_request(const struct oidc_talk *t, const struct oidc_provider *p, struct net_request *r,
		  struct net_reply *ret, struct err *e) LL_MUST;
/* Without asking; false: it is not kept. */
bool oidc_document_kept(struct oidc *o, struct arena *a, const struct oidc_provider *p,
			const char *url, int64_t now_ms, struct str *ret);
/* A document, kept or fetched. again: a newer one if the last was fetched long enough ago. */
bool oidc_document(struct oidc *o, const struct oidc_talk *t, const struct oidc_provider *p,
		   const char *url, bool again, struct str *ret, struct err *e) LL_MUST;
