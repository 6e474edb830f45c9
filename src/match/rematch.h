/* A rematch from inside. Private to match/. */
#pragma once
#include "match/base.h"
#include "store/store.h"

struct veto {
	uint32_t one, other; /* leads */
};
/* Leads that go from one customer to another, next to each other in rematch.moves. */
struct group {
	uint32_t root; /* of the component: what depends on each other is written together */
	uint32_t from, to;
	uint32_t first, n; /* moves */
	enum rematch_kind kind;
	bool linked;
	uint32_t one, other; /* leads of the heaviest link */
	identity_pattern pattern;
	double bits;
};
/* Two leads of two clusters that a person should look at. */
struct doubt {
	uint32_t one, other;
	identity_pattern pattern;
	double bits;
};
struct rematch {
	struct rematch_options o;
	char publisher[132];
	struct identity_model model;
	struct identity_limits limits;
	struct rematch_counts counts;
	/* Until the plan is made. Real leads first, then test leads: those of a side are as their
	 * batch has them. */
	struct identity_batch *batch[2];
	uint32_t first[2]; /* lead of each side */
	struct ids leads, customers;
	uint32_t room;
	uint64_t *hash;            /* of what a lead says */
	uint32_t *from;            /* customer of each lead */
	uint32_t *place;           /* of each lead in its batch */
	uint32_t *cluster;         /* of each lead: a lead of it */
	bool *pinned, *overridden; /* customers: merged by a user; with a user's own values */
	uint32_t known;            /* customers that exist; those behind are new */
	struct veto *veto;
	size_t vetoes, veto_room;
	uint32_t *move; /* leads, by group */
	struct group *group;
	size_t groups;
	struct doubt *doubt;
	size_t doubts;
	uint64_t compared; /* pairs of real leads */
};

/* said.c: what users said, told to the batches. */
bool rematch_hear(struct rematch *r, struct sql_db *db, struct err *e) LL_MUST;
/* changes.c: from clusters to moves. */
void rematch_compare(struct rematch *r);
/*
 * ask.c: the doubts as questions, once the leads have moved; counted in r->counts.asked. Their ids
 * are made from that of the rematch, so that taking it back finds those that nobody has answered.
 */
bool rematch_ask(struct rematch *r, struct sql_db *db, const struct customer_who *w,
		 struct id rematch, struct err *e) LL_MUST;
bool rematch_unask(struct sql_db *db, const struct customer_who *w,
		   const struct rematch_get_row *rematch, struct err *e) LL_MUST;
