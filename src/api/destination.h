/* Destinations, by the files that answer for them. Private to api/destination*.c. */
#pragma once
#include "api/handlers.h"

/* The destination of the path, when the caller may see it. */
bool destination_find(struct http_request *rq, struct destination_get_row *ret,
		      struct err *e) LL_MUST;
/* The settings of a stored row, opened. */
bool destination_open(struct http_request *rq, const struct destination_get_row *d,
		      const struct dest_driver **ret, void **ret_settings, struct err *e) LL_MUST;
