/* From the bytes of a request to the struct of its row. Private to http/. */
#pragma once
#include "base/json.h"
#include "http/http.h"
#include "http/route.h"

struct decoded {
	void *in;          /* row->in_size bytes in the request's arena, or NULL */
	struct json *json; /* the body's tree: F_OBJ members point into it; free with json_free */
	int status;        /* of the problem when it failed */
	struct field_problems problems;
};
/* Path parts, query and body as rq->route says. False + e and d->status; d->json is the caller's
 * either way. */
bool request_decode(struct http_request *rq, const struct route_match *m, struct decoded *d,
		    struct err *e) LL_MUST;
/* The {name} parts into rq->path_args. */
bool request_path_args(struct http_request *rq, const struct route_match *m, struct err *e) LL_MUST;
