/*
 * How far somebody reaches into a publisher's leads: all of them, their own, those of their teams,
 * or those of some offers. There is one predicate for lists, search, single leads and the stream: a
 * reach is a few parts, each of which an index leads. No lead is in two parts of one reach, since
 * it has one owner, one team and one offer, so that a list is the merge of its parts. See
 * docs/decisions/0024-reach.md.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "model/model.h"
#include "sql/sql.h"
#include "store/store.h"

#define REACH_OFFERS_MAX 50 /* of one holder: a list asks once for each */

/* Who reaches how far. holder: an account or a token. */
struct reach {
	enum reach_kind kind;
	struct id holder;
};

/* One part: what is null lets everything in. */
struct reach_part {
	const char *publisher;
	struct id owner, team;
	const char *offer;
};

/* Of one publisher, in a; none of them: nothing is in reach. publisher is kept, not copied. */
bool reach_parts(struct sql_db *db, struct arena *a, const struct reach *r, const char *publisher,
		 struct reach_part **ret, size_t *ret_n, struct err *e) LL_MUST;
/* The predicate: whether a lead of that publisher is in one of its parts. */
bool reach_holds(const struct reach_part *parts, size_t n, struct id owner, struct id team,
		 const char *offer);
/* What a part asks of a lead, which an index finds. */
enum reach_by { REACH_BY_NOTHING, REACH_BY_OWNER, REACH_BY_TEAM, REACH_BY_OFFER };
enum reach_by reach_by(const struct reach_part *part);
/* Whether a part has less than that many leads, and is not all: 1, 0, or -1. It counts no further.
 */
int reach_has_few(struct sql_db *db, struct arena *a, const struct reach_part *part, int64_t most,
		  struct err *e) LL_MUST;
/* The same for a list: its filters narrowed to a part; false: nothing fits both. */
bool reach_narrow(const struct reach_part *part, struct lead_page_in *p) LL_MUST;

/* Whether a lead, or one of a customer's leads, is in reach: 1, 0 (also when there is none), or -1.
 */
int reach_has_lead(struct sql_db *db, struct arena *a, const struct reach *r, const char *publisher,
		   struct id lead, struct err *e) LL_MUST;
int reach_has_customer(struct sql_db *db, struct arena *a, const struct reach *r,
		       const char *publisher, struct id customer, struct err *e) LL_MUST;
