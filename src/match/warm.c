/* The thread that reads what is known of publishers, so that placing goes on with the others. */
#include "match/base.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/thread.h"

struct wanted {
	char publisher[132];
	int64_t term;      /* of the lease that it was last asked for in */
	struct base *base; /* NULL: not yet */
	struct wanted *next;
};
struct warm {
	struct match_config c;
	pthread_t thread;
	pthread_mutex_t lock; /* over the list */
	pthread_cond_t cond;
	struct wanted *list;
	_Atomic bool stop;
};

static struct wanted *next_wanted(struct warm *w)
{
	struct wanted *one = w->list;

	while (one && one->base)
		one = one->next;
	return one;
}

static void drop(struct warm *w, struct wanted *one)
{
	struct wanted **at = &w->list;

	while (*at != one)
		at = &(*at)->next;
	*at = one->next;
	base_free(one->base);
	free(one);
}

static struct base *read_one(struct warm *w, const char *publisher)
{
	struct base *b = base_new();
	int64_t began = clock_now();
	struct err e;
	bool ok;

	metric_add(METRIC_MATCH_WARMING, 1);
	ok = base_read(b, w->c.db, publisher, w->c.threads, &w->stop, &e);
	metric_add(METRIC_MATCH_WARMING, -1);
	if (!ok) {
		log_err(LOG_ERROR, "match.read-failed", &e);
		base_free(b);
		return NULL;
	}
	LOG(LOG_INFO, "match.read", LOG_I("leads", b->side[0].leads.n + b->side[1].leads.n),
	    LOG_I("ms", clock_now() - began));
	return b;
}

static void *loop(void *arg)
{
	struct warm *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		struct wanted *one = next_wanted(w);
		int64_t term = one ? one->term : 0;
		struct base *b;

		if (!one) {
			pthread_cond_wait(&w->cond, &w->lock);
			continue;
		}
		pthread_mutex_unlock(&w->lock);
		b = read_one(w, one->publisher);
		pthread_mutex_lock(&w->lock);
		if (!b) {
			drop(w, one);
		} else if (term != one->term) {
			base_free(b); /* somebody else may have placed meanwhile */
		} else {
			one->base = b;
			if (w->c.ready)
				w->c.ready(w->c.ctx);
		}
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct warm *warm_start(const struct match_config *c)
{
	struct warm *w = calloc(1, sizeof(*w));

	MUST(w);
	w->c = *c;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->cond, NULL);
	w->thread = thread_start("match", loop, w);
	return w;
}

void warm_stop(struct warm *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->cond);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	while (w->list)
		drop(w, w->list);
	sql_close(w->c.db);
	pthread_cond_destroy(&w->cond);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static struct wanted *want(struct warm *w, const char *publisher, int64_t term)
{
	struct wanted *new = calloc(1, sizeof(*new)), **end = &w->list;

	MUST(new);
	new->term = term;
	snprintf(new->publisher, sizeof(new->publisher), "%s", publisher);
	while (*end)
		end = &(*end)->next;
	*end = new;
	pthread_cond_broadcast(&w->cond);
	return new;
}

struct base *warm_take(struct warm *w, const char *publisher, int64_t term)
{
	struct wanted *one;
	struct base *b = NULL;

	pthread_mutex_lock(&w->lock);
	for (one = w->list; one && strcmp(one->publisher, publisher) != 0; one = one->next)
		continue;
	if (!one)
		one = want(w, publisher, term);
	if (one->base && one->term == term) {
		b = one->base;
		one->base = NULL;
		drop(w, one);
	} else if (one->term != term) {
		base_free(one->base);
		one->base = NULL;
		one->term = term;
		pthread_cond_broadcast(&w->cond);
	}
	pthread_mutex_unlock(&w->lock);
	return b;
}
