/* SQLite beside the daily work: moving the log, copies, looking for damage. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "sql/sqlite_db.h"

#define BACKUP_PAGES   512   /* a step: 2 MB */
#define WAL_KEEP_PAGES 16384 /* a log of up to 64 MB stays a file and is written over */

/*
 * PASSIVE waits for nobody. A log that grew large while readers held it is cut to nothing, but only
 * when nobody writes just now.
 */
bool lite_checkpoint(struct sql_db *db, bool *ret_all, struct err *e)
{
	struct lite *l = (struct lite *)db;
	int pages = 0, done = 0;
	int rc = sqlite3_wal_checkpoint_v2(l->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		return lite_err(l, rc, "checkpoint", e);
	*ret_all = rc == SQLITE_OK && pages == done;
	if (!*ret_all || pages <= WAL_KEEP_PAGES || !lite_file_trylock(l->file, "checkpoint", 0))
		return true;
	sqlite3_busy_timeout(l->db, 0);
	sqlite3_wal_checkpoint_v2(l->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(l->db, LITE_WAIT_MS / 2);
	lite_file_unlock(l->file);
	return true;
}

static bool copy(struct lite *l, sqlite3 *to, void (*progress)(void *ctx, int done, int total),
		 void *ctx, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", l->db, "main");
	if (!b)
		return ERR(e, ERR_STORE, "store.gone", "backup: %s", sqlite3_errmsg(to));
	int rc;
	int64_t until = clock_mono() + LITE_WAIT_MS;
	do {
		rc = sqlite3_backup_step(b, BACKUP_PAGES);
		int total = sqlite3_backup_pagecount(b);
		if (progress && rc == SQLITE_OK)
			progress(ctx, total - sqlite3_backup_remaining(b), total);
		else if (progress && rc == SQLITE_DONE)
			progress(ctx, total, total);
		if (rc == SQLITE_OK)
			until = clock_mono() + LITE_WAIT_MS;
	} while (rc == SQLITE_OK || ((rc & 0xff) == SQLITE_BUSY && clock_mono() < until));
	sqlite3_backup_finish(b);
	if (rc == SQLITE_DONE)
		return true;
	struct lite target = { .db = to };
	return lite_err(&target, rc, "backup", e);
}

static bool sync_path(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (!ok)
		ERR(e, ERR_STORE, "store.gone", "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

bool lite_backup(struct sql_db *db, const char *to_path,
		 void (*progress)(void *ctx, int done, int total), void *ctx, struct err *e)
{
	struct lite *l = (struct lite *)db;
	int fd = open(to_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return ERR(e, ERR_INPUT, "store.exists", "%s is there already: name a new file",
			   to_path);
	if (fd < 0)
		return ERR(e, ERR_STORE, "store.gone", "%s: %s", to_path, strerror(errno));
	close(fd);
	/* A snapshot held open: without it, each commit of another connection starts the copy
	 * again. */
	sqlite3 *to = NULL;
	bool ok = lite_do(l, "BEGIN", e);
	if (ok) {
		int rc = sqlite3_open_v2(to_path, &to,
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);
		ok = lite_do(l, "SELECT 1 FROM sqlite_schema LIMIT 1", e) &&
		     (rc == SQLITE_OK ||
		      ERR(e, ERR_STORE, "store.gone", "%s: %s", to_path, sqlite3_errstr(rc))) &&
		     copy(l, to, progress, ctx, e);
		sqlite3_close(to);
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
	}
	ok = ok && sync_path(to_path, e);
	if (!ok)
		unlink(to_path);
	return ok;
}

bool lite_integrity(struct sql_db *db, struct err *e)
{
	struct lite *l = (struct lite *)db;
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(l->db, "PRAGMA integrity_check(1)", -1, &st, NULL);
	bool ok = rc == SQLITE_OK;
	if (ok) {
		rc = sqlite3_step(st);
		ok = rc == SQLITE_ROW;
	}
	if (!ok)
		lite_err(l, rc, "integrity", e);
	else if (strcmp((const char *)sqlite3_column_text(st, 0), "ok") != 0)
		ok = ERR(e, ERR_STORE, "store.corrupt", "%s: %s: restore a backup", l->path,
			 (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return ok;
}
