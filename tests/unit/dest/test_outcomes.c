/*
 * tests/golden/<kind>/outcomes.txt: one answer a line, and what it means. Every row of the kind's
 * rules must be what some line meets. A line:
 *
 *     [follow] [attempt=2] [lost=1] [step=1] [stage=to] STATUS [Header: value | Header: value] BODY
 * -> OUTCOME CODE
 *
 * "follow": it answers the question for changed records, whose rows are others.
 * "settings {…}" holds for the lines behind it.
 * Blank lines and those that begin with # are for the reader. An answer without a body has none.
 */
#include "dest/dest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/hash.h"
#include "stage.h"

#define RULES_MAX 200
#define NOW       1795255205000LL

static const char *root;
static struct arena *arena;

static struct str read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = arena_alloc(arena, 256 * 1024);
	size_t n;

	if (!f)
		fail_msg("%s is missing", path);
	n = fread(text, 1, 256 * 1024 - 1, f);
	fclose(f);
	return (struct str){ text, n };
}

static struct str cut_at(struct str *rest, const char *mark)
{
	const char *at = memmem(rest->p, rest->n, mark, strlen(mark));
	struct str before = *rest;

	if (!at) {
		rest->n = 0;
		return before;
	}
	before.n = (size_t)(at - rest->p);
	*rest = str_from(*rest, before.n + strlen(mark));
	return before;
}

static void take_headers(struct str list, struct net_reply *r)
{
	struct str one;

	while (str_split(&list, '|', &one)) {
		size_t colon = str_find(one, ':');

		r->headers[r->header_count++] =
			(struct net_header){ str_dup(arena, str_trim(str_upto(one, colon))),
					     str_dup(arena, str_trim(str_from(one, colon + 1))) };
	}
}

struct line {
	bool follow;
	int64_t attempt, lost, step;
	struct net_reply reply;
	struct str outcome, code;
};

/* "name=3 " in front of the rest. */
static void take_number(struct str *left, const char *name, int64_t *ret)
{
	struct str number;

	if (!str_starts(*left, name))
		return;
	*left = str_from(*left, strlen(name));
	number = cut_at(left, " ");
	assert_true(str_int(number, ret));
}

static void read_line(struct str text, struct line *ret)
{
	struct str left = cut_at(&text, " -> "), number;
	int64_t status;

	*ret = (struct line){ .attempt = 1, .reply = { .body_sent = true, .retry_after_ms = -1 } };
	left = str_trim(left);
	ret->follow = str_starts(left, "follow ");
	if (ret->follow)
		left = str_from(left, 7);
	take_number(&left, "attempt=", &ret->attempt);
	take_number(&left, "lost=", &ret->lost);
	take_number(&left, "step=", &ret->step);
	if (str_starts(left, "stage=")) {
		left = str_from(left, 6);
		ret->reply.stage = stage_named(cut_at(&left, " "));
	}
	number = cut_at(&left, " ");
	if (!str_int(number, &status))
		fail_msg("\"" STR_FMT "\" is no status", STR_ARG(number));
	ret->reply.status = (int)status;
	left = str_trim(left);
	if (str_starts(left, "[") && !str_starts(left, "[{")) {
		left = str_from(left, 1);
		take_headers(cut_at(&left, "]"), &ret->reply);
	}
	ret->reply.body = str_trim(left);
	text = str_trim(text);
	ret->outcome = cut_at(&text, " ");
	ret->code = str_trim(text);
}

static const struct dest_rule *rules_of(const struct dest_driver *d, bool follow)
{
	return follow ? d->follow->rules : d->rules;
}

static const struct dest_rule *row_met(const struct dest_driver *d, const struct dest_call *c,
				       const struct net_reply *r)
{
	struct dest_outcome o = { .retry_after_ms = -1 };
	const struct dest_rule *rule = rules_of(d, c->purpose == DEST_FOLLOW);
	const char *code = NULL;

	if (d->read_reply)
		d->read_reply(c, r, &code, &o);
	for (; rule->outcome != OUTCOME_NONE; rule++)
		if (r->status >= rule->from && r->status <= rule->to &&
		    (!rule->code || (code && strcmp(code, rule->code) == 0)))
			return rule;
	return NULL;
}

static void take_settings(const struct dest_driver *d, struct str text, void *settings)
{
	struct field_problems p = { 0 };
	AUTO_JSON j = NULL;
	struct err e = { 0 };

	if (!json_parse(text, &j, &e))
		fail_msg("%s: settings: %s", d->kind, e.text);
	if (!dest_settings_decode(arena, d, j, false, settings, &p))
		fail_msg("%s: settings: %s", d->kind, p.e[0].text);
}

static void run_line(const struct dest_driver *d, const void *settings, struct str text,
		     bool met[2][RULES_MAX])
{
	struct dest_lead lead = { .lead_id = id_new(NOW), .received_at = NOW };
	struct dest_token token = { "golden-token", NULL, INT64_MAX };
	struct dest_call c = {
		.arena = arena, .settings = settings, .lead = &lead, .token = &token, .now_ms = NOW
	};
	const struct dest_rule *rule;
	struct dest_outcome o;
	struct line line;

	read_line(text, &line);
	if (line.follow && !d->follow)
		fail_msg("%s: records of it are not read back", d->kind);
	c.purpose = line.follow ? DEST_FOLLOW : DEST_DELIVER;
	c.attempt = (int)line.attempt;
	c.lost = line.lost != 0;
	c.step = (int)line.step;
	dest_classify(d, &c, &line.reply, &o);
	if (!str_eq_z(line.outcome, outcome_text(o.outcome)) || !str_eq_z(line.code, o.code))
		fail_msg("%s: " STR_FMT "\nis %s %s", d->kind, STR_ARG(text),
			 outcome_text(o.outcome), o.code);
	rule = row_met(d, &c, &line.reply);
	if (rule)
		met[line.follow][rule - rules_of(d, line.follow)] = true;
}

static void expect_all_met(const struct dest_driver *d, bool follow, const bool met[RULES_MAX])
{
	const struct dest_rule *rules = rules_of(d, follow);

	for (const struct dest_rule *r = rules; r->outcome != OUTCOME_NONE; r++)
		if (!met[r - rules])
			fail_msg("%s: no line meets the row %d to %d, %s, %s", d->kind, r->from,
				 r->to, r->code ? r->code : "any code", r->token);
}

static void every_row_is_met_and_means_what_is_written(void **state)
{
	(void)state;
	for (const struct dest_driver *const *d = dest_drivers; *d; d++) {
		struct str rest = read_file(
				   arena_printf(arena, "%s/%s/outcomes.txt", root, (*d)->kind)),
			   line;
		void *settings = dest_settings_new(arena, *d);
		bool met[2][RULES_MAX] = { { false } };

		while (str_split(&rest, '\n', &line))
			if (str_starts(line, "settings "))
				take_settings(*d, str_from(line, 9), settings);
			else if (str_trim(line).n && line.p[0] != '#')
				run_line(*d, settings, line, met);
		expect_all_met(*d, false, met[0]);
		if ((*d)->follow)
			expect_all_met(*d, true, met[1]);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_met_and_means_what_is_written),
	};
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	root = argv[1];
	crypto_start();
	arena = arena_new("test", 64 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
