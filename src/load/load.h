/*
 * Importing files of rows: each row becomes a receipt like any other message, and the placer does
 * the rest, so that there is one way for all entrances. What a row is told by (its id in the system
 * it comes from, else who, what and when) makes the same row in the same or another file known.
 *
 * Works in steps of some hundred rows, each a transaction of its own: the caller decides what
 * happens in between (placing, waiting for the placer, telling the progress, giving up). After a
 * crash the file is imported again, and what was stored is known.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/json.h"
#include "sheet/sheet.h"
#include "sql/sql.h"
#include "store/store.h"

enum load_outcome {
	LOAD_NONE = 0,
	LOAD_NEW,
	LOAD_KNOWN,   /* read in before, and nothing in it is different */
	LOAD_CHANGED, /* read in before: what is different is told, and status moves forward */
	LOAD_REFUSED, /* no lead can be made of it; the problem says why and what to do */
	LOAD_IGNORED, /* blank, or another publisher's */
	LOAD_OUTCOMES,
};
const char *load_outcome_text(enum load_outcome o);

/* What became of a row. */
struct load_row {
	uint64_t n, line; /* of the file, from 1 */
	enum load_outcome outcome;
	const char *problem; /* NULL when there is none */
	struct id receipt;   /* null without one */
};

struct load_counts {
	int64_t rows, by[LOAD_OUTCOMES], tests;
	/* Of leads that Partner Center shows six months, and whose contact data it hides after 14
	 * days without an answer: those gone already, and those that go soon. */
	int64_t archived, archives, expired, expires;
	int64_t bytes;
};

struct load_options {
	const char *publisher;
	const char *offer; /* of rows that name none; "": such rows are refused */
	const char *map;   /* "COLUMN:field,…" beside what is told by itself; may be NULL */
	char map_end;      /* between the columns of map; 0: a comma */
	const char *name;  /* of the file, to be shown */
	const char *actor;
	int64_t bytes; /* that the file must have; 0: whatever it has */
	struct sheet_options sheet;
	bool deliver;                   /* leads are owed to destinations like those that arrive */
	bool dry;                       /* reads everything and writes nothing */
	const struct load_get_row *row; /* an import that is in the store already: it begins, or
					   goes on where it was; NULL: a new one */
};

/* "COLUMN:field", at the last colon, into two; false when there is none. */
bool load_map_split(struct str piece, struct str *ret_column, struct str *ret_field) LL_MUST;

struct load;
/*
 * Opens the file and looks at its first rows; nothing is written yet. ERR_INPUT when it is nothing
 * that can be read, has not as many bytes as it must, or the map names what is not there.
 */
bool load_open(struct sql_db *db, const char *path, const struct load_options *o, int64_t now_ms,
	       struct load **ret, struct err *e) LL_MUST;
void load_close(struct load *l); /* NULL is fine */

/* What was told of it. */
const struct sheet_about *load_about(const struct load *l);
const struct sheet_map *load_map(const struct load *l); /* of the columns seen so far */
size_t load_columns(const struct load *l);
struct str load_column(const struct load *l, size_t i);
const char *load_about_json(const struct load *l, struct arena *a); /* the same, as it is stored */
uint64_t load_size(const struct load *l);                           /* bytes of the file */
struct id load_id(const struct load *l);
const struct load_counts *load_counts(const struct load *l);
/* Every row is told, also those that are new without a problem. */
void load_tell(struct load *l, void (*fn)(void *ctx, const struct load_row *row), void *ctx);

/* An import as it is shown: of the store, or of one that is under way (state "dry" of a dry run).
 */
void load_put_members(struct json_out *o, const struct load_get_row *r); /* of the open object */
const char *load_shown_state(const struct load_get_row *r); /* what is owed to it, or its state */
void load_put_json(struct json_out *o, const struct load_get_row *r);
/* The same with the first rows that have something to be told ("told"). */
bool load_rows_json(struct sql_db *db, struct arena *a, const struct load_get_row *r,
		    struct json_out *o, struct err *e) LL_MUST;
void load_put_row(struct json_out *o, const struct load_row_page_row *r);
struct load_get_row load_as_row(const struct load *l, struct arena *a);

/* The next rows: 1 there may be more, 0 that was the last one, -1 error (of the store, or the file
 * cannot be read on; the import is marked as failed then). */
int load_step(struct load *l, int64_t now_ms, struct err *e) LL_MUST;

/*
 * After the last step. 1: its receipts are placed, and what changed was taken over; 0: some still
 * wait for the placer, call again; -1 error.
 */
int load_settle(struct load *l, int64_t now_ms, struct err *e) LL_MUST;

/* Of the store: every row was read before the process ended, and only load_settle() is left. */
bool load_was_read(const struct load *l);

/*
 * The first rows as they are in the file, what was told of it, and what a person should look at, as
 * members of the open object. l was just opened; it can only be closed afterwards.
 */
bool load_preview(struct load *l, struct json_out *o, struct err *e) LL_MUST;

/*
 * The file with the state that its leads have by now, everything else as it was byte for byte: for
 * a program that takes back what it gave. l was just opened with the sheet option raw, and is read
 * by this alone. Rows go to write, the header first in each file of rows_a_file rows (0: one file);
 * next begins the next one, number from 2. ERR_INPUT when it is no CSV in UTF-8.
 */
struct load_back {
	bool (*write)(void *ctx, struct str bytes, struct err *e);
	bool (*next)(void *ctx, unsigned number, struct err *e);
	void *ctx;
	uint64_t rows_a_file;
	int64_t rows, edited,
		unknown; /* counted: all, those that were edited, those without a lead */
};
bool load_back(struct load *l, struct load_back *b, struct err *e) LL_MUST;

/* How many receipts may wait for the placer before a step should be put off: those that arrive by
 * themselves stand behind them. */
#define LOAD_AHEAD 2048

/*
 * Undoing: its receipts, touches, leads, search words and counts go, and customers without other
 * leads; others are made anew of what they keep. First a look at everything: ERR_CONFLICT
 * "import.worked-on" when a lead was answered, assigned, worked on, delivered, joined by other
 * messages or moved by a user since. Then steps as above: 1 more, 0 done, -1 error.
 */
bool load_undo_check(struct sql_db *db, struct arena *a, const char *publisher, struct id load,
		     struct err *e) LL_MUST;
int load_undo_step(struct sql_db *db, struct arena *a, const char *publisher, struct id load,
		   const char *actor, int64_t now_ms, struct err *e) LL_MUST;

/*
 * Files that arrive in pieces lie in a directory until their rows are in the store, each under the
 * id of its import. Paths are in a.
 */
const char *load_spool(struct arena *a, const char *dir, struct id load);
/* Makes the directory when it is not there. */
bool load_spool_ready(const char *dir, struct err *e) LL_MUST;
/* Takes back what is there behind the first `at` bytes: of a piece that the store never heard of.
 */
bool load_spool_cut(const char *path, int64_t at, struct err *e) LL_MUST;
/* ERR_CONFLICT "import.offset" when the file has not exactly `at` bytes. */
bool load_spool_add(const char *path, int64_t at, struct str bytes, struct err *e) LL_MUST;

/*
 * The server's thread for them: dry runs, imports, undoing; one at a time for each publisher, one
 * of several servers by a lease. What it does is in the store, so it goes on after a restart.
 */
struct loader_config {
	struct sql_db *db;                          /* taken over */
	const char *dir;                            /* of the files; outlives the loader */
	void (*stored)(void *ctx, size_t receipts); /* there are new ones; may be NULL */
	void (*told)(void *ctx); /* there are changes for the stream; may be NULL */
	void *ctx;
};
struct loader;
struct loader *loader_start(const struct loader_config *c) __attribute__((__returns_nonnull__));
void loader_wake(struct loader *x); /* from any thread; NULL is fine */
void loader_stop(struct loader *x); /* ends the step at hand; NULL is fine */
