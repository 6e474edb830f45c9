/* Who signs people in for us, and which account is whom to them. */
#include "auth/parts.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "store/store.h"

#define SUBJECT_MAX 255 /* OpenID Connect Core, 2 */
#define SECRET_MAX  1024
#define TEXT_MAX    1024
#define DOMAIN_MAX  253 /* RFC 1035, 2.3.4, as text */

static bool unknown(struct err *e)
{
	return ERR(e, ERR_NOT_FOUND, "provider.unknown", "There is no such provider.");
}

static const char *place_of(struct arena *a, const char *id)
{
	return arena_printf(a, "provider %s", id);
}

static struct auth_provider provider_of(const struct provider_list_row *r)
{
	return (struct auth_provider){
		.id = r->provider_id,
		.publisher = r->publisher_id,
		.name = r->name,
		.issuer = r->issuer,
		.client_id = r->client_id,
		.secret = r->secret.n ? "" : NULL,
		.tenants = r->tenants,
		.domains = r->domains,
		.ca_file = r->ca_file,
		.allow_http = r->allow_http != 0,
		.allow_private = r->allow_private != 0,
		.link_email = r->link_email != 0,
		.only_way = r->only_way != 0,
		.new_role = r->new_role ? role_of(str_of(r->new_role)) : ROLE_NONE,
		.new_reach = r->new_reach ? reach_of(str_of(r->new_reach)) : REACH_NONE,
		.created_at = r->created_at,
	};
}

bool auth_provider_list(struct sql_db *db, struct arena *a, const char *scope,
			struct auth_provider **ret, size_t *ret_n, struct err *e)
{
	struct provider_list_row *rows;
	struct auth_provider *all;
	size_t n;

	if (!provider_list(db, &(struct provider_list_in){ *scope ? scope : NULL }, a, &rows, &n,
			   e))
		return false;
	all = ARENA_ARRAY(a, struct auth_provider, n);
	for (size_t i = 0; i < n; i++)
		all[i] = provider_of(&rows[i]);
	*ret = all;
	*ret_n = n;
	return true;
}

bool auth_provider_get(struct sql_db *db, struct arena *a, const struct seal *seal,
		       const char *scope, const char *id, struct auth_provider *ret, struct err *e)
{
	struct provider_list_row row;
	struct auth_provider p;
	struct str secret;
	int found = provider_get(db, &(struct provider_get_in){ id }, a, &row, e);

	if (found < 0)
		return false;
	if (!found || (*scope && strcmp(scope, row.publisher_id) != 0))
		return unknown(e);
	p = provider_of(&row);
	if (p.secret) {
		if (!seal_read(seal, a, place_of(a, id), row.secret, &secret, e))
			return false;
		p.secret = secret.p;
	}
	*ret = p;
	return true;
}

/* ---- what may be set ---- */

static bool check_id(const char *id, struct err *e)
{
	size_t n = strlen(id);

	if (!n || n > AUTH_PROVIDER_ID_MAX || id[0] == '-' ||
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return ERR_FIELD(e, ERR_INPUT, "provider.id", "id",
				 "The id stands in addresses: small letters, digits and -, at "
				 "most %d.",
				 AUTH_PROVIDER_ID_MAX);
	return true;
}

static bool check_text(const char *text, const char *field, size_t max, struct err *e)
{
	struct str s = str_of(text);

	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			return ERR_FIELD(e, ERR_INPUT, "provider.text", field,
					 "The text has a control character.");
	return (s.n <= max && utf8_valid(s)) ||
	       ERR_FIELD(e, ERR_INPUT, "provider.text", field,
			 "The text is too long, or not valid UTF-8.");
}

static bool check_domains(const struct auth_provider *p, struct err *e)
{
	struct str rest = str_of(p->domains), d;
	size_t n = 0;

	while (rest.n && str_split(&rest, ',', &d)) {
		bool form = d.n && d.n <= DOMAIN_MAX && d.p[0] != '.' && d.p[d.n - 1] != '.';

		for (size_t i = 0; i < d.n; i++)
			form &= strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", d.p[i]) != NULL;
		if (!form)
			return ERR_FIELD(e, ERR_INPUT, "provider.domains", "domains",
					 "Give domains as they stand behind the @ of an address, "
					 "such as contoso.com.");
		n++;
	}
	return n <= AUTH_DOMAINS_MAX || ERR_FIELD(e, ERR_INPUT, "provider.domains", "domains",
						  "At most %d domains.", AUTH_DOMAINS_MAX);
}

/*
 * Nobody becomes an administrator by a first sign-in; and where strangers can register, all of
 * them would get an account.
 */
static bool check_new(const struct auth_provider *p, struct err *e)
{
	if (p->new_role == ROLE_ADMIN)
		return ERR_FIELD(e, ERR_INPUT, "provider.role", "newRole",
				 "Accounts that make themselves may be viewer, seller or manager.");
	if (p->new_role != ROLE_NONE && p->new_reach != REACH_ALL && p->new_reach != REACH_OWN &&
	    p->new_reach != REACH_TEAM)
		return ERR_FIELD(e, ERR_INPUT, "provider.reach", "newReach",
				 "newReach is one of all, own, team.");
	return p->new_role == ROLE_NONE || *p->tenants || *p->domains ||
	       ERR_FIELD(e, ERR_INPUT, "provider.open", "domains",
			 "With newRole, name the domains of the addresses that get an account: "
			 "others can register at the provider, too.");
}

static bool check(const struct auth_provider *p, struct err *e)
{
	if (!*p->name || !*p->client_id)
		return ERR_FIELD(e, ERR_INPUT, "field.required", *p->name ? "clientId" : "name",
				 "%s is required.", *p->name ? "clientId" : "name");
	return check_text(p->name, "name", LIMIT_NAME, e) &&
	       check_text(p->issuer, "issuer", TEXT_MAX, e) &&
	       check_text(p->client_id, "clientId", TEXT_MAX, e) &&
	       check_text(p->tenants, "tenants", TEXT_MAX, e) && check_domains(p, e) &&
	       check_text(p->ca_file, "caFile", TEXT_MAX, e) &&
	       check_text(p->secret ? p->secret : "", "clientSecret", SECRET_MAX, e) &&
	       check_new(p, e);
}

static struct str sealed(struct arena *a, const struct seal *seal, const struct auth_provider *p)
{
	return p->secret && *p->secret ? seal_text(seal, a, place_of(a, p->id), str_of(p->secret))
				       : (struct str){ NULL, 0 };
}

static const char *role_or_null(enum role r)
{
	return r == ROLE_NONE ? NULL : role_text(r);
}

static const char *reach_or_null(const struct auth_provider *p)
{
	return p->new_role == ROLE_NONE ? NULL : reach_text(p->new_reach);
}

bool auth_provider_add(struct sql_db *db, struct arena *a, const struct seal *seal,
		       const struct auth_provider *p, int64_t now_ms, struct err *e)
{
	struct provider_add_in in = {
		.provider = p->id,
		.publisher = p->publisher,
		.name = p->name,
		.issuer = p->issuer,
		.client_id = p->client_id,
		.secret = sealed(a, seal, p),
		.tenants = p->tenants,
		.domains = p->domains,
		.ca_file = p->ca_file,
		.allow_http = p->allow_http,
		.allow_private = p->allow_private,
		.link_email = p->link_email,
		.only_way = p->only_way,
		.new_role = role_or_null(p->new_role),
		.new_reach = reach_or_null(p),
		.now = now_ms,
	};
	struct publisher_get_row row;
	int found = 1;

	if (!check_id(p->id, e) || !check(p, e))
		return false;
	if (*p->publisher)
		found = publisher_get(db, &(struct publisher_get_in){ p->publisher }, a, &row, e);
	if (found <= 0)
		return found < 0 ? false
				 : ERR_FIELD(e, ERR_NOT_FOUND, "publisher.unknown", "publisher",
					     "There is no such publisher.");
	return provider_add(db, &in, NULL, e) ||
	       (e->kind == ERR_CONFLICT && ERR_FIELD(e, ERR_CONFLICT, "provider.exists", "id",
						     "There is a provider with this id already."));
}

/* Of all who are linked there. */
static bool sessions_end(struct sql_db *db, const char *id, struct err *e)
{
	return identity_sessions_end(db, &(struct identity_sessions_end_in){ id }, NULL, e);
}

bool auth_provider_set(struct sql_db *db, struct arena *a, const struct seal *seal,
		       const struct auth_provider *before, const struct auth_provider *p,
		       bool *ret_ended, struct err *e)
{
	struct provider_set_in in = {
		.provider = before->id,
		.name = p->name,
		.client_id = p->client_id,
		.secret = sealed(a, seal, p),
		.tenants = p->tenants,
		.domains = p->domains,
		.ca_file = p->ca_file,
		.allow_http = p->allow_http,
		.allow_private = p->allow_private,
		.link_email = p->link_email,
		.only_way = p->only_way,
		.new_role = role_or_null(p->new_role),
		.new_reach = reach_or_null(p),
	};

	if (!*before->tenants != !*p->tenants)
		return ERR_FIELD(e, ERR_CONFLICT, "provider.kind", "tenants",
				 "With tenants people are told apart in another way than without: "
				 "make a new provider.");
	*ret_ended = (p->only_way && !before->only_way) || strcmp(p->tenants, before->tenants) != 0;
	return check(p, e) && provider_set(db, &in, NULL, e) &&
	       (!*ret_ended || sessions_end(db, before->id, e));
}

bool auth_provider_remove(struct sql_db *db, const char *id, struct err *e)
{
	return sessions_end(db, id, e) &&
	       identity_remove_all(db, &(struct identity_remove_all_in){ id }, NULL, e) &&
	       provider_remove(db, &(struct provider_remove_in){ id }, NULL, e);
}

/* ---- links ---- */

bool auth_links(struct sql_db *db, struct arena *a, struct id account, struct auth_link **ret,
		size_t *ret_n, struct err *e)
{
	struct identity_of_row *rows;
	struct auth_link *all;
	size_t n;

	if (!identity_of(db, &(struct identity_of_in){ account }, a, &rows, &n, e))
		return false;
	all = ARENA_ARRAY(a, struct auth_link, n);
	for (size_t i = 0; i < n; i++)
		all[i] = (struct auth_link){ rows[i].provider_id, rows[i].subject,
					     rows[i].created_at, rows[i].seen_at };
	*ret = all;
	*ret_n = n;
	return true;
}

static bool is_guid(struct str s)
{
	return s.n == 36 && strspn(s.p, "0123456789abcdef-") >= 36;
}

/* As oidc/ makes it: of Entra ID tenant/object, where one tenant need not be named. */
static bool subject_form(struct arena *a, const struct auth_provider *p, const char *subject,
			 const char **ret, struct err *e)
{
	struct str s = str_trim(str_of(subject)), tenants = str_of(p->tenants), t;

	if (*p->tenants) {
		const char *low = email_form(a, subject);
		size_t cut = str_find(str_of(low), '/');

		if (cut == strlen(low) && !strchr(p->tenants, ','))
			low = arena_printf(a, "%s/%s", p->tenants, low);
		s = str_of(low);
		cut = str_find(s, '/');
		while (str_split(&tenants, ',', &t))
			if (str_eq(t, str_upto(s, cut)) && is_guid(str_from(s, cut + 1))) {
				*ret = low;
				return true;
			}
		return ERR_FIELD(e, ERR_INPUT, "provider.subject", "subject",
				 "Give the person's object ID in Entra ID; with several tenants "
				 "TENANT/OBJECT.");
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			s.n = 0;
	*ret = str_dup(a, s);
	return (s.n && s.n <= SUBJECT_MAX) ||
	       ERR_FIELD(e, ERR_INPUT, "provider.subject", "subject",
			 "Give what the provider calls the person (sub): visible ASCII, at most "
			 "%d characters.",
			 SUBJECT_MAX);
}

bool auth_link_account(struct sql_db *db, struct arena *a, const struct auth_provider *p,
		       const struct auth_user *u, const char *subject, int64_t now_ms,
		       struct err *e)
{
	struct identity_add_in in = { p->id, NULL, u->id, now_ms };

	if (*p->publisher && strcmp(p->publisher, u->publisher) != 0)
		return ERR_FIELD(e, ERR_INPUT, "provider.publisher", "provider",
				 "This provider signs in accounts of another publisher.");
	return subject_form(a, p, subject, &in.subject, e) &&
	       (identity_add(db, &in, NULL, e) ||
		(e->kind == ERR_CONFLICT &&
		 ERR_FIELD(e, ERR_CONFLICT, "provider.linked", "subject",
			   "The account is linked at this provider already, or somebody else is "
			   "linked to this subject: undo that first.")));
}

bool auth_unlink_account(struct sql_db *db, const char *provider, struct id account, struct err *e)
{
	struct session_end_of_in sessions = { .account = account };
	int64_t n;

	if (!identity_remove(db, &(struct identity_remove_in){ provider, account }, &n, e))
		return false;
	if (!n)
		return ERR(e, ERR_NOT_FOUND, "provider.not-linked",
			   "The account is not linked at this provider.");
	return session_end_of(db, &sessions, NULL, e);
}

bool auth_only_way(struct sql_db *db, struct arena *a, struct id account, const char **ret,
		   struct err *e)
{
	struct identity_only_way_row row;
	int found = identity_only_way(db, &(struct identity_only_way_in){ account }, a, &row, e);

	if (found < 0)
		return false;
	*ret = found ? row.name : NULL;
	return true;
}
