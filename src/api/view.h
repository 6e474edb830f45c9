/* Private to views.c and view_query.c: the question that a saved view keeps. */
#pragma once
#include "api/handlers.h"

/* As it is stored: JSON without the words, and these. */
struct view_query {
	const char *json, *words;
};
/* Takes a query as people give it: what GET /leads refuses is refused, and so is what names
 * something that is not there, or out of the caller's reach. ERR_INPUT. publisher: the view's. */
bool view_query_take(struct http_request *rq, const char *publisher, const struct json *query,
		     struct view_query *ret, struct err *e) LL_MUST;
/* What is the matter with it now; code NULL: nothing. */
struct view_problem {
	const char *field, *code, *text; /* in the request's arena */
};
bool view_query_look(struct http_request *rq, const char *publisher, const struct view_query *q,
		     struct view_problem *ret, struct err *e) LL_MUST;
/* The member "query". */
bool view_query_write(struct json_out *o, const struct view_query *q, struct err *e) LL_MUST;
