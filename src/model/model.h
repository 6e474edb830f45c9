/* The nouns of the contract: enums with their wire texts. No behaviour beyond text and back. */
#pragma once
#include "base/attr.h"
#include "base/id.h"
#include "base/str.h"

enum kind { KIND_NONE = 0, KIND_INTEREST, KIND_ACTIVE, KIND_TRIAL, KIND_INFORMATION, KIND_UNKNOWN };
enum lead_status { LEAD_STATUS_NONE = 0, LEAD_NEW, LEAD_ACTIVE, LEAD_CLOSED };
/* Partner Center's; each belongs to one status. */
enum lead_substatus {
	LEAD_SUBSTATUS_NONE = 0,
	LEAD_PENDING,
	LEAD_RECEIVED,
	LEAD_ACCEPTED,
	LEAD_WON,
	LEAD_LOST,
	LEAD_DECLINED,
	LEAD_EXPIRED,
};
enum receipt_state {
	RECEIPT_STATE_NONE = 0,
	RECEIPT_WAITING,    /* stored and acknowledged; the placer has not had it yet */
	RECEIPT_PLACED,     /* its touches are in the workspace */
	RECEIPT_UNREADABLE, /* no lead in it, or not readable; can be read again */
	RECEIPT_SET_ASIDE,  /* brought the reader down; only a person reads it again */
};
enum delivery_state {
	DELIVERY_STATE_NONE = 0,
	DELIVERY_DUE,       /* may be claimed when next_at has passed */
	DELIVERY_LEASED,    /* a sender has it until lease_until; then it is due again */
	DELIVERY_DONE,      /* delivered, or the far side already had it */
	DELIVERY_REJECTED,  /* refused for good: waits for a person */
	DELIVERY_PARKED,    /* its destination refuses us: waits for new settings */
	DELIVERY_EXPIRED,   /* tried until maxAge: waits for a person */
	DELIVERY_CANCELLED, /* dropped by a rule, erased, or destination removed */
};
enum outcome {
	OUTCOME_NONE = 0,
	OUTCOME_DELIVERED,
	OUTCOME_ALREADY,
	OUTCOME_RETRY,
	OUTCOME_REJECTED,
	OUTCOME_CONFIG,
	OUTCOME_GONE,
	OUTCOME_UNKNOWN,
};
/* Which of the leads somebody may see (docs/teams.md); ALL costs nothing. */
enum reach_kind { REACH_NONE = 0, REACH_ALL, REACH_OWN, REACH_TEAM, REACH_OFFERS };
enum role { ROLE_NONE = 0, ROLE_ANYONE, ROLE_VIEWER, ROLE_SELLER, ROLE_MANAGER, ROLE_ADMIN };

/* Wire texts; "" never. Of text: the zero value when it is none of them. */
const char *kind_text(enum kind k);
enum kind kind_of(struct str s);
const char *lead_status_text(enum lead_status s);
enum lead_status lead_status_of(struct str s);
const char *lead_substatus_text(enum lead_substatus s);
enum lead_substatus lead_substatus_of(struct str s);
enum lead_status lead_status_with(enum lead_substatus s); /* the status that it belongs to */
const char *receipt_state_text(enum receipt_state s);
enum receipt_state receipt_state_of(struct str s);
const char *delivery_state_text(enum delivery_state s);
enum delivery_state delivery_state_of(struct str s);
const char *outcome_text(enum outcome o);
enum outcome outcome_of(struct str s);
const char *role_text(enum role r);
enum role role_of(struct str s); /* viewer seller manager admin only */
const char *reach_text(enum reach_kind r);
enum reach_kind reach_of(struct str s);

/* The seven contact fields of a lead, in Microsoft's order. */
enum contact_field {
	CONTACT_FIRST_NAME,
	CONTACT_LAST_NAME,
	CONTACT_EMAIL,
	CONTACT_PHONE,
	CONTACT_COUNTRY,
	CONTACT_COMPANY,
	CONTACT_TITLE,
	CONTACT_FIELDS,
};
/* due_sort of a lead that owes no first response: after every real time (2100-01-01). */
#define LEAD_DUE_NONE INT64_C(4102444800000)
/* A seq of a lead is a time in ms above so many bits of its id, which tell leads of one ms apart.
 */
#define LEAD_SEQ_BITS   21
#define LEAD_SEQ_MS_MAX (INT64_MAX >> LEAD_SEQ_BITS)       /* year 2109; what is later is as late */
static inline int64_t lead_seq(int64_t ms, struct id lead) /* null id: the least one of a ms */
{
	uint32_t low = (uint32_t)lead.b[13] << 16 | (uint32_t)lead.b[14] << 8 | lead.b[15];

	if (ms < 0)
		return 0;
	if (ms >= LEAD_SEQ_MS_MAX)
		return INT64_MAX;
	return ms << LEAD_SEQ_BITS | (low & ((1u << LEAD_SEQ_BITS) - 1));
}
static inline int64_t lead_seq_ms(int64_t seq)
{
	return seq >> LEAD_SEQ_BITS;
}

extern const char *const contact_field_text[CONTACT_FIELDS]; /* firstName … title */

/* The closed list of flags on a lead (docs/flags.md). A set is a bit mask. */
enum flag {
	FLAG_UNUSUAL_PAIR = 1 << 0,   /* known source and action that do not belong together */
	FLAG_UNKNOWN_ACTION = 1 << 1, /* action code not in the table */
	FLAG_UNKNOWN_SOURCE = 1 << 2, /* source code not in the table */
	FLAG_OFFER_CONFLICT =
		1 << 3, /* LeadSource or OfferTitle names another offer than the URL */
	FLAG_ACTION_CONFLICT = 1 << 4,  /* LeadSource and ActionCode disagree */
	FLAG_SENDER_DUPLICATE = 1 << 5, /* the sender marked it as sent before (dup-) */
	FLAG_REPAIRED_TEXT = 1 << 6,    /* broken characters in a value were replaced */
	FLAG_REPAIRED_JSON = 1 << 7,    /* the body was not valid JSON and was mended to be read */
	FLAG_TEST = 1 << 8,             /* a test lead of the marketplace */
	FLAG_NO_CONTACT_DATA = 1 << 9,  /* neither e-mail nor phone */
	FLAG_COUNTRY_UNKNOWN = 1 << 10, /* a country is given that could not be told */
	FLAG_PHONE_INVALID = 1 << 11, /* a phone is given that is no number of its country's plan */
	FLAG_EMAIL_INVALID = 1 << 12, /* an e-mail is given that is no address */
	FLAG_FIELD_CONFLICT = 1 << 13, /* one field came twice with different values */
	FLAG_CUT_TEXT = 1 << 14, /* a value was longer than its limit; the receipt has all of it */
	FLAG_NAME_SCRIPTS_MIXED = 1 << 15, /* first and last name in different scripts */
};
#define FLAG_COUNT 16
const char *flag_text(enum flag f);            /* "unusual-pair" … */
unsigned flags_of(struct str comma_separated); /* unknown words are ignored */
