/* The thread that reads the next batch while the placer writes this one. */
#include "place/batch.h"

#include <stdlib.h>
#include "base/log.h"
#include "base/thread.h"

struct ahead {
	struct reader *reader;
	pthread_t thread;
	pthread_mutex_t lock; /* over the rest */
	pthread_cond_t cond;
	struct batch *asked; /* being read */
	bool ok, stop;
};

static void *loop(void *arg)
{
	struct ahead *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stop) {
		struct batch *b = a->asked;
		struct err e;
		bool ok;

		if (!b) {
			pthread_cond_wait(&a->cond, &a->lock);
			continue;
		}
		pthread_mutex_unlock(&a->lock);
		ok = batch_find(a->reader, b, &e) &&
		     (!b->publisher || batch_read(a->reader, b, &e));
		if (!ok)
			log_err(LOG_WARN, "place.ahead-failed", &e);
		pthread_mutex_lock(&a->lock);
		a->ok = ok;
		a->asked = NULL;
		pthread_cond_broadcast(&a->cond);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct ahead *ahead_start(struct reader *r)
{
	struct ahead *a = calloc(1, sizeof(*a));

	MUST(a != NULL);
	a->reader = r;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->cond, NULL);
	a->thread = thread_start("place-reader", loop, a);
	return a;
}

void ahead_ask(struct ahead *a, struct batch *b)
{
	pthread_mutex_lock(&a->lock);
	MUST(!a->asked);
	a->asked = b;
	pthread_cond_broadcast(&a->cond);
	pthread_mutex_unlock(&a->lock);
}

bool ahead_wait(struct ahead *a)
{
	bool ok;

	pthread_mutex_lock(&a->lock);
	while (a->asked)
		pthread_cond_wait(&a->cond, &a->lock);
	ok = a->ok;
	pthread_mutex_unlock(&a->lock);
	return ok;
}

void ahead_stop(struct ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_broadcast(&a->cond);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->cond);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
