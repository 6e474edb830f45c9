#include "api/handlers.h"

#include "base/limits.h"

#define LANGUAGE_S (365 * 24 * 3600) /* how long a browser keeps the account's language */

struct session_in {
	const char *email, *password, *token;
};
FITS(struct session_in);
const struct field session_body[] = {
	F_STR(struct session_in, email, "email", .max = LIMIT_EMAIL, .help = "With a password."),
	F_STR(struct session_in, password, "password", .flags = FIELD_SECRET,
	      .max = AUTH_PASSWORD_MAX, .help = "Of the account."),
	F_STR(struct session_in, token, "token", .flags = FIELD_SECRET, .max = 128,
	      .help = "Of a one-time link, in place of both."),
	F_END,
};

static const char *const themes[] = { "system", "light", "dark", "contrast", NULL };
static const char *const densities[] = { "compact", "comfortable", NULL };
static const char *const languages[] = { "en", "ko", "zh-Hans", NULL };
struct session_user_in {
	const char *name, *language, *theme, *density, *password, *current_password, *lead_view;
};
FITS(struct session_user_in);
const struct field session_user_body[] = {
	F_STR(struct session_user_in, name, "name", .max = LIMIT_NAME,
	      .help = "As shown to colleagues."),
	F_CHOICE(struct session_user_in, language, "language", .choices = languages,
		 .help = "Of the pages."),
	F_CHOICE(struct session_user_in, theme, "theme", .choices = themes,
		 .help = "Colours of the pages."),
	F_CHOICE(struct session_user_in, density, "density", .choices = densities,
		 .help = "Height of rows."),
	F_STR(struct session_user_in, lead_view, "leadView", .max = 36,
	      .help = "The view that the lead list begins with: the name of a shipped one, or the "
		      "id "
		      "of a saved one; empty: needs first response."),
	F_STR(struct session_user_in, password, "password", .flags = FIELD_SECRET,
	      .max = AUTH_PASSWORD_MAX, .help = "A new one."),
	F_STR(struct session_user_in, current_password, "currentPassword", .flags = FIELD_SECRET,
	      .max = AUTH_PASSWORD_MAX, .help = "Asked for with a new one, when there is one."),
	F_END,
};

/* At which providers the person is known. */
static bool write_links(struct http_request *rq, struct json_out *o, struct id account,
			struct err *e)
{
	struct auth_link *all;
	size_t n;

	if (!auth_links(db_of(rq), rq->arena, account, &all, &n, e))
		return false;
	json_list(o, "identities");
	for (size_t i = 0; i < n; i++) {
		json_obj(o, NULL);
		json_put_z(o, "provider", all[i].provider);
		/* Who links people: it says who they are at a directory of somebody else's. */
		json_put_z(o, "subject",
			   rq->who.role == ROLE_ADMIN || id_eq(rq->who.user_id, account)
				   ? all[i].subject
				   : NULL);
		json_put_time(o, "createdAt", all[i].created_at);
		json_put_time(o, "seenAt", all[i].seen_at);
		json_end_obj(o);
	}
	json_end_list(o);
	return true;
}

static bool write_user(struct http_request *rq, struct json_out *o, const char *key,
		       const struct auth_user *u, struct err *e)
{
	struct reach r = { u->reach, u->id };

	json_obj(o, key);
	json_put_id(o, "id", &u->id);
	json_put_z(o, "publisher", *u->publisher ? u->publisher : NULL);
	json_put_z(o, "email", u->email);
	json_put_z(o, "name", u->name);
	json_put_z(o, "role", role_text(u->role));
	if (!write_reach(rq, o, &r, u->publisher, e))
		return false;
	json_put_z(o, "language", *u->language ? u->language : NULL);
	json_put_z(o, "theme", *u->theme ? u->theme : NULL);
	json_put_z(o, "density", *u->density ? u->density : NULL);
	json_put_z(o, "leadView", *u->lead_view ? u->lead_view : NULL);
	json_put_bool(o, "active", u->active);
	json_put_bool(o, "hasPassword", u->has_password);
	json_put_time(o, "createdAt", u->created_at);
	json_put_time(o, "seenAt", u->seen_at);
	if (!write_links(rq, o, u->id, e))
		return false;
	json_end_obj(o);
	return true;
}

/*
 * The account's language, for the page's very first bytes: the server reads it before it knows who
 * asks (src/ui/ui.c). It outlives the session, as the choice of this browser.
 */
static void language_cookie(struct http_request *rq, const char *language, struct http_reply *reply)
{
	http_reply_header(reply, "set-cookie",
			  arena_printf(rq->arena,
				       "leadline_language=%s; Path=/; Max-Age=%d; HttpOnly; "
				       "SameSite=Lax%s",
				       language, LANGUAGE_S, rq->secure ? "; Secure" : ""));
}

static bool reply_session(struct http_request *rq, struct id user, const char *csrf,
			  bool tells_language, struct http_reply *reply, struct err *e)
{
	struct auth_user u;
	struct json_out o;

	if (!auth_user_get(db_of(rq), rq->arena, "", user, &u, e))
		return false;
	rq->who.user_id = u.id; /* who has just signed in, for the audit */
	rq->who.publisher = u.publisher;
	rq->who.reach = u.reach;
	if (tells_language && *u.language)
		language_cookie(rq, u.language, reply);
	o = json_reply(reply);
	json_obj(&o, NULL);
	if (!write_user(rq, &o, "user", &u, e))
		return false;
	json_put_z(&o, "csrf", csrf);
	json_end_obj(&o);
	return true;
}

bool h_session_open(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct session_in *in = input;
	struct auth_client client = { rq->peer, rq->secure, rq->now_ms };
	struct auth *auth = worker_of(rq)->api->auth;
	struct auth_session s;
	int64_t wait = 0;
	bool ok;

	if (!in->token && (!in->email || !in->password))
		return ERR_FIELD(e, ERR_INPUT, "field.required", in->email ? "password" : "email",
				 "email and password are required (or the token of a link).");
	ok = in->token ? auth_link_use(auth, db_of(rq), rq->arena, &client, in->token, &s, &wait, e)
		       : auth_sign_in(auth, db_of(rq), rq->arena, &client, in->email, in->password,
				      &s, &wait, e);
	if (!ok) {
		if (wait)
			http_reply_header(reply, "retry-after",
					  arena_printf(rq->arena, "%lld", wait / 1000 + 1LL));
		return false;
	}
	http_reply_header(reply, "set-cookie", s.cookie);
	return reply_session(rq, s.user_id, s.csrf, true, reply, e);
}

bool h_session(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct reach r = reach_of_caller(rq);
	struct json_out o;

	(void)in;
	if (!id_is_null(rq->who.user_id))
		return reply_session(rq, rq->who.user_id, rq->who.csrf, false, reply, e);
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_null(&o, "user");
	json_obj(&o, "token");
	json_put_id(&o, "id", &rq->who.token_id);
	json_put_z(&o, "name", rq->who.name);
	json_put_z(&o, "role", role_text(rq->who.role));
	if (!write_reach(rq, &o, &r, rq->who.publisher, e))
		return false;
	json_put_z(&o, "publisher", *rq->who.publisher ? rq->who.publisher : NULL);
	json_end_obj(&o);
	json_put_null(&o, "csrf");
	json_end_obj(&o);
	return true;
}

bool h_session_close(struct http_request *rq, const void *in, struct http_reply *reply,
		     struct err *e)
{
	(void)in;
	if (!auth_sign_out(worker_of(rq)->api->auth, db_of(rq), http_cookie(rq, AUTH_COOKIE), e))
		return false;
	http_reply_header(reply, "set-cookie", auth_cookie_clear(rq->secure));
	reply->status = 204;
	return true;
}

static bool own_account(struct http_request *rq, struct auth_user *ret, struct err *e)
{
	if (id_is_null(rq->who.user_id))
		return ERR(e, ERR_CONFLICT, "session.token",
			   "A token has no account of its own: sign in to change one.");
	return auth_user_get(db_of(rq), rq->arena, "", rq->who.user_id, ret, e);
}

/* *ret_csrf: of the session that goes on. */
static bool change_password(struct http_request *rq, const struct session_user_in *in,
			    const struct auth_user *u, const char **ret_csrf,
			    struct http_reply *reply, struct err *e)
{
	struct auth_client client = { rq->peer, rq->secure, rq->now_ms };
	struct auth *auth = worker_of(rq)->api->auth;
	struct auth_session s;
	const char *only;
	int64_t wait = 0;

	if (!auth_only_way(db_of(rq), rq->arena, u->id, &only, e))
		return false;
	if (only)
		return ERR_FIELD(e, ERR_CONFLICT, "auth.provider-only", "password",
				 "This account signs in by %s, and not by a password.", only);
	if (u->has_password) {
		if (!in->current_password)
			return ERR_FIELD(e, ERR_INPUT, "field.required", "currentPassword",
					 "currentPassword is required.");
		if (!auth_sign_in(auth, db_of(rq), rq->arena, &client, u->email,
				  in->current_password, &s, &wait, e))
			return e->kind == ERR_AUTH
				       ? ERR_FIELD(e, ERR_INPUT, "password.current",
						   "currentPassword",
						   "The present password is another one.")
				       : false;
	}
	if (!auth_user_password(auth, db_of(rq), rq->arena, "", u->id, in->password, e) ||
	    !auth_sign_in(auth, db_of(rq), rq->arena, &client, u->email, in->password, &s, &wait,
			  e))
		return false;
	http_reply_header(reply, "set-cookie", s.cookie);
	*ret_csrf = s.csrf;
	return true;
}

bool h_session_user(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct session_user_in *in = input;
	struct auth_user u, own = { .id = rq->who.user_id,
				    .name = in->name,
				    .language = in->language,
				    .theme = in->theme,
				    .density = in->density,
				    .lead_view = in->lead_view };
	const char *csrf = rq->who.csrf;

	/* The password first: it may be refused. */
	return own_account(rq, &u, e) && check_lead_view(rq, in->lead_view, e) &&
	       (!in->password || change_password(rq, in, &u, &csrf, reply, e)) &&
	       auth_user_own(db_of(rq), &own, e) &&
	       reply_session(rq, u.id, csrf, in->language != NULL, reply, e);
}

/* ---- users ---- */

static const char *const role_choices[] = { "viewer", "seller", "manager", "admin", NULL };
struct users_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct users_in);
const struct field users_query[] = { F_PUBLISHER(struct users_in), F_PAGE(struct users_in), F_END };
struct user_in {
	const char *email, *name, *role, *publisher, *password, *reach;
	const char *const *reach_offers;
};
FITS(struct user_in);
const struct field user_body[] = {
	F_EMAIL(struct user_in, email, "email", .flags = FIELD_REQUIRED, .max = LIMIT_EMAIL,
		.help = "Signs in with it."),
	F_STR(struct user_in, name, "name", .max = LIMIT_NAME, .def = "",
	      .help = "As shown to colleagues."),
	F_CHOICE(struct user_in, role, "role", .flags = FIELD_REQUIRED, .choices = role_choices,
		 .help = "What they may do."),
	F_STR(struct user_in, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Theirs; absent: the whole installation."),
	F_STR(struct user_in, password, "password", .flags = FIELD_SECRET, .max = AUTH_PASSWORD_MAX,
	      .help = "Absent: only one-time links sign in."),
	REACH_ROWS(struct user_in),
	F_END,
};
bool belongs(struct http_request *rq, const char *asked, const char **ret, struct err *e)
{
	struct scope scope;

	*ret = asked && *asked ? asked : rq->who.publisher;
	return !**ret || scope_of(rq, *ret, &scope, e);
}

bool h_users(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct users_in *in = input;
	struct short_page page = short_page(in->after, in->limit);
	struct auth_user *users;
	const char *scope;
	struct json_out o;
	size_t n;

	if (!belongs(rq, in->publisher, &scope, e) ||
	    !auth_user_list(db_of(rq), rq->arena, scope, &users, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++)
		if (short_page_takes(&page, id_key(rq->arena, users[i].id)) &&
		    !write_user(rq, &o, NULL, &users[i], e))
			return false;
	return short_page_end(&page, &o, e);
}

bool reply_user(struct http_request *rq, struct id id, struct http_reply *reply, struct err *e)
{
	struct auth_user u;
	struct json_out o;

	if (!auth_user_get(db_of(rq), rq->arena, rq->who.publisher, id, &u, e))
		return false;
	o = json_reply(reply);
	return write_user(rq, &o, NULL, &u, e);
}

bool h_user_add(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct user_in *in = input;
	struct auth_user u = { .email = in->email,
			       .name = in->name,
			       .role = role_of(str_of(in->role)),
			       .reach = REACH_ALL };
	const char *hash;
	AUTO_TX tx = { 0 };
	struct id id;

	if (!belongs(rq, in->publisher, &u.publisher, e) ||
	    !put_reach(rq, in->reach, in->reach_offers, u.publisher, ID_NULL, &u.reach, e) ||
	    !auth_password_hash(worker_of(rq)->api->auth, rq->arena, in->email, in->password, &hash,
				e) ||
	    !sql_begin(db_of(rq), &tx, e) ||
	    !auth_user_add(db_of(rq), rq->arena, &u, hash, rq->now_ms, &id, e) ||
	    !put_reach(rq, in->reach, in->reach_offers, u.publisher, id, &u.reach, e) ||
	    !sql_commit(&tx, e))
		return false;
	reply->status = 201;
	return reply_user(rq, id, reply, e);
}

/* ---- tokens ---- */

struct token_in {
	const char *name, *role, *publisher, *reach;
	const char *const *reach_offers;
};
FITS(struct token_in);
const struct field token_body[] = {
	F_STR(struct token_in, name, "name", .max = LIMIT_NAME, .def = "",
	      .help = "What it is for."),
	F_CHOICE(struct token_in, role, "role", .flags = FIELD_REQUIRED, .choices = role_choices,
		 .help = "What it may do."),
	F_STR(struct token_in, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Absent: the whole installation."),
	REACH_ROWS(struct token_in),
	F_END,
};

static bool write_token(struct http_request *rq, struct json_out *o, const struct auth_token *t,
			const char *secret, struct err *e)
{
	struct reach r = { t->reach, t->id };

	json_obj(o, NULL);
	json_put_id(o, "id", &t->id);
	json_put_z(o, "publisher", *t->publisher ? t->publisher : NULL);
	json_put_z(o, "name", t->name);
	json_put_z(o, "role", role_text(t->role));
	if (!write_reach(rq, o, &r, t->publisher, e))
		return false;
	json_put_time(o, "createdAt", t->created_at);
	json_put_time(o, "revokedAt", t->revoked_at);
	if (secret)
		json_put_z(o, "token", secret);
	json_end_obj(o);
	return true;
}

bool h_tokens(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct bare_list *in = input;
	struct short_page page = short_page(in->after, in->limit);
	struct auth_token *tokens;
	struct json_out o;
	size_t n;

	if (!auth_token_list(db_of(rq), rq->arena, rq->who.publisher, &tokens, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++)
		if (short_page_takes(&page, id_key(rq->arena, tokens[i].id)) &&
		    !write_token(rq, &o, &tokens[i], NULL, e))
			return false;
	return short_page_end(&page, &o, e);
}

bool h_token_add(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct token_in *in = input;
	struct auth_token t = { .name = in->name,
				.role = role_of(str_of(in->role)),
				.reach = REACH_ALL,
				.created_at = rq->now_ms,
				.revoked_at = SQL_NULL_INT };
	const char *secret;
	struct json_out o;
	AUTO_TX tx = { 0 };

	if (!belongs(rq, in->publisher, &t.publisher, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !put_reach(rq, in->reach, in->reach_offers, t.publisher, ID_NULL, &t.reach, e) ||
	    !auth_token_add(db_of(rq), rq->arena, t.publisher, t.role, t.reach, t.name, rq->now_ms,
			    &t.id, &secret, e) ||
	    !put_reach(rq, in->reach, in->reach_offers, t.publisher, t.id, &t.reach, e) ||
	    !sql_commit(&tx, e))
		return false;
	reply->status = 201;
	o = json_reply(reply);
	return write_token(rq, &o, &t, secret, e);
}

bool h_token_revoke(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct id id;

	(void)in;
	if (!path_id(rq, 0, &id, e) || !auth_token_revoke(worker_of(rq)->api->auth, db_of(rq),
							  rq->who.publisher, id, rq->now_ms, e))
		return false;
	reply->status = 204;
	return true;
}
