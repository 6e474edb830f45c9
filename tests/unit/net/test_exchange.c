/*
 * Exchanges with a peer that misbehaves. The traps of libcurl 7.88 have a test each: an answer cut
 * inside its headers, proxies of the environment, Expect: 100-continue.
 */
#include "net/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "world.h"

static struct net_request to_peer(const char *scheme)
{
	return (struct net_request){
		.method = "POST",
		.url = arena_printf(arena, "%s://127.0.0.1:%d/in?sig=s3cret", scheme, peer.port),
		.body = STR("{\"a\":1}"),
		.timeout_ms = WAIT_MS,
		.allow_http = true,
		.allow_private = true,
	};
}

static struct net_reply send_one(const struct net_request *r)
{
	struct net_reply reply;
	struct err e = { 0 };
	assert_true(net_send(arena, r, &reply, &e));
	return reply;
}

static struct net_reply exchange(const struct peer_step *step)
{
	peer_start(&peer, step, 1);
	struct net_request r = to_peer("http");
	struct net_reply reply = send_one(&r);
	peer_stop(&peer);
	return reply;
}

static void takes_a_whole_answer(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One: 1\r\n"
					      "Retry-After: 7\r\n\r\nok" };
	(void)state;
	struct net_reply r = exchange(&s);
	assert_int_equal(r.failure, NET_OK);
	assert_int_equal(r.status, 200);
	assert_true(str_eq_z(r.body, "ok"));
	assert_string_equal(net_reply_header(&r, "x-one"), "1");
	assert_null(net_reply_header(&r, "x-two"));
	assert_int_equal(r.retry_after_ms, 7000);
	assert_true(r.body_sent);
	assert_string_equal(r.detail, "HTTP 200");
	assert_non_null(strstr(peer.last, "POST /in?sig=s3cret HTTP/1.1\r\n"));
	assert_non_null(strstr(peer.last, "\r\n\r\n{\"a\":1}"));
	assert_non_null(strstr(peer.last, "User-Agent: Leadline"));
}

static void knows_an_answer_cut_at_every_byte_of_its_headers(void **state)
{
	static const char whole[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
				    "Content-Length: 2\r\n\r\nok";
	const char *blank = strstr(whole, "\r\n\r\n");
	(void)state;
	for (size_t n = 1; n < sizeof(whole) - 1; n++) {
		const struct peer_step s = { .bytes = whole, .n = n };
		struct net_reply r = exchange(&s);
		bool in_headers = n < (size_t)(blank - whole) + 4;
		if (r.failure == NET_OK)
			fail_msg("cut after %zu bytes (%s) was taken for whole", n,
				 in_headers ? "headers" : "body");
		assert_true(r.failure == NET_CUT || r.failure == NET_PROTOCOL);
		assert_true(r.body_sent);
	}
}

static void knows_a_204_without_its_empty_line(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 204 No Content\r\nX-One: 1\r\n" };
	(void)state;
	assert_int_equal(exchange(&s).failure, NET_CUT);
}

static void does_not_mistake_100_continue_for_an_answer(void **state)
{
	const struct peer_step cut = { .bytes = "HTTP/1.1 100 Continue\r\n\r\n" };
	const struct peer_step whole = {
		.bytes = "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
			 "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
	};
	(void)state;
	assert_int_equal(exchange(&cut).failure, NET_CUT);
	struct net_reply r = exchange(&whole);
	assert_int_equal(r.failure, NET_OK);
	assert_int_equal(r.status, 202);
	assert_null(net_reply_header(&r, "x-early"));
}

static void knows_cut_bodies(void **state)
{
	static const struct peer_step steps[] = {
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc" },
		{ .bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc" },
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .end = PEER_RESET },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(steps); i++) {
		struct net_reply r = exchange(&steps[i]);
		assert_int_equal(r.failure, NET_CUT);
		assert_true(r.body_sent);
	}
}

static void knows_no_answer_at_all(void **state)
{
	static const struct peer_step steps[] = {
		{ .bytes = "", .end = PEER_CLOSE },
		{ .bytes = "", .end = PEER_RESET },
		{ .bytes = "\x01\x02 garbage\r\n\r\n" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(steps); i++) {
		struct net_reply r = exchange(&steps[i]);
		assert_true(r.failure == NET_CUT || r.failure == NET_PROTOCOL);
		assert_int_equal(r.status, 0);
	}
}

static void tells_a_refused_connection_from_a_lost_answer(void **state)
{
	(void)state;
	const struct peer_step s = { .bytes = "" };
	peer_start(&peer, &s, 1);
	struct net_request r = to_peer("http");
	peer_stop(&peer); /* now nobody listens at that port */
	struct net_reply reply = send_one(&r);
	assert_int_equal(reply.failure, NET_CONNECT);
	assert_false(reply.body_sent);
}

static void times_out_on_a_silent_peer(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\n", .end = PEER_HOLD };
	(void)state;
	peer_start(&peer, &s, 1);
	struct net_request r = to_peer("http");
	r.timeout_ms = 300;
	struct net_reply reply = send_one(&r);
	peer_stop(&peer);
	assert_int_equal(reply.failure, NET_TIMEOUT);
	assert_true(reply.body_sent);
	assert_true(reply.duration_ms >= 250);
}

static void times_out_on_a_slow_drip(void **state)
{
	const struct peer_step s = { .bytes =
					     "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc",
				     .drip_ms = 20 };
	(void)state;
	peer_start(&peer, &s, 1);
	struct net_request r = to_peer("http");
	r.timeout_ms = 400;
	struct net_reply reply = send_one(&r);
	peer_stop(&peer);
	assert_int_equal(reply.failure, NET_TIMEOUT);
	assert_true(reply.body_sent);
	assert_true(reply.duration_ms < 5000);
}

static void stops_reading_an_endless_body(void **state)
{
	static char head[70000];
	(void)state;
	memset(head, 'x', sizeof(head));
	memcpy(head, "HTTP/1.1 500 No\r\n\r\n", 19);
	const struct peer_step s = { .bytes = head, .n = sizeof(head), .endless = true };
	struct net_reply r = exchange(&s);
	assert_int_equal(r.failure, NET_OK);
	assert_int_equal(r.status, 500);
	assert_int_equal(r.body.n, NET_REPLY_MAX);
}

static void stops_reading_endless_headers(void **state)
{
	const struct peer_step s = {
		.bytes = "HTTP/1.1 100 Continue\r\nX-More: xxxxxxxxxxxxxx\r\n\r\n", .endless = true
	};
	(void)state;
	struct net_reply r = exchange(&s);
	assert_int_equal(r.failure, NET_TOO_LARGE);
	assert_true(r.body_sent);
}

static void never_follows_a_redirect(void **state)
{
	static struct peer other;
	const struct peer_step hit = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	char bytes[256];
	(void)state;
	peer_start(&other, &hit, 1);
	snprintf(
		bytes, sizeof(bytes),
		"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n",
		other.port);
	const struct peer_step s = { .bytes = bytes };
	struct net_reply r = exchange(&s);
	assert_int_equal(r.failure, NET_OK);
	assert_int_equal(r.status, 307);
	peer_stop(&other);
	assert_int_equal(other.connections, 0);
}

static void ignores_proxies_of_the_environment(void **state)
{
	static struct peer proxy;
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	char url[64];
	(void)state;
	peer_start(&proxy, &s, 1);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy.port);
	setenv("http_proxy", url, 1);
	setenv("https_proxy", url, 1);
	setenv("all_proxy", url, 1);
	setenv("no_proxy", "", 1);
	assert_int_equal(exchange(&s).failure, NET_OK);
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	unsetenv("all_proxy");
	unsetenv("no_proxy");
	peer_stop(&proxy);
	assert_int_equal(proxy.connections, 0);
}

static void sends_large_bodies_without_expect(void **state)
{
	static char body[200 * 1024];
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	(void)state;
	memset(body, 'b', sizeof(body));
	peer_start(&peer, &s, 1);
	struct net_request r = to_peer("http");
	r.body = (struct str){ body, sizeof(body) };
	struct net_reply reply = send_one(&r);
	peer_stop(&peer);
	assert_int_equal(reply.failure, NET_OK);
	assert_null(strcasestr(peer.last, "expect:"));
	assert_int_equal(strlen(strstr(peer.last, "\r\n\r\n") + 4), sizeof(body));
}

static void guard_refuses_every_spelling_of_loopback(void **state)
{
	static const char *const hosts[] = { "127.0.0.1",          "localhost",
					     "2130706433",         "0x7f.1",
					     "[::ffff:127.0.0.1]", "[::1]",
					     "0177.0.0.1",         "127.1" };
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	(void)state;
	peer_start(&peer, &s, 1);
	for (size_t i = 0; i < LL_COUNT(hosts); i++) {
		struct net_request r = to_peer("http");
		r.allow_private = false;
		r.url = arena_printf(arena, "http://%s:%d/", hosts[i], peer.port);
		struct net_reply reply = send_one(&r);
		if (reply.failure != NET_GUARD)
			fail_msg("%s: %s", hosts[i], net_failure_text(reply.failure));
		assert_false(reply.body_sent);
		assert_non_null(strstr(reply.detail, "allowPrivate"));
	}
	peer_stop(&peer);
	assert_int_equal(peer.connections, 0);
}

static void refuses_what_no_request_could_use(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd", "https://a@b/", "https://",
					    "ftp://x/" };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(urls); i++) {
		struct net_request r = to_peer("http");
		r.url = urls[i];
		assert_int_equal(send_one(&r).failure, NET_SETTINGS);
	}
	struct net_request r = to_peer("http");
	r.allow_http = false;
	assert_int_equal(send_one(&r).failure, NET_SETTINGS);
}

static void checks_certificates(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	char good[] = "/tmp/leadline-peer-XXXXXX", other[] = "/tmp/leadline-peer-XXXXXX";
	(void)state;
	close(mkstemp(good));
	close(mkstemp(other));
	void *stranger = peer_tls_new("IP:127.0.0.1", other);
	peer.tls = peer_tls_new("IP:127.0.0.1", good);
	peer_start(&peer, &s, 1);
	struct net_request r = to_peer("https");
	struct net_reply untrusted = send_one(&r);
	r.ca_file = other;
	struct net_reply wrong = send_one(&r);
	r.ca_file = good;
	struct net_reply trusted = send_one(&r);
	r.ca_file = "/nowhere/ca.pem";
	struct net_reply missing = send_one(&r);
	peer_stop(&peer);
	peer_tls_free(peer.tls);
	assert_int_equal(untrusted.failure, NET_CERTIFICATE);
	assert_false(untrusted.body_sent);
	assert_int_equal(wrong.failure, NET_CERTIFICATE);
	assert_int_equal(trusted.failure, NET_OK);
	assert_int_equal(missing.failure, NET_SETTINGS);
	/* The right issuer, the wrong name. */
	peer.tls = peer_tls_new("DNS:other.example", good);
	peer_start(&peer, &s, 1);
	r = to_peer("https");
	r.ca_file = good;
	struct net_reply misnamed = send_one(&r);
	peer_stop(&peer);
	peer_tls_free(peer.tls);
	peer_tls_free(stranger);
	unlink(good);
	unlink(other);
	assert_int_equal(misnamed.failure, NET_CERTIFICATE);
}

static void knows_a_failed_handshake(void **state)
{
	const struct peer_step s = { .bytes = "HTTP/1.1 400 Bad\r\n\r\n", .hang_up_first = true };
	(void)state;
	peer_start(&peer, &s, 1); /* speaks no TLS: hangs up on the first byte */
	struct net_request r = to_peer("https");
	struct net_reply reply = send_one(&r);
	peer_stop(&peer);
	assert_int_equal(reply.failure, NET_TLS_HANDSHAKE);
	assert_false(reply.body_sent);
}

static void keeps_secrets_out_of_messages(void **state)
{
	(void)state;
	struct net_request r = to_peer("http");
	r.url = "http://127.0.0.1:1/in?sig=s3cret";
	r.secret = "Failed to connect";
	struct net_reply reply = send_one(&r);
	assert_null(strstr(reply.detail, "s3cret"));
	assert_null(strstr(reply.detail, "Failed to connect"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(takes_a_whole_answer),
		T(knows_an_answer_cut_at_every_byte_of_its_headers),
		T(knows_a_204_without_its_empty_line),
		T(does_not_mistake_100_continue_for_an_answer),
		T(knows_cut_bodies),
		T(knows_no_answer_at_all),
		T(tells_a_refused_connection_from_a_lost_answer),
		T(times_out_on_a_silent_peer),
		T(times_out_on_a_slow_drip),
		T(stops_reading_an_endless_body),
		T(stops_reading_endless_headers),
		T(never_follows_a_redirect),
		T(ignores_proxies_of_the_environment),
		T(sends_large_bodies_without_expect),
		T(guard_refuses_every_spelling_of_loopback),
		T(refuses_what_no_request_could_use),
		T(checks_certificates),
		T(knows_a_failed_handshake),
		T(keeps_secrets_out_of_messages),
	};
	net_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
