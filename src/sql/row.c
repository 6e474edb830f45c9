/* Arguments out of a struct, columns into a struct. */
#include <stdlib.h>
#include "sql/driver.h"

size_t sql_fields(const struct sql_field *f)
{
	size_t n = 0;
	while (f && f[n].name)
		n++;
	return n;
}

void *sql_calloc(size_t n, size_t size)
{
	void *p = calloc(n, size);
	MUST(p);
	return p;
}

bool sql_arg(const struct sql_query *q, const struct sql_field *f, const void *in, struct str *ret,
	     struct err *e)
{
	const char *at = (const char *)in + f->off;
	const char *text;
	struct id id;
	switch (sql_kind(f->kind)) {
	case 't':
		memcpy(&text, at, sizeof(text));
		if (!text && f->kind == 't')
			return ERR(e, ERR_BUG, "store.argument", "%s: %s is NULL, its kind is t",
				   q->name, f->name);
		*ret = (struct str){ text, text ? strlen(text) : 0 };
		return true;
	case 'b':
		memcpy(ret, at, sizeof(*ret));
		if (!ret->p && f->kind == 'b') {
			if (ret->n)
				return ERR(e, ERR_BUG, "store.argument",
					   "%s: %s has a length and no bytes", q->name, f->name);
			ret->p = "";
		}
		return true;
	case 'u':
		memcpy(&id, at, sizeof(id));
		*ret = (struct str){ f->kind == 'U' && id_is_null(id) ? NULL : at, sizeof(id.b) };
		return true;
	default:
		return ERR(e, ERR_BUG, "store.argument", "%s: %s has the unknown kind %c", q->name,
			   f->name, f->kind);
	}
}

bool sql_put_int(const struct sql_field *f, void *row, int64_t v)
{
	memcpy((char *)row + f->off, &v, sizeof(v));
	return true;
}

bool sql_put_null(const struct sql_query *q, const struct sql_field *f, void *row, struct err *e)
{
	char *at = (char *)row + f->off;
	switch (f->kind) {
	case 'T': memset(at, 0, sizeof(const char *)); return true;
	case 'I': return sql_put_int(f, row, SQL_NULL_INT);
	case 'B': memset(at, 0, sizeof(struct str)); return true;
	case 'U': memset(at, 0, sizeof(struct id)); return true;
	default:
		return ERR(e, ERR_BUG, "store.column", "%s: column %s is NULL, its kind is %c",
			   q->name, f->name, f->kind);
	}
}

bool sql_put(const struct sql_query *q, const struct sql_field *f, void *row, struct arena *a,
	     const void *p, size_t n, struct err *e)
{
	char *at = (char *)row + f->off;
	const char *text;
	struct str bytes;
	switch (sql_kind(f->kind)) {
	case 't':
		text = arena_strndup(a, p, n);
		memcpy(at, &text, sizeof(text));
		return true;
	case 'b':
		bytes = (struct str){ arena_strndup(a, p, n), n };
		memcpy(at, &bytes, sizeof(bytes));
		return true;
	case 'u':
		if (n != sizeof(struct id))
			return ERR(e, ERR_BUG, "store.column",
				   "%s: column %s has %zu bytes, an id has 16", q->name, f->name,
				   n);
		memcpy(at, p, n);
		return true;
	default:
		return ERR(e, ERR_BUG, "store.column", "%s: column %s has the unknown kind %c",
			   q->name, f->name, f->kind);
	}
}
