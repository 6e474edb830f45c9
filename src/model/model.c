#include "model/model.h"

struct word {
	int value;
	const char *text;
};

/* One row per value; the texts are the contract's. */
static const struct word kinds[] = {
	{ KIND_INTEREST, "interest" },       { KIND_ACTIVE, "active" },   { KIND_TRIAL, "trial" },
	{ KIND_INFORMATION, "information" }, { KIND_UNKNOWN, "unknown" }, { 0, NULL },
};
static const struct word lead_statuses[] = {
	{ LEAD_NEW, "New" },
	{ LEAD_ACTIVE, "Active" },
	{ LEAD_CLOSED, "Closed" },
	{ 0, NULL },
};
static const struct word lead_substatuses[] = {
	{ LEAD_PENDING, "Pending" },   { LEAD_RECEIVED, "Received" },
	{ LEAD_ACCEPTED, "Accepted" }, { LEAD_WON, "Won" },
	{ LEAD_LOST, "Lost" },         { LEAD_DECLINED, "Declined" },
	{ LEAD_EXPIRED, "Expired" },   { 0, NULL },
};
static const struct word receipt_states[] = {
	{ RECEIPT_WAITING, "waiting" },
	{ RECEIPT_PLACED, "placed" },
	{ RECEIPT_UNREADABLE, "unreadable" },
	{ RECEIPT_SET_ASIDE, "set-aside" },
	{ 0, NULL },
};
static const struct word delivery_states[] = {
	{ DELIVERY_DUE, "due" },
	{ DELIVERY_LEASED, "leased" },
	{ DELIVERY_DONE, "done" },
	{ DELIVERY_REJECTED, "rejected" },
	{ DELIVERY_PARKED, "parked" },
	{ DELIVERY_EXPIRED, "expired" },
	{ DELIVERY_CANCELLED, "cancelled" },
	{ 0, NULL },
};
static const struct word outcomes[] = {
	{ OUTCOME_DELIVERED, "delivered" }, { OUTCOME_ALREADY, "already" },
	{ OUTCOME_RETRY, "retry" },         { OUTCOME_REJECTED, "rejected" },
	{ OUTCOME_CONFIG, "config" },       { OUTCOME_GONE, "gone" },
	{ OUTCOME_UNKNOWN, "unknown" },     { 0, NULL },
};
static const struct word roles[] = {
	{ ROLE_VIEWER, "viewer" },
	{ ROLE_SELLER, "seller" },
	{ ROLE_MANAGER, "manager" },
	{ ROLE_ADMIN, "admin" },
	{ 0, NULL },
};
static const struct word reaches[] = {
	{ REACH_ALL, "all" }, { REACH_OFFERS, "offers" },
	{ REACH_OWN, "own" }, { REACH_TEAM, "team" },
	{ 0, NULL },
};
static const struct word flags[] = {
	{ FLAG_UNUSUAL_PAIR, "unusual-pair" },
	{ FLAG_UNKNOWN_ACTION, "unknown-action" },
	{ FLAG_UNKNOWN_SOURCE, "unknown-source" },
	{ FLAG_OFFER_CONFLICT, "offer-conflict" },
	{ FLAG_ACTION_CONFLICT, "action-conflict" },
	{ FLAG_SENDER_DUPLICATE, "sender-duplicate" },
	{ FLAG_REPAIRED_TEXT, "repaired-text" },
	{ FLAG_REPAIRED_JSON, "repaired-json" },
	{ FLAG_TEST, "test" },
	{ FLAG_NO_CONTACT_DATA, "no-contact-data" },
	{ FLAG_COUNTRY_UNKNOWN, "country-unknown" },
	{ FLAG_PHONE_INVALID, "phone-invalid" },
	{ FLAG_EMAIL_INVALID, "email-invalid" },
	{ FLAG_FIELD_CONFLICT, "field-conflict" },
	{ FLAG_CUT_TEXT, "cut-text" },
	{ FLAG_NAME_SCRIPTS_MIXED, "name-scripts-mixed" },
	{ 0, NULL },
};

const char *const contact_field_text[CONTACT_FIELDS] = {
	[CONTACT_FIRST_NAME] = "firstName", [CONTACT_LAST_NAME] = "lastName",
	[CONTACT_EMAIL] = "email",          [CONTACT_PHONE] = "phone",
	[CONTACT_COUNTRY] = "country",      [CONTACT_COMPANY] = "company",
	[CONTACT_TITLE] = "title",
};

static const char *text_of(const struct word *w, int value)
{
	for (; w->text; w++)
		if (w->value == value)
			return w->text;
	return "none";
}

static int value_of(const struct word *w, struct str s)
{
	for (; w->text; w++)
		if (str_eq_z(s, w->text))
			return w->value;
	return 0;
}

const char *kind_text(enum kind k)
{
	return text_of(kinds, (int)k);
}

enum kind kind_of(struct str s)
{
	return (enum kind)value_of(kinds, s);
}

const char *lead_status_text(enum lead_status s)
{
	return text_of(lead_statuses, (int)s);
}

enum lead_status lead_status_of(struct str s)
{
	return (enum lead_status)value_of(lead_statuses, s);
}

const char *lead_substatus_text(enum lead_substatus s)
{
	return text_of(lead_substatuses, (int)s);
}

enum lead_substatus lead_substatus_of(struct str s)
{
	return (enum lead_substatus)value_of(lead_substatuses, s);
}

enum lead_status lead_status_with(enum lead_substatus s)
{
	switch (s) {
	case LEAD_SUBSTATUS_NONE: return LEAD_STATUS_NONE;
	case LEAD_PENDING:
	case LEAD_RECEIVED: return LEAD_NEW;
	case LEAD_ACCEPTED: return LEAD_ACTIVE;
	case LEAD_WON:
	case LEAD_LOST:
	case LEAD_DECLINED:
	case LEAD_EXPIRED: return LEAD_CLOSED;
	}
	return LEAD_STATUS_NONE;
}

const char *receipt_state_text(enum receipt_state s)
{
	return text_of(receipt_states, (int)s);
}

enum receipt_state receipt_state_of(struct str s)
{
	return (enum receipt_state)value_of(receipt_states, s);
}

const char *delivery_state_text(enum delivery_state s)
{
	return text_of(delivery_states, (int)s);
}

enum delivery_state delivery_state_of(struct str s)
{
	return (enum delivery_state)value_of(delivery_states, s);
}

const char *outcome_text(enum outcome o)
{
	return text_of(outcomes, (int)o);
}

enum outcome outcome_of(struct str s)
{
	return (enum outcome)value_of(outcomes, s);
}

const char *role_text(enum role r)
{
	return text_of(roles, (int)r);
}

enum role role_of(struct str s)
{
	return (enum role)value_of(roles, s);
}

const char *reach_text(enum reach_kind r)
{
	return text_of(reaches, (int)r);
}

enum reach_kind reach_of(struct str s)
{
	return (enum reach_kind)value_of(reaches, s);
}

const char *flag_text(enum flag f)
{
	return text_of(flags, (int)f);
}

unsigned flags_of(struct str list)
{
	struct str piece;
	unsigned all = 0;

	while (str_split(&list, ',', &piece))
		all |= (unsigned)value_of(flags, piece);
	return all;
}
