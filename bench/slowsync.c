/* slowsync - a preloaded library that makes every sync slower and can write down what happened.
 *
 * Disks differ: this puts the delay of an ordinary one in front of every sync, so that group commit
 * can be judged on a machine whose disk answers at once. The log shows in which order bytes reached
 * a socket and a sync ended: the proof that no answer left before its sync.
 *
 *	SLOWSYNC_US	delay per sync in microseconds, default 1000; 0 for none
 *	SLOWSYNC_LOG	number of an open descriptor, or a path to append to; unset: no log
 *
 * One line per event, written when the call has ended (a sync: also when it begins):
 *
 *	NANOSECONDS THREAD recv|send|write|sync-begin|sync DESCRIPTOR RESULT "FIRST BYTES"
 *
 * recv and send are sockets, write is any regular file; the first bytes are given for send and recv
 * only, printable ASCII, others as dots.
 */
#undef _FILE_OFFSET_BITS /* would rename pwrite() to pwrite64(), and both are wanted here */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SHOWN_MAX = 64 };

static long delay_us = 1000;
static int log_fd = -1;

/* Looked up by name on first use: ISO C has no cast from void * to a function. */
#define REAL(name)                                                                                 \
	static __typeof__(&name) real;                                                             \
	if (!real)                                                                                 \
	*(void **)(&real) = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void slowsync_start(void)
{
	const char *us = getenv("SLOWSYNC_US"), *to = getenv("SLOWSYNC_LOG");
	char *end;

	if (us)
		delay_us = strtol(us, NULL, 10);
	if (!to || !*to)
		return;
	log_fd = (int)strtol(to, &end, 10);
	if (*end)
		log_fd = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void note(const char *what, int fd, ssize_t result, const void *bytes)
{
	char line[160], shown[SHOWN_MAX + 1] = "";
	struct timespec ts;
	int saved = errno, n;

	if (log_fd < 0)
		return;
	for (ssize_t i = 0; bytes && i < result && i < SHOWN_MAX; i++) {
		char c = ((const char *)bytes)[i];
		shown[i] = c >= ' ' && c <= '~' && c != '"' ? c : '.';
	}
	clock_gettime(CLOCK_MONOTONIC, &ts);
	n = snprintf(line, sizeof(line), "%lld %ld %s %d %zd \"%s\"\n",
		     (long long)ts.tv_sec * 1000000000 + ts.tv_nsec, syscall(SYS_gettid), what, fd,
		     result, shown);
	syscall(SYS_write, log_fd, line, (size_t)n); /* never through our own write() */
	errno = saved;
}

static bool is_socket(int fd)
{
	struct stat st;
	int saved = errno;
	bool yes = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);

	errno = saved;
	return yes;
}

static void note_out(int fd, ssize_t result, const void *bytes)
{
	if (log_fd >= 0 && fd != log_fd) {
		bool socket = is_socket(fd);
		note(socket ? "send" : "write", fd, result, socket ? bytes : NULL);
	}
}

static void note_in(int fd, ssize_t result, const void *bytes)
{
	if (log_fd >= 0 && result >= 0 && is_socket(fd))
		note("recv", fd, result, bytes);
}

static void before_sync(int fd)
{
	struct timespec left = { delay_us / 1000000, delay_us % 1000000 * 1000 };

	note("sync-begin", fd, 0, NULL);
	if (delay_us > 0)
		while (nanosleep(&left, &left) < 0 && errno == EINTR)
			;
}

int fsync(int fd)
{
	int result;
	REAL(fsync);

	before_sync(fd);
	result = real(fd);
	note("sync", fd, result, NULL);
	return result;
}

int fdatasync(int fd)
{
	int result;
	REAL(fdatasync);

	before_sync(fd);
	result = real(fd);
	note("sync", fd, result, NULL);
	return result;
}

/* PostgreSQL starts write-out with SYNC_FILE_RANGE_WRITE alone: that is not a sync, nobody waits.
 */
int sync_file_range(int fd, off_t offset, off_t count, unsigned flags)
{
	bool waits = flags & (SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER);
	int result;
	REAL(sync_file_range);

	if (waits)
		before_sync(fd);
	result = real(fd, offset, count, flags);
	if (waits)
		note("sync", fd, result, NULL);
	return result;
}

int msync(void *at, size_t len, int flags)
{
	int result;
	REAL(msync);

	if (flags & MS_SYNC)
		before_sync(-1);
	result = real(at, len, flags);
	if (flags & MS_SYNC)
		note("sync", -1, result, NULL);
	return result;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	ssize_t result;
	REAL(write);

	result = real(fd, bytes, n);
	note_out(fd, result, bytes);
	return result;
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
	ssize_t result;
	REAL(writev);

	result = real(fd, parts, n);
	note_out(fd,
		 n > 0 && result > (ssize_t)parts[0].iov_len ? (ssize_t)parts[0].iov_len : result,
		 n > 0 ? parts[0].iov_base : NULL);
	return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	ssize_t result;
	REAL(pwrite);

	result = real(fd, bytes, n, at);
	note_out(fd, result, bytes);
	return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	ssize_t result;
	REAL(pwrite64);

	result = real(fd, bytes, n, at);
	note_out(fd, result, bytes);
	return result;
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
	ssize_t result;
	REAL(send);

	result = real(fd, bytes, n, flags);
	note_out(fd, result, bytes);
	return result;
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	ssize_t result;
	REAL(sendmsg);

	result = real(fd, m, flags);
	note_out(fd,
		 result > 0 && result > (ssize_t)m->msg_iov[0].iov_len
			 ? (ssize_t)m->msg_iov[0].iov_len
			 : result,
		 m->msg_iovlen > 0 ? m->msg_iov[0].iov_base : NULL);
	return result;
}

ssize_t read(int fd, void *bytes, size_t n)
{
	ssize_t result;
	REAL(read);

	result = real(fd, bytes, n);
	note_in(fd, result, bytes);
	return result;
}

ssize_t recv(int fd, void *bytes, size_t n, int flags)
{
	ssize_t result;
	REAL(recv);

	result = real(fd, bytes, n, flags);
	note_in(fd, result, bytes);
	return result;
}
