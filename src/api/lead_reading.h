/* Private to lead_read.c, lead_clock.c and lead_progress.c: a reading under way. Pages are added to
 * the merge. */
#pragma once
#include "api/lead_read.h"

#define FEW          1000  /* leads that may be looked up and sorted: some ms */
#define FEW_IN_ORDER 8000  /* leads that may be looked up in the order of their index */
#define FEW_MARKED   4000  /* leads whose marks may be looked up in that order */
#define FEW_PROBED   300   /* leads that may be looked up in the search index, 50 us each */
#define FEW_COMPARED 10000 /* leads that may be compared in the order of their index */

struct reading {
	struct sql_db *db;
	struct lead_ask ask; /* narrowed as more is known */
	size_t source;
	struct merge *merge;
	struct arena *arena;
};

static inline bool rising(const struct reading *r)
{
	return r->ask.order == LEAD_ORDER_RISING;
}

/* Which filters are set that have an index of their own. */
typedef bool is_set(const struct lead_ask *ask);
static inline bool has_customer(const struct lead_ask *ask)
{
	return !id_is_null(ask->p.customer);
}

static inline bool has_owner(const struct lead_ask *ask)
{
	return !id_is_null(ask->p.owner);
}

/* Nobody owns them: an index in the order of the clock alone. */
static inline bool has_unowned(const struct lead_ask *ask)
{
	return ask->p.unowned;
}

static inline bool has_team(const struct lead_ask *ask)
{
	return !id_is_null(ask->p.team);
}

static inline bool has_offer(const struct lead_ask *ask)
{
	return ask->p.offer;
}

static inline bool has_status(const struct lead_ask *ask)
{
	return ask->p.status && strcmp(ask->p.status, "New") != 0;
}

static inline bool has_new(const struct lead_ask *ask)
{
	return ask->p.status && !strcmp(ask->p.status, "New");
}

static inline bool has_substatus(const struct lead_ask *ask)
{
	return ask->p.substatus && strcmp(ask->p.substatus, "Received") != 0;
}

static inline bool has_test(const struct lead_ask *ask)
{
	return ask->p.test;
}

static inline bool has_unread(const struct lead_ask *ask)
{
	return ask->p.unread && !ask->p.test;
}

/* Those that owe a response alone. */
static inline bool has_owed(const struct lead_ask *ask)
{
	return ask->response;
}

static inline bool has_received(const struct lead_ask *ask)
{
	return ask->received;
}

enum choice { CHOICE_FAILED = -1, CHOICE_NONE, CHOICE_FEW, CHOICE_PROBE, CHOICE_MANY };

/*
 * What a filter finds: none (so does the list), less than most (it can lead), or too many. No index
 * but that of words has the text: beside one the few are probed for it, or when that would take too
 * long they only tell between which leads to look. *ret_n: how many, up to most.
 */
enum choice choose(struct reading *r, enum lead_few_lead lead, int64_t most, int64_t *ret_n,
		   struct err *e) LL_MUST;

/* No lead of a filter is before the first of its index, or behind the last: what is walked for
 * something else begins and ends there. */
bool narrow_to_ends(struct reading *r, enum lead_ends_lead lead, struct err *e) LL_MUST;
/* SQLite looks up each of the words that a prefix stands for, or gathers what they find, each time
 * that it is asked anew. */
static inline bool costs_each_time(const struct reading *r, const char *text)
{
	return sql_engine_of(r->db) == SQL_SQLITE && (strchr(text, '*') || strstr(text, " OR "));
}

/* How many have the words, up to most: on SQLite between from and to, on PostgreSQL, which gathers
 * all that an index finds in any case, of all leads. */
bool count_words(struct reading *r, const char *words, int64_t most, int64_t *ret,
		 struct err *e) LL_MUST;
/* The list by receipt. */
bool read_by_receipt(struct reading *r, const struct lead_words *words, struct err *e) LL_MUST;
/* lead_clock.c: the list by the response clock. */
bool read_by_clock(struct reading *r, const struct lead_words *words, struct err *e) LL_MUST;
