/* Private to the kind salesforce: what its two files share. */
#pragma once
#include "dest/dest.h"

#define SALESFORCE_DATA "/services/data/"
#define SALESFORCE_HOUR 3600000

struct salesforce_settings {
	struct dest_common common;
	const char *domain, *client_id, *client_secret, *external_id_field, *api_version;
	const char *root; /* the address of domain, by check() */
};
/* Where records live: the answer with the token says so, and it may change with it. */
const char *salesforce_url(const struct dest_call *c, const char *path);
extern const struct dest_follow salesforce_follow;
