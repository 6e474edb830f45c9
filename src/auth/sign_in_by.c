/*
 * From whom a provider vouches for to an account of ours. Addresses are believed only where the
 * operator said so for the provider, and only those that the provider vouches for.
 */
#include "auth/parts.h"

#include "store/store.h"

struct by {
	const struct auth_provider *p;
	const struct auth_person *who;
	struct sql_db *db;
	struct arena *a;
	int64_t now_ms;
};

static bool nobody(struct err *e)
{
	return ERR(e, ERR_FORBIDDEN, "auth.no-account",
		   "No account is linked to this person: link one (leadline user identity, or the "
		   "users page), or let the provider link by address or make accounts.");
}

/* 1 and *ret: the account that is linked. */
static int find_linked(const struct by *b, struct auth_user *ret, struct err *e)
{
	struct identity_find_in in = { b->p->id, b->who->subject };
	struct identity_find_row row;
	int found = identity_find(b->db, &in, b->a, &row, e);

	if (found <= 0)
		return found;
	return auth_user_get(b->db, b->a, "", row.account_id, ret, e) ? 1 : -1;
}

/* Somebody has an account with the address, and may not be let into it by that. */
static int taken(struct err *e)
{
	LL_IGNORE(nobody(e));
	return -1;
}

/* The vouched-for address, small, if it may find or make an account; else NULL. */
static const char *address_of(const struct by *b)
{
	const char *email = b->who->email ? email_form(b->a, b->who->email) : NULL;
	const char *at = email ? strrchr(email, '@') : NULL;
	struct str rest = str_of(b->p->domains), d;

	if (!rest.n)
		return email;
	while (at && rest.n && str_split(&rest, ',', &d))
		if (str_eq(d, str_of(at + 1)))
			return email;
	return NULL;
}

/* 1: by the address, and linked from now on. */
static int link_by_email(const struct by *b, struct auth_user *ret, struct err *e)
{
	struct account_find_in in;
	struct account_find_row row;
	int found;

	in.email = address_of(b);
	if (!b->p->link_email || !in.email)
		return 0;
	found = account_find(b->db, &in, b->a, &row, e);
	if (found <= 0)
		return found;
	if (!auth_user_get(b->db, b->a, "", row.account_id, ret, e))
		return -1;
	if (ret->role ==
	    ROLE_ADMIN) /* linked by hand alone: an address may come into other hands */
		return taken(e);
	/* Not active, or another publisher's: not to be linked, and the caller says why. */
	if (!ret->active || (*b->p->publisher && strcmp(b->p->publisher, ret->publisher) != 0))
		return 1;
	return auth_link_account(b->db, b->a, b->p, ret, b->who->subject, b->now_ms, e) ? 1 : -1;
}

static int make(const struct by *b, struct auth_user *ret, struct err *e)
{
	struct auth_user u = { .publisher = b->p->publisher,
			       .email = address_of(b),
			       .name = b->who->name,
			       .role = b->p->new_role,
			       .reach = b->p->new_reach };
	struct id id;

	if (b->p->new_role == ROLE_NONE || !u.email)
		return 0;
	if (!auth_user_add(b->db, b->a, &u, NULL, b->now_ms, &id, e))
		return e->kind == ERR_CONFLICT ? taken(e) : -1;
	return auth_user_get(b->db, b->a, "", id, ret, e) &&
			       auth_link_account(b->db, b->a, b->p, ret, b->who->subject, b->now_ms,
						 e)
		       ? 1
		       : -1;
}

static bool find(const struct by *b, struct auth_user *ret, enum auth_by *ret_by, struct err *e)
{
	static const struct {
		int (*fn)(const struct by *b, struct auth_user *ret, struct err *e);
		enum auth_by by;
	} ways[] = {
		{ find_linked, AUTH_BY_LINK },
		{ link_by_email, AUTH_BY_EMAIL },
		{ make, AUTH_BY_MADE },
	};

	for (size_t i = 0; i < LL_COUNT(ways); i++) {
		int found = ways[i].fn(b, ret, e);

		if (found < 0)
			return false;
		*ret_by = ways[i].by;
		if (found)
			return true;
	}
	return nobody(e);
}

static bool may(const struct auth_provider *p, const struct auth_user *u, struct err *e)
{
	if (!u->active)
		return ERR(e, ERR_FORBIDDEN, "auth.not-active",
			   "The account is disabled: an administrator can enable it.");
	if (*p->publisher && strcmp(p->publisher, u->publisher) != 0)
		return ERR(e, ERR_FORBIDDEN, "auth.other-publisher",
			   "The account belongs to another publisher than the provider.");
	return true;
}

bool auth_sign_in_by(struct auth *au, struct sql_db *db, struct arena *a,
		     const struct auth_client *c, const struct auth_provider *p,
		     const struct auth_person *who, struct auth_session *ret, enum auth_by *ret_by,
		     struct err *e)
{
	struct by b = { p, who, db, a, c->now_ms };
	struct identity_seen_in seen = { p->id, who->subject, c->now_ms };
	struct auth_user u;
	AUTO_TX tx = { 0 };

	if (!sql_begin(db, &tx, e))
		return false;
	if (!find(&b, &u, ret_by, e) || !may(p, &u, e) || !identity_seen(db, &seen, NULL, e) ||
	    !sql_commit(&tx, e))
		return false;
	throttle_forgive(au->by_provider, str_of(c->peer));
	return session_make(au, db, a, c, u.id, ret, e);
}
