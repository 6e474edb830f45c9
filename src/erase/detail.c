/* What an entry of the timeline says besides words. */
#include <string.h>
#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "erase/erase.h"

#define DEEP 8 /* what is deeper is left out */

/* Members whose texts are codes or ids. Any other text goes. */
static const char *const codes[] = { "event",  "status",  "substatus", "reason",      "outcome",
				     "undoes", "author",  "field",     "destination", "kind",
				     "stage",  "process", "standing",  "currency",    "rule",
				     "item",   "id",      "key",       "conflict",    "dueAt",
				     "endsAt", "at",      "task",      "meeting",     "entry",
				     NULL };

/* Owners are colleagues, and no part of what is erased. */
static bool is_kept(const char *type, const char *name)
{
	if (!name)
		return false;
	if (!strcmp(type, "owner") && (!strcmp(name, "from") || !strcmp(name, "to")))
		return true;
	if (!strcmp(type, "assigned")) /* rules, teams and colleagues */
		return strcmp(name, "country") != 0;
	for (const char *const *c = codes; *c; c++)
		if (!strcmp(*c, name))
			return true;
	return false;
}

struct keeping {
	struct arena *a;
	struct json_out *o;
	const char *type; /* of the entry */
};

static void keep(const struct keeping *k, const char *key, const struct json *j, unsigned depth);

static void keep_members(const struct keeping *k, const struct json *j, unsigned depth)
{
	struct json_walk w = { 0 };

	while (json_next(j, &w))
		keep(k, str_dup(k->a, w.name), w.value, depth + 1);
}

static void keep(const struct keeping *k, const char *key, const struct json *j, unsigned depth)
{
	switch (depth > DEEP ? JSON_NULL : json_kind(j)) {
	case JSON_OBJ:
		json_obj(k->o, key);
		keep_members(k, j, depth);
		json_end_obj(k->o);
		return;
	case JSON_LIST:
		json_list(k->o, key);
		for (size_t i = 0; i < json_count(j); i++)
			keep(k, NULL, json_at(j, i), depth + 1);
		json_end_list(k->o);
		return;
	case JSON_STR:
		if (is_kept(k->type, key))
			json_put_str(k->o, key, json_str(j));
		else
			json_put_null(k->o, key);
		return;
	case JSON_INT: json_put_int(k->o, key, json_int(j)); return;
	case JSON_BOOL: json_put_bool(k->o, key, json_is_true(j)); return;
	case JSON_NONE:
	case JSON_NULL:
	case JSON_REAL: json_put_null(k->o, key); return;
	}
}

bool erase_detail(struct arena *a, const char *type, struct str detail, const char **ret,
		  struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	struct json_out o = json_out(&b);
	struct keeping k = { a, &o, type };
	AUTO_JSON j = NULL;

	if (!json_parse(detail, &j, e))
		return false;
	json_obj(&o, NULL);
	keep_members(&k, j, 0);
	json_put_bool(&o, "erased", true);
	json_end_obj(&o);
	*ret = arena_strndup(a, b.p, b.n);
	return true;
}
