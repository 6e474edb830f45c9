/* Private to customer/: what the changes of a user share. */
#pragma once
#include "customer/customer.h"
#include "store/store.h"

/* Moves that grow; in an arena. */
struct moves {
	struct customer_move *at;
	size_t n, max;
};
void moves_add(struct arena *a, struct moves *m, struct customer_move move);

/* Pair states that are written now and told to the regroup. */
struct pairs {
	struct customer_pair *at;
	size_t n, max;
};
/* Sets the state of a pair that exists. */
bool pairs_set(struct sql_db *db, struct arena *a, const struct customer_who *w, struct pairs *ps,
	       const struct pair_get_row *p, const char *state, struct err *e) LL_MUST;
/* The pair of two leads gets the state, whether there is one or not; a new one has the weight. */
bool pairs_tell(struct sql_db *db, struct arena *a, const struct customer_who *w, struct pairs *ps,
		const struct customer_link *l, const char *state, struct err *e) LL_MUST;
/* The same for 'different', with nothing compared. */
bool pairs_part(struct sql_db *db, struct arena *a, const struct customer_who *w, struct pairs *ps,
		struct id x, struct id y, struct err *e) LL_MUST;

/* reviews.c: the customers of a pair; of one that is gone, none. */
bool asked_by_pair(struct sql_db *db, struct arena *a, const char *publisher, struct id pair,
		   struct customer_asked *s, struct err *e) LL_MUST;

/* Regroups with what was gathered. */
bool regroup_now(struct sql_db *db, struct arena *a, const struct customer_who *w, const char *verb,
		 int64_t n, const struct moves *m, const struct pairs *ps,
		 struct customer_change *ret, struct err *e) LL_MUST;
