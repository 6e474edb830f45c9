/* What a provider answers: a token, its keys, its claims, its discovery document. Whoever is let in
 * has a name that can be kept. The first byte says which. */
#include "fuzz.h"

#include "base/str.h"
#include "oidc/oidc.h"

#define NOW_MS 1800000000000LL
#define KEYS                                                                                       \
	"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"                                      \
	"\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"                                   \
	"\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"
#define TOKEN                                                                                      \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcG"  \
	"xlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8" \
	"ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

static const char *const tenants[] = { "11111111-2222-4333-8444-555555555555", NULL };

static void claims(struct arena *a, struct str s, bool entra)
{
	struct oidc_provider p = { .issuer = "https://id.example",
				   .client_id = "leadline",
				   .tenants = entra ? tenants : NULL };
	struct oidc_metadata m = { .issuer = entra ? "https://id.example/{tenantid}/v2.0"
						   : "https://id.example" };
	struct oidc_person who;
	struct err e = { 0 };

	if (!oidc_claims_check(a, &p, &m, s, "nonce", NOW_MS, &who, &e)) {
		MUST(e.kind == ERR_AUTH && e.text[0]);
		return;
	}
	MUST(who.subject[0] && strlen(who.subject) <= OIDC_SUBJECT_MAX && who.name);
	MUST(!entra || str_starts(str_of(who.subject), tenants[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 1 << 26);
	struct oidc_provider p = { .issuer = "https://id.example", .client_id = "leadline" };
	struct oidc_metadata m;
	struct err e = { 0 };
	struct str s, payload;

	if (!n)
		return 0;
	s = (struct str){ arena_strndup(a, data + 1, n - 1), n - 1 };
	switch (data[0]) {
	case 'c':
	case 'e': claims(a, s, data[0] == 'e'); break;
	case 'k': LL_IGNORE(oidc_signature_check(a, STR(TOKEN), s, &payload, &e)); break;
	case 'm':
		if (oidc_metadata_read(a, &p, s, &m, &e))
			MUST(m.issuer && str_istarts(str_of(m.token), "http") && m.keys[0]);
		break;
	default:
		if (oidc_signature_check(a, s, STR(KEYS), &payload, &e))
			MUST(payload.p);
		break;
	}
	return 0;
}
