/* Kinds that people read: e-mail, Slack, Teams. When a relay's replies are tried again, what their
 * settings refuse. */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/hash.h"

static struct arena *arena;
static const struct dest_server server = { .base_url = "https://leads.contoso.com",
					   .smtp_password = "relay-secret" };

static bool decode(const char *kind, const char *json, void **ret, struct field_problems *p)
{
	const struct dest_driver *d = dest_driver_by_kind(str_of(kind));
	AUTO_JSON j = NULL;
	struct err e;
	assert_true(json_parse(str_of(json), &j, &e));
	*p = (struct field_problems){ 0 };
	*ret = dest_settings_new(arena, d);
	return dest_settings_decode(arena, d, j, false, *ret, p);
}

static struct dest_call call_of(const char *kind, const char *json)
{
	static struct dest_lead lead;
	struct field_problems p;
	void *settings;
	if (!decode(kind, json, &settings, &p))
		fail_msg("%s", p.e[0].text);
	return (struct dest_call){
		.arena = arena, .settings = settings, .server = &server, .lead = &lead, .attempt = 1
	};
}

static void what_a_relay_says(void **state)
{
	static const struct {
		int status;
		enum net_stage stage;
		const char *said;
		enum outcome outcome;
		const char *token;
		bool slow_down;
	} rows[] = {
		{ 250, NET_STAGE_MESSAGE, "2.0.0 ok", OUTCOME_DELIVERED, "delivered", false },
		{ 421, NET_STAGE_HELLO, "4.3.2 later", OUTCOME_RETRY, "relay-not-available", true },
		{ 421, NET_STAGE_MESSAGE, "4.3.2 later", OUTCOME_RETRY, "relay-not-available",
		  true },
		{ 450, NET_STAGE_TO, "4.2.1 busy", OUTCOME_RETRY, "mailbox-busy", false },
		{ 451, NET_STAGE_TO, "4.7.1 greylisted", OUTCOME_RETRY, "deferred", false },
		{ 452, NET_STAGE_TO, "4.2.2 full", OUTCOME_RETRY, "mailbox-full", false },
		{ 454, NET_STAGE_HELLO, "4.7.0 no TLS now", OUTCOME_RETRY, "relay-not-available",
		  true },
		{ 454, NET_STAGE_LOGIN, "4.7.0 later", OUTCOME_RETRY, "sign-in-later", true },
		{ 471, NET_STAGE_DATA, "later", OUTCOME_RETRY, "deferred", false },
		{ 530, NET_STAGE_FROM, "5.7.0 sign in first", OUTCOME_CONFIG, "sign-in-wanted",
		  false },
		{ 534, NET_STAGE_LOGIN, "5.7.9 too weak", OUTCOME_CONFIG, "sign-in-refused",
		  false },
		{ 535, NET_STAGE_LOGIN, "5.7.8 wrong", OUTCOME_CONFIG, "sign-in-refused", false },
		{ 538, NET_STAGE_LOGIN, "5.7.11 TLS", OUTCOME_CONFIG, "encryption-wanted", false },
		{ 504, NET_STAGE_LOGIN, "5.5.4 method", OUTCOME_CONFIG, "sign-in-refused", false },
		{ 554, NET_STAGE_HELLO, "5.3.2 no", OUTCOME_CONFIG, "relay-refuses-us", false },
		{ 550, NET_STAGE_FROM, "5.7.1 not yours", OUTCOME_CONFIG, "sender-refused", false },
		{ 553, NET_STAGE_FROM, "5.1.8 no such", OUTCOME_CONFIG, "sender-refused", false },
		{ 550, NET_STAGE_TO, "5.7.1 Relaying denied", OUTCOME_CONFIG, "relaying-denied",
		  false },
		{ 554, NET_STAGE_TO, "5.7.1 <x>: Relay access denied", OUTCOME_CONFIG,
		  "relaying-denied", false },
		{ 550, NET_STAGE_TO, "5.7.1 blocked by policy", OUTCOME_REJECTED,
		  "mailbox-unavailable", false },
		{ 550, NET_STAGE_TO, "5.1.1 no such user", OUTCOME_REJECTED, "mailbox-unavailable",
		  false },
		{ 551, NET_STAGE_TO, "5.1.6 moved", OUTCOME_REJECTED, "user-not-local", false },
		{ 552, NET_STAGE_MESSAGE, "5.3.4 too big", OUTCOME_REJECTED, "too-large", false },
		{ 553, NET_STAGE_TO, "5.1.3 bad name", OUTCOME_REJECTED, "mailbox-name", false },
		{ 554, NET_STAGE_MESSAGE, "5.6.0 content", OUTCOME_REJECTED, "refused", false },
		{ 500, NET_STAGE_DATA, "what", OUTCOME_REJECTED, "refused", false },
	};
	const struct dest_driver *d = dest_driver_by_kind(STR("email"));
	struct dest_call c = call_of("email", "{\"to\":\"a@b.co\"}");
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct net_reply r = { .status = rows[i].status,
				       .stage = rows[i].stage,
				       .body = str_of(rows[i].said),
				       .body_sent = rows[i].stage == NET_STAGE_MESSAGE,
				       .retry_after_ms = -1 };
		struct dest_outcome o;
		dest_classify(d, &c, &r, &o);
		if (o.outcome != rows[i].outcome || strcmp(o.code, rows[i].token) != 0 ||
		    o.slow_down != rows[i].slow_down ||
		    o.at_least_ms != (rows[i].outcome == OUTCOME_RETRY ? 300000 : 0))
			fail_msg("%d %s: %s %s", rows[i].status, rows[i].said,
				 outcome_text(o.outcome), o.code);
		assert_non_null(strstr(o.detail, rows[i].said));
	}
}

static void what_a_broken_talk_means(void **state)
{
	static const struct {
		enum net_failure failure;
		bool sent;
		enum outcome outcome;
	} rows[] = {
		{ NET_NO_TLS, false, OUTCOME_CONFIG },      { NET_LOGIN, false, OUTCOME_CONFIG },
		{ NET_CERTIFICATE, false, OUTCOME_CONFIG }, { NET_CUT, false, OUTCOME_RETRY },
		{ NET_CUT, true, OUTCOME_UNKNOWN },         { NET_TIMEOUT, true, OUTCOME_UNKNOWN },
	};
	const struct dest_driver *d = dest_driver_by_kind(STR("email"));
	struct dest_call c = call_of("email", "{\"to\":\"a@b.co\"}");
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct net_reply r = { .failure = rows[i].failure, .body_sent = rows[i].sent };
		struct dest_outcome o;
		dest_classify(d, &c, &r, &o);
		assert_int_equal(o.outcome, rows[i].outcome);
		assert_string_equal(o.code, net_failure_text(rows[i].failure));
	}
}

static void an_address_is_a_recipient_once(void **state)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("email"));
	struct dest_call c = call_of("email", "{\"to\":\" a@b.co;c@d.co ; ;A@B.CO;\"}");
	const char *const *to = dest_recipients(d, c.settings);
	(void)state;
	assert_string_equal(to[0], "a@b.co");
	assert_string_equal(to[1], "c@d.co");
	assert_null(to[2]);
	/* A kind without recipients has one that is nobody. */
	c = call_of("slack", "{\"url\":\"https://chat.example/x\"}");
	to = dest_recipients(dest_driver_by_kind(STR("slack")), c.settings);
	assert_string_equal(to[0], "");
	assert_null(to[1]);
}

static void wrong_settings_are_named(void **state)
{
	static const struct {
		const char *kind, *json, *field, *code;
	} rows[] = {
		{ "email", "{}", "to", "field.required" },
		{ "email", "{\"to\":\" ; \"}", "to", "email.to" },
		{ "email", "{\"to\":\"a@b.co, c@d.co\"}", "to", "email.to" },
		{ "email", "{\"to\":\"a@b.co\\r\\nBcc: c@d.co\"}", "to", "email.to" },
		{ "email", "{\"to\":\"a@b.co\",\"language\":\"fr\"}", "language", "field.choice" },
		{ "email", "{\"to\":\"a@b.co\",\"caFile\":\"x\"}", "caFile", "field.unknown" },
		{ "slack", "{\"url\":\"http://hooks.slack.com/x\"}", "url", "url.http" },
		{ "teams", "{\"url\":\"https://contoso.webhook.office.com/webhookb2/x\"}", "url",
		  "teams.connector" },
		{ "teams", "{\"url\":\"https://OUTLOOK.office.com:443/webhook/x\"}", "url",
		  "teams.connector" },
		{ "teams", "{\"url\":\"https://u@prod-1.logic.azure.com/x\"}", "url", "url.user" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct field_problems p;
		void *settings;
		if (decode(rows[i].kind, rows[i].json, &settings, &p))
			fail_msg("%s was taken", rows[i].json);
		if (strcmp(p.e[0].field, rows[i].field) != 0 ||
		    strcmp(p.e[0].code, rows[i].code) != 0)
			fail_msg("%s: %s %s", rows[i].json, p.e[0].field, p.e[0].code);
	}
	struct field_problems p;
	void *settings;
	assert_true(decode("teams", "{\"url\":\"https://notwebhook.office.com.example/x\"}",
			   &settings, &p));
}

static void customers_who_must_not_be_contacted_are_dropped(void **state)
{
	static const char *const kinds[] = { "email", "slack", "teams" };
	static const struct dest_lead dnc = { .dnc = true };
	(void)state;
	for (size_t i = 0; i < LL_COUNT(kinds); i++) {
		struct dest_call c = call_of(kinds[i], i ? "{\"url\":\"https://chat.example/x\"}"
							 : "{\"to\":\"a@b.co\"}");
		assert_string_equal(dest_dropped(dest_settings_common(c.settings), &dnc),
				    DEST_DROPPED_DNC);
	}
}

static void without_a_relay_every_mail_would_fail(void **state)
{
	struct dest_exchange x = { .driver = dest_driver_by_kind(STR("email")),
				   .call = call_of("email", "{\"to\":\"a@b.co\"}") };
	(void)state;
	assert_int_equal(dest_exchange_begin(&x), DEST_NEXT_OVER);
	assert_int_equal(x.outcome.outcome, OUTCOME_CONFIG);
	assert_string_equal(x.outcome.code, "email.relay");
	assert_non_null(strstr(x.outcome.detail, "smtpUrl"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_relay_says),
		cmocka_unit_test(what_a_broken_talk_means),
		cmocka_unit_test(an_address_is_a_recipient_once),
		cmocka_unit_test(wrong_settings_are_named),
		cmocka_unit_test(customers_who_must_not_be_contacted_are_dropped),
		cmocka_unit_test(without_a_relay_every_mail_would_fail),
	};
	crypto_start();
	arena = arena_new("test", 64 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
