/* Several placers on one store: one works at a time, and what was read without the lease is not
 * written. */
#include "../stand.h"
#include "base/hash.h"

static bool place_with(struct place_worker *w, int64_t now, size_t *n, const char **code)
{
	struct err e = { 0 };
	bool ok = place_batch(w, now, n, &e);

	*code = ok ? "" : e.code;
	return ok;
}

static void one_places_at_a_time(void **state)
{
	struct stand *s = *state;
	struct place_worker *other = stand_placer(s);
	const char *code;
	size_t n;

	stand_offer(s, "contoso", "widget");
	stand_take(s, "contoso.widget", "PLT", "a@fabrikam.example", "x");
	assert_true(place_with(s->placer, s->now, &n, &code));
	assert_int_equal(n, 1);
	stand_take(s, "contoso.widget", "PLT", "b@fabrikam.example", "x");
	assert_false(place_with(other, s->now + 4000, &n, &code));
	assert_string_equal(code, "place.lease");
	/* The first one is gone for good: after its lease the other goes on. */
	assert_true(place_with(other, s->now + 6000, &n, &code));
	assert_int_equal(n, 1);
	stand_take(s, "contoso.widget", "PLT", "c@fabrikam.example", "x");
	assert_false(place_with(s->placer, s->now + 6001, &n, &code));
	assert_string_equal(code, "place.lease");
	place_worker_free(other); /* gives it back */
	assert_true(place_with(s->placer, s->now + 6002, &n, &code));
	assert_int_equal(n, 1);
	assert_int_equal(stand_count(s, "contoso", "leads"), 3);
}

/* Whoever had the lease between our reading and our writing may have placed the same: ours is
 * stale, also when the lease is free again. */
static void a_lease_lost_and_free_again_is_lost(void **state)
{
	struct stand *s = *state;
	struct lease_give_in give = { "placing", { { 0 } } };
	struct lease_take_in take = { "placing", id_new(1), STAND_NOW * 2, STAND_NOW * 2 - 1 };
	struct lease_take_row row;
	const char *code;
	size_t n;

	stand_offer(s, "contoso", "widget");
	stand_take(s, "contoso.widget", "PLT", "a@fabrikam.example", "x");
	assert_true(place_with(s->placer, s->now, &n, &code));
	OK(lease_take(s->db, &take, s->a, &row, &e) > 0);
	give.holder = take.holder;
	OK(lease_give(s->db, &give, NULL, &e));
	stand_take(s, "contoso.widget", "PLT", "b@fabrikam.example", "x");
	assert_false(place_with(s->placer, s->now + 1, &n, &code));
	assert_string_equal(code, "place.lease");
	assert_int_equal(stand_count(s, "contoso", "leads"), 1);
	/* The next try reads anew. */
	assert_true(place_with(s->placer, s->now + 2, &n, &code));
	assert_int_equal(stand_count(s, "contoso", "leads"), 2);
}

enum { BACKLOG = 1400, PEOPLE = 300 };

/* Of two publishers; every person comes again within the window, and some messages are broken. */
static void take_backlog(struct stand *s)
{
	static const char *const keys[] = { "contoso.widget", "fabrikam.gadget" };

	stand_offer(s, "contoso", "widget");
	stand_offer(s, "fabrikam", "gadget");
	for (int i = 0; i < BACKLOG; i++) {
		const char *key = keys[i % 3 == 0];

		s->now += 1;
		if (i % 100 == 99)
			stand_post(s, key, arena_printf(s->a, "{\"no\":\"lead %d\"}", i));
		else
			stand_take(s, key, "PLT", arena_printf(s->a, "p%d@x.example", i % PEOPLE),
				   arena_printf(s->a, "%d", i));
	}
}

static void all_is_placed_once(struct stand *s)
{
	static const char *const publishers[] = { "contoso", "fabrikam" };
	size_t touches = 0, leads = 0;

	for (size_t i = 0; i < LL_COUNT(publishers); i++) {
		struct lead_page_row *l;
		size_t n = stand_leads(s, publishers[i], &l);

		leads += n;
		assert_int_equal(stand_count(s, publishers[i], "leads"), n);
		for (size_t k = 0; k < n; k++)
			touches += (size_t)l[k].touches;
	}
	assert_int_equal(touches, BACKLOG - BACKLOG / 100);
	/* Every person at either offer where some message was of theirs and could be read. */
	assert_int_equal(leads, PEOPLE - 3);
	assert_int_equal(stand_place(s), 0);
}

static void reading_ahead_places_each_receipt_once(void **state)
{
	struct stand *s = *state;
	struct place_worker *w = stand_placer_ahead(s);
	const char *code;
	size_t n, placed = 0;

	take_backlog(s);
	do {
		assert_true(place_with(w, s->now, &n, &code));
		placed += n;
	} while (n);
	assert_int_equal(placed, BACKLOG);
	/* Nothing was waiting; what comes then is found as well. */
	all_is_placed_once(s);
	stand_take(s, "contoso.widget", "DNC", "late@x.example", "late");
	assert_true(place_with(w, s->now, &n, &code));
	assert_int_equal(n, 1);
	place_worker_free(w);
	assert_int_equal(stand_count(s, "contoso", "leads.kind.information"), 1);
}

/* What was read ahead under a lease that another one had in between is not written. */
static void what_was_read_ahead_goes_with_the_lease(void **state)
{
	struct stand *s = *state;
	struct place_worker *w = stand_placer_ahead(s), *other = stand_placer_ahead(s);
	const char *code;
	size_t n, placed = 0;

	take_backlog(s);
	assert_true(place_with(w, s->now, &n, &code)); /* the next batch is in its hands */
	assert_true(n > 0);
	do {
		assert_true(place_with(other, s->now + 6000, &n, &code));
		placed += n;
	} while (n && placed < BACKLOG / 2);
	place_worker_free(other); /* the lease is free again */
	assert_false(place_with(w, s->now + 6001, &n, &code));
	assert_string_equal(code, "place.lease");
	do
		assert_true(place_with(w, s->now + 6002, &n, &code));
	while (n);
	place_worker_free(w);
	all_is_placed_once(s);
}

/* Two processes take messages of the same people at the same time, two placers take turns: nothing
 * twice, nothing lost. */
static void two_servers_make_each_lead_once(void **state)
{
	struct stand *s = *state;
	struct place_worker *w[2] = { s->placer, stand_placer(s) };
	struct marks *marks = s->marks;
	struct intake *in = intake_new(marks);
	struct intake_loop *loops[2];
	struct lead_page_row *l;
	size_t placed = 0, n;
	const char *code;

	stand_offer(s, "contoso", "widget");
	OK(intake_keys_load(in, s->db, s->now, &e));
	intake_set_window(in, STAND_WINDOW);
	loops[0] = s->loop;
	loops[1] = intake_loop_new(in, test_db_open(&s->t, SQL_DERIVED));
	for (int i = 0; i < 60; i++) {
		struct intake_item it =
			stand_item("contoso.widget",
				   stand_lead(s, "PLT", arena_printf(s->a, "p%d@x.example", i % 20),
					      i / 20 % 2 ? "one" : "two"));

		intake_take(loops[i % 3 % 2], &it, 1, s->now++);
		assert_int_equal(it.status, 200);
		if (i % 7 == 0 && place_with(w[i % 2], s->now, &n, &code))
			placed += n;
		if (i % 20 == 19)
			s->now += 6000; /* the lease runs out */
	}
	for (int k = 0; k < 2; k++) {
		s->now += 6000;
		while (place_with(w[k], s->now, &n, &code) && n)
			placed += n;
	}
	assert_int_equal(stand_leads(s, "contoso", &l), 20);
	assert_int_equal(stand_count(s, "contoso", "leads"), 20);
	/* Sixty messages, of which some were the same bytes again. */
	assert_int_equal(placed, 40);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(l[i].touches, 2);
	intake_loop_free(loops[1]);
	intake_free(in);
	place_worker_free(w[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(one_places_at_a_time),
		BOTH(a_lease_lost_and_free_again_is_lost),
		BOTH(reading_ahead_places_each_receipt_once),
		BOTH(what_was_read_ahead_goes_with_the_lease),
		STAND_POSTGRESQL(two_servers_make_each_lead_once),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
