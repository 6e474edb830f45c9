/* Accounts. */
#include "auth/parts.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "store/store.h"

static const char *scope_of(const char *publisher)
{
	return *publisher ? publisher : NULL; /* NULL: all */
}

static bool unknown(struct err *e)
{
	return ERR(e, ERR_NOT_FOUND, "user.unknown", "There is no such user.");
}

static struct auth_user user_of(const struct account_list_row *r)
{
	return (struct auth_user){
		.id = r->account_id,
		.publisher = r->publisher_id,
		.email = r->email,
		.name = r->name,
		.role = role_of(str_of(r->role)),
		.reach = reach_of(str_of(r->reach)),
		.language = r->language,
		.theme = r->theme,
		.density = r->density,
		.lead_view = r->lead_view,
		.active = r->active != 0,
		.has_password = r->has_password != 0,
		.created_at = r->created_at,
		.seen_at = r->seen_at,
	};
}

bool auth_user_get(struct sql_db *db, struct arena *a, const char *scope, struct id id,
		   struct auth_user *ret, struct err *e)
{
	struct account_list_row row;
	int found = account_get(db, &(struct account_get_in){ .account = id }, a, &row, e);

	if (found < 0)
		return false;
	if (!found || (*scope && strcmp(scope, row.publisher_id)))
		return unknown(e);
	*ret = user_of(&row);
	return true;
}

bool auth_user_find(struct sql_db *db, struct arena *a, const char *scope, const char *email,
		    struct auth_user *ret, struct err *e)
{
	struct account_find_row row;
	int found = account_find(db, &(struct account_find_in){ .email = email_form(a, email) }, a,
				 &row, e);

	if (found < 0)
		return false;
	return found ? auth_user_get(db, a, scope, row.account_id, ret, e) : unknown(e);
}

bool auth_user_list(struct sql_db *db, struct arena *a, const char *scope, struct auth_user **ret,
		    size_t *ret_n, struct err *e)
{
	struct account_list_row *rows;
	struct auth_user *all;
	size_t n;

	if (!account_list(db, &(struct account_list_in){ .publisher = scope_of(scope) }, a, &rows,
			  &n, e))
		return false;
	all = ARENA_ARRAY(a, struct auth_user, n);
	for (size_t i = 0; i < n; i++)
		all[i] = user_of(&rows[i]);
	*ret = all;
	*ret_n = n;
	return true;
}

bool auth_any_user(struct sql_db *db, struct arena *a, bool *ret, struct err *e)
{
	struct account_any_row row;
	int found = account_any(db, a, &row, e);

	if (found < 0)
		return false;
	*ret = found > 0;
	return true;
}

static bool check_name(const char *name, struct err *e)
{
	struct str s = str_of(name);

	if (!utf8_valid(s) || s.n > LIMIT_NAME)
		return ERR_FIELD(e, ERR_INPUT, "user.name", "name",
				 "The name is too long, or not valid UTF-8.");
	return true;
}

static bool check_role(enum role role, struct err *e)
{
	return role >= ROLE_VIEWER ||
	       ERR_FIELD(e, ERR_INPUT, "user.role", "role",
			 "The role is one of viewer, seller, manager, admin.");
}

static bool check_email(const char *form, struct err *e)
{
	struct str s = str_of(form);
	size_t at = str_find(s, '@');

	if (s.n > LIMIT_EMAIL || !utf8_valid(s) || at == 0 || at + 1 >= s.n ||
	    strpbrk(form, " \t\r\n<>\",;"))
		return ERR_FIELD(e, ERR_INPUT, "user.email", "email", "This is no e-mail address.");
	return true;
}

static bool check_publisher(struct sql_db *db, struct arena *a, const char *publisher,
			    struct err *e)
{
	struct publisher_get_row row;
	int found =
		*publisher ? publisher_get(db, &(struct publisher_get_in){ .publisher = publisher },
					   a, &row, e)
			   : 1;

	if (found < 0)
		return false;
	return found || ERR(e, ERR_NOT_FOUND, "publisher.unknown", "There is no such publisher.");
}

bool auth_password_hash(struct auth *au, struct arena *a, const char *email, const char *password,
			const char **ret, struct err *e)
{
	*ret = NULL;
	return !password || (password_check(password, email_form(a, email), e) &&
			     password_hash(au, a, password, ret, e));
}

bool auth_user_add(struct sql_db *db, struct arena *a, const struct auth_user *u,
		   const char *password_hash, int64_t now_ms, struct id *ret, struct err *e)
{
	struct account_add_in in = {
		.account = id_new(now_ms),
		.publisher = u->publisher ? u->publisher : "",
		.email = email_form(a, u->email),
		.name = u->name ? u->name : "",
		.role = role_text(u->role),
		.password_hash = password_hash,
		.reach = reach_text(u->reach == REACH_NONE ? REACH_ALL : u->reach),
		.now = now_ms,
	};
	struct account_find_row row;
	int found;

	if (!check_email(in.email, e) || !check_role(u->role, e) || !check_name(in.name, e) ||
	    !check_publisher(db, a, in.publisher, e))
		return false;
	found = account_find(db, &(struct account_find_in){ .email = in.email }, a, &row, e);
	if (found < 0)
		return false;
	if (found)
		return ERR_FIELD(e, ERR_CONFLICT, "user.exists", "email",
				 "This e-mail address has an account already.");
	if (!account_add(db, &in, NULL, e)) {
		if (e->kind == ERR_CONFLICT)
			return ERR_FIELD(e, ERR_CONFLICT, "user.exists", "email",
					 "This e-mail address has an account already.");
		return false;
	}
	*ret = in.account;
	return true;
}

static bool lets_all_in(const struct auth_user *u)
{
	return u->role == ROLE_ADMIN && !*u->publisher && u->active && u->reach == REACH_ALL;
}

/* Somebody must stay who can let the others in. */
static bool keeps_an_admin(struct sql_db *db, struct arena *a, const struct auth_user *before,
			   const struct auth_user *after, struct err *e)
{
	struct account_other_admin_row row;
	int found;

	if (!lets_all_in(before) || lets_all_in(after))
		return true;
	found = account_other_admin(db, &(struct account_other_admin_in){ .account = before->id },
				    a, &row, e);
	if (found < 0)
		return false;
	return found ||
	       ERR(e, ERR_CONFLICT, "user.last-admin",
		   "This is the last active admin who reaches all: make another one first.");
}

bool auth_user_hold(struct sql_db *db, struct arena *a, const char *scope, struct id id,
		    struct auth_user *ret, struct err *e)
{
	return version_bump(db, &(struct version_bump_in){ "accounts" }, NULL, e) &&
	       auth_user_get(db, a, scope, id, ret, e);
}

bool auth_user_set(struct sql_db *db, struct arena *a, const struct auth_user *before,
		   const struct auth_user *u, struct err *e)
{
	struct account_set_in in = {
		.account = u->id,
		.name = u->name,
		.role = role_text(u->role),
		.reach = reach_text(u->reach),
		.active = u->active,
	};
	struct session_end_of_in sessions = { .account = u->id };
	struct signin_link_end_of_in links = { .account = u->id };

	if (!check_role(u->role, e) || !check_name(u->name, e) ||
	    !keeps_an_admin(db, a, before, u, e) || !account_set(db, &in, NULL, e))
		return false;
	if ((!u->active || u->role != before->role) && !session_end_of(db, &sessions, NULL, e))
		return false;
	return u->active || signin_link_end_of(db, &links, NULL, e);
}

void auth_user_changed(struct auth *au)
{
	cache_clear(au);
}

bool auth_user_own(struct sql_db *db, const struct auth_user *u, struct err *e)
{
	struct account_own_set_in in = { u->id,    u->name,    u->language,
					 u->theme, u->density, u->lead_view };

	return (!u->name || check_name(u->name, e)) && account_own_set(db, &in, NULL, e);
}

bool auth_user_password(struct auth *au, struct sql_db *db, struct arena *a, const char *scope,
			struct id id, const char *password, struct err *e)
{
	struct account_password_in in = { .account = id };
	struct session_end_of_in sessions = { .account = id };
	struct auth_user user;
	AUTO_TX tx = { .db = NULL };

	if (!auth_user_get(db, a, scope, id, &user, e) ||
	    !password_check(password, user.email, e) ||
	    !password_hash(au, a, password, &in.password_hash, e))
		return false;
	if (!sql_begin(db, &tx, e) || !account_password(db, &in, NULL, e) ||
	    !session_end_of(db, &sessions, NULL, e) || !sql_commit(&tx, e))
		return false;
	cache_clear(au);
	return true;
}

/* No letters that look alike; five groups of four of 31 signs are 99 bits. */
const char *auth_password_make(struct arena *a)
{
	static const char signs[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char *out = arena_alloc(a, 25), *to = out;

	for (int i = 0; i < 20; i++) {
		uint32_t r;

		do
			r = rand_u32() & 31;
		while (r >= sizeof(signs) - 1);
		if (i && i % 4 == 0)
			*to++ = '-';
		*to++ = signs[r];
	}
	return out;
}
