/* Several leads in one message: when, what becomes of each, and that one bad lead does not hold the
 * others. On both engines, with the kind teams, which has a burst of five. */
#include "world.h"
#include <sched.h>

enum { BURST = 5, MOST = 10 };

/* A channel: how many leads each message had, and what is said to one with several. */
static struct {
	struct sink sink;
	pthread_mutex_t lock;
	int leads[64], messages;
	int to_several, to_one; /* statuses */
} channel = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int count(struct str in, const char *what)
{
	int n = 0;
	for (size_t i = 0; i < in.n; i++)
		n += str_starts(str_from(in, i), what);
	return n;
}

static int take(void *ctx, const struct sink_request *r, const char **extra)
{
	(void)ctx;
	(void)extra;
	pthread_mutex_lock(&channel.lock);
	int n = count(r->body, "/leads/");
	channel.leads[channel.messages++ % 64] = n;
	int status = n > 1 ? channel.to_several : channel.to_one;
	pthread_mutex_unlock(&channel.lock);
	return status;
}

static struct id channel_open(int to_several)
{
	static const struct dest_server server = { .base_url = "https://leads.example" };
	channel.messages = 0;
	channel.to_one = 202;
	channel.to_several = to_several;
	dest_set_server(&server);
	sink_start(&channel.sink, take, NULL);
	return destination_of(
		"teams", arena_printf(arena,
				      "{\"url\":\"http://127.0.0.1:%d/hook\",\"allowHttp\":true,"
				      "\"allowPrivate\":true}",
				      channel.sink.port));
}

static void channel_close(void)
{
	sender_stop(sender);
	sender = NULL;
	sink_stop(&channel.sink);
}

static void owe_some(struct id dest, struct id *all, int n)
{
	for (int i = 0; i < n; i++)
		all[i] = owe(dest, customer(), clock_now() - 1000 + i);
}

static void within_the_pace_each_goes_alone(void **state)
{
	struct id all[BURST];
	(void)state;
	owe_some(channel_open(202), all, BURST);
	sender = start(1000);
	for (int i = 0; i < BURST; i++)
		until_state(all[i], "done", 1);
	channel_close();
	assert_int_equal(channel.messages, BURST);
	for (int i = 0; i < BURST; i++)
		assert_int_equal(channel.leads[i], 1);
}

/* The last message of the burst has the rest, and each delivery its own attempt. */
static void what_is_more_goes_together(void **state)
{
	enum { MANY = BURST - 1 + MOST };
	struct id all[MANY + 3];
	int most = 0, sum = 0;
	(void)state;
	struct id dest = channel_open(202);
	owe_some(dest, all, MANY + 3);
	sender = start(1000);
	for (int i = 0; i < MANY; i++) {
		until_state(all[i], "done", 1);
		const struct attempt_list_row *a = attempts_of(all[i], 1);
		assert_string_equal(a[0].outcome, "delivered");
		assert_int_equal(a[0].http_status, 202);
	}
	until_looked();
	assert_int_equal(pending(dest), 3); /* a minute later */
	channel_close();
	assert_int_equal(channel.messages, BURST);
	for (int i = 0; i < BURST; i++) {
		sum += channel.leads[i];
		most = channel.leads[i] > most ? channel.leads[i] : most;
	}
	assert_int_equal(most, MOST);
	assert_int_equal(sum, MANY);
}

/* A refused digest refuses nobody: each goes alone, and is judged alone. */
static void a_refused_digest_is_taken_apart(void **state)
{
	enum { MANY = BURST + 2 };
	struct id all[MANY];
	(void)state;
	struct id dest = channel_open(400);
	owe_some(dest, all, MANY);
	sender = start(1000);
	for (int i = 0; i < BURST - 1; i++)
		until_state(all[i], "done", 1);
	for (int i = BURST - 1; i < MANY; i++) {
		until_state(all[i], "due", 1);
		const struct attempt_list_row *a = attempts_of(all[i], 1);
		assert_string_equal(a[0].outcome, "retry");
		assert_string_equal(a[0].code, "digest-refused");
	}
	assert_int_equal(channel.messages, BURST);
	sender_stop(sender);
	sender = start(1000); /* with a burst of its own */
	hurry();
	for (int i = BURST - 1; i < MANY; i++)
		until_state(all[i], "done", 2);
	channel_close();
	assert_int_equal(channel.messages, MANY + 1);
	for (int i = BURST; i < MANY + 1; i++)
		assert_int_equal(channel.leads[i], 1);
}

/* What was sent alone and failed then is not put into a digest again. */
static void what_was_taken_apart_stays_alone(void **state)
{
	enum { MANY = BURST + 2, MORE = BURST + 1 };
	struct id all[MANY], more[MORE];
	(void)state;
	struct id dest = channel_open(400);
	owe_some(dest, all, MANY);
	sender = start(1000);
	for (int i = BURST - 1; i < MANY; i++)
		until_state(all[i], "due", 1);
	sender_stop(sender);
	/* As after an attempt alone that the far side was too busy for. */
	test_db_do(tdb.url, "UPDATE delivery SET code = 'http-429', next_at = 0 "
			    "WHERE code = 'digest-refused'");
	owe_some(dest, more, MORE);
	sender = start(1000); /* with a burst of its own */
	for (int i = BURST - 1; i < MANY; i++)
		until_state(all[i], "done", 2);
	channel_close();
}

/* Loners are messages too: no more of them at once than the pace has room for. */
static void loners_keep_the_pace(void **state)
{
	enum { MANY = BURST - 1 + MOST };
	struct id all[MANY];
	(void)state;
	struct id dest = channel_open(400);
	owe_some(dest, all, MANY);
	sender = start(1000);
	for (int i = 0; i < BURST - 1; i++)
		until_state(all[i], "done", 1);
	for (int i = BURST - 1; i < MANY; i++)
		until_state(all[i], "due", 1);
	sender_stop(sender);
	test_db_do(tdb.url, "UPDATE delivery SET next_at = 0 WHERE state = 'due'");
	sender = start(1000); /* with a burst of its own */
	int64_t end = clock_mono() + WAIT_MS;
	while (pending(dest) > MOST - BURST && clock_mono() < end)
		sched_yield();
	until_looked();
	assert_int_equal(pending(dest), MOST - BURST); /* a minute later */
	channel_close();
	assert_int_equal(channel.messages, BURST + BURST);
}

/* A far side that fails has failed once, however many leads were in the message. */
static void a_failure_counts_once(void **state)
{
	enum { MANY = BURST - 1 + MOST };
	struct id all[MANY];
	(void)state;
	struct id dest = channel_open(500);
	owe_some(dest, all, MANY);
	sender = start(1000);
	for (int i = BURST - 1; i < MANY; i++) {
		until_state(all[i], "due", 1);
		assert_string_equal(attempts_of(all[i], 1)[0].outcome, "retry");
	}
	channel_close();
	assert_true(read_destination(dest).failures <= 1);
}

/* Settings that are wrong stop it once; all wait for them. */
static void wrong_settings_park_all(void **state)
{
	enum { MANY = BURST + 1 };
	struct id all[MANY];
	(void)state;
	struct id dest = channel_open(404);
	owe_some(dest, all, MANY);
	sender = start(1000);
	until_state(all[MANY - 1], "parked", 1);
	until_state(all[MANY - 2], "parked", 1);
	assert_string_equal(read_destination(dest).state, "parked");
	channel_close();
}

/* Nobody knows whether the message arrived: so of each of them. */
static void stopping_gives_all_back(void **state)
{
	enum { MANY = BURST + 2 };
	struct id all[MANY];
	int64_t end = clock_mono() + WAIT_MS;
	(void)state;
	struct id dest = channel_open(0);
	owe_some(dest, all, MANY);
	sender = start(0);
	for (int i = 0; i < BURST - 1; i++)
		until_state(all[i], "done", 1);
	while (channel.sink.requests < BURST && clock_mono() < end)
		sched_yield();
	assert_int_equal(channel.sink.requests, BURST);
	channel_close();
	for (int i = BURST - 1; i < MANY; i++) {
		assert_string_equal(read_delivery(all[i]).state, "due");
		assert_string_equal(attempts_of(all[i], 1)[0].outcome, "unknown");
	}
}

static void a_lead_that_is_gone_leaves_the_others(void **state)
{
	enum { MANY = BURST + 3 };
	struct id all[MANY];
	(void)state;
	owe_some(channel_open(202), all, MANY);
	test_db_do(tdb.url, "DELETE FROM lead WHERE lead_id = (SELECT lead_id FROM delivery "
			    "ORDER BY created_at DESC LIMIT 1)");
	sender = start(1000);
	until_state(all[MANY - 1], "rejected", 1);
	for (int i = 0; i < MANY - 1; i++)
		until_state(all[i], "done", 1);
	channel_close();
	assert_int_equal(channel.messages, BURST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(within_the_pace_each_goes_alone),
		T(what_is_more_goes_together),
		T(a_refused_digest_is_taken_apart),
		T(what_was_taken_apart_stays_alone),
		T(loners_keep_the_pace),
		T(a_failure_counts_once),
		T(wrong_settings_park_all),
		T(a_lead_that_is_gone_leaves_the_others),
		T(stopping_gives_all_back),
	};
	return run_all(tests, LL_COUNT(tests));
}
