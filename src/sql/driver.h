/*
 * What an engine gives to the layer. sql.c keeps the rules of transactions and calls, so that they
 * are the same on both; a driver only knows how to speak to its engine.
 */
#pragma once
#include "sql/sql.h"

enum sql_tx_kind { SQL_TX_NONE = 0, SQL_TX_READ, SQL_TX_WRITE };

#define SQL_MAX_FIELDS 64 /* parameters or columns; gen-queries keeps to it */

/* Where the rows of a statement go. */
struct sql_sink {
	struct arena *a;                                  /* for text and bytes of a row */
	bool stream;                                      /* do not hold all rows in memory */
	void *(*place)(struct sql_sink *s);               /* room for the next row; NULL: enough */
	bool (*taken)(struct sql_sink *s, struct err *e); /* the row is filled; may be NULL */
};

struct sql_driver {
	enum sql_engine engine;
	bool (*open)(const char *url, enum sql_durability d, struct sql_db **ret, struct err *e);
	void (*close)(struct sql_db *db);
	/* Outside a transaction, makes the connection usable again when it was lost. */
	bool (*begin)(struct sql_db *db, enum sql_tx_kind kind, struct err *e);
	bool (*commit)(struct sql_db *db, struct err *e);
	void (*rollback)(struct sql_db *db);
	/* s NULL: rows are of no interest. A row has its final form only after taken(). */
	bool (*run)(struct sql_db *db, const struct sql_query *q, const void *in,
		    struct sql_sink *s, int64_t *ret_changed, struct err *e);
	/* What transaction a batch needs to be all or nothing: SQL_TX_NONE when it is so by itself.
	 */
	bool (*batch_tx)(struct sql_db *db, const struct sql_query *q, const char *ins,
			 size_t in_size, size_t n, enum sql_tx_kind *ret, struct err *e);
	/* In that transaction or a larger one. rows and found as in sql_batch, never NULL when q
	 * gives rows. */
	bool (*batch)(struct sql_db *db, const struct sql_query *q, const char *ins, size_t in_size,
		      size_t n, struct arena *a, char *rows, bool *found, struct err *e);
	/* Several statements without parameters: migrations. */
	bool (*script)(struct sql_db *db, const char *text, struct err *e);
	/* Prepares q and compares its parameters, column names and column types with the tables of
	 * q. */
	bool (*check)(struct sql_db *db, const struct sql_query *q, struct err *e);
	void (*set_urgent)(struct sql_db *db, bool urgent);
	bool (*checkpoint)(struct sql_db *db, bool *ret_all, struct err *e);
	bool (*ping)(struct sql_db *db, struct err *e);
	bool (*backup)(struct sql_db *db, const char *to_path,
		       void (*progress)(void *ctx, int done, int total), void *ctx, struct err *e);
	bool (*integrity)(struct sql_db *db, struct err *e);
};
extern const struct sql_driver sql_driver_sqlite, sql_driver_postgresql;

/* First member of each driver's own connection. */
struct sql_db {
	const struct sql_driver *driver;
	enum sql_durability durability;
	enum sql_tx_kind tx;
	bool failed;  /* a statement of the open transaction failed */
	bool walking; /* inside sql_walk */
	bool urgent;
	const char *file; /* who began the open transaction */
	int line;
};

size_t sql_fields(const struct sql_field *f); /* length of a table; NULL is empty */
static inline bool sql_nullable(char kind)
{
	return kind >= 'A' && kind <= 'Z';
}
static inline char sql_kind(char kind)
{
	return sql_nullable(kind) ? (char)(kind - 'A' + 'a') : kind;
}
/* Zeroed memory that is there; out of memory ends the process. */
void *sql_calloc(size_t n, size_t size) __attribute__((__returns_nonnull__));

/* Writes what a column gave into a row. p NULL means SQL NULL; text is NUL-ended by the caller's
 * arena. */
bool sql_put(const struct sql_query *q, const struct sql_field *f, void *row, struct arena *a,
	     const void *p, size_t n, struct err *e);
bool sql_put_int(const struct sql_field *f, void *row, int64_t v);
bool sql_put_null(const struct sql_query *q, const struct sql_field *f, void *row, struct err *e);

/* An argument as bytes: p NULL means SQL NULL. Not for integers. */
bool sql_arg(const struct sql_query *q, const struct sql_field *f, const void *in, struct str *ret,
	     struct err *e);
static inline int64_t sql_arg_int(const struct sql_field *f, const void *in)
{
	return *(const int64_t *)(const void *)((const char *)in + f->off);
}
