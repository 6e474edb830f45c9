/* Private to api/: customers that a text finds (customer_words.c). */
#pragma once
#include "api/handlers.h"
#include "api/lead_read.h"
#include "store/store.h"

struct customer_search {
	const char *publisher, *q;
	bool oldest; /* by the oldest of a customer's leads that have the words, rising; else by the
		      * newest, falling */
	int64_t seq; /* the cursor: of the lead before the page, or customer_search_start() */
	size_t limit; /* at most LIMIT_PAGE + 1 */
	bool (*fits)(const void *ctx, const struct customer_page_row *c); /* the other filters */
	bool narrow; /* there are some: many leads are read at once */
	const void *ctx;
};
struct customer_found {
	int64_t *seq; /* of the lead that each was found by */
	struct customer_page_row *row;
	size_t n;
	bool more; /* the page is not full, and what lies behind stop was not looked at */
	int64_t stop;
};
/* The cursor before all leads. */
int64_t customer_search_start(bool oldest);
/* A page of one publisher's, in a: some 100 KiB, however little is found. Leads that are tests find
 * nobody. */
bool customer_search(struct sql_db *db, struct arena *a, const struct customer_search *s,
		     struct customer_found *ret, struct err *e) LL_MUST;
/* What q asks for, for customer_has_words(). */
bool customer_words(struct http_request *rq, const char *publisher, const char *q,
		    struct lead_words *ret, struct err *e) LL_MUST;
/* Whether a lead of the customer has the words: 1, 0, or -1 for an error. */
int customer_has_words(struct http_request *rq, const char *publisher, struct id customer,
		       const struct lead_words *words, struct err *e) LL_MUST;
