/* Signatures: the example of RFC 7515, keys that may serve, and tokens that want to be believed. */
#include "../cases.h"
#include "oidc/oidc.h"
#include "vectors.h"

#define RSA_KEY(n, e, more) "{\"kty\":\"RSA\",\"n\":\"" n "\",\"e\":\"" e "\"" more "}"
#define EC_KEY(x, y, more)                                                                         \
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\"" more "}"
#define SET(keys) "{\"keys\":[" keys "]}"
#define R         ",\"kid\":\"r\""
#define E         ",\"kid\":\"e\""
#define BOTH      SET(RSA_KEY(RSA_N, "AQAB", R) "," EC_KEY(EC_X, EC_Y, E))
/* RFC 7515, A.3. */
#define RFC_KEY                                                                                    \
	EC_KEY("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",                                      \
	       "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "")
#define RFC_TOKEN                                                                                  \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcG"  \
	"xlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8" \
	"ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

static const struct {
	const char *name, *token, *keys, *code; /* code NULL: right */
} cases[] = {
	{ "the example of RFC 7515", RFC_TOKEN, SET(RFC_KEY), NULL },
	{ "RS256", RSA_TOKEN, BOTH, NULL },
	{ "ES256", EC_TOKEN, BOTH, NULL },
	{ "without a kid, one key that fits", RSA_BARE_TOKEN, BOTH, NULL },
	{ "without a kid, two keys that fit", RSA_BARE_TOKEN,
	  SET(RSA_KEY(RSA_N, "AQAB", "") "," RSA_KEY(RSA_N, "AQAB", R)), "oidc.key" },
	{ "a key for it", RSA_TOKEN,
	  SET(RSA_KEY(RSA_N, "AQAB", R ",\"use\":\"sig\",\"alg\":\"RS256\"")), NULL },
	{ "a key for encryption", RSA_TOKEN, SET(RSA_KEY(RSA_N, "AQAB", R ",\"use\":\"enc\"")),
	  "oidc.key" },
	{ "a key for another algorithm", RSA_TOKEN,
	  SET(RSA_KEY(RSA_N, "AQAB", R ",\"alg\":\"PS256\"")), "oidc.key" },
	{ "a key that is not there", RSA_TOKEN, SET(EC_KEY(EC_X, EC_Y, E)), "oidc.key" },
	{ "a key of the other kind by this name", RSA_TOKEN, SET(EC_KEY(EC_X, EC_Y, R)),
	  "oidc.key" },
	{ "another key by this name", RSA_TOKEN, SET(RSA_KEY("w" RSA_N "AAA", "AQAB", R)),
	  "oidc.key" },
	{ "a short key", SMALL_TOKEN, SET(RSA_KEY(SMALL_N, "AQAB", ",\"kid\":\"s\"")), "oidc.key" },
	{ "an exponent of one", RSA_TOKEN, SET(RSA_KEY(RSA_N, "AQ", R)), "oidc.key" },
	{ "an even exponent", RSA_TOKEN, SET(RSA_KEY(RSA_N, "Ag", R)), "oidc.key" },
	{ "a point off the curve", EC_TOKEN, SET(EC_KEY(EC_X, EC_X, E)), "oidc.key" },
	{ "half a point", EC_TOKEN, SET(EC_KEY(EC_X, "", E)), "oidc.key" },
	{ "a point at zero", EC_TOKEN,
	  SET(EC_KEY("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", E)),
	  "oidc.key" },
	{ "no keys", RSA_TOKEN, SET(""), "oidc.key" },
	{ "no set", RSA_TOKEN, "[]", "oidc.keys" },
	{ "no JSON", RSA_TOKEN, "{\"keys\":[", "oidc.keys" },
	{ "HS256", HS_TOKEN, BOTH, "oidc.token" },
	{ "alg none", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJraW0ifQ.", BOTH, "oidc.token" },
	{ "alg none, with a signature", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJraW0ifQ.AA", BOTH,
	  "oidc.token" },
	{ "no alg", "e30.eyJzdWIiOiJraW0ifQ.AA", BOTH, "oidc.token" },
	{ "an RSA signature called ES256", RSA_AS_EC_TOKEN, BOTH, "oidc.token" },
	{ "an extension", CRIT_TOKEN, BOTH, "oidc.token" },
	{ "another type", TYPE_TOKEN, BOTH, "oidc.token" },
	{ "another signature", RSA_TOKEN "A", BOTH, "oidc.token" },
	{ "padding", EC_TOKEN "==", BOTH, "oidc.token" },
	{ "four parts", EC_TOKEN ".AA", BOTH, "oidc.token" },
	{ "two parts", "eyJhbGciOiJSUzI1NiJ9.e30", BOTH, "oidc.token" },
	{ "nothing", "", BOTH, "oidc.token" },
	{ "dots", "..", BOTH, "oidc.token" },
	{ "a blank", " " EC_TOKEN, BOTH, "oidc.token" },
};

static void signatures(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 24);

	(void)state;
	EACH(cases, c)
	{
		struct str payload = { NULL, 0 };
		struct err e = { 0 };
		bool ok = oidc_signature_check(a, str_of(c->token), str_of(c->keys), &payload, &e);

		if (c->code) {
			CHECK(!ok && !payload.p, c->name);
			SAME(e.code, c->code, c->name);
		} else {
			CHECK(ok && payload.p[0] == '{', c->name);
		}
	}
}

/* One bit of what is signed, anywhere, and it is not signed any more. */
static void each_bit_counts(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 26);
	char token[] = EC_TOKEN;

	(void)state;
	for (size_t i = 0; i < sizeof(token) - 1; i++) {
		ARENA_SCOPE(a);
		struct str payload;
		struct err e = { 0 };

		token[i] ^= 1;
		assert_false(oidc_signature_check(a, str_of(token), STR(BOTH), &payload, &e));
		token[i] ^= 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures),
		cmocka_unit_test(each_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
