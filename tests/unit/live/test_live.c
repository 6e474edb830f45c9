/* The live stream: every change once, in one order for all, also after a break and a late commit.
 */
#include "../stand.h"

#include <pthread.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/thread.h"
#include "live/live.h"

#define WAIT_MS 20000 /* a deadline, never a pause */
#define HEARD   8192

/* What a listener was told, in order. */
struct ear {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct live_listener *who;
	struct id heard[HEARD];
	size_t n, resets;
};

static void hear(void *ctx, struct str events)
{
	struct ear *e = ctx;
	struct str line;

	pthread_mutex_lock(&e->lock);
	while (events.n && str_split(&events, '\n', &line)) {
		e->resets += str_eq_z(line, "event: reset");
		if (str_starts(line, "id: ") && e->n < HEARD)
			assert_true(id_parse(str_from(line, 4), &e->heard[e->n++]));
	}
	pthread_cond_broadcast(&e->cond);
	pthread_mutex_unlock(&e->lock);
}

static struct ear *join_as(struct live *l, const char *publisher, struct reach reach,
			   struct id after)
{
	struct ear *e = calloc(1, sizeof(*e));

	assert_non_null(e);
	pthread_mutex_init(&e->lock, NULL);
	pthread_cond_init(&e->cond, NULL);
	e->who = live_join(l, publisher, reach, after, hear, e);
	return e;
}

static struct ear *join(struct live *l, const char *publisher, struct id after)
{
	return join_as(l, publisher, (struct reach){ REACH_ALL, ID_NULL }, after);
}

static void leave(struct live *l, struct ear *e)
{
	live_leave(l, e->who);
	pthread_cond_destroy(&e->cond);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

/* Until n changes (or resets) were heard. */
static void until(struct ear *e, size_t n, size_t resets)
{
	int64_t limit = clock_mono() + WAIT_MS;

	pthread_mutex_lock(&e->lock);
	while (e->n < n || e->resets < resets) {
		struct timespec wake;

		if (clock_mono() > limit) {
			pthread_mutex_unlock(&e->lock);
			fail_msg("%zu changes and %zu resets, not %zu and %zu", e->n, e->resets, n,
				 resets);
		}
		clock_gettime(CLOCK_REALTIME, &wake);
		wake.tv_sec++;
		pthread_cond_timedwait(&e->cond, &e->lock, &wake);
	}
	pthread_mutex_unlock(&e->lock);
}

static size_t resets_of(struct ear *e)
{
	size_t n;

	pthread_mutex_lock(&e->lock);
	n = e->resets;
	pthread_mutex_unlock(&e->lock);
	return n;
}

static struct live *hub(struct stand *s)
{
	stand_offer(s, "contoso", "crm");
	stand_offer(s, "fabrikam", "app");
	return live_start(test_db_open(&s->t, SQL_DERIVED));
}

/* An id of that moment that differs from all others of this test. */
static struct id at(int64_t ms)
{
	static unsigned serial;
	struct id x = id_first(ms);

	serial++;
	x.b[14] = (uint8_t)(serial >> 8);
	x.b[15] = (uint8_t)serial;
	return x;
}

static struct id put(struct stand *s, const char *publisher, struct id change)
{
	struct change_put_in in = { publisher, change, "lead", change, "new" };

	OK(change_put(s->db, &in, NULL, &e));
	return change;
}

static void same_order(struct ear *e, const struct id *want, size_t n)
{
	assert_int_equal(e->n, n);
	for (size_t i = 0; i < n; i++)
		assert_true(id_eq(e->heard[i], want[i]));
}

/* A change made last: when it is heard, everything before it would have been. */
static void nothing_else_comes(struct stand *s, struct live *l, struct ear *e, size_t n)
{
	put(s, "contoso", at(clock_now()));
	live_wake(l);
	until(e, n + 1, 0);
	assert_int_equal(e->n, n + 1);
}

static void a_change_is_told_once_also_when_its_commit_was_late(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	struct ear *e = join(l, "contoso", (struct id){ { 0 } });
	int64_t now = clock_now();
	struct id want[3];

	want[0] = put(s, "contoso", at(now));
	live_wake(l);
	until(e, 1, 0);
	want[1] = put(s, "contoso", at(now - 1000)); /* made before, committed after */
	live_wake(l);
	until(e, 2, 0);
	want[2] = put(s, "contoso", at(now - 500));
	until(e, 3, 0); /* nobody woke: another server's change is found by itself */
	same_order(e, want, 3);
	nothing_else_comes(s, l, e, 3);
	leave(l, e);
	live_stop(l);
}

/* Ids out of order, in several looks, of two publishers; n of them as one listener heard them. */
static void many_out_of_order(struct stand *s, struct live *l, struct ear *witness, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(s, i % 3 ? "contoso" : "fabrikam",
		    at(clock_now() - (int64_t)(i * 37 % 50) * 20));
		if (i % 4)
			continue;
		live_wake(l);
		until(witness, i + 1, 0);
	}
	live_wake(l);
	until(witness, n, 0);
}

static void whoever_comes_back_gets_the_rest_in_the_same_order(void **state)
{
	enum { MANY = 60 };
	struct stand *s = *state;
	struct live *l = hub(s);
	struct ear *witness = join(l, "", (struct id){ { 0 } });

	many_out_of_order(s, l, witness, MANY);
	for (size_t i = 0; i < MANY; i++) {
		struct ear *back = join(l, "", witness->heard[i]);

		until(back, MANY - 1 - i, 0);
		same_order(back, witness->heard + i + 1, MANY - 1 - i);
		leave(l, back);
	}
	nothing_else_comes(s, l, witness, MANY);
	leave(l, witness);
	live_stop(l);
}

static void what_came_while_nobody_listened_is_not_missed(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	struct ear *e = join(l, "contoso", (struct id){ { 0 } });
	int64_t now = clock_now();
	struct id last = put(s, "contoso", at(now)), late, next;

	live_wake(l);
	until(e, 1, 0);
	leave(l, e);
	late = put(s, "contoso", at(now - 900));
	next = put(s, "contoso", at(now + 1));
	e = join(l, "contoso", last);
	until(e, 2, 0);
	nothing_else_comes(s, l, e, 2);
	assert_true(id_eq(e->heard[0], late) && id_eq(e->heard[1], next));
	leave(l, e);
	live_stop(l);
}

static void a_publisher_hears_its_own_only(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	int64_t now = clock_now();
	struct id mine = put(s, "contoso", at(now)), last = put(s, "contoso", at(now - 1500));
	struct ear *all = join(l, "", (struct id){ { 0 } }), *one;

	put(s, "fabrikam", at(now - 5));
	live_wake(l);
	until(all, 3, 0);
	one = join(l, "contoso", last);
	until(one, 1, 0);
	assert_true(id_eq(one->heard[0], mine));
	put(s, "fabrikam", at(now + 2));
	nothing_else_comes(s, l, one, 1);
	leave(l, one);
	leave(l, all);
	live_stop(l);
}

static void after_a_restart_nothing_is_missed(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	int64_t now = clock_now();
	struct id last = put(s, "contoso", at(now - 5000)),
		  next = put(s, "contoso", at(now - 4000));
	struct id late = put(s, "contoso", at(now - 6000)); /* it may have been known, or not */
	struct ear *e = join(l, "contoso", last);

	until(e, 2, 0);
	assert_true(id_eq(e->heard[0], late) && id_eq(e->heard[1], next));
	nothing_else_comes(s, l, e, 2);
	leave(l, e);
	live_stop(l);
}

static void what_is_gone_or_too_much_is_a_reset(void **state)
{
	enum { TOO_MANY = 2001 };
	struct stand *s = *state;
	struct live *l = hub(s);
	int64_t now = clock_now();
	struct id known = put(s, "contoso", at(now - 60000));
	struct ear *old = join(l, "contoso", at(now - LIVE_KEEP_MS - 60000)), *slow;
	AUTO_TX tx = { 0 };

	until(old, 0, 1);
	OK(sql_begin(s->db, &tx, &e));
	for (int i = 0; i < TOO_MANY; i++)
		put(s, "contoso", at(now - 30000 + i));
	OK(sql_commit(&tx, &e));
	slow = join(l, "contoso", known);
	until(slow, 0, 1);
	nothing_else_comes(s, l, slow, 0);
	assert_int_equal(resets_of(slow), 1);
	assert_int_equal(resets_of(old), 1);
	leave(l, slow);
	leave(l, old);
	live_stop(l);
}

/* Somebody who reaches the offer, and a lead of it. */
static struct reach of_offer(struct stand *s, struct id *ret_lead)
{
	struct reach r = { REACH_OFFERS, at(clock_now()) };
	struct reach_offer_put_in in = { "contoso", r.holder, "crm" };
	struct lead_page_row *leads;

	OK(reach_offer_put(s->db, &in, NULL, &e));
	stand_take(s, "contoso.crm", "Create", "ana@contoso.example", "hello");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &leads), 1);
	*ret_lead = leads[0].lead_id;
	/* That it came is no part of the test. */
	OK(change_sweep(s->db, &(struct change_sweep_in){ "contoso", id_first(clock_now() + 1) },
			NULL, &e));
	return r;
}

static struct id put_lead(struct stand *s, struct id lead, struct id change)
{
	struct change_put_in in = { "contoso", change, "lead", lead, "moved" };

	OK(change_put(s->db, &in, NULL, &e));
	return change;
}

/* Changes of leads that are not in reach, long enough that those of a minute fill any memory. */
static void put_strangers(struct stand *s, int64_t from_ms)
{
	enum { BATCHES = 40, BATCH = 500, LONG = 4000 };
	struct change_put_in *in = ARENA_ARRAY(s->a, struct change_put_in, BATCH);
	char *what = arena_alloc(s->a, LONG + 1);
	AUTO_TX tx = { 0 };

	memset(what, 'x', LONG);
	OK(sql_begin(s->db, &tx, &e));
	for (int b = 0; b < BATCHES; b++) {
		for (int i = 0; i < BATCH; i++) {
			struct id x = at(from_ms + b);

			in[i] = (struct change_put_in){ "contoso", x, "lead", x, what };
		}
		OK(change_put_batch(s->db, in, BATCH, &e));
	}
	OK(sql_commit(&tx, &e));
}

static void who_reaches_little_catches_up_among_many_changes(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	struct id lead, want[2], last;
	struct reach reach = of_offer(s, &lead);
	int64_t now = clock_now();
	struct ear *e;

	last = put_lead(s, lead, at(now - 60000));
	want[0] = put_lead(s, lead, at(now - 50000));
	put_strangers(s, now - 40000);
	want[1] = put_lead(s, lead, at(now - 30000));
	e = join_as(l, "contoso", reach, last);
	until(e, 2, 0);
	same_order(e, want, 2);
	put(s, "contoso", at(clock_now()));
	put_lead(s, lead, at(clock_now()));
	live_wake(l);
	until(e, 3, 0);
	assert_int_equal(e->n, 3);
	assert_int_equal(resets_of(e), 0);
	leave(l, e);
	live_stop(l);
}

static void one_look_tells_each_what_is_in_its_reach(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	struct id lead, want[2];
	struct reach reach = of_offer(s, &lead);
	struct reach nothing = { REACH_OFFERS, at(clock_now()) };
	struct ear *all = join(l, "contoso", at(clock_now()));
	struct ear *some = join_as(l, "contoso", reach, at(clock_now()));
	struct ear *none = join_as(l, "contoso", nothing, at(clock_now()));
	AUTO_TX tx = { 0 };

	OK(sql_begin(s->db, &tx, &e));
	want[0] = put_lead(s, lead, at(clock_now()));
	put(s, "contoso", at(clock_now()));
	put(s, "contoso", at(clock_now()));
	want[1] = put_lead(s, lead, at(clock_now())); /* the same lead twice in one read */
	OK(sql_commit(&tx, &e));
	live_wake(l);
	until(all, 4, 0);
	until(some, 2, 0);
	OK(reach_offer_put(s->db, &(struct reach_offer_put_in){ "contoso", nothing.holder, "crm" },
			   NULL, &e));
	put_lead(s, lead, at(clock_now()));
	live_wake(l);
	until(none, 1, 0);
	until(some, 3, 0);
	same_order(some, (struct id[]){ want[0], want[1], some->heard[2] }, 3);
	assert_int_equal(none->n, 1);
	leave(l, all);
	leave(l, some);
	leave(l, none);
	live_stop(l);
}

/* By age and by nothing else: how much happened out of reach is not told. */
static void who_reaches_little_and_comes_late_reads_anew(void **state)
{
	struct stand *s = *state;
	struct live *l = hub(s);
	struct id lead;
	struct reach reach = of_offer(s, &lead);
	int64_t now = clock_now();
	struct ear *late = join_as(l, "contoso", reach, at(now - LIVE_LIMITED_MS - 60000));
	struct ear *whole = join(l, "contoso", at(now - LIVE_LIMITED_MS - 60000));
	struct ear *soon = join_as(l, "contoso", reach, at(now - LIVE_LIMITED_MS + 60000));

	until(late, 0, 1);
	put_lead(s, lead, at(clock_now()));
	live_wake(l);
	until(late, 1, 1);
	until(soon, 1, 0);
	until(whole, 1, 0);
	assert_int_equal(resets_of(late), 1);
	assert_int_equal(resets_of(soon) + resets_of(whole), 0);
	leave(l, late);
	leave(l, whole);
	leave(l, soon);
	live_stop(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_change_is_told_once_also_when_its_commit_was_late),
		BOTH(whoever_comes_back_gets_the_rest_in_the_same_order),
		BOTH(what_came_while_nobody_listened_is_not_missed),
		BOTH(a_publisher_hears_its_own_only),
		BOTH(after_a_restart_nothing_is_missed),
		BOTH(what_is_gone_or_too_much_is_a_reset),
		BOTH(who_reaches_little_catches_up_among_many_changes),
		BOTH(one_look_tells_each_what_is_in_its_reach),
		BOTH(who_reaches_little_and_comes_late_reads_anew),
	};

	crypto_start();
	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
