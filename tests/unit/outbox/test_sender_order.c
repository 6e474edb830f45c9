/* Order, fairness, leases, several senders at once, stopping: on both engines. */
#include "world.h"

static void per_contact_waits_for_the_earlier_of_the_same_person(void **state)
{
	(void)state;
	ANSWERS(503, 200);
	struct id dest = destination(",\"ordering\":\"per-contact\"");
	struct id ana = customer(), ben = customer();
	struct id first = owe(dest, ana, clock_now() - 1000);
	sender = start(1000);
	until_state(first, "due", 1);
	struct id second = owe(dest, ana, clock_now()), other = owe(dest, ben, clock_now());
	sender_wake(sender);
	until_state(other, "done", 1);
	assert_int_equal(read_delivery(second).attempts, 0);
	hurry();
	until_state(second, "done", 1);
	assert_string_equal(read_delivery(first).state, "done");
}

static void rejected_does_not_hold_up_the_same_person(void **state)
{
	(void)state;
	ANSWERS(422, 200);
	struct id dest = destination(",\"ordering\":\"per-contact\""), ana = customer();
	struct id first = owe(dest, ana, clock_now() - 1000), second = owe(dest, ana, clock_now());
	sender = start(1000);
	until_state(second, "done", 1);
	assert_string_equal(read_delivery(first).state, "rejected");
}

static void strict_is_one_after_the_other(void **state)
{
	enum { MANY = 20 };
	struct id all[MANY];
	(void)state;
	struct id dest = destination(",\"ordering\":\"strict\"");
	for (int i = 0; i < MANY; i++)
		all[i] = owe(dest, customer(), clock_now());
	sender = start(1000);
	until_state(all[MANY - 1], "done", 1);
	for (int i = 0; i < MANY; i++) {
		char id[ID_TEXT];
		assert_string_equal(script.ids[i], id_text(all[i], id));
	}
}

/* A fresh lead does not stand behind a backlog of retries, nor behind a destination that hangs. */
static void today_goes_before_a_backlog(void **state)
{
	enum { MANY = 600 };
	(void)state;
	struct id dest = destination(""), who = customer();
	for (int i = 0; i < MANY; i++)
		owe(dest, who, clock_now() - 3600000);
	test_db_do(tdb.url, "UPDATE delivery SET attempts = 1");
	struct id fresh = owe(dest, who, clock_now());
	sender = start(1000);
	until_state(fresh, "done", 1);
	assert_true(sink.requests < MANY / 2);
}

static void a_hanging_destination_holds_up_nobody_else(void **state)
{
	enum { MANY = 200 };
	static struct sink healthy;
	(void)state;
	ANSWERS(0);
	struct id hanging = destination("");
	for (int i = 0; i < MANY; i++)
		owe(hanging, customer(), clock_now() - 1000);
	sender = start(0);
	int64_t limit = clock_mono() + WAIT_MS;
	while (sink.requests < OUTBOX_WINDOW && clock_mono() < limit)
		usleep(1000);
	assert_int_equal(sink.requests, OUTBOX_WINDOW);
	int port = sink.port;
	sink_start(&healthy, play, NULL);
	sink.port = healthy.port;
	struct id other = destination("");
	sink.port = port;
	ANSWERS(200);
	struct id lead = owe(other, customer(), clock_now());
	sender_wake(sender);
	until_state(lead, "done", 1);
	sender_stop(sender);
	sender = NULL;
	sink_stop(&healthy);
}

/* ---- crashes, several senders, stopping ---- */

static void a_dead_senders_lease_ends(void **state)
{
	(void)state;
	struct id one = owe(destination(""), customer(), clock_now());
	test_db_do(tdb.url, "UPDATE delivery SET state = 'leased', attempts = 1, lease_until = 5");
	sender = start(1000);
	until_state(one, "done", 2);
	struct attempt_list_row *a = attempts_of(one, 2);
	assert_string_equal(a[0].code, "lease-over");
	assert_string_equal(a[0].outcome, "unknown");
	assert_string_equal(a[1].outcome, "delivered");
}

static void senders_share_without_sending_twice(void **state)
{
	enum { MANY = 1500 };
	(void)state;
	struct id dest = destination(""), last = { { 0 } }, who = customer();
	struct err e = { 0 };
	AUTO_TX tx = { 0 };
	assert_true(sql_begin(db, &tx, &e));
	for (int i = 0; i < MANY; i++)
		last = owe(dest, who, clock_now());
	assert_true(sql_commit(&tx, &e));
	struct sender *other = start(1000);
	sender = start(1000);
	int64_t limit = clock_mono() + WAIT_MS;
	while (pending(dest) && clock_mono() < limit)
		usleep(5000);
	assert_int_equal(pending(dest), 0);
	sender_stop(other);
	until_state(last, "done", 1);
	assert_int_equal(sink.requests, MANY);
}

static void stopping_gives_back_what_is_in_flight(void **state)
{
	(void)state;
	ANSWERS(0);
	struct id one = owe(destination(""), customer(), clock_now());
	sender = start(50);
	int64_t limit = clock_mono() + WAIT_MS;
	while (sink.requests < 1 && clock_mono() < limit)
		usleep(1000);
	sender_stop(sender);
	struct delivery_page_row row = read_delivery(one);
	assert_string_equal(row.state, "due");
	assert_string_equal(row.outcome, "unknown");
	assert_string_equal(attempts_of(one, 1)[0].code, "stopped");
	ANSWERS(0, 200);
	sender = start(1000);
	until_state(one, "done", 2);
}

static void stopping_waits_for_answers(void **state)
{
	enum { MANY = 100 };
	(void)state;
	struct id dest = destination(""), who = customer();
	for (int i = 0; i < MANY; i++)
		owe(dest, who, clock_now());
	sender = start(WAIT_MS);
	int64_t limit = clock_mono() + WAIT_MS;
	while (sink.requests < 10 && clock_mono() < limit)
		usleep(100);
	sender_stop(sender);
	sender = NULL;
	/* Every one was answered and written down, or not begun. */
	int64_t left = pending(dest);
	assert_int_equal(sink.requests + left, MANY);
	test_db_do(tdb.url, "DELETE FROM delivery WHERE state = 'leased'");
	assert_int_equal(pending(dest), left);
}

/* Not a test of speed: that is bench/. Under SENDER_COUNT it tells how fast this machine is. */
static void carries_thousands(void **state)
{
	const char *count = getenv("SENDER_COUNT");
	int many = count ? atoi(count) : 2000;
	(void)state;
	struct id dest = destination(""), who = customer();
	struct err e = { 0 };
	AUTO_TX tx = { 0 };
	assert_true(sql_begin(db, &tx, &e));
	for (int i = 0; i < many; i++)
		owe(dest, who, clock_now());
	assert_true(sql_commit(&tx, &e));
	int64_t begin = clock_mono(), limit = begin + 3 * WAIT_MS;
	sender = start(1000);
	while (pending(dest) && clock_mono() < limit)
		usleep(20000);
	if (count)
		printf("%d deliveries in %lld ms\n", many, (long long)(clock_mono() - begin));
	assert_int_equal(pending(dest), 0);
	assert_int_equal(sink.requests, many);
}

static void note_attempt(struct id delivery, int64_t n, int64_t at)
{
	struct err e = { 0 };
	const struct outbox_attempt_in in = { PUB, delivery, n, at, 5, "retry", 503, "c", "d" };

	assert_true(outbox_attempt_batch(db, &in, 1, &e));
}

static void attempts_are_forgotten_after_their_time(void **state)
{
	int64_t now = clock_now(), day = 86400000, before = now - 90 * day;
	struct id old = id_first(before - day), replayed = id_first(before - 2 * day),
		  young = id_first(before + day);
	struct err e = { 0 };
	bool again = false;

	(void)state;
	note_attempt(old, 1, before - day);
	note_attempt(old, 2, before - day + 5000);
	note_attempt(replayed, 1, before - 2 * day);
	note_attempt(replayed, 2, now - day);
	note_attempt(young, 1, before + day);
	assert_true(outbox_sweep(db, arena, PUB, before, &again, &e));
	assert_false(again);
	attempts_of(old, 0);
	attempts_of(replayed, 1);
	attempts_of(young, 1);
	for (int i = 1; i <= 600; i++)
		note_attempt(id_first(before - day + i), 1, before - day);
	assert_true(outbox_sweep(db, arena, PUB, before, &again, &e));
	assert_true(again);
	again = false;
	assert_true(outbox_sweep(db, arena, "other", now, &again, &e) && !again);
	assert_true(outbox_sweep(db, arena, PUB, before, &again, &e));
	assert_false(again);
	attempts_of(young, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(per_contact_waits_for_the_earlier_of_the_same_person),
		T(rejected_does_not_hold_up_the_same_person),
		T(strict_is_one_after_the_other),
		T(today_goes_before_a_backlog),
		T(a_hanging_destination_holds_up_nobody_else),
		T(a_dead_senders_lease_ends),
		/* SQLite has one server. */
		{ "senders_share_without_sending_twice (postgresql)",
		  senders_share_without_sending_twice, on_postgresql, end, NULL },
		T(stopping_gives_back_what_is_in_flight),
		T(stopping_waits_for_answers),
		T(attempts_are_forgotten_after_their_time),
		T(carries_thousands),
	};
	return run_all(tests, LL_COUNT(tests));
}
