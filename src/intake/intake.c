#include "intake/intake.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/utf8.h"
#include "intake/recent.h"
#include "understand/understand.h"

#define KEYS_ARENA       (64 * 1024 * 1024)
#define LOOP_ARENA       (256 * 1024 * 1024)
#define WRONG_KEY_BURST  60
#define WRONG_KEY_MINUTE 60
#define CONTENT_TYPE_MAX 200
#define RETRY_AFTER_S    5

struct key {
	struct hash hash;
	struct hash scope; /* of its publisher and offer: what equal bytes must share */
	const char *publisher, *offer;
	int64_t expires_at; /* SQL_NULL_INT: never */
};

struct intake {
	pthread_mutex_t loading; /* one reader of the keys at a time: whoever installs read last */
	pthread_rwlock_t lock;   /* over arena, keys, key_count */
	struct arena *arena;
	struct key *keys;
	size_t key_count;
	struct throttle *wrong_keys;
	struct marks *marks;
	_Atomic int64_t window_ms;
	_Atomic bool yielding;
	struct recall recall; /* used on SQLite; under the write lock */
	void (*stored)(void *ctx, size_t receipts);
	void *stored_ctx;
};

struct intake_loop {
	struct intake *in;
	struct sql_db *db;
	struct arena *arena;
	int mark;
	bool urgent;
};

struct intake *intake_new(struct marks *marks)
{
	struct intake *in = calloc(1, sizeof(*in));

	MUST(in != NULL);
	pthread_mutex_init(&in->loading, NULL);
	pthread_rwlock_init(&in->lock, NULL);
	in->wrong_keys = throttle_new(WRONG_KEY_BURST, WRONG_KEY_MINUTE);
	in->marks = marks;
	in->window_ms = 600000;
	return in;
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	throttle_free(in->wrong_keys);
	arena_free(in->arena);
	recent_free(in->recall.recent);
	pthread_rwlock_destroy(&in->lock);
	pthread_mutex_destroy(&in->loading);
	free(in);
}

void intake_set_window(struct intake *in, int64_t repeat_window_ms)
{
	in->window_ms = repeat_window_ms;
}

void intake_set_yielding(struct intake *in, bool yielding)
{
	in->yielding = yielding;
}

void intake_on_stored(struct intake *in, void (*fn)(void *ctx, size_t receipts), void *ctx)
{
	in->stored = fn;
	in->stored_ctx = ctx;
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct key *)a)->hash.b, ((const struct key *)b)->hash.b,
		      sizeof(struct hash));
}

/* The caller holds in->loading. */
static bool load_keys(struct intake *in, struct arena *arena, struct sql_db *db, int64_t now_ms,
		      struct err *e)
{
	const struct intake_key_live_in live = { .now = now_ms };
	struct intake_key_live_row *rows;
	struct arena *old;
	struct key *keys;
	size_t n, used = 0;

	if (!intake_key_live(db, &live, arena, &rows, &n, e))
		return false;
	keys = ARENA_ARRAY(arena, struct key, n);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].key_hash.n != sizeof(struct hash))
			continue;
		memcpy(keys[used].hash.b, rows[i].key_hash.p, sizeof(struct hash));
		keys[used].publisher = rows[i].publisher_id;
		keys[used].offer = rows[i].offer_id;
		keys[used].scope = recent_scope(arena, rows[i].publisher_id, rows[i].offer_id);
		keys[used++].expires_at = rows[i].expires_at;
	}
	qsort(keys, used, sizeof(*keys), by_hash);
	pthread_rwlock_wrlock(&in->lock);
	old = in->arena;
	in->arena = arena;
	in->keys = keys;
	in->key_count = used;
	pthread_rwlock_unlock(&in->lock);
	arena_free(old);
	return true;
}

bool intake_keys_load(struct intake *in, struct sql_db *db, int64_t now_ms, struct err *e)
{
	struct arena *arena = arena_new("intake keys", KEYS_ARENA);
	bool ok;

	pthread_mutex_lock(&in->loading);
	ok = load_keys(in, arena, db, now_ms, e);
	pthread_mutex_unlock(&in->loading);
	if (!ok)
		arena_free(arena);
	return ok;
}

struct intake_loop *intake_loop_new(struct intake *in, struct sql_db *db)
{
	struct intake_loop *l = calloc(1, sizeof(*l));

	MUST(l != NULL);
	*l = (struct intake_loop){ .in = in,
				   .db = db,
				   .arena = arena_new("intake", LOOP_ARENA),
				   .mark = mark_slot(in->marks),
				   .urgent = true };
	sql_set_urgent(db, true);
	return l;
}

void intake_loop_free(struct intake_loop *l)
{
	if (!l)
		return;
	sql_close(l->db);
	arena_free(l->arena);
	free(l);
}

/* A message on its way into the store. */
struct message {
	struct receipt_put_in put;
	struct receipt_put_row row;
	struct hash scope;
	struct intake_item *item;
};

/* The search is by hash, so its time tells nothing of the key. Names are copied: the snapshot may
 * go. */
static bool find_key(struct intake_loop *l, struct str key, int64_t now_ms, struct message *ret)
{
	struct key want = { .hash = hash_of(key) }, *k;
	bool found;

	pthread_rwlock_rdlock(&l->in->lock);
	k = l->in->key_count ? bsearch(&want, l->in->keys, l->in->key_count, sizeof(want), by_hash)
			     : NULL;
	found = k && (k->expires_at == SQL_NULL_INT || k->expires_at > now_ms);
	if (found) {
		ret->put.publisher = arena_strdup(l->arena, k->publisher);
		ret->put.offer = arena_strdup(l->arena, k->offer);
		ret->scope = k->scope;
	}
	pthread_rwlock_unlock(&l->in->lock);
	return found;
}

static void refuse(struct intake_item *it, int status)
{
	it->status = status;
	metric_add(METRIC_INTAKE_REFUSED, 1);
}

static void refuse_key(struct intake_loop *l, struct intake_item *it, int64_t now_ms)
{
	int64_t wait = 0;

	if (throttle_take(l->in->wrong_keys, str_of(it->peer), now_ms, &wait)) {
		ERR(&it->why, ERR_NOT_FOUND, "intake.unknown-key",
		    "No offer has this intake address: copy it again from the offer's page.");
		refuse(it, 404);
		return;
	}
	ERR(&it->why, ERR_LIMIT, "intake.throttled",
	    "Too many requests with an unknown intake address.");
	it->retry_after_s = wait / 1000 + 1;
	refuse(it, 429);
}

/* What can be answered without the store; true when the item is to be stored. */
static bool admit(struct intake_loop *l, struct intake_item *it, int64_t now_ms,
		  struct message *ret)
{
	if (!find_key(l, it->key, now_ms, ret)) {
		refuse_key(l, it, now_ms);
		return false;
	}
	if (it->method == INTAKE_LOOK) {
		it->status = 200;
		return false;
	}
	if (it->method == INTAKE_OTHER) {
		ERR(&it->why, ERR_INPUT, "intake.method",
		    "This address takes POST, GET and HEAD only.");
		refuse(it, 405);
		return false;
	}
	return true;
}

static void fill(struct intake_loop *l, struct intake_item *it, int64_t now_ms, struct message *m)
{
	int64_t window = l->in->window_ms;
	struct hash *h = ARENA_NEW(l->arena, struct hash);
	bool repaired;

	*h = hash_of(it->body);
	m->item = it;
	m->put.receipt = id_new(now_ms);
	m->put.body_hash = (struct str){ (const char *)h->b, sizeof(h->b) };
	m->put.since = now_ms - window;
	/* No window, no repeats: slot 0 is in no index. */
	m->put.slot = window > 0 ? now_ms - now_ms % window : 0;
	m->put.now = now_ms;
	/* A header may hold any byte; PostgreSQL's text may not. */
	m->put.content_type =
		utf8_repair(l->arena, utf8_cut(it->content_type, CONTENT_TYPE_MAX), &repaired);
	m->put.body = it->body;
}

/* Shape only; the mark names the receipt should the reader bring us down. */
static void read_shape(struct intake_loop *l, const struct message *m)
{
	ARENA_SCOPE(l->arena);
	const struct receipt_put_row *row = &m->row;
	struct intake_item *it = m->item;
	char text[MARK_TEXT];
	size_t n = strnlen(m->put.publisher, MARK_TEXT - ID_TEXT - 1);

	it->stored = true;
	it->receipt = row->receipt_id;
	it->repeated = row->arrivals > 1;
	it->status = 200;
	metric_add(it->repeated ? METRIC_INTAKE_REPEATED : METRIC_INTAKE_ACCEPTED, 1);
	if (row->crashes > 0)
		return; /* it has brought a reader down before: kept, and not read here */
	id_text(row->receipt_id, text); /* "ID PUBLISHER" */
	text[ID_TEXT - 1] = ' ';
	memcpy(text + ID_TEXT, m->put.publisher, n);
	text[ID_TEXT + n] = 0;
	mark_set(l->in->marks, l->mark, text);
	it->understood =
		understand_shape(l->arena, it->body, it->content_type, &it->why) == SHAPE_LEAD;
	mark_clear(l->in->marks, l->mark);
	if (!it->understood) {
		it->status = 400;
		metric_add(METRIC_INTAKE_UNREADABLE, 1);
	}
}

/* ---- the store with other writers: its unique index tells repeats ---- */

/* The same bytes at the same offer; nth of them, from 0. */
struct same {
	struct recent_key key;
	size_t nth;
	struct message *m;
};

static int by_key(const void *a, const void *b)
{
	const struct same *x = a, *y = b;
	int order = memcmp(x->key.b, y->key.b, sizeof(x->key.b));

	/* Of equal ones the first stays the first. */
	return order ? order : (x->m > y->m) - (x->m < y->m);
}

/* In one order for all servers, so that two never wait for each other crosswise. Answers how many
 * times the most frequent message is there. */
static size_t sort_same(struct message *ms, size_t n, struct same *ret)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct same){ recent_key(ms[i].put.body_hash.p, ms[i].scope), 0, &ms[i] };
	qsort(ret, n, sizeof(*ret), by_key);
	for (size_t i = 0; i < n; i++) {
		if (i && !memcmp(ret[i].key.b, ret[i - 1].key.b, sizeof(ret[i].key.b)))
			ret[i].nth = ret[i - 1].nth + 1;
		most = ret[i].nth >= most ? ret[i].nth + 1 : most;
	}
	return most;
}

/* One statement cannot meet a row twice: the first of each goes in, then the second, … */
static bool store_nth(struct intake_loop *l, const struct same *same, size_t n, size_t nth,
		      struct err *e)
{
	struct receipt_put_in *puts = ARENA_ARRAY(l->arena, struct receipt_put_in, n);
	struct receipt_put_row *rows = ARENA_ARRAY(l->arena, struct receipt_put_row, n);
	bool *found = ARENA_ARRAY(l->arena, bool, n);
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (same[i].nth == nth)
			puts[count++] = same[i].m->put;
	if (!receipt_put_batch(l->db, puts, count, l->arena, rows, found, e))
		return false;
	count = 0;
	for (size_t i = 0; i < n; i++)
		if (same[i].nth == nth)
			same[i].m->row = rows[count++];
	return true;
}

/* All or nothing: one statement is so by itself, and that saves two round trips. */
static bool store_shared(struct intake_loop *l, struct message *ms, size_t n, struct err *e)
{
	struct same *same = ARENA_ARRAY(l->arena, struct same, n);
	size_t most = sort_same(ms, n, same);
	AUTO_TX tx = { 0 };

	if (most > 1 && !sql_begin(l->db, &tx, e))
		return false;
	for (size_t nth = 0; nth < most; nth++)
		if (!store_nth(l, same, n, nth, e))
			return false;
	return most == 1 || sql_commit(&tx, e);
}

/* ---- the store of this process alone: repeats are told from memory ---- */

/* A remembered receipt that the store does not have (its commit failed) is no repeat. */
static bool store_one(struct intake_loop *l, struct message *m, struct err *e)
{
	const struct receipt_put_in *p = &m->put;
	struct recent_key key = recent_key(p->body_hash.p, m->scope);
	struct receipt_new_in in = { p->publisher, p->receipt,      p->offer, p->body_hash,
				     p->now,       p->content_type, p->body };
	struct id known;

	if (recent_find(l->in->recall.recent, key, p->since, &known)) {
		struct receipt_again_in again = { p->publisher, known, p->now };
		int got = receipt_again(l->db, &again, l->arena, &m->row, e);
		if (got)
			return got > 0;
	}
	if (!receipt_new(l->db, &in, NULL, e))
		return false;
	recent_add(l->in->recall.recent, key, p->receipt, p->now);
	m->row = (struct receipt_put_row){ p->receipt, "waiting", 1, 0 };
	return true;
}

static bool store_alone(struct intake_loop *l, struct message *ms, size_t n, struct err *e)
{
	AUTO_TX tx = { 0 };

	if (!sql_begin(l->db, &tx, e) ||
	    !recall_more(&l->in->recall, l->db, l->arena, ms[0].put.since, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!store_one(l, &ms[i], e))
			return false;
	return sql_commit(&tx, e);
}

static bool store(struct intake_loop *l, struct message *ms, size_t n, struct err *e)
{
	return sql_engine_of(l->db) == SQL_SQLITE ? store_alone(l, ms, n, e)
						  : store_shared(l, ms, n, e);
}

static void refuse_all(struct message *ms, size_t n, const struct err *e)
{
	log_err(LOG_ERROR, "intake.store-failed", e);
	metric_add(METRIC_STORE_ERRORS, 1);
	for (size_t i = 0; i < n; i++) {
		struct intake_item *it = ms[i].item;

		ERR(&it->why, ERR_BUSY, "store.unavailable",
		    "The store cannot take the lead now; nothing was kept. Send it again later.");
		it->retry_after_s = RETRY_AFTER_S;
		refuse(it, 503);
	}
}

static void answer_all(struct intake_loop *l, const struct message *ms, size_t n, int64_t began_us)
{
	for (size_t i = 0; i < n; i++)
		read_shape(l, &ms[i]);
	metric_add(METRIC_INTAKE_BATCHES, 1);
	began_us = clock_mono_us() - began_us;
	for (size_t i = 0; i < n; i++)
		metric_seen(METRIC_INTAKE_SECONDS, began_us);
	if (l->in->stored)
		l->in->stored(l->in->stored_ctx, n);
}

void intake_take(struct intake_loop *l, struct intake_item *items, size_t n, int64_t now_ms)
{
	struct message *ms = ARENA_ARRAY(l->arena, struct message, n);
	bool urgent = !l->in->yielding;
	int64_t start = clock_mono_us();
	size_t count = 0;
	struct err e;

	if (urgent != l->urgent) {
		l->urgent = urgent;
		sql_set_urgent(l->db, urgent);
	}
	for (size_t i = 0; i < n; i++)
		if (admit(l, &items[i], now_ms, &ms[count]))
			fill(l, &items[i], now_ms, &ms[count++]);
	if (count && !store(l, ms, count, &e))
		refuse_all(ms, count, &e);
	else if (count)
		answer_all(l, ms, count, start);
	arena_reset(l->arena);
}
