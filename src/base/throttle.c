#include "base/throttle.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/err.h"
#include "base/hash.h"

#define CELLS 4096

/* A token bucket in thousandths of a token. */
struct cell {
	int64_t spent, at_ms;
};

struct throttle {
	pthread_mutex_t lock;
	int64_t burst, per_minute;
	uint8_t salt[16];
	struct cell cells[CELLS];
};

struct throttle *throttle_new(int burst, int per_minute)
{
	struct throttle *t = calloc(1, sizeof(*t));

	MUST(t != NULL);
	pthread_mutex_init(&t->lock, NULL);
	t->burst = (int64_t)burst * 1000;
	t->per_minute = per_minute;
	rand_bytes(t->salt, sizeof(t->salt));
	return t;
}

void throttle_free(struct throttle *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Salted, so that nobody can choose an address that shares the counter of another. */
static struct cell *cell_of(struct throttle *t, struct str key)
{
	char text[16 + 112];
	struct hash h;
	size_t n = key.n < 112 ? key.n : 112;

	memcpy(text, t->salt, 16);
	memcpy(text + 16, key.p, n);
	h = hash_of((struct str){ text, 16 + n });
	return &t->cells[(h.b[0] | (size_t)h.b[1] << 8) % CELLS];
}

/* What came back since; the part of a thousandth that did not is kept as time. */
static void give_back(const struct throttle *t, struct cell *c, int64_t now_ms)
{
	int64_t since = now_ms - c->at_ms, back;

	/* A product of all the time since a cell was used, or since 1970, would not fit. */
	if (since < 0 || since > c->spent * 60 / t->per_minute) {
		c->spent = since < 0 ? c->spent : 0; /* the clock was set back */
		c->at_ms = now_ms;
		return;
	}
	back = since * t->per_minute / 60;
	c->spent -= back;
	c->at_ms += back * 60 / t->per_minute;
}

bool throttle_take(struct throttle *t, struct str key, int64_t now_ms, int64_t *ret_wait_ms)
{
	struct cell *c;
	bool allowed;

	pthread_mutex_lock(&t->lock);
	c = cell_of(t, key);
	give_back(t, c, now_ms);
	allowed = c->spent + 1000 <= t->burst;
	if (allowed)
		c->spent += 1000;
	else
		*ret_wait_ms =
			((c->spent + 1000 - t->burst) * 60 + t->per_minute - 1) / t->per_minute;
	pthread_mutex_unlock(&t->lock);
	return allowed;
}

void throttle_forgive(struct throttle *t, struct str key)
{
	pthread_mutex_lock(&t->lock);
	cell_of(t, key)->spent = 0;
	pthread_mutex_unlock(&t->lock);
}
