#include "base/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/err.h"

void bell_init(struct bell *b)
{
	pthread_condattr_t attr;

	*b = (struct bell){ .rung = false };
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&b->cond, &attr);
	pthread_condattr_destroy(&attr);
}

void bell_free(struct bell *b)
{
	pthread_cond_destroy(&b->cond);
	pthread_mutex_destroy(&b->lock);
}

static void set(struct bell *b, bool *flag)
{
	pthread_mutex_lock(&b->lock);
	*flag = true;
	pthread_cond_broadcast(&b->cond);
	pthread_mutex_unlock(&b->lock);
}

void bell_ring(struct bell *b)
{
	set(b, &b->rung);
}

void bell_stop(struct bell *b)
{
	set(b, &b->stop);
}

static struct timespec after(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

bool bell_wait(struct bell *b, int64_t ms)
{
	struct timespec until = after(ms);
	bool go_on;

	pthread_mutex_lock(&b->lock);
	while (!b->rung && !b->stop)
		if (pthread_cond_timedwait(&b->cond, &b->lock, &until) == ETIMEDOUT)
			break;
	b->rung = false;
	go_on = !b->stop;
	pthread_mutex_unlock(&b->lock);
	return go_on;
}

bool bell_rest(struct bell *b, int64_t ms)
{
	struct timespec until = after(ms);
	bool go_on;

	pthread_mutex_lock(&b->lock);
	while (!b->stop)
		if (pthread_cond_timedwait(&b->cond, &b->lock, &until) == ETIMEDOUT)
			break;
	go_on = !b->stop;
	pthread_mutex_unlock(&b->lock);
	return go_on;
}

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	bool closed;
	size_t cap, first, n;
	void *items[];
};

struct queue *queue_new(size_t cap)
{
	struct queue *q = calloc(1, sizeof(*q) + cap * sizeof(q->items[0]));

	if (!q)
		BUG("out of memory for a queue");
	q->cap = cap;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
	return q;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool queue_put(struct queue *q, void *item)
{
	bool room;

	pthread_mutex_lock(&q->lock);
	room = q->n < q->cap && !q->closed;
	if (room) {
		q->items[(q->first + q->n++) % q->cap] = item;
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

void *queue_take(struct queue *q)
{
	void *item = NULL;

	pthread_mutex_lock(&q->lock);
	while (!q->n && !q->closed)
		pthread_cond_wait(&q->filled, &q->lock);
	if (q->n) {
		item = q->items[q->first];
		q->first = (q->first + 1) % q->cap;
		q->n--;
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

pthread_t thread_start(const char *name, void *(*fn)(void *), void *arg)
{
	pthread_t t;
	int rc = pthread_create(&t, NULL, fn, arg);

	if (rc)
		BUG("no thread for %s: %s", name, strerror(rc));
	pthread_setname_np(t, name);
	return t;
}
