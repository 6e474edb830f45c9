/* Standard Webhooks: the known answer, and what a secret may look like. */
#include "dest/webhook.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/hash.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static void gives_the_known_answer(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct str key;
	(void)state;
	assert_true(webhook_secret_key(a, STR(SECRET), &key));
	assert_int_equal(key.n, 24);
	assert_string_equal(webhook_sign(a, key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
					 STR("{\"test\": 2432232314}")),
			    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

/* RFC 4231, test cases 1 and 6: a key shorter and one longer than a block. */
static void macs_with_keys_of_any_length(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	char k1[20], k6[131];
	(void)state;
	memset(k1, 0x0b, sizeof(k1));
	memset(k6, 0xaa, sizeof(k6));
	const struct str one[] = { STR("Hi "), STR("There") };
	const struct str six[] = { STR("Test Using Larger Than Block-Size Key - Hash Key First") };
	assert_string_equal(hmac_base64(a, (struct str){ k1, sizeof(k1) }, one, 2),
			    "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c=");
	assert_string_equal(hmac_base64(a, (struct str){ k6, sizeof(k6) }, six, 1),
			    "YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q=");
}

static void makes_secrets_that_it_takes(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct str one, two;
	(void)state;
	assert_true(webhook_secret_key(a, str_of(webhook_secret_new(a)), &one));
	assert_true(webhook_secret_key(a, str_of(webhook_secret_new(a)), &two));
	assert_int_equal(one.n, 32);
	assert_false(str_eq(one, two));
}

static void refuses_what_is_no_secret(void **state)
{
	static const char *const list[] = {
		"",
		"whsec_",
		"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_short",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_!!!!9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", /* 22 bytes */
		"whsec_"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAA==", /* over 64 */
	};
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct str key;
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++)
		if (webhook_secret_key(a, str_of(list[i]), &key))
			fail_msg("%s was taken", list[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_known_answer),
		cmocka_unit_test(macs_with_keys_of_any_length),
		cmocka_unit_test(makes_secrets_that_it_takes),
		cmocka_unit_test(refuses_what_is_no_secret),
	};
	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
