/* What becomes of a delivery for each outcome, on both engines. */
#include "world.h"

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
	until_looked();
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
	until_looked();
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
	};
	return run_all(tests, LL_COUNT(tests));
}
