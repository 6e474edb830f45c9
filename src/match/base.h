/* What is known of one publisher. Private to match/. */
#pragma once
#include "base/map.h"
#include "customer/customer.h"
#include "match/match.h"

/* Ids by their numbers, and numbers by their ids. */
struct ids {
	struct id *at;
	uint32_t n, room;
	struct map number; /* 1 + number */
};
#define IDS_NONE UINT32_MAX
uint32_t ids_add(struct ids *s, struct id x); /* its number; it is not there yet */
uint32_t ids_find(const struct ids *s, struct id x);
void ids_cut(struct ids *s, uint32_t n); /* those from n on go */
void ids_free(struct ids *s);

/* The real leads, or the test leads. Records are numbered as leads are, groups as customers. */
struct side {
	struct identity_index *index;
	struct ids leads, customers;
	uint32_t mark_leads, mark_customers;
};

struct base {
	struct side side[2]; /* [test] */
	int64_t regroups;    /* those up to it are in */
	struct identity_model model;
	int64_t model_number;
	uint32_t told; /* leads, to the metric */
};
struct match_leads_row;
/* base.c */
struct identity_record base_record(const struct match_leads_row *l); /* views of the row's texts */
struct base *base_new(void) __attribute__((__returns_nonnull__));
void base_free(struct base *b); /* NULL is fine */
/* Every lead of the publisher, read and cleaned. stop: given up when it becomes true. */
bool base_read(struct base *b, struct sql_db *db, const char *publisher, unsigned threads,
	       const _Atomic bool *stop, struct err *e) LL_MUST;
/* What others moved since; in a transaction that holds the lock n was read under. */
bool base_follow(struct base *b, struct sql_db *db, const char *publisher, int64_t n,
		 struct arena *a, struct err *e) LL_MUST;
/* The number of a customer; made when it is not known. */
uint32_t base_group(struct side *s, struct id customer);
void base_mark(struct base *b);
void base_take_back(struct base *b);
void base_keep(struct base *b);

unsigned base_threads(unsigned asked); /* 0: as many as there are processors */

/* warm.c: a thread that reads one publisher at a time. */
struct warm;
struct warm *warm_start(const struct match_config *c) __attribute__((__returns_nonnull__));
void warm_stop(struct warm *w); /* NULL is fine */
/*
 * What was read since it was first asked for in that term; it is the caller's then. NULL: not yet,
 * and it will be read, all those that were asked for one after the other. What could not be read
 * is logged, and read when asked again.
 */
struct base *warm_take(struct warm *w, const char *publisher, int64_t term);

/* questions.c: pairs of customers that a person should look at, by a pair of their leads. */
struct question {
	struct id pair;       /* its id */
	struct id one, other; /* customers */
	struct customer_link link;
	int64_t at; /* ms */
};
/* One for each two customers of which nothing is known; q is put in order, n of them are left.
 * asked: whose questions are to be counted anew once the leads are there. */
bool questions_write(struct sql_db *db, struct arena *a, const char *publisher, struct question *q,
		     size_t *n, struct customer_asked *asked, struct err *e) LL_MUST;
/* All of them, whatever is known. */
bool questions_put(struct sql_db *db, struct arena *a, const char *publisher, struct question *q,
		   size_t n, struct customer_asked *asked, struct err *e) LL_MUST;

/* pairs.c: links and pairs of a batch. */
struct pairs {
	struct base *base;
	const char *publisher;
	struct sql_db *db;
	struct arena *a;
	struct match_item *items;
	size_t n;
	struct customer_asked asked; /* out: customers whose questions pairs_write() added to */
};
bool pairs_write(struct pairs *p, struct err *e) LL_MUST;
/* The lead of a record: of one that arrived in this batch, the lead that it became. */
struct id pairs_lead(const struct pairs *p, bool test, uint32_t record);
int64_t pairs_bits(double weight); /* thousandths */
/* What an item found of two customers, as pairs have it. */
struct customer_link pairs_link(const struct pairs *p, const struct match_item *it,
				const struct identity_link *l);
/* Asks a person about the pair, unless that is known already. */
bool pairs_ask(const struct pairs *p, const struct match_item *it, const struct id customers[2],
	       const struct customer_link *l, struct err *e) LL_MUST;

/* joins.c */
bool joins_write(const struct pairs *p, int64_t now_ms, struct err *e) LL_MUST;
