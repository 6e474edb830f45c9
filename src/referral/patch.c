/* JSON Patch (RFC 6902) on a referral: replace and add alone, as the original takes it. */
#include "base/clock.h"
#include "base/limits.h"
#include "referral/parts.h"

#define OPS_MAX 50

static bool refuse(struct err *e, const char *code, struct str path, const char *what)
{
	char target[64];
	struct str shown = str_upto(path, sizeof(target) - 1);

	memcpy(target, shown.p, shown.n);
	target[shown.n] = 0;
	return ERR_FIELD(e, ERR_INPUT, code, target, "%s", what);
}

/* What a value may be. Texts and numbers alike are kept as text; null and "" mean: none any more.
 */
typedef bool take_fn(struct arena *a, struct str path, const struct json *v, const char **slot,
		     struct err *e);

static bool take_text(struct arena *a, struct str path, const struct json *v, const char **slot,
		      struct err *e)
{
	enum json_kind kind = json_kind(v);

	if (kind != JSON_STR && kind != JSON_NULL && kind != JSON_NONE)
		return refuse(e, "patch.value", path, "Its value is a text, or null.");
	if (json_str(v).n > LIMIT_TEXT / 4)
		return refuse(e, "patch.length", path, "The text is too long.");
	*slot = str_dup(a, json_str(v));
	return true;
}

/* As a number, or as a text, which the original's own samples use. */
static bool take_number(struct arena *a, struct str path, const struct json *v, const char **slot,
			struct err *e)
{
	enum json_kind kind = json_kind(v);

	if (kind != JSON_INT && kind != JSON_REAL)
		return take_text(a, path, v, slot, e);
	*slot = str_dup(a, json_scalar(a, v));
	return true;
}

/* A time, of which the day counts. */
static bool take_day(struct arena *a, struct str path, const struct json *v, const char **slot,
		     struct err *e)
{
	const char *text;
	int64_t ms;

	if (!take_text(a, path, v, &text, e))
		return false;
	if (*text && !clock_parse(text, &ms))
		return refuse(e, "patch.time", path,
			      "Its value is a time such as 2027-03-31T00:00:00.0000000Z, or null.");
	*slot = arena_strndup(a, text, *text ? 10 : 0);
	return true;
}

static bool take_quality(struct arena *a, struct str path, const struct json *v, const char **slot,
			 struct err *e)
{
	if (!take_text(a, path, v, slot, e))
		return false;
	if (!strcmp(*slot, "Unknown"))
		*slot = "";
	return true;
}

static const struct {
	const char *path;
	take_fn *take;
	size_t off;
} rows[] = {
#define ROW(p, t, m)                                                                               \
	{                                                                                          \
		(p), take_##t, offsetof(struct referral_change, m)                                 \
	}
	ROW("/campaignId", text, campaign_id),
	ROW("/details/closingDateTime", day, closing),
	ROW("/details/currency", text, currency),
	ROW("/details/dealValue", number, value),
	ROW("/details/notes", text, notes),
	ROW("/externalReferenceId", text, external_reference_id),
	ROW("/name", text, name),
	ROW("/quality", quality, quality),
	ROW("/status", text, status),
	ROW("/statusReason", text, status_reason),
	ROW("/substatus", text, substatus),
#undef ROW
};

/* One of the partner's team: who owns the lead. Named by e-mail; the rest is the account's. */
static bool take_member(struct arena *a, struct str path, const struct json *v,
			struct referral_change *c, struct err *e)
{
	const struct json *email = json_get(v, "email");
	char *member;

	if (json_kind(email) != JSON_STR || !json_str(email).n || json_str(email).n > LIMIT_EMAIL)
		return refuse(e, "patch.member", path,
			      "A member of the team is an object with the email of an account.");
	member = str_dup(a, json_str(email));
	for (char *z = member; *z; z++)
		if (*z >= 'A' && *z <= 'Z')
			*z |= 32;
	c->member = member;
	return true;
}

static bool take(struct arena *a, struct str path, const struct json *v, struct referral_change *c,
		 struct err *e)
{
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		if (str_eq_z(path, rows[i].path))
			return rows[i].take(a, path, v,
					    (const char **)(void *)((char *)c + rows[i].off), e);
	if (str_eq_z(path, "/team/-") || str_eq_z(path, "/team/0"))
		return take_member(a, path, v, c, e);
	if (!str_eq_z(path, "/favorite"))
		return refuse(e, "patch.path", path, "This cannot be changed here.");
	if (json_kind(v) != JSON_BOOL)
		return refuse(e, "patch.value", path, "Its value is true or false.");
	c->favorite = json_is_true(v);
	return true;
}

/* A status and a substatus say one thing together; a status alone means its plain form. */
static bool settle(struct referral_change *c, struct err *e)
{
	enum lead_substatus sub =
		c->substatus ? lead_substatus_of(str_of(c->substatus)) : LEAD_SUBSTATUS_NONE;
	enum lead_status status = c->status ? lead_status_of(str_of(c->status)) : LEAD_STATUS_NONE;

	if (c->substatus && sub == LEAD_SUBSTATUS_NONE)
		return refuse(e, "patch.stage", STR("/substatus"),
			      "One of Pending, Received, Accepted, Won, Lost, Declined, Expired.");
	if (c->status && status == LEAD_STATUS_NONE)
		return refuse(e, "patch.stage", STR("/status"), "One of New, Active, Closed.");
	if (c->substatus && c->status && lead_status_with(sub) != status)
		return refuse(e, "patch.stage", STR("/substatus"),
			      "This substatus belongs to another status.");
	if (c->status && !c->substatus && status == LEAD_CLOSED)
		return refuse(e, "patch.stage", STR("/status"),
			      "Closed wants a substatus: Won, Lost or Declined.");
	c->stage = c->substatus         ? sub
		   : !c->status         ? LEAD_SUBSTATUS_NONE
		   : status == LEAD_NEW ? LEAD_RECEIVED
					: LEAD_ACCEPTED;
	return true;
}

static bool is_op(const struct json *op)
{
	return str_eq_z(json_str(op), "replace") || str_eq_z(json_str(op), "add");
}

bool referral_patch_read(struct arena *a, const struct json *patch, struct referral_change *ret,
			 struct err *e)
{
	struct referral_change c = { .favorite = -1 };

	if (json_kind(patch) != JSON_LIST || !json_count(patch) || json_count(patch) > OPS_MAX)
		return ERR(e, ERR_INPUT, "patch.list",
			   "A patch is a list of 1 to %d operations: {op, path, value}.", OPS_MAX);
	for (size_t i = 0; i < json_count(patch); i++) {
		const struct json *op = json_at(patch, i);
		struct str path = json_str(json_get(op, "path"));

		if (!is_op(json_get(op, "op")))
			return refuse(e, "patch.op", path, "op is replace or add.");
		if (!take(a, path, json_get(op, "value"), &c, e))
			return false;
	}
	if (!settle(&c, e))
		return false;
	*ret = c;
	return true;
}
