/* What an ID token must say, and whom it makes of it. */
#include "../cases.h"
#include "oidc/oidc.h"

#define NOW    1800000000LL
#define TENANT "11111111-2222-4333-8444-555555555555"
#define OBJECT "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
#define TIMES  "\"exp\":1800000300,\"iat\":1800000000"
#define REST   "\"aud\":\"leadline\",\"nonce\":\"n\"," TIMES
#define ISS    "\"iss\":\"https://id.example\","
#define GOOD   ISS REST ",\"sub\":\"kim\""
#define ENTRA                                                                                      \
	"\"iss\":\"https://id.example/" TENANT "/v2.0\",\"tid\":\"" TENANT "\",\"oid\":\"" OBJECT  \
	"\"," REST

struct claims_case {
	const char *name, *claims; /* without their braces */
	const char *subject;       /* NULL: refused */
	const char *email;
};
static const struct claims_case others[] = {
	{ "all", GOOD, "kim", NULL },
	{ "an address", GOOD ",\"email\":\"a@b.c\"", "kim", NULL },
	{ "an address that is not sure", GOOD ",\"email\":\"a@b.c\",\"email_verified\":false",
	  "kim", NULL },
	{ "a sure address", GOOD ",\"email\":\"a@b.c\",\"email_verified\":true", "kim", "a@b.c" },
	{ "sure, as a text", GOOD ",\"email\":\"a@b.c\",\"email_verified\":\"true\"", "kim",
	  "a@b.c" },
	{ "Entra's word is not everybody's", GOOD ",\"email\":\"a@b.c\",\"xms_edov\":true", "kim",
	  NULL },
	{ "an address with a NUL", GOOD ",\"email\":\"a@b.c\\u0000d\",\"email_verified\":true",
	  "kim", NULL },
	{ "within the skew",
	  ISS "\"aud\":\"leadline\",\"nonce\":\"n\",\"sub\":\"kim\","
	      "\"exp\":1799999950,\"iat\":1799999000",
	  "kim", NULL },
	{ "a second beyond it",
	  ISS "\"aud\":\"leadline\",\"nonce\":\"n\",\"sub\":\"kim\","
	      "\"exp\":1799999940,\"iat\":1799999000",
	  NULL, NULL },
	{ "iat within the skew",
	  ISS "\"aud\":\"leadline\",\"nonce\":\"n\",\"sub\":\"kim\","
	      "\"exp\":1800000300,\"iat\":1800000060",
	  "kim", NULL },
	{ "iat beyond it",
	  ISS "\"aud\":\"leadline\",\"nonce\":\"n\",\"sub\":\"kim\","
	      "\"exp\":1800000300,\"iat\":1800000061",
	  NULL, NULL },
	{ "over before it began",
	  ISS "\"aud\":\"leadline\",\"nonce\":\"n\",\"sub\":\"kim\","
	      "\"exp\":1799999990,\"iat\":1800000000",
	  NULL, NULL },
	{ "a time far away",
	  ISS "\"aud\":\"leadline\",\"nonce\":\"n\",\"sub\":\"kim\","
	      "\"exp\":9223372036854775807,\"iat\":1800000000",
	  NULL, NULL },
	{ "nbf", GOOD ",\"nbf\":1800000060", "kim", NULL },
	{ "nbf to come", GOOD ",\"nbf\":1800000061", NULL, NULL },
	{ "nbf that is none", GOOD ",\"nbf\":\"now\"", NULL, NULL },
	{ "another audience", ISS "\"aud\":\"leadline2\",\"nonce\":\"n\",\"sub\":\"kim\"," TIMES,
	  NULL, NULL },
	{ "azp is ours", GOOD ",\"azp\":\"leadline\"", "kim", NULL },
	{ "azp is another's", GOOD ",\"azp\":\"other\"", NULL, NULL },
	{ "azp that is no text", GOOD ",\"azp\":null", "kim", NULL },
	{ "another nonce", ISS "\"aud\":\"leadline\",\"nonce\":\"m\",\"sub\":\"kim\"," TIMES, NULL,
	  NULL },
	{ "another issuer", "\"iss\":\"https://id.example/\"," REST ",\"sub\":\"kim\"", NULL,
	  NULL },
	{ "an issuer with a NUL", "\"iss\":\"https://id.example\\u0000\"," REST ",\"sub\":\"kim\"",
	  NULL, NULL },
	{ "no subject", ISS REST, NULL, NULL },
	{ "a number for a subject", ISS REST ",\"sub\":7", NULL, NULL },
	{ "a subject with a line end", ISS REST ",\"sub\":\"k\\nim\"", NULL, NULL },
};
static const struct claims_case entra[] = {
	{ "all", ENTRA, TENANT "/" OBJECT, NULL },
	{ "nOAuth", ENTRA ",\"email\":\"a@b.c\",\"email_verified\":true", TENANT "/" OBJECT, NULL },
	{ "a domain with an owner", ENTRA ",\"email\":\"a@b.c\",\"xms_edov\":\"1\"",
	  TENANT "/" OBJECT, "a@b.c" },
	{ "another tenant",
	  "\"iss\":\"https://id.example/99999999-2222-4333-8444-555555555555/v2.0\","
	  "\"tid\":\"99999999-2222-4333-8444-555555555555\",\"oid\":\"" OBJECT "\"," REST,
	  NULL, NULL },
	{ "another tenant's issuer",
	  "\"iss\":\"https://id.example/99999999-2222-4333-8444-555555555555/v2.0\","
	  "\"tid\":\"" TENANT "\",\"oid\":\"" OBJECT "\"," REST,
	  NULL, NULL },
	{ "the issuer unfilled",
	  "\"iss\":\"https://id.example/{tenantid}/v2.0\",\"tid\":\"" TENANT "\",\"oid\":\"" OBJECT
	  "\"," REST,
	  NULL, NULL },
	{ "no tenant",
	  "\"iss\":\"https://id.example/" TENANT "/v2.0\",\"oid\":\"" OBJECT "\"," REST, NULL,
	  NULL },
	{ "no object",
	  "\"iss\":\"https://id.example/" TENANT "/v2.0\",\"tid\":\"" TENANT
	  "\",\"sub\":\"kim\"," REST,
	  NULL, NULL },
};

static void check(const struct oidc_provider *p, const char *issuer, const struct claims_case *c)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct oidc_metadata m = { .issuer = issuer };
	const char *json = arena_printf(a, "{%s}", c->claims);
	struct oidc_person who = { 0 };
	struct err e = { 0 };
	bool ok = oidc_claims_check(a, p, &m, str_of(json), "n", NOW * 1000, &who, &e);

	if (!c->subject) {
		CHECK(!ok && e.kind == ERR_AUTH && !who.subject, c->name);
		return;
	}
	if (!ok)
		fail_msg("%s: %s", c->name, e.text);
	SAME(who.subject, c->subject, c->name);
	SAME(who.email ? who.email : "-", c->email ? c->email : "-", c->name);
}

static void of_any_provider(void **state)
{
	const struct oidc_provider p = { .issuer = "https://id.example", .client_id = "leadline" };

	(void)state;
	EACH(others, c) check(&p, "https://id.example", c);
}

static void of_entra(void **state)
{
	static const char *const tenants[] = { TENANT, NULL };
	const struct oidc_provider p = { .issuer = "https://id.example/organizations/v2.0",
					 .client_id = "leadline",
					 .tenants = tenants };

	(void)state;
	EACH(entra, c) check(&p, "https://id.example/{tenantid}/v2.0", c);
}

/* A flow without a nonce fits no token without one. */
static void an_empty_nonce_fits_nothing(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	const struct oidc_provider p = { .client_id = "leadline" };
	struct oidc_metadata m = { .issuer = "https://id.example" };
	struct oidc_person who;
	struct err e = { 0 };

	(void)state;
	assert_false(oidc_claims_check(
		a, &p, &m, STR("{" ISS "\"aud\":\"leadline\",\"sub\":\"kim\"," TIMES "}"), "",
		NOW * 1000, &who, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_any_provider),
		cmocka_unit_test(of_entra),
		cmocka_unit_test(an_empty_nonce_fits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
