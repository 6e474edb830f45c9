/* Signing in, out, by link; what is slowed down; what ends a session. */
#include "site.h"

static bool sign_in(struct site *s, const char *email, const char *password, int64_t now_ms,
		    struct auth_session *ret)
{
	struct auth_client c = client_at(now_ms);
	int64_t wait;

	return auth_sign_in(s->au, s->db, s->a, &c, email, password, ret, &wait, &s->e);
}

static bool knows(struct site *s, const char *cookie, int64_t now_ms)
{
	struct auth_request r = { .cookie = cookie, .peer = "192.0.2.1", .now_ms = now_ms };
	struct auth_identity who;

	s->e = (struct err){ 0 };
	return auth_identify(s->au, s->db, s->a, &r, &who, &s->e);
}

static void the_cookie_is_safe(void **state)
{
	struct site *s = *state;
	struct auth_client c = client_at(NOW);
	struct auth_session plain, secure;
	int64_t wait;

	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &plain));
	assert_non_null(strstr(plain.cookie, "leadline_session="));
	assert_non_null(strstr(plain.cookie, "; HttpOnly; SameSite=Lax"));
	assert_non_null(strstr(plain.cookie, "; Path=/;"));
	assert_null(strstr(plain.cookie, "Secure"));
	c.secure = true;
	assert_true(auth_sign_in(s->au, s->db, s->a, &c, EMAIL, PASSWORD, &secure, &wait, &s->e));
	assert_non_null(strstr(secure.cookie, "; Secure"));
	assert_string_not_equal(plain.cookie, secure.cookie);
	assert_true(id_eq(plain.user_id, s->admin));
}

static void the_address_is_taken_in_any_case(void **state)
{
	struct auth_session x;

	assert_true(sign_in(*state, "  Mina.Park@Example.COM ", PASSWORD, NOW, &x));
}

static void wrong_ones_look_alike(void **state)
{
	struct site *s = *state;
	struct auth_session x;
	struct auth_user u = { .publisher = "", .email = "link@example.com", .role = ROLE_VIEWER };
	struct auth_user me;
	struct id id;

	assert_true(user_add(s, &u, NULL, &id));
	FAILS(s, sign_in(s, EMAIL, "wrong", NOW, &x), "auth.credentials");
	FAILS(s, sign_in(s, "nobody@example.com", PASSWORD, NOW, &x), "auth.credentials");
	FAILS(s, sign_in(s, "link@example.com", "", NOW, &x), "auth.credentials");
	assert_true(auth_user_password(s->au, s->db, s->a, "", id, "another password", &s->e));
	assert_true(auth_user_get(s->db, s->a, "", id, &me, &s->e));
	me.active = false;
	assert_true(user_set(s, "", &me));
	FAILS(s, sign_in(s, "link@example.com", "another password", NOW, &x), "auth.credentials");
}

static void guessing_is_slowed_per_account(void **state)
{
	struct site *s = *state;
	struct auth_client c = client_at(NOW);
	struct auth_session x;
	char peer[32];
	int tries = 0;
	int64_t wait = 0;

	do {
		snprintf(peer, sizeof(peer), "198.51.100.%d",
			 tries); /* another address each time */
		c.peer = peer;
		s->e = (struct err){ 0 };
		assert_false(
			auth_sign_in(s->au, s->db, s->a, &c, EMAIL, "guess", &x, &wait, &s->e));
	} while (s->e.kind == ERR_AUTH && ++tries < 100);
	assert_string_equal(s->e.code, "auth.throttled");
	assert_in_range(tries, 4, 20);
	assert_true(wait > 0);
	/* the right password waits too, then it is let in, and forgives */
	FAILS(s, auth_sign_in(s->au, s->db, s->a, &c, EMAIL, PASSWORD, &x, &wait, &s->e),
	      "auth.throttled");
	c.now_ms += wait;
	assert_true(auth_sign_in(s->au, s->db, s->a, &c, EMAIL, PASSWORD, &x, &wait, &s->e));
	FAILS(s, auth_sign_in(s->au, s->db, s->a, &c, EMAIL, "guess", &x, &wait, &s->e),
	      "auth.credentials");
}

static void guessing_is_slowed_per_address(void **state)
{
	struct site *s = *state;
	struct auth_session x;
	char email[32];
	int tries = 0;

	do {
		snprintf(email, sizeof(email), "a%d@example.com", tries);
		s->e = (struct err){ 0 };
		assert_false(sign_in(s, email, "guess", NOW, &x));
	} while (s->e.kind == ERR_AUTH && ++tries < 100);
	assert_string_equal(s->e.code, "auth.throttled");
	assert_in_range(tries, 10, 40);
}

static void sessions_end(void **state)
{
	struct site *s = *state;
	struct auth_session x;
	const char *cookie;
	int64_t at = NOW;

	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &x));
	cookie = cookie_value(s->a, x.cookie);
	assert_true(knows(s, cookie, NOW));
	/* used every eleven hours it lives to its thirty days */
	for (; at < NOW + AUTH_SESSION_MS; at += AUTH_SESSION_IDLE_MS - 3600 * 1000)
		assert_true(knows(s, cookie, at));
	FAILS(s, knows(s, cookie, NOW + AUTH_SESSION_MS), "auth.session");
	/* not used for twelve hours it is over */
	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &x));
	cookie = cookie_value(s->a, x.cookie);
	FAILS(s, knows(s, cookie, NOW + AUTH_SESSION_IDLE_MS), "auth.session");
}

static void signing_out_ends_it_at_once(void **state)
{
	struct site *s = *state;
	struct auth_session x, other;
	const char *cookie;

	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &x));
	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &other));
	cookie = cookie_value(s->a, x.cookie);
	assert_true(knows(s, cookie, NOW));
	assert_true(auth_sign_out(s->au, s->db, cookie, &s->e));
	FAILS(s, knows(s, cookie, NOW), "auth.session");
	assert_true(knows(s, cookie_value(s->a, other.cookie), NOW));
	assert_true(auth_sign_out(s->au, s->db, cookie, &s->e));
	assert_true(auth_sign_out(s->au, s->db, NULL, &s->e));
}

static void a_new_password_ends_all_sessions(void **state)
{
	struct site *s = *state;
	struct auth_session x;

	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &x));
	assert_true(knows(s, cookie_value(s->a, x.cookie), NOW));
	assert_true(
		auth_user_password(s->au, s->db, s->a, "", s->admin, "something else now", &s->e));
	FAILS(s, knows(s, cookie_value(s->a, x.cookie), NOW), "auth.session");
	FAILS(s, sign_in(s, EMAIL, PASSWORD, NOW, &x), "auth.credentials");
	assert_true(sign_in(s, EMAIL, "something else now", NOW, &x));
}

static void a_link_works_once(void **state)
{
	struct site *s = *state;
	struct auth_client c = client_at(NOW);
	struct auth_session x;
	const char *token, *late;
	int64_t wait;

	assert_true(auth_link_make(s->db, s->a, s->admin, NOW, &token, &s->e));
	assert_true(auth_link_make(s->db, s->a, s->admin, NOW, &late, &s->e));
	assert_true(auth_link_use(s->au, s->db, s->a, &c, token, &x, &wait, &s->e));
	assert_true(knows(s, cookie_value(s->a, x.cookie), NOW));
	FAILS(s, auth_link_use(s->au, s->db, s->a, &c, token, &x, &wait, &s->e), "auth.link");
	FAILS(s, auth_link_use(s->au, s->db, s->a, &c, "no link", &x, &wait, &s->e), "auth.link");
	c.now_ms = NOW + AUTH_LINK_MS;
	FAILS(s, auth_link_use(s->au, s->db, s->a, &c, late, &x, &wait, &s->e), "auth.link");
}

static void sweeping_keeps_what_is_good(void **state)
{
	struct site *s = *state;
	struct auth_session old, fresh;
	int64_t later = NOW + AUTH_SESSION_IDLE_MS;
	const char *link;

	assert_true(sign_in(s, EMAIL, PASSWORD, NOW, &old));
	assert_true(sign_in(s, EMAIL, PASSWORD, later, &fresh));
	assert_true(auth_link_make(s->db, s->a, s->admin, later, &link, &s->e));
	assert_true(auth_sweep(s->au, s->db, later, &s->e));
	FAILS(s, knows(s, cookie_value(s->a, old.cookie), later), "auth.session");
	assert_true(knows(s, cookie_value(s->a, fresh.cookie), later));
	assert_true(auth_link_use(s->au, s->db, s->a,
				  &(struct auth_client){ .peer = "", .now_ms = later }, link,
				  &fresh, &(int64_t){ 0 }, &s->e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_cookie_is_safe),
		TEST(the_address_is_taken_in_any_case),
		TEST(wrong_ones_look_alike),
		TEST(guessing_is_slowed_per_account),
		TEST(guessing_is_slowed_per_address),
		TEST(sessions_end),
		TEST(signing_out_ends_it_at_once),
		TEST(a_new_password_ends_all_sessions),
		TEST(a_link_works_once),
		TEST(sweeping_keeps_what_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
