#include "auth/auth.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"

static const char *const yes_no[] = { "true", "false", NULL };
static const char *const new_roles[] = { "none", "viewer", "seller", "manager", NULL };
static const char *const new_reaches[] = { "all", "own", "team", NULL };

struct provider {
	const char *issuer, *publisher, *name, *client_id, *ca_file;
	const char *allow_http, *allow_private, *link_by_email, *only_way, *new_role, *new_reach;
	const char *const *tenants, *const *domains;
	bool secret_stdin;
};
#define ROWS                                                                                       \
	F_CHOICE(struct provider, allow_http, "allowHttp", .choices = yes_no,                      \
		 .help = "Let the provider be asked without encryption: for tests."),              \
		F_CHOICE(struct provider, allow_private, "allowPrivate", .choices = yes_no,        \
			 .help = "Let its addresses be private ones, as of one's own network."),   \
		F_STR(struct provider, ca_file, "caFile", .max = 1024,                             \
		      .help = "PEM file with certificate authorities to trust instead of the "     \
			      "system's."),                                                        \
		F_STR(struct provider, client_id, "clientId", .max = 1024,                         \
		      .help = "Of the application registered at the provider."),                   \
		F_STRS(struct provider, domains, "domains", .max = AUTH_DOMAINS_MAX,               \
		       .help = "Domains of the addresses that may find or make an account, with "  \
			       "commas."),                                                         \
		F_CHOICE(struct provider, link_by_email, "linkByEmail", .choices = yes_no,         \
			 .help = "The first sign-in links the account with the address that the "  \
				 "provider vouches for."),                                         \
		F_STR(struct provider, name, "name", .max = LIMIT_NAME,                            \
		      .help = "On the button of the sign-in page."),                               \
		F_CHOICE(struct provider, new_reach, "newReach", .choices = new_reaches,           \
			 .help = "Reach of accounts that the first sign-in makes."),               \
		F_CHOICE(struct provider, new_role, "newRole", .choices = new_roles,               \
			 .help = "Role of accounts that the first sign-in makes; none: it makes "  \
				 "none."),                                                         \
		F_CHOICE(struct provider, only_way, "onlyWay", .choices = yes_no,                  \
			 .help = "Who is linked signs in by it, not by a password."),              \
		F_BOOL(struct provider, secret_stdin, "secretStdin", .def = "false",               \
		       .help = "Read the application's secret from standard input, one line; an "  \
			       "empty one: none."),                                                \
		F_STRS(struct provider, tenants, "tenants", .max = 16,                             \
		       .help = "Entra ID: ids of the tenants whose people may come, with commas.")
static const struct field add_flags[] = {
	F_STR(struct provider, issuer, "issuer", .flags = FIELD_REQUIRED, .max = 1024,
	      .help = "The address before /.well-known/openid-configuration."),
	F_STR(struct provider, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose accounts it signs in; without it: all."),
	ROWS,
	F_END,
};
static const struct field set_flags[] = { ROWS, F_END };

static void put_text(struct json_out *o, const char *key, const char *text)
{
	if (text)
		json_put_z(o, key, text);
}

static void put_yes(struct json_out *o, const char *key, const char *text)
{
	if (text)
		json_put_bool(o, key, !strcmp(text, "true"));
}

/* What was given, as the API wants it. id NULL: of a provider that is there. */
static bool write_request(struct cmd *c, const struct provider *p, const char *id, struct buf *b,
			  struct err *e)
{
	struct json_out o = json_out(b);
	const char *secret = NULL;

	if (p->secret_stdin && !cmd_read_line(c, &secret, e))
		return false;
	json_obj(&o, NULL);
	put_text(&o, "id", id);
	put_text(&o, "issuer", id ? p->issuer : NULL);
	put_text(&o, "publisher", id ? p->publisher : NULL);
	put_text(&o, "name", p->name);
	put_text(&o, "clientId", p->client_id);
	put_text(&o, "clientSecret", secret);
	put_text(&o, "caFile", p->ca_file);
	cmd_put_list(&o, "tenants", p->tenants);
	cmd_put_list(&o, "domains", p->domains);
	put_yes(&o, "allowHttp", p->allow_http);
	put_yes(&o, "allowPrivate", p->allow_private);
	put_yes(&o, "linkByEmail", p->link_by_email);
	put_yes(&o, "onlyWay", p->only_way);
	put_text(&o, "newRole", p->new_role);
	put_text(&o, "newReach", p->new_reach);
	json_end_obj(&o);
	return true;
}

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	AUTO_JSON reply = NULL;
	struct str json;

	if (!write_request(c, flags, c->args[0], &body, e) || !cmd_open(c, cmd_provider, e) ||
	    !cmd_seal(c, true, e) ||
	    !cmd_call(c, HTTP_POST, "/api/v1/providers", NULL, buf_view(&body), &json, e) ||
	    !json_parse(json, &reply, e))
		return false;
	cmd_print_line(STR_FMT, STR_ARG(json_str(json_get(reply, "redirectUri"))));
	cmd_note("Register this redirect URI at the provider, as a web application's.");
	return true;
}

static const char *path_of(struct cmd *c)
{
	return arena_printf(c->arena, "/api/v1/providers/%s", c->args[0]);
}

static bool set(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct str json;

	return write_request(c, flags, NULL, &body, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_PATCH, path_of(c), NULL, buf_view(&body), &json, e);
}

static bool remove_(struct cmd *c, const void *flags, struct err *e)
{
	struct str json;

	(void)flags;
	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_DELETE, path_of(c), NULL, STR(""), &json, e);
}

static const struct cmd_column columns[] = { { "ID", "id", 0 },
					     { "NAME", "name", 30 },
					     { "ISSUER", "issuer", 60 },
					     { "PUBLISHER", "publisher", 30 },
					     { "BY E-MAIL", "linkByEmail", 0 },
					     { "ONLY WAY", "onlyWay", 0 },
					     { "NEW", "newRole", 0 },
					     { NULL, NULL, 0 } };

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/providers", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

const struct command cmd_provider[] = {
	{ .noun = "provider",
	  .verb = "add",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = add_flags,
	  .in_size = sizeof(struct provider),
	  .opts = CMD_MAKES,
	  .run = add,
	  .summary = "Lets people sign in by an OpenID Connect provider; prints the redirect URI.",
	  .more = "ID stands in addresses: small letters, digits and -. docs/sign-in.md says what "
		  "to do at the\nprovider." },
	{ .noun = "provider",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/providers",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the providers that people sign in by." },
	{ .noun = "provider",
	  .verb = "set",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = set_flags,
	  .in_size = sizeof(struct provider),
	  .run = set,
	  .summary = "Changes a provider; its issuer stays what it is." },
	{ .noun = "provider",
	  .verb = "remove",
	  .args = "ID",
	  .min_args = 1,
	  .max_args = 1,
	  .run = remove_,
	  .summary = "Removes a provider, unlinks who is linked there, and ends their sessions." },
	{ .noun = NULL },
};
