/*
 * A referral that is to be made. What the original knows is in a table: what a lead here is made
 * of, what must be as every referral here is, what the server gives, and what nothing here has a
 * place for, which is kept as it was received. What is in no row is refused.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "referral/said.h"

enum taken {
	TAKEN_NONE = 0,
	TAKEN_CHANGE, /* as a patch takes it */
	TAKEN_TEXT,
	TAKEN_WORD, /* of a closed list */
	TAKEN_BOOL,
	TAKEN_CONTACT,
	TAKEN_TEAM,
	TAKEN_OFFER,
	TAKEN_KEPT,  /* known of the original, and nothing here is made of it */
	TAKEN_GIVEN, /* by the server */
};
struct part {
	const char *path;
	enum taken how;
	size_t off, max;          /* TEXT, WORD, BOOL: in struct referral_new */
	const char *const *words; /* WORD */
};

static const char *const types[] = { REFERRAL_TYPE, NULL };
static const char *const directions[] = { REFERRAL_DIRECTION, NULL };

#define CHANGE(p)                                                                                  \
	{                                                                                          \
		.path = (p), .how = TAKEN_CHANGE                                                   \
	}
#define TEXT(p, m, most)                                                                           \
	{                                                                                          \
		.path = (p), .how = TAKEN_TEXT, .off = offsetof(struct referral_new, m),           \
		.max = (most)                                                                      \
	}
#define WORD(p, m, w)                                                                              \
	{                                                                                          \
		.path = (p), .how = TAKEN_WORD, .off = offsetof(struct referral_new, m),           \
		.words = (w)                                                                       \
	}
#define BOOL(p, m)                                                                                 \
	{                                                                                          \
		.path = (p), .how = TAKEN_BOOL, .off = offsetof(struct referral_new, m)            \
	}
#define KEPT(p)                                                                                    \
	{                                                                                          \
		.path = (p), .how = TAKEN_KEPT                                                     \
	}
#define GIVEN(p)                                                                                   \
	{                                                                                          \
		.path = (p), .how = TAKEN_GIVEN                                                    \
	}
static const struct part parts[] = {
	GIVEN("/acceptedDateTime"),
	TEXT("/callToAction", call_to_action, LIMIT_CODE),
	CHANGE("/campaignId"),
	GIVEN("/closedDateTime"),
	KEPT("/consent/consentToMicrosoftToContactSpecificPartners"),
	BOOL("/consent/consentToContact", may_contact),
	KEPT("/consent/consentToShareInfoWithOthers"),
	KEPT("/consent/consentToShareReferralWithMicrosoftSellers"),
	KEPT("/consent/consentToToShareInfoWithOthers"),
	GIVEN("/createdDateTime"),
	GIVEN("/createdVia"),
	KEPT("/customerProfile/address/addressLine1"),
	KEPT("/customerProfile/address/addressLine2"),
	KEPT("/customerProfile/address/city"),
	TEXT("/customerProfile/address/country", country, LIMIT_NAME),
	KEPT("/customerProfile/address/postalCode"),
	KEPT("/customerProfile/address/region"),
	KEPT("/customerProfile/address/state"),
	KEPT("/customerProfile/ids"),
	KEPT("/customerProfile/isMatchingComplete"),
	TEXT("/customerProfile/name", company, LIMIT_NAME),
	KEPT("/customerProfile/size"),
	{ .path = "/customerProfile/team", .how = TAKEN_CONTACT },
	KEPT("/dealSensitivity"),
	CHANGE("/details/closingDateTime"),
	CHANGE("/details/currency"),
	TEXT("/details/customerAction", customer_action, LIMIT_CODE),
	TEXT("/details/customerNotes", message, LIMIT_TEXT),
	BOOL("/details/customerRequestedContact", requested_contact),
	CHANGE("/details/dealValue"),
	KEPT("/details/incentiveLevel"),
	CHANGE("/details/notes"),
	KEPT("/details/requirements/additionalRequirements"),
	KEPT("/details/requirements/industries"),
	KEPT("/details/requirements/offers"),
	KEPT("/details/requirements/products"),
	KEPT("/details/requirements/salesPlays"),
	KEPT("/details/requirements/services"),
	{ .path = "/details/requirements/solutions", .how = TAKEN_OFFER },
	WORD("/direction", direction, directions),
	GIVEN("/eTag"),
	GIVEN("/engagementId"),
	GIVEN("/expirationDateTime"),
	CHANGE("/externalReferenceId"),
	CHANGE("/favorite"),
	GIVEN("/id"),
	KEPT("/inviteContext/assistanceRequestCode"),
	KEPT("/inviteContext/invitedBy"),
	KEPT("/inviteContext/invitedMpnId"),
	TEXT("/inviteContext/notes", message, LIMIT_TEXT),
	GIVEN("/isSpam"),
	GIVEN("/lastModifiedVia"),
	GIVEN("/lastRunId"),
	GIVEN("/links"),
	GIVEN("/mpnId"),
	CHANGE("/name"),
	TEXT("/organizationId", organization, LIMIT_ID),
	GIVEN("/organizationName"),
	KEPT("/partnerRole"),
	WORD("/qualification", qualification, referral_qualifications),
	CHANGE("/quality"),
	KEPT("/referralProgram"),
	TEXT("/referralSource", source, LIMIT_CODE),
	KEPT("/registrationStatus"),
	GIVEN("/registrations"),
	KEPT("/salesStage"),
	KEPT("/solutionArea"),
	KEPT("/solutionPlay"),
	CHANGE("/status"),
	GIVEN("/statusReason"),
	CHANGE("/substatus"),
	KEPT("/tags"),
	GIVEN("/target"),
	{ .path = "/team", .how = TAKEN_TEAM },
	GIVEN("/trackingInfo"),
	WORD("/type", type, types),
	GIVEN("/updatedDateTime"),
};

struct reading {
	struct arena *a;
	struct json_out patch; /* of what a patch takes */
	size_t changes;
	struct referral_new *x;
	struct err *e;
};

static bool refuse(struct reading *r, const char *code, const char *path, const char *what)
{
	return referral_refuse(code, path, what, r->e);
}

static bool is_null(const struct json *j)
{
	return json_kind(j) == JSON_NULL || json_kind(j) == JSON_NONE;
}

/* Nothing is said: null, false, "", and what is made of these alone. */
static bool is_empty(const struct json *j)
{
	struct json_walk w = { 0 };
	bool empty = true;

	for (size_t i = 0; json_kind(j) == JSON_LIST && i < json_count(j); i++)
		empty = empty && is_empty(json_at(j, i));
	while (json_kind(j) == JSON_OBJ && json_next(j, &w))
		empty = empty && is_empty(w.value);
	return empty && (json_kind(j) != JSON_BOOL || !json_is_true(j)) &&
	       (json_kind(j) != JSON_STR || !json_str(j).n) && json_kind(j) != JSON_INT &&
	       json_kind(j) != JSON_REAL;
}

static const char *plain(struct reading *r, struct str s)
{
	bool changed;

	return utf8_repair(r->a, s, &changed);
}

/* ---- the values ---- */

/* slot stays NULL where nothing is said. */
static bool take_text(struct reading *r, const char *path, const struct json *v, size_t max,
		      const char **slot)
{
	const char *text;

	if (is_null(v))
		return true;
	if (json_kind(v) != JSON_STR)
		return refuse(r, "referral.value", path, "Its value is a text, or null.");
	text = plain(r, utf8_trim(json_str(v)));
	if (strlen(text) > max)
		return refuse(r, "referral.length", path,
			      arena_printf(r->a, "The text is longer than %zu bytes.", max));
	if (*slot && *text && strcmp(*slot, text) != 0)
		return refuse(r, "referral.value", path,
			      "This says another text than its other name.");
	if (*text)
		*slot = text;
	return true;
}

static bool take_word(struct reading *r, const struct part *p, const struct json *v,
		      const char **slot)
{
	const char *all = "";

	for (const char *const *w = p->words; *w; w++) {
		if (is_null(v) || str_eq_z(json_str(v), *w)) {
			*slot = is_null(v) ? NULL : *w;
			return true;
		}
		all = arena_printf(r->a, "%s%s%s", all, *all ? ", " : "", *w);
	}
	return refuse(r, "referral.value", p->path,
		      arena_printf(r->a, "A lead here can be: %s. Or leave it out.", all));
}

static bool take_bool(struct reading *r, const char *path, const struct json *v, int *slot)
{
	if (is_null(v))
		return true;
	if (json_kind(v) != JSON_BOOL)
		return refuse(r, "referral.value", path, "Its value is true or false.");
	*slot = json_is_true(v);
	return true;
}

/* Of a list that has one member at most; NULL: none. */
static bool only(struct reading *r, const char *path, const struct json *v, const char *what,
		 const struct json **ret)
{
	*ret = json_kind(v) == JSON_LIST ? json_at(v, 0) : NULL;
	if (is_null(v) || (json_kind(v) == JSON_LIST && !json_count(v)))
		return true;
	if (json_kind(v) == JSON_LIST && json_count(v) == 1 && json_kind(*ret) == JSON_OBJ)
		return true;
	return refuse(r, "referral.value", path, what);
}

static const struct {
	const char *name;
	size_t off, max;
} members[] = {
	{ "email", offsetof(struct referral_member, email), LIMIT_EMAIL },
	{ "firstName", offsetof(struct referral_member, first_name), LIMIT_NAME },
	{ "lastName", offsetof(struct referral_member, last_name), LIMIT_NAME },
	{ "phoneNumber", offsetof(struct referral_member, phone), LIMIT_PHONE },
	{ "title", offsetof(struct referral_member, title), LIMIT_NAME },
};

static bool take_member(struct reading *r, const char *at, const struct json *m,
			struct referral_member *ret)
{
	struct json_walk w = { 0 };

	while (m && json_next(m, &w)) {
		const char *path = arena_printf(r->a, "%s/0/%s", at, plain(r, w.name));
		size_t i = 0;

		while (i < LL_COUNT(members) && !str_eq_z(w.name, members[i].name))
			i++;
		if (i == LL_COUNT(members) && !str_eq_z(w.name, "contactPreference"))
			return refuse(r, "referral.property", path,
				      "A member has no such property here: leave it out.");
		if (i < LL_COUNT(members) &&
		    !take_text(r, path, w.value, members[i].max,
			       (const char **)(void *)((char *)ret + members[i].off)))
			return false;
	}
	return true;
}

static bool take_contact(struct reading *r, const char *path, const struct json *v)
{
	const struct json *m;

	return only(r, path, v,
		    "A lead has one contact: a list of one member. Others can be told in "
		    "details/notes.",
		    &m) &&
	       take_member(r, path, m, &r->x->contact);
}

/* Who owns it: named by e-mail; the rest is the account's. */
static bool take_team(struct reading *r, const char *path, const struct json *v)
{
	struct referral_member owner = { .email = NULL };
	const struct json *m;

	if (!only(r, path, v, "A team has one member here: who owns the lead.", &m) ||
	    !take_member(r, path, m, &owner))
		return false;
	if (!m)
		return true;
	json_obj(&r->patch, NULL);
	json_put_z(&r->patch, "op", "add");
	json_put_z(&r->patch, "path", "/team/-");
	json_obj(&r->patch, "value");
	json_put_z(&r->patch, "email", owner.email);
	json_end_obj(&r->patch);
	json_end_obj(&r->patch);
	r->changes++;
	return true;
}

static bool take_offer(struct reading *r, const char *path, const struct json *v)
{
	const struct json *m;

	if (!only(r, path, v, "A lead is about one offer: a list of one, with its id.", &m))
		return false;
	if (m && is_null(json_get(m, "id")))
		return refuse(r, "referral.value", path,
			      "A solution is named by the id of an offer: contoso.crm.");
	return !m || take_text(r, path, json_get(m, "id"), LIMIT_ID * 2, &r->x->offer);
}

static bool take_change(struct reading *r, const char *path, const struct json *v)
{
	struct str text = json_scalar(r->a, v);

	if (json_kind(v) == JSON_OBJ || json_kind(v) == JSON_LIST)
		return refuse(r, "referral.value", path, "Its value is no list and no object.");
	if (is_null(v))
		return true;
	json_obj(&r->patch, NULL);
	json_put_z(&r->patch, "op", "add");
	json_put_z(&r->patch, "path", path);
	if (json_kind(v) == JSON_STR)
		json_put_str(&r->patch, "value", str_of(plain(r, text)));
	else
		json_put_raw(&r->patch, "value", text);
	json_end_obj(&r->patch);
	r->changes++;
	return true;
}

static bool take(struct reading *r, const struct part *p, const struct json *v)
{
	void *slot = (char *)r->x + p->off;

	switch (p->how) {
	case TAKEN_CHANGE: return take_change(r, p->path, v);
	case TAKEN_TEXT: return take_text(r, p->path, v, p->max, slot);
	case TAKEN_WORD: return take_word(r, p, v, slot);
	case TAKEN_BOOL: return take_bool(r, p->path, v, slot);
	case TAKEN_CONTACT: return take_contact(r, p->path, v);
	case TAKEN_TEAM: return take_team(r, p->path, v);
	case TAKEN_OFFER: return take_offer(r, p->path, v);
	case TAKEN_KEPT:
	case TAKEN_NONE: return true;
	case TAKEN_GIVEN: break;
	}
	return is_empty(v) || refuse(r, "referral.given", p->path,
				     "This is not yours to say of a new referral: leave it out.");
}

/* ---- the whole ---- */

/* The row of a path; *ret_above: there are some below it. */
static const struct part *part_of(const char *path, bool *ret_above)
{
	size_t n = strlen(path);

	*ret_above = false;
	for (size_t i = 0; i < LL_COUNT(parts); i++) {
		if (!strcmp(parts[i].path, path))
			return &parts[i];
		*ret_above |= !strncmp(parts[i].path, path, n) && parts[i].path[n] == '/';
	}
	return NULL;
}

static bool read_object(struct reading *r, const char *at, const struct json *given)
{
	struct json_walk w = { 0 };

	while (json_next(given, &w)) {
		const char *path = arena_printf(r->a, "%s/%s", at, plain(r, w.name));
		bool above = false, plain_name = str_find(w.name, '/') == w.name.n;
		const struct part *p = plain_name ? part_of(path, &above) : NULL;

		if (p && !(take(r, p, w.value) && referral_say(r->a, path, w.value, r->x, r->e)))
			return false;
		if (p || (above && is_null(w.value)))
			continue;
		if (!above)
			return refuse(r, "referral.property", path,
				      "A referral has no such property: leave it out.");
		if (json_kind(w.value) != JSON_OBJ)
			return refuse(r, "referral.value", path, "Its value is an object.");
		if (!read_object(r, path, w.value))
			return false;
	}
	return true;
}

static bool has_customer(const struct referral_new *x)
{
	const struct referral_member *m = &x->contact;

	return x->company || m->first_name || m->last_name || m->email || m->phone;
}

static bool read_changes(struct reading *r, struct str patch)
{
	AUTO_JSON j = NULL;

	r->x->change = (struct referral_change){ .favorite = -1 };
	return !r->changes ||
	       (json_parse(patch, &j, r->e) && referral_patch_read(r->a, j, &r->x->change, r->e));
}

bool referral_create_read(struct arena *a, const struct json *given, struct referral_new *ret,
			  struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_API_BODY * 2);
	struct referral_new x = { .may_contact = -1, .requested_contact = -1 };
	struct reading r = { .a = a, .patch = json_out(&b), .x = &x, .e = e };
	enum lead_status status;

	if (json_kind(given) != JSON_OBJ)
		return ERR(e, ERR_INPUT, "referral.value", "A referral is an object.");
	x.said = ARENA_ARRAY(a, struct referral_said, REFERRAL_SAID_MAX);
	json_list(&r.patch, NULL);
	if (!read_object(&r, "", given))
		return false;
	json_end_list(&r.patch);
	if (!buf_ok(&b))
		return ERR(e, ERR_TOO_LARGE, "referral.length", "That is too long.");
	if (!read_changes(&r, buf_view(&b)))
		return false;
	if (!has_customer(&x))
		return refuse(
			&r, "referral.customer", "/customerProfile",
			"Say who the customer is: customerProfile with a name, or a team of one "
			"member with a name, an email or a phoneNumber.");
	status = x.change.stage ? lead_status_with(x.change.stage) : LEAD_NEW;
	if (status == LEAD_CLOSED)
		return refuse(
			&r, "referral.status", x.change.status ? "/status" : "/substatus",
			"A referral begins as New or Active. Close it by PATCH afterwards; what "
			"is over long since is read in by an import.");
	*ret = x;
	return true;
}
