/* Private to api/: rules as they are sent. */
#pragma once
#include "api/handlers.h"
#include "assign/assign.h"

/* A rule out of an object, by the same rows as that of the route; r->id is the caller's. ERR_INPUT.
 */
bool read_assign_rule(struct http_request *rq, const struct json *from, const char *publisher,
		      struct assign_rule *r, const char **ret_id, struct err *e) LL_MUST;
