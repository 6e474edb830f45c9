/* The route table, compiled into a tree of path segments once at start. Private to http/. */
#pragma once
#include "base/arena.h"
#include "base/metric.h"
#include "http/http.h"

#define ROUTE_ARGS 4 /* {name} parts of one path */

struct routes;
struct routes *routes_compile(struct arena *a, const struct route *all, size_t n);

struct route_match {
	const struct route *route; /* NULL when none */
	const struct route *other; /* one of the same path for another method, or NULL */
	unsigned allowed; /* bit 1 << method: what this path does answer; 0 = no such path */
	struct str args[ROUTE_ARGS]; /* still percent-encoded */
	size_t arg_count;
};
/* path: as it came, without the query. HEAD finds GET rows. */
struct route_match routes_match(const struct routes *r, enum http_method m, struct str path);

/* The server itself refuses a request for this row (NULL: for none). */
static inline void route_count_refused(const struct route *r)
{
	if (r && r->refused)
		metric_add((enum metric)r->refused, 1);
}

/*
 * One percent-decoded copy in a, NUL-ended. plus: '+' is a blank (queries). NULL when an escape is
 * broken, or when the result holds a NUL or is not UTF-8.
 */
const char *url_decode(struct arena *a, struct str s, bool plus);
enum http_method http_method_of(struct str s);
