/* Values in PostgreSQL's binary form: integers in network order, text and bytes as they are. */
#include <endian.h>
#include <limits.h>
#include "sql/postgresql_db.h"

/* By kind: of a value, of an array of them. */
static const struct {
	char kind;
	Oid one, array;
} types[] = {
	{ 'i', PG_INT8, PG_INT8_ARRAY },
	{ 't', PG_TEXT, PG_TEXT_ARRAY },
	{ 'b', PG_BYTEA, PG_BYTEA_ARRAY },
	{ 'u', PG_BYTEA, PG_BYTEA_ARRAY },
};

static Oid type_of(char kind, enum pg_form form)
{
	size_t i = 0;
	while (i < LL_COUNT(types) && types[i].kind != sql_kind(kind))
		i++;
	MUST(i < LL_COUNT(types));
	return form == PG_SET ? types[i].array : types[i].one;
}

int pg_types(const struct sql_query *q, enum pg_form form, Oid out[SQL_MAX_FIELDS])
{
	size_t n = sql_fields(q->in);
	MUST(n <= SQL_MAX_FIELDS);
	for (size_t i = 0; i < n; i++)
		out[i] = type_of(q->in[i].kind, form);
	return (int)n;
}

bool pg_encode(const struct sql_query *q, const void *in, struct pg_args *ret, struct err *e)
{
	size_t n = sql_fields(q->in);
	MUST(n <= SQL_MAX_FIELDS);
	ret->n = (int)n;
	for (size_t i = 0; i < n; i++) {
		const struct sql_field *f = &q->in[i];
		ret->formats[i] = 1;
		if (sql_kind(f->kind) == 'i') {
			int64_t v = sql_arg_int(f, in);
			ret->ints[i] = htobe64((uint64_t)v);
			ret->values[i] = f->kind == 'I' && v == SQL_NULL_INT
						 ? NULL
						 : (const char *)&ret->ints[i];
			ret->lengths[i] = sizeof(ret->ints[i]);
			continue;
		}
		struct str s;
		if (!sql_arg(q, f, in, &s, e))
			return false;
		if (s.n > INT_MAX)
			return ERR(e, ERR_TOO_LARGE, "store.value", "%s: %s is too long", q->name,
				   f->name);
		ret->values[i] = s.p;
		ret->lengths[i] = (int)s.n;
	}
	return true;
}

static bool fits(char kind, Oid type)
{
	switch (sql_kind(kind)) {
	case 'i': return type == PG_INT8 || type == PG_INT4 || type == PG_INT2;
	case 't': return type == PG_TEXT || type == PG_VARCHAR;
	default: return type == PG_BYTEA;
	}
}

bool pg_shape(const struct sql_query *q, const PGresult *r, int first, struct err *e)
{
	size_t n = sql_fields(q->out);
	if ((size_t)PQnfields(r) != n + (size_t)first)
		return ERR(e, ERR_BUG, "store.statement", "%s gives %d columns, %zu are declared",
			   q->name, PQnfields(r) - first, n);
	for (size_t i = 0; i < n; i++) {
		int column = first + (int)i;
		const char *name = PQfname(r, column);
		if (!fits(q->out[i].kind, PQftype(r, column)))
			return ERR(
				e, ERR_BUG, "store.statement",
				"%s: column %s has PostgreSQL's type %u, its kind is %c: CAST it",
				q->name, q->out[i].name, PQftype(r, column), q->out[i].kind);
		/* By position; a name at the place of another means that somebody mixed them up. */
		for (size_t j = 0; j < n && strcmp(name, q->out[i].name) != 0; j++) {
			if (strcmp(name, q->out[j].name) == 0)
				return ERR(e, ERR_BUG, "store.statement",
					   "%s: column %zu is %s, not %s", q->name, i + 1, name,
					   q->out[i].name);
		}
	}
	return true;
}

static int64_t read_int(const char *p, int n)
{
	uint16_t i2;
	uint32_t i4;
	uint64_t i8;
	switch (n) {
	case 2: memcpy(&i2, p, sizeof(i2)); return (int16_t)be16toh(i2);
	case 4: memcpy(&i4, p, sizeof(i4)); return (int32_t)be32toh(i4);
	default: memcpy(&i8, p, sizeof(i8)); return (int64_t)be64toh(i8);
	}
}

bool pg_read_row(const struct sql_query *q, const PGresult *r, int row, int first, void *to,
		 struct arena *a, struct err *e)
{
	for (int i = first; i < PQnfields(r); i++) {
		const struct sql_field *f = &q->out[i - first];
		const char *p = PQgetvalue(r, row, i);
		int n = PQgetlength(r, row, i);
		bool ok;
		if (PQgetisnull(r, row, i))
			ok = sql_put_null(q, f, to, e);
		else if (sql_kind(f->kind) == 'i')
			ok = sql_put_int(f, to, read_int(p, n));
		else
			ok = sql_put(q, f, to, a, p, (size_t)n, e);
		if (!ok)
			return false;
	}
	return true;
}
