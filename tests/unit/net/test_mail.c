/* Mail to a relay: what is said, what a refusal at each command means, and what is known of a
 * message when the connection breaks. */
#include "net/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "relay.h"
#include "world.h"

static struct relay relay;
static char pem[64];
static void *tls;
static struct net_mail mail;

static int tls_setup(void **state)
{
	(void)state;
	snprintf(pem, sizeof(pem), "/tmp/leadline-relay-%d.pem", (int)getpid());
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

static struct relay *with(const struct relay_say *script, size_t n)
{
	memset(&relay, 0, sizeof(relay));
	relay.script = script;
	relay.count = n;
	relay.tls = tls;
	mail = (struct net_mail){ .from = "leads@contoso.com",
				  .to = "anna@fabrikam.com",
				  .hello = "leadline.example",
				  .user = "lead",
				  .password = "s3cret" };
	return &relay;
}

static struct net_request to_relay(const char *scheme)
{
	return (struct net_request){
		.url = arena_printf(arena, "%s://localhost:%d", scheme, relay.port),
		.body = STR("Subject: x\r\n\r\n.one\r\ntwo\r\n"),
		.ca_file = pem,
		.timeout_ms = WAIT_MS,
		.allow_private = true,
		.mail = &mail,
	};
}

static struct net_reply send_with(const struct relay_say *script, size_t n)
{
	struct net_reply reply;
	struct err e = { 0 };
	relay_start(with(script, n));
	struct net_request r = to_relay("smtp");
	assert_true(net_send(arena, &r, &reply, &e));
	relay_stop(&relay);
	return reply;
}

static void a_message_is_handed_over(void **state)
{
	(void)state;
	struct net_reply r = send_with(NULL, 0);
	assert_int_equal(r.failure, NET_OK);
	assert_int_equal(r.status, 250);
	assert_int_equal(r.stage, NET_STAGE_MESSAGE);
	assert_true(r.body_sent);
	assert_string_equal(r.body.p, "2.0.0 taken 2.0.0 queued as A1B2");
	assert_int_equal(relay.dots, 1);
	assert_non_null(strstr(relay.heard, "EHLO leadline.example\r\n"));
	assert_non_null(strstr(relay.heard, "AUTH PLAIN"));
	assert_non_null(strstr(relay.heard, "MAIL FROM:<leads@contoso.com>\r\n"
					    "RCPT TO:<anna@fabrikam.com>\r\nDATA\r\n"
					    "Subject: x\r\n\r\n..one\r\ntwo\r\n.\r\n"));
}

static void tls_from_the_start_and_no_sign_in(void **state)
{
	struct net_reply reply;
	struct err e = { 0 };
	(void)state;
	with(NULL, 0)->tls_first = true;
	mail.user = mail.password = NULL;
	relay_start(&relay);
	struct net_request r = to_relay("smtps");
	assert_true(net_send(arena, &r, &reply, &e));
	relay_stop(&relay);
	assert_int_equal(reply.failure, NET_OK);
	assert_int_equal(relay.dots, 1);
	assert_null(strstr(relay.heard, "AUTH"));
}

static void a_refusal_is_an_answer_with_its_stage(void **state)
{
	static const struct {
		const char *command, *reply;
		int status;
		enum net_stage stage;
		bool sent;
	} rows[] = {
		{ "HELLO", "554 5.3.2 no service\r\n", 554, NET_STAGE_HELLO, false },
		{ "HELLO", "421 4.3.2 later\r\n", 421, NET_STAGE_HELLO, false },
		{ "STARTTLS", "454 4.7.0 TLS not available\r\n", 454, NET_STAGE_HELLO, false },
		{ "AUTH", "535 5.7.8 wrong password\r\n", 535, NET_STAGE_LOGIN, false },
		{ "AUTH", "454 4.7.0 later\r\n", 454, NET_STAGE_LOGIN, false },
		{ "MAIL", "553 5.7.1 not your sender\r\n", 553, NET_STAGE_FROM, false },
		{ "RCPT", "550-5.1.1 no such user\r\n550 5.1.1 here\r\n", 550, NET_STAGE_TO,
		  false },
		{ "RCPT", "451 4.7.1 greylisted\r\n", 451, NET_STAGE_TO, false },
		{ "DATA", "554 5.5.1 no valid recipients\r\n", 554, NET_STAGE_DATA, false },
		{ ".", "552 5.3.4 too big\r\n", 552, NET_STAGE_MESSAGE, true },
		{ ".", "421 4.3.2 going down\r\n", 421, NET_STAGE_MESSAGE, true },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		const struct relay_say say = { rows[i].command, rows[i].reply, 0, false };
		struct net_reply r = send_with(&say, 1);
		if (r.failure != NET_OK || r.status != rows[i].status || r.stage != rows[i].stage ||
		    r.body_sent != rows[i].sent)
			fail_msg("%s %s: %s %d stage %d %s", rows[i].command, rows[i].reply,
				 net_failure_text(r.failure), r.status, r.stage, r.detail);
		assert_int_equal(r.body.p[0], rows[i].reply[4]);
		assert_null(strstr(r.detail, "s3cret"));
		assert_int_equal(relay.dots, rows[i].sent);
	}
}

static void a_lost_connection_is_known_by_the_dot(void **state)
{
	static const char *const commands[] = { "HELLO", "EHLO", "STARTTLS", "AUTH",
						"MAIL",  "RCPT", "DATA",     "." };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(commands); i++) {
		const struct relay_say say = { commands[i], RELAY_CLOSE, 0, false };
		struct net_reply r = send_with(&say, 1);
		bool dot = strcmp(commands[i], ".") == 0;
		if (r.failure == NET_OK || r.body_sent != dot || r.status != 0)
			fail_msg("%s: %s %d", commands[i], net_failure_text(r.failure), r.status);
		assert_int_equal(relay.dots, dot);
	}
}

static void silence_is_a_time_out(void **state)
{
	static const char *const commands[] = { "HELLO", "MAIL", "." };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(commands); i++) {
		const struct relay_say say = { commands[i], RELAY_HOLD, 0, false };
		struct net_reply reply;
		struct err e = { 0 };
		relay_start(with(&say, 1));
		struct net_request r = to_relay("smtp");
		r.timeout_ms = 700;
		assert_true(net_send(arena, &r, &reply, &e));
		relay_stop(&relay);
		assert_int_equal(reply.failure, NET_TIMEOUT);
		assert_int_equal(reply.body_sent, strcmp(commands[i], ".") == 0);
	}
}

static void nonsense_is_no_reply(void **state)
{
	static const struct relay_say says[] = { { "MAIL", "hello there\r\n", 0, false },
						 { "RCPT", "354 what\r\n", 0, false },
						 { "DATA", "250 no\r\n", 0, false } };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(says); i++) {
		struct net_reply r = send_with(&says[i], 1);
		assert_int_equal(r.failure, NET_PROTOCOL);
		assert_false(r.body_sent);
	}
}

static void settings_are_told_apart(void **state)
{
	struct net_reply reply;
	struct err e = { 0 };
	(void)state;
	with(NULL, 0)->no_starttls = true;
	relay_start(&relay);
	struct net_request r = to_relay("smtp");
	assert_true(net_send(arena, &r, &reply, &e));
	assert_int_equal(reply.failure, NET_NO_TLS);
	assert_null(strstr(relay.heard, "AUTH")); /* no password without encryption */
	relay_stop(&relay);

	relay_start(with(NULL, 0));
	r = to_relay("smtp");
	r.ca_file = NULL;
	assert_true(net_send(arena, &r, &reply, &e));
	relay_stop(&relay);
	assert_int_equal(reply.failure, NET_CERTIFICATE);

	static const struct relay_say strange = { "EHLO",
						  "250-relay\r\n250-STARTTLS\r\n250 AUTH X-ODD\r\n",
						  0, false };
	assert_int_equal(send_with(&strange, 1).failure, NET_LOGIN);
	assert_null(strstr(relay.heard, "MAIL"));
}

static void what_could_break_a_command_is_not_sent(void **state)
{
	static const char *const bad[] = { "a@b.c>\r\nRCPT TO:<x@y.z", "a b@c.d", "a@b.c\n", "" };
	(void)state;
	relay_start(with(NULL, 0));
	for (size_t i = 0; i < LL_COUNT(bad); i++) {
		struct net_reply reply;
		struct err e = { 0 };
		struct net_request r = to_relay("smtp");
		mail.to = bad[i];
		assert_true(net_send(arena, &r, &reply, &e));
		assert_int_equal(reply.failure, NET_SETTINGS);
	}
	relay_stop(&relay);
	assert_int_equal(relay.n, 0);
}

struct seen {
	int done;
	bool mail_done;
};

static void note(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	struct seen *s = ctx;
	s->done++;
	s->mail_done |= r->mail != NULL;
	if (!r->mail)
		assert_int_equal(reply->status, 200);
}

/* A relay that thinks for long about a message holds up nobody. */
static void a_slow_relay_holds_up_nobody(void **state)
{
	static const struct relay_say slow = { ".", RELAY_HOLD, 0, false };
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	struct seen seen = { 0 };
	int64_t end = clock_mono() + WAIT_MS;
	(void)state;
	peer_start(&peer, &s, 1);
	relay_start(with(&slow, 1));
	struct net_multi *m = net_multi_new(2);
	struct net_request r = to_relay("smtp");
	struct net_request http = { .method = "POST",
				    .url = arena_printf(arena, "http://127.0.0.1:%d/", peer.port),
				    .timeout_ms = WAIT_MS,
				    .allow_http = true,
				    .allow_private = true };
	assert_true(net_multi_add(m, arena, &r, note, &seen));
	while (relay.dots == 0 && clock_mono() < end)
		net_multi_run(m, 10);
	assert_int_equal(relay.dots, 1);
	for (int i = 0; i < 5; i++) {
		assert_true(net_multi_add(m, arena, &http, note, &seen));
		while (seen.done == i && clock_mono() < end)
			net_multi_run(m, 1000);
	}
	assert_int_equal(seen.done, 5);
	assert_false(seen.mail_done);
	net_multi_free(m);
	relay_stop(&relay);
	peer_stop(&peer);
}

static void a_large_message_arrives_whole(void **state)
{
	enum { LINES = 4000 };
	struct net_reply reply;
	struct err e = { 0 };
	(void)state;
	AUTO_BUF b = buf_new(1 << 20);
	for (int i = 0; i < LINES; i++)
		buf_printf(&b,
			   ".line %d of a message that fills more than one packet, and more\r\n",
			   i);
	relay_start(with(NULL, 0));
	struct net_request r = to_relay("smtp");
	r.body = buf_view(&b);
	assert_true(net_send(arena, &r, &reply, &e));
	relay_stop(&relay);
	assert_int_equal(reply.failure, NET_OK);
	const char *at = strstr(relay.heard, "DATA\r\n") + 6;
	for (int i = 0; i < LINES; i++) {
		char want[128];
		int n = snprintf(
			want, sizeof(want),
			"..line %d of a message that fills more than one packet, and more\r\n", i);
		assert_memory_equal(at, want, n);
		at += n;
	}
	assert_memory_equal(at, ".\r\n", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_message_is_handed_over, setup, teardown),
		cmocka_unit_test_setup_teardown(tls_from_the_start_and_no_sign_in, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refusal_is_an_answer_with_its_stage, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_lost_connection_is_known_by_the_dot, setup,
						teardown),
		cmocka_unit_test_setup_teardown(silence_is_a_time_out, setup, teardown),
		cmocka_unit_test_setup_teardown(nonsense_is_no_reply, setup, teardown),
		cmocka_unit_test_setup_teardown(settings_are_told_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(what_could_break_a_command_is_not_sent, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_slow_relay_holds_up_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(a_large_message_arrives_whole, setup, teardown),
	};
	net_start();
	return cmocka_run_group_tests(tests, tls_setup, tls_teardown);
}
