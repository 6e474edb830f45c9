/* Rules for passwords, and that hashing cannot be used to wear the machine out. */
#include <pthread.h>
#include <stdatomic.h>
#include "site.h"

static void rules(void **state)
{
	static const struct {
		const char *password, *code; /* NULL: taken */
	} cases[] = {
		{ "correct horse battery", NULL },
		{ "0123456789ab", NULL },
		{ "비밀번호를지금바꾸세요", "password.short" }, /* eleven characters, 33 bytes */
		{ "비밀번호를지금바꾸세요!", NULL },
		{ "short", "password.short" },
		{ "", "password.short" },
		{ "aaaaaaaaaaaa", "password.plain" },
		{ "abababababab", "password.plain" },
		{ "MINA.PARK rules", "password.name" },
		{ "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5", "password.text" },
	};
	struct site *s = *state;
	char long_one[300];

	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		s->e = (struct err){ 0 };
		if (!cases[i].code)
			assert_true(auth_user_password(s->au, s->db, s->a, "", s->admin,
						       cases[i].password, &s->e));
		else
			FAILS(s,
			      auth_user_password(s->au, s->db, s->a, "", s->admin,
						 cases[i].password, &s->e),
			      cases[i].code);
	}
	for (size_t i = 0; i < sizeof(long_one) - 1; i++)
		long_one[i] = (char)('a' + i % 26);
	long_one[sizeof(long_one) - 1] = 0;
	FAILS(s, auth_user_password(s->au, s->db, s->a, "", s->admin, long_one, &s->e),
	      "password.long");
	long_one[AUTH_PASSWORD_MAX] = 0;
	assert_true(auth_user_password(s->au, s->db, s->a, "", s->admin, long_one, &s->e));
}

static void only_a_hash_is_stored(void **state)
{
	struct site *s = *state;
	struct account_secret_row row;

	assert_int_equal(account_secret(s->db, &(struct account_secret_in){ .email = EMAIL }, s->a,
					&row, &s->e),
			 1);
	assert_non_null(strstr(row.password_hash, "$argon2id$"));
	assert_null(strstr(row.password_hash, "horse"));
}

static void made_passwords_are_long_and_differ(void **state)
{
	struct site *s = *state;
	const char *one = auth_password_make(s->a), *two = auth_password_make(s->a);

	assert_int_equal(strlen(one), 24);
	assert_string_not_equal(one, two);
	assert_true(auth_user_password(s->au, s->db, s->a, "", s->admin, one, &s->e));
}

struct crowd {
	struct site *s;
	atomic_int in, busy;
};

static void *one_of_many(void *arg)
{
	struct crowd *c = arg;
	AUTO_ARENA a = arena_new("crowd", 1024 * 1024);
	struct auth_client client = client_at(NOW);
	struct auth_session session;
	char url[96], peer[32];
	struct sql_db *db;
	struct err e = { 0 };
	int64_t wait;

	snprintf(url, sizeof(url), "sqlite:%s/t.db", c->s->dir);
	snprintf(peer, sizeof(peer), "192.0.2.%d", atomic_fetch_add(&c->in, 1));
	client.peer = peer;
	MUST(sql_open(url, SQL_DURABLE, &db, &e));
	MUST(!auth_sign_in(c->s->au, db, a, &client, "nobody@example.com", "no password", &session,
			   &wait, &e));
	if (e.kind == ERR_LIMIT && !strcmp(e.code, "auth.busy"))
		atomic_fetch_add(&c->busy, 1);
	sql_close(db);
	return NULL;
}

/* Eight at once (the account's own limit): two hash, two wait, the others are sent away at once. */
static void a_crowd_is_sent_away(void **state)
{
	struct crowd c = { .s = *state };
	pthread_t threads[8];

	for (size_t i = 0; i < LL_COUNT(threads); i++)
		pthread_create(&threads[i], NULL, one_of_many, &c);
	for (size_t i = 0; i < LL_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	assert_in_range(atomic_load(&c.busy), 0, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules),
		TEST(only_a_hash_is_stored),
		TEST(made_passwords_are_long_and_differ),
		TEST(a_crowd_is_sent_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
