/* The lead list for others in api/: the leads that its query finds. */
#pragma once
#include "api/handlers.h"
#include "api/merge.h"

/* What a query of GET /leads is decoded into; each row's default and limits hold. */
struct leads_in {
	const char *publisher, *offer, *source, *action, *kind, *status, *substatus, *owner, *team,
		*customer, *country, *q, *sort, *response, *progress, *quality, *intent, *after,
		*format; /* of an export; NULL in lists */
	bool test, unread, favorite;
	int64_t since, until, limit;
};
/* n leads that the caller reaches, in order; m and what its rows point to are gone afterwards. */
typedef bool leads_page_fn(void *ctx, const struct merge *m, size_t n, struct arena *a,
			   struct err *e);
/*
 * Everything that a query finds, a page at a time, each in an arena of its own: what is taken of
 * memory is one page. limit and after of the query are not looked at. fn returns false to stop.
 */
bool leads_walk(struct http_request *rq, const struct leads_in *in, leads_page_fn *fn, void *ctx,
		struct err *e) LL_MUST;

/* What a query names that may go, or be out of somebody's reach; NULL: none. In the request's
 * arena. */
struct leads_named {
	const char *offer;                   /* publisher.offer */
	const char *owner, *team, *customer; /* ids; me and none name nobody */
	const char *q;
};
/* Whether an object is a query of GET /leads, to be asked by anybody: the very same checks, but for
 * a page and a publisher, which it may not have. ERR_INPUT with field. */
bool leads_query_read(struct http_request *rq, const struct json *query, struct leads_named *ret,
		      struct err *e) LL_MUST;
/*
 * What a query of GET /leads finds, as an object: at most `most` leads that the caller reaches, in
 * m. *ret_next: the cursor for the rest, in the request's arena, or NULL. ERR_INPUT with field.
 */
bool leads_that_match(struct http_request *rq, const struct json *filter, size_t most,
		      struct merge *m, size_t *ret_n, const char **ret_next, struct err *e) LL_MUST;
