/* The operator's settings of a provider, and its discovery document. */
#include "net/net.h"
#include "oidc/parts.h"

static const char *const entra_hosts[] = {
	"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
	"login.windows.net",         "sts.windows.net",
};

static struct str host_of(const char *url)
{
	const char *at = strstr(url, "://");
	struct str s = str_of(at ? at + 3 : "");

	return str_upto(s, strcspn(s.p, "/?#:"));
}

static bool is_entra(const char *issuer)
{
	struct str host = host_of(issuer);

	for (size_t i = 0; i < LL_COUNT(entra_hosts); i++)
		if (str_ieq_z(host, entra_hosts[i]))
			return true;
	return false;
}

bool oidc_provider_check(const struct oidc_provider *p, struct err *e)
{
	size_t n = 0;

	if (!net_url_check(p->issuer, p->allow_http, "issuer", e))
		return false;
	if (strchr(p->issuer, '?'))
		return ERR_FIELD(e, ERR_INPUT, "provider.issuer", "issuer",
				 "issuer is the address before /.well-known/openid-configuration, "
				 "without a query.");
	while (p->tenants && p->tenants[n])
		n++;
	if (n > OIDC_TENANTS_MAX)
		return ERR_FIELD(e, ERR_INPUT, "provider.tenants", "tenants", "At most %d tenants.",
				 OIDC_TENANTS_MAX);
	if (!n && is_entra(p->issuer))
		return ERR_FIELD(e, ERR_INPUT, "provider.tenants", "tenants",
				 "Name the tenants whose people may come: anybody can make a "
				 "tenant of Entra ID.");
	for (size_t i = 0; i < n; i++)
		if (strlen(p->tenants[i]) != 36 || strspn(p->tenants[i], "0123456789abcdef-") != 36)
			return ERR_FIELD(e, ERR_INPUT, "provider.tenants", "tenants",
					 "A tenant is its id, a GUID in lower case, as Entra ID "
					 "shows it.");
	return true;
}

static bool wrong(struct err *e, const char *why)
{
	return ERR(e, ERR_REMOTE, "oidc.discovery", "The provider's discovery document %s.", why);
}

/* Scheme, host and port. */
static struct str origin_of(const char *url)
{
	const char *at = strstr(url, "://");

	return str_upto(str_of(url), at ? (size_t)(at + 3 - url) + strcspn(at + 3, "/?#") : 0);
}

static bool check_issuer(const struct oidc_provider *p, const char *issuer, struct err *e)
{
	if (!issuer)
		return wrong(e, "names no issuer");
	if (oidc_has_tenants(p) && strstr(issuer, OIDC_TENANT_PART) &&
	    str_eq(origin_of(issuer), origin_of(p->issuer)))
		return true;
	return !strcmp(issuer, p->issuer) ||
	       ERR(e, ERR_REMOTE, "oidc.discovery",
		   "The provider's discovery document names another issuer, %.100s: set issuer to "
		   "that, to the letter, if it is the one you mean.",
		   issuer);
}

static bool endpoint(struct arena *a, const struct oidc_provider *p, const struct json *j,
		     const char *name, const char **ret, struct err *e)
{
	struct err why;

	*ret = oidc_text(a, j, name);
	if (!*ret)
		return ERR(e, ERR_REMOTE, "oidc.discovery",
			   "The provider's discovery document has no %s.", name);
	return net_url_check(*ret, p->allow_http, name, &why) ||
	       ERR(e, ERR_REMOTE, "oidc.discovery",
		   "The %s of the provider's discovery document may not be used: %s", name,
		   why.text);
}

static bool holds(const struct json *list, const char *what)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq_z(json_str(json_at(list, i)), what))
			return true;
	return false;
}

bool oidc_metadata_read(struct arena *a, const struct oidc_provider *p, struct str json,
			struct oidc_metadata *ret, struct err *e)
{
	const struct json *pkce, *methods;
	struct oidc_metadata m = { 0 };
	AUTO_JSON j = NULL;
	struct err why;

	if (!json_parse(json, &j, &why) || json_kind(j) != JSON_OBJ)
		return wrong(e, "is no JSON object, or longer than 64 KB");
	m.issuer = oidc_text(a, j, "issuer");
	if (!check_issuer(p, m.issuer, e) ||
	    !endpoint(a, p, j, "authorization_endpoint", &m.authorization, e) ||
	    !endpoint(a, p, j, "token_endpoint", &m.token, e) ||
	    !endpoint(a, p, j, "jwks_uri", &m.keys, e))
		return false;
	pkce = json_get(j, "code_challenge_methods_supported");
	if (json_kind(pkce) == JSON_LIST && !holds(pkce, "S256"))
		return wrong(e, "does not offer PKCE by S256: turn it on at the provider");
	methods = json_get(j, "token_endpoint_auth_methods_supported");
	m.basic = json_kind(methods) != JSON_LIST || holds(methods, "client_secret_basic");
	m.says_issuer = json_is_true(json_get(j, "authorization_response_iss_parameter_supported"));
	*ret = m;
	return true;
}
