/* Accept, decline, win, lose, take back; whose a lead is, and what is known of the deal. */
#include "api/desk.h"

#include <math.h>
#include "base/limits.h"

/* Of If-Match: without its quotes; NULL where any state will do. */
const char *expected_etag(struct http_request *rq)
{
	struct str s = str_trim(str_of(http_header(rq, "if-match")));

	if (!s.n || str_eq_z(s, "*"))
		return NULL;
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = str_from(str_upto(s, s.n - 1), 1);
	return str_dup(rq->arena, s);
}

int64_t expected_version(struct http_request *rq)
{
	const char *etag = expected_etag(rq);
	int64_t version = -1;

	if (etag && (!str_int(str_of(etag), &version) || version < 0))
		version = INT64_MAX;
	return version;
}

struct desk_who desk_who_of(const struct http_request *rq, const char *publisher)
{
	return (struct desk_who){
		.publisher = publisher,
		.actor = rq->who.name ? rq->who.name : "",
		.user = rq->who.user_id,
		.author = id_is_null(rq->who.user_id) ? rq->who.token_id : rq->who.user_id,
		.now_ms = rq->now_ms,
	};
}

bool desk_hold(struct http_request *rq, struct lead_page_row *ret, struct err *e)
{
	struct desk_lead_in in = { ret->publisher_id, ret->lead_id };
	struct desk_lead_row held;

	return desk_lead(db_of(rq), &in, rq->arena, &held, e) >= 0 &&
	       find_lead_of(rq, in.lead, ret, e);
}

bool desk_hold_all(struct http_request *rq, struct lead_page_row *ret, struct err *e)
{
	struct publisher_hold_in publisher = { ret->publisher_id };

	return publisher_hold(db_of(rq), &publisher, NULL, e) && desk_hold(rq, ret, e);
}

bool desk_begin(struct http_request *rq, struct sql_tx *tx, struct desk_call_in *ret, struct err *e)
{
	if (!find_lead(rq, &ret->lead, e) || !sql_begin(db_of(rq), tx, e) ||
	    !desk_hold_all(rq, &ret->lead, e))
		return false;
	ret->who = desk_who_of(rq, ret->lead.publisher_id);
	ret->at = (struct desk_at){ ret->lead.lead_id, expected_etag(rq) };
	return true;
}

bool desk_end(struct http_request *rq, struct sql_tx *tx, const struct desk_call_in *c,
	      struct http_reply *reply, struct err *e)
{
	if (!reply_lead(rq, c->lead.publisher_id, c->lead.lead_id, NAN, reply, e) ||
	    !sql_commit(tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

/* ---- transitions ---- */

struct act_in {
	struct desk_deal deal;
	const char *reason, *note, *few_attempts;
};
FITS(struct act_in);
#define DEAL(S, f, n, max_, help_) F_STR(S, deal.value[f], n, .max = (max_), .help = (help_))
#define DEAL_VALUE_ROWS(S)                                                                         \
	DEAL(S, DEAL_VALUE, "value", 20, "Estimated value, in decimals: 12000.50. Empty: none."),  \
		DEAL(S, DEAL_CURRENCY, "currency", 3, "Its currency, ISO 4217.")
#define DEAL_ROWS(S)                                                                               \
	DEAL(S, DEAL_NAME, "name", LIMIT_NAME, "Name of the deal; empty: none."),                  \
		DEAL_VALUE_ROWS(S),                                                                \
		DEAL(S, DEAL_TIME_FRAME, "purchaseTimeFrame", 20,                                  \
		     "When they want to buy: within-1-month, 1-3-months, 3-6-months, "             \
		     "6-12-months, over-12-months."),                                              \
		DEAL(S, DEAL_CLOSING_ON, "closingOn", 10, "Expected day of closing: 2027-03-31."), \
		DEAL(S, DEAL_NOTES, "notes", LIMIT_TEXT / 4, "Notes on the deal."),                \
		DEAL(S, DEAL_CRM_ID, "crmId", LIMIT_NAME, "Its id in your CRM."),                  \
		DEAL(S, DEAL_CAMPAIGN_ID, "campaignId", LIMIT_NAME, "Your marketing campaign."),   \
		DEAL(S, DEAL_QUALITY, "quality", 10, "How good the lead is: High, Low."),          \
		DEAL(S, DEAL_PURCHASE_INTENT, "purchaseIntent", 20,                                \
		     "Marketplace purchase intent: Yes, No, Have not decided.")
#define F_NOTE(S) F_STR(S, note, "note", .max = LIMIT_TEXT / 4, .help = "For the timeline.")
const struct field lead_accept_body[] = { DEAL_ROWS(struct act_in), F_NOTE(struct act_in), F_END };
const struct field lead_decline_body[] = {
	F_STR(struct act_in, reason, "reason", .max = LIMIT_CODE,
	      .help = "already-customer, duplicate, no-capacity, not-a-fit, not-a-request, "
		      "outside-market, other (then with a note)."),
	F_NOTE(struct act_in),
	F_END,
};
const struct field lead_win_body[] = { DEAL_VALUE_ROWS(struct act_in), F_NOTE(struct act_in),
				       F_END };
const struct field lead_lose_body[] = {
	F_STR(struct act_in, reason, "reason", .max = LIMIT_CODE,
	      .help = "competitor, missing-feature, no-answer, no-budget, price, timing, other "
		      "(then with a note)."),
	F_STR(struct act_in, few_attempts, "fewAttempts", .max = LIMIT_TEXT / 4,
	      .help = "Why it is given up after fewer attempts than its process asks; needed "
		      "then."),
	F_NOTE(struct act_in),
	F_END,
};

static bool act(struct http_request *rq, const struct act_in *in, enum desk_event ev,
		struct http_reply *reply, struct err *e)
{
	struct desk_answer x = { in->reason, in->note, in->few_attempts, in->deal };
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	return desk_begin(rq, &tx, &c, e) &&
	       desk_act(db_of(rq), rq->arena, &c.who, &c.at, ev, &x, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

bool h_lead_accept(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	return act(rq, in, DESK_ACCEPT, reply, e);
}

bool h_lead_decline(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	return act(rq, in, DESK_DECLINE, reply, e);
}

bool h_lead_win(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	return act(rq, in, DESK_WIN, reply, e);
}

bool h_lead_lose(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	return act(rq, in, DESK_LOSE, reply, e);
}

struct undo_in {
	const char *note;
};
FITS(struct undo_in);
const struct field lead_undo_body[] = { F_NOTE(struct undo_in), F_END };

bool h_lead_undo(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct undo_in *in = input;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	return desk_begin(rq, &tx, &c, e) &&
	       desk_undo(db_of(rq), rq->arena, &c.who, &c.at, in->note, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

/* ---- the deal ---- */

struct lead_set_in {
	struct desk_deal deal;
};
FITS(struct lead_set_in);
const struct field lead_set_body[] = { DEAL_ROWS(struct lead_set_in), F_END };

static bool set(struct http_request *rq, const struct desk_deal *deal, int favorite,
		struct http_reply *reply, struct err *e)
{
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	return desk_begin(rq, &tx, &c, e) &&
	       desk_set(db_of(rq), rq->arena, &c.who, &c.at, deal, favorite, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

bool h_lead_set(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct lead_set_in *in = input;

	return set(rq, &in->deal, -1, reply, e);
}

struct favorite_in {
	bool favorite;
};
FITS(struct favorite_in);
const struct field lead_favorite_body[] = {
	F_BOOL(struct favorite_in, favorite, "favorite", .def = "true",
	       .help = "false: not any more."),
	F_END,
};

bool h_lead_favorite(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	static const struct desk_deal as_it_is;
	const struct favorite_in *in = input;

	return set(rq, &as_it_is, in->favorite, reply, e);
}

/* ---- the owner ---- */

struct owner_in {
	const char *owner, *why;
};
FITS(struct owner_in);
const struct field lead_owner_body[] = {
	F_STR(struct owner_in, owner, "owner", .max = LIMIT_EMAIL,
	      .help = "Id or address of an account, or me; empty or null: nobody."),
	F_STR(struct owner_in, why, "why", .max = LIMIT_TEXT / 4, .help = "For the timeline."),
	F_END,
};

bool read_owner_text(struct http_request *rq, const char *text, struct id *ret, struct err *e)
{
	struct account_find_row row = { ID_NULL };

	*ret = ID_NULL;
	if (!text || !*text || id_parse(str_of(text), ret))
		return true;
	if (!strcmp(text, "me"))
		row.account_id = rq->who.user_id;
	else if (account_find(db_of(rq), &(struct account_find_in){ text }, rq->arena, &row, e) < 0)
		return false;
	*ret = id_is_null(row.account_id) ? id_new(rq->now_ms) : row.account_id;
	return true;
}

bool h_lead_owner(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct owner_in *in = input;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id owner;

	return desk_begin(rq, &tx, &c, e) && read_owner_text(rq, in->owner, &owner, e) &&
	       desk_own(db_of(rq), rq->arena, &c.who, &c.at, owner, in->why, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}
