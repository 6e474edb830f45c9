/* migrate and move. */
#include <string.h>
#include <unistd.h>
#include "cmd/cmd.h"
#include "store/store.h"

static bool migrate(struct cmd *c, const void *flags, struct err *e)
{
	int applied = 0;

	(void)flags;
	if (!cmd_make_data_dir(c, e) || !sql_open(c->conf.db, SQL_DURABLE, &c->db, e) ||
	    !sql_migrate(c->db, store_migrations, store_migration_count, &applied, e))
		return false;
	if (applied)
		cmd_print_line("%d migration%s applied.", applied, applied == 1 ? "" : "s");
	else
		cmd_print_line("The store is up to date.");
	return true;
}

struct move {
	const char *to;
};
static const struct field move_flags[] = {
	F_STR(struct move, to, "to", .max = 2048, .flags = FIELD_REQUIRED | FIELD_SECRET,
	      .help = "Where to: sqlite:PATH or postgresql://…; @FILE reads it from a file."),
	F_END,
};

static bool move_to(struct cmd *c, const char *url, struct err *e)
{
	AUTO_DB to = NULL;
	bool empty;

	if (!cmd_open(c, NULL, e) || !sql_open(url, SQL_DURABLE, &to, e) ||
	    !sql_migrate(to, store_migrations, store_migration_count, NULL, e) ||
	    !cmd_store_is_empty(c, to, &empty, e))
		return false;
	if (!empty)
		return ERR(e, ERR_CONFLICT, "move.target",
			   "there is a store already: name an empty place.");
	return cmd_copy_store(c, c->db, to, false, "Move", e);
}

static bool move(struct cmd *c, const void *flags, struct err *e)
{
	const struct move *f = flags;
	bool ok;
	int lock;

	if (!str_starts(str_of(f->to), "sqlite:") && !str_starts(str_of(f->to), "postgresql://") &&
	    !str_starts(str_of(f->to), "postgres://"))
		return cmd_usage(e, "--to begins with sqlite: or postgresql://.");
	if (!strcmp(f->to, c->conf.db))
		return cmd_usage(e, "--to is where the store is already.");
	if (!cmd_make_data_dir(c, e) || !cmd_lock(c, &lock, e))
		return false;
	ok = move_to(c, f->to, e);
	close(lock);
	if (ok)
		cmd_note("Everything is copied. Set the option db to the new place; the sealing "
			 "key %s "
			 "stays in use.",
			 cmd_data_path(c, "leadline.key"));
	return ok;
}

const struct command cmd_store[] = {
	{ .noun = "migrate",
	  .args = "",
	  .run = migrate,
	  .summary = "Brings the store up to this program's version; the server does so itself." },
	{ .noun = "move",
	  .args = "",
	  .flags = move_flags,
	  .in_size = sizeof(struct move),
	  .run = move,
	  .summary = "Copies everything to another store, of either engine; the server must be "
		     "stopped.",
	  .more = "The target must be empty. The present store stays as it is." },
	{ .noun = NULL },
};
