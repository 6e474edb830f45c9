/*
 * A referral that somebody enters. It becomes a receipt like any other message, and the placer does
 * the rest, so that there is one way for all entrances: a customer, an owner, a clock, deliveries.
 * What only a person can say of it (the deal, whose it is) is stored with the receipt. It is on
 * disk when it is answered; then the answer waits for the lead, to show it.
 */
#include "api/referral.h"

#include <stdatomic.h>
#include "assign/assign.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "understand/understand.h"

#define PLACED_WITHIN_MS 10000 /* else 202 */
#define PLACED_SOON_MS   1000  /* the same for who comes while others wait so long */
#define LOOK_MS          250   /* another server may be the one that places */

#define OFFER_PATH "/details/requirements/solutions"

struct adding {
	struct http_request *rq;
	struct referral_new x;
	const char *publisher;
	struct offer_list_row offer;
	struct parts parts; /* of the caller's reach */
	const char *action; /* its code; NULL: none */
	struct desk_who who;
	struct assign_choice owner; /* null: by the rules */
	struct receipt_made_in receipt;
	struct hash hash;
	struct id lead;
	bool known; /* it was entered before */
};

/* ---- what it is about ---- */

static bool no_offer(struct adding *n, const char *full, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "referral.offer", OFFER_PATH,
			 "%s has no offer %s. Name one as [{\"id\": \"%s.offer\"}].", n->publisher,
			 full, n->publisher);
}

/* The one that is named, or the only one there is. */
static bool find_offer(struct adding *n, struct err *e)
{
	const char *id = n->x.offer;
	struct offer_list_row *rows;
	size_t count, fit = 0, dot;

	if (id && (dot = str_find(str_of(id), '.')) < strlen(id) &&
	    str_eq_z(str_upto(str_of(id), dot), n->publisher))
		id += dot + 1;
	if (!offer_list(db_of(n->rq), &(struct offer_list_in){ n->publisher }, n->rq->arena, &rows,
			&count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		if ((id && strcmp(rows[i].offer_id, id) != 0) ||
		    (n->rq->who.reach == REACH_OFFERS &&
		     !shows_offer(&n->parts, n->publisher, rows[i].offer_id)))
			continue;
		n->offer = rows[i];
		fit++;
	}
	if (fit == 1)
		return true;
	return id ? no_offer(n, n->x.offer, e)
		  : ERR_FIELD(e, ERR_INPUT, "referral.offer", OFFER_PATH,
			      "Say which offer it is about: [{\"id\": \"%s.offer\"}].",
			      n->publisher);
}

/* That of ?publisher=, of organizationId, of the offer, or the only one. */
static bool find_publisher(struct adding *n, const char *asked, struct err *e)
{
	struct arena *a = n->rq->arena;
	struct scope scope;
	struct str offer = str_of(n->x.offer);
	size_t dot = str_find(offer, '.');

	if (!asked)
		asked = n->x.organization;
	if (!asked && !*n->rq->who.publisher && dot < offer.n)
		asked = str_dup(a, str_upto(offer, dot));
	if (!scope_one(n->rq, asked, &n->publisher, e))
		return false;
	if (n->x.organization && strcmp(n->x.organization, n->publisher) != 0)
		return ERR_FIELD(e, ERR_INPUT, "referral.value", "/organizationId",
				 "This is another publisher than %s.", n->publisher);
	scope = (struct scope){ &n->publisher, 1 };
	return parts_of(n->rq, &scope, &n->parts, e);
}

/* What is shown of the action and the flame must be what was said. */
static bool find_action(struct adding *n, struct err *e)
{
	const struct referral_new *x = &n->x;
	const char *by_words = referral_action_of(x->customer_action);
	const struct kind_rule *rule;
	struct arena *a = n->rq->arena;

	n->action = x->call_to_action ? action_canonical(a, str_of(x->call_to_action)) : by_words;
	if (!n->action && x->requested_contact > 0)
		n->action = "PLT";
	if (x->customer_action && (!by_words || !n->action || strcmp(by_words, n->action) != 0))
		return ERR_FIELD(
			e, ERR_INPUT, "referral.value", "/details/customerAction",
			"It is one of Contact me, Get it now, Create, Test drive, and says "
			"the same as callToAction. Or leave it out.");
	rule = kind_rule_for(x->source ? source_canonical(a, str_of(x->source)) : "",
			     n->action ? n->action : "", n->offer.transactable != 0);
	if (rule->kind == KIND_INFORMATION)
		return ERR_FIELD(
			e, ERR_INPUT, "referral.value", "/callToAction",
			"Nobody enters what is for information only. A customer who is not "
			"to be contacted has consent.consentToContact false.");
	if (x->requested_contact >= 0 && x->requested_contact != rule->hot)
		return ERR_FIELD(
			e, ERR_INPUT, "referral.value", "/details/customerRequestedContact",
			"This goes with callToAction PLT (Contact me), and with no other.");
	return true;
}

/* ---- whose it is ---- */

static bool no_owner(struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "lead.owner", "/team",
			 "The member of the team must be an active account of this publisher, at "
			 "least a seller.");
}

/*
 * Somebody's who is named; else the caller's own, where they would not reach it otherwise, or have
 * accepted it; else the rules say. Nobody enters a lead that they cannot reach then.
 */
static bool find_owner(struct adding *n, struct err *e)
{
	enum reach_kind reach = n->rq->who.reach;
	bool self = reach == REACH_OWN || reach == REACH_TEAM ||
		    (n->x.change.stage == LEAD_ACCEPTED && !id_is_null(n->rq->who.user_id));
	struct account_find_row row = { n->rq->who.user_id };
	bool may = false;
	int found = 1;

	if (n->x.change.member)
		found = account_find(db_of(n->rq), &(struct account_find_in){ n->x.change.member },
				     n->rq->arena, &row, e);
	else if (!self)
		return true;
	if (found < 0 || (found && !assign_to(db_of(n->rq), n->rq->arena, n->publisher,
					      row.account_id, &n->owner, &may, e)))
		return false;
	if (!may)
		return no_owner(e);
	if (!is_limited(n->rq) ||
	    reach_holds(n->parts.all, n->parts.n, n->owner.owner, n->owner.team, n->offer.offer_id))
		return true;
	return ERR_FIELD(e, ERR_FORBIDDEN, "referral.reach", "/team",
			 "You reach %s, and would not reach this lead: leave the team out, or ask "
			 "somebody who reaches all.",
			 reach_text(reach));
}

/* ---- what is stored ---- */

/* Two owners are two bodies: the very same is sent by the same for the same. */
static bool write_body(struct adding *n, struct err *e)
{
	const struct referral_new *x = &n->x;
	enum lead_substatus stage = x->change.stage ? x->change.stage : LEAD_RECEIVED;
	struct str *name = ARENA_ARRAY(n->rq->arena, struct str, x->said_n + 1);
	struct str *cell = ARENA_ARRAY(n->rq->arena, struct str, x->said_n + 1);
	struct row_body row = { .n = x->said_n, .name = name, .cell = cell };
	AUTO_BUF b = buf_new(LIMIT_API_BODY * 8);
	char id[ID_TEXT];

	for (size_t i = 0; i < x->said_n; i++) {
		name[i] = x->said[i].path;
		cell[i] = x->said[i].text;
	}
	row.value[ROW_FIRST_NAME] = str_of(x->contact.first_name);
	row.value[ROW_LAST_NAME] = str_of(x->contact.last_name);
	row.value[ROW_EMAIL] = str_of(x->contact.email);
	row.value[ROW_PHONE] = str_of(x->contact.phone);
	row.value[ROW_TITLE] = str_of(x->contact.title);
	row.value[ROW_COUNTRY] = str_of(x->country);
	row.value[ROW_COMPANY] = str_of(x->company);
	row.value[ROW_LEAD_SOURCE] = str_of(x->source);
	row.value[ROW_ACTION_CODE] = str_of(n->action);
	row.value[ROW_DESCRIPTION] = str_of(x->message);
	row.value[ROW_STATUS] = str_of(lead_status_text(lead_status_with(stage)));
	row.value[ROW_SUBSTATUS] = str_of(lead_substatus_text(stage));
	row.value[ROW_DO_NOT_CONTACT] = x->may_contact ? STR("") : STR("true");
	if (!id_is_null(n->owner.owner))
		row.value[ROW_OWNER] = str_of(id_text(n->owner.owner, id));
	row_write(&row, &b);
	if (!buf_ok(&b))
		return ERR(e, ERR_TOO_LARGE, "referral.length",
			   "That is longer than a lead may be.");
	n->receipt.body = (struct str){ arena_strndup(n->rq->arena, b.p, b.n), b.n };
	n->hash = hash_of(n->receipt.body);
	return true;
}

static void fill_receipt(struct adding *n)
{
	int64_t window = worker_of(n->rq)->api->conf->repeat_window_s * 1000, now = n->rq->now_ms;
	struct id *id = ARENA_NEW(n->rq->arena, struct id);

	*id = id_new(now);
	n->receipt.publisher = n->publisher;
	n->receipt.receipt = *id;
	n->receipt.offer = n->offer.offer_id;
	n->receipt.body_hash = (struct str){ (const char *)n->hash.b, sizeof(n->hash.b) };
	n->receipt.slot = window > 0 ? now - now % window : 0;
	n->receipt.now = now;
	n->receipt.content_type = ROW_CONTENT_TYPE;
	n->receipt.key = (struct str){ (const char *)id->b, sizeof(id->b) };
	n->lead = place_lead_id(*id, 0, now);
}

/* The very same within the repeat window is the same one: who did not hear the answer asks again.
 */
static bool find_known(struct adding *n, struct err *e)
{
	int64_t window = worker_of(n->rq)->api->conf->repeat_window_s * 1000;
	struct receipt_made_before_in in = { n->publisher, n->offer.offer_id, n->receipt.body_hash,
					     n->rq->now_ms - window };
	struct receipt_made_before_row row;
	int found = receipt_made_before(db_of(n->rq), &in, n->rq->arena, &row, e);

	n->known = found > 0;
	if (n->known)
		n->lead = place_lead_id(row.receipt_id, 0, row.received_at);
	return found >= 0;
}

/* One lead for one of the CRM's; which one it is, is told to those who reach it. */
static bool is_new(struct adding *n, const char *crm_id, struct err *e)
{
	struct engagement_by_crm_in in = { n->publisher, crm_id };
	struct reach r = reach_of_caller(n->rq);
	struct engagement_by_crm_row row;
	char id[ID_TEXT];
	int found =
		crm_id && *crm_id ? engagement_by_crm(db_of(n->rq), &in, n->rq->arena, &row, e) : 0;
	int seen = found > 0 ? reach_has_lead(db_of(n->rq), n->rq->arena, &r, n->publisher,
					      row.lead_id, e)
			     : 0;

	if (found < 0 || seen < 0)
		return false;
	return !found || ERR_FIELD(e, ERR_CONFLICT, "referral.exists", "/externalReferenceId",
				   "Another referral has this externalReferenceId%s%s: change that "
				   "one by PATCH, or send another one.",
				   seen ? ": " : "", seen ? id_text(row.lead_id, id) : "");
}

static bool store(struct adding *n, struct err *e)
{
	const struct referral_change *c = &n->x.change;
	struct desk_new x = { .deal = referral_deal(c),
			      .favorite = c->favorite > 0,
			      .accepted = c->stage == LEAD_ACCEPTED,
			      .qualification = n->x.qualification,
			      .owner = n->owner.owner,
			      .owner_email = n->owner.email,
			      .offer = n->offer.offer_id };

	return referral_deal_fits(&x.deal, e) && is_new(n, x.deal.value[DEAL_CRM_ID], e) &&
	       receipt_made(db_of(n->rq), &n->receipt, NULL, e) &&
	       referral_in_paths(desk_create(db_of(n->rq), n->rq->arena, &n->who, n->lead, &x, e),
				 e);
}

/* The publisher is held, so that the same that is sent twice at once is stored once. */
static bool add(struct adding *n, struct err *e)
{
	AUTO_TX tx = { 0 };

	n->who = desk_who_of(n->rq, n->publisher);
	if (!sql_begin(db_of(n->rq), &tx, e) ||
	    !publisher_hold(db_of(n->rq), &(struct publisher_hold_in){ n->publisher }, NULL, e) ||
	    !find_owner(n, e) || !write_body(n, e))
		return false;
	fill_receipt(n);
	if (!find_known(n, e) || (!n->known && !store(n, e)) || !sql_commit(&tx, e))
		return false;
	if (!n->known && worker_of(n->rq)->api->placer)
		placer_note(worker_of(n->rq)->api->placer, 1);
	live_wake(worker_of(n->rq)->api->live);
	return true;
}

/* ---- the answer ---- */

/* 1, 0 it waits to be placed, -1. */
static int look(struct adding *n, struct referral *ret, struct err *e)
{
	struct lead_get_in in = { n->publisher, n->lead };
	struct lead_page_row *row = ARENA_NEW(n->rq->arena, struct lead_page_row);
	const struct lead_page_row *lead = row;
	AUTO_TX moment = { 0 };
	int found;

	if (!sql_begin_read(db_of(n->rq), &moment, e))
		return -1;
	found = lead_get(db_of(n->rq), &in, n->rq->arena, row, e);
	/* It may be somebody else's since it was entered. */
	if (found > 0 && n->known && !check_reach(n->rq, n->publisher, n->lead, e))
		return -1;
	return found > 0 && !referral_fill(n->rq, &lead, 1, ret, e) ? -1 : found;
}

static int wait_until(struct adding *n, int64_t until, struct referral *ret, struct err *e)
{
	struct placer *placer = worker_of(n->rq)->api->placer;

	for (;;) {
		uint64_t turn = placer ? placer_turn(placer) : 0;
		int found = look(n, ret, e);

		if (found || !placer || clock_mono() >= until ||
		    (!placer_await(placer, turn, LOOK_MS) && placer_is_paused(placer)))
			return found;
	}
}

/* Where nothing is placed for a while, half of the workers wait long: the others answer people. */
static int wait_placed(struct adding *n, struct referral *ret, struct err *e)
{
	static atomic_int waiting;
	int64_t now = clock_mono();
	bool may = atomic_fetch_add(&waiting, 1) < worker_of(n->rq)->api->conf->workers / 2;
	int found;

	if (!may)
		atomic_fetch_sub(&waiting, 1);
	found = wait_until(n, now + (may ? PLACED_WITHIN_MS : PLACED_SOON_MS), ret, e);
	if (may)
		atomic_fetch_sub(&waiting, 1);
	return found;
}

static void reply_waiting(struct adding *n, struct http_reply *reply)
{
	JSON_REPLY(o, reply);

	reply->status = 202;
	http_reply_header(reply, "retry-after", "1");
	json_obj(&o, NULL);
	json_put_id(&o, "id", &n->lead);
	json_end_obj(&o);
}

static bool reply_added(struct adding *n, struct http_reply *reply, struct err *e)
{
	struct http_request *rq = n->rq;
	struct json_out o;
	struct referral r;
	char id[ID_TEXT];
	int found = wait_placed(n, &r, e);

	if (found < 0)
		return false;
	http_reply_header(reply, "location",
			  arena_printf(rq->arena, "%s" REFERRALS "/%s", referral_root(rq),
				       id_text(n->lead, id)));
	if (!found) {
		reply_waiting(n, reply);
		return true;
	}
	reply->status = n->known ? 200 : 201;
	http_reply_header(reply, "etag", r.etag);
	if (referral_prefers(rq, "return=minimal")) {
		http_reply_header(reply, "preference-applied", "return=minimal");
		return true;
	}
	o = json_reply(reply);
	referral_write(&o, NULL, &r, UINT64_MAX);
	return true;
}

bool h_referral_add(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct scope_in *in = input;
	struct adding n = { .rq = rq };
	AUTO_JSON given = NULL;

	if (!referral_is_json(rq))
		return ERR(e, ERR_INPUT, "patch.type", "A referral is application/json.");
	return json_parse(rq->body, &given, e) && referral_create_read(rq->arena, given, &n.x, e) &&
	       find_publisher(&n, in->publisher, e) && find_offer(&n, e) && find_action(&n, e) &&
	       add(&n, e) && reply_added(&n, reply, e);
}
