/* A connection to PostgreSQL, shared by the files of its driver. */
#pragma once
#include <libpq-fe.h>
#include "sql/driver.h"

/* Types of the catalogue (pg_type.dat); their numbers never change. */
enum pg_oid {
	PG_BYTEA = 17,
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

bool pg_encode(const struct sql_query *q, const void *in, struct pg_args *ret, struct err *e);
int pg_types(const struct sql_query *q, Oid out[SQL_MAX_FIELDS]);
/* Whether the columns of a result or description fit the table of q. */
bool pg_shape(const struct sql_query *q, const PGresult *r, struct err *e);
bool pg_read_row(const struct sql_query *q, const PGresult *r, int row, void *to, struct arena *a,
		 struct err *e);

struct pg {
	struct sql_db base;
	PGconn *conn;
	/* The URL taken apart: names and values as PQconnectdbParams wants them. */
	char **keys, **values;
	const char *password;
	bool lost;          /* make a new connection before the next use outside a transaction */
	int64_t not_before; /* a host that does not answer is not asked again at once */
	bool *prepared;     /* by slot */
	size_t n_slots;
};

bool pg_url(struct pg *p, const char *url, struct err *e);
void pg_url_free(struct pg *p);
/* e from a failed result, or from the connection when r is NULL. Notes a lost connection. */
bool pg_err(struct pg *p, const PGresult *r, const char *what, struct err *e);
bool pg_connect(struct pg *p, struct err *e);
