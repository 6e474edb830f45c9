/*
 * The server's thread for imports. Each turn gives every import in hand one step; what cannot go on
 * (the placer is behind, the store is busy) is tried again in the next turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "load/loader.h"

#define SLOTS      4 /* publishers at a time */
#define TURN_ARENA ((size_t)256 * 1024 * 1024)
#define IDLE_MS    1000 /* what another server was asked */
#define BEHIND_MS  20
#define TELL_MS    400
#define LEASE_MS   60000
#define RENEW_MS   10000
#define SWEEP_MS   3600000

struct loader {
	struct loader_config c;
	struct arena *arena;
	struct id me;
	struct slot *slot[SLOTS];
	struct bell bell;
	pthread_t thread;
	int64_t swept_at, looked_at;
	atomic_bool woken;
};

enum step { STEP_FAILED = -1, STEP_DONE = 0, STEP_MORE, STEP_LATER };

/* ---- the lease: one server works for a publisher ---- */

static const char *lease_name(struct loader *x, const char *publisher)
{
	return arena_printf(x->arena, "import %s", publisher);
}

static bool take_lease(struct loader *x, const char *publisher, bool *ret, struct err *e)
{
	int64_t now = clock_now();
	struct lease_take_in in = { lease_name(x, publisher), x->me, now + LEASE_MS, now };
	struct lease_take_row row;
	int found = lease_take(x->c.db, &in, x->arena, &row, e);

	*ret = found > 0;
	return found >= 0;
}

/* False also when another server has it by now. */
static bool keep_lease(struct loader *x, struct slot *s, struct err *e)
{
	bool ours;

	if (clock_mono() - s->kept_at < RENEW_MS)
		return true;
	s->kept_at = clock_mono();
	return take_lease(x, s->publisher, &ours, e) &&
	       (ours || ERR(e, ERR_BUSY, "import.lease", "Another server goes on with it."));
}

/* ---- what pages see ---- */

static bool tell(struct loader *x, struct slot *s, const char *what, bool at_once, struct err *e)
{
	int64_t mono = clock_mono();
	struct change_put_in in = { s->publisher, id_new(clock_now()), "import", s->id, what };

	if (!at_once && mono - s->told_at < TELL_MS)
		return true;
	s->told_at = mono;
	if (!change_put(x->c.db, &in, NULL, e))
		return false;
	if (x->c.told)
		x->c.told(x->c.ctx);
	return true;
}

/* ---- in hand ---- */

static void let_go(struct loader *x, struct slot **at)
{
	struct slot *s = *at;
	struct err e;

	if (!lease_give(x->c.db, &(struct lease_give_in){ lease_name(x, s->publisher), x->me },
			NULL, &e))
		log_err(LOG_WARN, "import.lease", &e); /* it runs out by itself */
	load_close(s->load);
	free(s);
	*at = NULL;
	x->looked_at = 0; /* there is room */
}

static enum work work_of(const char *text)
{
	static const char *const names[] = {
		[WORK_CHECK] = "check", [WORK_IMPORT] = "import", [WORK_UNDO] = "undo"
	};

	for (enum work w = WORK_CHECK; w <= WORK_UNDO; w++)
		if (text && !strcmp(text, names[w]))
			return w;
	return WORK_NONE;
}

static bool open_file(struct loader *x, struct slot *s, const struct load_get_row *r, struct err *e)
{
	struct load_options o = {
		.publisher = r->publisher_id,
		.offer = r->offer_id,
		.map = r->map,
		.map_end = '\n',
		.name = r->file_name,
		.actor = r->actor,
		.bytes = r->file_bytes,
		.deliver = r->deliver,
		.dry = s->work == WORK_CHECK,
		.row = r,
		.sheet = { .encoding = r->encoding,
			   .delimiter = r->delimiter ? *r->delimiter : 0,
			   .tab = r->tab },
	};

	if (s->work == WORK_UNDO)
		return true;
	if (!load_open(x->c.db, load_spool(x->arena, x->c.dir, s->id), &o, clock_now(), &s->load,
		       e))
		return false;
	return s->work != WORK_CHECK || check_begin(s, e);
}

/* What the person did not mean to go on for ever: it ends with the reason. What has rows in the
 * store already has failed, so that it can be taken back. */
static bool give_up(struct slot *s, const struct err *why, struct err *e)
{
	struct load_get_row row;
	struct load_get_in in = { s->publisher, s->id };
	struct load_rest_in rest = { s->publisher, s->id, NULL, why->code, why->text };
	struct load_move_in failed = { s->publisher, s->id,     "failed",
				       why->code,    why->text, clock_now() };
	int found = load_get(s->db, &in, s->arena, &row, e);

	/* A file that could not be read on has ended already, with its reason. */
	if (found <= 0 || !row.work)
		return found >= 0;
	if (!strcmp(row.state, "reading") || !strcmp(row.state, "placing"))
		return load_move(s->db, &failed, NULL, e);
	rest.state = row.state;
	return load_rest(s->db, &rest, NULL, e);
}

static bool is_passing(const struct err *e)
{
	return e->kind == ERR_BUSY || e->kind == ERR_STORE || e->kind == ERR_REMOTE ||
	       (e->kind == ERR_CONFLICT && strcmp(e->code, "import.worked-on") != 0);
}

static void fail(struct loader *x, struct slot **at, struct err *why)
{
	struct err e;

	if (is_passing(why)) {
		if (why->kind != ERR_BUSY)
			log_err(LOG_WARN, "import.put-off", why);
	} else if (!give_up(*at, why, &e) || !tell(x, *at, "failed", true, &e)) {
		log_err(LOG_WARN, "import.put-off", &e);
	}
	let_go(x, at);
}

/* Its file may be with another server; where there is none it is gone, and opening it says so. */
static bool is_here(struct loader *x, const struct load_get_row *r)
{
	return !strcmp(r->work, "undo") || sql_engine_of(x->c.db) == SQL_SQLITE ||
	       access(load_spool(x->arena, x->c.dir, r->load_id), R_OK) == 0;
}

static struct slot *slot_new(struct loader *x, const struct load_get_row *r)
{
	struct slot *s = calloc(1, sizeof(*s));

	MUST(s != NULL);
	s->db = x->c.db;
	s->arena = x->arena;
	s->id = r->load_id;
	s->work = work_of(r->work);
	s->kept_at = clock_mono();
	MUST(strlen(r->publisher_id) < sizeof(s->publisher));
	snprintf(s->publisher, sizeof(s->publisher), "%s", r->publisher_id);
	snprintf(s->actor, sizeof(s->actor), "%s", r->undone_by ? r->undone_by : r->actor);
	snprintf(s->state, sizeof(s->state), "%s", r->state);
	return s;
}

/* 1 taken up, 0 nothing to do for it here. */
static int take_up(struct loader *x, const char *publisher, struct slot **at, struct err *e)
{
	struct load_work_in in = { publisher };
	struct load_work_row next;
	struct load_get_row row;
	struct err why;
	bool ours;
	int found = load_work(x->c.db, &in, x->arena, &next, e);

	if (found > 0)
		found = load_get(x->c.db, &(struct load_get_in){ publisher, next.load_id },
				 x->arena, &row, e);
	if (found <= 0 || !row.work || !is_here(x, &row))
		return found < 0 ? -1 : 0;
	if (!take_lease(x, publisher, &ours, e))
		return -1;
	if (!ours)
		return 0;
	*at = slot_new(x, &row);
	if (!open_file(x, *at, &row, &why) || !tell(x, *at, "begun", true, &why))
		fail(x, at, &why);
	return *at != NULL;
}

/* ---- steps ---- */

static bool placer_is_behind(struct loader *x, bool *ret, struct err *e)
{
	struct receipt_waiting_count_row row = { 0 };

	*ret = false;
	if (receipt_waiting_count(x->c.db, x->arena, &row, e) < 0)
		return false;
	*ret = row.n > LOAD_AHEAD;
	return true;
}

static enum step read_on(struct loader *x, struct slot *s, struct err *e)
{
	int64_t had = load_counts(s->load)->by[LOAD_NEW];
	bool behind;
	int more;

	if (!placer_is_behind(x, &behind, e))
		return STEP_FAILED;
	if (behind)
		return STEP_LATER;
	more = load_step(s->load, clock_now(), e);
	if (more < 0)
		return STEP_FAILED;
	if (x->c.stored && load_counts(s->load)->by[LOAD_NEW] > had)
		x->c.stored(x->c.ctx, (size_t)(load_counts(s->load)->by[LOAD_NEW] - had));
	return STEP_MORE;
}

static enum step import(struct loader *x, struct slot *s, struct err *e)
{
	int settled;

	if (!load_was_read(s->load))
		return read_on(x, s, e);
	settled = load_settle(s->load, clock_now(), e);
	return settled < 0 ? STEP_FAILED : settled ? STEP_DONE : STEP_LATER;
}

static enum step undo(struct loader *x, struct slot *s, struct err *e)
{
	int more;

	if (!s->undo_checked && !load_undo_check(x->c.db, x->arena, s->publisher, s->id, e))
		return STEP_FAILED;
	s->undo_checked = true;
	more = load_undo_step(x->c.db, x->arena, s->publisher, s->id, s->actor, clock_now(), e);
	return more < 0 ? STEP_FAILED : more ? STEP_MORE : STEP_DONE;
}

static enum step step(struct loader *x, struct slot *s, struct err *e)
{
	switch (s->work) {
	case WORK_CHECK: return (enum step)check_step(s, clock_now(), e);
	case WORK_IMPORT: return import(x, s, e);
	case WORK_UNDO: return undo(x, s, e);
	case WORK_NONE: break;
	}
	return STEP_DONE;
}

/* What its import is through with; a file that could not be read on as well. */
static void drop_file(struct loader *x, const struct slot *s)
{
	if (s->work != WORK_CHECK)
		unlink(load_spool(x->arena, x->c.dir, s->id));
}

static enum step go_on(struct loader *x, struct slot **at)
{
	struct slot *s = *at;
	struct err e = { 0 };
	enum step done = keep_lease(x, s, &e) ? step(x, s, &e) : STEP_FAILED;

	if (done == STEP_MORE && tell(x, s, "progress", false, &e))
		return done;
	if (done == STEP_LATER)
		return done;
	if (done == STEP_DONE && tell(x, s, "done", true, &e)) {
		drop_file(x, s);
		let_go(x, at);
		return done;
	}
	fail(x, at, &e);
	return STEP_LATER;
}

/* ---- the thread ---- */

static bool in_hand(const struct loader *x, const char *publisher)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (x->slot[i] && !strcmp(x->slot[i]->publisher, publisher))
			return true;
	return false;
}

static bool look(struct loader *x, struct err *e)
{
	struct publisher_list_row *rows;
	size_t n, at = 0;

	if (!publisher_list(x->c.db, x->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		while (at < SLOTS && x->slot[at])
			at++;
		if (at == SLOTS)
			return true;
		if (!in_hand(x, rows[i].publisher_id) &&
		    take_up(x, rows[i].publisher_id, &x->slot[at], e) < 0)
			return false;
	}
	return true;
}

/* Not with every step: it asks for each publisher. */
static bool look_now_and_then(struct loader *x, struct err *e)
{
	if (!atomic_exchange(&x->woken, false) && x->looked_at &&
	    clock_mono() - x->looked_at < IDLE_MS)
		return true;
	x->looked_at = clock_mono();
	return look(x, e);
}

static bool sweep_now_and_then(struct loader *x, struct err *e)
{
	if (x->swept_at && clock_mono() - x->swept_at < SWEEP_MS)
		return true;
	x->swept_at = clock_mono();
	return sweep_files(x->c.db, x->arena, x->c.dir, clock_now(), e);
}

/* ms until the next turn. */
static int64_t turn(struct loader *x)
{
	int64_t wait = IDLE_MS;
	struct err e = { 0 };

	arena_reset(x->arena);
	if (!sweep_now_and_then(x, &e) || !look_now_and_then(x, &e)) {
		log_err(LOG_WARN, "import.put-off", &e);
		return wait;
	}
	for (size_t i = 0; i < SLOTS; i++) {
		enum step done;

		if (!x->slot[i])
			continue;
		done = go_on(x, &x->slot[i]);
		if (done == STEP_MORE || done == STEP_DONE)
			wait = 0;
		else if (wait > BEHIND_MS && x->slot[i])
			wait = BEHIND_MS;
	}
	return wait;
}

static void *loop(void *arg)
{
	struct loader *x = arg;

	while (bell_wait(&x->bell, turn(x)))
		;
	return NULL;
}

struct loader *loader_start(const struct loader_config *c)
{
	struct loader *x = calloc(1, sizeof(*x));

	MUST(x != NULL);
	x->c = *c;
	x->me = id_new(clock_now());
	x->arena = arena_new("import turn", TURN_ARENA);
	bell_init(&x->bell);
	x->thread = thread_start("import", loop, x);
	return x;
}

void loader_wake(struct loader *x)
{
	if (!x)
		return;
	atomic_store(&x->woken, true);
	bell_ring(&x->bell);
}

void loader_stop(struct loader *x)
{
	if (!x)
		return;
	bell_stop(&x->bell);
	pthread_join(x->thread, NULL);
	for (size_t i = 0; i < SLOTS; i++)
		if (x->slot[i])
			let_go(x, &x->slot[i]);
	sql_close(x->c.db);
	arena_free(x->arena);
	bell_free(&x->bell);
	free(x);
}
