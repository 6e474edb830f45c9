#include "auth/auth.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "reach/reach.h"

#define SIGN_IN_PATH "/sign-in?token="

static const char *const roles[] = { "viewer", "seller", "manager", "admin", NULL };
#define F_REACH(S)                                                                                 \
	F_STRS(S, offers, "offers", .max = REACH_OFFERS_MAX,                                       \
	       .help = "With --reach offers: PUB.OFFER, several with commas."),                    \
		F_CHOICE(S, reach, "reach", .choices = reach_choices,                              \
			 .help = "Which leads: all, own, team (those of their teams) or offers.")
static const char *const reach_choices[] = { "all", "own", "team", "offers", NULL };

struct add {
	const char *role, *publisher, *name, *reach;
	const char *const *offers;
	bool password_stdin;
};
static const struct field add_flags[] = {
	F_STR(struct add, name, "name", .max = LIMIT_NAME, .def = "", .help = "The person's name."),
	F_BOOL(struct add, password_stdin, "passwordStdin", .def = "false",
	       .help = "Read the password from standard input, one line."),
	F_STR(struct add, publisher, "publisher", .max = LIMIT_ID, .def = "",
	      .help = "The publisher the account belongs to; without it: the whole installation."),
	F_REACH(struct add),
	F_CHOICE(struct add, role, "role", .choices = roles, .flags = FIELD_REQUIRED,
		 .help = "What the person may do."),
	F_END,
};

struct set {
	const char *role, *name, *reach, *heir;
	const char *const *offers;
	bool password_stdin, disabled, enabled;
};
static const struct field set_flags[] = {
	F_BOOL(struct set, disabled, "disabled", .def = "false",
	       .help = "Nobody can sign in with the account; its sessions end."),
	F_BOOL(struct set, enabled, "enabled", .def = "false",
	       .help = "The account can be used again."),
	F_STR(struct set, heir, "heir", .max = LIMIT_EMAIL,
	      .help = "With --disabled, or a role that owns no leads: who gets the open ones, the "
		      "address of an account, or nobody."),
	F_STR(struct set, name, "name", .max = LIMIT_NAME, .help = "The person's name."),
	F_BOOL(struct set, password_stdin, "passwordStdin", .def = "false",
	       .help = "Read a new password from standard input, one line; all sessions end."),
	F_REACH(struct set),
	F_CHOICE(struct set, role, "role", .choices = roles, .help = "What the person may do."),
	F_END,
};

static void put_text(struct json_out *o, const char *key, const char *text)
{
	if (text)
		json_put_z(o, key, text);
}

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	const struct add *f = flags;
	const char *password = NULL;
	AUTO_JSON reply = NULL;
	struct str json;

	if (f->password_stdin && !cmd_read_line(c, &password, e))
		return false;
	json_obj(&o, NULL);
	json_put_z(&o, "email", c->args[0]);
	json_put_z(&o, "role", f->role);
	json_put_z(&o, "name", f->name);
	put_text(&o, "publisher", *f->publisher ? f->publisher : NULL);
	put_text(&o, "password", password);
	put_text(&o, "reach", f->reach);
	cmd_put_list(&o, "reachOffers", f->offers);
	json_end_obj(&o);
	if (!cmd_open(c, cmd_user, e) ||
	    !cmd_call(c, HTTP_POST, "/api/v1/users", NULL, buf_view(&body), &json, e) ||
	    !json_parse(json, &reply, e))
		return false;
	cmd_print_line(STR_FMT, STR_ARG(json_str(json_get(reply, "id"))));
	if (!password)
		cmd_note(
			"No password was set: leadline user link %s prints a link to sign in with.",
			c->args[0]);
	return true;
}

/* All but the password, as a whole or not at all. */
static bool change(struct cmd *c, const struct set *f, struct id id, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	char text[ID_TEXT];
	struct str json;

	json_obj(&o, NULL);
	put_text(&o, "role", f->role);
	put_text(&o, "name", f->name);
	put_text(&o, "reach", f->reach);
	put_text(&o, "heir", f->heir);
	cmd_put_list(&o, "reachOffers", f->offers);
	if (f->disabled || f->enabled)
		json_put_bool(&o, "active", f->enabled);
	json_end_obj(&o);
	return cmd_call(c, HTTP_PATCH,
			arena_printf(c->arena, "/api/v1/users/%s", id_text(id, text)), NULL,
			buf_view(&body), &json, e);
}

static bool set_user(struct cmd *c, const struct set *f, struct auth *au, struct err *e)
{
	const char *password = NULL, *hash;
	struct auth_user u;

	if (f->disabled && f->enabled)
		return cmd_usage(e, "--disabled and --enabled exclude each other.");
	if ((f->password_stdin && !cmd_read_line(c, &password, e)) || !cmd_open(c, NULL, e) ||
	    !auth_user_find(c->db, c->arena, "", c->args[0], &u, e))
		return false;
	/* A password that is refused is refused before anything is changed. */
	return auth_password_hash(au, c->arena, u.email, password, &hash, e) &&
	       change(c, f, u.id, e) &&
	       (!hash || auth_user_password(au, c->db, c->arena, "", u.id, password, e));
}

static bool set(struct cmd *c, const void *flags, struct err *e)
{
	struct auth *au = auth_new();
	bool ok = set_user(c, flags, au, e);

	auth_free(au);
	return ok;
}

static const struct cmd_column columns[] = { { "E-MAIL", "email", 50 },
					     { "NAME", "name", 40 },
					     { "ROLE", "role", 0 },
					     { "REACH", "reach", 0 },
					     { "PUBLISHER", "publisher", 40 },
					     { "ACTIVE", "active", 0 },
					     { "LAST SEEN", "seenAt", 0 },
					     { NULL, NULL, 0 } };

static void write_user(struct json_out *o, const struct auth_user *u)
{
	json_obj(o, NULL);
	json_put_id(o, "id", &u->id);
	json_put_z(o, "email", u->email);
	json_put_z(o, "name", u->name);
	json_put_z(o, "role", role_text(u->role));
	json_put_z(o, "reach", reach_text(u->reach));
	json_put_z(o, "publisher", *u->publisher ? u->publisher : NULL);
	json_put_bool(o, "active", u->active);
	json_put_bool(o, "hasPassword", u->has_password);
	json_put_time(o, "createdAt", u->created_at);
	json_put_time(o, "seenAt", u->seen_at);
	json_end_obj(o);
}

static bool list(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	struct json_out o = json_out(&b);
	struct auth_user *all;
	size_t n;

	(void)flags;
	if (!cmd_open(c, NULL, e) || !auth_user_list(c->db, c->arena, "", &all, &n, e))
		return false;
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++)
		write_user(&o, &all[i]);
	json_end_list(&o);
	json_put_null(&o, "next");
	json_end_obj(&o);
	return cmd_print_list(c, buf_view(&b), columns, e);
}

static bool link_(struct cmd *c, const void *flags, struct err *e)
{
	const char *token;
	struct auth_user u;

	(void)flags;
	if (!cmd_open(c, NULL, e) || !auth_user_find(c->db, c->arena, "", c->args[0], &u, e) ||
	    !auth_link_make(c->db, c->arena, u.id, c->now_ms, &token, e))
		return false;
	cmd_print_line("%s", cmd_sign_in_url(c, token));
	return true;
}

static bool find_user(struct cmd *c, struct auth_user *ret, struct err *e)
{
	return cmd_open(c, NULL, e) && auth_user_find(c->db, c->arena, "", c->args[0], ret, e);
}

static const char *identities_of(struct cmd *c, const struct auth_user *u)
{
	char text[ID_TEXT];

	return arena_printf(c->arena, "/api/v1/users/%s/identities", id_text(u->id, text));
}

static bool identity(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF body = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&body);
	struct auth_user u;
	struct str json;

	(void)flags;
	json_obj(&o, NULL);
	json_put_z(&o, "provider", c->args[1]);
	json_put_z(&o, "subject", c->args[2]);
	json_end_obj(&o);
	return find_user(c, &u, e) &&
	       cmd_call(c, HTTP_POST, identities_of(c, &u), NULL, buf_view(&body), &json, e);
}

static bool no_identity(struct cmd *c, const void *flags, struct err *e)
{
	struct auth_user u;
	struct str json;

	(void)flags;
	return find_user(c, &u, e) &&
	       cmd_call(c, HTTP_DELETE,
			arena_printf(c->arena, "%s/%s", identities_of(c, &u), c->args[1]), NULL,
			STR(""), &json, e);
}

const char *cmd_sign_in_url(struct cmd *c, const char *token)
{
	return arena_printf(c->arena, "%s" SIGN_IN_PATH "%s", conf_base_url(c->arena, &c->conf),
			    token);
}

const struct command cmd_user[] = {
	{ .noun = "user",
	  .verb = "add",
	  .args = "EMAIL",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = add_flags,
	  .in_size = sizeof(struct add),
	  .opts = CMD_AUDIT | CMD_MAKES,
	  .run = add,
	  .summary = "Makes an account and prints its id." },
	{ .noun = "user",
	  .verb = "list",
	  .args = "",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the accounts." },
	{ .noun = "user",
	  .verb = "set",
	  .args = "EMAIL",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = set_flags,
	  .in_size = sizeof(struct set),
	  .opts = CMD_AUDIT,
	  .run = set,
	  .summary =
		  "Changes an account's role, reach, name, password, or whether it can be used." },
	{ .noun = "user",
	  .verb = "link",
	  .args = "EMAIL",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_AUDIT,
	  .run = link_,
	  .summary = "Prints a link that signs in once, good for a day." },
	{ .noun = "user",
	  .verb = "identity",
	  .args = "EMAIL PROVIDER SUBJECT",
	  .min_args = 3,
	  .max_args = 3,
	  .run = identity,
	  .summary = "Links an account to a person at a provider, who signs in to it from then on.",
	  .more = "SUBJECT is the object ID of the person in Entra ID (with several tenants "
		  "TENANT/OBJECT), and\nwhat other providers call the person: the claim sub." },
	{ .noun = "user",
	  .verb = "no-identity",
	  .args = "EMAIL PROVIDER",
	  .min_args = 2,
	  .max_args = 2,
	  .run = no_identity,
	  .summary = "Unlinks an account from a provider, and ends its sessions." },
	{ .noun = NULL },
};
