/* Files that arrive in pieces, until their rows are in the store. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "load/load.h"

const char *load_spool(struct arena *a, const char *dir, struct id load)
{
	char text[ID_TEXT];

	return arena_printf(a, "%s/%s", dir, id_text(load, text));
}

bool load_spool_ready(const char *dir, struct err *e)
{
	struct stat st;

	if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	return mkdir(dir, 0700) == 0 || errno == EEXIST ||
	       ERR(e, ERR_STORE, "import.directory", "%s: %s.", dir, strerror(errno));
}

static bool write_all(int fd, int64_t at, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

static bool add(int fd, int64_t at, struct str bytes, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return ERR(e, ERR_STORE, "import.spool", "fstat: %s.", strerror(errno));
	if (st.st_size != at)
		return ERR_FIELD(e, ERR_CONFLICT, "import.offset", "at",
				 "The next piece begins at byte %lld of the file.",
				 (long long)st.st_size);
	if (write_all(fd, at, bytes))
		return true;
	return ERR(e, ERR_STORE, "import.spool", "A file could not be written: %s.",
		   strerror(errno));
}

bool load_spool_cut(const char *path, int64_t at, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT ||
		       ERR(e, ERR_STORE, "import.spool", "%s: %s.", path, strerror(errno));
	return st.st_size <= at || truncate(path, at) == 0 ||
	       ERR(e, ERR_STORE, "import.spool", "%s: %s.", path, strerror(errno));
}

bool load_spool_add(const char *path, int64_t at, struct str bytes, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok;

	if (fd < 0)
		return ERR(e, ERR_STORE, "import.spool", "%s: %s.", path, strerror(errno));
	ok = add(fd, at, bytes, e);
	if (!ok && e->kind == ERR_STORE)
		LL_IGNORE(ftruncate(fd, at) == 0); /* what came of the piece goes: send it again */
	close(fd);
	return ok;
}
