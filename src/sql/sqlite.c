/* The driver of SQLite: write-ahead log, one writer, statements prepared once and bound by name. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "sql/sqlite_db.h"

#define TRY_MS     5000  /* SQLite's own polling, before begin asks once more */
#define WAL_RELIEF 16384 /* pages of the log (64 MB) after which a commit moves it by itself */
#define SCHEME     "sqlite:"

/* ---- errors ---- */

static const struct {
	int rc; /* extended when above 255 */
	enum err_kind kind;
	const char *code;
} meanings[] = {
	{ SQLITE_CONSTRAINT_PRIMARYKEY, ERR_CONFLICT, "store.exists" },
	{ SQLITE_CONSTRAINT_UNIQUE, ERR_CONFLICT, "store.exists" },
	{ SQLITE_CONSTRAINT_ROWID, ERR_CONFLICT, "store.exists" },
	{ SQLITE_BUSY, ERR_BUSY, "store.busy" },
	{ SQLITE_LOCKED, ERR_BUSY, "store.busy" },
	{ SQLITE_INTERRUPT, ERR_BUSY, "store.busy" },
	{ SQLITE_FULL, ERR_STORE, "store.full" },
	{ SQLITE_IOERR, ERR_STORE, "store.gone" },
	{ SQLITE_READONLY, ERR_STORE, "store.gone" },
	{ SQLITE_CANTOPEN, ERR_STORE, "store.gone" },
	{ SQLITE_PERM, ERR_STORE, "store.gone" },
	{ SQLITE_AUTH, ERR_STORE, "store.gone" },
	{ SQLITE_PROTOCOL, ERR_STORE, "store.gone" },
	{ SQLITE_CORRUPT, ERR_STORE, "store.corrupt" },
	{ SQLITE_NOTADB, ERR_STORE, "store.corrupt" },
	{ SQLITE_FORMAT, ERR_STORE, "store.corrupt" },
	{ SQLITE_TOOBIG, ERR_TOO_LARGE, "store.value" },
	{ SQLITE_CONSTRAINT, ERR_BUG, "store.constraint" },
};

bool lite_err(struct lite *l, int rc, const char *what, struct err *e)
{
	const char *text = l->db ? sqlite3_errmsg(l->db) : sqlite3_errstr(rc);
	int os = l->db ? sqlite3_system_errno(l->db) : 0;
	MUST((rc & 0xff) != SQLITE_NOMEM);
	/* A full disk shows as a failed write in the files beside the database. */
	if ((rc & 0xff) == SQLITE_IOERR && (os == ENOSPC || os == EDQUOT))
		rc = SQLITE_FULL;
	for (size_t i = 0; i < LL_COUNT(meanings); i++) {
		if (meanings[i].rc == rc || meanings[i].rc == (rc & 0xff))
			return ERR(e, meanings[i].kind, meanings[i].code, "SQLite, %s: %s (%d)",
				   what, text, rc);
	}
	return ERR(e, ERR_BUG, "store.statement", "SQLite, %s: %s (%d)", what, text, rc);
}

bool lite_do(struct lite *l, const char *text, struct err *e)
{
	int rc = sqlite3_exec(l->db, text, NULL, NULL, NULL);
	return rc == SQLITE_OK || lite_err(l, rc, text, e);
}

bool lite_lock(struct lite *l, struct err *e)
{
	return lite_file_lock(l->file, l->base.urgent, LITE_WAIT_MS,
			      l->base.file ? l->base.file : "sql", l->base.line, e);
}

/* ---- calls ---- */

/* Runs a bound statement to its end, or until the sink has enough of one that only reads. */
static bool step_all(struct lite *l, struct lite_stmt *p, struct sql_sink *s, struct err *e)
{
	for (;;) {
		int rc = sqlite3_step(p->st);
		if (rc == SQLITE_DONE)
			return true;
		if (rc != SQLITE_ROW)
			return lite_err(l, rc, p->q->name, e);
		void *row = s ? s->place(s) : NULL;
		if (!row && p->reads)
			return true;
		if (row && (!lite_read_row(p, row, s->a, e) || (s->taken && !s->taken(s, e))))
			return false;
	}
}

static bool lite_run(struct sql_db *db, const struct sql_query *q, const void *in,
		     struct sql_sink *s, int64_t *ret_changed, struct err *e)
{
	struct lite *l = (struct lite *)db;
	struct lite_stmt *p = lite_stmt_get(l, q, e);
	if (!p)
		return false;
	bool ok, alone = !p->reads && db->tx == SQL_TX_NONE;
	if (!p->reads && db->tx == SQL_TX_READ)
		ok = ERR(e, ERR_BUG, "store.read-only",
			 "%s writes in a transaction that only reads", q->name);
	else {
		if (alone) {
			db->file = q->name;
			db->line = 0;
		}
		ok = lite_bind(l, p, in, e) && (!alone || lite_lock(l, e));
		if (ok) {
			ok = step_all(l, p, s, e);
			*ret_changed = ok && !p->reads ? sqlite3_changes64(l->db) : 0;
			/* Outside a transaction the commit is part of the reset. */
			int rc = sqlite3_reset(p->st);
			if (ok && rc != SQLITE_OK)
				ok = lite_err(l, rc, q->name, e);
			if (alone)
				lite_file_unlock(l->file);
		}
	}
	lite_stmt_done(p);
	return ok;
}

/* A sink with room for one row. */
struct first {
	struct sql_sink s;
	void *row;
	bool found;
};

static void *first_place(struct sql_sink *s)
{
	struct first *f = (struct first *)s;
	if (f->found)
		return NULL;
	f->found = true;
	return f->row;
}

static bool lite_batch(struct sql_db *db, const struct sql_query *q, const char *ins,
		       size_t in_size, size_t n, struct arena *a, char *rows, bool *found,
		       struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int64_t changed;
		struct first f = { .s = { .a = a, .place = first_place } };
		if (rows)
			f.row = rows + i * q->row_size;
		if (!lite_run(db, q, ins + i * in_size, rows ? &f.s : NULL, &changed, e))
			return false;
		if (found)
			found[i] = f.found;
	}
	return true;
}

static bool lite_batch_tx(struct sql_db *db, const struct sql_query *q, const char *ins,
			  size_t in_size, size_t n, enum sql_tx_kind *ret, struct err *e)
{
	(void)ins;
	(void)in_size;
	(void)n;
	struct lite_stmt *p = lite_stmt_get((struct lite *)db, q, e);
	if (!p)
		return false;
	*ret = p->reads ? SQL_TX_READ : SQL_TX_WRITE;
	lite_stmt_done(p);
	return true;
}

/* Declared types where SQLite knows them; expressions have none. */
static bool lite_check(struct sql_db *db, const struct sql_query *q, struct err *e)
{
	struct lite_stmt *p = lite_stmt_get((struct lite *)db, q, e);
	bool ok = p;
	for (size_t i = 0; ok && i < p->n_out; i++) {
		const char *type = sqlite3_column_decltype(p->st, (int)i);
		char kind = sql_kind(q->out[i].kind);
		if (type && !strstr(kind == 't'   ? "TEXT"
				    : kind == 'i' ? "BIGINT SMALLINT"
						  : "BYTEA",
				    type))
			ok = ERR(e, ERR_BUG, "store.statement",
				 "%s: column %s is %s, its kind is %c", q->name, q->out[i].name,
				 type, q->out[i].kind);
	}
	if (p)
		lite_stmt_done(p);
	return ok;
}

/* ---- transactions ---- */

/*
 * Another process may hold the file (a command beside the server): SQLite polls for it, and when it
 * gives up before our patience ends, we ask again.
 */
static bool begin_immediate(struct lite *l, struct err *e)
{
	int64_t until = clock_mono() + LITE_WAIT_MS;
	for (;;) {
		int rc = sqlite3_exec(l->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		if (rc == SQLITE_OK)
			return true;
		if ((rc & 0xff) != SQLITE_BUSY || clock_mono() >= until)
			return lite_err(l, rc, "begin", e);
	}
}

static bool lite_begin(struct sql_db *db, enum sql_tx_kind kind, struct err *e)
{
	struct lite *l = (struct lite *)db;
	if (kind == SQL_TX_READ) {
		/* The snapshot is that of the first read: take it now. */
		if (!lite_do(l, "BEGIN", e))
			return false;
		if (lite_do(l, "SELECT 1 FROM sqlite_schema LIMIT 1", e))
			return true;
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
		return false;
	}
	if (!lite_lock(l, e))
		return false;
	if (begin_immediate(l, e))
		return true;
	lite_file_unlock(l->file);
	return false;
}

static bool lite_commit(struct sql_db *db, struct err *e)
{
	struct lite *l = (struct lite *)db;
	/* On failure the layer rolls back, which gives the lock away. */
	if (!lite_do(l, "COMMIT", e))
		return false;
	if (db->tx != SQL_TX_WRITE)
		return true;
	lite_file_unlock(l->file);
	/* Nobody moved the log for long (a command without a server): do it here, unless in a
	 * hurry. */
	if (l->wal_pages > WAL_RELIEF && !db->urgent) {
		l->wal_pages = 0;
		sqlite3_wal_checkpoint_v2(l->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	}
	return true;
}

static void lite_rollback(struct sql_db *db)
{
	struct lite *l = (struct lite *)db;
	/* After some failures SQLite has rolled back by itself. */
	if (!sqlite3_get_autocommit(l->db))
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
	if (db->tx == SQL_TX_WRITE)
		lite_file_unlock(l->file);
}

static int wal_hook(void *ctx, sqlite3 *db, const char *name, int pages)
{
	(void)db;
	(void)name;
	((struct lite *)ctx)->wal_pages = pages;
	return SQLITE_OK;
}

/* ---- connections ---- */

static void lite_close(struct sql_db *db)
{
	struct lite *l = (struct lite *)db;
	for (size_t i = 0; i < l->n_slots; i++)
		lite_stmt_free(l->slots[i]);
	free(l->slots);
	/* The last connection moves the log into the file; nobody may write then. */
	sqlite3_close_v2(l->db);
	lite_file_close(l->file);
	free(l->path);
	free(l);
}

static bool setup(struct lite *l, struct err *e)
{
	/* Names in double quotes are names, never texts: PostgreSQL has it so. */
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_busy_timeout(l->db, TRY_MS);
	/* Of several that open a new file at once, one changes its mode and the others are told
	 * "busy". */
	int64_t until = clock_mono() + TRY_MS;
	while (!lite_do(l, "PRAGMA journal_mode=WAL", e)) {
		if (e->kind != ERR_BUSY || clock_mono() > until)
			return false;
	}
	if (!lite_do(l,
		     "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY;"
		     "PRAGMA cache_size=-8192; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF;"
		     "PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON;", /* Debian's default */
		     e))
		return false;
	/* Replaces SQLite's own automatic checkpoint, which runs inside a commit. */
	sqlite3_wal_hook(l->db, wal_hook, l);
	return lite_do(l,
		       l->base.durability == SQL_DURABLE ? "PRAGMA synchronous=FULL"
							 : "PRAGMA synchronous=NORMAL",
		       e);
}

/* SQLite counts its memory under one lock for all connections, and nobody reads the figure. */
static void configure(void)
{
	MUST(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
}

static bool lite_open(const char *url, enum sql_durability d, struct sql_db **ret, struct err *e)
{
	const char *path = url + strlen(SCHEME);
	if (!*path || *path == ':' || strncmp(path, "file:", 5) == 0)
		return ERR(e, ERR_INPUT, "store.url", "sqlite: wants the path of a file");
	/*
	 * Made here and not by SQLite, so that only its owner reads it; the log inherits that. A
	 * file that is there is left alone: closing any descriptor of it would drop the locks of
	 * this process's other connections, and the next program to leave would delete the log
	 * under them.
	 */
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return ERR(e, ERR_STORE,
			   errno == ENOSPC || errno == EDQUOT ? "store.full" : "store.gone",
			   "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	struct lite *l = sql_calloc(1, sizeof(*l));
	l->base.driver = &sql_driver_sqlite;
	l->base.durability = d;
	l->path = strdup(path);
	MUST(l->path);
	bool ok = lite_file_open(path, &l->file, e);
	if (ok) {
		int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
		int rc = sqlite3_open_v2(path, &l->db, flags, NULL);
		ok = rc == SQLITE_OK ? setup(l, e) : lite_err(l, rc, path, e);
	}
	if (!ok) {
		lite_close(&l->base);
		return false;
	}
	*ret = &l->base;
	return true;
}

static bool lite_script(struct sql_db *db, const char *text, struct err *e)
{
	struct lite *l = (struct lite *)db;
	int rc = sqlite3_exec(l->db, text, NULL, NULL, NULL);
	return rc == SQLITE_OK || lite_err(l, rc, "script", e);
}

static bool lite_ping(struct sql_db *db, struct err *e)
{
	return lite_do((struct lite *)db, "SELECT 1 FROM sqlite_schema LIMIT 1", e);
}

static void lite_set_urgent(struct sql_db *db, bool urgent)
{
	(void)db;
	(void)urgent; /* asked when the lock is taken */
}

const struct sql_driver sql_driver_sqlite = {
	.engine = SQL_SQLITE,
	.open = lite_open,
	.close = lite_close,
	.begin = lite_begin,
	.commit = lite_commit,
	.rollback = lite_rollback,
	.run = lite_run,
	.batch = lite_batch,
	.script = lite_script,
	.check = lite_check,
	.batch_tx = lite_batch_tx,
	.set_urgent = lite_set_urgent,
	.checkpoint = lite_checkpoint,
	.ping = lite_ping,
	.backup = lite_backup,
	.integrity = lite_integrity,
};
