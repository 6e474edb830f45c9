/*
 * The SQL layer: two engines, one text. The only folder that knows an engine.
 *
 * A statement is data, generated from the .sql files of store/ by tools/gen-queries together with
 * one struct for its arguments, one for its row, and typed wrappers. A connection belongs to one
 * thread at a time. Kinds of a column or parameter: t text (const char *), i int64_t, b bytes
 * (struct str), u id (struct id, 16 bytes). Upper case may be NULL: T is NULL, I is SQL_NULL_INT, B
 * has p == NULL, U is the null id.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"

#define SQL_NULL_INT INT64_MIN

struct sql_db;

enum sql_engine { SQL_SQLITE = 1, SQL_POSTGRESQL };

struct sql_field {
	const char *name;
	char kind; /* one of tibuTIBU */
	size_t off;
};
struct sql_query {
	const char *name;
	const char *sqlite, *postgresql;  /* the same pointer unless the statement says otherwise */
	const char *postgresql_set;       /* for all rows of a batch in one, or NULL: a pipeline */
	const struct sql_field *in, *out; /* NULL name ends; out NULL: gives no rows */
	size_t row_size;
	int slot; /* index of its prepared form in a connection */
};
/* All statements, made by gen-queries; the parity test walks them. */
extern const struct sql_query *const sql_queries[];
extern const size_t sql_query_count;

/* How much a commit promises. */
enum sql_durability {
	SQL_DURABLE = 1, /* synced before commit returns */
	SQL_DERIVED, /* may be lost in a power cut as a whole, never in part: for what can be made
			again */
};

/*
 * url: "sqlite:PATH" or any libpq URL "postgresql://…" (several hosts too). The file is made if
 * missing. Text rows and errors never carry the URL's password.
 */
bool sql_open(const char *url, enum sql_durability d, struct sql_db **ret, struct err *e) LL_MUST;
void sql_close(struct sql_db *db); /* NULL is fine; rolls back */
enum sql_engine sql_engine_of(const struct sql_db *db);
static inline void sql_closep(struct sql_db **db)
{
	sql_close(*db);
	*db = NULL;
}
#define AUTO_DB LL_CLEANUP(sql_closep) struct sql_db *

/*
 * Outside a transaction each call is its own. Errors: ERR_CONFLICT (unique key), ERR_BUSY (locked,
 * serialisation), ERR_STORE (gone, full, broken). A call outside a transaction first makes a
 * connection to PostgreSQL anew that was lost before; one that is lost under a call is ERR_STORE.
 */
bool sql_exec(struct sql_db *db, const struct sql_query *q, const void *in, int64_t *ret_changed,
	      struct err *e) LL_MUST; /* ret_changed may be NULL */
/* First row: 1 found, 0 none, -1 error. Text and bytes of the row live in a. */
int sql_one(struct sql_db *db, const struct sql_query *q, const void *in, struct arena *a,
	    void *ret_row, struct err *e) LL_MUST;
/* All rows as an array in a. The statement has a LIMIT, or the table is small. */
bool sql_all(struct sql_db *db, const struct sql_query *q, const void *in, struct arena *a,
	     void **ret_rows, size_t *ret_n, struct err *e) LL_MUST;
/* Row by row, for what has no limit (export, move): fn returns false to stop with its error. */
typedef bool sql_row_fn(void *ctx, const void *row, struct err *e);
bool sql_walk(struct sql_db *db, const struct sql_query *q, const void *in, sql_row_fn *fn,
	      void *ctx, struct err *e) LL_MUST;
/*
 * The same statement for n argument structs of in_size bytes, in order, in one go: on PostgreSQL a
 * pipeline, or one statement where the text says "batch: set". rows: n structs, or NULL;
 * ret_found[i] tells whether statement i gave a row, or NULL. The first failure fails all.
 */
bool sql_batch(struct sql_db *db, const struct sql_query *q, const void *ins, size_t in_size,
	       size_t n, struct arena *a, void *rows, bool *ret_found, struct err *e) LL_MUST;

/*
 * Transactions. Begin is a write from the start. Rolls back by itself unless sql_commit() said yes.
 * After a failed statement every further one fails, on both engines.
 */
struct sql_tx {
	struct sql_db *db; /* NULL once over */
	const char *file;
	int line;
};
bool sql_begin_(struct sql_db *db, struct sql_tx *tx, const char *file, int line,
		struct err *e) LL_MUST;
#define sql_begin(db, tx, e) sql_begin_((db), (tx), __FILE__, __LINE__, (e))
/* A snapshot for several reads; takes no write lock. */
bool sql_begin_read_(struct sql_db *db, struct sql_tx *tx, const char *file, int line,
		     struct err *e) LL_MUST;
#define sql_begin_read(db, tx, e) sql_begin_read_((db), (tx), __FILE__, __LINE__, (e))
bool sql_commit(struct sql_tx *tx, struct err *e) LL_MUST;
void sql_tx_end(struct sql_tx *tx);
#define AUTO_TX LL_CLEANUP(sql_tx_end) struct sql_tx

/*
 * SQLite has one writer. Whoever is urgent (intake) goes before the others; PostgreSQL ignores it.
 */
void sql_set_urgent(struct sql_db *db, bool urgent);
/*
 * SQLite: moves the write-ahead log into the file, off the request path. ERR_BUSY when others kept
 * a part of it, which is no trouble: the next one moves it.
 */
bool sql_checkpoint(struct sql_db *db, struct err *e) LL_MUST;

/* Forward-only migrations, embedded: lock, checksum, one transaction each. */
struct sql_migration {
	int number;
	const char *name, *text;
	const char *sqlite_only,
		*postgresql_only; /* or NULL: the one engine-specific part (search) */
};
bool sql_migrate(struct sql_db *db, const struct sql_migration *all, size_t n, int *ret_applied,
		 struct err *e) LL_MUST;
/* ERR_STORE: "store.empty" before the first migration, "store.version" when the store is older or
 * newer than the program. */
bool sql_migrated(struct sql_db *db, const struct sql_migration *all, size_t n,
		  struct err *e) LL_MUST;
bool sql_ping(struct sql_db *db, struct err *e) LL_MUST;
/* SQLite: a consistent copy while others write; PostgreSQL: ERR_INPUT "use pg_dump". */
bool sql_backup(struct sql_db *db, const char *to_path,
		void (*progress)(void *ctx, int done, int total), void *ctx, struct err *e) LL_MUST;
/* The engine's own integrity check. */
bool sql_integrity(struct sql_db *db, struct err *e) LL_MUST;
