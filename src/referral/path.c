/* What a filter may name. Paths are those of the resource; `email` is the 2019 list's own name. */
#include "referral/parts.h"

static const char *const statuses[] = { "None", "New", "Active", "Closed", NULL };
static const char *const substatuses[] = { "None", "Pending",  "Received", "Accepted", "Won",
					   "Lost", "Declined", "Expired",  NULL };
static const char *const types[] = { "None", "Independent", "Shared", NULL };
const char *const referral_qualifications[] = { "None", "Direct", "MarketingQualified",
						"SalesQualified", NULL };
static const char *const directions[] = { "Incoming", "Outgoing", NULL };

#define PATH(n, t, m)                                                                              \
	{                                                                                          \
		.name = (n), .type = PATH_##t, .off = offsetof(struct referral, m)                 \
	}
#define PATH_WORDS(n, m, w)                                                                        \
	{                                                                                          \
		.name = (n), .type = PATH_WORD, .off = offsetof(struct referral, m), .words = (w)  \
	}
const struct path referral_paths[] = {
	PATH("acceptedDateTime", TIME, accepted),
	PATH("callToAction", TEXT, call_to_action),
	PATH("campaignId", TEXT, campaign_id),
	PATH("closedDateTime", TIME, closed),
	PATH("consent/consentToContact", BOOL, may_contact),
	PATH("createdDateTime", TIME, created),
	PATH("customerProfile/address/country", TEXT, country),
	PATH("customerProfile/name", TEXT, company),
	{ .name = "customerProfile/team",
	  .type = PATH_TEAM,
	  .off = offsetof(struct referral, contact),
	  .here = SIZE_MAX },
	PATH("details/closingDateTime", TIME, closing),
	PATH("details/currency", TEXT, currency),
	PATH("details/customerAction", TEXT, customer_action),
	PATH("details/customerRequestedContact", BOOL, requested_contact),
	PATH("details/dealValue", NUMBER, value),
	PATH("details/notes", TEXT, notes),
	PATH_WORDS("direction", direction, directions),
	PATH("email", EMAIL, contact.email),
	PATH("engagementId", ID, id),
	PATH("expirationDateTime", TIME, expires),
	PATH("externalReferenceId", TEXT, external_reference_id),
	PATH("favorite", BOOL, favorite),
	PATH("id", ID, id),
	PATH("inviteContext/notes", TEXT, message),
	PATH("isSpam", BOOL, spam),
	PATH("name", TEXT, name),
	PATH("organizationId", TEXT, organization_id),
	PATH("organizationName", TEXT, organization_name),
	PATH_WORDS("qualification", qualification, referral_qualifications),
	PATH("quality", TEXT, quality),
	PATH("referralSource", TEXT, source),
	PATH_WORDS("status", status, statuses),
	PATH("statusReason", TEXT, status_reason),
	PATH_WORDS("substatus", substatus, substatuses),
	{ .name = "team",
	  .type = PATH_TEAM,
	  .off = offsetof(struct referral, owner),
	  .here = offsetof(struct referral, owned) },
	PATH_WORDS("type", type, types),
	PATH("updatedDateTime", TIME, updated),
	{ .name = NULL },
};

#define MEMBER(n, t, m)                                                                            \
	{                                                                                          \
		.name = (n), .type = PATH_##t, .off = offsetof(struct referral_member, m)          \
	}
const struct path member_paths[] = {
	MEMBER("email", EMAIL, email),       MEMBER("firstName", TEXT, first_name),
	MEMBER("lastName", TEXT, last_name), MEMBER("phoneNumber", TEXT, phone),
	MEMBER("title", TEXT, title),        { .name = NULL },
};

const struct path *path_find(const struct path *table, struct str name)
{
	for (; table->name; table++)
		if (str_eq_z(name, table->name))
			return table;
	return NULL;
}
