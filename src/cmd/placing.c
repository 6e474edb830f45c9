#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "cmd/import.h"
#include "place/place.h"
#include "store/store.h"

#define LOOK_EVERY_MS 20
#define CHECKPOINT_MS 1000
#define BACKLOG_ARENA (1024 * 1024)

struct placing {
	struct cmd *c;
	struct routing *routing;
	struct marks *marks;
	struct place_worker *worker;
	const char *mark_path;
	struct arena *arena;
	int64_t checked_at; /* ms of the clock that never jumps */
};

bool placing_start(struct cmd *c, struct placing **ret, struct err *e)
{
	struct placing *p = calloc(1, sizeof(*p));
	struct place_config config = { .repeat_window_ms = c->conf.repeat_window_s * 1000 };

	MUST(p != NULL);
	p->c = c;
	p->arena = arena_new("backlog", BACKLOG_ARENA);
	p->mark_path = cmd_data_path(c, arena_printf(c->arena, "import.%ld.mark", (long)getpid()));
	if (!cmd_make_data_dir(c, e) || !cmd_seal(c, true, e) ||
	    !mark_open(p->mark_path, &p->marks, e) ||
	    !sql_open(c->conf.db, SQL_DERIVED, &config.db, e)) {
		placing_stop(p);
		return false;
	}
	config.marks = p->marks;
	config.routing = p->routing = routing_new(c->seal);
	if (!routing_load(p->routing, config.db, e) ||
	    !sql_open(c->conf.db, SQL_DERIVED, &config.read_db, e)) {
		sql_close(config.db);
		placing_stop(p);
		return false;
	}
	p->worker = place_worker_new(&config, clock_now());
	*ret = p;
	return true;
}

void placing_stop(struct placing *p)
{
	if (!p)
		return;
	place_worker_free(p->worker);
	routing_free(p->routing);
	mark_close(p->marks);
	unlink(p->mark_path);
	arena_free(p->arena);
	free(p);
}

bool placing_backlog(struct placing *p, int64_t *ret, struct err *e)
{
	struct receipt_waiting_count_row row = { 0 };

	arena_reset(p->arena);
	if (receipt_waiting_count(p->c->db, p->arena, &row, e) < 0)
		return false;
	*ret = row.n;
	return true;
}

/*
 * Where no server runs nobody moves SQLite's write-ahead log into the file: it would grow with the
 * rows. What others keep of it the next time gets.
 */
bool placing_tidy(struct placing *p, struct err *e)
{
	int64_t now = clock_mono();

	if (now - p->checked_at < CHECKPOINT_MS)
		return true;
	p->checked_at = now;
	if (sql_checkpoint(p->c->db, e))
		return true;
	if (e->kind != ERR_BUSY)
		return false;
	*e = (struct err){ 0 };
	return true;
}

bool placing_some(struct placing *p, struct err *e)
{
	size_t done = 0;

	if (!place_batch(p->worker, clock_now(), &done, e)) {
		if (e->kind != ERR_BUSY)
			return false;
		*e = (struct err){ 0 };
	}
	if (!done)
		poll(NULL, 0, LOOK_EVERY_MS);
	return !done || placing_tidy(p, e);
}

bool placing_until_placed(struct placing *p, const char *publisher, struct id load, struct err *e)
{
	struct load_waiting_in in = { publisher, load };
	struct load_waiting_row row;

	for (;;) {
		int waits;

		arena_reset(p->arena);
		waits = load_waiting(p->c->db, &in, p->arena, &row, e);
		if (waits <= 0)
			return waits == 0;
		if (!placing_some(p, e))
			return false;
	}
}
