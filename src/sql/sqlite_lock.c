#include "sql/sqlite_lock.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "base/clock.h"

#define FAIR_MS 50 /* who is not urgent waits this long for those who are */

struct waiter {
	struct waiter *next;
	pthread_cond_t cond;
	int64_t since;
	bool granted;
};

struct line {
	struct waiter *first, **end;
};

struct lite_file {
	struct lite_file *next;
	dev_t dev;
	ino_t ino;
	int opens;
	pthread_mutex_t mutex;
	bool held, last_urgent;
	const char *file; /* the holder, for messages */
	int at;
	struct line urgent, others;
};

/* Files open in this process; there are one or two. */
static pthread_mutex_t files_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct lite_file *files;

bool lite_file_open(const char *path, struct lite_file **ret, struct err *e)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return ERR(e, ERR_STORE, "store.gone", "%s: %s", path, strerror(errno));
	pthread_mutex_lock(&files_mutex);
	struct lite_file *f = files;
	while (f && (f->dev != st.st_dev || f->ino != st.st_ino))
		f = f->next;
	if (!f) {
		f = calloc(1, sizeof(*f));
		MUST(f);
		f->dev = st.st_dev;
		f->ino = st.st_ino;
		f->urgent.end = &f->urgent.first;
		f->others.end = &f->others.first;
		pthread_mutex_init(&f->mutex, NULL);
		f->next = files;
		files = f;
	}
	f->opens++;
	pthread_mutex_unlock(&files_mutex);
	*ret = f;
	return true;
}

void lite_file_close(struct lite_file *f)
{
	if (!f)
		return;
	pthread_mutex_lock(&files_mutex);
	if (--f->opens == 0) {
		struct lite_file **at = &files;
		while (*at != f)
			at = &(*at)->next;
		*at = f->next;
		pthread_mutex_destroy(&f->mutex);
		free(f);
	}
	pthread_mutex_unlock(&files_mutex);
}

static void line_put(struct line *l, struct waiter *w)
{
	*l->end = w;
	l->end = &w->next;
}

static void line_drop(struct line *l, struct waiter *w)
{
	struct waiter **at = &l->first;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	if (l->end == &w->next)
		l->end = at;
}

/* Who is next; the holder hands the lock over, so that nobody overtakes. Mutex held. */
static struct line *next_line(struct lite_file *f, int64_t now)
{
	bool waited = f->others.first && now - f->others.first->since >= FAIR_MS;
	if (f->urgent.first && !(waited && f->last_urgent))
		return &f->urgent;
	if (f->others.first)
		return &f->others;
	return NULL;
}

static void hold(struct lite_file *f, bool urgent, const char *file, int line)
{
	f->held = true;
	f->last_urgent = urgent;
	f->file = file;
	f->at = line;
}

static bool wait_turn(struct lite_file *f, struct waiter *w, int64_t wait_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	int rc = 0;
	while (!w->granted && rc == 0)
		rc = pthread_cond_timedwait(&w->cond, &f->mutex, &until);
	return w->granted;
}

bool lite_file_lock(struct lite_file *f, bool urgent, int64_t wait_ms, const char *file, int line,
		    struct err *e)
{
	pthread_mutex_lock(&f->mutex);
	bool mine = !f->held;
	if (!mine) {
		struct line *l = urgent ? &f->urgent : &f->others;
		struct waiter w = { .since = clock_mono() };
		pthread_condattr_t attr;
		pthread_condattr_init(&attr);
		pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
		pthread_cond_init(&w.cond, &attr);
		pthread_condattr_destroy(&attr);
		line_put(l, &w);
		mine = wait_turn(f, &w, wait_ms);
		if (!mine) {
			line_drop(l, &w);
			ERR(e, ERR_BUSY, "store.busy",
			    "the writer of %s:%d held the database for %lld ms",
			    f->file ? f->file : "?", f->at, (long long)wait_ms);
		}
		pthread_cond_destroy(&w.cond);
	}
	if (mine)
		hold(f, urgent, file, line);
	pthread_mutex_unlock(&f->mutex);
	return mine;
}

bool lite_file_trylock(struct lite_file *f, const char *file, int line)
{
	pthread_mutex_lock(&f->mutex);
	bool mine = !f->held;
	if (mine)
		hold(f, false, file, line);
	pthread_mutex_unlock(&f->mutex);
	return mine;
}

void lite_file_unlock(struct lite_file *f)
{
	pthread_mutex_lock(&f->mutex);
	MUST(f->held);
	struct line *l = next_line(f, clock_mono());
	if (l) {
		struct waiter *w = l->first;
		line_drop(l, w);
		w->granted = true; /* held stays true: it is theirs now */
		pthread_cond_signal(&w->cond);
	} else {
		f->held = false;
	}
	pthread_mutex_unlock(&f->mutex);
}

int lite_file_waiting(struct lite_file *f)
{
	int n = 0;
	pthread_mutex_lock(&f->mutex);
	for (const struct waiter *w = f->urgent.first; w; w = w->next)
		n++;
	for (const struct waiter *w = f->others.first; w; w = w->next)
		n++;
	pthread_mutex_unlock(&f->mutex);
	return n;
}
