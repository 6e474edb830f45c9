/* Private to api/: what the handlers of customers and of matches share. */
#pragma once
#include "api/handlers.h"
#include "customer/customer.h"

/* customers.c: the golden record's values, as members of the open object. */
void write_customer_members(struct json_out *o, const struct customer_page_row *c);
struct customers_in { /* what customers_query is decoded into */
	const char *publisher, *q, *country, *email, *sort, *after;
	int64_t since, until, limit;
	bool has_review;
};

/* customers_reach.c: for who does not reach all. */
struct reached_customer {
	struct customer_page_row row; /* as the leads in reach make it */
	struct customer_lead *leads;  /* those, the latest first, CUSTOMER_LEADS at most */
	size_t lead_count;
	struct golden golden;
	int64_t newest; /* seq of the latest */
};
/* parts: of that publisher at least. 1, 0 when no lead of it is in reach, or -1. In a, with up to
 * CUSTOMER_LEADS leads: a list makes one after the other. */
int customer_in_reach(struct http_request *rq, struct arena *a, const struct parts *parts,
		      const char *publisher, struct id id, struct reached_customer *ret,
		      struct err *e) LL_MUST;
bool reply_customers_in_reach(struct http_request *rq, const struct customers_in *in, bool rising,
			      struct http_reply *reply, struct err *e) LL_MUST;

/* customer_change.c */
/* The publisher in reach that has it, and the customer that the id stands for today. */
bool find_customer(struct http_request *rq, const char *text, const char **ret_publisher,
		   struct id *ret_asked, struct id *ret_living, struct err *e) LL_MUST;
struct customer_who who_asks(struct http_request *rq, const char *publisher);
/*
 * Ends a change: a preview is rolled back, anything else committed and told; answers with what
 * moved and the customers as they are after it, of a preview as they were before it too.
 */
bool reply_change(struct http_request *rq, const char *publisher, struct sql_tx *tx,
		  const struct customer_change *done, bool dry_run, struct http_reply *reply,
		  struct err *e) LL_MUST;

/* erase.c: the member "erased": when the customer's data were, or null. */
bool write_erasure(struct http_request *rq, struct json_out *o, const char *publisher,
		   struct id customer, struct err *e) LL_MUST;

/* why.c: what was compared, in words and bits. */
struct why {
	const char *publisher;
	identity_pattern pattern;
	int64_t model;
	double join; /* what if this were the threshold; NAN: not asked */
};
/* ?join= as bits; NULL gives NAN. */
bool read_join(const char *text, double *ret, struct err *e) LL_MUST;
bool write_why(struct http_request *rq, struct json_out *o, const char *key, const struct why *w,
	       struct err *e) LL_MUST;
/* A lead's: the lead that it was matched with when it came, who moved it since, how many there are.
 */
bool write_lead_match(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		      double join, struct err *e) LL_MUST;
