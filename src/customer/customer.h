/*
 * Customers in the store. A customer is the set of leads that point to it; its row is the golden
 * record, a pure function of those leads and of what a user has set (customer_override). Nothing
 * here is about contact permission: "do not contact" stays with the lead that said it.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "identity/identity.h"
#include "model/model.h"
#include "sql/sql.h"

/* What the golden record is made of. */
struct customer_lead {
	struct id lead;
	int64_t seq, received_at, touched_at;
	const char *action;
	bool dnc, test;
	const char *contact[CONTACT_FIELDS]; /* as understood, NULL when it could not be told */
};
struct customer_override {
	const char *value, *actor; /* value NULL: the leads decide */
	int64_t at;
};
/* One of the values that the leads give for a field. */
struct golden_value {
	const char *text;
	struct id lead; /* the latest that says it */
	int64_t at;
	unsigned leads;
};
struct golden_field {
	const char *text; /* NULL: no lead says anything */
	struct id lead;   /* where it comes from; null: a user, or nowhere */
	const char *rule; /* what decided: "latest" …; docs/identity.md has all */
	const struct golden_value
		*values; /* all of them, the chosen one too, the most leads first */
	size_t value_count;
};
struct golden {
	struct golden_field field[CONTACT_FIELDS];
	const char *email_key; /* canonical form of its e-mail, or NULL */
};
/*
 * The golden record of n leads, in any order. Per field the first rule that leaves one value
 * decides (choose.c has them as a table). overrides may be NULL. Result in a; scratch, another
 * arena, is rewound.
 */
void customer_golden(struct arena *a, struct arena *scratch, const struct customer_lead *leads,
		     size_t n, const struct customer_override overrides[CONTACT_FIELDS],
		     struct golden *ret);

/*
 * A golden record looks at so many leads of a customer at most, the latest; the count of leads is
 * always of all.
 */
#define CUSTOMER_LEADS 256
/* What it looks at of a lead's row; the row's texts. */
struct golden_leads_row;
struct customer_lead customer_lead_of(const struct golden_leads_row *r);
/* Leads of the customer for its golden record, the latest first, and its overrides; in a. */
bool customer_leads(struct sql_db *db, struct arena *a, const char *publisher, struct id customer,
		    struct customer_lead **ret, size_t *ret_n, struct err *e) LL_MUST;
bool customer_overrides(struct sql_db *db, struct arena *a, const char *publisher,
			struct id customer, struct customer_override ret[CONTACT_FIELDS],
			struct err *e) LL_MUST;

/*
 * Recomputes the rows of n customers (each once; they exist already) from their leads as this
 * transaction sees them: values, email_key, leads, created_at (the first lead's receipt), last_at
 * (the last touch); merged_into becomes NULL, because a customer with leads is no merged one. One
 * without leads is left alone. A customer with one lead only needs no call: its golden record is
 * that lead's values.
 */
bool customer_refresh(struct sql_db *db, const char *publisher, const struct id *customers,
		      size_t n, struct err *e) LL_MUST;

/*
 * Regroups: leads change their customer after they were placed. Each is written whole by the
 * caller's transaction, which has raised the version 'customers' first (customer_lock): its row's
 * lock puts regroups in one order, and n is the place in it. Nothing is copied or deleted: leads
 * move, an emptied customer keeps its id and points on.
 */
bool customer_lock(struct sql_db *db, struct arena *a, int64_t *ret_n, struct err *e) LL_MUST;

/*
 * How many open questions (pairs in review) there are about a customer is kept in its row, in the
 * transaction that writes such a pair, says something of it, takes it away or moves one of its
 * leads. Regroups see to what they are told; who writes pairs beside them gathers the customers
 * here. At most some thousand; lives in the arena it is given, always the same.
 */
struct customer_asked {
	struct id *at;
	size_t n, max;
};
void customer_asked_add(struct arena *a, struct customer_asked *s, struct id id);
/* Adds those that a question asks about together with the lead's. */
bool customer_asked_with(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
			 struct customer_asked *s, struct err *e) LL_MUST;
/* Counts anew, by the leads and pairs as this transaction sees them; sorts s. */
bool customer_recount(struct sql_db *db, struct arena *a, const char *publisher,
		      struct customer_asked *s, struct err *e) LL_MUST;

struct customer_who { /* of every change */
	const char *publisher;
	const char *actor;
	int64_t now_ms;
};
struct customer_move {
	struct id lead, from, to; /* to null: the lead is gone, its row already deleted */
};
/* A change of a pair's state, with what was there, so that it can be undone. */
struct customer_pair {
	struct id pair;
	const char *was, *was_by; /* was NULL: the pair was made */
	int64_t was_at;
	const char *state;
};
struct customer_regroup {
	struct customer_who who;
	const char *verb; /* merge split same different match undo rematch, or another word */
	int64_t n;        /* of customer_lock() */
	const struct customer_move *moves;
	size_t move_count;
	const struct customer_pair *pairs; /* already written to match_pair */
	size_t pair_count;
};
/*
 * Writes everything that follows from moves: leads, rows of customers (a destination that does not
 * exist yet is made), redirects, pairs that ask no more because both leads are one customer's,
 * changes for the live stream. Each lead is in moves once; from is its customer now. ERR_CONFLICT
 * "customers.different" when it would join two leads that a user told to be of different customers.
 */
bool customer_regroup(struct sql_db *db, struct arena *a, const struct customer_regroup *g,
		      struct id *ret_regroup, struct err *e) LL_MUST;

/* What a user's change did; the transaction is the caller's: not committing it makes a preview. */
struct customer_change {
	struct id regroup;
	struct id customer; /* that was kept, made or come back to */
	const struct customer_move *moves;
	size_t move_count;
};
/*
 * All leads of n customers (2 to 100) to one of them: into, or when null the one with the most
 * leads, the oldest of equals. An id that was merged stands for the customer it points to.
 * ERR_NOT_FOUND; ERR_CONFLICT "customers.different" when a user told two of them to be different,
 * unless overrule.
 */
bool customer_merge(struct sql_db *db, struct arena *a, const struct customer_who *w,
		    const struct id *customers, size_t n, struct id into, bool overrule,
		    struct customer_change *ret, struct err *e) LL_MUST;
/*
 * The given leads of a customer to a new one, whose id is made here. Pairs 'different' between the
 * parts keep them apart. ERR_INPUT when a lead is not the customer's, or none would stay.
 */
bool customer_split(struct sql_db *db, struct arena *a, const struct customer_who *w,
		    struct id customer, const struct id *leads, size_t n,
		    struct customer_change *ret, struct err *e) LL_MUST;
/*
 * What a user says of a pair in review: its customers become one (an error as in merge), or every
 * open pair between them is closed as 'different'. ERR_CONFLICT when it was decided before.
 */
bool customer_verdict(struct sql_db *db, struct arena *a, const struct customer_who *w,
		      struct id pair, bool same, struct customer_change *ret,
		      struct err *e) LL_MUST;
/* A link between two leads, in any order, and what it weighed. */
struct customer_link {
	struct id one, other;
	int64_t bits, pattern, model;
};
/*
 * What the matcher found: the link makes the customers of its leads one, as customer_merge() does,
 * in a regroup "match" that keeps the link as a pair. A verdict 'different' between them refuses it
 * (ERR_CONFLICT "customers.different"); look before. ERR_INPUT when they are one already.
 */
bool customer_join(struct sql_db *db, struct arena *a, const struct customer_who *w,
		   const struct id customers[2], const struct customer_link *why,
		   struct customer_change *ret, struct err *e) LL_MUST;
/*
 * Takes a regroup back: every lead to where it was, every pair as it was. What came later by a
 * match with one of the leads goes with it. Of a "match" the link stays as a question that only a
 * user answers (state 'review' with who took it back), because the next lead would bring the same
 * about. ERR_CONFLICT "regroup.later" names the regroups of the same leads or pairs that have to be
 * undone first.
 */
bool customer_undo(struct sql_db *db, struct arena *a, const struct customer_who *w,
		   struct id regroup, struct customer_change *ret, struct err *e) LL_MUST;
/*
 * Of many at once: a regroup "rematch" of all the moves, which keeps the links as pairs.
 * ERR_CONFLICT "customers.moved" when one of the leads is not its from customer's any more.
 */
bool customer_rematch(struct sql_db *db, struct arena *a, const struct customer_who *w,
		      const struct customer_move *moves, size_t n, const struct customer_link *why,
		      size_t links, struct customer_change *ret, struct err *e) LL_MUST;
/*
 * The customer that the id stands for today: itself, or where merging led. 1, 0 unknown, -1 error.
 */
int customer_living(struct sql_db *db, struct arena *a, const char *publisher, struct id customer,
		    struct id *ret, struct err *e) LL_MUST;
/*
 * A user's own value for a field (value NULL: the leads decide again), and the row made anew. The
 * value is checked and brought to its form: ERR_INPUT with the field's name.
 */
bool customer_set(struct sql_db *db, struct arena *a, const struct customer_who *w,
		  struct id customer, enum contact_field f, const char *value,
		  struct err *e) LL_MUST;

/*
 * Why. A model is stored as its numbers: share, then level, as IEEE 754 doubles, lowest byte first.
 */
struct str customer_model_pack(struct arena *a, const struct identity_model *m);
/* The model of that number; 0 is the shipped one. ERR_NOT_FOUND when there is none. */
bool customer_model(struct sql_db *db, struct arena *a, const char *publisher, int64_t number,
		    struct identity_model *ret, struct err *e) LL_MUST;
/* What weight would have meant under these limits: "same", "review" or "different". */
const char *customer_outcome(const struct identity_limits *l, double weight);
