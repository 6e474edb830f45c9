/* Tokens and sessions on a request: roles, tenants, CSRF, and changes made elsewhere. */
#include "site.h"

static bool identify(struct site *s, const struct auth_request *r, struct auth_identity *ret)
{
	s->e = (struct err){ 0 };
	return auth_identify(s->au, s->db, s->a, r, ret, &s->e);
}

static const char *bearer(struct site *s, const char *publisher, enum role role, struct id *ret_id)
{
	const char *token;

	assert_true(auth_token_add(s->db, s->a, publisher, role, REACH_ALL, "robot", NOW, ret_id,
				   &token, &s->e));
	return arena_printf(s->a, "Bearer %s", token);
}

static struct auth_request with(const char *authorization)
{
	return (struct auth_request){ .authorization = authorization,
				      .peer = "192.0.2.9",
				      .now_ms = NOW };
}

static void nothing_sent_is_nobody(void **state)
{
	struct site *s = *state;
	struct auth_identity who;
	struct auth_request r = with(NULL);

	FAILS(s, identify(s, &r, &who), "auth.required");
	r.cookie = "";
	FAILS(s, identify(s, &r, &who), "auth.required");
	r = with("Basic bWluYTp4");
	FAILS(s, identify(s, &r, &who), "auth.required");
	r = with("Bearer ");
	FAILS(s, identify(s, &r, &who), "auth.required");
}

static void a_token_has_its_role_and_publisher(void **state)
{
	struct site *s = *state;
	struct auth_identity who;
	struct id id;
	struct auth_request r = with(bearer(s, "contoso", ROLE_SELLER, &id));

	r.writing = true;             /* tokens need no CSRF */
	for (int i = 0; i < 2; i++) { /* from the store, then from the memory */
		assert_true(identify(s, &r, &who));
		assert_int_equal(who.role, ROLE_SELLER);
		assert_string_equal(who.publisher, "contoso");
		assert_string_equal(who.name, "robot");
		assert_true(id_eq(who.token_id, id));
		assert_true(id_is_null(who.user_id));
		assert_null(who.csrf);
	}
	r.authorization = arena_printf(s->a, "bearer   %s", r.authorization + 7);
	assert_true(identify(s, &r, &who));
}

static void a_revoked_token_is_refused_at_once_here_and_in_a_second_elsewhere(void **state)
{
	struct site *s = *state;
	struct auth *other = auth_new();
	struct auth_identity who;
	struct id id;
	struct auth_request r = with(bearer(s, "", ROLE_ADMIN, &id));

	assert_true(identify(s, &r, &who));
	assert_true(auth_identify(other, s->db, s->a, &r, &who, &s->e));
	assert_true(auth_token_revoke(s->au, s->db, "", id, NOW, &s->e));
	FAILS(s, identify(s, &r, &who), "auth.token");
	r.now_ms = NOW + AUTH_CACHE_MS;
	FAILS(s, auth_identify(other, s->db, s->a, &r, &who, &s->e), "auth.token");
	FAILS(s, auth_token_revoke(s->au, s->db, "", id, NOW, &s->e), "token.unknown");
	auth_free(other);
}

static void wrong_tokens_are_slowed_down(void **state)
{
	struct site *s = *state;
	struct auth_identity who;
	struct id id;
	struct auth_request good = with(bearer(s, "", ROLE_VIEWER, &id)),
			    bad = with("Bearer ll_guess");
	int tries = 0;

	while (!identify(s, &bad, &who) && s->e.kind == ERR_AUTH && ++tries < 1000)
		bad.authorization = arena_printf(s->a, "Bearer ll_guess%d", tries);
	assert_string_equal(s->e.code, "auth.throttled");
	assert_true(tries < 1000);
	assert_true(identify(s, &good,
			     &who)); /* the right one from the same address is not locked out */
}

static void a_session_needs_its_csrf_token_to_write(void **state)
{
	struct site *s = *state;
	struct auth_client c = client_at(NOW);
	struct auth_session one, two;
	struct auth_identity who;
	struct auth_request r = with(NULL);
	int64_t wait;

	assert_true(auth_sign_in(s->au, s->db, s->a, &c, EMAIL, PASSWORD, &one, &wait, &s->e));
	assert_true(auth_sign_in(s->au, s->db, s->a, &c, EMAIL, PASSWORD, &two, &wait, &s->e));
	r.cookie = cookie_value(s->a, one.cookie);
	assert_true(identify(s, &r, &who));
	assert_string_equal(who.csrf, one.csrf);
	assert_string_equal(who.name, EMAIL);
	assert_true(id_eq(who.user_id, s->admin));
	r.writing = true;
	FAILS(s, identify(s, &r, &who), "auth.csrf");
	r.csrf = two.csrf; /* another session's */
	FAILS(s, identify(s, &r, &who), "auth.csrf");
	r.csrf = "";
	FAILS(s, identify(s, &r, &who), "auth.csrf");
	r.csrf = one.csrf;
	assert_true(identify(s, &r, &who));
	r.csrf = NULL;
	r.no_csrf = true;
	assert_true(identify(s, &r, &who));
}

/* Neither a hash from the store nor a token in the cookie opens anything. */
static void what_is_stored_is_no_key(void **state)
{
	struct site *s = *state;
	struct auth_identity who;
	struct id id;
	const char *header = bearer(s, "", ROLE_ADMIN, &id);
	struct hash h = hash_of(str_of(header + 7));
	struct auth_request r =
		with(arena_printf(s->a, "Bearer %s", str_hex(s->a, h.b, sizeof(h.b))));

	FAILS(s, identify(s, &r, &who), "auth.token");
	r = with(NULL);
	r.cookie = header + 7;
	FAILS(s, identify(s, &r, &who), "auth.session");
}

static void a_lower_role_counts_at_once(void **state)
{
	struct site *s = *state;
	struct auth_user u = { .publisher = "contoso",
			       .email = "jo@example.com",
			       .role = ROLE_MANAGER },
			 me;
	struct auth_client c = client_at(NOW);
	struct auth_session x;
	struct auth_identity who;
	struct auth_request r = with(NULL);
	struct id id;
	int64_t wait;

	assert_true(user_add(s, &u, PASSWORD, &id));
	assert_true(
		auth_sign_in(s->au, s->db, s->a, &c, "jo@example.com", PASSWORD, &x, &wait, &s->e));
	r.cookie = cookie_value(s->a, x.cookie);
	assert_true(identify(s, &r, &who));
	assert_int_equal(who.role, ROLE_MANAGER);
	assert_string_equal(who.publisher, "contoso");
	assert_true(auth_user_get(s->db, s->a, "", id, &me, &s->e));
	me.role = ROLE_VIEWER;
	assert_true(user_set(s, "", &me));
	FAILS(s, identify(s, &r, &who), "auth.session");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_sent_is_nobody),
		TEST(a_token_has_its_role_and_publisher),
		TEST(a_revoked_token_is_refused_at_once_here_and_in_a_second_elsewhere),
		TEST(wrong_tokens_are_slowed_down),
		TEST(a_session_needs_its_csrf_token_to_write),
		TEST(what_is_stored_is_no_key),
		TEST(a_lower_role_counts_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
