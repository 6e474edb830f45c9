/* API tokens: a prefix to recognise them by, then 32 random bytes. */
#include "auth/parts.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "store/store.h"

#define PREFIX "ll_"

bool auth_token_add(struct sql_db *db, struct arena *a, const char *publisher, enum role role,
		    enum reach_kind reach, const char *name, int64_t now_ms, struct id *ret_id,
		    const char **ret_token, struct err *e)
{
	const char *token = arena_printf(a, PREFIX "%s", rand_token(a, SECRET_BYTES));
	struct hash h = secret_hash(token);
	struct token_add_in in = {
		.token = id_new(now_ms),
		.token_hash = hash_view(&h),
		.publisher = publisher,
		.role = role_text(role),
		.name = name ? name : "",
		.now = now_ms,
		.reach = reach_text(reach),
	};
	struct publisher_get_row row;
	int found;

	if (role < ROLE_VIEWER)
		return ERR_FIELD(e, ERR_INPUT, "token.role", "role",
				 "The role is one of viewer, seller, manager, admin.");
	if (reach != REACH_ALL && reach != REACH_OFFERS)
		return ERR_FIELD(e, ERR_INPUT, "token.reach", "reach",
				 "A token reaches all or offers: own and team are for people.");
	if (!utf8_valid(str_of(in.name)) || strlen(in.name) > LIMIT_NAME)
		return ERR_FIELD(e, ERR_INPUT, "token.name", "name",
				 "The name is too long, or not valid UTF-8.");
	found = *publisher ? publisher_get(db, &(struct publisher_get_in){ .publisher = publisher },
					   a, &row, e)
			   : 1;
	if (found < 0)
		return false;
	if (!found)
		return ERR(e, ERR_NOT_FOUND, "publisher.unknown", "There is no such publisher.");
	if (!token_add(db, &in, NULL, e))
		return false;
	*ret_id = in.token;
	*ret_token = token;
	return true;
}

bool auth_token_list(struct sql_db *db, struct arena *a, const char *scope, struct auth_token **ret,
		     size_t *ret_n, struct err *e)
{
	struct token_list_row *rows;
	struct auth_token *all;
	size_t n;

	if (!token_list(db, &(struct token_list_in){ .publisher = *scope ? scope : NULL }, a, &rows,
			&n, e))
		return false;
	all = ARENA_ARRAY(a, struct auth_token, n);
	for (size_t i = 0; i < n; i++)
		all[i] = (struct auth_token){
			.id = rows[i].token_id,
			.publisher = rows[i].publisher_id,
			.name = rows[i].name,
			.role = role_of(str_of(rows[i].role)),
			.reach = reach_of(str_of(rows[i].reach)),
			.created_at = rows[i].created_at,
			.revoked_at = rows[i].revoked_at,
		};
	*ret = all;
	*ret_n = n;
	return true;
}

bool auth_token_revoke(struct auth *au, struct sql_db *db, const char *scope, struct id id,
		       int64_t now_ms, struct err *e)
{
	struct token_revoke_in in = { .token = id,
				      .publisher = *scope ? scope : NULL,
				      .at = now_ms };
	int64_t changed;

	if (!token_revoke(db, &in, &changed, e))
		return false;
	if (!changed)
		return ERR(e, ERR_NOT_FOUND, "token.unknown", "There is no such token.");
	cache_clear(au);
	return true;
}
