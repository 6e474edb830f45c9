/*
 * PUT, the original's older way to change: the whole resource as it is to be. What differs from
 * what is there is made a patch of; so it knows what can be changed, and how, from the same place.
 */
#include "base/limits.h"
#include "referral/parts.h"

struct replacing {
	struct json_out o; /* of the patch */
	struct err *e;
};

static const char *const changeable[] = {
	"/campaignId",       "/details/closingDateTime",
	"/details/currency", "/details/dealValue",
	"/details/notes",    "/externalReferenceId",
	"/favorite",         "/name",
	"/quality",          "/status",
	"/statusReason",     "/substatus",
};

static bool refuse(struct replacing *r, const char *path, const char *what)
{
	struct str shown = str_upto(str_of(path), sizeof(r->e->field) - 1);
	char target[sizeof(r->e->field)];

	memcpy(target, shown.p, shown.n);
	target[shown.n] = 0;
	return ERR_FIELD(r->e, ERR_INPUT, "patch.path", target, "%s", what);
}

static bool is_null(const struct json *j)
{
	return json_kind(j) == JSON_NULL || json_kind(j) == JSON_NONE;
}

static bool same_scalar(struct arena *a, const struct json *x, const struct json *y)
{
	return json_kind(x) == json_kind(y) && str_eq(json_scalar(a, x), json_scalar(a, y));
}

/* What is given of an object says all that it says; what it leaves out, nothing. */
static bool same(struct arena *a, const struct json *now, const struct json *given)
{
	struct json_walk w = { 0 };

	if (is_null(now) || is_null(given))
		return is_null(now) == is_null(given);
	if (json_kind(now) != json_kind(given))
		return false;
	if (json_kind(given) == JSON_LIST) {
		if (json_count(now) != json_count(given))
			return false;
		for (size_t i = 0; i < json_count(given); i++)
			if (!same(a, json_at(now, i), json_at(given, i)))
				return false;
		return true;
	}
	if (json_kind(given) != JSON_OBJ)
		return same_scalar(a, now, given);
	while (json_next(given, &w))
		if (!same(a, json_get(now, str_dup(a, w.name)), w.value))
			return false;
	return true;
}

static void put_value(struct arena *a, struct json_out *o, const struct json *v)
{
	struct str text = json_scalar(a, v);

	if (is_null(v))
		json_put_null(o, "value");
	else if (json_kind(v) == JSON_STR)
		json_put_str(o, "value", text);
	else
		json_put_raw(o, "value", text);
}

static bool put_change(struct arena *a, struct replacing *r, const char *path, const struct json *v)
{
	if (json_kind(v) == JSON_OBJ || json_kind(v) == JSON_LIST)
		return refuse(r, path, "Its value is no list and no object.");
	json_obj(&r->o, NULL);
	json_put_z(&r->o, "op", "replace");
	json_put_z(&r->o, "path", path);
	put_value(a, &r->o, v);
	json_end_obj(&r->o);
	return true;
}

/* One lead has one owner: another member is another owner. */
static bool put_team(struct arena *a, struct replacing *r, const struct json *now,
		     const struct json *given)
{
	const struct json *member = json_at(given, 0);

	if (same(a, now, given))
		return true;
	if (json_kind(given) != JSON_LIST || json_count(given) != 1)
		return refuse(r, "/team", "A team has one member here: who owns the lead.");
	json_obj(&r->o, NULL);
	json_put_z(&r->o, "op", "add");
	json_put_z(&r->o, "path", "/team/-");
	json_obj(&r->o, "value");
	json_put_str(&r->o, "email", json_str(json_get(member, "email")));
	json_end_obj(&r->o);
	json_end_obj(&r->o);
	return true;
}

static bool is_changeable(const char *path)
{
	for (size_t i = 0; i < LL_COUNT(changeable); i++)
		if (!strcmp(path, changeable[i]))
			return true;
	return false;
}

static bool compare(struct arena *a, struct replacing *r, const char *at, const struct json *now,
		    const struct json *given)
{
	struct json_walk w = { 0 };

	while (json_next(given, &w)) {
		const char *name = str_dup(a, w.name);
		const char *path = arena_printf(a, "%s/%s", at, name);
		const struct json *is = json_get(now, name);
		bool ok = true;

		if (!strcmp(path, "/links"))
			return refuse(r, path, "Links are left out of what is put.");
		if (!strcmp(path, "/eTag") || !strcmp(path, "/updatedDateTime"))
			continue; /* If-Match says what was seen */
		if (!strcmp(path, "/team"))
			ok = put_team(a, r, is, w.value);
		else if (is_changeable(path))
			ok = same(a, is, w.value) || put_change(a, r, path, w.value);
		else if (json_kind(is) == JSON_OBJ && json_kind(w.value) == JSON_OBJ)
			ok = compare(a, r, path, is, w.value);
		else if (!same(a, is, w.value))
			ok = refuse(
				r, path,
				"This cannot be changed here: put it as it is, or leave it out.");
		if (!ok)
			return false;
	}
	return true;
}

bool referral_replace_read(struct arena *a, const struct json *now, const struct json *given,
			   struct referral_change *ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_API_BODY * 2);
	struct replacing r = { .o = json_out(&b), .e = e };
	AUTO_JSON patch = NULL;

	if (json_kind(given) != JSON_OBJ)
		return ERR(e, ERR_INPUT, "patch.value", "What is put is a referral: an object.");
	json_list(&r.o, NULL);
	if (!compare(a, &r, "", now, given))
		return false;
	json_end_list(&r.o);
	if (!buf_ok(&b) || !json_parse(buf_view(&b), &patch, e))
		return ERR(e, ERR_TOO_LARGE, "patch.length", "That is too long.");
	if (!json_count(patch)) {
		*ret = (struct referral_change){ .favorite = -1 };
		return true;
	}
	return referral_patch_read(a, patch, ret, e);
}
