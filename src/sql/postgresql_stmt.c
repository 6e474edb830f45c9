/* Prepared statements by name: for one row "s1", for all rows of a batch "b1". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/postgresql_db.h"

bool pg_ok(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_SINGLE_TUPLE;
}

const char *pg_stmt_name(const struct sql_query *q, enum pg_form form, char out[PG_NAME])
{
	if (q->slot < 0)
		return ""; /* the unnamed statement: made by hand, rare */
	snprintf(out, PG_NAME, "%c%d", form == PG_SET ? 'b' : 's', q->slot);
	return out;
}

/* The forms of a statement that this connection has prepared; NULL for one made by hand. */
static unsigned char *forms(struct pg *p, const struct sql_query *q)
{
	if (q->slot < 0)
		return NULL;
	size_t slot = (size_t)q->slot;
	if (slot >= p->n_slots) {
		size_t n = slot + 64;
		unsigned char *prepared = sql_calloc(n, sizeof(*prepared));
		if (p->n_slots)
			memcpy(prepared, p->prepared, p->n_slots * sizeof(*prepared));
		free(p->prepared);
		p->prepared = prepared;
		p->n_slots = n;
	}
	return &p->prepared[slot];
}

static bool describe(struct pg *p, const struct sql_query *q, enum pg_form form, const char *name,
		     struct err *e)
{
	PGresult *r = PQdescribePrepared(p->conn, name);
	bool ok = pg_ok(r);
	if (!ok)
		pg_err(p, r, q->name, e);
	else if ((size_t)PQnparams(r) != sql_fields(q->in))
		ok = ERR(e, ERR_BUG, "store.statement", "%s has %d parameters, %zu are declared",
			 q->name, PQnparams(r), sql_fields(q->in));
	else
		ok = pg_shape(q, r, form == PG_SET ? pg_set_first(q) : 0, e);
	PQclear(r);
	return ok;
}

bool pg_prepare(struct pg *p, const struct sql_query *q, enum pg_form form, struct err *e)
{
	char buf[PG_NAME];
	const char *name = pg_stmt_name(q, form, buf);
	unsigned char *known = forms(p, q);
	Oid types[SQL_MAX_FIELDS];
	if (known && *known & form)
		return true;
	int n = pg_types(q, form, types);
	PGresult *r = PQprepare(p->conn, name, form == PG_SET ? q->postgresql_set : q->postgresql,
				n, types);
	bool ok = pg_ok(r);
	if (!ok)
		pg_err(p, r, q->name, e);
	PQclear(r);
	if (!ok || !describe(p, q, form, name, e))
		return false;
	if (known)
		*known |= (unsigned char)form;
	return true;
}
