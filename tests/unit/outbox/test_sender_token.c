/* Tokens of destinations: one request for many jobs, one renewal, and what goes wrong with them. */
#include "world.h"
#include "routing/routing.h"

#define ANY (-1)

/* A peer that hands out tokens and takes leads. Its functions run in the sink's thread. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int asked, taken, refused; /* requests for tokens; leads; leads with a wrong token */
	int good;                  /* the number of the token that is taken; 0: none; ANY: all */
	int held;                  /* requests for tokens that are answered only after release() */
	int token_status;
	char secrets[8][40]; /* of the first requests */
	char answer[256];
} peer = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static int answer_token(const struct sink_request *r, const char **extra)
{
	static const char refusal[] = "{\"error\":\"invalid_client\"}";
	const char *at = memmem(r->body.p, r->body.n, "client_secret=", 14);
	char body[128];

	if (at && peer.asked < 8)
		snprintf(peer.secrets[peer.asked], sizeof(peer.secrets[0]), "%.*s",
			 (int)strcspn(at + 14, "&"), at + 14);
	peer.asked++;
	pthread_cond_broadcast(&peer.changed);
	while (peer.held) /* what comes behind waits, too: there is one thread */
		pthread_cond_wait(&peer.changed, &peer.lock);
	snprintf(body, sizeof(body), "{\"access_token\":\"t%d\",\"expires_in\":3600}", peer.asked);
	if (peer.token_status != 200)
		snprintf(body, sizeof(body), "%s", refusal);
	snprintf(peer.answer, sizeof(peer.answer), "Content-Length: %zu\r\n\r\n%s", strlen(body),
		 body);
	*extra = peer.answer;
	return peer.token_status;
}

static int answer_lead(const struct sink_request *r)
{
	char want[48];

	snprintf(want, sizeof(want), "Authorization: Bearer t%d\r", peer.good);
	if (peer.good == ANY || (peer.good && strstr(r->head, want))) {
		peer.taken++;
		return 204;
	}
	peer.refused++;
	return 401;
}

static int serve(void *ctx, const struct sink_request *r, const char **extra)
{
	int status;

	(void)ctx;
	pthread_mutex_lock(&peer.lock);
	status = strstr(r->head, "/oauth2/") ? answer_token(r, extra) : answer_lead(r);
	pthread_mutex_unlock(&peer.lock);
	return status;
}

static void set(int *what, int to)
{
	pthread_mutex_lock(&peer.lock);
	*what = to;
	pthread_cond_broadcast(&peer.changed);
	pthread_mutex_unlock(&peer.lock);
}

static int get(const int *what)
{
	int now;

	pthread_mutex_lock(&peer.lock);
	now = *what;
	pthread_mutex_unlock(&peer.lock);
	return now;
}

static void until_asked(int n)
{
	struct timespec limit;
	int asked, late = 0;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += WAIT_MS / 1000;
	pthread_mutex_lock(&peer.lock);
	while (peer.asked < n && !late)
		late = pthread_cond_timedwait(&peer.changed, &peer.lock, &limit);
	asked = peer.asked;
	pthread_mutex_unlock(&peer.lock);
	if (asked < n)
		fail_msg("%d requests for a token, not %d", asked, n);
}

static const char *settings(const char *secret, const char *more)
{
	return arena_printf(arena,
			    "{\"url\":\"http://127.0.0.1:%d\",\"loginUrl\":\"http://127.0.0.1:%d\","
			    "\"tenantId\":\"t\",\"clientId\":\"c\",\"clientSecret\":\"%s\","
			    "\"allowHttp\":true,\"allowPrivate\":true%s}",
			    sink.port, sink.port, secret, more);
}

static struct id crm(const char *more)
{
	sink.fn = serve;
	peer.asked = peer.taken = peer.refused = peer.held = 0;
	peer.good = 1;
	peer.token_status = 200;
	return destination_of("dynamics365", settings("first-secret", more));
}

static void many_jobs_ask_for_one_token(void **state)
{
	enum { MANY = 60 };
	struct id dest = crm(""), all[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++)
		all[i] = owe(dest, customer(), clock_now());
	sender = start(1000);
	for (int i = 0; i < MANY; i++)
		until_state(all[i], "done", 1);
	assert_int_equal(get(&peer.asked), 1);
	assert_int_equal(get(&peer.taken), MANY);
	assert_int_equal(get(&peer.refused), 0);
}

static void a_refused_token_is_renewed_once_for_all(void **state)
{
	enum { MANY = 30 };
	struct id dest = crm(""), all[MANY];

	(void)state;
	until_state((sender = start(1000), owe(dest, customer(), clock_now())), "done", 1);
	set(&peer.good, 2);
	for (int i = 0; i < MANY; i++)
		all[i] = owe(dest, customer(), clock_now());
	sender_wake(sender);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(until_state(all[i], "done", 1).attempts, 1);
	assert_int_equal(get(&peer.asked), 2);
	assert_int_equal(get(&peer.taken), MANY + 1);
}

static void a_new_token_refused_too_parks(void **state)
{
	struct id dest = crm(",\"ordering\":\"strict\""), one, two;

	(void)state;
	set(&peer.good, 0);
	one = owe(dest, customer(), clock_now() - 10);
	two = owe(dest, customer(), clock_now());
	sender = start(1000);
	assert_string_equal(until_state(one, "parked", 1).code, "unauthorized");
	until_state(two, "parked", 0);
	assert_int_equal(get(&peer.asked), 2);
	assert_int_equal(get(&peer.refused), 2);
	assert_string_equal(read_destination(dest).state, "parked");
}

static void no_token_parks_before_anything_is_sent(void **state)
{
	enum { MANY = 5 };
	struct id dest = crm(""), all[MANY];

	(void)state;
	set(&peer.token_status, 400);
	for (int i = 0; i < MANY; i++)
		all[i] = owe(dest, customer(), clock_now());
	sender = start(1000);
	for (int i = 0; i < MANY; i++)
		until_state(all[i], "parked", 0);
	assert_string_equal(read_delivery(all[0]).code, "token-invalid-client");
	assert_int_equal(get(&peer.asked), 1);
	assert_int_equal(get(&peer.taken) + get(&peer.refused), 0);
}

static void change_secret(struct id dest, const char *secret)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("dynamics365"));
	struct destination_get_row row = read_destination(dest);
	void *s = dest_settings_new(arena, d);
	struct field_problems p = { 0 };
	struct err e = { 0 };
	AUTO_JSON j = NULL;
	AUTO_TX tx = { 0 };

	assert_true(json_parse(str_of(settings(secret, "")), &j, &e));
	assert_true(dest_settings_decode(arena, d, j, false, s, &p));
	assert_true(sql_begin(db, &tx, &e));
	if (!routing_set(db, arena, world_seal(), &row, d, "test", s, clock_now(), &e) ||
	    !sql_commit(&tx, &e) || !routing_load(routing, db, &e))
		fail_msg("%s", e.text);
}

/* One job waits with the old settings, one with the new: each goes with a token of its own. */
static void settings_may_change_while_a_token_is_awaited(void **state)
{
	struct id dest = crm(""), one, two;

	(void)state;
	peer.held = 1;
	peer.good = ANY;
	one = owe(dest, customer(), clock_now());
	sender = start(1000);
	until_asked(1);
	change_secret(dest, "second-secret");
	two = owe(dest, customer(), clock_now());
	until_looked();
	until_state(two, "leased", 0);
	set(&peer.held, 0);
	until_state(one, "done", 1);
	until_state(two, "done", 1);
	assert_string_equal(peer.secrets[0], "first-secret");
	assert_string_equal(peer.secrets[1], "second-secret");
	assert_int_equal(get(&peer.asked), 2);
}

/* The secret that is refused is not the destination's any more. */
static void what_old_settings_met_does_not_park_new_ones(void **state)
{
	struct id dest = crm(""), one;

	(void)state;
	peer.held = 1;
	one = owe(dest, customer(), clock_now());
	sender = start(1000);
	until_asked(1);
	change_secret(dest, "second-secret");
	set(&peer.token_status, 400);
	set(&peer.held, 0);
	assert_string_equal(until_state(one, "due", 1).code, "token-invalid-client");
	assert_string_equal(read_delivery(one).outcome, "retry");
	assert_string_equal(read_destination(dest).state, "active");
}

static void stopping_does_not_wait_for_a_token(void **state)
{
	struct id dest = crm(""), one;
	struct delivery_page_row row;

	(void)state;
	peer.held = 1;
	one = owe(dest, customer(), clock_now());
	sender = start(50);
	until_asked(1);
	sender_stop(sender);
	sender = NULL;
	row = read_delivery(one);
	assert_string_equal(row.state, "due");
	assert_string_equal(row.outcome, "retry");
	assert_string_equal(row.code, "stopped");
	set(&peer.held, 0);
	set(&peer.good, 2);
	sender = start(1000);
	until_state(one, "done", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(many_jobs_ask_for_one_token),
		T(a_refused_token_is_renewed_once_for_all),
		T(a_new_token_refused_too_parks),
		T(no_token_parks_before_anything_is_sent),
		T(settings_may_change_while_a_token_is_awaited),
		T(what_old_settings_met_does_not_park_new_ones),
		T(stopping_does_not_wait_for_a_token),
	};
	return run_all(tests, LL_COUNT(tests));
}
