#include "live/parts.h"

#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/store.h"

#define PAGE       500
#define POLL_MS    250 /* another server's changes */
#define COLLECT_MS 20  /* one read for many commits */
/*
 * A change's id is made before its commit, so on a store with several writers an earlier id may
 * show up after a later one. Each look goes back this far, and leaves out what was told already.
 */
#define OVERLAP_MS 2000
#define TOLD_CELLS                                                                                 \
	65536 /* changes told of late; by hash, a newer one takes the place of an older */
#define ARENA_MAX (64 * 1024 * 1024)
#define TEXT_MAX  (4 * 1024 * 1024)

#define CATCH_UP_MAX 2000 /* changes: more is quicker read anew, and fits no stream's buffer */

struct live_listener {
	struct live_listener *next;
	const char *publisher;
	struct reach reach;
	struct id after; /* to catch up from */
	bool resumes;    /* after is the last change that it was told */
	bool catch_up;
	live_send_fn *send;
	void *ctx;
	char text[];
};

/* A change that was told, and its place in the order of telling. */
struct told {
	struct id id;
	uint64_t turn;
};

struct live {
	struct sql_db *db;
	struct arena *arena;
	struct bell bell;
	pthread_t thread;
	pthread_mutex_t lock; /* over listeners; held while sending */
	struct live_listener *listeners;
	int64_t looked_from; /* ms: where the next look begins */
	uint64_t turns;      /* of the last change that was told */
	int64_t reaches;     /* version of how far accounts reach that listeners have; -1: none */
	struct told told[TOLD_CELLS];
};

static struct told *told_cell(struct live *l, struct id x)
{
	return &l->told[(x.b[15] | (size_t)x.b[14] << 8) % TOLD_CELLS];
}

/* When it was told; 0: never, or so long ago that it is forgotten. */
static uint64_t turn_of(struct live *l, struct id x)
{
	const struct told *cell = told_cell(l, x);

	return id_eq(cell->id, x) ? cell->turn : 0;
}

static uint64_t give_turn(struct live *l, struct id x)
{
	*told_cell(l, x) = (struct told){ x, ++l->turns };
	return l->turns;
}

/* ---- what is new ---- */

/* What it should have heard and cannot be told: it reads its lists anew. */
static void tell_heard(struct live *l, struct live_listener *who, const char *publisher,
		       const struct change_since_row *rows, size_t n)
{
	struct hearing h = { l->db, l->arena, who->reach, publisher, NULL, 0 };
	AUTO_BUF b = buf_new(TEXT_MAX);
	struct err e;

	if (!hear_write(&h, rows, n, &b, &e)) {
		log_err(LOG_WARN, "live.look-failed", &e);
		who->send(who->ctx, STR("event: reset\ndata: {}\n\n"));
		return;
	}
	if (b.n)
		who->send(who->ctx, buf_view(&b));
}

static bool hears(const struct live_listener *who, const char *publisher)
{
	return !*who->publisher || !strcmp(who->publisher, publisher);
}

static void tell(struct live *l, const char *publisher, const struct change_since_row *rows,
		 size_t n)
{
	AUTO_BUF b = buf_new(TEXT_MAX);

	for (size_t i = 0; i < n; i++)
		hear_event(&b, &rows[i], publisher);
	for (struct live_listener *who = l->listeners; who && n; who = who->next) {
		if (who->catch_up || !hears(who, publisher))
			continue;
		if (who->reach.kind != REACH_ALL)
			tell_heard(l, who, publisher, rows, n);
		else
			who->send(who->ctx, buf_view(&b));
	}
}

/* Tells the changes from *after on, which moves, that were not told yet. */
static bool tell_page(struct live *l, const char *publisher, struct id *after, size_t *ret_n,
		      struct err *e)
{
	ARENA_SCOPE(l->arena); /* an hour of changes is many pages */
	struct change_since_row *rows;
	size_t untold = 0;

	if (!change_since(l->db, &(struct change_since_in){ publisher, *after, PAGE }, l->arena,
			  &rows, ret_n, e))
		return false;
	for (size_t i = 0; i < *ret_n; i++) {
		*after = rows[i].change_id;
		if (turn_of(l, *after))
			continue;
		give_turn(l, *after);
		rows[untold++] = rows[i];
	}
	pthread_mutex_lock(&l->lock);
	tell(l, publisher, rows, untold);
	pthread_mutex_unlock(&l->lock);
	return true;
}

static bool tell_changes(struct live *l, const char *publisher, int64_t from_ms, struct err *e)
{
	struct id after = id_first(from_ms);
	size_t n;

	do {
		if (!tell_page(l, publisher, &after, &n, e))
			return false;
	} while (n == PAGE);
	return true;
}

/*
 * Somebody is to reach further, or less far: who listens, too. Also who has just come, since what
 * is known of who asks may be a second old.
 */
static bool follow_reaches(struct live *l, struct err *e)
{
	struct version_get_row version = { .n = 0 };
	bool ok = true;

	if (version_get(l->db, &(struct version_get_in){ "reach" }, l->arena, &version, e) < 0)
		return false;
	pthread_mutex_lock(&l->lock);
	for (struct live_listener *who = l->listeners; who && ok && version.n != l->reaches;
	     who = who->next) {
		struct account_get_in in = { who->reach.holder };
		struct account_list_row row;
		int found = account_get(l->db, &in, l->arena, &row, e);

		if (found > 0)
			who->reach.kind = reach_of(str_of(row.reach));
		ok = found >= 0;
	}
	if (ok)
		l->reaches = version.n;
	pthread_mutex_unlock(&l->lock);
	return ok;
}

/* ---- what a listener missed ---- */

struct missed {
	struct change_since_row row;
	const char *publisher;
	uint64_t turn; /* 0: told to nobody */
};
struct missing {
	struct missed *all; /* CATCH_UP_MAX */
	size_t n;
	bool too_many;
};

/*
 * Was it missed? Told to others after the listener's last one: yes. Told before: no. Told to
 * nobody: yes, unless it is so fresh that the next look tells it to everybody. A last one of
 * another server, or of before a restart, has no place in the order: then all after it counts as
 * missed, and what lies shortly before it too, since it may have been committed later. Such a
 * change may come twice.
 */
static bool is_missed(const struct live_listener *who, uint64_t last_turn, uint64_t turn,
		      struct id change, int64_t fresh_from)
{
	if (id_eq(change, who->after))
		return false;
	if (!turn)
		return id_time(change) < fresh_from;
	return !who->resumes || !last_turn || turn > last_turn;
}

static bool gather(struct live *l, const struct live_listener *who, const char *publisher,
		   int64_t now_ms, struct missing *m, struct err *e)
{
	struct id after = who->resumes ? id_first(id_time(who->after) - OVERLAP_MS) : who->after;
	uint64_t last_turn = turn_of(l, who->after);
	struct change_since_row *rows;
	struct hearing h = { l->db, l->arena, who->reach, publisher, NULL, 0 };
	size_t n;

	if (!hear_begin(&h, e))
		return false;
	do {
		if (!change_since(l->db, &(struct change_since_in){ publisher, after, PAGE },
				  l->arena, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n; i++) {
			uint64_t turn = turn_of(l, rows[i].change_id);
			int may;

			after = rows[i].change_id;
			if (!is_missed(who, last_turn, turn, after, now_ms - OVERLAP_MS))
				continue;
			may = hear_may(&h, &rows[i], e);
			if (may < 0)
				return false;
			if (!may)
				continue;
			if (m->n == CATCH_UP_MAX) {
				m->too_many = true;
				return true;
			}
			m->all[m->n++] = (struct missed){ rows[i], publisher, turn };
		}
	} while (n == PAGE);
	return true;
}

/* What was told first comes first; what was told to nobody last, by its id. */
static int in_order(const void *a, const void *b)
{
	const struct missed *x = a, *y = b;

	if (x->turn != y->turn)
		return x->turn - 1 < y->turn - 1 ? -1 : 1;
	return memcmp(x->row.change_id.b, y->row.change_id.b, sizeof(x->row.change_id.b));
}

/*
 * In the order of telling, so that a listener that is cut off in between goes on from its last one
 * without a gap.
 */
static void tell_missed(struct live *l, struct live_listener *who, struct missing *m)
{
	AUTO_BUF b = buf_new(TEXT_MAX);

	qsort(m->all, m->n, sizeof(*m->all), in_order);
	for (size_t i = 0; i < m->n; i++) {
		if (!m->all[i].turn)
			give_turn(l, m->all[i].row.change_id);
		hear_event(&b, &m->all[i].row, m->all[i].publisher);
	}
	if (b.n)
		who->send(who->ctx, buf_view(&b));
}

static bool gather_all(struct live *l, struct live_listener *who,
		       const struct publisher_list_row *all, size_t n, int64_t now_ms,
		       struct missing *m, struct err *e)
{
	m->n = 0;
	m->too_many = false;
	for (size_t i = 0; i < n && !m->too_many; i++)
		if (hears(who, all[i].publisher_id) &&
		    !gather(l, who, all[i].publisher_id, now_ms, m, e))
			return false;
	return true;
}

/* Up to the present; under the lock, so that nothing falls between. */
static bool catch_up(struct live *l, struct live_listener *who,
		     const struct publisher_list_row *all, size_t n, int64_t now_ms, struct err *e)
{
	ARENA_SCOPE(l->arena);
	struct missing m = { .all = ARENA_ARRAY(l->arena, struct missed, CATCH_UP_MAX) };
	bool kept = id_time(who->after) >= now_ms - LIVE_KEEP_MS;

	if (kept && !gather_all(l, who, all, n, now_ms, &m, e))
		return false;
	if (!kept || m.too_many) {
		who->send(who->ctx, STR("event: reset\ndata: {}\n\n"));
		who->after = id_first(now_ms - OVERLAP_MS); /* told to others while it came */
		who->resumes = false;
		if (!gather_all(l, who, all, n, now_ms, &m, e))
			return false;
	}
	if (!m.too_many)
		tell_missed(l, who, &m);
	return true;
}

static bool catch_up_all(struct live *l, const struct publisher_list_row *all, size_t n,
			 int64_t now_ms, struct err *e)
{
	bool ok = true;

	pthread_mutex_lock(&l->lock);
	for (struct live_listener *who = l->listeners; who && ok; who = who->next) {
		if (!who->catch_up)
			continue;
		ok = catch_up(l, who, all, n, now_ms, e);
		if (ok)
			who->catch_up = false;
	}
	pthread_mutex_unlock(&l->lock);
	return ok;
}

static bool anybody(struct live *l)
{
	bool any;

	pthread_mutex_lock(&l->lock);
	any = l->listeners != NULL;
	pthread_mutex_unlock(&l->lock);
	return any;
}

static bool look(struct live *l, struct err *e)
{
	int64_t now = clock_now(), from = l->looked_from - OVERLAP_MS;
	struct publisher_list_row *all;
	size_t n;

	arena_reset(l->arena);
	l->looked_from = now;
	if (!anybody(l))
		return true;
	if (!follow_reaches(l, e) || !publisher_list(l->db, l->arena, &all, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!tell_changes(l, all[i].publisher_id, from, e))
			return false;
	return catch_up_all(l, all, n, now, e);
}

static void *loop(void *arg)
{
	struct live *l = arg;

	while (bell_wait(&l->bell, POLL_MS)) {
		int64_t before = l->looked_from;
		struct err e;

		if (!look(l, &e)) {
			l->looked_from =
				before; /* nothing is skipped: the next look begins there again */
			log_err(LOG_WARN, "live.look-failed", &e);
		}
		bell_rest(&l->bell, COLLECT_MS);
	}
	return NULL;
}

struct live *live_start(struct sql_db *db)
{
	struct live *l = calloc(1, sizeof(*l));

	MUST(l != NULL);
	l->db = db;
	l->arena = arena_new("live", ARENA_MAX);
	l->looked_from = clock_now();
	pthread_mutex_init(&l->lock, NULL);
	bell_init(&l->bell);
	l->thread = thread_start("live", loop, l);
	return l;
}

void live_wake(struct live *l)
{
	if (l)
		bell_ring(&l->bell);
}

void live_stop(struct live *l)
{
	if (!l)
		return;
	bell_stop(&l->bell);
	pthread_join(l->thread, NULL);
	MUST(l->listeners == NULL);
	sql_close(l->db);
	arena_free(l->arena);
	bell_free(&l->bell);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

struct live_listener *live_join(struct live *l, const char *publisher, struct reach reach,
				struct id after, live_send_fn *send, void *ctx)
{
	size_t n = strlen(publisher);
	struct live_listener *who = calloc(1, sizeof(*who) + n + 1);

	MUST(who != NULL);
	memcpy(who->text, publisher, n);
	who->publisher = who->text;
	who->reach = reach;
	/* Without an id it hears from now on, with what was under way when it came. */
	who->after = id_is_null(after) ? id_first(clock_now() - OVERLAP_MS) : after;
	who->resumes = !id_is_null(after);
	who->catch_up = true;
	who->send = send;
	who->ctx = ctx;
	pthread_mutex_lock(&l->lock);
	who->next = l->listeners;
	l->listeners = who;
	l->reaches = -1; /* its own is looked at */
	pthread_mutex_unlock(&l->lock);
	bell_ring(&l->bell);
	return who;
}

void live_leave(struct live *l, struct live_listener *who)
{
	struct live_listener **at;

	pthread_mutex_lock(&l->lock);
	for (at = &l->listeners; *at != who; at = &(*at)->next)
		MUST(*at != NULL);
	*at = who->next;
	pthread_mutex_unlock(&l->lock);
	free(who);
}
