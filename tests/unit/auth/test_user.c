/* Accounts and tokens: what is refused, and that a tenant sees its own only. */
#include "site.h"

static struct id added(struct site *s, const char *publisher, const char *email, enum role role)
{
	struct auth_user u = { .publisher = publisher, .email = email, .name = "N", .role = role };
	struct id id = { { 0 } };

	assert_true(user_add(s, &u, NULL, &id));
	return id;
}

static void wrong_input_is_refused(void **state)
{
	static const struct {
		struct auth_user u;
		const char *code;
	} cases[] = {
		{ { .publisher = "", .email = "no address", .role = ROLE_VIEWER }, "user.email" },
		{ { .publisher = "", .email = "@example.com", .role = ROLE_VIEWER }, "user.email" },
		{ { .publisher = "", .email = "a@b\r\nBcc: c@d", .role = ROLE_VIEWER },
		  "user.email" },
		{ { .publisher = "", .email = "a@example.com", .role = ROLE_NONE }, "user.role" },
		{ { .publisher = "", .email = "a@example.com", .role = ROLE_ANYONE }, "user.role" },
		{ { .publisher = "",
		    .email = "a@example.com",
		    .name = "\xff",
		    .role = ROLE_VIEWER },
		  "user.name" },
		{ { .publisher = "nobody", .email = "a@example.com", .role = ROLE_VIEWER },
		  "publisher.unknown" },
		{ { .publisher = "", .email = "MINA.park@example.com", .role = ROLE_VIEWER },
		  "user.exists" },
	};
	struct site *s = *state;
	struct id id;

	for (size_t i = 0; i < LL_COUNT(cases); i++)
		FAILS(s, user_add(s, &cases[i].u, NULL, &id), cases[i].code);
	FAILS(s,
	      user_add(s,
		       &(struct auth_user){
			       .publisher = "", .email = "b@example.com", .role = ROLE_VIEWER },
		       "short", &id),
	      "password.short");
}

static void a_tenant_sees_its_own_only(void **state)
{
	struct site *s = *state;
	struct id ours = added(s, "contoso", "a@contoso.example", ROLE_ADMIN);
	struct auth_user *users, u;
	struct auth_token *tokens;
	struct id token;
	const char *secret;
	size_t n;

	assert_true(auth_user_list(s->db, s->a, "contoso", &users, &n, &s->e));
	assert_int_equal(n, 1);
	assert_true(id_eq(users[0].id, ours));
	assert_true(auth_user_list(s->db, s->a, "", &users, &n, &s->e));
	assert_int_equal(n, 2);
	FAILS(s, auth_user_get(s->db, s->a, "contoso", s->admin, &u, &s->e), "user.unknown");
	FAILS(s, auth_user_find(s->db, s->a, "contoso", EMAIL, &u, &s->e), "user.unknown");
	FAILS(s,
	      auth_user_password(s->au, s->db, s->a, "contoso", s->admin, "a good password", &s->e),
	      "user.unknown");
	assert_true(auth_user_get(s->db, s->a, "", s->admin, &u, &s->e));
	FAILS(s, user_set(s, "contoso", &u), "user.unknown");
	assert_true(auth_token_add(s->db, s->a, "", ROLE_ADMIN, REACH_ALL, "", NOW, &token, &secret,
				   &s->e));
	assert_true(auth_token_list(s->db, s->a, "contoso", &tokens, &n, &s->e));
	assert_int_equal(n, 0);
	FAILS(s, auth_token_revoke(s->au, s->db, "contoso", token, NOW, &s->e), "token.unknown");
	assert_true(auth_token_list(s->db, s->a, "", &tokens, &n, &s->e));
	assert_int_equal(n, 1);
	assert_int_equal(tokens[0].revoked_at, SQL_NULL_INT);
}

static void the_last_admin_stays(void **state)
{
	struct site *s = *state;
	struct auth_user u, b;
	struct id other;

	added(s, "contoso", "a@contoso.example", ROLE_ADMIN); /* of a tenant: does not count */
	assert_true(auth_user_get(s->db, s->a, "", s->admin, &u, &s->e));
	u.role = ROLE_VIEWER;
	FAILS(s, user_set(s, "", &u), "user.last-admin");
	u.role = ROLE_ADMIN;
	u.active = false;
	FAILS(s, user_set(s, "", &u), "user.last-admin");
	u.active = true;
	u.reach = REACH_OWN;
	FAILS(s, user_set(s, "", &u), "user.last-admin");
	u.reach = REACH_ALL;
	other = added(s, "", "b@example.com", ROLE_ADMIN);
	assert_true(auth_user_get(s->db, s->a, "", other, &b, &s->e));
	b.reach = REACH_TEAM;
	assert_true(user_set(s, "", &b));
	u.active = false;
	FAILS(s, user_set(s, "", &u), "user.last-admin"); /* the other does not reach all */
	b.reach = REACH_ALL;
	assert_true(user_set(s, "", &b));
	assert_true(user_set(s, "", &u));
	assert_true(auth_user_get(s->db, s->a, "", s->admin, &u, &s->e));
	assert_false(u.active);
}

static void what_is_set_is_there(void **state)
{
	struct site *s = *state;
	struct id id = added(s, "contoso", "Jo@Contoso.example", ROLE_SELLER);
	struct auth_user u;
	bool any = false;

	assert_true(auth_user_find(s->db, s->a, "contoso", "JO@contoso.example", &u, &s->e));
	assert_true(id_eq(u.id, id));
	assert_string_equal(u.email, "jo@contoso.example");
	assert_false(u.has_password);
	assert_int_equal(u.seen_at, SQL_NULL_INT);
	u.role = ROLE_MANAGER;
	assert_true(user_set(s, "contoso", &u));
	u = (struct auth_user){ .id = id, .name = "조", .language = "ko", .theme = "dark" };
	assert_true(auth_user_own(s->db, &u, &s->e));
	assert_true(
		auth_user_own(s->db, &(struct auth_user){ .id = id, .density = "compact" }, &s->e));
	assert_true(auth_user_get(s->db, s->a, "contoso", id, &u, &s->e));
	assert_string_equal(u.name, "조");
	assert_string_equal(u.language, "ko");
	assert_string_equal(u.theme, "dark");
	assert_string_equal(u.density, "compact");
	assert_int_equal(u.role, ROLE_MANAGER);
	assert_true(auth_any_user(s->db, s->a, &any, &s->e));
	assert_true(any);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wrong_input_is_refused),
		TEST(a_tenant_sees_its_own_only),
		TEST(the_last_admin_stays),
		TEST(what_is_set_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
