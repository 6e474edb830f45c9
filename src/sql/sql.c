/* The rules of calls and transactions, the same on both engines. */
#include <stdatomic.h>
#include <string.h>
#include "base/metric.h"
#include "sql/driver.h"
#include "sql/fault.h"

static atomic_int fault_at, fault_calls;

void sql_fault_nth(int n)
{
	atomic_store(&fault_calls, 0);
	atomic_store(&fault_at, n);
}

int sql_fault_calls(void)
{
	return atomic_load(&fault_calls);
}

static bool no_fault(struct err *e)
{
	/* Off costs one read: the counter is shared by all threads. */
	int at = atomic_load_explicit(&fault_at, memory_order_relaxed);
	if (!at || atomic_fetch_add(&fault_calls, 1) + 1 != at)
		return true;
	return ERR(e, ERR_STORE, "store.fault", "a test made this call of the store fail");
}

/* Passes ok on; a failure spoils the open transaction. */
static bool ended(struct sql_db *db, bool ok, const struct err *e)
{
	if (ok)
		return true;
	if (db->tx)
		db->failed = true;
	if (e->kind == ERR_STORE)
		metric_add(METRIC_STORE_ERRORS, 1);
	return false;
}

static bool ready(struct sql_db *db, const char *what, struct err *e)
{
	if (db->walking)
		return ended(db,
			     ERR(e, ERR_BUG, "store.walking",
				 "%s while the rows of a walk are open: use another connection",
				 what),
			     e);
	if (db->failed)
		return ERR(e, ERR_BUSY, "store.failed",
			   "%s: an earlier statement of the transaction of %s:%d failed", what,
			   db->file, db->line);
	return ended(db, no_fault(e), e);
}

/* ---- connections ---- */

bool sql_open(const char *url, enum sql_durability d, struct sql_db **ret, struct err *e)
{
	static const struct {
		const char *scheme;
		const struct sql_driver *driver;
	} schemes[] = {
		{ "postgres://", &sql_driver_postgresql },
		{ "postgresql://", &sql_driver_postgresql },
		{ "sqlite:", &sql_driver_sqlite },
	};
	if (!no_fault(e))
		return false;
	for (size_t i = 0; i < LL_COUNT(schemes); i++) {
		if (strncmp(url, schemes[i].scheme, strlen(schemes[i].scheme)) == 0)
			return schemes[i].driver->open(url, d, ret, e);
	}
	return ERR(e, ERR_INPUT, "store.url",
		   "the database is given as sqlite:PATH or postgresql://HOST/NAME");
}

void sql_close(struct sql_db *db)
{
	if (!db)
		return;
	if (db->tx)
		db->driver->rollback(db);
	db->driver->close(db);
}

enum sql_engine sql_engine_of(const struct sql_db *db)
{
	return db->driver->engine;
}

void sql_set_urgent(struct sql_db *db, bool urgent)
{
	db->urgent = urgent;
	db->driver->set_urgent(db, urgent);
}

bool sql_ping(struct sql_db *db, struct err *e)
{
	return ready(db, "ping", e) && ended(db, db->driver->ping(db, e), e);
}

bool sql_checkpoint(struct sql_db *db, struct err *e)
{
	bool all = false;
	if (db->tx)
		return ERR(e, ERR_BUG, "store.checkpoint", "a checkpoint inside a transaction");
	if (!ended(db, db->driver->checkpoint(db, &all, e), e))
		return false;
	return all ||
	       ERR(e, ERR_BUSY, "store.checkpoint", "a reader or a writer kept a part of the log");
}

bool sql_backup(struct sql_db *db, const char *to_path,
		void (*progress)(void *ctx, int done, int total), void *ctx, struct err *e)
{
	if (db->tx)
		return ERR(e, ERR_BUG, "store.backup", "a backup inside a transaction");
	return ended(db, db->driver->backup(db, to_path, progress, ctx, e), e);
}

bool sql_integrity(struct sql_db *db, struct err *e)
{
	return ready(db, "integrity", e) && ended(db, db->driver->integrity(db, e), e);
}

/* ---- calls ---- */

bool sql_exec(struct sql_db *db, const struct sql_query *q, const void *in, int64_t *ret_changed,
	      struct err *e)
{
	int64_t changed = 0;
	if (!ready(db, q->name, e) || !ended(db, db->driver->run(db, q, in, NULL, &changed, e), e))
		return false;
	if (ret_changed)
		*ret_changed = changed;
	return true;
}

struct one {
	struct sql_sink s;
	void *row;
	int n;
};

static void *one_place(struct sql_sink *s)
{
	struct one *o = (struct one *)s;
	return o->n++ ? NULL : o->row;
}

int sql_one(struct sql_db *db, const struct sql_query *q, const void *in, struct arena *a,
	    void *ret_row, struct err *e)
{
	int64_t changed;
	struct one o = { .s = { .a = a, .place = one_place } };
	if (!ready(db, q->name, e))
		return -1;
	o.row = arena_alloc(a, q->row_size);
	if (!ended(db, db->driver->run(db, q, in, &o.s, &changed, e), e))
		return -1;
	if (o.n == 0)
		return 0;
	memcpy(ret_row, o.row, q->row_size);
	return 1;
}

struct all {
	struct sql_sink s;
	char *rows;
	size_t size, n, cap;
};

static void *all_place(struct sql_sink *s)
{
	struct all *l = (struct all *)s;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 16;
		char *rows = arena_alloc_n(s->a, l->size, cap);
		if (l->n)
			memcpy(rows, l->rows, l->n * l->size);
		l->rows = rows;
		l->cap = cap;
	}
	return l->rows + l->n++ * l->size;
}

bool sql_all(struct sql_db *db, const struct sql_query *q, const void *in, struct arena *a,
	     void **ret_rows, size_t *ret_n, struct err *e)
{
	int64_t changed;
	struct all l = { .s = { .a = a, .place = all_place }, .size = q->row_size };
	if (!ready(db, q->name, e) || !ended(db, db->driver->run(db, q, in, &l.s, &changed, e), e))
		return false;
	*ret_rows = l.n ? l.rows : arena_alloc(a, q->row_size);
	*ret_n = l.n;
	return true;
}

struct walk {
	struct sql_sink s;
	struct arena_mark start;
	void *row;
	size_t size;
	sql_row_fn *fn;
	void *ctx;
};

static void *walk_place(struct sql_sink *s)
{
	struct walk *w = (struct walk *)s;
	arena_rewind(&w->start);
	w->start = arena_mark(s->a);
	w->row = arena_alloc(s->a, w->size);
	return w->row;
}

static bool walk_taken(struct sql_sink *s, struct err *e)
{
	struct walk *w = (struct walk *)s;
	return w->fn(w->ctx, w->row, e);
}

bool sql_walk(struct sql_db *db, const struct sql_query *q, const void *in, sql_row_fn *fn,
	      void *ctx, struct err *e)
{
	int64_t changed;
	if (!ready(db, q->name, e))
		return false;
	AUTO_ARENA a = arena_new("sql.walk", (size_t)64 << 20);
	struct walk w = {
		.s = { .a = a, .stream = true, .place = walk_place, .taken = walk_taken },
		.start = arena_mark(a),
		.size = q->row_size,
		.fn = fn,
		.ctx = ctx,
	};
	db->walking = true;
	bool ok = db->driver->run(db, q, in, &w.s, &changed, e);
	db->walking = false;
	return ended(db, ok, e);
}

/* Inside the transaction, whoever began it. */
static bool batch_run(struct sql_db *db, const struct sql_query *q, const void *ins, size_t in_size,
		      size_t n, struct arena *a, void *rows, bool *ret_found, struct err *e)
{
	char *got = NULL;
	bool *found = NULL;
	if (q->out) {
		got = arena_alloc_n(a, q->row_size, n);
		found = ARENA_ARRAY(a, bool, n);
	}
	if (!ready(db, q->name, e) ||
	    !ended(db, db->driver->batch(db, q, ins, in_size, n, a, got, found, e), e))
		return false;
	if (got && rows)
		memcpy(rows, got, n * q->row_size);
	if (found && ret_found)
		memcpy(ret_found, found, n * sizeof(*found));
	return true;
}

bool sql_batch(struct sql_db *db, const struct sql_query *q, const void *ins, size_t in_size,
	       size_t n, struct arena *a, void *rows, bool *ret_found, struct err *e)
{
	if (n == 0)
		return true;
	if (db->tx)
		return batch_run(db, q, ins, in_size, n, a, rows, ret_found, e);
	/* All or nothing: a transaction of its own where it takes one. Reading takes no write lock.
	 */
	enum sql_tx_kind kind = SQL_TX_NONE;
	AUTO_TX tx = { 0 };
	if (db->walking)
		return ready(db, q->name, e);
	if (!ended(db, db->driver->batch_tx(db, q, ins, in_size, n, &kind, e), e))
		return false;
	if (kind == SQL_TX_NONE)
		return batch_run(db, q, ins, in_size, n, a, rows, ret_found, e);
	if (kind == SQL_TX_WRITE ? !sql_begin(db, &tx, e) : !sql_begin_read(db, &tx, e))
		return false;
	return batch_run(db, q, ins, in_size, n, a, rows, ret_found, e) && sql_commit(&tx, e);
}

/* ---- transactions ---- */

static bool tx_begin(struct sql_db *db, struct sql_tx *tx, enum sql_tx_kind kind, const char *file,
		     int line, struct err *e)
{
	if (db->tx)
		return ended(db,
			     ERR(e, ERR_BUG, "store.nested",
				 "a transaction inside the one of %s:%d", db->file, db->line),
			     e);
	db->file = file;
	db->line = line;
	if (!ready(db, "begin", e) || !ended(db, db->driver->begin(db, kind, e), e))
		return false;
	db->tx = kind;
	*tx = (struct sql_tx){ db, file, line };
	return true;
}

bool sql_begin_(struct sql_db *db, struct sql_tx *tx, const char *file, int line, struct err *e)
{
	return tx_begin(db, tx, SQL_TX_WRITE, file, line, e);
}

bool sql_begin_read_(struct sql_db *db, struct sql_tx *tx, const char *file, int line,
		     struct err *e)
{
	return tx_begin(db, tx, SQL_TX_READ, file, line, e);
}

static void tx_over(struct sql_tx *tx)
{
	tx->db->tx = SQL_TX_NONE;
	tx->db->failed = false;
	tx->db = NULL;
}

bool sql_commit(struct sql_tx *tx, struct err *e)
{
	struct sql_db *db = tx->db;
	if (!db)
		return ERR(e, ERR_BUG, "store.over", "commit of a transaction that is over");
	if (!ready(db, "commit", e) || !ended(db, db->driver->commit(db, e), e)) {
		/* A walk ends first; its owner rolls back then. */
		if (!db->walking)
			sql_tx_end(tx);
		return false;
	}
	tx_over(tx);
	return true;
}

void sql_tx_end(struct sql_tx *tx)
{
	if (!tx->db)
		return;
	MUST(!tx->db->walking);
	tx->db->driver->rollback(tx->db);
	tx_over(tx);
}
