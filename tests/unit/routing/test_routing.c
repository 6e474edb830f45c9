/* Which destinations a lead is owed to: snapshots that stay, settings that only their key opens. */
#include "../stand.h"
#include <stdatomic.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/thread.h"

static size_t owed(struct stand *s, const char *publisher, const char *offer)
{
	AUTO_ROUTING r = routing_hold(s->routing);
	const struct routing_destination *const *list;

	return routing_for(r, s->a, publisher, offer, &list);
}

/* Ids that a language's collation sorts in another way than their bytes. */
static void every_publisher_is_found(void **state)
{
	static const char *const ids[] = {
		"a", "B", "a-b", "ab", "a_b", "Z", "zz", "aB", "0", "-x"
	};
	struct stand *s = *state;

	for (size_t i = 0; i < LL_COUNT(ids); i++)
		stand_destination(s, ids[i], "", "");
	stand_destination(s, "a", "widget", "");
	for (size_t i = 0; i < LL_COUNT(ids); i++)
		assert_int_equal(owed(s, ids[i], "other"), 1);
	assert_int_equal(owed(s, "a", "widget"), 1);
	assert_int_equal(owed(s, "nobody", "widget"), 0);
	assert_int_equal(owed(s, "", ""), 0);
}

static void a_snapshot_stays_while_it_is_held(void **state)
{
	struct stand *s = *state;
	struct id first = stand_destination(s, "contoso", "", ""), second;
	AUTO_ROUTING old = routing_hold(s->routing);

	second = stand_destination(s, "contoso", "", "");
	OK(destination_remove(s->db, &(struct destination_remove_in){ "contoso", first }, NULL,
			      &e));
	OK(routing_load(s->routing, s->db, &e));
	assert_non_null(routing_get(old, "contoso", first));
	assert_null(routing_get(old, "contoso", second));
	assert_null(routing_get(old, "other", first));
	assert_int_equal(owed(s, "contoso", "x"), 1);
}

static void another_key_leaves_the_old_snapshot(void **state)
{
	struct stand *s = *state;
	struct seal *wrong = NULL;
	struct routing *r;
	struct err why = { 0 };
	char path[128];

	stand_destination(s, "contoso", "", "");
	snprintf(path, sizeof(path), "%s-wrong", s->seal_path);
	OK(seal_load(path, true, &wrong, &e));
	r = routing_new(wrong);
	assert_false(routing_load(r, s->db, &why));
	assert_string_equal(why.code, "seal.key");
	{
		AUTO_ROUTING now = routing_hold(r);
		const struct routing_destination *all;

		assert_int_equal(routing_all(now, &all), 0);
	}
	routing_free(r);
	seal_free(wrong);
	unlink(path);
}

static void a_sealed_row_is_bound_to_its_destination(void **state)
{
	struct stand *s = *state;
	struct id a = stand_destination(s, "contoso", "", ""),
		  b = stand_destination(s, "contoso", "", "");
	struct destination_get_row row;
	struct destination_set_in stolen;
	struct err why = { 0 };

	OK(destination_get(s->db, &(struct destination_get_in){ "contoso", a }, s->a, &row, &e) >
	   0);
	stolen = (struct destination_set_in){ "contoso", b, "", "crm", row.settings_sealed };
	OK(destination_set(s->db, &stolen, NULL, &e));
	assert_false(routing_load(s->routing, s->db, &why));
	assert_string_equal(why.code, "seal.key");
	assert_int_equal(owed(s, "contoso", "x"), 2);
}

struct other_loader {
	struct routing *routing;
	struct sql_db *db;
	atomic_bool stop;
	atomic_int loads;
};

static void *load_on_and_on(void *arg)
{
	struct other_loader *o = arg;

	while (!atomic_load(&o->stop)) {
		OK(routing_load(o->routing, o->db, &e));
		atomic_fetch_add(&o->loads, 1);
	}
	return NULL;
}

static bool paused_now(struct stand *s, struct id id)
{
	AUTO_ROUTING r = routing_hold(s->routing);

	return routing_get(r, "contoso", id)->paused;
}

/* Or a destination that a person resumed would stay parked until the next change: a sender that
 * parked it reads the destinations at the same time. */
static void a_slow_load_does_not_undo_a_later_one(void **state)
{
	enum { TURNS = 300 };
	struct stand *s = *state;
	struct id id = stand_destination(s, "contoso", "", "");
	struct other_loader o = { .routing = s->routing, .db = test_db_open(&s->t, SQL_DERIVED) };
	pthread_t t = thread_start("loader", load_on_and_on, &o);

	for (int i = 0, seen; i < TURNS; i++) {
		bool paused = i % 2 == 0;

		OK(routing_state(s->db, "contoso", id, paused ? "paused" : "active", NULL, s->now,
				 &e));
		OK(routing_load(s->routing, s->db, &e));
		for (seen = atomic_load(&o.loads); atomic_load(&o.loads) == seen;)
			assert_int_equal(paused_now(s, id), paused);
	}
	atomic_store(&o.stop, true);
	pthread_join(t, NULL);
	sql_close(o.db);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(every_publisher_is_found),
		BOTH(a_snapshot_stays_while_it_is_held),
		BOTH(a_slow_load_does_not_undo_a_later_one),
		STAND_SQLITE(another_key_leaves_the_old_snapshot),
		STAND_SQLITE(a_sealed_row_is_bound_to_its_destination),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
