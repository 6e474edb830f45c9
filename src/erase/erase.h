/*
 * Erasing a person's data, so that the numbers stay. What a customer's leads said, and what was
 * written about them in words, goes; that there were leads, when, of what kind, from which country
 * and what became of them stays. A receipt's body becomes a tombstone that has its hash.
 *
 * It cannot be undone. What was delivered lies with others, whom only their owners can ask.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "customer/customer.h"
#include "sql/sql.h"

#define ERASE_LEADS_MAX 5000 /* of one customer, in one transaction */
/* Content type of a tombstone. */
#define ERASED_TYPE "application/vnd.leadline.erased+json"

struct erase_counts {
	int64_t leads, receipts; /* receipts: whose bodies went now; those of before are not */
	int64_t cancelled;       /* deliveries that were still owed */
};
/*
 * Everything of the customer and its leads; the transaction is the caller's: not committing it
 * makes a preview. A receipt that speaks of others' leads too loses its whole body; what was
 * understood of the others stays with their leads. ERR_TOO_LARGE "erase.leads".
 */
bool erase_customer(struct sql_db *db, struct arena *a, const struct customer_who *w,
		    struct id customer, struct erase_counts *ret, struct err *e) LL_MUST;
/* The body of one receipt, whatever came of it. *ret_now false: it was erased before. */
bool erase_receipt_body(struct sql_db *db, struct arena *a, const struct customer_who *w,
			struct id receipt, bool *ret_now, struct err *e) LL_MUST;
/*
 * Some work on ridding the search index of words that were erased; *ret_again: there is more. A
 * transaction of its own, short: intake goes on between two calls.
 */
bool erase_settle(struct sql_db *db, struct arena *a, int64_t now_ms, bool *ret_again,
		  struct err *e) LL_MUST;
/* What is left of the detail of a timeline entry of that type: codes, numbers and ids, and who
 * owned the lead; no other words. In a. */
bool erase_detail(struct arena *a, const char *type, struct str detail, const char **ret,
		  struct err *e) LL_MUST;
