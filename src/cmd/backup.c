/*
 * backup and restore. A backup is always one SQLite file, also of a PostgreSQL store: it can be
 * looked at with any tool, and restored into either engine.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmd/cmd.h"
#include "store/store.h"

#define PIECE 65536

static bool is_sqlite(const char *url)
{
	return str_starts(str_of(url), "sqlite:");
}

static const char *path_of(const char *url)
{
	return url + strlen("sqlite:");
}

static void remove_sqlite(struct cmd *c, const char *path)
{
	unlink(path);
	unlink(arena_printf(c->arena, "%s-wal", path));
	unlink(arena_printf(c->arena, "%s-shm", path));
}

/* Opens a file, and looks whether it is whole and of a version that this program knows. */
static bool verify(struct cmd *c, const char *path, bool migrate, struct err *e)
{
	AUTO_DB db = NULL;

	if (!sql_open(arena_printf(c->arena, "sqlite:%s", path), SQL_DURABLE, &db, e) ||
	    !sql_integrity(db, e))
		return false;
	if (sql_migrated(db, store_migrations, store_migration_count, e))
		return true;
	return migrate && strcmp(e->code, "store.empty") != 0 &&
	       sql_migrate(db, store_migrations, store_migration_count, NULL, e);
}

static void show(void *ctx, int done, int total)
{
	cmd_progress_show(ctx, done, total);
}

static bool copy_out(struct cmd *c, const char *path, struct err *e)
{
	struct cmd_progress p = cmd_progress_start("Backup");
	AUTO_DB to = NULL;
	bool ok;

	if (sql_engine_of(c->db) == SQL_SQLITE) {
		ok = sql_backup(c->db, path, show, &p, e);
		cmd_progress_end(&p);
		return ok;
	}
	return sql_open(arena_printf(c->arena, "sqlite:%s", path), SQL_DURABLE, &to, e) &&
	       sql_migrate(to, store_migrations, store_migration_count, NULL, e) &&
	       cmd_copy_store(c, c->db, to, false, "Backup", e);
}

static bool backup(struct cmd *c, const void *flags, struct err *e)
{
	const char *path = c->args[0], *part = arena_printf(c->arena, "%s.part", path);

	(void)flags;
	if (access(path, F_OK) == 0)
		return ERR(e, ERR_CONFLICT, "backup.exists",
			   "%s is there already: name a new file.", path);
	remove_sqlite(c, part);
	if (!cmd_open(c, NULL, e))
		return false;
	if (!copy_out(c, part, e) || !verify(c, part, false, e)) {
		remove_sqlite(c, part);
		return false;
	}
	if (link(part, path) != 0) {
		ERR(e, ERR_STORE, "backup.file", "%s: %s.", path, strerror(errno));
		remove_sqlite(c, part);
		return false;
	}
	remove_sqlite(c, part);
	cmd_print_line("%s", path);
	cmd_note("Verified. The sealing key is not in it: keep %s too.",
		 cmd_data_path(c, "leadline.key"));
	return true;
}

struct restore {
	bool force;
};
static const struct field restore_flags[] = {
	F_BOOL(struct restore, force, "force", .def = "false",
	       .help = "Also when there is a store already: what is in it is lost."),
	F_END,
};

static bool copy_file(const char *from, const char *to, struct err *e)
{
	char piece[PIECE];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	ssize_t n = -1;
	bool ok = false;

	if (in < 0)
		return ERR(e, ERR_INPUT, "restore.file", "%s: %s.", from, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	while (out >= 0 && (n = read(in, piece, sizeof(piece))) > 0 &&
	       write(out, piece, (size_t)n) == n)
		;
	ok = n == 0 && fsync(out) == 0;
	if (!ok)
		ERR(e, ERR_STORE, "restore.file", "%s: %s.", to, strerror(errno));
	close(in);
	if (out >= 0)
		close(out);
	return ok;
}

static bool refuse(struct err *e)
{
	return ERR(e, ERR_CONFLICT, "restore.exists",
		   "there is a store already; --force puts the backup in its place, and what is in "
		   "it is "
		   "lost.");
}

static bool into_sqlite(struct cmd *c, const char *verified, bool force, struct err *e)
{
	const char *path = path_of(c->conf.db);

	if (access(path, F_OK) == 0 && !force)
		return refuse(e);
	if (force)
		remove_sqlite(c, path);
	return rename(verified, path) == 0 ||
	       ERR(e, ERR_STORE, "restore.file", "%s: %s.", path, strerror(errno));
}

static bool into_postgresql(struct cmd *c, const char *verified, bool force, struct err *e)
{
	AUTO_DB from = NULL;
	bool empty;

	if (!sql_open(arena_printf(c->arena, "sqlite:%s", verified), SQL_DURABLE, &from, e) ||
	    !sql_open(c->conf.db, SQL_DURABLE, &c->db, e) ||
	    !sql_migrate(c->db, store_migrations, store_migration_count, NULL, e) ||
	    !cmd_store_is_empty(c, c->db, &empty, e))
		return false;
	if (!empty && !force)
		return refuse(e);
	return cmd_copy_store(c, from, c->db, !empty, "Restore", e);
}

/* The backup itself is never opened: opening a database may write to it. */
static bool restore(struct cmd *c, const void *flags, struct err *e)
{
	const struct restore *f = flags;
	const char *copy;
	bool sqlite = is_sqlite(c->conf.db), ok;
	int lock;

	if (!cmd_make_data_dir(c, e) || !cmd_lock(c, &lock, e))
		return false;
	copy = sqlite ? arena_printf(c->arena, "%s.restoring", path_of(c->conf.db))
		      : cmd_data_path(c, "leadline.restoring");
	remove_sqlite(c, copy);
	ok = copy_file(c->args[0], copy, e) && verify(c, copy, true, e) &&
	     (sqlite ? into_sqlite(c, copy, f->force, e) : into_postgresql(c, copy, f->force, e));
	remove_sqlite(c, copy);
	close(lock);
	if (ok && access(cmd_data_path(c, "leadline.key"), F_OK) != 0)
		cmd_note("The sealing key is missing: put the one of that time at %s.",
			 cmd_data_path(c, "leadline.key"));
	return ok;
}

const struct command cmd_backup[] = {
	{ .noun = "backup",
	  .args = "FILE",
	  .min_args = 1,
	  .max_args = 1,
	  .run = backup,
	  .summary = "Copies the store to a file while the server runs, and verifies it.",
	  .more = "The file is an SQLite database, also when the store is PostgreSQL. The sealing "
		  "key "
		  "(DATA/leadline.key) is\nnever part of a backup: keep it elsewhere. Without it "
		  "intake "
		  "URLs and destinations cannot be opened." },
	{ .noun = "restore",
	  .args = "FILE",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = restore_flags,
	  .in_size = sizeof(struct restore),
	  .run = restore,
	  .summary = "Puts a backup in the place of the store; the server must be stopped." },
	{ .noun = NULL },
};
