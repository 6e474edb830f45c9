/*
 * The sender against a real store and a receiver on loopback, on both engines: what becomes of a
 * delivery for each outcome, order, fairness, leases, several senders at once, stopping.
 */
#include "outbox/outbox.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../sql/db.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "sink.h"
#include "store/store.h"

#define WAIT_MS 20000
#define PUB     "contoso"

static struct test_db tdb;
static struct sql_db *db;
static struct arena *arena;
static struct seal *seal;
static struct routing *routing;
static struct sink sink;
static struct sender *sender;
static int64_t serial;

/* ---- the receiver's script ---- */

#define SEEN_MAX 8192
static struct {
	pthread_mutex_t lock;
	int statuses[16]; /* by request; the last one repeats */
	int count;
	const char *extra;
	char ids[SEEN_MAX][40]; /* of answered requests, in order */
	int status[SEEN_MAX];
	int seen;
	char head[4096];
} script = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int play(void *ctx, const struct sink_request *r, const char **extra)
{
	(void)ctx;
	pthread_mutex_lock(&script.lock);
	int at = r->n < script.count ? r->n : script.count - 1;
	int status = script.statuses[at];
	if (script.seen < SEEN_MAX) {
		snprintf(script.ids[script.seen], sizeof(script.ids[0]), "%.39s", r->id);
		script.status[script.seen++] = status;
	}
	snprintf(script.head, sizeof(script.head), "%s", r->head);
	if (script.extra)
		*extra = script.extra;
	pthread_mutex_unlock(&script.lock);
	return status;
}

static void answers(int n, const int *statuses)
{
	pthread_mutex_lock(&script.lock);
	for (int i = 0; i < n; i++)
		script.statuses[i] = statuses[i];
	script.count = n;
	pthread_mutex_unlock(&script.lock);
}
#define ANSWERS(...)                                                                               \
	answers((int)(sizeof((int[]){ __VA_ARGS__ }) / sizeof(int)), (int[]){ __VA_ARGS__ })

/* ---- the world ---- */

static int world(enum sql_engine engine)
{
	struct err e = { 0 };
	char key[] = "/tmp/leadline-key-XXXXXX";
	int applied;
	test_db_make(engine, &tdb);
	db = test_db_open(&tdb, SQL_DERIVED);
	if (!sql_migrate(db, store_migrations, store_migration_count, &applied, &e))
		fail_msg("%s", e.text);
	close(mkstemp(key));
	unlink(key);
	assert_true(seal_load(key, true, &seal, &e));
	unlink(key);
	arena = arena_new("test", 256 << 20);
	routing = routing_new(seal);
	assert_true(publisher_add(db, &(struct publisher_add_in){ PUB, "Contoso", 1 }, NULL, &e));
	script.seen = 0;
	script.extra = NULL;
	ANSWERS(200);
	sink_start(&sink, play, NULL);
	sender = NULL;
	return 0;
}

static int on_sqlite(void **state)
{
	(void)state;
	return world(SQL_SQLITE);
}

static int on_postgresql(void **state)
{
	(void)state;
	return world(SQL_POSTGRESQL);
}

static int end(void **state)
{
	(void)state;
	sender_stop(sender);
	sink_stop(&sink);
	routing_free(routing);
	seal_free(seal);
	sql_close(db);
	test_db_drop(&tdb);
	arena_free(arena);
	return 0;
}

static struct sender *start(int64_t grace_ms)
{
	struct sender_config c = { .db = test_db_open(&tdb, SQL_DERIVED),
				   .routing = routing,
				   .grace_ms = grace_ms };
	return sender_start(&c);
}

static struct id destination(const char *more)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("https"));
	void *settings = dest_settings_new(arena, d);
	struct id id = id_new(clock_now());
	struct field_problems p = { 0 };
	struct err e = { 0 };
	AUTO_JSON j = NULL;
	const char *text = arena_printf(arena,
					"{\"url\":\"http://127.0.0.1:%d/in\",\"allowHttp\":true,"
					"\"allowPrivate\":true%s}",
					sink.port, more);
	assert_true(json_parse(str_of(text), &j, &e));
	if (!dest_settings_decode(arena, d, j, false, settings, &p))
		fail_msg("%s", p.e[0].text);
	if (!routing_add(db, arena, seal, PUB, "", id, d, "test", settings, 1, &e) ||
	    !routing_load(routing, db, &e))
		fail_msg("%s", e.text);
	return id;
}

static struct id customer(void)
{
	struct err e = { 0 };
	struct id id = id_new(clock_now());
	struct customer_put_in in = { .publisher = PUB, .customer = id, .leads = 1, .at = 1 };
	assert_true(customer_put(db, &in, NULL, &e));
	return id;
}

/* A lead and what it owes; the delivery's id. */
static struct id owe(struct id destination_id, struct id customer_id, int64_t since)
{
	struct err e = { 0 };
	int64_t now = clock_now();
	struct id lead = id_new(now), delivery = id_new(now);
	struct lead_put_in l = { .publisher = PUB,
				 .lead = lead,
				 .seq = ++serial,
				 .offer = "app",
				 .customer = customer_id,
				 .source = "AppSource",
				 .action = "PLT",
				 .kind = "interest",
				 .received_at = since,
				 .due_at = SQL_NULL_INT,
				 .warm_until = SQL_NULL_INT,
				 .first_name = "Ana" };
	struct touch_put_in t = { .publisher = PUB,
				  .receipt = id_new(now),
				  .lead = lead,
				  .at = since,
				  .as_received = "{\"firstName\":\"ana \",\"email\":\"a@b.co\","
						 "\"leadSource\":\"AppSource-PLT|contoso.app\"}",
				  .notes = "[]" };
	struct delivery_put_in d = { .publisher = PUB,
				     .delivery = delivery,
				     .destination = destination_id,
				     .lead = lead,
				     .contact = { (const char *)customer_id.b, 16 },
				     .state = "due",
				     .created_at = since,
				     .next_at = since };
	if (!lead_put(db, &l, NULL, &e) || !touch_put(db, &t, NULL, &e) ||
	    !delivery_put(db, &d, NULL, &e))
		fail_msg("%s", e.text);
	return delivery;
}

static struct delivery_page_row read_delivery(struct id delivery)
{
	struct delivery_page_row row;
	struct err e = { 0 };
	const struct delivery_get_in in = { PUB, delivery };
	if (delivery_get(db, &in, arena, &row, &e) != 1)
		fail_msg("no delivery: %s", e.text);
	return row;
}

static struct delivery_page_row until_state(struct id delivery, const char *state, int64_t attempts)
{
	int64_t limit = clock_mono() + WAIT_MS;
	struct delivery_page_row row = read_delivery(delivery);
	while (strcmp(row.state, state) != 0 || row.attempts < attempts) {
		if (clock_mono() > limit)
			fail_msg("%s after %lld attempts, not %s: %s", row.state,
				 (long long)row.attempts, state, row.detail ? row.detail : "");
		usleep(2000);
		row = read_delivery(delivery);
	}
	return row;
}

static struct attempt_list_row *attempts_of(struct id delivery, size_t want)
{
	struct attempt_list_row *rows = NULL;
	struct err e = { 0 };
	size_t n = 0;
	const struct attempt_list_in in = { PUB, delivery };
	assert_true(attempt_list(db, &in, arena, &rows, &n, &e));
	assert_int_equal(n, want);
	return rows;
}

static struct destination_get_row read_destination(struct id id)
{
	struct destination_get_row row;
	struct err e = { 0 };
	assert_int_equal(
		destination_get(db, &(struct destination_get_in){ PUB, id }, arena, &row, &e), 1);
	return row;
}

static void resume(struct id id)
{
	struct err e = { 0 };
	AUTO_TX tx = { 0 };
	assert_true(sql_begin(db, &tx, &e));
	if (!routing_state(db, PUB, id, "active", NULL, clock_now(), &e) || !sql_commit(&tx, &e) ||
	    !routing_load(routing, db, &e))
		fail_msg("%s", e.text);
	sender_wake(sender);
}

static void hurry(void)
{
	test_db_do(tdb.url, "UPDATE delivery SET next_at = 0 WHERE state = 'due'");
	sender_wake(sender);
}

/* ---- outcomes ---- */

static void delivers_once_and_writes_it_down(void **state)
{
	(void)state;
	struct id dest = destination(""), one = owe(dest, customer(), clock_now());
	sender = start(1000);
	struct delivery_page_row row = until_state(one, "done", 1);
	assert_string_equal(row.outcome, "delivered");
	assert_int_equal(row.http_status, 200);
	assert_int_not_equal(row.done_at, SQL_NULL_INT);
	struct attempt_list_row *a = attempts_of(one, 1);
	assert_string_equal(a[0].outcome, "delivered");
	assert_int_equal(a[0].n, 1);
	char id[ID_TEXT];
	assert_string_equal(script.ids[0], id_text(one, id));
	assert_non_null(strstr(script.head, "webhook-signature: v1,"));
	assert_null(strstr(script.head, "Leadline-Replay"));
	assert_int_not_equal(read_destination(dest).last_success_at, SQL_NULL_INT);
	assert_int_equal(sink.requests, 1);
}

static void retries_on_the_schedule(void **state)
{
	(void)state;
	ANSWERS(503, 503, 200);
	struct id one = owe(destination(""), customer(), clock_now());
	int64_t before = clock_now();
	sender = start(1000);
	struct delivery_page_row row = until_state(one, "due", 1);
	assert_string_equal(row.outcome, "retry");
	assert_in_range(row.next_at, before + 4000, clock_now() + 6000);
	hurry();
	row = until_state(one, "due", 2);
	assert_in_range(row.next_at, before + 240000, clock_now() + 360000);
	hurry();
	until_state(one, "done", 3);
	attempts_of(one, 3);
	assert_string_equal(script.ids[0], script.ids[2]);
}

static void honours_retry_after_for_the_whole_destination(void **state)
{
	(void)state;
	ANSWERS(429);
	script.extra = "Retry-After: 7200\r\n";
	struct id dest = destination(""), one = owe(dest, customer(), clock_now());
	int64_t before = clock_now();
	sender = start(1000);
	struct delivery_page_row row = until_state(one, "due", 1);
	assert_in_range(row.next_at, before + 7200000, clock_now() + 7200000);
	assert_in_range(read_destination(dest).suspended_until, before + 7200000,
			clock_now() + 7200000);
	hurry();
	struct id two = owe(dest, customer(), clock_now());
	sender_wake(sender);
	usleep(400000); /* nothing may happen: twice the time of a look */
	assert_int_equal(read_delivery(two).attempts, 0);
	assert_int_equal(sink.requests, 1);
}

static void rejects_one_lead_and_goes_on(void **state)
{
	(void)state;
	ANSWERS(422, 200);
	struct id dest = destination(""), one = owe(dest, customer(), clock_now() - 10);
	sender = start(1000);
	until_state(one, "rejected", 1);
	struct id two = owe(dest, customer(), clock_now());
	sender_wake(sender);
	until_state(two, "done", 1);
	assert_string_equal(read_destination(dest).state, "active");
}

static void parks_after_many_refusals_in_a_row(void **state)
{
	(void)state;
	ANSWERS(400);
	struct id dest = destination(",\"ordering\":\"strict\""), all[OUTBOX_REFUSALS + 3];
	for (size_t i = 0; i < LL_COUNT(all); i++)
		all[i] = owe(dest, customer(), clock_now());
	sender = start(1000);
	until_state(all[OUTBOX_REFUSALS - 1], "parked", 1);
	for (size_t i = 0; i < OUTBOX_REFUSALS - 1; i++)
		assert_string_equal(read_delivery(all[i]).state, "rejected");
	until_state(all[OUTBOX_REFUSALS], "parked", 0);
	assert_string_equal(read_destination(dest).state, "parked");
	assert_int_equal(sink.requests, OUTBOX_REFUSALS);
}

static void wrong_credentials_park_and_resume_releases_in_order(void **state)
{
	enum { MANY = 5 };
	(void)state;
	ANSWERS(401);
	struct id dest = destination(",\"ordering\":\"strict\""), all[MANY];
	for (int i = 0; i < MANY; i++)
		all[i] = owe(dest, customer(), clock_now());
	sender = start(1000);
	for (int i = 0; i < MANY; i++)
		until_state(all[i], "parked", i == 0);
	assert_int_equal(sink.requests, 1);
	struct destination_get_row d = read_destination(dest);
	assert_string_equal(d.state, "parked");
	assert_non_null(strstr(d.state_reason, "401"));
	ANSWERS(200);
	resume(dest);
	for (int i = 0; i < MANY; i++)
		until_state(all[i], "done", 1);
	for (int i = 0; i < MANY; i++) {
		char id[ID_TEXT];
		assert_string_equal(script.ids[i + 1], id_text(all[i], id));
	}
}

static void gone_pauses_the_destination(void **state)
{
	(void)state;
	ANSWERS(410);
	struct id dest = destination(""), one = owe(dest, customer(), clock_now());
	sender = start(1000);
	until_state(one, "due", 1);
	assert_string_equal(attempts_of(one, 1)[0].outcome, "gone");
	assert_string_equal(read_destination(dest).state, "paused");
	struct id two = owe(dest, customer(), clock_now());
	sender_wake(sender);
	usleep(400000); /* nothing may happen */
	assert_int_equal(sink.requests, 1);
	ANSWERS(200);
	resume(dest);
	until_state(one, "done", 2);
	until_state(two, "done", 1);
}

static void two_redirects_in_a_row_are_a_wrong_address(void **state)
{
	(void)state;
	ANSWERS(301);
	script.extra = "Location: https://new.example/in\r\n";
	struct id dest = destination(""), one = owe(dest, customer(), clock_now());
	sender = start(1000);
	until_state(one, "due", 1);
	hurry();
	struct delivery_page_row row = until_state(one, "parked", 2);
	assert_non_null(strstr(row.detail, "https://new.example/in"));
	assert_string_equal(read_destination(dest).state, "parked");
}

static void gives_up_after_max_age(void **state)
{
	(void)state;
	ANSWERS(500);
	struct id dest = destination(",\"maxAge\":1");
	struct id one = owe(dest, customer(), clock_now() - 2 * 3600000);
	sender = start(1000);
	until_state(one, "expired", 1);
}

static void replay_keeps_the_id_and_says_so(void **state)
{
	(void)state;
	struct id one = owe(destination(""), customer(), clock_now());
	struct delivery_replay_row again;
	struct err e = { 0 };
	sender = start(1000);
	until_state(one, "done", 1);
	const struct delivery_replay_in in = { PUB, one, clock_now() };
	assert_int_equal(delivery_replay(db, &in, arena, &again, &e), 1);
	sender_wake(sender);
	until_state(one, "done", 2);
	assert_string_equal(script.ids[0], script.ids[1]);
	assert_non_null(strstr(script.head, "Leadline-Replay: true"));
}

static void nobody_listens(void **state)
{
	(void)state;
	struct id dest = destination(""), one = owe(dest, customer(), clock_now());
	sink_stop(&sink);
	sender = start(1000);
	struct delivery_page_row row = until_state(one, "due", 1);
	assert_string_equal(row.outcome, "retry");
	assert_string_equal(row.code, "no-connection");
	assert_int_equal(read_destination(dest).failures, 1);
	sink_start(&sink, play, NULL); /* end() stops it */
}

/* ---- order and fairness ---- */

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
	struct delivery_pending_row left = { .n = MANY };
	const struct delivery_pending_in in = { PUB, dest };
	while (left.n && clock_mono() < limit) {
		usleep(5000);
		assert_int_equal(delivery_pending(db, &in, arena, &left, &e), 1);
	}
	assert_int_equal(left.n, 0);
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
	struct err e = { 0 };
	struct delivery_pending_row left;
	for (int i = 0; i < MANY; i++)
		owe(dest, who, clock_now());
	sender = start(WAIT_MS);
	int64_t limit = clock_mono() + WAIT_MS;
	while (sink.requests < 10 && clock_mono() < limit)
		usleep(100);
	sender_stop(sender);
	sender = NULL;
	assert_int_equal(
		delivery_pending(db, &(struct delivery_pending_in){ PUB, dest }, arena, &left, &e),
		1);
	assert_int_equal(sink.requests + (int)left.n, MANY);
	test_db_do(tdb.url, "DELETE FROM delivery WHERE state = 'leased'");
	struct delivery_pending_row after;
	assert_int_equal(
		delivery_pending(db, &(struct delivery_pending_in){ PUB, dest }, arena, &after, &e),
		1);
	assert_int_equal(after.n, left.n);
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
	struct delivery_pending_row left = { .n = many };
	const struct delivery_pending_in in = { PUB, dest };
	while (left.n && clock_mono() < limit) {
		usleep(20000);
		assert_int_equal(delivery_pending(db, &in, arena, &left, &e), 1);
	}
	if (count)
		printf("%d deliveries in %lld ms\n", many, (long long)(clock_mono() - begin));
	assert_int_equal(left.n, 0);
	assert_int_equal(sink.requests, many);
}

#define T(f)                                                                                       \
	{ #f " (sqlite)", f, on_sqlite, end, NULL },                                               \
	{                                                                                          \
#f " (postgresql)", f, on_postgresql, end, NULL                                    \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(delivers_once_and_writes_it_down),
		T(retries_on_the_schedule),
		T(honours_retry_after_for_the_whole_destination),
		T(rejects_one_lead_and_goes_on),
		T(parks_after_many_refusals_in_a_row),
		T(wrong_credentials_park_and_resume_releases_in_order),
		T(gone_pauses_the_destination),
		T(two_redirects_in_a_row_are_a_wrong_address),
		T(gives_up_after_max_age),
		T(replay_keeps_the_id_and_says_so),
		T(nobody_listens),
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
		T(carries_thousands),
	};
	crypto_start();
	net_start();
	if (getenv("SENDER_FILTER"))
		cmocka_set_test_filter(getenv("SENDER_FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
