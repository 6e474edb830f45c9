/* Private to assign/: the people that leads may go to. */
#pragma once
#include "assign/assign.h"
#include "reach/reach.h"
#include "store/store.h"

/* Why somebody gets none. */
enum assign_out {
	ASSIGN_IN = 0,
	ASSIGN_OUT_AWAY,
	ASSIGN_OUT_INACTIVE, /* the account is closed, or may own nothing */
	ASSIGN_OUT_REACH,    /* could not see the lead */
};
struct assign_person {
	struct id id;
	const char *email;
	bool may_own;
	int64_t away_until; /* SQL_NULL_INT: is not */
	enum reach_kind reach;
	struct reach_part *offers; /* of REACH_OFFERS */
	size_t offer_count;
	int64_t turn, load; /* turn 0: never had one */
	bool counted;       /* load */
	bool changed;       /* turn */
	size_t told;        /* leads of the team's, in this run */
};
/* A team, or one person with the team that they bring leads into. */
struct assign_crew {
	struct id team, person; /* person: null for a team */
	const char *name;       /* of the team; NULL: there is none */
	struct assign_person *all;
	size_t n;
	int64_t last; /* turn */
};

/* turn.c: the choice among them, without a store. */
enum assign_out assign_out(const struct assign_person *p, const struct assign_crew *c,
			   const char *offer, int64_t now_ms);
/* NULL: nobody is there. */
struct assign_person *assign_next(const struct assign_crew *c, enum assign_way way,
				  const char *offer, int64_t now_ms);
/* It was their turn. */
void assign_took(struct assign_crew *c, struct assign_person *p);

/*
 * Whom a lead is told to that is the team's and nobody's: those who are there; where nobody is,
 * those who will come back. A lead that nobody owns is in no reach of "own". ret has room for all
 * of the team.
 */
size_t assign_whom(const struct assign_crew *c, const char *offer, int64_t now_ms,
		   struct assign_person **ret);
#define ASSIGN_TOLD_MOST 50 /* members of a team, of one lead */
#define ASSIGN_TOLD_EACH                                                                           \
	20 /* leads, a member: of those that come in one transaction, or are given in a minute */

/* crew.c: as the store has them; c->all in a. */
bool assign_crew_team(struct sql_db *db, struct arena *a, const char *publisher, struct id team,
		      struct assign_crew *ret, struct err *e) LL_MUST;
bool assign_crew_person(struct sql_db *db, struct arena *a, const char *publisher, struct id person,
			struct assign_crew *ret, struct err *e) LL_MUST;
/* How many open leads each has. */
bool assign_crew_count(struct sql_db *db, struct arena *a, const char *publisher,
		       struct assign_crew *c, struct err *e) LL_MUST;

/* why.c: the detail of the timeline's entry, in a. chosen: NULL, nobody. */
const char *assign_why(struct arena *a, const char *publisher, const struct assign_lead *l,
		       const struct assign_match *m, const struct assign_crew *c,
		       const struct assign_person *chosen, int64_t now_ms);
