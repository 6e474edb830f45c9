/* The place of a command: data directory, store, sealing key, and where the server listens. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmd/cmd.h"
#include "store/store.h"

#define ADDRESS_FILE "leadline.address"

const char *cmd_data_path(struct cmd *c, const char *name)
{
	return arena_printf(c->arena, "%s/%s", c->conf.data, name);
}

bool cmd_make_data_dir(struct cmd *c, struct err *e)
{
	char *path = arena_strdup(c->arena, c->conf.data);

	for (char *p = path + 1;; p++) {
		char was = *p;

		if (was && was != '/')
			continue;
		*p = 0;
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return ERR(e, ERR_STORE, "cmd.data", "%s: %s.", path, strerror(errno));
		*p = was;
		if (!was)
			return true;
	}
}

bool cmd_lock(struct cmd *c, int *ret, struct err *e)
{
	const char *path = cmd_data_path(c, "leadline.lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return ERR(e, ERR_STORE, "serve.lock", "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return ERR(e, ERR_CONFLICT, "serve.running",
			   "A server runs on %s already: stop it, or give this one another --data.",
			   c->conf.data);
	}
	*ret = fd;
	return true;
}

/* A look at a store that is not there must not make one in the wrong directory. */
static bool is_there(struct cmd *c, struct err *e)
{
	const char *path = c->conf.db + strlen("sqlite:");

	if (!str_starts(str_of(c->conf.db), "sqlite:") || access(path, F_OK) == 0)
		return true;
	return ERR(e, ERR_STORE, "cmd.store",
		   "%s: %s. Name the right --data or --db, or start the server first.", path,
		   strerror(errno));
}

bool cmd_open(struct cmd *c, const struct command *k, struct err *e)
{
	bool makes = k && k->opts & CMD_MAKES;
	struct err why = { 0 };

	if (makes ? !cmd_make_data_dir(c, e) : !is_there(c, e))
		return false;
	if (!sql_open(c->conf.db, SQL_DURABLE, &c->db, e))
		return false;
	if (sql_migrated(c->db, store_migrations, store_migration_count, &why))
		return true;
	if (makes && why.code && !strcmp(why.code, "store.empty"))
		return sql_migrate(c->db, store_migrations, store_migration_count, NULL, e);
	*e = why;
	return false;
}

bool cmd_seal(struct cmd *c, bool make, struct err *e)
{
	return c->seal || seal_load(cmd_data_path(c, "leadline.key"), make, &c->seal, e);
}

bool cmd_changed(struct cmd *c, const char *name, struct err *e)
{
	return version_bump(c->db, &(struct version_bump_in){ .name = name }, NULL, e);
}

bool cmd_address_write(struct cmd *c, const char *base_url, struct err *e)
{
	const char *path = cmd_data_path(c, ADDRESS_FILE);
	FILE *f = fopen(path, "we");
	bool ok = f && fprintf(f, "%s %ld\n", base_url, (long)getpid()) > 0;

	if (f && fclose(f) != 0)
		ok = false;
	return ok || ERR(e, ERR_STORE, "cmd.data", "%s: %s.", path, strerror(errno));
}

void cmd_address_remove(struct cmd *c)
{
	unlink(cmd_data_path(c, ADDRESS_FILE));
}

/* A server that was killed leaves its file behind: its process tells. */
const char *cmd_address_read(struct cmd *c)
{
	FILE *f = fopen(cmd_data_path(c, ADDRESS_FILE), "re");
	char url[512] = "", holder[24] = "";
	int64_t pid;
	int got;

	if (!f)
		return NULL;
	got = fscanf(f, "%511s %23s", url, holder);
	fclose(f);
	if (got != 2 || !str_int(str_of(holder), &pid) || pid <= 0 ||
	    (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
		return NULL;
	return arena_strdup(c->arena, url);
}
