#include "base/field.h"

#include <stdio.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"

#define TEXT_MAX_DEFAULT 2048
#define LIST_MAX         64

static void *member(const struct field *f, void *into)
{
	return (char *)into + f->off;
}

static void put_text(const struct field *f, void *into, const char *text)
{
	*(const char **)member(f, into) = text;
}

static const char *get_text(const struct field *f, const void *from)
{
	return *(const char *const *)((const char *)from + f->off);
}

static size_t characters(struct str s)
{
	uint32_t cp;
	size_t n = 0;

	for (; s.n; n++)
		s = str_from(s, utf8_next(s, &cp));
	return n;
}

static bool is_text(struct str text)
{
	return utf8_valid(text) && (!text.n || !memchr(text.p, 0, text.n));
}

static bool not_text(const struct field *f, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "field.text", f->name, "%s must be valid UTF-8 text.",
			 f->name);
}

static bool check_length(const struct field *f, struct str text, struct err *e)
{
	int64_t max = f->max ? f->max : TEXT_MAX_DEFAULT;
	int64_t n;

	if (!is_text(text))
		return not_text(f, e);
	n = (int64_t)characters(text);
	if (n < f->min)
		return ERR_FIELD(e, ERR_INPUT, "field.too-short", f->name,
				 "%s must have at least %lld characters.", f->name,
				 (long long)f->min);
	if (n > max)
		return ERR_FIELD(e, ERR_INPUT, "field.too-long", f->name,
				 "%s must have at most %lld characters.", f->name, (long long)max);
	return true;
}

static bool check_choice(const struct field *f, struct str text, const char **ret, struct err *e)
{
	char all[160] = "";
	size_t at = 0;

	for (const char *const *c = f->choices; *c; c++) {
		int n;

		if (str_eq_z(text, *c)) {
			*ret = *c;
			return true;
		}
		n = snprintf(all + at, sizeof(all) - at, "%s%s", at ? ", " : "", *c);
		at = n < 0 || at + (size_t)n >= sizeof(all) ? sizeof(all) - 1 : at + (size_t)n;
	}
	return ERR_FIELD(e, ERR_INPUT, "field.choice", f->name, "%s must be one of: %s.", f->name,
			 all);
}

static bool check_url(const struct field *f, struct str text, struct err *e)
{
	size_t scheme = str_istarts(text, "https://")  ? STR("https://").n
			: str_istarts(text, "http://") ? STR("http://").n
						       : 0;

	if (!scheme || text.n == scheme || str_find(text, ' ') != text.n)
		return ERR_FIELD(e, ERR_INPUT, "field.url", f->name,
				 "%s must be a URL that begins with https:// (or http://).",
				 f->name);
	return true;
}

static bool check_email(const struct field *f, struct str text, struct err *e)
{
	size_t at = str_find(text, '@');

	if (at == 0 || at + 1 >= text.n ||
	    str_find(str_from(text, at + 1), '@') != text.n - at - 1 ||
	    str_find(text, ' ') != text.n)
		return ERR_FIELD(e, ERR_INPUT, "field.email", f->name,
				 "%s must be an e-mail address such as ana@example.com.", f->name);
	return true;
}

static bool set_int(const struct field *f, int64_t n, void *into, struct err *e)
{
	if (f->min | f->max ? n < f->min || n > f->max : false)
		return ERR_FIELD(e, ERR_INPUT, "field.range", f->name,
				 "%s must be from %lld to %lld.", f->name, (long long)f->min,
				 (long long)f->max);
	*(int64_t *)member(f, into) = n;
	return true;
}

static bool set_bool_text(const struct field *f, struct str text, void *into, struct err *e)
{
	bool yes = str_ieq_z(text, "true") || str_ieq_z(text, "yes") || str_eq_z(text, "1");

	if (!yes && !str_ieq_z(text, "false") && !str_ieq_z(text, "no") && !str_eq_z(text, "0"))
		return ERR_FIELD(e, ERR_INPUT, "field.bool", f->name, "%s must be true or false.",
				 f->name);
	*(bool *)member(f, into) = yes;
	return true;
}

static bool set_strs(struct arena *a, const struct field *f, struct str text, void *into,
		     struct err *e)
{
	int64_t max = f->max ? f->max : LIST_MAX;
	const char **list = ARENA_ARRAY(a, const char *, (size_t)max + 1);
	struct str piece;
	int64_t n = 0;

	while (str_split(&text, ',', &piece)) {
		piece = str_trim(piece);
		if (!piece.n)
			continue;
		if (n == max)
			return ERR_FIELD(e, ERR_INPUT, "field.too-many", f->name,
					 "%s must have at most %lld entries.", f->name,
					 (long long)max);
		list[n++] = str_dup(a, piece);
	}
	*(const char *const **)member(f, into) = list;
	return true;
}

static bool set_str(struct arena *a, const struct field *f, struct str text, void *into,
		    struct err *e)
{
	if (!check_length(f, text, e))
		return false;
	put_text(f, into, str_dup(a, text));
	return true;
}

bool field_set_text(struct arena *a, const struct field *f, struct str text, void *into,
		    struct err *e)
{
	const char *choice = NULL;
	int64_t n;
	struct id x;

	switch (f->type) {
	case FIELD_STR: return set_str(a, f, text, into, e);
	case FIELD_URL: return check_url(f, text, e) && set_str(a, f, text, into, e);
	case FIELD_EMAIL: return check_email(f, text, e) && set_str(a, f, text, into, e);
	case FIELD_BOOL: return set_bool_text(f, text, into, e);
	case FIELD_STRS: return set_strs(a, f, text, into, e);
	case FIELD_CHOICE:
		if (!check_choice(f, text, &choice, e))
			return false;
		put_text(f, into, choice);
		return true;
	case FIELD_INT:
		if (!str_int(str_trim(text), &n))
			return ERR_FIELD(e, ERR_INPUT, "field.int", f->name,
					 "%s must be a whole number.", f->name);
		return set_int(f, n, into, e);
	case FIELD_TIME:
		if (!clock_parse(str_dup(a, text), &n))
			return ERR_FIELD(e, ERR_INPUT, "field.time", f->name,
					 "%s must be a time such as 2026-11-21T10:00:00Z.",
					 f->name);
		*(int64_t *)member(f, into) = n;
		return true;
	case FIELD_ID:
		if (!id_parse(text, &x))
			return ERR_FIELD(e, ERR_INPUT, "field.id", f->name,
					 "%s must be an id (a UUID).", f->name);
		*(struct id *)member(f, into) = x;
		return true;
	case FIELD_OBJ:
		return ERR_FIELD(e, ERR_INPUT, "field.object", f->name, "%s must be a JSON object.",
				 f->name);
	}
	return false;
}

const struct field *field_find(const struct field *t, struct str name)
{
	for (; t->name; t++)
		if (str_eq_z(name, t->name))
			return t;
	return NULL;
}

void field_defaults(struct arena *a, const struct field *t, void *into)
{
	struct err e;

	for (; t->name; t++) {
		if (t->def) {
			if (!field_set_text(a, t, str_of(t->def), into, &e))
				BUG("default of %s: %s", t->name, e.text);
		} else if (t->type == FIELD_INT || t->type == FIELD_TIME) {
			*(int64_t *)member(t, into) = FIELD_NO_INT;
		}
	}
}

static bool wrong_type(const struct field *f, const char *want, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "field.type", f->name, "%s must be %s.", f->name, want);
}

static bool set_list(struct arena *a, const struct field *f, const struct json *v, void *into,
		     struct err *e)
{
	size_t max = f->max ? (size_t)f->max : LIST_MAX, n = json_count(v);
	const char **list;

	if (json_kind(v) != JSON_LIST)
		return wrong_type(f, "a list of strings", e);
	if (n > max)
		return ERR_FIELD(e, ERR_INPUT, "field.too-many", f->name,
				 "%s must have at most %zu entries.", f->name, max);
	list = ARENA_ARRAY(a, const char *, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (json_kind(json_at(v, i)) != JSON_STR)
			return wrong_type(f, "a list of strings", e);
		if (!is_text(json_str(json_at(v, i))))
			return not_text(f, e);
		list[i] = str_dup(a, json_str(json_at(v, i)));
	}
	*(const char *const **)member(f, into) = list;
	return true;
}

/* null takes a value away: back to its default, or to absent. */
static bool set_null(struct arena *a, const struct field *f, void *into, struct err *e)
{
	const struct field one[] = { *f, F_END };

	if (f->flags & FIELD_REQUIRED)
		return ERR_FIELD(e, ERR_INPUT, "field.required", f->name, "%s is required.",
				 f->name);
	if (f->type == FIELD_ID)
		*(struct id *)member(f, into) = (struct id){ { 0 } };
	else if (f->type == FIELD_BOOL)
		*(bool *)member(f, into) = false;
	else if (f->type != FIELD_INT && f->type != FIELD_TIME)
		put_text(f, into, NULL);
	field_defaults(a, one, into);
	return true;
}

static bool set_json(struct arena *a, const struct field *f, const struct json *v, void *into,
		     struct err *e)
{
	/* json-c gives a JSON null as no object at all. */
	if (json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL)
		return set_null(a, f, into, e);
	switch (f->type) {
	case FIELD_STR:
	case FIELD_CHOICE:
	case FIELD_URL:
	case FIELD_EMAIL:
	case FIELD_TIME:
	case FIELD_ID:
		return json_kind(v) == JSON_STR ? field_set_text(a, f, json_str(v), into, e)
						: wrong_type(f, "a string", e);
	case FIELD_INT:
		if (!json_is_whole(v))
			return wrong_type(f, "a whole number", e);
		return set_int(f, json_int(v), into, e);
	case FIELD_BOOL:
		if (json_kind(v) != JSON_BOOL)
			return wrong_type(f, "true or false", e);
		*(bool *)member(f, into) = json_is_true(v);
		return true;
	case FIELD_STRS: return set_list(a, f, v, into, e);
	case FIELD_OBJ:
		if (json_kind(v) != (f->flags & FIELD_LISTED ? JSON_LIST : JSON_OBJ))
			return wrong_type(f, f->flags & FIELD_LISTED ? "a list" : "an object", e);
		*(const struct json **)member(f, into) = v;
		return true;
	}
	return false;
}

static struct err *next_problem(struct field_problems *p)
{
	static _Thread_local struct err spill;

	return p->n < FIELD_MAX_PROBLEMS ? &p->e[p->n++] : &spill;
}

static bool present(const struct json *in, const struct field *f)
{
	struct json_walk w = { 0 };

	while (json_next(in, &w))
		if (str_eq_z(w.name, f->name))
			return true;
	return false;
}

bool field_decode(struct arena *a, const struct field *t, const struct json *in, bool partial,
		  void *into, struct field_problems *p)
{
	struct json_walk w = { 0 };
	size_t before = p->n;

	if (json_kind(in) != JSON_OBJ) {
		ERR(next_problem(p), ERR_INPUT, "body.object", "The body must be a JSON object.");
		return false;
	}
	while (json_next(in, &w)) {
		const struct field *f = field_find(t, w.name);
		struct err e;

		if (!f) {
			char name[64];

			snprintf(name, sizeof(name), STR_FMT, STR_ARG(utf8_cut(w.name, 60)));
			ERR_FIELD(next_problem(p), ERR_INPUT, "field.unknown", name,
				  "%s is not a known field: remove it or mend its spelling.", name);
		} else if (!set_json(a, f, w.value, into, &e)) {
			*next_problem(p) = e;
		}
	}
	for (const struct field *f = t; f->name && !partial; f++)
		if ((f->flags & FIELD_REQUIRED) && !present(in, f))
			ERR_FIELD(next_problem(p), ERR_INPUT, "field.required", f->name,
				  "%s is required.", f->name);
	return p->n == before;
}

static void encode_text(const struct field *f, const char *text, bool reveal, struct json_out *o)
{
	if (!(f->flags & FIELD_SECRET) || reveal) {
		json_put_z(o, f->name, text);
		return;
	}
	json_obj(o, f->name);
	json_put_bool(o, "set", text != NULL && *text);
	json_end_obj(o);
}

static void encode_list(const struct field *f, const void *from, struct json_out *o)
{
	const char *const *list = *(const char *const *const *)((const char *)from + f->off);

	json_list(o, f->name);
	for (; list && *list; list++)
		json_put_z(o, NULL, *list);
	json_end_list(o);
}

void field_encode(const struct field *t, const void *from, bool reveal, struct json_out *o)
{
	for (const struct field *f = t; f->name; f++) {
		const char *at = (const char *)from + f->off;

		switch (f->type) {
		case FIELD_STR:
		case FIELD_CHOICE:
		case FIELD_URL:
		case FIELD_EMAIL: encode_text(f, get_text(f, from), reveal, o); break;
		case FIELD_INT:
			if (*(const int64_t *)(const void *)at == FIELD_NO_INT)
				json_put_null(o, f->name);
			else
				json_put_int(o, f->name, *(const int64_t *)(const void *)at);
			break;
		case FIELD_TIME:
			json_put_time(o, f->name, *(const int64_t *)(const void *)at);
			break;
		case FIELD_BOOL: json_put_bool(o, f->name, *(const bool *)at); break;
		case FIELD_ID: json_put_id(o, f->name, (const struct id *)(const void *)at); break;
		case FIELD_STRS: encode_list(f, from, o); break;
		case FIELD_OBJ: break; /* only ever taken in */
		}
	}
}
