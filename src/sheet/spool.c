#include "sheet/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"

#define BLOCK  ((size_t)16 * 1024)
#define BLOCKS 128 /* in the cache: 2 MiB */

struct spool {
	int fd;
	uint64_t n; /* written, or in `fresh` */
	size_t fresh_n;
	char fresh[BLOCK];
	struct {
		uint64_t number; /* + 1; 0: none */
		size_t n;
		char *p;
	} cache[BLOCKS];
};

static bool failed(const char *what, struct err *e)
{
	return ERR(e, ERR_STORE, "sheet.spool", "A temporary file cannot be %s: %s.", what,
		   strerror(errno));
}

static const char *temporary_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

bool spool_new(struct spool **ret, struct err *e)
{
	int fd = file_nameless(temporary_dir());
	struct spool *s;

	if (fd < 0)
		return failed("made", e);
	s = calloc(1, sizeof(*s));
	if (!s)
		BUG("out of memory for a temporary file");
	s->fd = fd;
	*ret = s;
	return true;
}

void spool_free(struct spool *s)
{
	if (!s)
		return;
	close(s->fd);
	for (size_t i = 0; i < BLOCKS; i++)
		free(s->cache[i].p);
	free(s);
}

uint64_t spool_size(const struct spool *s)
{
	return s->n;
}

static bool flush(struct spool *s, struct err *e)
{
	for (size_t at = 0; at < s->fresh_n;) {
		ssize_t n = write(s->fd, s->fresh + at, s->fresh_n - at);

		if (n < 0 && errno != EINTR)
			return failed("written", e);
		at += n > 0 ? (size_t)n : 0;
	}
	s->fresh_n = 0;
	return true;
}

bool spool_add(struct spool *s, struct str bytes, struct err *e)
{
	while (bytes.n) {
		size_t n = BLOCK - s->fresh_n < bytes.n ? BLOCK - s->fresh_n : bytes.n;

		memcpy(s->fresh + s->fresh_n, bytes.p, n);
		s->fresh_n += n;
		s->n += n;
		bytes = str_from(bytes, n);
		if (s->fresh_n == BLOCK && !flush(s, e))
			return false;
	}
	return true;
}

static bool load(struct spool *s, uint64_t number, struct err *e)
{
	size_t slot = number % BLOCKS;
	ssize_t n;

	if (!s->cache[slot].p)
		s->cache[slot].p = malloc(BLOCK);
	if (!s->cache[slot].p)
		BUG("out of memory for a temporary file");
	do
		n = pread(s->fd, s->cache[slot].p, BLOCK, (off_t)(number * BLOCK));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return failed("read", e);
	s->cache[slot].number = number + 1;
	s->cache[slot].n = (size_t)n;
	return true;
}

bool spool_read(struct spool *s, uint64_t at, size_t n, char *out, struct err *e)
{
	if (s->fresh_n && !flush(s, e))
		return false;
	if (at > s->n || n > s->n - at)
		return ERR(e, ERR_INPUT, "sheet.spool", "There is nothing at byte %llu of %llu.",
			   (unsigned long long)at, (unsigned long long)s->n);
	while (n) {
		uint64_t number = at / BLOCK;
		size_t slot = number % BLOCKS, from = at % BLOCK, take;

		if (s->cache[slot].number != number + 1 && !load(s, number, e))
			return false;
		take = s->cache[slot].n - from < n ? s->cache[slot].n - from : n;
		memcpy(out, s->cache[slot].p + from, take);
		out += take;
		at += take;
		n -= take;
	}
	return true;
}

bool spool_file(struct spool *s, FILE **ret, struct err *e)
{
	int fd;

	if (!flush(s, e))
		return false;
	fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		if (fd >= 0)
			close(fd);
		return failed("opened", e);
	}
	*ret = fdopen(fd, "rb");
	if (!*ret) {
		close(fd);
		return failed("opened", e);
	}
	return true;
}
