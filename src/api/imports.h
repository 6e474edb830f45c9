/* Private to api/: what the handlers of imports share. */
#pragma once
#include "api/handlers.h"

/* imports.c: that of the path, of a publisher in reach. */
bool import_find(struct http_request *rq, struct load_get_row *ret, struct err *e) LL_MUST;
bool import_reply(struct http_request *rq, struct http_reply *reply, struct err *e) LL_MUST;
bool import_tell(struct http_request *rq, const struct load_get_row *r, const char *what,
		 struct err *e) LL_MUST;

/* import_file.c: the map, which is an object outside and lines of "COLUMN:field" in the store. */
void import_put_map(struct json_out *o, const char *map);
bool import_take_map(struct http_request *rq, const struct json *map, const char **ret,
		     struct err *e) LL_MUST;
