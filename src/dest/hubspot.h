/* Private to the kind hubspot: what its two files share. */
#pragma once
#include "dest/dest.h"

#define HUBSPOT_REPLY_MAX (4 * 1024 * 1024)

struct hubspot_settings {
	struct dest_common common;
	const char *token, *base_url, *api_path, *id_property, *portal_id;
};
/* Of contacts, and what follows. */
const char *hubspot_url(const struct dest_call *c, const char *rest);
bool hubspot_authorize(const struct dest_call *c, struct net_request *r, struct err *e) LL_MUST;
extern const struct dest_follow hubspot_follow;
