/*
 * Whose a lead is that comes: rules say so, in the transaction that places it. A rule is for an
 * offer, for countries, for both or for everything else; the more exact one wins, and no two are
 * for the same (docs/assignment.md). It names a person, a team, or a team whose members take turns.
 *
 * Whose turn it is, is read and written under the hold of the publisher, so that leads of one
 * batch, of several, and of calls beside them go round evenly.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "sql/sql.h"

/* From the most exact to the least; the first that has a rule wins. */
enum assign_class {
	ASSIGN_CLASS_NONE = 0,
	ASSIGN_PAIR, /* an offer in some countries */
	ASSIGN_OFFER,
	ASSIGN_MARKET, /* some countries, whatever the offer */
	ASSIGN_DEFAULT,
};
#define ASSIGN_CLASSES 4
const char *assign_class_text(enum assign_class c);

enum assign_way {
	ASSIGN_WAY_NONE = 0,
	ASSIGN_PERSON,
	ASSIGN_TEAM,        /* nobody's yet */
	ASSIGN_ROUND_ROBIN, /* whose turn was longest ago */
	ASSIGN_LEAST_LOAD,  /* who has the fewest open leads; of those as above */
};
extern const char *const assign_ways[]; /* wire names, NULL-ended */
const char *assign_way_text(enum assign_way w);
enum assign_way assign_way_of(const char *text);

/* ---- rules: rules.c ---- */

struct assign_rule {
	const char *id, *name;
	int64_t version;
	const char *offer;      /* "": any */
	const char **countries; /* ISO 3166-1 alpha-2, rising */
	size_t country_count;   /* 0: any */
	enum assign_way way;
	struct id account; /* of ASSIGN_PERSON, else null */
	struct id team;    /* of the others */
};
#define ASSIGN_RULES_MAX     500
#define ASSIGN_COUNTRIES_MAX 250
enum assign_class assign_class_of(const struct assign_rule *r);

struct assign_condition {
	const char *offer, *country;
	const struct assign_rule *rule;
};
struct assign_rules {
	struct assign_rule *all; /* by id */
	size_t n;
	struct assign_condition *by; /* offer, country */
	size_t by_n;
};
/* In a. */
bool assign_rules_get(struct sql_db *db, struct arena *a, const char *publisher,
		      struct assign_rules *ret, struct err *e) LL_MUST;
/* NULL: there is none. */
const struct assign_rule *assign_rule_find(const struct assign_rules *rules, const char *id);
/* by of all. In a. */
void assign_rules_index(struct arena *a, struct assign_rules *rules);
/*
 * Whether the rule can be one beside the others, whatever the store says: its key, its names, and
 * that no other one is for the same. ERR_INPUT with field; ERR_CONFLICT assign.same, which names
 * the other one.
 */
bool assign_rule_check(const struct assign_rules *others, const struct assign_rule *r,
		       struct err *e) LL_MUST;
/*
 * New or changed, in the caller's transaction. version: the one that is to be replaced, 0: there is
 * none yet, -1: any; else ERR_STALE assign.changed. Also ERR_INPUT: no such offer, team or person.
 */
bool assign_rule_put(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct assign_rule *r, int64_t version, int64_t now_ms,
		     struct err *e) LL_MUST;
/* version as above. ERR_NOT_FOUND. */
bool assign_rule_remove(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
			int64_t version, struct err *e) LL_MUST;
/* Whether an account of the store (its columns publisher_id, role and active) may own leads. */
bool assign_may_own(const char *publisher, const char *of, const char *role, bool active);

/* ---- which rule: match.c ---- */

/* Those that a lead meets, the winner first, at most one of each class. */
struct assign_match {
	const struct assign_rule *rule[ASSIGN_CLASSES];
	size_t n;
};
/* country: NULL or "" when it could not be told; then only rules for any meet it. */
struct assign_match assign_match(const struct assign_rules *rules, const char *offer,
				 const char *country);

/* ---- doing: run.c ---- */

/* What a thread remembers of publishers' rules; it is never older than the store. */
struct assign_memory;
struct assign_memory *assign_memory_new(void) __attribute__((__returns_nonnull__));
void assign_memory_free(struct assign_memory *m);

/*
 * Giving leads away, in one transaction of the caller's. *ret, in a: NULL when the publisher has no
 * rules, which costs one look. Otherwise the publisher is held from here on, which is why this
 * stands before anything that holds a lead.
 */
struct assign_run;
bool assign_begin(struct assign_memory *m, struct sql_db *db, struct arena *a,
		  const char *publisher, int64_t now_ms, struct assign_run **ret,
		  struct err *e) LL_MUST;
/* The same by rules that may be a draft, for trying: holds nothing, and is never to be ended. */
struct assign_run *assign_try(struct sql_db *db, struct arena *a, const char *publisher,
			      const struct assign_rules *rules, int64_t now_ms);

struct assign_lead {
	struct id id;
	const char *offer, *country;
};
struct assign_choice {
	const struct assign_rule *rule;
	struct id owner, team; /* null: nobody, none */
	const char *email;     /* of the owner; NULL */
};
/* *ret, in the arena of the run: NULL when no rule meets the lead. */
bool assign_pick(struct assign_run *r, const struct assign_lead *l,
		 const struct assign_choice **ret, struct err *e) LL_MUST;
/* The leads are written with what was picked: writes the entries of their timelines, whom it is
 * told to, and whose turn it is next. */
bool assign_end(struct assign_run *r, struct err *e) LL_MUST;
#define ASSIGN_ENTRY "assigned" /* type of those entries */

/* Somebody's, because who entered the lead says so: with the team that they bring leads into. False
 * in *ret_may: no such account may own the publisher's leads. crew.c */
bool assign_to(struct sql_db *db, struct arena *a, const char *publisher, struct id person,
	       struct assign_choice *ret, bool *ret_may, struct err *e) LL_MUST;

/*
 * A lead that is nobody's is a team's now, because a person says so: told to its members as one is
 * that a rule gave to it, but not to who gave it. Of many within a minute each is told of twenty.
 * The caller holds the publisher. tell.c
 */
struct assign_told {
	struct id lead, entry, by; /* entry: of the timeline; by: an account, or null */
	const char *offer;
};
bool assign_tell_team(struct sql_db *db, struct arena *a, const char *publisher, struct id team,
		      const struct assign_told *x, int64_t now_ms, struct err *e) LL_MUST;

/* ---- trying: trial.c ---- */

/* How many leads somebody would have been given. */
struct assign_sum {
	struct id person;
	const char *email;
	int64_t leads;
	struct assign_sum *next;
};
struct assign_trial_rule {
	const struct assign_rule *rule;
	int64_t leads, nobody;     /* that met it; of those, that nobody would own */
	struct assign_sum *people; /* the others */
};
#define ASSIGN_TRIAL_MAX 20000
struct assign_trial {
	int64_t since_ms, until_ms; /* the time that was looked at */
	bool cut;                   /* at ASSIGN_TRIAL_MAX leads */
	int64_t leads, unmatched;
	struct assign_trial_rule *rules; /* as those that were tried */
	struct assign_sum *people;
};
/*
 * What the rules, which may be drafts, would have done with the leads that came since, the oldest
 * first: as if all of them came now, to those who are there now, on top of the leads that they
 * have. Writes nothing, and takes memory for rules and people, not for leads. In a.
 */
bool assign_trial(struct sql_db *db, struct arena *a, const char *publisher,
		  const struct assign_rules *rules, int64_t since_ms, int64_t now_ms,
		  struct assign_trial *ret, struct err *e) LL_MUST;
