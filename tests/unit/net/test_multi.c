/* Many exchanges at once in one thread. */
#include "net/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/clock.h"
#include "world.h"

static struct net_request to_peer(void)
{
	return (struct net_request){
		.method = "POST",
		.url = arena_printf(arena, "http://127.0.0.1:%d/in", peer.port),
		.body = STR("{\"a\":1}"),
		.timeout_ms = WAIT_MS,
		.allow_http = true,
		.allow_private = true,
	};
}

struct tally {
	int done, whole, guarded;
};

static void count(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	struct tally *t = ctx;
	(void)r;
	t->done++;
	t->whole += reply->failure == NET_OK && reply->status == 200;
	t->guarded += reply->failure == NET_GUARD;
}

static void run_until(struct net_multi *m, const struct tally *t, int done)
{
	int64_t end = clock_mono() + WAIT_MS;
	while (t->done < done && clock_mono() < end)
		net_multi_run(m, 1000);
	assert_int_equal(t->done, done);
}

static void carries_many_and_says_when_full(void **state)
{
	enum { MANY = 40 };
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	struct tally t = { 0 };
	(void)state;
	peer_start(&peer, &s, 1);
	struct net_multi *m = net_multi_new(MANY);
	struct net_request r = to_peer();
	for (int i = 0; i < MANY; i++)
		assert_true(net_multi_add(m, arena, &r, count, &t));
	assert_false(net_multi_add(m, arena, &r, count, &t));
	assert_int_equal(net_multi_in_flight(m), MANY);
	run_until(m, &t, MANY);
	assert_int_equal(t.whole, MANY);
	assert_int_equal(net_multi_in_flight(m), 0);
	net_multi_free(m);
	peer_stop(&peer);
}

static void reuses_a_connection_but_never_past_the_guard(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
				     .end = PEER_KEEP };
	struct tally t = { 0 };
	(void)state;
	peer_start(&peer, &s, 1);
	struct net_multi *m = net_multi_new(4);
	struct net_request r = to_peer(), strict = r;
	strict.allow_private = false;
	for (int i = 1; i <= 3; i++) {
		assert_true(net_multi_add(m, arena, &r, count, &t));
		run_until(m, &t, i);
	}
	assert_int_equal(peer.connections, 1);
	assert_true(net_multi_add(m, arena, &strict, count, &t));
	run_until(m, &t, 4);
	assert_int_equal(t.guarded, 1);
	assert_int_equal(peer.requests, 3);
	net_multi_free(m);
	peer_stop(&peer);
}

static void reports_what_could_not_start(void **state)
{
	struct tally t = { 0 };
	(void)state;
	struct net_multi *m = net_multi_new(1);
	struct net_request r = to_peer();
	r.url = "file:///etc/passwd";
	assert_true(net_multi_add(m, arena, &r, count, &t));
	assert_int_equal(t.done, 0);
	run_until(m, &t, 1);
	net_multi_free(m);
}

static void *wake(void *m)
{
	net_multi_wake(m);
	return NULL;
}

static void wakes_up_for_another_thread(void **state)
{
	pthread_t thread;
	(void)state;
	struct net_multi *m = net_multi_new(1);
	int64_t begin = clock_mono();
	assert_int_equal(pthread_create(&thread, NULL, wake, m), 0);
	net_multi_run(m, WAIT_MS);
	pthread_join(thread, NULL);
	assert_true(clock_mono() - begin < WAIT_MS);
	net_multi_free(m);
}

static void forgets_what_is_in_flight_when_freed(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\n", .end = PEER_HOLD };
	struct tally t = { 0 };
	(void)state;
	peer_start(&peer, &s, 1);
	struct net_multi *m = net_multi_new(2);
	struct net_request r = to_peer();
	assert_true(net_multi_add(m, arena, &r, count, &t));
	net_multi_run(m, 10);
	net_multi_free(m);
	assert_int_equal(t.done, 0);
	peer_stop(&peer);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(carries_many_and_says_when_full),
		T(reuses_a_connection_but_never_past_the_guard),
		T(reports_what_could_not_start),
		T(wakes_up_for_another_thread),
		T(forgets_what_is_in_flight_when_freed),
	};
	net_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
