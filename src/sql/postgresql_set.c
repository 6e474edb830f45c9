/*
 * A batch as one statement: each parameter is an array in PostgreSQL's binary form (array_send in
 * its source: dimensions, whether there are NULLs, element type, length, lower bound; then length
 * and bytes of each element).
 */
#include <endian.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "sql/postgresql_db.h"

#define ROWS_MAX    4096
#define BYTES_MAX   ((size_t)32 << 20) /* of one statement, unless a single row is longer */
#define KEPT_MAX    ((size_t)1 << 20)  /* of the buffer, for the next batch */
#define ARRAY_HEAD  20
#define NULL_LENGTH UINT32_MAX

static struct sql_field const *field(const struct pg_batch *b, int k)
{
	return &b->q->in[k];
}

/* The argument as it goes onto the wire; an integer into *n. p NULL: SQL NULL. */
static bool value(const struct pg_batch *b, int k, size_t row, uint64_t *n, struct str *ret,
		  struct err *e)
{
	const struct sql_field *f = field(b, k);
	const char *in = b->ins + row * b->in_size;
	if (sql_kind(f->kind) != 'i') {
		if (!sql_arg(b->q, f, in, ret, e))
			return false;
		ret->n = ret->p ? ret->n : 0;
		return true;
	}
	int64_t v = sql_arg_int(f, in);
	*n = htobe64((uint64_t)v);
	*ret = (struct str){ (const char *)n, sizeof(*n) };
	if (f->kind == 'I' && v == SQL_NULL_INT)
		*ret = (struct str){ NULL, 0 };
	return true;
}

static bool row_size(const struct pg_batch *b, size_t row, size_t *ret, struct err *e)
{
	struct str s;
	uint64_t n;
	*ret = 0;
	for (int k = 0; field(b, k)->name; k++) {
		if (!value(b, k, row, &n, &s, e))
			return false;
		*ret += sizeof(uint32_t) + s.n;
	}
	if (*ret > INT_MAX / 2)
		return ERR(e, ERR_TOO_LARGE, "store.value", "%s: a row is too long", b->q->name);
	return true;
}

static bool piece(const struct pg_batch *b, size_t from, size_t *ret_to, size_t *ret_bytes,
		  struct err *e)
{
	size_t i = from, size;
	*ret_bytes = ARRAY_HEAD * sql_fields(b->q->in);
	for (; i < b->n && i - from < ROWS_MAX; i++) {
		if (!row_size(b, i, &size, e))
			return false;
		if (i > from && *ret_bytes + size > BYTES_MAX)
			break;
		*ret_bytes += size;
	}
	*ret_to = i;
	return true;
}

bool pg_set_piece(const struct pg_batch *b, size_t from, size_t *ret_to, struct err *e)
{
	size_t bytes;
	return piece(b, from, ret_to, &bytes, e);
}

int pg_set_first(const struct sql_query *q)
{
	return q->out && strncmp(q->postgresql_set, "SELECT", 6) == 0 ? 1 : 0;
}

/* ---- sending ---- */

static char *put32(char *at, uint32_t v)
{
	v = htobe32(v);
	memcpy(at, &v, sizeof(v));
	return at + sizeof(v);
}

/* One array; *at moves on. It was measured before: its values are good and there is room. */
static void put_array(const struct pg_batch *b, int k, Oid element, size_t from, size_t to,
		      char **at)
{
	char *start = *at, *p = start + ARRAY_HEAD;
	uint32_t nulls = 0;
	for (size_t i = from; i < to; i++) {
		struct str s;
		uint64_t n;
		struct err e;
		MUST(value(b, k, i, &n, &s, &e));
		p = put32(p, s.p ? (uint32_t)s.n : NULL_LENGTH);
		nulls |= !s.p;
		if (s.n)
			memcpy(p, s.p, s.n);
		p += s.n;
	}
	start = put32(start, 1);
	start = put32(start, nulls);
	start = put32(start, element);
	start = put32(start, (uint32_t)(to - from));
	put32(start, 1);
	*at = p;
}

static void give_back(struct pg *p)
{
	free(p->set);
	p->set = NULL;
	p->set_size = 0;
}

static void room(struct pg *p, size_t bytes)
{
	if (p->set_size >= bytes)
		return;
	give_back(p);
	p->set = sql_calloc(1, bytes);
	p->set_size = bytes;
}

static bool send_set(const struct pg_batch *b, size_t from, size_t to, size_t bytes, struct err *e)
{
	struct pg_args a;
	Oid elements[SQL_MAX_FIELDS];
	char name[PG_NAME];
	a.n = pg_types(b->q, PG_ROW, elements);
	room(b->p, bytes);
	char *at = b->p->set;
	for (int k = 0; k < a.n; k++) {
		a.values[k] = at;
		put_array(b, k, elements[k], from, to, &at);
		a.lengths[k] = (int)(at - a.values[k]);
		a.formats[k] = 1;
	}
	return PQsendQueryPrepared(b->p->conn, pg_stmt_name(b->q, PG_SET, name), a.n, a.values,
				   a.lengths, a.formats, 1) ||
	       pg_err(b->p, NULL, b->q->name, e);
}

/* ---- reading ---- */

static int64_t number(const PGresult *r, int row)
{
	uint64_t n;
	memcpy(&n, PQgetvalue(r, row, 0), sizeof(n));
	return (int64_t)be64toh(n);
}

/* Rows of an INSERT come in the order in which they went in; those of a SELECT say their number. */
static bool read_set(const struct pg_batch *b, const PGresult *r, size_t from, size_t to,
		     struct err *e)
{
	int first = pg_set_first(b->q), n = PQntuples(r);
	if (!first && (size_t)n != to - from)
		return ERR(e, ERR_BUG, "store.statement", "%s gave %d rows for %zu", b->q->name, n,
			   to - from);
	for (int i = 0; i < n; i++) {
		size_t at = from + (size_t)(first ? number(r, i) - 1 : i);
		MUST(at >= from && at < to);
		b->found[at] = true;
		if (!pg_read_row(b->q, r, i, first, b->rows + at * b->q->row_size, b->a, e))
			return false;
	}
	return true;
}

static bool results(const struct pg_batch *b, size_t from, size_t to, struct err *e)
{
	bool ok = true;
	for (PGresult *r; (r = PQgetResult(b->p->conn)) != NULL; PQclear(r)) {
		if (!ok)
			continue;
		if (!pg_ok(r))
			ok = pg_err(b->p, r, b->q->name, e);
		else if (b->q->out)
			ok = read_set(b, r, from, to, e);
	}
	return ok;
}

/* Outside a transaction the server may have gone since the last call, and said so. */
static void look(struct pg *p)
{
	if (!p->base.tx && !p->lost &&
	    (!PQconsumeInput(p->conn) || PQstatus(p->conn) != CONNECTION_OK))
		p->lost = true;
}

bool pg_set(const struct pg_batch *b, struct err *e)
{
	bool ok = true;
	look(b->p);
	if (!pg_usable(b->p, e) || !pg_prepare(b->p, b->q, PG_SET, e))
		return false;
	for (size_t from = 0, to = 0, bytes; ok && from < b->n; from = to)
		ok = piece(b, from, &to, &bytes, e) && send_set(b, from, to, bytes, e) &&
		     results(b, from, to, e);
	if (b->p->set_size > KEPT_MAX)
		give_back(b->p);
	return ok;
}
