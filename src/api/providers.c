/* Settings of the providers that people sign in by, and which account is whom to them. */
#include <ctype.h>
#include "api/sign_in.h"
#include "base/limits.h"

static const char *const new_roles[] = { "none", "viewer", "seller", "manager", NULL };
static const char *const new_reaches[] = { "all", "own", "team", NULL };

struct provider_in {
	const char *id, *publisher, *issuer, *name, *client_id, *client_secret, *ca_file;
	const char *new_role, *new_reach;
	const char *const *tenants, *const *domains;
	bool allow_http, allow_private, link_by_email, only_way;
};
FITS(struct provider_in);
#define ROWS(...)                                                                                  \
	F_STR(struct provider_in, name, "name", .max = LIMIT_NAME,                                 \
	      .help = "On the button of the sign-in page.", __VA_ARGS__),                          \
		F_STR(struct provider_in, client_id, "clientId", .max = 1024,                      \
		      .help = "Of the application registered at the provider.", __VA_ARGS__),      \
		F_STR(struct provider_in, client_secret, "clientSecret", .flags = FIELD_SECRET,    \
		      .max = 1024, .help = "Of that application; empty: none, PKCE alone."),       \
		F_STRS(struct provider_in, tenants, "tenants", .max = OIDC_TENANTS_MAX,            \
		       .help = "Entra ID: ids of the tenants whose people may come."),             \
		F_STRS(struct provider_in, domains, "domains", .max = AUTH_DOMAINS_MAX,            \
		       .help = "Domains of the addresses that may find or make an account; none: " \
			       "all, where none is made."),                                        \
		F_STR(struct provider_in, ca_file, "caFile", .max = 1024,                          \
		      .help = "PEM file with certificate authorities to trust instead of the "     \
			      "system's."),                                                        \
		F_BOOL(struct provider_in, allow_http, "allowHttp",                                \
		       .help = "Let the provider be asked without encryption: for tests."),        \
		F_BOOL(struct provider_in, allow_private, "allowPrivate",                          \
		       .help = "Let its addresses be private ones, as of one's own network."),     \
		F_BOOL(struct provider_in, link_by_email, "linkByEmail",                           \
		       .help = "The first sign-in links the account with the address that the "    \
			       "provider vouches for."),                                           \
		F_BOOL(struct provider_in, only_way, "onlyWay",                                    \
		       .help = "Who is linked signs in by it, not by a password."),                \
		F_CHOICE(struct provider_in, new_role, "newRole", .choices = new_roles,            \
			 .help = "Role of accounts that the first sign-in makes; none: it makes "  \
				 "none."),                                                         \
		F_CHOICE(struct provider_in, new_reach, "newReach", .choices = new_reaches,        \
			 .help = "Reach of accounts that the first sign-in makes.")
const struct field provider_body[] = {
	F_STR(struct provider_in, id, "id", .flags = FIELD_REQUIRED, .max = AUTH_PROVIDER_ID_MAX,
	      .help = "Stands in addresses: small letters, digits and -."),
	F_URL(struct provider_in, issuer, "issuer", .flags = FIELD_REQUIRED, .max = 1024,
	      .help = "The address before /.well-known/openid-configuration."),
	F_STR(struct provider_in, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose accounts it signs in; absent: all."),
	ROWS(.flags = FIELD_REQUIRED),
	F_END,
};
const struct field provider_set_body[] = { ROWS(.def = NULL), F_END };

/* ---- reading ---- */

static void write_list(struct json_out *o, const char *name, const char *all)
{
	struct str rest = str_of(all), one;

	json_list(o, name);
	while (rest.n && str_split(&rest, ',', &one))
		json_put_str(o, NULL, one);
	json_end_list(o);
}

static void write_provider(struct http_request *rq, struct json_out *o,
			   const struct auth_provider *p)
{
	json_obj(o, NULL);
	json_put_z(o, "id", p->id);
	json_put_z(o, "publisher", *p->publisher ? p->publisher : NULL);
	json_put_z(o, "name", p->name);
	json_put_z(o, "issuer", p->issuer);
	json_put_z(o, "clientId", p->client_id);
	json_obj(o, "clientSecret");
	json_put_bool(o, "set", p->secret != NULL);
	json_end_obj(o);
	write_list(o, "tenants", p->tenants);
	write_list(o, "domains", p->domains);
	json_put_z(o, "caFile", *p->ca_file ? p->ca_file : NULL);
	json_put_bool(o, "allowHttp", p->allow_http);
	json_put_bool(o, "allowPrivate", p->allow_private);
	json_put_bool(o, "linkByEmail", p->link_email);
	json_put_bool(o, "onlyWay", p->only_way);
	json_put_z(o, "newRole", p->new_role == ROLE_NONE ? "none" : role_text(p->new_role));
	json_put_z(o, "newReach", p->new_role == ROLE_NONE ? NULL : reach_text(p->new_reach));
	json_put_z(o, "redirectUri", sign_in_redirect_uri(rq, p->id));
	json_put_time(o, "createdAt", p->created_at);
	json_end_obj(o);
}

bool h_providers(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct bare_list *in = input;
	struct short_page page = short_page(in->after, in->limit);
	struct auth_provider *all;
	struct json_out o;
	size_t n;

	if (!auth_provider_list(db_of(rq), rq->arena, rq->who.publisher, &all, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++)
		if (short_page_takes(&page, all[i].id))
			write_provider(rq, &o, &all[i]);
	return short_page_end(&page, &o, e);
}

static bool find(struct http_request *rq, const char *id, struct auth_provider *ret, struct err *e)
{
	return auth_provider_get(db_of(rq), rq->arena, worker_of(rq)->api->seal, rq->who.publisher,
				 id, ret, e);
}

static bool reply_provider(struct http_request *rq, const char *id, struct http_reply *reply,
			   struct err *e)
{
	struct auth_provider p;
	struct json_out o;

	if (!find(rq, id, &p, e))
		return false;
	o = json_reply(reply);
	write_provider(rq, &o, &p);
	return true;
}

bool h_provider(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)in;
	return reply_provider(rq, rq->path_args[0], reply, e);
}

/* ---- changing ---- */

/* Its button stands on the page of all, and a server-side request follows from it. */
static bool check_caller(const struct http_request *rq, struct err *e)
{
	return !*rq->who.publisher ||
	       ERR(e, ERR_FORBIDDEN, "provider.installation",
		   "Providers are set by administrators of the whole installation.");
}

enum { LIST_MAX = OIDC_TENANTS_MAX > AUTH_DOMAINS_MAX ? OIDC_TENANTS_MAX : AUTH_DOMAINS_MAX };

/* With commas, in small letters. */
static const char *join(struct arena *a, const char *const *all)
{
	AUTO_BUF b = buf_new((size_t)LIST_MAX * 1024);

	for (; all && *all; all++) {
		struct str s = str_trim(str_of(*all));

		if (b.n)
			buf_byte(&b, ',');
		for (size_t i = 0; i < s.n; i++)
			buf_byte(&b, (char)tolower((unsigned char)s.p[i]));
	}
	return str_dup(a, buf_view(&b));
}

static const char *or_else(const char *asked, const char *before)
{
	return asked ? asked : before;
}

/* What the body names, over what is there. An absent bool says nothing. */
static bool apply(struct http_request *rq, const struct provider_in *in, struct auth_provider *p,
		  struct err *e)
{
	AUTO_JSON body = NULL;
	struct {
		const char *name;
		bool value, *to;
	} bools[] = {
		{ "allowHttp", in->allow_http, &p->allow_http },
		{ "allowPrivate", in->allow_private, &p->allow_private },
		{ "linkByEmail", in->link_by_email, &p->link_email },
		{ "onlyWay", in->only_way, &p->only_way },
	};

	if (!json_parse(rq->body, &body, e))
		return false;
	for (size_t i = 0; i < LL_COUNT(bools); i++)
		if (json_get(body, bools[i].name))
			*bools[i].to = bools[i].value;
	p->name = or_else(in->name, p->name);
	p->client_id = or_else(in->client_id, p->client_id);
	p->secret = or_else(in->client_secret, p->secret);
	p->ca_file = or_else(in->ca_file, p->ca_file);
	if (in->tenants)
		p->tenants = join(rq->arena, in->tenants);
	if (in->domains)
		p->domains = join(rq->arena, in->domains);
	if (in->new_role)
		p->new_role = role_of(str_of(in->new_role)); /* of none: ROLE_NONE */
	if (in->new_reach)
		p->new_reach = reach_of(str_of(in->new_reach));
	if (p->new_role != ROLE_NONE && p->new_reach == REACH_NONE)
		p->new_reach = REACH_OWN;
	const struct oidc_provider oidc = sign_in_provider(rq->arena, p);
	return oidc_provider_check(&oidc, e);
}

bool h_provider_add(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct provider_in *in = input;
	struct auth_provider p = {
		.id = in->id,
		.publisher = or_else(in->publisher, ""),
		.issuer = in->issuer,
		.tenants = "",
		.domains = "",
		.ca_file = "",
	};

	if (!check_caller(rq, e) || !apply(rq, in, &p, e) ||
	    !auth_provider_add(db_of(rq), rq->arena, worker_of(rq)->api->seal, &p, rq->now_ms, e))
		return false;
	reply->status = 201;
	return reply_provider(rq, p.id, reply, e);
}

bool h_provider_set(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct provider_in *in = input;
	struct auth_provider before, p;
	AUTO_TX tx = { 0 };
	bool ended;

	if (!sql_begin(db_of(rq), &tx, e) || !bump(db_of(rq), "accounts", e) ||
	    !find(rq, rq->path_args[0], &before, e) || !check_caller(rq, e))
		return false;
	p = before;
	if (!apply(rq, in, &p, e) ||
	    !auth_provider_set(db_of(rq), rq->arena, worker_of(rq)->api->seal, &before, &p, &ended,
			       e) ||
	    !sql_commit(&tx, e))
		return false;
	if (ended)
		auth_user_changed(worker_of(rq)->api->auth);
	return reply_provider(rq, before.id, reply, e);
}

bool h_provider_remove(struct http_request *rq, const void *in, struct http_reply *reply,
		       struct err *e)
{
	struct auth_provider p;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!sql_begin(db_of(rq), &tx, e) || !bump(db_of(rq), "accounts", e) ||
	    !find(rq, rq->path_args[0], &p, e) || !check_caller(rq, e) ||
	    !auth_provider_remove(db_of(rq), p.id, e) || !sql_commit(&tx, e))
		return false;
	auth_user_changed(worker_of(rq)->api->auth);
	reply->status = 204;
	return true;
}

/* ---- who is whom ---- */

struct link_in {
	const char *provider, *subject;
};
FITS(struct link_in);
const struct field user_link_body[] = {
	F_STR(struct link_in, provider, "provider", .max = AUTH_PROVIDER_ID_MAX,
	      .help = "Id of the provider."),
	F_STR(struct link_in, subject, "subject", .max = 512,
	      .help = "The person there: the object ID of Entra ID, the claim sub of others."),
	F_END,
};

/* After the account was found: whose it is comes first. */
static bool check_link(const struct link_in *in, struct err *e)
{
	const char *missing = !in->provider ? "provider" : !in->subject ? "subject" : NULL;

	return !missing ||
	       ERR_FIELD(e, ERR_INPUT, "field.required", missing, "%s is required.", missing);
}

bool h_user_link(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct link_in *in = input;
	struct auth_provider p;
	struct auth_user u;
	AUTO_TX tx = { 0 };
	struct id id;

	if (!path_id(rq, 0, &id, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !auth_user_hold(db_of(rq), rq->arena, rq->who.publisher, id, &u, e) ||
	    !check_link(in, e) || !find(rq, in->provider, &p, e) ||
	    !auth_link_account(db_of(rq), rq->arena, &p, &u, in->subject, rq->now_ms, e) ||
	    !sql_commit(&tx, e))
		return false;
	return reply_user(rq, id, reply, e);
}

/* By whom it could be linked again: the provider is in their scope, too. */
bool h_user_unlink(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct auth_provider p;
	struct auth_user u;
	AUTO_TX tx = { 0 };
	struct id id;

	(void)in;
	if (!path_id(rq, 0, &id, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !auth_user_hold(db_of(rq), rq->arena, rq->who.publisher, id, &u, e) ||
	    !find(rq, rq->path_args[1], &p, e) ||
	    !auth_unlink_account(db_of(rq), rq->path_args[1], id, e) || !sql_commit(&tx, e))
		return false;
	auth_user_changed(worker_of(rq)->api->auth);
	reply->status = 204;
	return true;
}
