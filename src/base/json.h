/*
 * JSON in and out; base/json.c is the only file that knows the library (json-c).
 * Lenient where text is only broken: lone surrogates come as U+FFFD, \u0000 stays a NUL byte inside
 * the view (whoever takes it repairs with utf8_repair). Strict in everything else, but for what the
 * library lets through and means the same: names in single quotes, "1.", line ends inside a text.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct json; /* opaque */
enum json_kind {
	JSON_NONE = 0,
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_REAL,
	JSON_STR,
	JSON_LIST,
	JSON_OBJ
};

/* Whole text must be one value, at most LIMIT_JSON_DEPTH deep. Error names the byte. Free with
 * json_free. */
bool json_parse(struct str in, struct json **ret, struct err *e) LL_MUST;
void json_free(struct json *j); /* NULL is fine; only for what json_parse gave */
static inline void json_freep(struct json **j)
{
	json_free(*j);
	*j = NULL;
}
#define AUTO_JSON LL_CLEANUP(json_freep) struct json *

enum json_kind json_kind(const struct json *j); /* NULL is JSON_NONE */
struct str json_str(const struct json *j);      /* JSON_STR; otherwise the empty view */
int64_t json_int(const struct json *j);         /* JSON_INT and whole JSON_REAL; otherwise 0 */
bool json_is_whole(const struct json *j);       /* whether json_int() says it */
bool json_is_true(const struct json *j);
/* A scalar as text: strings as they are, numbers and true/false as written; "" otherwise. */
struct str json_scalar(struct arena *a, const struct json *j);
const struct json *json_get(const struct json *obj,
			    const char *name); /* exact case; NULL if absent */
size_t json_count(const struct json *list_or_obj);
const struct json *json_at(const struct json *list, size_t i);
/* Walks the members of an object: struct json_walk w = {0}; while (json_next(obj, &w)) … */
struct json_walk {
	const void *entry;
	bool started;
	struct str name;
	const struct json *value;
};
bool json_next(const struct json *obj, struct json_walk *w);

/* Writing: into a buf, commas and escapes are done here. Keys are static text. */
struct json_out {
	struct buf *b;
	bool comma;
};
struct json_out json_out(struct buf *b);
void json_obj(struct json_out *o, const char *key); /* key NULL inside lists and at the top */
void json_list(struct json_out *o, const char *key);
void json_end_obj(struct json_out *o);
void json_end_list(struct json_out *o);
void json_put_z(struct json_out *o, const char *key, const char *z); /* NULL writes null */
void json_put_str(struct json_out *o, const char *key, struct str s);
void json_put_int(struct json_out *o, const char *key, int64_t n);
void json_put_int_but(struct json_out *o, const char *key, int64_t n,
		      int64_t none); /* none writes null */
void json_put_bool(struct json_out *o, const char *key, bool b);
void json_put_null(struct json_out *o, const char *key);
void json_put_time(struct json_out *o, const char *key, int64_t ms); /* SQL_NULL_INT writes null */
void json_put_raw(struct json_out *o, const char *key, struct str json); /* already JSON */
struct id;
void json_put_id(struct json_out *o, const char *key, const struct id *x); /* null id writes null */
