/*
 * The audit: who changed what, kept so that nobody can change it unseen. Each publisher has a
 * chain; '' is the installation's own, for what was done by those who belong to no publisher.
 *
 * A row's hash is SHA-256 over these lines, each with its newline: "leadline-audit-1", the hash
 * before it in hexadecimal (64 zeros before the first), the publisher, n, the time in ms since
 * 1970, actor, verb, ref, status. Anybody can compute it again from an export. Where the chain ends
 * is sealed under the installation's key, which is not in the store: rows cut off at the end, or a
 * whole chain written anew, are seen by who has the key.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/seal.h"
#include "sql/sql.h"

#define AUDIT_COMMAND "command line" /* the actor of what was done by command */

struct audit_entry {
	const char *publisher; /* whose chain */
	const char *actor;     /* an id as text, or AUDIT_COMMAND */
	const char *verb;      /* "POST /api/v1/leads/{id}/accept", "user add" */
	const char *ref;       /* what it was done to; see audit_ref() */
	int64_t status, at_ms; /* as HTTP has it */
};
/*
 * What may stand in ref: an id, a publisher or an offer. Any other text could be a person's, and
 * becomes "". NULL is fine.
 */
const char *audit_ref(const char *text);
/* The hash of an entry that follows one with the hash before. */
struct hash audit_hash(struct arena *a, struct hash before, int64_t n,
		       const struct audit_entry *en);
/* Appends it, in a transaction of its own; db is in none. */
bool audit_write(struct sql_db *db, struct arena *a, const struct seal *seal,
		 const struct audit_entry *en, struct err *e) LL_MUST;

enum audit_problem {
	AUDIT_WHOLE = 0,
	AUDIT_GAP,     /* a number is missing */
	AUDIT_CHANGED, /* a row is not what its hash says */
	AUDIT_CUT,     /* the chain does not end where its head says */
	AUDIT_UNSEALED /* the head was not written under this installation's key */
};
struct audit_verdict {
	enum audit_problem problem;
	int64_t entries; /* that are right, from the first on */
	int64_t at;      /* number of the first that is not; 0: none */
	struct hash hash;
};
/* Computes a publisher's chain again, as of one moment. No chain: whole, without entries. */
bool audit_check(struct sql_db *db, struct arena *a, const struct seal *seal, const char *publisher,
		 struct audit_verdict *ret, struct err *e) LL_MUST;
/* "whole", "gap", "changed", "cut", "unsealed". */
const char *audit_problem_text(enum audit_problem p);
