/* Private to lead_read.c and lead_clock.c: a reading under way. */
#pragma once
#include "api/lead_read.h"

#define FEW          1000 /* leads that may be looked up and sorted: some ms */
#define FEW_IN_ORDER 4000 /* leads that may be looked up in the order of their index */

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

/* What every lead begins with is in no index. */
static inline bool has_status(const struct lead_ask *ask)
{
	return ask->p.status && strcmp(ask->p.status, "New") != 0;
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

static inline bool has_received(const struct lead_ask *ask)
{
	return ask->received;
}

enum choice { CHOICE_FAILED = -1, CHOICE_NONE, CHOICE_FEW, CHOICE_MANY };

/*
 * What a filter finds: none (so does the list), less than most (it can lead), or too many. No index
 * but that of words has the text, so beside one the few tell only between which leads to look.
 */
enum choice choose(struct reading *r, enum lead_few_lead lead, int64_t most, struct err *e) LL_MUST;

/* Pages by the time of receipt, added to the merge. */
bool page_led_by(struct reading *r, enum lead_page_lead lead, struct err *e) LL_MUST;
bool page_of_words(struct reading *r, const char *words, struct err *e) LL_MUST;

/* lead_clock.c: the list by the response clock; and by receipt, of those that owe a response. */
bool read_by_clock(struct reading *r, const char *words, struct err *e) LL_MUST;
bool read_owed(struct reading *r, struct err *e) LL_MUST;
/* Whether the store has a class of leads that the filters let in: 1, 0, or -1 for an error. */
int any_class(struct reading *r, struct err *e) LL_MUST;
