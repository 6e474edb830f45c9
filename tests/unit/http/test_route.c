/* The route table: what it must be, and what it finds. */
#include "http/route.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static bool answer(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)rq;
	(void)in;
	(void)reply;
	(void)e;
	return true;
}
static void batch(void *ctx, struct http_request **rqs, struct http_reply *replies, size_t n)
{
	(void)ctx;
	(void)rqs;
	(void)replies;
	(void)n;
}
static bool stream(struct http_request *rq, struct http_stream *s, struct err *e)
{
	(void)rq;
	(void)s;
	(void)e;
	return true;
}

#define ROW(m, p)                                                                                  \
	{                                                                                          \
		.method = m, .path = p, .role = ROLE_VIEWER, .fn = answer, .summary = "x"          \
	}

static const struct route table[] = {
	ROW(HTTP_GET, "/"),
	ROW(HTTP_GET, "/leads"),
	ROW(HTTP_POST, "/leads"),
	ROW(HTTP_GET, "/leads/{id}"),
	ROW(HTTP_PATCH, "/leads/{id}"),
	ROW(HTTP_GET, "/leads/export"),
	ROW(HTTP_GET, "/leads/{id}/notes/{note}"),
	ROW(HTTP_GET, "/leads/export/all"),
	ROW(HTTP_GET, "/assets/{path*}"),
	{ .method = HTTP_GET,
	  .path = "/any/{x}",
	  .role = ROLE_ANYONE,
	  .flags = ROUTE_ANY_METHOD,
	  .fn = answer,
	  .summary = "x" },
	ROW(HTTP_GET, "/v1.0/engagements/referrals"),
};

static const struct {
	enum http_method method;
	const char *path, *found; /* NULL: none */
	const char *args[2];
	unsigned allowed; /* looked at when found is NULL */
} cases[] = {
	{ HTTP_GET, "/", "/", { 0 }, 0 },
	{ HTTP_HEAD, "/leads", "/leads", { 0 }, 0 },
	{ HTTP_GET, "/leads/abc", "/leads/{id}", { "abc" }, 0 },
	{ HTTP_GET, "/leads/export", "/leads/export", { 0 }, 0 },
	{ HTTP_PATCH,
	  "/leads/export",
	  "/leads/{id}",
	  { "export" },
	  0 }, /* the literal has no PATCH */
	{ HTTP_GET,
	  "/leads/export/notes/7",
	  "/leads/{id}/notes/{note}",
	  { "export", "7" },
	  0 }, /* back and up */
	{ HTTP_GET, "/leads/export/all", "/leads/export/all", { 0 }, 0 },
	{ HTTP_GET, "/leads/a%2Fb", "/leads/{id}", { "a%2Fb" }, 0 },
	{ HTTP_GET, "/assets/js/main.js", "/assets/{path*}", { "js/main.js" }, 0 },
	{ HTTP_DELETE, "/any/thing", "/any/{x}", { "thing" }, 0 },
	{ HTTP_OTHER, "/any/thing", "/any/{x}", { "thing" }, 0 },
	{ HTTP_GET, "/v1.0/engagements/referrals", "/v1.0/engagements/referrals", { 0 }, 0 },
	{ HTTP_GET, "", NULL, { 0 }, 0 },
	{ HTTP_GET, "leads", NULL, { 0 }, 0 },
	{ HTTP_GET, "*", NULL, { 0 }, 0 },
	{ HTTP_GET, "/leads/", NULL, { 0 }, 0 },
	{ HTTP_GET, "//", NULL, { 0 }, 0 },
	{ HTTP_GET, "/Leads", NULL, { 0 }, 0 },
	{ HTTP_GET, "/leads/a/notes/", NULL, { 0 }, 0 },
	{ HTTP_GET, "/leads/a/notes/b/c", NULL, { 0 }, 0 },
	{ HTTP_GET, "/assets/", NULL, { 0 }, 0 },
	{ HTTP_GET, "/assets", NULL, { 0 }, 0 },
	{ HTTP_DELETE, "/leads", NULL, { 0 }, 1U << HTTP_GET | 1U << HTTP_HEAD | 1U << HTTP_POST },
	{ HTTP_OTHER,
	  "/leads/x",
	  NULL,
	  { 0 },
	  1U << HTTP_GET | 1U << HTTP_HEAD | 1U << HTTP_PATCH },
};

static void finds(void **state)
{
	AUTO_ARENA a = arena_new("test", 1024 * 1024);
	struct routes *r = routes_compile(a, table, LL_COUNT(table));

	(void)state;
	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		struct route_match m = routes_match(r, cases[i].method, str_of(cases[i].path));
		size_t args = 0;

		if (!cases[i].found) {
			assert_null(m.route);
			assert_int_equal(m.allowed, cases[i].allowed);
			continue;
		}
		if (!m.route)
			fail_msg("%s is not found", cases[i].path);
		assert_string_equal(m.route->path, cases[i].found);
		for (; args < 2 && cases[i].args[args]; args++)
			assert_true(str_eq_z(m.args[args], cases[i].args[args]));
		assert_int_equal(m.arg_count, args);
	}
}

static void decodes(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
		bool plus;
	} texts[] = {
		{ "", "", false },
		{ "abc", "abc", false },
		{ "a%20b", "a b", false },
		{ "a+b", "a+b", false },
		{ "a+b", "a b", true },
		{ "%41%7a", "Az", false },
		{ "%e4%bd%a0", "你", false },
		{ "%", NULL, false },
		{ "%4", NULL, false },
		{ "%4g", NULL, false },
		{ "%00", NULL, false },
		{ "%ff", NULL, false },
		{ "%c0%80", NULL, false },
		{ "a%", NULL, false },
		{ "%2541", "%41", false },
		{ "%ED%A0%80", NULL, false },
	};
	AUTO_ARENA a = arena_new("test", 1024 * 1024);

	(void)state;
	for (size_t i = 0; i < LL_COUNT(texts); i++) {
		const char *got = url_decode(a, str_of(texts[i].in), texts[i].plus);

		if (!texts[i].out)
			assert_null(got);
		else
			assert_string_equal(got, texts[i].out);
	}
}

static void a_wrong_table_is_refused(void **state)
{
	static const struct {
		struct route rows[2];
		size_t n;
		const char *code;
	} wrong[] = {
		{ { { .method = HTTP_GET, .path = "/a", .fn = answer, .summary = "x" } },
		  1,
		  "route.role" },
		{ { { .method = HTTP_GET, .path = "/a", .role = ROLE_ADMIN, .fn = answer } },
		  1,
		  "route.summary" },
		{ { { .path = "/a", .role = ROLE_ADMIN, .fn = answer, .summary = "x" } },
		  1,
		  "route.method" },
		{ { { .method = HTTP_GET, .path = "/a", .role = ROLE_ADMIN, .summary = "x" } },
		  1,
		  "route.handler" },
		{ { { .method = HTTP_GET,
		      .path = "/a",
		      .role = ROLE_ADMIN,
		      .batch = batch,
		      .summary = "x" } },
		  1,
		  "route.handler" },
		{ { { .method = HTTP_GET,
		      .path = "/a",
		      .role = ROLE_ADMIN,
		      .flags = ROUTE_STREAM,
		      .fn = answer,
		      .summary = "x" } },
		  1,
		  "route.handler" },
		{ { { .method = HTTP_GET,
		      .path = "/a",
		      .role = ROLE_ADMIN,
		      .flags = ROUTE_LOOP,
		      .batch = batch,
		      .summary = "x" } },
		  1,
		  "route.loop" },
		{ { ROW(HTTP_GET, "/a"), ROW(HTTP_GET, "/a") }, 2, "route.twice" },
		{ { ROW(HTTP_GET, "/a/{x}"), ROW(HTTP_GET, "/a/{y}") }, 2, "route.twice" },
		{ { ROW(HTTP_GET, "a") }, 1, "route.path" },
		{ { ROW(HTTP_GET, "/{}") }, 1, "route.path" },
		{ { ROW(HTTP_GET, "/{x") }, 1, "route.path" },
		{ { ROW(HTTP_GET, "/a{x}") }, 1, "route.path" },
		{ { ROW(HTTP_GET, "/{x*}/b") }, 1, "route.path" },
		{ { ROW(HTTP_GET, "/{a}/{b}/{c}/{d}/{e}") }, 1, "route.path" },
	};
	static const struct route good[] = {
		{ .method = HTTP_GET,
		  .path = "/e",
		  .role = ROLE_VIEWER,
		  .flags = ROUTE_STREAM,
		  .stream = stream,
		  .summary = "x" },
		{ .method = HTTP_POST,
		  .path = "/in/{key}",
		  .role = ROLE_ANYONE,
		  .flags = ROUTE_LOOP,
		  .batch = batch,
		  .summary = "x" },
		ROW(HTTP_GET, "/a/{x}"),
		ROW(HTTP_POST, "/a/{y}"),
		ROW(HTTP_GET, "/a/b"),
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < LL_COUNT(wrong); i++) {
		e = (struct err){ 0 };
		assert_false(http_routes_check(wrong[i].rows, wrong[i].n, &e));
		assert_string_equal(e.code, wrong[i].code);
	}
	assert_true(http_routes_check(good, LL_COUNT(good), &e));
	assert_true(http_routes_check(table, LL_COUNT(table), &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(decodes),
		cmocka_unit_test(a_wrong_table_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
