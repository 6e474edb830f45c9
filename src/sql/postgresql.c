/* The driver of PostgreSQL: prepared once, binary both ways, batches in a pipeline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "sql/postgresql_db.h"

/*
 * A pipeline is sent in pieces, each read to its end: what the server answers to one piece fits
 * into the buffers of both sides, so neither waits for the other to read.
 */
#define PIECE       256
#define PIECE_BYTES (1024 * 1024)

static bool is_ok(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_SINGLE_TUPLE;
}

static bool command(struct pg *p, const char *text, const char *what, struct err *e)
{
	PGresult *r = PQexec(p->conn, text);
	bool ok = is_ok(r);
	if (!ok)
		pg_err(p, r, what, e);
	PQclear(r);
	return ok;
}

/* Outside a transaction a lost connection is made anew; inside, what was written is lost with it.
 */
static bool usable(struct pg *p, struct err *e)
{
	if (!p->lost && PQstatus(p->conn) == CONNECTION_OK)
		return true;
	if (p->base.tx)
		return ERR(e, ERR_STORE, "store.gone",
			   "the connection to PostgreSQL was lost in a transaction");
	return pg_connect(p, e);
}

/* ---- statements ---- */

#define NAME_SIZE 24
static const char *stmt_name(const struct sql_query *q, char out[NAME_SIZE])
{
	if (q->slot < 0)
		return ""; /* the unnamed statement: made by hand, rare */
	snprintf(out, NAME_SIZE, "s%d", q->slot);
	return out;
}

static bool stmt_known(struct pg *p, const struct sql_query *q)
{
	if (q->slot < 0)
		return false;
	size_t slot = (size_t)q->slot;
	if (slot >= p->n_slots) {
		size_t n = slot + 64;
		bool *prepared = sql_calloc(n, sizeof(bool));
		if (p->n_slots)
			memcpy(prepared, p->prepared, p->n_slots * sizeof(bool));
		free(p->prepared);
		p->prepared = prepared;
		p->n_slots = n;
	}
	return p->prepared[slot];
}

static bool describe(struct pg *p, const struct sql_query *q, const char *name, struct err *e)
{
	PGresult *r = PQdescribePrepared(p->conn, name);
	bool ok = is_ok(r);
	if (!ok)
		pg_err(p, r, q->name, e);
	else if ((size_t)PQnparams(r) != sql_fields(q->in))
		ok = ERR(e, ERR_BUG, "store.statement", "%s has %d parameters, %zu are declared",
			 q->name, PQnparams(r), sql_fields(q->in));
	else
		ok = pg_shape(q, r, e);
	PQclear(r);
	return ok;
}

static bool prepare(struct pg *p, const struct sql_query *q, struct err *e)
{
	char name[NAME_SIZE];
	Oid types[SQL_MAX_FIELDS];
	if (stmt_known(p, q))
		return true;
	int n = pg_types(q, types);
	PGresult *r = PQprepare(p->conn, stmt_name(q, name), q->postgresql, n, types);
	bool ok = is_ok(r);
	if (!ok)
		pg_err(p, r, q->name, e);
	PQclear(r);
	if (!ok || !describe(p, q, stmt_name(q, name), e))
		return false;
	if (q->slot >= 0)
		p->prepared[q->slot] = true;
	return true;
}

/* Rows of one result into the sink. *stop: it has enough. */
static bool take_rows(const struct sql_query *q, const PGresult *r, struct sql_sink *s, bool *stop,
		      struct err *e)
{
	for (int i = 0; s && i < PQntuples(r) && !*stop; i++) {
		void *row = s->place(s);
		if (!row)
			*stop = true;
		else if (!pg_read_row(q, r, i, row, s->a, e) || (s->taken && !s->taken(s, e)))
			return false;
	}
	return true;
}

static int64_t changed_of(PGresult *r)
{
	const char *n = PQcmdTuples(r);
	return *n && strncmp(PQcmdStatus(r), "SELECT", 6) != 0 ? strtoll(n, NULL, 10) : 0;
}

/* The rest of a stream that nobody wants: the server is told, so that it does not send all of it.
 */
static void cancel(struct pg *p)
{
	char text[256];
	PGcancel *c = PQgetCancel(p->conn);
	if (c)
		PQcancel(c, text, sizeof(text));
	PQfreeCancel(c);
}

static bool results(struct pg *p, const struct sql_query *q, struct sql_sink *s,
		    int64_t *ret_changed, struct err *e)
{
	bool ok = true, stop = false, told = false;
	for (PGresult *r; (r = PQgetResult(p->conn)) != NULL; PQclear(r)) {
		if (!is_ok(r)) {
			/* After our own failure the one of the cancelled query says nothing new. */
			if (ok)
				ok = pg_err(p, r, q->name, e);
			continue;
		}
		if (!ok)
			continue;
		ok = take_rows(q, r, s, &stop, e);
		*ret_changed = changed_of(r);
		if (!ok && s && s->stream && !told) {
			cancel(p);
			told = true;
		}
	}
	return ok;
}

static bool pg_run(struct sql_db *db, const struct sql_query *q, const void *in, struct sql_sink *s,
		   int64_t *ret_changed, struct err *e)
{
	struct pg *p = (struct pg *)db;
	struct pg_args a;
	char name[NAME_SIZE];
	if (!pg_encode(q, in, &a, e) || !usable(p, e) || !prepare(p, q, e))
		return false;
	if (!PQsendQueryPrepared(p->conn, stmt_name(q, name), a.n, a.values, a.lengths, a.formats,
				 1))
		return pg_err(p, NULL, q->name, e);
	if (s && s->stream)
		PQsetSingleRowMode(p->conn);
	return results(p, q, s, ret_changed, e);
}

/* ---- batches ---- */

struct batch {
	struct pg *p;
	const struct sql_query *q;
	const char *ins;
	size_t in_size, n;
	struct arena *a;
	char *rows;
	bool *found;
};

/* Sends from `from` on; returns where the next piece starts, or 0 on failure. */
static size_t send_piece(const struct batch *b, size_t from, struct err *e)
{
	char name[NAME_SIZE];
	struct pg_args a;
	size_t bytes = 0, i = from;
	for (; i < b->n && i - from < PIECE && bytes < PIECE_BYTES; i++) {
		if (!pg_encode(b->q, b->ins + i * b->in_size, &a, e))
			return 0;
		if (!PQsendQueryPrepared(b->p->conn, stmt_name(b->q, name), a.n, a.values,
					 a.lengths, a.formats, 1)) {
			pg_err(b->p, NULL, b->q->name, e);
			return 0;
		}
		for (int k = 0; k < a.n; k++)
			bytes += a.values[k] ? (size_t)a.lengths[k] : 0;
	}
	if (!PQpipelineSync(b->p->conn)) {
		pg_err(b->p, NULL, b->q->name, e);
		return 0;
	}
	return i;
}

static bool read_one(const struct batch *b, size_t i, struct err *e)
{
	bool ok = true;
	PGresult *r = PQgetResult(b->p->conn);
	if (!is_ok(r))
		ok = pg_err(b->p, r, b->q->name, e);
	else if (b->rows && PQntuples(r) > 0) {
		b->found[i] = true;
		ok = pg_read_row(b->q, r, 0, b->rows + i * b->q->row_size, b->a, e);
	}
	PQclear(r);
	/* A NULL ends the results of one statement. */
	while (ok && (r = PQgetResult(b->p->conn)) != NULL) {
		ok = is_ok(r) || pg_err(b->p, r, b->q->name, e);
		PQclear(r);
	}
	return ok;
}

/* Reads until the sync point, whatever failed before it. False when the connection is gone. */
static bool to_sync(struct pg *p)
{
	int nulls = 0; /* two in a row without a sync: nothing will come any more */
	while (nulls < 2) {
		PGresult *r = PQgetResult(p->conn);
		bool sync = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
		nulls = r ? 0 : nulls + 1;
		PQclear(r);
		if (sync)
			return true;
	}
	return false;
}

static bool pieces(const struct batch *b, struct err *e)
{
	for (size_t from = 0, to; from < b->n; from = to) {
		to = send_piece(b, from, e);
		/* Half a piece is in the pipe: only a new connection is clean again. */
		if (to == 0) {
			b->p->lost = true;
			return false;
		}
		bool ok = true;
		for (size_t i = from; i < to && ok; i++)
			ok = read_one(b, i, e);
		if (!to_sync(b->p)) {
			b->p->lost = true;
			return ok ? pg_err(b->p, NULL, b->q->name, e) : false;
		}
		if (!ok)
			return false;
	}
	return true;
}

static bool pg_batch(struct sql_db *db, const struct sql_query *q, const char *ins, size_t in_size,
		     size_t n, struct arena *a, char *rows, bool *found, struct err *e)
{
	struct pg *p = (struct pg *)db;
	struct batch b = { p, q, ins, in_size, n, a, rows, found };
	if (!usable(p, e) || !prepare(p, q, e))
		return false;
	if (!PQenterPipelineMode(p->conn))
		return pg_err(p, NULL, q->name, e);
	bool ok = pieces(&b, e);
	if (!p->lost && !PQexitPipelineMode(p->conn)) {
		p->lost = true;
		return ok ? pg_err(p, NULL, q->name, e) : false;
	}
	return ok;
}

static bool pg_changes(struct sql_db *db, const struct sql_query *q, bool *ret, struct err *e)
{
	(void)db;
	(void)q;
	(void)e;
	*ret = true; /* no write lock to save here */
	return true;
}

static bool pg_check(struct sql_db *db, const struct sql_query *q, struct err *e)
{
	struct pg *p = (struct pg *)db;
	return usable(p, e) && prepare(p, q, e);
}

/* ---- transactions ---- */

static bool pg_begin(struct sql_db *db, enum sql_tx_kind kind, struct err *e)
{
	struct pg *p = (struct pg *)db;
	const char *text =
		kind == SQL_TX_READ ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
	if (!usable(p, e))
		return false;
	if (command(p, text, "begin", e))
		return true;
	/* The server was restarted since the last call: nothing is lost by asking again. */
	return p->lost && pg_connect(p, e) && command(p, text, "begin", e);
}

static bool pg_commit(struct sql_db *db, struct err *e)
{
	struct pg *p = (struct pg *)db;
	if (!usable(p, e))
		return false;
	PGresult *r = PQexec(p->conn, "COMMIT");
	bool ok = is_ok(r);
	if (!ok)
		pg_err(p, r, "commit", e);
	else if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
		ok = ERR(e, ERR_BUSY, "store.failed",
			 "PostgreSQL rolled the transaction of %s:%d back", db->file, db->line);
	PQclear(r);
	return ok;
}

static void pg_rollback(struct sql_db *db)
{
	struct pg *p = (struct pg *)db;
	if (p->lost || PQtransactionStatus(p->conn) == PQTRANS_IDLE)
		return;
	struct err e;
	if (!command(p, "ROLLBACK", "rollback", &e))
		p->lost = true;
}

/* ---- connections ---- */

static void pg_close(struct sql_db *db)
{
	struct pg *p = (struct pg *)db;
	PQfinish(p->conn);
	pg_url_free(p);
	free(p->prepared);
	free(p);
}

static bool pg_open(const char *url, enum sql_durability d, struct sql_db **ret, struct err *e)
{
	struct pg *p = sql_calloc(1, sizeof(*p));
	p->base.driver = &sql_driver_postgresql;
	p->base.durability = d;
	if (!pg_url(p, url, e) || !pg_connect(p, e)) {
		pg_close(&p->base);
		return false;
	}
	*ret = &p->base;
	return true;
}

static bool pg_script(struct sql_db *db, const char *text, struct err *e)
{
	struct pg *p = (struct pg *)db;
	return usable(p, e) && command(p, text, "script", e);
}

static bool pg_ping(struct sql_db *db, struct err *e)
{
	struct pg *p = (struct pg *)db;
	if (!usable(p, e))
		return false;
	if (command(p, "SELECT 1", "ping", e))
		return true;
	return !db->tx && p->lost && pg_connect(p, e) && command(p, "SELECT 1", "ping", e);
}

static bool pg_checkpoint(struct sql_db *db, bool *ret_all, struct err *e)
{
	(void)db;
	(void)e;
	*ret_all = true; /* the server's own business */
	return true;
}

static bool pg_backup(struct sql_db *db, const char *to_path,
		      void (*progress)(void *ctx, int done, int total), void *ctx, struct err *e)
{
	(void)db;
	(void)to_path;
	(void)progress;
	(void)ctx;
	return ERR(e, ERR_INPUT, "store.backup", "the database is PostgreSQL: use pg_dump");
}

static void pg_set_urgent(struct sql_db *db, bool urgent)
{
	(void)db;
	(void)urgent;
}

/* Checksum failures that the server has seen in this database; NULL when checksums are off. */
static bool pg_integrity(struct sql_db *db, struct err *e)
{
	struct pg *p = (struct pg *)db;
	if (!usable(p, e))
		return false;
	PGresult *r =
		PQexec(p->conn, "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database "
				"WHERE datname = current_database()");
	bool ok = is_ok(r);
	if (!ok)
		pg_err(p, r, "integrity", e);
	else if (strcmp(PQgetvalue(r, 0, 0), "0") != 0)
		ok = ERR(e, ERR_STORE, "store.corrupt",
			 "PostgreSQL counted %s pages with a wrong checksum: run pg_amcheck, "
			 "restore a backup",
			 PQgetvalue(r, 0, 0));
	PQclear(r);
	return ok;
}

const struct sql_driver sql_driver_postgresql = {
	.engine = SQL_POSTGRESQL,
	.open = pg_open,
	.close = pg_close,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.run = pg_run,
	.batch = pg_batch,
	.script = pg_script,
	.check = pg_check,
	.changes = pg_changes,
	.set_urgent = pg_set_urgent,
	.checkpoint = pg_checkpoint,
	.ping = pg_ping,
	.backup = pg_backup,
	.integrity = pg_integrity,
};
