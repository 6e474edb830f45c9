/* Destinations, by the files that answer for them. Private to api/destination*.c. */
#pragma once
#include "api/handlers.h"

/* The destination of the path, when the caller may see it. */
bool destination_find(struct http_request *rq, struct destination_get_row *ret,
		      struct err *e) LL_MUST;
/* The settings of a stored row, opened. */
bool destination_open(struct http_request *rq, const struct destination_get_row *d,
		      const struct dest_driver **ret, void **ret_settings, struct err *e) LL_MUST;
/* destinations.c: the destination as it is now; reveal: with its secrets. */
bool destination_reply(struct http_request *rq, const char *publisher, struct id id, bool reveal,
		       struct http_reply *reply, struct err *e) LL_MUST;
/* destinations.c: after a change everybody's routing is read anew, ours at once. */
bool destination_told(struct http_request *rq, struct err *e) LL_MUST;
/* destinations.c: removes it with what it is owed, and tells. */
bool destination_drop(struct http_request *rq, const struct destination_get_row *d,
		      struct err *e) LL_MUST;
/* records.c: the member "follow", how far its records were read back. */
bool write_follow(struct http_request *rq, struct json_out *o, const struct destination_get_row *d,
		  const struct dest_driver *driver, const void *settings, struct err *e) LL_MUST;
