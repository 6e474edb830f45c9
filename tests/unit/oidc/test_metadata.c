/* Discovery documents, and what may be set of a provider. */
#include "../cases.h"
#include "oidc/oidc.h"

#define TENANT "11111111-2222-4333-8444-555555555555"
#define ENDS                                                                                       \
	"\"authorization_endpoint\":\"https://id.example/a\","                                     \
	"\"token_endpoint\":\"https://id.example/t\",\"jwks_uri\":\"https://keys.example/k\""
#define ISSUER(x) "{\"issuer\":\"" x "\"," ENDS

static const char *const tenants[] = { TENANT, NULL };
static const struct {
	const char *name, *issuer, *json;
	const char *const *tenants;
	bool allow_http, ok;
} documents[] = {
	{ "all", "https://id.example", ISSUER("https://id.example") "}", NULL, false, true },
	{ "a slash more", "https://id.example", ISSUER("https://id.example/") "}", NULL, false,
	  false },
	{ "another issuer", "https://id.example", ISSUER("https://evil.example") "}", NULL, false,
	  false },
	{ "a template for one tenant", "https://id.example/organizations",
	  ISSUER("https://id.example/{tenantid}/v2.0") "}", tenants, false, true },
	{ "a template of another host", "https://id.example/organizations",
	  ISSUER("https://id.example.evil.example/{tenantid}/v2.0") "}", tenants, false, false },
	{ "a template without tenants", "https://id.example/organizations",
	  ISSUER("https://id.example/{tenantid}/v2.0") "}", NULL, false, false },
	{ "no issuer", "https://id.example", "{" ENDS "}", NULL, false, false },
	{ "an endpoint missing", "https://id.example",
	  "{\"issuer\":\"https://id.example\",\"jwks_uri\":\"https://id.example/k\"}", NULL, false,
	  false },
	{ "an endpoint without encryption", "https://id.example",
	  "{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://id.example/a\","
	  "\"token_endpoint\":\"http://id.example/t\",\"jwks_uri\":\"https://id.example/k\"}",
	  NULL, false, false },
	{ "and that allowed", "https://id.example",
	  "{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://id.example/a\","
	  "\"token_endpoint\":\"http://id.example/t\",\"jwks_uri\":\"https://id.example/k\"}",
	  NULL, true, true },
	{ "an endpoint that is a script", "https://id.example",
	  "{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"javascript:alert(1)\","
	  "\"token_endpoint\":\"https://id.example/t\",\"jwks_uri\":\"https://id.example/k\"}",
	  NULL, true, false },
	{ "S256 among others", "https://id.example",
	  ISSUER("https://id.example") ",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]"
				       "}",
	  NULL, false, true },
	{ "plain PKCE only", "https://id.example",
	  ISSUER("https://id.example") ",\"code_challenge_methods_supported\":[\"plain\"]}", NULL,
	  false, false },
	{ "a list", "https://id.example", "[]", NULL, false, false },
	{ "no JSON", "https://id.example", "<html>", NULL, false, false },
};

static void discovery(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);

	(void)state;
	EACH(documents, c)
	{
		const struct oidc_provider p = { .issuer = c->issuer,
						 .tenants = c->tenants,
						 .allow_http = c->allow_http };
		struct oidc_metadata m = { 0 };
		struct err e = { 0 };

		CHECK(oidc_metadata_read(a, &p, str_of(c->json), &m, &e) == c->ok, c->name);
		CHECK(c->ok ? m.token != NULL : e.kind == ERR_REMOTE && !m.token, c->name);
	}
}

static void how_the_secret_goes(void **state)
{
	AUTO_ARENA a = arena_new("test", 1 << 20);
	const struct oidc_provider p = { .issuer = "https://id.example" };
	struct oidc_metadata m;
	struct err e = { 0 };

	(void)state;
	assert_true(oidc_metadata_read(a, &p, STR(ISSUER("https://id.example") "}"), &m, &e) &&
		    m.basic && !m.says_issuer);
	assert_true(oidc_metadata_read(
			    a, &p,
			    STR(ISSUER("https://id.example") ",\"token_endpoint_auth_methods_"
							     "supported\":[\"client_secret_post\"],"
							     "\"authorization_response_iss_"
							     "parameter_supported\":true}"),
			    &m, &e) &&
		    !m.basic && m.says_issuer);
}

static void settings(void **state)
{
	static const char *const upper[] = { "AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee", NULL };
	static const struct {
		const char *name, *issuer;
		const char *const *tenants;
		const char *field; /* NULL: right */
	} cases[] = {
		{ "https", "https://id.example/realms/x", NULL, NULL },
		{ "http", "http://id.example", NULL, "issuer" },
		{ "a user", "https://a@id.example", NULL, "issuer" },
		{ "a query", "https://id.example/?x", NULL, "issuer" },
		{ "Entra without tenants", "https://login.microsoftonline.com/common/v2.0", NULL,
		  "tenants" },
		{ "Entra with a port", "https://login.microsoftonline.com:443/common/v2.0", NULL,
		  "tenants" },
		{ "Entra of a government", "https://LOGIN.microsoftonline.us/x/v2.0", NULL,
		  "tenants" },
		{ "Entra", "https://login.microsoftonline.com/" TENANT "/v2.0", tenants, NULL },
		{ "a tenant that is none", "https://id.example", upper, "tenants" },
	};

	(void)state;
	EACH(cases, c)
	{
		const struct oidc_provider p = { .issuer = c->issuer, .tenants = c->tenants };
		struct err e = { 0 };

		CHECK(oidc_provider_check(&p, &e) == !c->field, c->name);
		SAME(e.field, c->field ? c->field : "", c->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovery),
		cmocka_unit_test(how_the_secret_goes),
		cmocka_unit_test(settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
