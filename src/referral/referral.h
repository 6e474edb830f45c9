/*
 * Referrals: leads in the words of Partner Center's Referrals API, so that what was written for it
 * reads and changes leads here. Pure: OData texts, the resource, JSON Patch. What the words mean,
 * and what is not known of the original, is in docs/referrals.md.
 *
 * Errors are ERR_INPUT whose field is what the answer names as `target`.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/json.h"
#include "model/model.h"

#define REFERRAL_FILTER_MAX 4000 /* bytes of a $filter */
#define REFERRAL_NO_TIME    INT64_MIN

/* A contact of the customer, or one of the partner's team. */
struct referral_member {
	const char *first_name, *last_name, *phone, *email, *title; /* NULL: none */
};

/* Texts belong to somebody else; NULL: null. Times in ms. */
struct referral {
	const char *id, *etag;
	const char *organization_id, *organization_name;
	const char *name, *external_reference_id, *campaign_id, *quality;
	const char *status, *substatus, *status_reason;
	const char *type, *qualification, *direction;
	const char *source, *call_to_action;
	const char *company, *country;
	const char *customer_action, *message; /* what they did, and wrote */
	const char *notes, *value, *currency;  /* value: decimal text */
	const char *offer, *offer_title;
	const char *base; /* of the collection's address, for links */
	int64_t created, updated, expires, accepted, closed, closing;
	bool favorite, spam, requested_contact, may_contact, test;
	int64_t flags;
	struct referral_member contact, owner;
	bool owned; /* owner is somebody */
};
/* What is the same of every referral here: one visible to one partner, that came to it. What the
 * marketplace sent is Direct; who makes one may say otherwise. */
#define REFERRAL_TYPE          "Independent"
#define REFERRAL_QUALIFICATION "Direct"
#define REFERRAL_DIRECTION     "Incoming"
extern const char *const referral_qualifications[]; /* NULL-ended */

/* ---- $filter: lex.c, parse.c, match.c ---- */

struct referral_filter;
/* Depth, terms and length are bounded. What it gives is in a, with views of text. */
bool referral_filter_parse(struct arena *a, struct str text, const struct referral_filter **ret,
			   struct err *e) LL_MUST;
/*
 * filter NULL: everything. What is null equals null alone; it is neither less nor greater, and
 * holds, begins and ends with nothing. E-mail addresses are compared without case, other texts byte
 * by byte.
 */
bool referral_matches(const struct referral_filter *filter, const struct referral *r);

/*
 * What must be true of everything that the filter lets through: what an index can be asked for.
 * NULL, and the ends of time, are no bound. none: nothing can fit.
 */
struct referral_bounds {
	const char *id, *organization_id, *status, *substatus, *email, *owner, *country;
	int64_t created_from, created_to, updated_from, updated_to; /* ms, both ends in */
	bool none;
};
struct referral_bounds referral_bounds(struct arena *a, const struct referral_filter *filter);

/* ---- $select, $orderby: query.c ---- */

/* One bit for each property of referral_properties. text NULL: all. */
bool referral_select_parse(struct str text, uint64_t *ret, struct err *e) LL_MUST;
struct referral_order {
	bool updated; /* by updatedDateTime, else createdDateTime */
	bool rising;
};
/* text empty: as the original's lists, the newest first. */
bool referral_order_parse(struct str text, struct referral_order *ret, struct err *e) LL_MUST;

/* ---- JSON Patch: patch.c ---- */

/* NULL: as it is; "": none any more. */
struct referral_change {
	const char *name, *external_reference_id, *campaign_id, *quality;
	const char *value, *currency, *notes;
	const char *closing; /* a day: 2027-03-31 */
	const char *status, *substatus, *status_reason;
	enum lead_substatus stage; /* what status and substatus mean; none: as it is */
	const char *member;        /* e-mail of who is added to the team, in lower case */
	int favorite;              /* 1, 0, or -1 as it is */
};
/* A list of replace and add; later ones win. ERR_INPUT whose field is the path at fault. */
bool referral_patch_read(struct arena *a, const struct json *patch, struct referral_change *ret,
			 struct err *e) LL_MUST;

/* ---- PUT: replace.c ---- */

/* What is to change so that now becomes given; what given leaves out stays. ERR_INPUT whose field
 * is the path of what cannot be changed. */
bool referral_replace_read(struct arena *a, const struct json *now, const struct json *given,
			   struct referral_change *ret, struct err *e) LL_MUST;

/* ---- POST: create.c ---- */

struct referral_said {
	struct str path, text; /* "details/notes" */
};
/* NULL, and -1: not said. Texts are trimmed and never empty. */
struct referral_new {
	struct referral_change change; /* the deal, its stage (New or Active), the team */
	const char *organization, *offer, *qualification, *type, *direction;
	const char *source, *call_to_action, *customer_action, *message;
	const char *company, *country;
	struct referral_member contact;
	int may_contact, requested_contact; /* 1, 0 */
	struct referral_said *said;         /* all values, in the order in which they were said */
	size_t said_n;
};
/* ERR_INPUT whose field is the path at fault. What it gives is in a, with views of given. */
bool referral_create_read(struct arena *a, const struct json *given, struct referral_new *ret,
			  struct err *e) LL_MUST;

/* ---- the resource: write.c ---- */

void referral_write(struct json_out *o, const char *key, const struct referral *r, uint64_t select);
/* The names that $select knows, in their order; NULL ends. */
extern const char *const referral_properties[];
/* A time as the original writes it: with seven fractional digits. REFERRAL_NO_TIME writes null. */
void referral_put_time(struct json_out *o, const char *key, int64_t ms);
