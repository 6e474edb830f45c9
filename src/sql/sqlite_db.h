/* A connection to SQLite, shared by the files of its driver. */
#pragma once
#include <sqlite3.h>
#include "sql/driver.h"
#include "sql/sqlite_lock.h"

#define LITE_WAIT_MS 10000 /* for the write lock, of this process and of others */

/* A prepared statement. The order of $1… is that of first appearance in SQLite, so we map by name.
 */
struct lite_stmt {
	const struct sql_query *q;
	sqlite3_stmt *st;
	size_t n_in, n_out;
	bool reads; /* changes nothing */
	int at[SQL_MAX_FIELDS];
};

struct lite {
	struct sql_db base;
	sqlite3 *db;
	struct lite_file *file;
	struct lite_stmt **slots;
	size_t n_slots;
	int wal_pages; /* in the log after the last commit here */
	char *path;
};

/* The error of the last call: its kind and stable code come from SQLite's extended result code. */
bool lite_err(struct lite *l, int rc, const char *what, struct err *e);
bool lite_lock(struct lite *l, struct err *e) LL_MUST;
bool lite_do(struct lite *l, const char *text, struct err *e) LL_MUST;

/* sqlite_stmt.c */
struct lite_stmt *lite_stmt_get(struct lite *l, const struct sql_query *q, struct err *e);
void lite_stmt_done(struct lite_stmt *p); /* closes its rows */
void lite_stmt_free(struct lite_stmt *p);
bool lite_bind(struct lite *l, struct lite_stmt *p, const void *in, struct err *e);
bool lite_read_row(struct lite_stmt *p, void *row, struct arena *a, struct err *e);

/* sqlite_tools.c */
bool lite_checkpoint(struct sql_db *db, bool *ret_all, struct err *e);
bool lite_backup(struct sql_db *db, const char *to_path,
		 void (*progress)(void *ctx, int done, int total), void *ctx, struct err *e);
bool lite_integrity(struct sql_db *db, struct err *e);
