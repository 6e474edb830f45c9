/* From rows to referrals. docs/referrals.md has the table of what comes from where. */
#include "api/referral.h"

#include "base/clock.h"

/* What the customer did, in the words of the marketplace's buttons. */
static const struct {
	const char *action, *said;
} actions[] = {
	{ "Create", "Create" },
	{ "INS", "Get it now" },
	{ "PLT", "Contact me" },
	{ "StartTestDrive", "Test drive" },
};

const char *referral_action_of(const char *said)
{
	for (size_t i = 0; said && i < LL_COUNT(actions); i++)
		if (!strcmp(said, actions[i].said))
			return actions[i].action;
	return NULL;
}

static const char *said(const char *action)
{
	for (size_t i = 0; i < LL_COUNT(actions); i++)
		if (!strcmp(action, actions[i].action))
			return actions[i].said;
	return NULL;
}

/* The clock's end of a lead that somebody owes an answer, whatever became of it since. */
static int64_t expires(const struct lead_page_row *l)
{
	return l->due_at == SQL_NULL_INT || l->test ? REFERRAL_NO_TIME
						    : l->received_at + DESK_EXPIRY_MS;
}

static void fill_deal(struct arena *a, struct referral *r, const struct lead_page_row *l,
		      const struct engagement_get_row *g)
{
	struct desk_deal deal = desk_deal_of(a, g);

	r->name = deal.value[DEAL_NAME] ? deal.value[DEAL_NAME] : l->offer_title;
	r->external_reference_id = deal.value[DEAL_CRM_ID];
	r->campaign_id = deal.value[DEAL_CAMPAIGN_ID];
	r->quality = deal.value[DEAL_QUALITY] ? deal.value[DEAL_QUALITY] : "Unknown";
	r->notes = deal.value[DEAL_NOTES];
	r->value = deal.value[DEAL_VALUE];
	r->currency = deal.value[DEAL_CURRENCY];
	if (!deal.value[DEAL_CLOSING_ON] || !clock_parse(deal.value[DEAL_CLOSING_ON], &r->closing))
		r->closing = REFERRAL_NO_TIME;
	r->favorite = g->favorite != 0;
	r->status_reason = g->reason;
	r->qualification = g->qualification ? g->qualification : REFERRAL_QUALIFICATION;
	r->spam = g->reason && !strcmp(g->reason, "not-a-request");
	r->accepted = g->accepted_at;
	r->closed = g->closed_at;
	r->etag = arena_printf(a, "\"%s\"", desk_etag(a, g->version, l->substatus));
}

static void fill_lead(struct arena *a, struct referral *r, const struct lead_page_row *l)
{
	r->id = id_text(l->lead_id, arena_alloc(a, ID_TEXT));
	r->organization_id = l->publisher_id;
	r->status = l->status;
	r->substatus = l->substatus;
	r->type = REFERRAL_TYPE;
	r->direction = REFERRAL_DIRECTION;
	r->source = l->source;
	r->call_to_action = l->action;
	r->customer_action = said(l->action);
	r->message = l->description;
	r->company = l->company;
	r->country = l->country;
	r->contact = (struct referral_member){ l->first_name, l->last_name, l->phone, l->email,
					       l->title };
	r->offer = arena_printf(a, "%s.%s", l->publisher_id, l->offer_id);
	r->offer_title = l->offer_title ? l->offer_title : l->offer_id;
	r->created = l->received_at;
	r->updated = l->updated_seq == SQL_NULL_INT ? l->received_at : lead_seq_ms(l->updated_seq);
	r->expires = expires(l);
	r->requested_contact = l->hot != 0;
	r->may_contact = !l->dnc;
	r->test = l->test != 0;
	r->flags = l->flags;
}

/* An account has one name; a team's member has two, cut at the last blank. */
static void fill_owner(struct arena *a, struct referral *r, const struct account_list_row *u)
{
	const char *blank = strrchr(u->name, ' ');

	r->owned = true;
	r->owner.email = u->email;
	if (!*u->name)
		return;
	r->owner.first_name =
		blank ? arena_strndup(a, u->name, (size_t)(blank - u->name)) : u->name;
	r->owner.last_name = blank ? blank + 1 : NULL;
}

/* Each owner is read once, however many leads there are. */
static bool fill_owners(struct http_request *rq, const struct lead_page_row *const *leads, size_t n,
			struct referral *all, struct err *e)
{
	struct account_get_in *in = ARENA_ARRAY(rq->arena, struct account_get_in, n);
	struct account_list_row *rows = ARENA_ARRAY(rq->arena, struct account_list_row, n);
	bool *found = ARENA_ARRAY(rq->arena, bool, n);
	size_t *of = ARENA_ARRAY(rq->arena, size_t, n), count = 0;

	for (size_t i = 0; i < n; i++) {
		for (of[i] = 0; of[i] < count; of[i]++)
			if (id_eq(in[of[i]].account, leads[i]->owner_id))
				break;
		if (!id_is_null(leads[i]->owner_id) && of[i] == count)
			in[count++].account = leads[i]->owner_id;
	}
	if (count && !account_get_batch(db_of(rq), in, count, rq->arena, rows, found, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!id_is_null(leads[i]->owner_id) && found[of[i]])
			fill_owner(rq->arena, &all[i], &rows[of[i]]);
	return true;
}

static bool fill_organizations(struct http_request *rq, struct referral *all, size_t n,
			       struct err *e)
{
	struct publisher_get_row p;

	for (size_t i = 0; i < n; i++) {
		if (i && !strcmp(all[i].organization_id, all[i - 1].organization_id)) {
			all[i].organization_name = all[i - 1].organization_name;
			continue;
		}
		if (publisher_get(db_of(rq), &(struct publisher_get_in){ all[i].organization_id },
				  rq->arena, &p, e) < 0)
			return false;
		all[i].organization_name = p.name;
	}
	return true;
}

bool referral_fill(struct http_request *rq, const struct lead_page_row *const *leads, size_t n,
		   struct referral *ret, struct err *e)
{
	struct engagement_get_in *in = ARENA_ARRAY(rq->arena, struct engagement_get_in, n);
	struct engagement_get_row *deals = ARENA_ARRAY(rq->arena, struct engagement_get_row, n);
	bool *found = ARENA_ARRAY(rq->arena, bool, n);
	const char *base = arena_printf(rq->arena, "%s" REFERRALS, referral_root(rq));
	static const struct engagement_get_row nothing = { .value = SQL_NULL_INT,
							   .accepted_at = SQL_NULL_INT,
							   .closed_at = SQL_NULL_INT };

	if (!n)
		return true;
	for (size_t i = 0; i < n; i++)
		in[i] = (struct engagement_get_in){ leads[i]->publisher_id, leads[i]->lead_id };
	if (!engagement_get_batch(db_of(rq), in, n, rq->arena, deals, found, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct referral){ .base = base };
		fill_lead(rq->arena, &ret[i], leads[i]);
		fill_deal(rq->arena, &ret[i], leads[i], found[i] ? &deals[i] : &nothing);
	}
	return fill_owners(rq, leads, n, ret, e) && fill_organizations(rq, ret, n, e);
}
