/*
 * Customers in the store. A customer is the set of leads that point to it; its row is the golden
 * record, a pure function of those leads and of what a user has set (customer_override). Nothing
 * here is about contact permission: "do not contact" stays with the lead that said it.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
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
