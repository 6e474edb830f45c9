/* Connections to a relay that serve several mails: what is said on them, when they end, and that
 * one which turns out to be dead costs no mail and doubles none. */
#include "net/relays.h"
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "relay.h"
#include "world.h"

static struct relay relay;
static char pem[64];
static void *tls;

static int tls_setup(void **state)
{
	(void)state;
	snprintf(pem, sizeof(pem), "/tmp/leadline-relays-%d.pem", (int)getpid());
	tls = peer_tls_new("DNS:localhost,IP:127.0.0.1", pem);
	return 0;
}

static int tls_teardown(void **state)
{
	(void)state;
	unlink(pem);
	peer_tls_free(tls);
	return 0;
}

static void start(const struct relay_say *script, size_t n)
{
	memset(&relay, 0, sizeof(relay));
	relay.script = script;
	relay.count = n;
	relay.tls = tls;
	relay_start(&relay);
}

static const struct net_mail mail = { .from = "leads@contoso.com",
				      .to = "anna@fabrikam.com",
				      .hello = "leadline.example",
				      .user = "lead",
				      .password = "s3cret" };
static const struct net_mail other = { .from = "leads@contoso.com",
				       .to = "bert@fabrikam.com",
				       .hello = "leadline.example",
				       .user = "second",
				       .password = "s3cret" };

struct sent {
	struct net_request request;
	struct net_reply reply;
	bool done;
};

static void note(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	struct sent *s = ctx;
	(void)r;
	assert_false(s->done);
	s->done = true;
	s->reply = *reply;
}

static void add(struct net_multi *m, struct sent *s, const struct net_mail *what, int n)
{
	*s = (struct sent){ .request = {
				    .url = arena_printf(arena, "smtp://localhost:%d", relay.port),
				    .ca_file = pem,
				    .timeout_ms = WAIT_MS,
				    .allow_private = true,
				    .mail = what,
			    } };
	s->request.body = str_of(arena_printf(arena, "Subject: %d\r\n\r\nbody\r\n", n));
	assert_true(net_multi_add(m, arena, &s->request, note, s));
}

static void finish(struct net_multi *m)
{
	int64_t end = clock_mono() + WAIT_MS;
	while (net_multi_in_flight(m) && clock_mono() < end)
		net_multi_run(m, 100);
	assert_int_equal(net_multi_in_flight(m), 0);
}

/* One mail, until its end. */
static struct net_reply send_one(struct net_multi *m, const struct net_mail *what, int n)
{
	struct sent *s = ARENA_NEW(arena, struct sent);
	add(m, s, what, n);
	finish(m);
	return s->reply;
}

static void assert_taken(struct net_reply r)
{
	if (r.failure != NET_OK || r.status != 250)
		fail_msg("%s %d stage %d: %s", net_failure_text(r.failure), r.status, r.stage,
			 r.detail);
}

/* The message came to its dot exactly so often. */
static void assert_heard(int n, int times)
{
	assert_int_equal(relay_heard(&relay, arena_printf(arena, "Subject: %d\r\n", n)), times);
}

/* A goodbye goes without waiting: it may be heard after the engine is gone. */
static void assert_quits(int n)
{
	int64_t end = clock_mono() + WAIT_MS;
	while (relay_heard(&relay, "QUIT") < n && clock_mono() < end)
		sched_yield();
	assert_int_equal(relay_heard(&relay, "QUIT"), n);
}

static void one_connection_serves_several(void **state)
{
	(void)state;
	start(NULL, 0);
	struct net_multi *m = net_multi_new(4);
	for (int i = 0; i < 3; i++)
		assert_taken(send_one(m, &mail, i));
	net_multi_free(m);
	assert_quits(1);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 1);
	assert_int_equal(relay.dots, 3);
	assert_int_equal(relay_heard(&relay, "AUTH"), 1);
	assert_int_equal(relay_heard(&relay, "RSET"), 0);
	for (int i = 0; i < 3; i++)
		assert_heard(i, 1);
}

static void other_sign_ins_have_their_own(void **state)
{
	(void)state;
	start(NULL, 0);
	struct net_multi *m = net_multi_new(4);
	struct sent untrusted;
	assert_taken(send_one(m, &mail, 1));
	assert_taken(send_one(m, &other, 2));
	assert_taken(send_one(m, &mail, 3));
	assert_taken(send_one(m, &other, 4));
	assert_int_equal(relay.connections, 2);
	/* A connection that was trusted by one file serves nobody who trusts others. */
	add(m, &untrusted, &mail, 5);
	untrusted.request.ca_file = NULL;
	net_multi_cancel(m);
	assert_true(net_multi_add(m, arena, &untrusted.request, note, &untrusted));
	finish(m);
	assert_int_equal(untrusted.reply.failure, NET_CERTIFICATE);
	net_multi_free(m);
	relay_stop(&relay);
	assert_heard(5, 0);
}

static void what_was_refused_is_reset(void **state)
{
	static const struct relay_say rows[] = {
		{ "RCPT", "550 5.1.1 no such user\r\n", 1, false },
		{ "DATA", "451 4.3.0 later\r\n", 2, false },
		{ ".", "552 5.3.4 too big\r\n", 2, false },
	};
	(void)state;
	start(rows, LL_COUNT(rows));
	struct net_multi *m = net_multi_new(4);
	assert_int_equal(send_one(m, &mail, 1).status, 550);
	assert_taken(send_one(m, &mail, 2));
	assert_int_equal(send_one(m, &mail, 3).status, 451);
	assert_int_equal(send_one(m, &mail, 4).status, 552);
	assert_taken(send_one(m, &mail, 5));
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 1);
	assert_int_equal(relay_heard(&relay, "RSET"), 2); /* after the dot it is over anyway */
}

/* Each way to end that leaves the next mail untaken: it goes once more, and once. */
static void a_dead_connection_costs_no_mail(void **state)
{
	static const struct relay_say rows[] = {
		{ ".", "250 ok\r\n", 1, true }, /* between two, in good order */
		{ ".", "250 ok\r\n421 4.4.2 idle\r\n", 1, true },
		{ ".", "250 ok\r\n421 4.7.0 you talk too much\r\n", 1, false }, /* and stays open */
		{ "MAIL", RELAY_CLOSE, 2, false },
		{ "MAIL", "421 4.7.0 too many\r\n", 2, true },
		{ "MAIL", "452 4.5.3 too many messages in this session\r\n", 2, false },
		{ "MAIL", "550 5.7.1 too many messages in this session\r\n", 2, false },
		{ "MAIL", "what?\r\n", 2, false },
		{ "RCPT", RELAY_CLOSE, 2, false },
		{ "RCPT", "421 4.3.2 going down\r\n", 2, true },
		{ "DATA", RELAY_CLOSE, 2, false },
		{ "DATA", "421 4.3.2 going down\r\n", 2, false },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		start(&rows[i], 1);
		struct net_multi *m = net_multi_new(4);
		assert_taken(send_one(m, &mail, 1));
		assert_taken(send_one(m, &mail, 2));
		assert_taken(send_one(m, &mail, 3));
		net_multi_free(m);
		relay_stop(&relay);
		if (relay.connections != 2 || relay.dots != 3)
			fail_msg("row %zu: %d connections, %d messages", i, relay.connections,
				 relay.dots);
		for (int n = 1; n <= 3; n++)
			assert_heard(n, 1);
	}
}

/* RSET that is not answered well is no mail's outcome. */
static void a_reset_that_fails_costs_no_mail(void **state)
{
	static const char *const replies[] = { RELAY_CLOSE, "421 4.3.2 bye\r\n", "500 what?\r\n" };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(replies); i++) {
		const struct relay_say rows[] = { { "RCPT", "550 5.1.1 no such user\r\n", 1,
						    false },
						  { "RSET", replies[i], 0, false } };
		start(rows, LL_COUNT(rows));
		struct net_multi *m = net_multi_new(4);
		assert_int_equal(send_one(m, &mail, 1).status, 550);
		assert_taken(send_one(m, &mail, 2));
		net_multi_free(m);
		relay_stop(&relay);
		assert_int_equal(relay.connections, 2);
		assert_int_equal(relay.dots, 1);
	}
}

/* After the dot nobody knows: it does not go again by itself. */
static void lost_after_the_dot_is_unknown(void **state)
{
	static const struct relay_say row = { ".", RELAY_CLOSE, 2, false };
	(void)state;
	start(&row, 1);
	struct net_multi *m = net_multi_new(4);
	assert_taken(send_one(m, &mail, 1));
	struct net_reply r = send_one(m, &mail, 2);
	assert_int_not_equal(r.failure, NET_OK);
	assert_true(r.body_sent);
	assert_heard(2, 1);
	assert_taken(send_one(m, &mail, 3));
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 2);
	assert_int_equal(relay.dots, 3);
}

/* The second connection is no better: then it is the relay, and an outcome. */
static void a_new_connection_is_believed(void **state)
{
	static const struct relay_say rows[] = { { "RCPT", RELAY_CLOSE, 2, false },
						 { "RCPT", RELAY_CLOSE, 3, false } };
	(void)state;
	start(rows, LL_COUNT(rows));
	struct net_multi *m = net_multi_new(4);
	assert_taken(send_one(m, &mail, 1));
	struct net_reply r = send_one(m, &mail, 2);
	assert_int_not_equal(r.failure, NET_OK);
	assert_false(r.body_sent);
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 2);
	assert_int_equal(relay.dots, 1);
}

static void a_relay_may_restart(void **state)
{
	(void)state;
	start(NULL, 0);
	struct net_multi *m = net_multi_new(4);
	assert_taken(send_one(m, &mail, 1));
	relay_stop(&relay);
	struct net_reply r = send_one(m, &mail, 2);
	assert_int_equal(r.failure, NET_CONNECT);
	assert_false(r.body_sent);
	relay_start(&relay); /* at the same port */
	assert_taken(send_one(m, &mail, 3));
	assert_taken(send_one(m, &mail, 4));
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 1);
	assert_int_equal(relay.dots, 2);
}

static void it_is_left_after_so_many_mails(void **state)
{
	(void)state;
	start(NULL, 0);
	struct net_multi *m = net_multi_new(4);
	for (int i = 0; i < NET_RELAY_MAILS + 1; i++)
		assert_taken(send_one(m, &mail, i));
	net_multi_free(m);
	assert_quits(2);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 2);
	assert_int_equal(relay.dots, NET_RELAY_MAILS + 1);
}

static void it_is_left_when_nobody_writes(void **state)
{
	int64_t end = clock_mono() + WAIT_MS;
	(void)state;
	start(NULL, 0);
	struct net_multi *m = net_multi_new(4);
	assert_taken(send_one(m, &mail, 1));
	int64_t began = clock_mono();
	while (!relay_heard(&relay, "QUIT") && clock_mono() < end)
		net_multi_run(m, 50);
	assert_int_equal(relay_heard(&relay, "QUIT"), 1);
	assert_true(clock_mono() - began >= NET_RELAY_IDLE_MS - 1000);
	assert_taken(send_one(m, &mail, 2));
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.connections, 2);
}

/* More mails than connections: they wait for each other, and all arrive. */
static void there_are_only_so_many_connections(void **state)
{
	enum { MAILS = 300 };
	(void)state;
	start(NULL, 0);
	struct net_multi *m = net_multi_new(MAILS);
	struct sent *sent = ARENA_ARRAY(arena, struct sent, MAILS);
	for (int i = 0; i < MAILS; i++)
		add(m, &sent[i], i % 7 ? &mail : &other, i);
	finish(m);
	for (int i = 0; i < MAILS; i++) {
		assert_taken(sent[i].reply);
		assert_heard(i, 1);
	}
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.dots, MAILS);
	assert_true(relay.connections >= NET_RELAY_CONNECTIONS);
}

/* Who waits for a connection has the time of its request, and no more. */
static void waiting_has_its_end(void **state)
{
	enum { MAILS = NET_RELAY_CONNECTIONS + 2 };
	static const struct relay_say hold = { "MAIL", RELAY_HOLD, 0, false };
	(void)state;
	start(&hold, 1);
	struct net_multi *m = net_multi_new(MAILS);
	struct sent *sent = ARENA_ARRAY(arena, struct sent, MAILS);
	for (int i = 0; i < MAILS; i++) {
		add(m, &sent[i], &mail, i);
		sent[i].request.timeout_ms = 1500;
	}
	finish(m);
	for (int i = 0; i < MAILS; i++) {
		assert_int_equal(sent[i].reply.failure, NET_TIMEOUT);
		assert_false(sent[i].reply.body_sent);
	}
	net_multi_free(m);
	relay_stop(&relay);
	assert_int_equal(relay.dots, 0);
	assert_true(relay.connections <= NET_RELAY_CONNECTIONS);
}

/* Handles change places with those of HTTP exchanges. */
static void http_goes_on_beside(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
				     .end = PEER_KEEP };
	(void)state;
	peer_start(&peer, &s, 1);
	start(NULL, 0);
	struct net_multi *m = net_multi_new(2);
	for (int i = 0; i < 5; i++) {
		struct sent web = { .request = {
					    .method = "POST",
					    .url = arena_printf(arena, "http://127.0.0.1:%d/",
								peer.port),
					    .timeout_ms = WAIT_MS,
					    .allow_http = true,
					    .allow_private = true,
				    } };
		assert_taken(send_one(m, &mail, i));
		assert_true(net_multi_add(m, arena, &web.request, note, &web));
		finish(m);
		assert_int_equal(web.reply.status, 200);
	}
	net_multi_free(m);
	relay_stop(&relay);
	peer_stop(&peer);
	assert_int_equal(relay.connections, 1);
	assert_int_equal(relay.dots, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_connection_serves_several),
		TEST(other_sign_ins_have_their_own),
		TEST(what_was_refused_is_reset),
		TEST(a_dead_connection_costs_no_mail),
		TEST(a_reset_that_fails_costs_no_mail),
		TEST(lost_after_the_dot_is_unknown),
		TEST(a_new_connection_is_believed),
		TEST(a_relay_may_restart),
		TEST(it_is_left_after_so_many_mails),
		TEST(it_is_left_when_nobody_writes),
		TEST(there_are_only_so_many_connections),
		TEST(waiting_has_its_end),
		TEST(http_goes_on_beside),
	};
	net_start();
	return cmocka_run_group_tests(tests, tls_setup, tls_teardown);
}
