/* Private to api/: the webhook of a publisher's referrals, in the words of the original. */
#pragma once
#include "api/destination.h"
#include "api/referral.h"
#include "hook/hook.h"

#define WEBHOOKS "/webhooks/v1/registration"

/* A new destination of the kind that is told of changes is the publisher's registration, of which
 * there is one: ERR_CONFLICT webhook.exists. Other kinds: nothing to do. In the caller's
 * transaction. */
bool hook_claim(struct http_request *rq, const struct dest_driver *driver, const char *publisher,
		const char *offer, struct id id, int64_t events, struct err *e) LL_MUST;
/* The registration of the one publisher that the caller means, with its destination. */
bool hook_find(struct http_request *rq, const char *asked, struct hook_get_row *ret,
	       struct destination_get_row *ret_d, struct err *e) LL_MUST;
/* Where it posts to, out of its settings. */
const char *hook_url(const struct dest_driver *driver, const void *settings);
http_dress_fn hook_dress;
