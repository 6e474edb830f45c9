#include "live/hub.h"

#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "store/store.h"

#define POLL_MS    250 /* another server's changes */
#define COLLECT_MS 20  /* one read for many commits */

/* ---- what is new ---- */

/* What it should have heard and cannot be told: it reads its lists anew. */
static void tell_limited(struct live *l, const struct ear *ear, const struct hear_page *p)
{
	ARENA_SCOPE(l->arena);
	AUTO_BUF b = buf_new(TEXT_MAX);
	struct hearing h;
	struct err e;

	if (!hear_begin(l->db, l->arena, &ear->reach, p->publisher, &h, &e)) {
		log_err(LOG_WARN, "live.look-failed", &e);
		live_send_to(l, ear, STR("event: reset\ndata: {}\n\n"));
		return;
	}
	hear_write(&h, p, &b);
	if (b.n)
		live_send_to(l, ear, buf_view(&b));
}

static void tell_unlimited(struct live *l, const char *publisher,
			   const struct change_since_row *rows, size_t n)
{
	AUTO_BUF b = buf_new(TEXT_MAX);

	for (size_t i = 0; i < n; i++)
		hear_event(&b, &rows[i], publisher);
	pthread_mutex_lock(&l->lock);
	for (struct live_listener *who = l->listeners; who; who = who->next)
		if (!who->ear.catch_up && who->ear.reach.kind == REACH_ALL &&
		    ear_hears(&who->ear, publisher))
			who->send(who->ctx, buf_view(&b));
	pthread_mutex_unlock(&l->lock);
}

/* Who comes in between is not told here: it has to catch up first. */
static bool tell(struct live *l, const char *publisher, const struct change_since_row *rows,
		 size_t n, struct err *e)
{
	struct hear_page p = { .rows = NULL };
	struct ear *ears;
	size_t all = live_ears(l, &ears), limited = 0;

	for (size_t i = 0; i < all; i++)
		if (!ears[i].catch_up && ears[i].reach.kind != REACH_ALL &&
		    ear_hears(&ears[i], publisher))
			ears[limited++] = ears[i];
	/* Before anything counts as told, so that the next look begins here again. */
	if (limited && !hear_page(l->db, l->arena, publisher, rows, n, &p, e))
		return false;
	for (size_t i = 0; i < n; i++)
		live_give_turn(l, rows[i].change_id);
	tell_unlimited(l, publisher, rows, n);
	for (size_t i = 0; i < limited; i++)
		tell_limited(l, &ears[i], &p);
	return true;
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
		if (!live_turn_of(l, *after))
			rows[untold++] = rows[i];
	}
	return !untold || tell(l, publisher, rows, untold, e);
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

/* Was it another? Before the listeners are looked at: who comes meanwhile makes it -1 again. */
static bool set_reaches(struct live *l, int64_t version)
{
	bool other;

	pthread_mutex_lock(&l->lock);
	other = l->reaches != version;
	l->reaches = version;
	pthread_mutex_unlock(&l->lock);
	return other;
}

static void change_reach(struct live *l, const struct ear *ear, enum reach_kind kind)
{
	struct live_listener *who;

	pthread_mutex_lock(&l->lock);
	who = live_listener_of(l, ear);
	if (who)
		who->ear.reach.kind = kind;
	pthread_mutex_unlock(&l->lock);
}

/*
 * Somebody is to reach further, or less far: who listens, too. Also who has just come, since what
 * is known of who asks may be a second old.
 */
static bool follow_reaches(struct live *l, struct err *e)
{
	ARENA_SCOPE(l->arena);
	struct version_get_row version = { .n = 0 };
	struct ear *ears;
	bool ok = true;
	size_t n;

	if (version_get(l->db, &(struct version_get_in){ "reach" }, l->arena, &version, e) < 0)
		return false;
	n = set_reaches(l, version.n) ? live_ears(l, &ears) : 0;
	for (size_t i = 0; i < n && ok; i++) {
		struct account_get_in in = { ears[i].reach.holder };
		struct account_list_row row;
		int found = account_get(l->db, &in, l->arena, &row, e);

		if (found > 0)
			change_reach(l, &ears[i], reach_of(str_of(row.reach)));
		ok = found >= 0;
	}
	if (!ok)
		set_reaches(l, -1);
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
	return live_catch_up(l, all, n, now, e);
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
	who->ear = (struct ear){
		.publisher = who->text,
		.reach = reach,
		/* Without an id it hears from now on, with what was under way when it came. */
		.after = id_is_null(after) ? id_first(clock_now() - OVERLAP_MS) : after,
		.resumes = !id_is_null(after),
		.catch_up = true,
	};
	who->send = send;
	who->ctx = ctx;
	pthread_mutex_lock(&l->lock);
	who->ear.number = ++l->joined;
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
