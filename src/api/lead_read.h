/*
 * One publisher's page of the lead list: which index leads. Every filter can be compared row by
 * row; a list is fast when it begins with what leaves least to compare, and sorts nothing but what
 * is few. See docs/decisions/0006-search-and-filters.md.
 */
#pragma once
#include "api/merge.h"
#include "store/store.h"

enum lead_order { LEAD_ORDER_OLDEST, LEAD_ORDER_NEWEST, LEAD_ORDER_RISING, LEAD_ORDER_FALLING };
/* lead_order.c: each as the order of rows of lead_page, by receipt or by the response clock. */
extern merge_order *const lead_orders[];

/* What a text is as words of a publisher: worked out by the first reading of a list, in its arena,
 * and known to those that follow. Zeroed at first. */
struct lead_text {
	const char *publisher, *words;
};

struct lead_ask {
	const char *q;          /* full text, or NULL */
	struct lead_text *text; /* of q; NULL: this is the only reading */
	enum lead_order order;
	bool response, received; /* there is a bound on due_below; on from or to */
	int64_t seq, due;        /* the cursor: the row before the page, or before all rows */
	struct lead_page_in p;   /* the filters */
};

/* By the response clock, not by the time of receipt. */
static inline bool lead_by_clock(const struct lead_ask *ask)
{
	return ask->order == LEAD_ORDER_RISING || ask->order == LEAD_ORDER_FALLING;
}

/* Adds the rows to m, of this source. a: for what is needed until then. */
bool lead_read_page(struct sql_db *db, const struct lead_ask *ask, size_t source, struct merge *m,
		    struct arena *a, struct err *e) LL_MUST;

/* Query text of the search index. */
struct lead_words {
	const char *all;  /* NULL: there is nothing that only words can find */
	const char *text; /* of it what q asks for, or NULL: a row tells the rest faster */
	bool none;        /* q is without a single word, which finds nothing */
};
/* lead_words.c: what the ask is as words, in a. of_class: filters that name the class, which has an
 * index of its own, count as well. */
bool lead_ask_words(struct sql_db *db, const struct lead_ask *ask, bool of_class, struct arena *a,
		    struct lead_words *ret, struct err *e) LL_MUST;

/* lead_progress.c: the same of those that do not get on, or that people marked; by receipt, without
 * words. */
struct lead_marks {
	const char *progress; /* stalled, one-attempt, few-attempts, or NULL */
	bool favorite;
	const char *quality, *intent; /* or NULL */
};
static inline bool lead_is_marked(const struct lead_marks *x)
{
	return x->progress || x->favorite || x->quality || x->intent;
}
bool lead_read_progress(struct sql_db *db, const struct lead_ask *ask, const struct lead_marks *x,
			int64_t now_ms, size_t source, struct merge *m, struct arena *a,
			struct err *e) LL_MUST;
