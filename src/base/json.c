#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <pthread.h>
#include <json-c/json.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/utf8.h"

/* struct json is json-c's object under another name: only this file casts. */
static struct json_object *in(const struct json *j)
{
	union {
		const struct json *c;
		struct json_object *o;
	} u = { .c = j };

	return u.o;
}

static struct json *out(struct json_object *o)
{
	return (struct json *)o;
}

static pthread_key_t parser_key;
static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void free_parser(void *t)
{
	json_tokener_free(t);
}

static void make_key(void)
{
	if (pthread_key_create(&parser_key, free_parser))
		BUG("no key for the JSON parsers");
}

/* One parser per thread, freed with it: making one costs more than a lead's text. */
static struct json_tokener *parser(void)
{
	static _Thread_local struct json_tokener *t;

	if (!t) {
		t = json_tokener_new_ex(LIMIT_JSON_DEPTH);
		if (!t)
			BUG("out of memory for the JSON parser");
		pthread_once(&parser_once, make_key);
		pthread_setspecific(parser_key, t);
	}
	json_tokener_reset(t);
	return t;
}

static bool only_blanks(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			return false;
	return true;
}

bool json_parse(struct str text, struct json **ret, struct err *e)
{
	struct json_tokener *t = parser();
	struct json_object *o;
	enum json_tokener_error why;
	size_t end;

	if (text.n > LIMIT_BODY_MAX)
		return ERR(e, ERR_TOO_LARGE, "json.too-large",
			   "The JSON text is longer than %d bytes.", LIMIT_BODY_MAX);
	if (only_blanks(text))
		return ERR(e, ERR_INPUT, "json.empty", "There is no JSON: the text is empty.");
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	o = json_tokener_parse_ex(t, text.p, (int)text.n);
	why = json_tokener_get_error(t);
	if (why == json_tokener_continue) {
		/* A bare number ends only with a byte behind it. */
		o = json_tokener_parse_ex(t, "\n", 1);
		why = json_tokener_get_error(t);
		end = text.n;
	} else {
		end = json_tokener_get_parse_end(t);
	}
	if (why == json_tokener_success && !o && !only_blanks(str_from(text, end)))
		why = json_tokener_error_parse_unexpected;
	if (why != json_tokener_success)
		return ERR(e, ERR_INPUT, "json.invalid", "Not valid JSON at byte %zu: %s.", end,
			   why == json_tokener_continue ? "the text ends too early"
							: json_tokener_error_desc(why));
	if (!only_blanks(str_from(text, end))) {
		json_object_put(o);
		return ERR(e, ERR_INPUT, "json.trailing",
			   "There is more text behind the JSON, at byte %zu.", end);
	}
	*ret = out(o ? o : json_object_new_null());
	return true;
}

void json_free(struct json *j)
{
	json_object_put(in(j));
}

enum json_kind json_kind(const struct json *j)
{
	if (!j)
		return JSON_NONE;
	switch (json_object_get_type(in(j))) {
	case json_type_null: return JSON_NULL;
	case json_type_boolean: return JSON_BOOL;
	case json_type_int: return JSON_INT;
	case json_type_double: return JSON_REAL;
	case json_type_string: return JSON_STR;
	case json_type_array: return JSON_LIST;
	case json_type_object: return JSON_OBJ;
	}
	return JSON_NONE;
}

struct str json_str(const struct json *j)
{
	if (json_kind(j) != JSON_STR)
		return STR("");
	return (struct str){ json_object_get_string(in(j)),
			     (size_t)json_object_get_string_len(in(j)) };
}

bool json_is_whole(const struct json *j)
{
	double d;

	if (json_kind(j) != JSON_REAL)
		return json_kind(j) == JSON_INT;
	d = json_object_get_double(in(j));
	return fabs(d) < 9e15 && d == floor(d);
}

int64_t json_int(const struct json *j)
{
	if (!json_is_whole(j))
		return 0;
	return json_kind(j) == JSON_INT ? json_object_get_int64(in(j))
					: (int64_t)json_object_get_double(in(j));
}

bool json_is_true(const struct json *j)
{
	return json_kind(j) == JSON_BOOL && json_object_get_boolean(in(j));
}

struct str json_scalar(struct arena *a, const struct json *j)
{
	switch (json_kind(j)) {
	case JSON_STR: return json_str(j);
	case JSON_INT:
	case JSON_REAL:
	case JSON_BOOL: return str_of(arena_strdup(a, json_object_to_json_string(in(j))));
	case JSON_NONE:
	case JSON_NULL:
	case JSON_LIST:
	case JSON_OBJ: return STR("");
	}
	return STR("");
}

const struct json *json_get(const struct json *obj, const char *name)
{
	struct json_object *v;

	if (json_kind(obj) != JSON_OBJ || !json_object_object_get_ex(in(obj), name, &v))
		return NULL;
	return out(v);
}

size_t json_count(const struct json *j)
{
	if (json_kind(j) == JSON_LIST)
		return json_object_array_length(in(j));
	return json_kind(j) == JSON_OBJ ? (size_t)json_object_object_length(in(j)) : 0;
}

const struct json *json_at(const struct json *list, size_t i)
{
	return json_kind(list) == JSON_LIST ? out(json_object_array_get_idx(in(list), i)) : NULL;
}

bool json_next(const struct json *obj, struct json_walk *w)
{
	struct lh_entry *entry;

	if (json_kind(obj) != JSON_OBJ)
		return false;
	if (!w->started)
		entry = lh_table_head(json_object_get_object(in(obj)));
	else
		entry = lh_entry_next((const struct lh_entry *)w->entry);
	w->started = true;
	if (!entry)
		return false;
	w->entry = entry;
	w->name = str_of((const char *)lh_entry_k(entry));
	w->value = (const struct json *)lh_entry_v(entry);
	return true;
}

struct json_out json_out(struct buf *b)
{
	return (struct json_out){ .b = b };
}

static void escape(struct buf *b, struct str s)
{
	size_t from = 0;

	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F)
			continue;
		buf_add(b, s.p + from, i - from);
		from = i + 1;
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c == '\n')
			buf_z(b, "\\n");
		else
			buf_printf(b, "\\u%04x", c);
	}
	buf_add(b, s.p + from, s.n - from);
	buf_byte(b, '"');
}

static void lead_in(struct json_out *o, const char *key)
{
	if (o->comma)
		buf_byte(o->b, ',');
	o->comma = true;
	if (!key)
		return;
	escape(o->b, str_of(key));
	buf_byte(o->b, ':');
}

static void open_with(struct json_out *o, const char *key, char c)
{
	lead_in(o, key);
	buf_byte(o->b, c);
	o->comma = false;
}

static void close_with(struct json_out *o, char c)
{
	buf_byte(o->b, c);
	o->comma = true;
}

void json_obj(struct json_out *o, const char *key)
{
	open_with(o, key, '{');
}

void json_list(struct json_out *o, const char *key)
{
	open_with(o, key, '[');
}

void json_end_obj(struct json_out *o)
{
	close_with(o, '}');
}

void json_end_list(struct json_out *o)
{
	close_with(o, ']');
}

void json_put_str(struct json_out *o, const char *key, struct str s)
{
	lead_in(o, key);
	escape(o->b, s);
}

void json_put_z(struct json_out *o, const char *key, const char *z)
{
	if (z)
		json_put_str(o, key, str_of(z));
	else
		json_put_null(o, key);
}

void json_put_int(struct json_out *o, const char *key, int64_t n)
{
	lead_in(o, key);
	buf_int(o->b, n);
}

void json_put_int_but(struct json_out *o, const char *key, int64_t n, int64_t none)
{
	if (n == none)
		json_put_null(o, key);
	else
		json_put_int(o, key, n);
}

void json_put_bool(struct json_out *o, const char *key, bool b)
{
	lead_in(o, key);
	buf_z(o->b, b ? "true" : "false");
}

void json_put_null(struct json_out *o, const char *key)
{
	lead_in(o, key);
	buf_z(o->b, "null");
}

void json_put_time(struct json_out *o, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT];

	if (ms == INT64_MIN)
		json_put_null(o, key);
	else
		json_put_z(o, key, clock_text(ms, text));
}

void json_put_raw(struct json_out *o, const char *key, struct str json)
{
	lead_in(o, key);
	buf_str(o->b, json);
}

void json_put_id(struct json_out *o, const char *key, const struct id *x)
{
	char text[ID_TEXT];

	if (id_is_null(*x))
		json_put_null(o, key);
	else
		json_put_z(o, key, id_text(*x, text));
}
