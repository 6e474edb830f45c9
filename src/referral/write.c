/* The resource. What the original has and nobody here can know is null, and says so in
 * docs/referrals.md. */
#include "base/clock.h"
#include "referral/referral.h"

void referral_put_time(struct json_out *o, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT], seven[CLOCK_TEXT + 4];
	size_t n;

	if (ms == REFERRAL_NO_TIME) {
		json_put_null(o, key);
		return;
	}
	clock_text(ms, text);
	n = strlen(text) - 1; /* its Z */
	memcpy(seven, text, n);
	memcpy(seven + n, "0000Z", sizeof("0000Z"));
	json_put_z(o, key, seven);
}

static void put_member(struct json_out *o, const struct referral_member *m)
{
	json_obj(o, NULL);
	json_put_z(o, "firstName", m->first_name);
	json_put_z(o, "lastName", m->last_name);
	json_put_z(o, "phoneNumber", m->phone);
	json_put_z(o, "email", m->email);
	json_put_z(o, "title", m->title);
	json_put_null(o, "contactPreference");
	json_end_obj(o);
}

static void put_address(struct json_out *o, const struct referral *r)
{
	static const char *const unknown[] = { "addressLine1", "addressLine2", "city",
					       "state",        "postalCode",   "region" };

	json_obj(o, "address");
	for (size_t i = 0; i < LL_COUNT(unknown); i++)
		json_put_null(o, unknown[i]);
	json_put_z(o, "country", r->country);
	json_end_obj(o);
}

static void put_customer(struct json_out *o, const char *key, const struct referral *r)
{
	json_obj(o, key);
	json_put_z(o, "name", r->company);
	put_address(o, r);
	json_put_null(o, "size");
	json_list(o, "team");
	put_member(o, &r->contact);
	json_end_list(o);
	json_list(o, "ids");
	json_end_list(o);
	json_end_obj(o);
}

static void put_consent(struct json_out *o, const char *key, const struct referral *r)
{
	json_obj(o, key);
	json_put_bool(o, "consentToToShareInfoWithOthers", false);
	json_put_bool(o, "consentToContact", r->may_contact);
	json_put_bool(o, "consentToShareReferralWithMicrosoftSellers", false);
	json_end_obj(o);
}

static void put_requirements(struct json_out *o, const struct referral *r)
{
	static const char *const empty[] = { "industries", "products", "services", "offers",
					     "salesPlays" };

	json_obj(o, "requirements");
	for (size_t i = 0; i < LL_COUNT(empty); i++) {
		json_list(o, empty[i]);
		json_end_list(o);
	}
	json_list(o, "solutions");
	json_obj(o, NULL);
	json_put_z(o, "id", r->offer);
	json_put_z(o, "name", r->offer_title);
	json_put_z(o, "type", "Name");
	json_end_obj(o);
	json_end_list(o);
	json_put_null(o, "additionalRequirements");
	json_end_obj(o);
}

static void put_details(struct json_out *o, const char *key, const struct referral *r)
{
	json_obj(o, key);
	json_put_z(o, "notes", r->notes);
	if (r->value)
		json_put_raw(o, "dealValue", str_of(r->value));
	else
		json_put_null(o, "dealValue");
	json_put_z(o, "currency", r->currency);
	referral_put_time(o, "closingDateTime", r->closing);
	json_put_z(o, "customerAction", r->customer_action);
	json_put_bool(o, "customerRequestedContact", r->requested_contact);
	put_requirements(o, r);
	json_end_obj(o);
}

/* A marketplace's lead is its invitation; any other is the publisher's own. The original tells them
 * apart by that. */
static void put_invite(struct json_out *o, const char *key, const struct referral *r)
{
	bool own = r->qualification && strcmp(r->qualification, REFERRAL_QUALIFICATION) != 0;

	json_obj(o, key);
	json_put_z(o, "notes", r->message);
	json_obj(o, "invitedBy");
	json_put_z(o, "organizationId", own ? r->organization_id : "msft");
	json_put_z(o, "organizationName", own ? r->organization_name : "Microsoft");
	json_end_obj(o);
	json_put_null(o, "assistanceRequestCode");
	json_end_obj(o);
}

static void put_team(struct json_out *o, const char *key, const struct referral *r)
{
	json_list(o, key);
	if (r->owned)
		put_member(o, &r->owner);
	json_end_list(o);
}

static void put_tags(struct json_out *o, const char *key, const struct referral *r)
{
	json_list(o, key);
	for (int i = 0; i < FLAG_COUNT; i++)
		if (r->flags & INT64_C(1) << i)
			json_put_z(o, NULL, flag_text((enum flag)(1 << i)));
	json_end_list(o);
}

static void put_empty(struct json_out *o, const char *key, const struct referral *r)
{
	(void)r;
	json_list(o, key);
	json_end_list(o);
}

static void put_link(struct json_out *o, const char *key, const char *base, const char *rest,
		     const char *id, const char *end)
{
	AUTO_BUF uri = buf_new(4096);

	buf_z(&uri, base);
	buf_z(&uri, rest);
	buf_z(&uri, id);
	buf_z(&uri, end);
	json_obj(o, key);
	json_put_str(o, "uri", buf_view(&uri));
	json_put_z(o, "method", "GET");
	json_end_obj(o);
}

static void put_links(struct json_out *o, const char *key, const struct referral *r)
{
	json_obj(o, key);
	put_link(o, "self", r->base, "/", r->id, "");
	put_link(o, "relatedReferrals", r->base, "?$filter=engagementId%20eq%20'", r->id, "'");
	json_end_obj(o);
}

/* Each property as what it is: a text, a time, a bool, null, or written by a function. */
enum form { FORM_NULL, FORM_TEXT, FORM_TIME, FORM_BOOL, FORM_WRITE, FORM_SAID };
struct property {
	enum form form;
	size_t off;
	void (*write)(struct json_out *o, const char *key, const struct referral *r);
	const char *said; /* always this */
};
#define ROWS(X)                                                                                    \
	X("id", FORM_TEXT, .off = offsetof(struct referral, id))                                   \
	X("engagementId", FORM_TEXT, .off = offsetof(struct referral, id))                         \
	X("name", FORM_TEXT, .off = offsetof(struct referral, name))                               \
	X("externalReferenceId", FORM_TEXT,                                                        \
	  .off = offsetof(struct referral, external_reference_id))                                 \
	X("organizationId", FORM_TEXT, .off = offsetof(struct referral, organization_id))          \
	X("organizationName", FORM_TEXT, .off = offsetof(struct referral, organization_name))      \
	X("mpnId", FORM_NULL, .off = 0)                                                            \
	X("createdDateTime", FORM_TIME, .off = offsetof(struct referral, created))                 \
	X("updatedDateTime", FORM_TIME, .off = offsetof(struct referral, updated))                 \
	X("expirationDateTime", FORM_TIME, .off = offsetof(struct referral, expires))              \
	X("acceptedDateTime", FORM_TIME, .off = offsetof(struct referral, accepted))               \
	X("closedDateTime", FORM_TIME, .off = offsetof(struct referral, closed))                   \
	X("status", FORM_TEXT, .off = offsetof(struct referral, status))                           \
	X("substatus", FORM_TEXT, .off = offsetof(struct referral, substatus))                     \
	X("statusReason", FORM_TEXT, .off = offsetof(struct referral, status_reason))              \
	X("type", FORM_TEXT, .off = offsetof(struct referral, type))                               \
	X("qualification", FORM_TEXT, .off = offsetof(struct referral, qualification))             \
	X("direction", FORM_TEXT, .off = offsetof(struct referral, direction))                     \
	X("referralSource", FORM_TEXT, .off = offsetof(struct referral, source))                   \
	X("callToAction", FORM_TEXT, .off = offsetof(struct referral, call_to_action))             \
	X("customerProfile", FORM_WRITE, .write = put_customer)                                    \
	X("consent", FORM_WRITE, .write = put_consent)                                             \
	X("details", FORM_WRITE, .write = put_details)                                             \
	X("team", FORM_WRITE, .write = put_team)                                                   \
	X("inviteContext", FORM_WRITE, .write = put_invite)                                        \
	X("target", FORM_WRITE, .write = put_empty)                                                \
	X("eTag", FORM_TEXT, .off = offsetof(struct referral, etag))                               \
	X("favorite", FORM_BOOL, .off = offsetof(struct referral, favorite))                       \
	X("campaignId", FORM_TEXT, .off = offsetof(struct referral, campaign_id))                  \
	X("salesStage", FORM_NULL, .off = 0)                                                       \
	X("quality", FORM_TEXT, .off = offsetof(struct referral, quality))                         \
	X("isSpam", FORM_BOOL, .off = offsetof(struct referral, spam))                             \
	X("tags", FORM_WRITE, .write = put_tags)                                                   \
	X("createdVia", FORM_NULL, .off = 0)                                                       \
	X("lastModifiedVia", FORM_NULL, .off = 0)                                                  \
	X("lastRunId", FORM_NULL, .off = 0)                                                        \
	X("referralProgram", FORM_NULL, .off = 0)                                                  \
	X("dealSensitivity", FORM_SAID, .said = "None")                                            \
	X("registrationStatus", FORM_SAID, .said = "None")                                         \
	X("registrations", FORM_WRITE, .write = put_empty)                                         \
	X("trackingInfo", FORM_NULL, .off = 0)                                                     \
	X("links", FORM_WRITE, .write = put_links)

#define NAME(n, form_, ...) n,
#define ROW(n, form_, ...)  { .form = (form_), __VA_ARGS__ },
const char *const referral_properties[] = { ROWS(NAME) NULL };
static const struct property properties[] = { ROWS(ROW) };
_Static_assert(LL_COUNT(properties) <= 64, "one bit for each");

static void put_property(struct json_out *o, const char *key, const struct property *p,
			 const struct referral *r)
{
	const char *at = (const char *)r + p->off;

	switch (p->form) {
	case FORM_NULL: json_put_null(o, key); break;
	case FORM_TEXT: json_put_z(o, key, *(const char *const *)(const void *)at); break;
	case FORM_TIME: referral_put_time(o, key, *(const int64_t *)(const void *)at); break;
	case FORM_BOOL: json_put_bool(o, key, *(const bool *)at); break;
	case FORM_WRITE: p->write(o, key, r); break;
	case FORM_SAID: json_put_z(o, key, p->said); break;
	}
}

void referral_write(struct json_out *o, const char *key, const struct referral *r, uint64_t select)
{
	json_obj(o, key);
	for (size_t i = 0; i < LL_COUNT(properties); i++)
		if (select & UINT64_C(1) << i)
			put_property(o, referral_properties[i], &properties[i], r);
	json_end_obj(o);
}
