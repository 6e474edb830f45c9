/*
 * Which customer an arriving lead belongs to. Everything known of a publisher's leads stands in
 * memory, compact (identity_index), and is derived: made from the lead rows when it is first
 * needed, kept up by what the placer itself places, and by the regroups of others. Placing waits
 * for it, a publisher at a time; intake never does.
 *
 * One thread at a time calls; it holds the lease "placing". Test leads are among themselves.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "customer/customer.h"
#include "identity/identity.h"
#include "sql/sql.h"
#include "understand/understand.h"

struct match_config {
	/* Taken over: a thread of its own reads the leads of a publisher on it. NULL: the call that
	 * needs them reads them on its own connection, and waits. */
	struct sql_db *db;
	unsigned
		threads; /* that clean what was read, 1 to 64; 0: as many as there are processors */
	void (*ready)(void *ctx); /* from that thread: a publisher can be placed. May be NULL */
	void *ctx;
};
struct match;
struct match *match_new(const struct match_config *c) __attribute__((__returns_nonnull__));
void match_free(struct match *m); /* ends the thread; NULL is fine */

/*
 * 1: the publisher's leads are known; 0: they are being read; -1 with e. term: the lease's; what
 * was known in another term is forgotten, because somebody else may have placed since.
 */
int match_ready(struct match *m, struct sql_db *db, const char *publisher, int64_t term,
		struct err *e);
/* What is known of the publisher may be wrong: it is read anew. */
void match_forget(struct match *m, const char *publisher);

/* The comparable form of what a lead says, in a; scratch, another arena, is rewound. */
struct identity_card *match_card(struct arena *a, struct arena *scratch,
				 const char *const contact[CONTACT_FIELDS]);

/* A lead that arrives, or a touch of one. */
struct match_item {
	const struct identity_card *card;
	bool test;
	int64_t at;
	/* In: ids for a customer and a lead of its own. Out: the customer it belongs to; lead is
	 * set by the caller before match_write(), when it is a touch of an older one. */
	struct id customer, lead;
	bool new_customer; /* out */
	bool touch;        /* in, before match_write() */
	/* Out of match_write(): what the lead row says. matched null: nothing was alike. */
	struct id matched;
	int64_t bits, pattern, model;
	/* Private. */
	struct identity_found found;
	uint32_t record, group;
};

/*
 * One batch, in the caller's transaction, which holds the lease: begin; take for each item, in
 * order, so that later ones see the earlier; write once it is known which are touches; end, with
 * what became of the transaction. Between begin and end nothing else of m may be called.
 */
bool match_begin(struct match *m, struct sql_db *db, const char *publisher, struct arena *a,
		 struct err *e) LL_MUST;
void match_take(struct match *m, struct match_item *it);
/* The links of the items, and the pairs that a person should look at. */
bool match_write(struct match *m, struct sql_db *db, struct arena *a, struct match_item *items,
		 size_t n, struct err *e) LL_MUST;
/*
 * Once the leads are written: customers that an item showed to be one become so, each by a regroup
 * "match" of its own; what must not be joined by itself is left, or asked. apart: none does. The
 * customers of the pairs that match_write() wrote know how many questions there are about them. a
 * is that of match_write().
 */
bool match_join(struct match *m, struct sql_db *db, struct arena *a, bool apart, int64_t now_ms,
		struct err *e) LL_MUST;
enum match_end { MATCH_KEEP = 1, MATCH_TAKE_BACK, MATCH_UNSURE };
void match_end(struct match *m, enum match_end what);

/*
 * Everything of a publisher matched anew, as `leadline dedupe` does a list: whatever the order of
 * arrival and the number of threads, the same leads make the same customers. What users said holds:
 * customers that they merged are not taken apart, leads that they told to be different are not
 * joined, of two customers with values of a user's own none goes.
 *
 * A plan is made first, without a transaction; it can be looked at, and applied.
 */
#define REMATCH_MODEL_NOW (-1) /* by which arriving leads are matched */
struct rematch_options {
	const char *publisher;
	double join;   /* bits that make two leads one; NAN: as always */
	int64_t model; /* 0 is the shipped one */
	bool learn;    /* a model of the publisher's own, when the leads are enough for one */
	unsigned threads;
	const _Atomic bool *stop; /* given up (ERR_BUSY) when it becomes true; may be NULL */
	void (*progress)(void *ctx, int64_t done, int64_t of); /* may be NULL */
	void *ctx;
};
struct rematch_counts {
	int64_t leads, customers;
	int64_t merged;  /* customers that go */
	int64_t split;   /* customers that are made */
	int64_t moved;   /* leads */
	int64_t review;  /* pairs of customers that a person should look at */
	int64_t asked;   /* of applying: those of which nothing was known, as pairs in review */
	int64_t held;    /* customers left alone, because a user said otherwise */
	int64_t skipped; /* of applying: customers that changed since the plan was made */
	int64_t model;   /* REMATCH_MODEL_NOW: a new one, which has no number yet */
	bool learned;
};
enum rematch_kind { REMATCH_MERGE = 1, REMATCH_SPLIT, REMATCH_MOVE };
struct rematch_change {
	enum rematch_kind kind;
	struct id from, to; /* customers; of a split to is null until it is applied */
	int64_t leads;
	bool linked; /* why is the heaviest link between those that go and those that are there */
	struct customer_link why;
};
struct rematch;
bool rematch_plan(struct sql_db *db, const struct rematch_options *o, struct rematch **ret,
		  struct err *e) LL_MUST;
void rematch_free(struct rematch *r); /* NULL is fine */
const struct rematch_counts *rematch_counts(const struct rematch *r);
const struct identity_model *rematch_model_used(const struct rematch *r);
size_t rematch_changes(const struct rematch *r);
struct rematch_change rematch_change(const struct rematch *r, size_t i);
/*
 * Carries it out, some hundred leads a transaction; what changed meanwhile is left as it is. A
 * learned model is stored, and arriving leads are matched by the plan's model from then on.
 */
bool rematch_apply(struct rematch *r, struct sql_db *db, const char *actor, int64_t now_ms,
		   struct id *ret, struct err *e) LL_MUST;
/*
 * Takes a whole rematch back, its model too. *ret_kept: regroups with later changes of the same
 * leads, which stay; ERR_NOT_FOUND, ERR_CONFLICT "rematch.undone".
 */
bool rematch_undo(struct sql_db *db, const struct customer_who *w, struct id rematch,
		  int64_t *ret_undone, int64_t *ret_kept, struct err *e) LL_MUST;

/*
 * One rematch at a time in a thread of its own, for a server: asked for, looked at, given up when
 * the server stops.
 */
enum rematch_state {
	REMATCH_IDLE = 1,
	REMATCH_PLANNING,
	REMATCH_APPLYING,
	REMATCH_UNDOING,
	REMATCH_DONE,
	REMATCH_FAILED
};
struct rematch_asked {
	char publisher[132], actor[256];
	double join; /* as in rematch_options */
	int64_t model;
	bool learn, dry_run;
	struct id undo; /* else null: nothing but taking this one back */
};
struct rematch_status {
	enum rematch_state state;
	struct rematch_asked asked;
	int64_t started_at, ended_at; /* ms; 0: not yet */
	int64_t done, of;             /* of: 0 when it is not known */
	struct id rematch;            /* what was applied */
	struct err problem;           /* of one that failed */
	bool planned;                 /* the rest is there */
	struct rematch_counts counts;
	struct identity_model model;
	size_t changes; /* that were given out */
};
struct rematch_job;
/* db is taken over. told: from the thread, when one is over; may be NULL. */
struct rematch_job *rematch_job_start(struct sql_db *db, void (*told)(void *ctx), void *ctx)
	__attribute__((__returns_nonnull__));
void rematch_job_stop(struct rematch_job *j); /* NULL is fine */
/* ERR_CONFLICT "rematch.running". */
bool rematch_job_ask(struct rematch_job *j, const struct rematch_asked *q, int64_t now_ms,
		     struct err *e) LL_MUST;
/* How it stands, and at most max changes of the last plan. */
struct rematch_status rematch_job_look(struct rematch_job *j, struct rematch_change *changes,
				       size_t max);
