/* An attempt as a machine: steps, tokens, and what is told when no request can be made. */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/hash.h"

static struct arena *arena;
static int prepared, described; /* how often */
static const char *bearer;      /* of the last request */
static enum err_kind refuse;    /* prepare fails with it */

static bool prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	prepared++;
	bearer = c->token ? c->token->text : NULL;
	ret->url = arena_printf(c->arena, "https://example.com/%d", c->step);
	if (refuse == ERR_INPUT)
		return ERR(e, ERR_INPUT, "too-long", "too long for them");
	if (refuse)
		return ERR(e, ERR_BUG, "dest.bug", "what is in here is not for everybody");
	return true;
}

static bool describe(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	(void)e;
	described++;
	bearer = c->token ? c->token->text : NULL;
	ret->url = "https://example.com/fields";
	return true;
}

static bool again(const struct dest_call *c, const struct dest_outcome *o)
{
	(void)c;
	return o->outcome == OUTCOME_RETRY;
}

static void oauth(const struct dest_call *c, struct dest_oauth *ret)
{
	(void)c;
	*ret = (struct dest_oauth){ "https://example.com/token", "id", "secret", NULL };
}

static bool digest(const struct dest_call *const *calls, size_t n, struct net_request *ret,
		   struct err *e)
{
	if (!prepare(calls[0], ret, e))
		return false;
	ret->url = arena_printf(calls[0]->arena, "https://example.com/of-%zu", n);
	return true;
}

static const struct field no_settings[] = { F_END };
static const struct dest_rule rules[] = {
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized", .token_over = true },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};
static const struct dest_driver plain = { .kind = "plain",
					  .settings = no_settings,
					  .rules = rules,
					  .prepare = prepare,
					  .describe = describe };
static const struct dest_driver several = { .kind = "several",
					    .settings = no_settings,
					    .rules = rules,
					    .prepare = prepare,
					    .digest = digest,
					    .digest_max = 3 };
static const struct dest_driver steps = {
	.kind = "steps", .settings = no_settings, .rules = rules, .prepare = prepare, .again = again
};
static const struct dest_driver tokens = { .kind = "tokens",
					   .settings = no_settings,
					   .rules = rules,
					   .prepare = prepare,
					   .describe = describe,
					   .oauth = oauth };

static struct dest_exchange exchange(const struct dest_driver *d)
{
	static const struct dest_common common;

	prepared = described = 0;
	refuse = ERR_NONE;
	bearer = NULL;
	return (struct dest_exchange){
		.driver = d, .call = { .arena = arena, .settings = &common, .attempt = 1 }
	};
}

static enum dest_next answer(struct dest_exchange *x, int status)
{
	struct net_reply *r = ARENA_NEW(arena, struct net_reply);

	*r = (struct net_reply){
		.status = status, .body = STR(""), .body_sent = true, .retry_after_ms = -1
	};
	return dest_exchange_reply(x, r);
}

static const struct dest_token first = { "first", NULL, INT64_MAX };
static const struct dest_token second = { "second", NULL, INT64_MAX };

static void one_request_and_its_answer(void **state)
{
	struct dest_exchange x = exchange(&plain);

	(void)state;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	assert_string_equal(x.request.url, "https://example.com/0");
	assert_int_equal(answer(&x, 200), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_DELIVERED);
	assert_int_equal(x.reply->status, 200);
	assert_int_equal(prepared, 1);
}

static void what_cannot_be_made_is_refused_in_words_for_people(void **state)
{
	struct dest_exchange x = exchange(&plain);

	(void)state;
	refuse = ERR_INPUT;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_REJECTED);
	assert_string_equal(x.outcome.code, "too-long");
	assert_string_equal(x.outcome.detail, "too long for them");
	assert_int_equal(x.failure.kind, ERR_INPUT);
	x = exchange(&plain);
	refuse = ERR_BUG;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_REJECTED);
	assert_null(strstr(x.outcome.detail, "not for everybody"));
	assert_int_equal(x.failure.kind, ERR_BUG);
}

static void steps_go_on_while_the_driver_wants_and_never_for_ever(void **state)
{
	struct dest_exchange x = exchange(&steps);

	(void)state;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	assert_int_equal(answer(&x, 503), DEST_NEXT_SEND);
	assert_string_equal(x.request.url, "https://example.com/1");
	assert_int_equal(answer(&x, 200), DEST_NEXT_OVER);
	x = exchange(&steps);
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	for (int i = 1; i < DEST_STEPS; i++)
		assert_int_equal(answer(&x, 503), DEST_NEXT_SEND);
	assert_int_equal(answer(&x, 503), DEST_NEXT_OVER);
	assert_int_equal(prepared, DEST_STEPS);
	/* From the start again, as for another attempt. */
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	assert_int_equal(x.call.step, 0);
}

static void a_step_that_cannot_be_made_ends_it(void **state)
{
	struct dest_exchange x = exchange(&steps);

	(void)state;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	refuse = ERR_INPUT;
	assert_int_equal(answer(&x, 503), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_REJECTED);
}

static void a_token_is_wanted_first(void **state)
{
	struct dest_exchange x = exchange(&tokens);

	(void)state;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_TOKEN);
	assert_int_equal(prepared, 0);
	assert_int_equal(dest_exchange_token(&x, &first), DEST_NEXT_SEND);
	assert_string_equal(bearer, "first");
	assert_int_equal(answer(&x, 204), DEST_NEXT_OVER);
	/* One that is thought to be good is used. */
	x = exchange(&tokens);
	x.call.token = &second;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	assert_string_equal(bearer, "second");
}

static void a_refused_token_is_replaced_once(void **state)
{
	struct dest_exchange x = exchange(&tokens);

	(void)state;
	x.call.token = &first;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	assert_int_equal(answer(&x, 401), DEST_NEXT_TOKEN);
	assert_int_equal(dest_exchange_token(&x, &second), DEST_NEXT_SEND);
	assert_string_equal(bearer, "second");
	assert_int_equal(answer(&x, 401), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_CONFIG);
	assert_string_equal(x.outcome.code, "unauthorized");
	/* Without tokens of ours there is nothing to replace. */
	x = exchange(&plain);
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_SEND);
	assert_int_equal(answer(&x, 401), DEST_NEXT_OVER);
}

static void without_a_token_nothing_of_the_lead_is_sent(void **state)
{
	struct dest_exchange x = exchange(&tokens);
	struct dest_outcome o = { .outcome = OUTCOME_CONFIG, .code = "token-refused" };

	(void)state;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_TOKEN);
	assert_int_equal(dest_exchange_no_token(&x, &o), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_CONFIG);
	assert_string_equal(x.outcome.code, "token-refused");
	assert_int_equal(prepared, 0);
}

static void asking_for_fields_is_one_exchange_with_a_token(void **state)
{
	struct dest_exchange x = exchange(&tokens);

	(void)state;
	x.call.purpose = DEST_DESCRIBE;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_TOKEN);
	assert_int_equal(dest_exchange_token(&x, &first), DEST_NEXT_SEND);
	assert_int_equal(answer(&x, 401), DEST_NEXT_TOKEN);
	assert_int_equal(dest_exchange_token(&x, &second), DEST_NEXT_SEND);
	assert_int_equal(answer(&x, 200), DEST_NEXT_OVER);
	assert_int_equal(described, 2);
	assert_int_equal(prepared, 0);
}

static int silent_port;

static bool prepare_slow(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	(void)e;
	*ret = (struct net_request){
		.method = "POST",
		.url = arena_printf(c->arena, "http://127.0.0.1:%d/", silent_port),
		.body = STR("{}"),
		.timeout_ms = 600000,
		.allow_http = true,
		.allow_private = true,
	};
	return true;
}

/* Nobody accepts: the kernel takes the connection, and the answer never comes. */
static void a_test_does_not_wait_as_long_as_a_delivery(void **state)
{
	static const struct dest_driver slow = {
		.kind = "slow", .settings = no_settings, .rules = rules, .prepare = prepare_slow
	};
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listening = socket(AF_INET, SOCK_STREAM, 0);
	struct dest_exchange x = exchange(&slow);
	socklen_t n = sizeof(at);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(bind(listening, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(listening, 1), 0);
	assert_int_equal(getsockname(listening, (struct sockaddr *)&at, &n), 0);
	silent_port = ntohs(at.sin_port);
	x.patience_ms = 50;
	assert_true(dest_exchange_run(&x, &e));
	assert_int_equal(x.outcome.outcome, OUTCOME_UNKNOWN);
	assert_string_equal(x.outcome.code, "timeout");
	close(listening);
}

static struct dest_exchange digest_of_three(void)
{
	struct dest_exchange x = exchange(&several);
	const struct dest_call **calls = ARENA_ARRAY(arena, const struct dest_call *, 3);
	for (size_t i = 0; i < 3; i++) {
		struct dest_call *c = ARENA_NEW(arena, struct dest_call);
		*c = x.call;
		calls[i] = c;
	}
	x.digest = calls;
	x.digest_count = 3;
	return x;
}

static void a_refused_digest_refuses_no_lead(void **state)
{
	static const struct {
		enum err_kind refuse;
		int status;
		enum outcome outcome;
		const char *code; /* NULL: not of a digest */
	} cases[] = {
		{ ERR_INPUT, 0, OUTCOME_RETRY, DEST_DIGEST_REFUSED },
		{ ERR_NONE, 400, OUTCOME_RETRY, DEST_DIGEST_REFUSED },
		{ ERR_NONE, 413, OUTCOME_RETRY, DEST_DIGEST_REFUSED },
		{ ERR_NONE, 200, OUTCOME_DELIVERED, NULL },
		{ ERR_NONE, 401, OUTCOME_CONFIG, NULL },
		{ ERR_NONE, 503, OUTCOME_RETRY, NULL },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		struct dest_exchange x = digest_of_three();
		refuse = cases[i].refuse;
		enum dest_next next = dest_exchange_begin(&x);
		if (cases[i].status) {
			assert_int_equal(next, DEST_NEXT_SEND);
			assert_string_equal(x.request.url, "https://example.com/of-3");
			next = answer(&x, cases[i].status);
		}
		assert_int_equal(next, DEST_NEXT_OVER);
		assert_int_equal(x.outcome.outcome, cases[i].outcome);
		assert_int_equal(strcmp(x.outcome.code, DEST_DIGEST_REFUSED) == 0,
				 cases[i].code != NULL);
		assert_int_equal(prepared, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_request_and_its_answer),
		cmocka_unit_test(what_cannot_be_made_is_refused_in_words_for_people),
		cmocka_unit_test(steps_go_on_while_the_driver_wants_and_never_for_ever),
		cmocka_unit_test(a_step_that_cannot_be_made_ends_it),
		cmocka_unit_test(a_token_is_wanted_first),
		cmocka_unit_test(a_refused_token_is_replaced_once),
		cmocka_unit_test(without_a_token_nothing_of_the_lead_is_sent),
		cmocka_unit_test(asking_for_fields_is_one_exchange_with_a_token),
		cmocka_unit_test(a_refused_digest_refuses_no_lead),
		cmocka_unit_test(a_test_does_not_wait_as_long_as_a_delivery),
	};
	int failed;

	crypto_start();
	net_start();
	arena = arena_new("test", 16 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
