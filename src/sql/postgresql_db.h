/* A connection to PostgreSQL, shared by the files of its driver. */
#pragma once
#include <libpq-fe.h>
#include "sql/driver.h"

/* Types of the catalogue (pg_type.dat); their numbers never change. */
enum pg_oid {
	PG_BYTEA = 17,
	PG_BYTEA_ARRAY = 1001,
	PG_TEXT_ARRAY = 1009,
	PG_INT8_ARRAY = 1016,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_VARCHAR = 1043
};

/* The arguments of one execution in libpq's form. */
struct pg_args {
	int n;
	const char *values[SQL_MAX_FIELDS];
	int lengths[SQL_MAX_FIELDS];
	int formats[SQL_MAX_FIELDS];
	uint64_t ints[SQL_MAX_FIELDS]; /* in network order */
};

/* How a statement is prepared: for one row, or (its arrays) for all rows of a batch. Bits. */
enum pg_form { PG_ROW = 1, PG_SET = 2 };

bool pg_encode(const struct sql_query *q, const void *in, struct pg_args *ret, struct err *e);
int pg_types(const struct sql_query *q, enum pg_form form, Oid out[SQL_MAX_FIELDS]);
/* Whether the columns of a result or description, from column `first` on, fit the table of q. */
bool pg_shape(const struct sql_query *q, const PGresult *r, int first, struct err *e);
bool pg_read_row(const struct sql_query *q, const PGresult *r, int row, int first, void *to,
		 struct arena *a, struct err *e);

struct pg {
	struct sql_db base;
	PGconn *conn;
	/* The URL taken apart: names and values as PQconnectdbParams wants them. */
	char **keys, **values;
	const char *password;
	bool lost;          /* make a new connection before the next use outside a transaction */
	int64_t not_before; /* a host that does not answer is not asked again at once */
	unsigned char *prepared; /* by slot: the forms, or-ed */
	size_t n_slots;
	char *set; /* the arrays of a batch that is one statement; kept for the next */
	size_t set_size;
};

/* A batch on its way: see sql_batch(). */
struct pg_batch {
	struct pg *p;
	const struct sql_query *q;
	const char *ins;
	size_t in_size, n;
	struct arena *a;
	char *rows;
	bool *found;
};

bool pg_ok(const PGresult *r);
/* Outside a transaction a lost connection is made anew; inside, what was written is lost with it.
 */
bool pg_usable(struct pg *p, struct err *e);
#define PG_NAME 24
const char *pg_stmt_name(const struct sql_query *q, enum pg_form form, char out[PG_NAME]);
bool pg_prepare(struct pg *p, const struct sql_query *q, enum pg_form form, struct err *e);

/* The batch as one statement, or a few when it is large. */
bool pg_set(const struct pg_batch *b, struct err *e);
/* Where the statement that begins with row `from` ends. */
bool pg_set_piece(const struct pg_batch *b, size_t from, size_t *ret_to, struct err *e);
/* The first column of its rows: a SELECT's come with their number in front. */
int pg_set_first(const struct sql_query *q);

bool pg_url(struct pg *p, const char *url, struct err *e);
void pg_url_free(struct pg *p);
/* e from a failed result, or from the connection when r is NULL. Notes a lost connection. */
bool pg_err(struct pg *p, const PGresult *r, const char *what, struct err *e);
bool pg_connect(struct pg *p, struct err *e);
