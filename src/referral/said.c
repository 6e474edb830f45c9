/*
 * What a new referral says, value by value. Of most of it nothing is made, so that it may be
 * anything: a path is written in one place and copied for what is kept alone (and for names that
 * are no UTF-8, which are repaired), since a body has room for very many values that are none, and
 * for very long names.
 */
#include "referral/said.h"

#include <stdio.h>
#include "base/limits.h"
#include "base/utf8.h"

#define PATH_SIZE 512

struct saying {
	struct arena *a;
	struct referral_new *x;
	struct err *e;
	char path[PATH_SIZE]; /* of the value at hand */
};

bool referral_refuse(const char *code, const char *path, const char *what, struct err *e)
{
	struct str shown = str_upto(str_of(path), sizeof(e->field) - 1);
	char target[sizeof(e->field)];

	memcpy(target, shown.p, shown.n);
	target[shown.n] = 0;
	return ERR_FIELD(e, ERR_INPUT, code, target, "%s", what);
}

static bool too_long(struct saying *s, const char *what)
{
	return referral_refuse("referral.length", s->path, what, s->e);
}

static bool say_value(struct saying *s, struct str text)
{
	if (text.n > LIMIT_TEXT)
		return too_long(s, "The text is too long.");
	if (s->x->said_n == REFERRAL_SAID_MAX)
		return too_long(s, "These are more values than one lead has.");
	s->x->said[s->x->said_n++] =
		(struct referral_said){ str_of(arena_strdup(s->a, s->path + 1)), text };
	return true;
}

/* Behind the first n bytes of the path: "/name". */
static bool go_below(struct saying *s, size_t n, const char *name, size_t *ret)
{
	size_t m = strlen(name);

	if (m >= sizeof(s->path) - n - 1)
		return too_long(s, "The names below this are too long: leave them out.");
	s->path[n] = '/';
	memcpy(s->path + n + 1, name, m + 1);
	*ret = n + 1 + m;
	return true;
}

/* What is at the first n bytes of the path. */
static bool say_at(struct saying *s, size_t n, const struct json *v)
{
	struct json_walk w = { 0 };
	char index[24];
	bool changed;
	size_t m;

	for (size_t i = 0; json_kind(v) == JSON_LIST && i < json_count(v); i++) {
		snprintf(index, sizeof(index), "%zu", i);
		if (!go_below(s, n, index, &m) || !say_at(s, m, json_at(v, i)))
			return false;
		s->path[n] = 0;
	}
	while (json_kind(v) == JSON_OBJ && json_next(v, &w)) {
		if (!go_below(s, n, utf8_repair(s->a, w.name, &changed), &m) ||
		    !say_at(s, m, w.value))
			return false;
		s->path[n] = 0;
	}
	return json_kind(v) == JSON_LIST || json_kind(v) == JSON_OBJ || json_kind(v) == JSON_NULL ||
	       json_kind(v) == JSON_NONE || say_value(s, json_scalar(s->a, v));
}

bool referral_say(struct arena *a, const char *path, const struct json *v, struct referral_new *x,
		  struct err *e)
{
	struct saying s = { .a = a, .x = x, .e = e };
	size_t n = strlen(path);

	memcpy(s.path, path, n + 1);
	return say_at(&s, n, v);
}
