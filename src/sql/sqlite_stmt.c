/* SQLite's statements: prepared once, bound by name, read by type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sql/sqlite_db.h"

void lite_stmt_free(struct lite_stmt *p)
{
	if (p)
		sqlite3_finalize(p->st);
	free(p);
}

/* Columns are by position; a name at the place of another means that somebody mixed them up. */
static bool same_order(const struct lite_stmt *p, struct err *e)
{
	for (size_t i = 0; i < p->n_out; i++) {
		const char *name = sqlite3_column_name(p->st, (int)i);
		if (strcmp(name, p->q->out[i].name) == 0)
			continue;
		for (size_t j = 0; j < p->n_out; j++) {
			if (strcmp(name, p->q->out[j].name) == 0)
				return ERR(e, ERR_BUG, "store.statement",
					   "%s: column %zu is %s, not %s", p->q->name, i + 1, name,
					   p->q->out[i].name);
		}
	}
	return true;
}

static bool shape(struct lite_stmt *p, struct err *e)
{
	const struct sql_query *q = p->q;
	int known = 0;
	p->n_in = sql_fields(q->in);
	p->n_out = sql_fields(q->out);
	if (p->n_in > SQL_MAX_FIELDS || p->n_out != (size_t)sqlite3_column_count(p->st))
		return ERR(e, ERR_BUG, "store.statement", "%s gives %d columns, %zu are declared",
			   q->name, sqlite3_column_count(p->st), p->n_out);
	for (size_t i = 0; i < p->n_in; i++) {
		char name[24];
		snprintf(name, sizeof(name), "$%zu", i + 1);
		p->at[i] = sqlite3_bind_parameter_index(p->st, name);
		known += p->at[i] > 0;
	}
	if (known != sqlite3_bind_parameter_count(p->st))
		return ERR(e, ERR_BUG, "store.statement",
			   "%s has parameters that are not $1 to $%zu", q->name, p->n_in);
	return same_order(p, e);
}

static struct lite_stmt *prepare(struct lite *l, const struct sql_query *q, struct err *e)
{
	struct lite_stmt *p = sql_calloc(1, sizeof(*p));
	const char *rest = NULL;
	int rc = sqlite3_prepare_v3(l->db, q->sqlite, -1, SQLITE_PREPARE_PERSISTENT, &p->st, &rest);
	p->q = q;
	if (rc != SQLITE_OK)
		lite_err(l, rc, q->name, e);
	else if (!p->st || *rest)
		ERR(e, ERR_BUG, "store.statement", "%s is not one statement", q->name);
	else if (shape(p, e)) {
		p->reads = sqlite3_stmt_readonly(p->st);
		return p;
	}
	lite_stmt_free(p);
	return NULL;
}

/* The statement of its slot; slot -1 (made by hand, rare) is prepared each time and freed by
 * stmt_done. */
struct lite_stmt *lite_stmt_get(struct lite *l, const struct sql_query *q, struct err *e)
{
	if (q->slot < 0)
		return prepare(l, q, e);
	size_t slot = (size_t)q->slot;
	if (slot >= l->n_slots) {
		size_t n = slot + 64;
		struct lite_stmt **slots = sql_calloc(n, sizeof(struct lite_stmt *));
		if (l->n_slots)
			memcpy(slots, l->slots, l->n_slots * sizeof(struct lite_stmt *));
		free(l->slots);
		l->slots = slots;
		l->n_slots = n;
	}
	if (!l->slots[slot])
		l->slots[slot] = prepare(l, q, e);
	MUST(!l->slots[slot] || l->slots[slot]->q == q);
	return l->slots[slot];
}

void lite_stmt_done(struct lite_stmt *p)
{
	sqlite3_reset(p->st);
	if (p->q->slot < 0)
		lite_stmt_free(p);
}

bool lite_bind(struct lite *l, struct lite_stmt *p, const void *in, struct err *e)
{
	for (size_t i = 0; i < p->n_in; i++) {
		const struct sql_field *f = &p->q->in[i];
		struct str s;
		int rc, at = p->at[i];
		if (sql_kind(f->kind) == 'i') {
			int64_t v = sql_arg_int(f, in);
			if (!at)
				continue;
			rc = f->kind == 'I' && v == SQL_NULL_INT ? sqlite3_bind_null(p->st, at)
								 : sqlite3_bind_int64(p->st, at, v);
		} else {
			if (!sql_arg(p->q, f, in, &s, e))
				return false;
			if (!at)
				continue;
			if (!s.p)
				rc = sqlite3_bind_null(p->st, at);
			else if (sql_kind(f->kind) == 't')
				rc = sqlite3_bind_text64(p->st, at, s.p, s.n, SQLITE_STATIC,
							 SQLITE_UTF8);
			else
				rc = s.n ? sqlite3_bind_blob64(p->st, at, s.p, s.n, SQLITE_STATIC)
					 : sqlite3_bind_zeroblob(p->st, at, 0);
		}
		if (rc != SQLITE_OK)
			return lite_err(l, rc, p->q->name, e);
	}
	return true;
}

bool lite_read_row(struct lite_stmt *p, void *row, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < p->n_out; i++) {
		const struct sql_field *f = &p->q->out[i];
		int col = (int)i, want, type = sqlite3_column_type(p->st, col);
		char kind = sql_kind(f->kind);
		want = kind == 'i' ? SQLITE_INTEGER : kind == 't' ? SQLITE_TEXT : SQLITE_BLOB;
		bool ok;
		if (type == SQLITE_NULL)
			ok = sql_put_null(p->q, f, row, e);
		else if (type != want)
			ok = ERR(e, ERR_BUG, "store.column",
				 "%s: column %s has SQLite's type %d, its kind is %c", p->q->name,
				 f->name, type, f->kind);
		else if (kind == 'i')
			ok = sql_put_int(f, row, sqlite3_column_int64(p->st, col));
		else {
			const void *v = kind == 't' ? (const void *)sqlite3_column_text(p->st, col)
						    : sqlite3_column_blob(p->st, col);
			size_t n = (size_t)sqlite3_column_bytes(p->st, col);
			ok = sql_put(p->q, f, row, a, v ? v : "", n, e);
		}
		if (!ok)
			return false;
	}
	return true;
}
