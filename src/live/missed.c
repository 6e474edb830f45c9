/* What a listener missed before it came. */
#include "live/hub.h"

#include <stdlib.h>
#include <string.h>

#define CATCH_UP_MAX 2000 /* changes: more is quicker read anew, and fits no stream's buffer */

struct missed {
	struct change_since_row row;
	const char *publisher;
	uint64_t turn; /* 0: told to nobody */
};
struct missing {
	struct arena *arena;
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
static bool is_missed(const struct ear *who, uint64_t last_turn, uint64_t turn, struct id change,
		      int64_t fresh_from)
{
	if (id_eq(change, who->after))
		return false;
	if (!turn)
		return id_time(change) < fresh_from;
	return !who->resumes || !last_turn || turn > last_turn;
}

static void keep(struct missing *m, const struct change_since_row *row, const char *publisher,
		 uint64_t turn)
{
	struct change_since_row copy = *row;

	m->too_many = m->n == CATCH_UP_MAX;
	if (m->too_many)
		return;
	copy.noun = arena_strdup(m->arena, row->noun);
	copy.what = arena_strdup(m->arena, row->what);
	m->all[m->n++] = (struct missed){ copy, publisher, turn };
}

/* Of the changes from *after on, which moves. */
static bool gather_page(struct live *l, const struct ear *who, const struct hearing *h,
			const char *publisher, struct id *after, int64_t now_ms, struct missing *m,
			size_t *ret_n, struct err *e)
{
	ARENA_SCOPE(l->arena); /* what was missed may be many pages */
	uint64_t last_turn = live_turn_of(l, who->after);
	struct change_since_row *rows;
	struct hear_page p;
	size_t some = 0;

	if (!change_since(l->db, &(struct change_since_in){ publisher, *after, PAGE }, l->arena,
			  &rows, ret_n, e))
		return false;
	for (size_t i = 0; i < *ret_n; i++) {
		*after = rows[i].change_id;
		if (is_missed(who, last_turn, live_turn_of(l, *after), *after, now_ms - OVERLAP_MS))
			rows[some++] = rows[i];
	}
	p = (struct hear_page){ publisher, rows, some, NULL, NULL };
	if (h->reach.kind != REACH_ALL && !hear_page(l->db, l->arena, publisher, rows, some, &p, e))
		return false;
	for (size_t i = 0; i < some && !m->too_many; i++)
		if (hear_may(h, &p, i))
			keep(m, &rows[i], publisher, live_turn_of(l, rows[i].change_id));
	return true;
}

static bool gather(struct live *l, const struct ear *who, const char *publisher, int64_t now_ms,
		   struct missing *m, struct err *e)
{
	struct id after = who->resumes ? id_first(id_time(who->after) - OVERLAP_MS) : who->after;
	struct hearing h;
	size_t n;

	if (!hear_begin(l->db, l->arena, &who->reach, publisher, &h, e))
		return false;
	do {
		if (!gather_page(l, who, &h, publisher, &after, now_ms, m, &n, e))
			return false;
	} while (n == PAGE && !m->too_many);
	return true;
}

/* What was told first comes first; what was told to nobody last, by its id. */
static int in_order(const void *a, const void *b)
{
	const struct missed *x = a, *y = b;

	if (x->turn != y->turn)
		return x->turn - 1 < y->turn - 1 ? -1 : 1;
	return id_order(x->row.change_id, y->row.change_id);
}

/*
 * In the order of telling, so that a listener that is cut off in between goes on from its last one
 * without a gap.
 */
static void tell_missed(struct live *l, const struct ear *who, struct missing *m)
{
	AUTO_BUF b = buf_new(TEXT_MAX);

	qsort(m->all, m->n, sizeof(*m->all), in_order);
	for (size_t i = 0; i < m->n; i++) {
		if (!m->all[i].turn)
			live_give_turn(l, m->all[i].row.change_id);
		hear_event(&b, &m->all[i].row, m->all[i].publisher);
	}
	if (b.n)
		live_send_to(l, who, buf_view(&b));
}

static bool gather_all(struct live *l, const struct ear *who, const struct publisher_list_row *all,
		       size_t n, int64_t now_ms, struct missing *m, struct err *e)
{
	m->n = 0;
	m->too_many = false;
	for (size_t i = 0; i < n && !m->too_many; i++)
		if (ear_hears(who, all[i].publisher_id) &&
		    !gather(l, who, all[i].publisher_id, now_ms, m, e))
			return false;
	return true;
}

/* Up to the present. Nothing falls between: only this thread tells anything. */
static bool catch_up(struct live *l, struct ear *who, const struct publisher_list_row *all,
		     size_t n, int64_t now_ms, struct err *e)
{
	ARENA_SCOPE(l->arena);
	AUTO_ARENA kept = arena_new("missed", ARENA_MAX);
	struct missing m = { .arena = kept, .all = ARENA_ARRAY(kept, struct missed, CATCH_UP_MAX) };
	int64_t back = who->reach.kind == REACH_ALL ? LIVE_KEEP_MS : LIVE_LIMITED_MS;
	bool known = id_time(who->after) >= now_ms - back;

	if (known && !gather_all(l, who, all, n, now_ms, &m, e))
		return false;
	if (!known || m.too_many) {
		live_send_to(l, who, STR("event: reset\ndata: {}\n\n"));
		who->after = id_first(now_ms - OVERLAP_MS); /* told to others while it came */
		who->resumes = false;
		if (!gather_all(l, who, all, n, now_ms, &m, e))
			return false;
	}
	if (!m.too_many)
		tell_missed(l, who, &m);
	return true;
}

static void caught_up(struct live *l, const struct ear *ear)
{
	struct live_listener *who;

	pthread_mutex_lock(&l->lock);
	who = live_listener_of(l, ear);
	if (who)
		who->ear.catch_up = false;
	pthread_mutex_unlock(&l->lock);
}

bool live_catch_up(struct live *l, const struct publisher_list_row *all, size_t n, int64_t now_ms,
		   struct err *e)
{
	struct ear *ears;
	size_t count = live_ears(l, &ears);

	for (size_t i = 0; i < count; i++) {
		if (!ears[i].catch_up)
			continue;
		if (!catch_up(l, &ears[i], all, n, now_ms, e))
			return false;
		caught_up(l, &ears[i]);
	}
	return true;
}
