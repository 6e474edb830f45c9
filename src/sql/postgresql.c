/* The driver of PostgreSQL: prepared once, binary both ways, batches in a pipeline. */
#include <poll.h>
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

static bool command(struct pg *p, const char *text, const char *what, struct err *e)
{
	PGresult *r = PQexec(p->conn, text);
	bool ok = pg_ok(r);
	if (!ok)
		pg_err(p, r, what, e);
	PQclear(r);
	return ok;
}

/* An idle server says nothing; when it has something to read, it is mostly its farewell. */
static bool hung_up(struct pg *p)
{
	struct pollfd fd = { .fd = PQsocket(p->conn), .events = POLLIN };
	while (poll(&fd, 1, 0) > 0)
		if (!PQconsumeInput(p->conn))
			return true;
	return false;
}

bool pg_usable(struct pg *p, struct err *e)
{
	bool well = !p->lost && PQstatus(p->conn) == CONNECTION_OK;
	if (p->base.tx)
		return well || ERR(e, ERR_STORE, "store.gone",
				   "the connection to PostgreSQL was lost in a transaction");
	return (well && !hung_up(p)) || pg_connect(p, e);
}

/* ---- calls ---- */

/* Rows of one result into the sink. *stop: it has enough. */
static bool take_rows(const struct sql_query *q, const PGresult *r, struct sql_sink *s, bool *stop,
		      struct err *e)
{
	for (int i = 0; s && i < PQntuples(r) && !*stop; i++) {
		void *row = s->place(s);
		if (!row)
			*stop = true;
		else if (!pg_read_row(q, r, i, 0, row, s->a, e) || (s->taken && !s->taken(s, e)))
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
		if (!pg_ok(r)) {
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
	char name[PG_NAME];
	if (!pg_encode(q, in, &a, e) || !pg_usable(p, e) || !pg_prepare(p, q, PG_ROW, e))
		return false;
	if (!PQsendQueryPrepared(p->conn, pg_stmt_name(q, PG_ROW, name), a.n, a.values, a.lengths,
				 a.formats, 1))
		return pg_err(p, NULL, q->name, e);
	if (s && s->stream)
		PQsetSingleRowMode(p->conn);
	return results(p, q, s, ret_changed, e);
}

/* ---- batches ---- */

/* Sends from `from` on; returns where the next piece starts, or 0 on failure. */
static size_t send_piece(const struct pg_batch *b, size_t from, struct err *e)
{
	char name[PG_NAME];
	struct pg_args a;
	size_t bytes = 0, i = from;
	for (; i < b->n && i - from < PIECE && bytes < PIECE_BYTES; i++) {
		if (!pg_encode(b->q, b->ins + i * b->in_size, &a, e))
			return 0;
		if (!PQsendQueryPrepared(b->p->conn, pg_stmt_name(b->q, PG_ROW, name), a.n,
					 a.values, a.lengths, a.formats, 1)) {
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

static bool read_one(const struct pg_batch *b, size_t i, struct err *e)
{
	bool ok = true;
	PGresult *r = PQgetResult(b->p->conn);
	if (!pg_ok(r))
		ok = pg_err(b->p, r, b->q->name, e);
	else if (b->rows && PQntuples(r) > 0) {
		b->found[i] = true;
		ok = pg_read_row(b->q, r, 0, 0, b->rows + i * b->q->row_size, b->a, e);
	}
	PQclear(r);
	/* A NULL ends the results of one statement. */
	while (ok && (r = PQgetResult(b->p->conn)) != NULL) {
		ok = pg_ok(r) || pg_err(b->p, r, b->q->name, e);
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

static bool pieces(const struct pg_batch *b, struct err *e)
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
	struct pg_batch b = { p, q, ins, in_size, n, a, rows, found };
	if (q->postgresql_set)
		return pg_set(&b, e);
	if (!pg_usable(p, e) || !pg_prepare(p, q, PG_ROW, e))
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

/* One statement needs no transaction around it: a round trip instead of three. */
static bool pg_batch_tx(struct sql_db *db, const struct sql_query *q, const char *ins,
			size_t in_size, size_t n, enum sql_tx_kind *ret, struct err *e)
{
	struct pg_batch b = {
		.p = (struct pg *)db, .q = q, .ins = ins, .in_size = in_size, .n = n
	};
	size_t first;
	*ret = SQL_TX_WRITE; /* there is no write lock to save here */
	if (!q->postgresql_set)
		return true;
	if (!pg_set_piece(&b, 0, &first, e))
		return false;
	if (first == n)
		*ret = SQL_TX_NONE;
	return true;
}

static bool pg_check(struct sql_db *db, const struct sql_query *q, struct err *e)
{
	struct pg *p = (struct pg *)db;
	return pg_usable(p, e) && pg_prepare(p, q, PG_ROW, e) &&
	       (!q->postgresql_set || pg_prepare(p, q, PG_SET, e));
}

/* ---- transactions ---- */

static bool pg_begin(struct sql_db *db, enum sql_tx_kind kind, struct err *e)
{
	struct pg *p = (struct pg *)db;
	const char *text =
		kind == SQL_TX_READ ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
	if (!pg_usable(p, e))
		return false;
	if (command(p, text, "begin", e))
		return true;
	/* The server was restarted since the last call: nothing is lost by asking again. */
	return p->lost && pg_connect(p, e) && command(p, text, "begin", e);
}

static bool pg_commit(struct sql_db *db, struct err *e)
{
	struct pg *p = (struct pg *)db;
	if (!pg_usable(p, e))
		return false;
	PGresult *r = PQexec(p->conn, "COMMIT");
	bool ok = pg_ok(r);
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
	free(p->set);
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
	return pg_usable(p, e) && command(p, text, "script", e);
}

static bool pg_ping(struct sql_db *db, struct err *e)
{
	struct pg *p = (struct pg *)db;
	if (!pg_usable(p, e))
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
	if (!pg_usable(p, e))
		return false;
	PGresult *r =
		PQexec(p->conn, "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database "
				"WHERE datname = current_database()");
	bool ok = pg_ok(r);
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
	.batch_tx = pg_batch_tx,
	.set_urgent = pg_set_urgent,
	.checkpoint = pg_checkpoint,
	.ping = pg_ping,
	.backup = pg_backup,
	.integrity = pg_integrity,
};
