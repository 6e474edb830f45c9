/* What an ID token must say (OpenID Connect Core, 3.1.3.7) before anybody is let in by it. */
#include <ctype.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "oidc/parts.h"

#define LIFE_MAX_S (400LL * 86400) /* a time further away is no time */

static bool refused(struct err *e, const char *why)
{
	return ERR(e, ERR_AUTH, "oidc.token", "The ID token is refused: %s.", why);
}

/* ---- of which tenant ---- */

static const char *lower(char *z)
{
	for (char *p = z; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return z;
}

/* A claim that is a GUID, in lower case; NULL when it is none. */
static const char *guid_in(struct arena *a, const struct json *j, const char *name)
{
	struct str s = json_str(json_get(j, name));

	if (s.n != 36)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i]))
			return NULL;
	}
	return lower(str_dup(a, s));
}

static bool is_allowed(const struct oidc_provider *p, const char *tenant)
{
	for (const char *const *t = p->tenants; *t; t++)
		if (!strcmp(*t, tenant))
			return true;
	return false;
}

/* The issuer that a token of this tenant has. */
static const char *issuer_of(struct arena *a, const struct oidc_metadata *m, const char *tenant)
{
	const char *at = strstr(m->issuer, OIDC_TENANT_PART);

	if (!at)
		return m->issuer;
	return arena_printf(a, "%.*s%s%s", (int)(at - m->issuer), m->issuer, tenant,
			    at + strlen(OIDC_TENANT_PART));
}

static bool check_issuer(struct arena *a, const struct oidc_provider *p,
			 const struct oidc_metadata *m, const struct json *j,
			 struct oidc_person *ret, struct err *e)
{
	const char *tenant = "", *object;

	if (oidc_has_tenants(p)) {
		tenant = guid_in(a, j, "tid");
		object = guid_in(a, j, "oid");
		if (!tenant || !is_allowed(p, tenant))
			return ERR(e, ERR_AUTH, "oidc.tenant",
				   "The person belongs to a tenant that is not among the "
				   "provider's tenants: add it there if its people may come.");
		if (!object)
			return refused(e, "it has no oid; ask for the scope profile");
		ret->subject = arena_printf(a, "%s/%s", tenant, object);
	} else {
		ret->subject = oidc_text(a, j, "sub");
	}
	ret->issuer = issuer_of(a, m, tenant);
	return str_eq_z(json_str(json_get(j, "iss")), ret->issuer) ||
	       refused(e, "its issuer (iss) is another one");
}

/* Visible ASCII, not too long: it is kept as a key. */
static bool check_subject(const char *subject, struct err *e)
{
	bool ok = subject && strlen(subject) <= OIDC_SUBJECT_MAX;

	for (const char *c = subject; ok && *c; c++)
		ok = *c >= ' ' && *c <= '~';
	return ok || refused(e, "its subject (sub) is none");
}

/* ---- for whom ---- */

static bool check_audience(const struct oidc_provider *p, const struct json *j, struct err *e)
{
	const struct json *aud = json_get(j, "aud"), *azp = json_get(j, "azp");
	bool among = str_eq_z(json_str(aud), p->client_id);

	if (json_kind(aud) == JSON_LIST)
		for (size_t i = 0; i < json_count(aud) && !among; i++)
			among = str_eq_z(json_str(json_at(aud, i)), p->client_id);
	if (!among)
		return refused(e, "it is for another application (aud)");
	if (azp ? !str_eq_z(json_str(azp), p->client_id)
		: json_kind(aud) == JSON_LIST && json_count(aud) > 1)
		return refused(e, "it was issued to another application (azp)");
	return true;
}

/* ---- when ---- */

static bool time_in(const struct json *j, const char *name, int64_t now_s, int64_t *ret)
{
	const struct json *t = json_get(j, name);

	*ret = json_int(t);
	return (json_kind(t) == JSON_INT || json_kind(t) == JSON_REAL) && json_is_whole(t) &&
	       *ret > now_s - LIFE_MAX_S && *ret < now_s + LIFE_MAX_S;
}

static bool check_times(const struct json *j, int64_t now_s, struct err *e)
{
	int64_t exp, iat, nbf;

	if (!time_in(j, "exp", now_s, &exp) || !time_in(j, "iat", now_s, &iat))
		return refused(e, "its times (exp, iat) are none");
	if (exp <= now_s - OIDC_SKEW_S)
		return refused(e, "it is over (exp); look at this machine's clock");
	if (iat > now_s + OIDC_SKEW_S || iat > exp)
		return refused(e, "it comes from the future (iat); look at this machine's clock");
	if (json_get(j, "nbf") && (!time_in(j, "nbf", now_s, &nbf) || nbf > now_s + OIDC_SKEW_S))
		return refused(e, "its time has not come (nbf); look at this machine's clock");
	return true;
}

/* ---- who ---- */

static bool says_yes(struct arena *a, const struct json *j, const char *name)
{
	struct str s = json_scalar(a, json_get(j, name));

	return str_eq_z(s, "true") || str_eq_z(s, "1");
}

/*
 * An address counts only when the provider vouches for it. Entra ID's email is whatever somebody
 * wrote there (nOAuth); xms_edov says that the owner of its domain is known.
 */
static const char *email_of(struct arena *a, const struct oidc_provider *p, const struct json *j)
{
	const char *email = oidc_text(a, j, "email");

	if (!email || strlen(email) > LIMIT_EMAIL || !utf8_valid(str_of(email)))
		return NULL;
	return says_yes(a, j, oidc_has_tenants(p) ? "xms_edov" : "email_verified") ? email : NULL;
}

static const char *name_of(struct arena *a, const struct json *j)
{
	const char *name = oidc_text(a, j, "name");

	if (!name || strlen(name) > LIMIT_NAME || !utf8_valid(str_of(name)))
		return "";
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ')
			return "";
	return name;
}

bool oidc_claims_check(struct arena *a, const struct oidc_provider *p,
		       const struct oidc_metadata *m, struct str payload, const char *nonce,
		       int64_t now_ms, struct oidc_person *ret, struct err *e)
{
	struct oidc_person who = { 0 };
	AUTO_JSON j = NULL;
	struct err why;

	if (!json_parse(payload, &j, &why) || json_kind(j) != JSON_OBJ)
		return refused(e, "its claims are no JSON object");
	if (!check_issuer(a, p, m, j, &who, e) || !check_subject(who.subject, e) ||
	    !check_audience(p, j, e) || !check_times(j, now_ms / 1000, e))
		return false;
	if (!*nonce || !str_same_secret(str_of(nonce), json_str(json_get(j, "nonce"))))
		return refused(e, "its nonce is not that of this sign-in");
	who.email = email_of(a, p, j);
	who.name = name_of(a, j);
	*ret = who;
	return true;
}
