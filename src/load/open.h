/* Private to load/: an import under way. */
#pragma once
#include "load/parts.h"

struct seen_keys; /* of a dry run */

struct load {
	struct sql_db *db;
	struct arena *arena; /* as long as the import */
	struct arena *batch;
	struct load_options o;
	struct id id;
	const char *path;
	uint64_t size;
	int64_t started, now;
	struct sheet_reader *sheet;
	struct sheet_map map;
	struct wish { /* of --map */
		struct str name;
		enum sheet_field field;
		bool met;
	} * wishes;
	size_t wish_count;
	struct str *name; /* of the columns */
	size_t columns, column_room;
	enum when_order order;
	struct offers *offers;
	struct load_counts counts;
	struct seen_keys *seen;
	bool begun, ended; /* its row is in the store; every row was read */
	bool sent;         /* in pieces: its row was there before it began */
	int64_t skip;      /* rows that were read before the process ended */
	void (*tell)(void *ctx, const struct load_row *row);
	void *tell_ctx;
};

/* open.c: the map of the columns known by now, the wishes in it. */
void load_learn(struct load *l);
/* seen.c: true when the key was there already. */
struct seen_keys *seen_new(void) __attribute__((__returns_nonnull__));
void seen_free(struct seen_keys *s);
bool seen_before(struct seen_keys *s, const struct hash *key);
/* compare.c: rows that were read in before; fills outcome, receipt and what differs. */
bool load_compare(struct load *l, struct loading *rows, size_t n, struct err *e) LL_MUST;
/* load.c: how a row is to be read. */
struct row_way load_way(struct load *l);
/* load.c: the whole numbers into its row. */
bool load_write_counts(struct load *l, const struct load_counts *c, struct err *e) LL_MUST;
