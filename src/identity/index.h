/* An index from inside. */
#pragma once
#include "identity/batch.h"
#include "base/map.h"
#include "identity/pool.h"

#define LIST_CLASSES 14

/* What can be taken back, in the order it was done. */
struct step {
	uint64_t key;    /* 0: a record was moved */
	uint32_t group;  /* appended to the key; or where the record was */
	uint32_t record; /* that was moved */
};

struct identity_index {
	struct map keys;   /* 1 + group; or LIST and a place in lists; or CLOSED */
	struct map counts; /* how many records or names have a value */
	struct map texts;  /* places in the pool of what many cards have */
	struct pool cards, words, lists;
	uint32_t free_list[LIST_CLASSES];
	/* Of each record: its card, its group, the next member. */
	uint32_t *card, *group, *next;
	uint32_t records, record_room, living;
	/* Of each group: its first member, and the last question that met it. */
	uint32_t *first, *met;
	uint32_t groups, group_room;
	uint32_t question;
	struct counts seen; /* patterns */
	/* Since the mark. */
	bool marked;
	struct step *step;
	size_t steps, step_room;
	uint32_t mark_records, mark_groups, mark_chunks, mark_used;
};

/* index.c: writes down a step, after a mark. */
void index_note(struct identity_index *x, struct step s);

/* pack.c: cards made small. */
uint32_t pack_card(struct identity_index *x, const struct identity_card *c);
/* The card again, views of the index; what others tell about it is left out, but the company's
 * label. */
void unpack_card(const struct identity_index *x, uint32_t record, struct identity_card *ret);
/* The label that most of the company's records have; false when no record has the company. */
uint32_t *pack_learned(struct identity_index *x, const struct term *company);

/* index_counts.c */
uint64_t index_mix(uint64_t h);
void index_vote(struct identity_index *x, const struct identity_card *c, bool take_back);
void index_count(struct identity_index *x, const struct identity_card *c, bool take_back);
/* What the others tell about an arriving card, it included. */
void index_share(struct identity_index *x, struct identity_card *c);

/* index_keys.c: which groups have a key. */
#define LIST_MOST 400
struct key_list {
	uint64_t key;
	const uint32_t *group;
	uint32_t n, own; /* own: the single group that group points to */
};
void keys_add(struct identity_index *x, const struct identity_card *c, uint32_t group);
void keys_take_back(struct identity_index *x, uint64_t key, uint32_t group);
/* The groups of a key; n is 0 when there are none, or too many. */
void keys_list(const struct identity_index *x, uint64_t key, struct key_list *ret);
