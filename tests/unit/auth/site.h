/* A store in a folder of its own, with one account; every test gets a fresh one. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "auth/auth.h"
#include "base/hash.h"
#include "store/store.h"

#define NOW      1795255200000LL
#define EMAIL    "mina.park@example.com"
#define PASSWORD "correct horse battery"

struct site {
	char dir[64];
	struct sql_db *db;
	struct arena *a;
	struct auth *au;
	struct id admin;
	struct err e;
};

static inline bool user_add(struct site *s, const struct auth_user *u, const char *password,
			    struct id *ret)
{
	const char *hash;

	return auth_password_hash(s->au, s->a, u->email, password, &hash, &s->e) &&
	       auth_user_add(s->db, s->a, u, hash, NOW, ret, &s->e);
}

static inline bool user_set(struct site *s, const char *scope, const struct auth_user *u)
{
	struct auth_user before;
	AUTO_TX tx = { 0 };
	bool ok = sql_begin(s->db, &tx, &s->e) &&
		  auth_user_hold(s->db, s->a, scope, u->id, &before, &s->e) &&
		  auth_user_set(s->db, s->a, &before, u, &s->e) && sql_commit(&tx, &s->e);

	auth_user_changed(s->au);
	return ok;
}

static inline int site_open(void **state)
{
	struct site *s = calloc(1, sizeof(*s));
	struct auth_user u = {
		.publisher = "", .email = EMAIL, .name = "Mina", .role = ROLE_ADMIN
	};
	char url[96];

	crypto_start();
	strcpy(s->dir, "/tmp/leadline-auth-XXXXXX");
	if (!mkdtemp(s->dir))
		return -1;
	snprintf(url, sizeof(url), "sqlite:%s/t.db", s->dir);
	s->a = arena_new("test", 64 * 1024 * 1024);
	s->au = auth_new();
	if (!sql_open(url, SQL_DURABLE, &s->db, &s->e) ||
	    !sql_migrate(s->db, store_migrations, store_migration_count, NULL, &s->e) ||
	    !publisher_add(
		    s->db,
		    &(struct publisher_add_in){ .publisher = "contoso", .name = "", .now = NOW },
		    NULL, &s->e) ||
	    !user_add(s, &u, PASSWORD, &s->admin)) {
		fprintf(stderr, "%s\n", s->e.text);
		return -1;
	}
	*state = s;
	return 0;
}

static inline int site_close(void **state)
{
	static const char *const files[] = { "t.db", "t.db-wal", "t.db-shm" };
	struct site *s = *state;
	char path[96];

	sql_close(s->db);
	auth_free(s->au);
	arena_free(s->a);
	for (size_t i = 0; i < LL_COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->dir, files[i]);
		unlink(path);
	}
	rmdir(s->dir);
	free(s);
	return 0;
}

/* The value of the cookie in a Set-Cookie header. */
static inline const char *cookie_value(struct arena *a, const char *header)
{
	const char *from = strchr(header, '=') + 1;

	return arena_strndup(a, from, strcspn(from, ";"));
}

static inline struct auth_client client_at(int64_t now_ms)
{
	return (struct auth_client){ .peer = "192.0.2.1", .now_ms = now_ms };
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, site_open, site_close)
#define FAILS(s, call, wanted)                                                                     \
	do {                                                                                       \
		(s)->e = (struct err){ 0 };                                                        \
		assert_false(call);                                                                \
		assert_string_equal((s)->e.code, wanted);                                          \
	} while (0)
