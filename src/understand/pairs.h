/*
 * What every dialect comes down to: named values, each in a block (an object), each block in a
 * record (a lead that may be). Nothing is decoded or copied yet: keys and values are views of the
 * text, so that the shape of a body costs no more than one look at each byte. What is asked for is
 * bounded here, whatever the body holds.
 */
#pragma once
#include "base/err.h"
#include "understand/label.h"

#define PAIRS_A_RECORD  64 /* of known labels */
#define BLOCKS_A_RECORD 16
#define UNKNOWN_SHOWN   8 /* unknown labels that a note names */

enum coding { CODING_PLAIN = 0, CODING_JSON, CODING_FORM };

struct pair {
	struct str key, value; /* as in the text */
	const struct label_row *row;
	enum coding coding;     /* of the value */
	enum coding key_coding; /* of the key, until it is kept: then it is plain */
	uint32_t block;
};

struct block {
	struct str key; /* "" of a record's own block */
	uint32_t record;
	bool root;
	bool contact; /* its key says that it is a person */
	bool person;  /* a field in it can only be a person's */
};

struct record {
	uint32_t pairs, blocks, unknown;
	bool cut; /* there was more than a record may have */
};

struct pairs {
	struct arena *a;
	struct pair *pair;
	struct block *block;
	struct record *record;
	uint32_t pair_count, block_count, record_count;
	uint32_t pair_room, block_room, record_room;
	bool mended; /* some JSON was not valid and was read nevertheless */
};

#define PAIRS_NO_BLOCK UINT32_MAX /* what is put there is dropped */

/* False when there are LIMIT_LEADS_A_BODY already. *ret_block is the record's own block. */
bool pairs_add_record(struct pairs *p, uint32_t *ret_block);
/* Says so. */
bool pairs_too_many(struct err *e);
/* A block inside another one, in the same record. */
uint32_t pairs_add_block(struct pairs *p, uint32_t outer, struct str key, enum coding key_coding,
			 bool contact);
/* What a key means; takes no memory, however many keys there are. */
const struct label_row *pairs_label(struct pairs *p, struct str key, enum coding key_coding);
/* pair.block may be PAIRS_NO_BLOCK: then it is dropped. */
void pairs_add(struct pairs *p, struct pair pair);
void pairs_clear(struct pairs *p);

/* The readers: text is UTF-8 as far as it is valid. False says why. */
bool pairs_read_json(struct pairs *p, struct str text, bool mend, struct err *e) LL_MUST;
bool pairs_read_form(struct pairs *p, struct str text, struct err *e) LL_MUST;
bool pairs_read_labels(struct pairs *p, struct str text,
		       struct err *e) LL_MUST; /* "Label: value" */
/* Does the text look like a form's? */
bool pairs_is_form(struct str text);
/* The members of a JSON text that is a value, into a block. */
bool pairs_read_inner(struct pairs *p, uint32_t block, struct str text) LL_MUST;

/*
 * The value as text: decoded, repaired to valid UTF-8 without control characters, at most max
 * bytes. *repaired and *cut are set when it was so, else left alone.
 */
char *pair_text(struct arena *a, const struct pair *v, size_t max, bool *repaired, bool *cut);
bool pair_is_blank(struct arena *a, const struct pair *v);
/* Decoding alone, no further than one byte or character beyond max; *ret_broken when an escape was
 * no character. */
struct str coding_json(struct arena *a, struct str s, size_t max, bool *ret_broken);
struct str coding_form(struct arena *a, struct str s, size_t max);
