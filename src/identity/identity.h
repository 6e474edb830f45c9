/*
 * Identity: which records are one customer. Pure: no SQL, no clock, no network. A record becomes a
 * card (its comparable form), a card has keys (records that share one are compared), two cards give
 * a pattern (one level a field), a model gives a pattern its weight in bits, and weights make
 * clusters. The model is Fellegi and Sunter's (1969) with several classes of pairs that do not
 * match; docs/identity.md says how and why, docs/decisions/0009 what was measured.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* What a record may hold. Several columns of one kind are joined by a blank before. */
enum identity_field {
	IDENTITY_FIRST = 0,
	IDENTITY_LAST,
	IDENTITY_FULL, /* first and last in one; used when those are blank */
	IDENTITY_EMAIL,
	IDENTITY_PHONE,
	IDENTITY_COUNTRY,
	IDENTITY_COMPANY,
	IDENTITY_TITLE,
	IDENTITY_ADDRESS,
	IDENTITY_CITY,
	IDENTITY_REGION,
	IDENTITY_POSTCODE,
	IDENTITY_DATE,
	IDENTITY_CODE, /* a number that is a person's own: a customer's or an insurance number */
	IDENTITY_TEXT,
	IDENTITY_FIELDS,
};
const char *identity_field_name(enum identity_field f); /* "first", "postcode" … */
/* By that name; false when there is none such. */
bool identity_field_of(struct str name, enum identity_field *ret);

struct identity_record {
	struct str value[IDENTITY_FIELDS]; /* as it came; empty when absent */
};

/*
 * The comparable form, in a; never NULL. Texts are views of a too, so that the record may go.
 * Thread-safe. scratch, another arena, is rewound.
 */
struct identity_card;
struct identity_card *identity_card_new(struct arena *a, struct arena *scratch,
					const struct identity_record *r);

/*
 * What a single value is worth to one who shows it: 0 stands for nothing (test@test.com,
 * 1234567890, n/a), more is better. E-mail: disposable, an office's, free, a company's; phone: its
 * last digits, the whole number; names: an initial, more. form: companies that share it are one; a
 * view of a.
 */
struct identity_worth {
	unsigned rank;
	struct str form;
};
struct identity_worth identity_worth(struct arena *a, struct arena *scratch, enum identity_field f,
				     struct str value);

/*
 * What other records tell about one: terms are the values that are counted (0: it has none), shared
 * is what was counted, the record itself included. A batch does all of this by itself.
 */
struct identity_terms {
	uint64_t name, phone, mailbox, org; /* org: the label, or else the company */
	uint32_t last, company, label;      /* label: its own domain's, never a learned one */
};
struct identity_shared {
	unsigned name_records, org_records;
	unsigned phone_names, mailbox_names; /* different values of last */
	unsigned mailbox_records;
};
struct identity_terms identity_card_terms(const struct identity_card *c);
/* The label that most others of the company have; for a card that has none of its own. */
void identity_card_label(struct identity_card *c, uint32_t label);
void identity_card_share(struct identity_card *c, const struct identity_shared *s);

/*
 * Blocking keys: 64 bits, of them the lowest five the kind. Two cards are compared when they share
 * one whose list is no longer than its kind's cap. At most IDENTITY_KEYS are written.
 */
#define IDENTITY_KEYS 32
size_t identity_keys(const struct identity_card *c, uint64_t out[IDENTITY_KEYS]);
unsigned identity_key_cap(uint64_t key); /* records that a list may have */

/* What was compared, one level each; 0 is missing or not comparable. The order is that of the
 * explanation. */
enum identity_trait {
	TRAIT_NAME = 0,
	TRAIT_EMAIL,
	TRAIT_PHONE,
	TRAIT_ORG,
	TRAIT_COUNTRY,
	TRAIT_TITLE,
	TRAIT_DATE,
	TRAIT_CODE,
	TRAIT_ADDRESS,
	TRAIT_CITY,
	TRAIT_REGION,
	TRAIT_POSTCODE,
	TRAIT_TEXT,
	TRAITS,
};
#define IDENTITY_LEVELS 16 /* 0 to 15: four bits of a pattern */

typedef uint64_t identity_pattern; /* four bits a trait, the first lowest */
static inline unsigned identity_level(identity_pattern p, enum identity_trait t)
{
	return (unsigned)(p >> (4 * t)) & 15;
}
identity_pattern identity_compare(const struct identity_card *a, const struct identity_card *b);
const char *identity_trait_name(enum identity_trait t);
/* "the same address", "one is the other's short form" …; "not comparable" of 0, NULL of no level.
 */
const char *identity_level_text(enum identity_trait t, unsigned level);

/*
 * Classes of pairs. The first two are one customer: as usual, and after a change of company, where
 * address and company differ together. Each other one is another reason not to be one.
 */
enum identity_class {
	CLASS_MATCH = 0,
	CLASS_MOVED,
	CLASS_COLLEAGUE,
	CLASS_NAMESAKE,
	CLASS_OTHER,
	CLASSES,
};
#define MATCH_CLASSES 2

struct identity_model {
	double share[CLASSES];                          /* of the compared pairs; sums to 1 */
	double level[CLASSES][TRAITS][IDENTITY_LEVELS]; /* P(level | class, comparable) */
};
extern const struct identity_model identity_model_shipped;

/* log2 of the odds that the pair is one customer. */
double identity_weight(const struct identity_model *m, identity_pattern p);
/*
 * The same for deciding: an office's mailbox is no person, so that with names that differ it makes
 * no two records one customer, whatever else they share. At most 0 bits then: a person may look.
 */
double identity_evidence(const struct identity_model *m, identity_pattern p);
double identity_probability(double weight); /* 1 / (1 + 2^-w) */

/* How often each pattern was seen among compared pairs; the order does not matter. */
struct identity_count {
	identity_pattern pattern;
	uint64_t n;
};
/*
 * Expectation and maximisation from the shipped model as prior; *ret is a model that the guard lets
 * pass. False, *ret untouched, when it drifted to "same company" and the shipped one is better.
 */
bool identity_learn(const struct identity_count *counts, size_t n,
		    struct identity_model *ret) LL_MUST;

/* The steps from the prior to the weight: they sum to it exactly. */
struct identity_step {
	enum identity_trait trait;
	unsigned level;
	double bits;
};
struct identity_why {
	double prior, weight;
	struct identity_step step[TRAITS]; /* of comparable traits only */
	size_t steps;
};
struct identity_why identity_explain(const struct identity_model *m, identity_pattern p);

/* Bits. With a wrong merge four times as bad as a missed one, join is log2(4). */
struct identity_limits {
	double join;    /* at this weight two records are one customer */
	double review;  /* from here to join a person should look */
	double average; /* a record and a customer, or two customers, need this score */
};
extern const struct identity_limits identity_limits_default;
/* Of a record that arrives alone: what it joins is not thought over again, as a batch does. Chosen
 * on made-up leads; precision .980 became .994, recall .989 .985. */
extern const struct identity_limits identity_limits_arriving;

/*
 * A customer that an arriving record may belong to: its members are compared with the record, and
 * each weight added; begin with zeros. The score is half the heaviest link, half the average.
 */
struct identity_candidate {
	double most, sum;
	unsigned members;
};
double identity_clamped(double weight); /* what one pair may say at most: -12 to 12 bits */
void identity_candidate_add(struct identity_candidate *c, double weight);
double identity_candidate_score(const struct identity_candidate *c);
/*
 * The candidate that the record joins, n for a customer of its own; of equal ones the first.
 * *ret_review: the best of those that a person should look at, or n.
 */
size_t identity_decide(const struct identity_limits *l, const struct identity_candidate *c,
		       size_t n, size_t *ret_review);
/*
 * May a second candidate that the record would join too be merged with the first? mean_between:
 * the average of clamped weights between members of both.
 */
bool identity_may_merge(const struct identity_limits *l, const struct identity_candidate *second,
			double mean_between);

/*
 * Everything at once: cards in, clusters out. The same cards in the same order give the same
 * clusters, whatever the number of threads.
 */
struct identity_batch;
/* threads: 1 to 64. */
struct identity_batch *identity_batch_new(unsigned threads) __attribute__((__returns_nonnull__));
void identity_batch_free(struct identity_batch *b); /* NULL is fine */
/*
 * Reads records until the source has no more: fill is called by one thread at a time, with
 * memory of its own for the texts; it writes at most max records and says how many, 0 at the
 * end, -1 with e when it failed.
 */
typedef int identity_fill(void *ctx, struct arena *a, struct identity_record *out, int max,
			  struct err *e);
bool identity_batch_read(struct identity_batch *b, identity_fill *fill, void *ctx,
			 struct err *e) LL_MUST;
size_t identity_batch_count(const struct identity_batch *b);
/* Between reading and run: the record that was order[k] is k from now on. */
void identity_batch_order(struct identity_batch *b, const uint32_t *order);
/* This model, and nothing is learned; without it the data's own, or the shipped one. */
void identity_batch_use(struct identity_batch *b, const struct identity_model *m);
/*
 * A person's word, which goes before all weights: i and j are in one cluster, or are not. Two that
 * hang together by the strongest links in a piece too large to look into may be joined in spite of
 * it: check the result.
 */
void identity_batch_say(struct identity_batch *b, uint32_t i, uint32_t j, bool same);
/* Finds the clusters; called once, after the reading. */
void identity_batch_run(struct identity_batch *b, const struct identity_limits *limits);
/* After the run: the first record of i's cluster (i itself, when it is the first). */
uint32_t identity_batch_cluster(const struct identity_batch *b, uint32_t i);
/* After the run: the model that was used. */
const struct identity_model *identity_batch_model(const struct identity_batch *b);
identity_pattern identity_batch_compare(const struct identity_batch *b, uint32_t i, uint32_t j);
/*
 * After the run: what a person should look at, the heaviest link at or above the review limit
 * between each two clusters, in the order of these. Asked for once; the batch's.
 */
struct identity_doubt {
	uint32_t one, other; /* records */
	identity_pattern pattern;
	double bits;
};
const struct identity_doubt *identity_batch_doubts(struct identity_batch *b,
						   const struct identity_limits *limits,
						   size_t *ret_n);
/* After the run. compared: pairs. */
struct identity_batch_facts {
	uint64_t compared, clusters;
	bool learned; /* the model is the data's own, not the shipped one */
};
struct identity_batch_facts identity_batch_facts(const struct identity_batch *b);

/*
 * Everything that is known, in memory, for records that arrive one by one: some 250 bytes a record.
 * Records and groups (the customers) are numbered from 0 and keep their numbers; a group is what
 * records are put into. Keys lead to groups, and each member of a group that shares a key with the
 * arriving record is compared with it. One thread at a time.
 */
#define IDENTITY_NONE UINT32_MAX
struct identity_index;
struct identity_index *identity_index_new(void) __attribute__((__returns_nonnull__));
void identity_index_free(struct identity_index *x); /* NULL is fine */
/* The card is copied into a form of its own. group: IDENTITY_NONE for a new one. Returns the
 * record. */
uint32_t identity_index_add(struct identity_index *x, const struct identity_card *c,
			    uint32_t group);
/*
 * For very many at once: put as many as there are, then settle, once; nothing else between. What
 * all of them together tell of a company is known before the first key is made.
 */
uint32_t identity_index_put(struct identity_index *x, const struct identity_card *c,
			    uint32_t group);
/* The same of n records whose groups are given, cleaned by so many threads (1 to 64), put in their
 * order. */
void identity_index_put_all(struct identity_index *x, const struct identity_record *r,
			    const uint32_t *group, size_t n, unsigned threads);
void identity_index_settle(struct identity_index *x);
uint32_t identity_index_group_new(struct identity_index *x); /* without records */
uint32_t identity_index_group(const struct identity_index *x, uint32_t record); /* NONE: removed */
uint32_t identity_index_records(const struct identity_index *x);                /* numbers given */
uint32_t identity_index_groups(const struct identity_index *x);
uint32_t identity_index_living(const struct identity_index *x); /* records not removed */
/* Members: the first, and the one behind; IDENTITY_NONE ends. */
uint32_t identity_index_first(const struct identity_index *x, uint32_t group);
uint32_t identity_index_next(const struct identity_index *x, uint32_t record);
/* Removed records may be moved too, which does nothing. */
void identity_index_move(struct identity_index *x, uint32_t record, uint32_t group);
void identity_index_remove(struct identity_index *x, uint32_t record);
/*
 * Between mark and keep everything can be taken back: rewind, and records and groups are as they
 * were, with their numbers. A key whose list became too long since stays skipped.
 */
void identity_index_mark(struct identity_index *x);
void identity_index_rewind(struct identity_index *x);
void identity_index_keep(struct identity_index *x);
size_t identity_index_bytes(const struct identity_index *x);

/* One link: the record on the other side, what was compared, and its weight in bits. */
struct identity_link {
	uint32_t group, record; /* IDENTITY_NONE: there is none */
	identity_pattern pattern;
	double bits;
};
struct identity_found {
	struct identity_link join;   /* the group that the record belongs to, its heaviest link */
	struct identity_link review; /* another one that a person should look at */
	struct identity_link merge;  /* another one that is the same customer as join's */
	unsigned compared;
};
/* Which group the card, which is not in the index yet, belongs to, by identity_decide(). At most 74
 * comparisons, and 64 more when two groups may be one. */
void identity_index_match(struct identity_index *x, const struct identity_model *m,
			  const struct identity_limits *l, const struct identity_card *c,
			  struct identity_found *ret);
/* identity_learn() of all patterns that were compared so far; false also when they are too few. */
bool identity_index_learn(const struct identity_index *x, struct identity_model *ret) LL_MUST;
/*
 * Limits for a base of so many records: accidental likeness grows with it. Half a bit for each
 * doubling above a hundred thousand, which the default limits are for.
 */
struct identity_limits identity_limits_for(const struct identity_limits *l, uint64_t records);
