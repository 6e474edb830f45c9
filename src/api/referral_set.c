/* Changing a referral, by PATCH or PUT: the desk's own transitions, deal and owners, in one
 * transaction. */
#include "api/referral.h"

#include "base/limits.h"

/* Which event leads there; NONE: only time or the marketplace do. */
static enum desk_event event_to(enum lead_substatus to)
{
	switch (to) {
	case LEAD_ACCEPTED: return DESK_ACCEPT;
	case LEAD_WON: return DESK_WIN;
	case LEAD_LOST: return DESK_LOSE;
	case LEAD_DECLINED: return DESK_DECLINE;
	case LEAD_EXPIRED:
	case LEAD_PENDING:
	case LEAD_RECEIVED:
	case LEAD_SUBSTATUS_NONE: break;
	}
	return DESK_EVENT_NONE;
}

/* What the table allows instead, in the refusal's words. */
static bool not_allowed(enum lead_substatus from, enum lead_substatus to, struct err *e)
{
	AUTO_BUF b = buf_new(300);

	for (const struct desk_move *m = desk_moves; m->event != DESK_EVENT_NONE; m++)
		if (m->from == from && m->event != DESK_EXPIRE)
			buf_printf(&b, "%s%s", b.n ? ", " : "", lead_substatus_text(m->to));
	return ERR_FIELD(e, ERR_CONFLICT, "lead.stage", "/substatus",
			 "A referral that is %s cannot become %s. It can become: " STR_FMT ".",
			 lead_substatus_text(from), lead_substatus_text(to),
			 STR_ARG(b.n ? buf_view(&b) : STR("nothing else")));
}

static const struct {
	enum desk_field field;
	const char *path;
} targets[] = {
	{ DEAL_NAME, "/name" },
	{ DEAL_VALUE, "/details/dealValue" },
	{ DEAL_CURRENCY, "/details/currency" },
	{ DEAL_CLOSING_ON, "/details/closingDateTime" },
	{ DEAL_NOTES, "/details/notes" },
	{ DEAL_CRM_ID, "/externalReferenceId" },
	{ DEAL_CAMPAIGN_ID, "/campaignId" },
	{ DEAL_QUALITY, "/quality" },
};

bool referral_deal_fits(const struct desk_deal *deal, struct err *e)
{
	for (size_t i = 0; i < LL_COUNT(targets); i++) {
		const char *text = deal->value[targets[i].field];

		if (text && targets[i].field != DEAL_NOTES && strlen(text) > LIMIT_NAME)
			return ERR_FIELD(e, ERR_INPUT, "patch.length", targets[i].path,
					 "The text is longer than %d bytes.", LIMIT_NAME);
	}
	return true;
}

/* The desk names its own fields; who sent a patch knows paths. */
bool referral_in_paths(bool ok, struct err *e)
{
	for (size_t i = 0; !ok && i < LL_COUNT(targets); i++)
		if (!strcmp(e->field, desk_field_name[targets[i].field])) {
			memcpy(e->field, targets[i].path, strlen(targets[i].path) + 1);
			break;
		}
	return ok;
}

/* A reason of ours, or a text of theirs: then it is another one, and the text says which. */
static struct desk_answer answer_for(const struct referral_change *c, enum desk_event ev,
				     const struct desk_deal *deal)
{
	const char *text = c->status_reason ? c->status_reason : "";
	struct desk_answer x = { .deal = *deal };

	if (ev != DESK_DECLINE && ev != DESK_LOSE) {
		x.note = text;
		return x;
	}
	for (const struct desk_reason *r = desk_reasons; r->event != DESK_EVENT_NONE; r++)
		if (r->event == ev && !r->note && !strcmp(r->text, text))
			x.reason = r->text;
	if (!*text)
		text = "Told by the Referrals API, without a reason.";
	if (!x.reason) {
		x.reason = "other";
		x.note = text;
	}
	x.few_attempts = text;
	return x;
}

static bool change_stage(struct http_request *rq, const struct desk_call_in *c,
			 const struct referral_change *change, const struct desk_deal *deal,
			 struct err *e)
{
	enum lead_substatus from = lead_substatus_of(str_of(c->lead.substatus));
	enum desk_event ev = event_to(change->stage);
	struct desk_answer x = answer_for(change, ev, deal);

	if (ev != DESK_EVENT_NONE && desk_act(db_of(rq), rq->arena, &c->who, &c->at, ev, &x, e))
		return true;
	return ev == DESK_EVENT_NONE || !strcmp(e->code, "lead.stage")
		       ? not_allowed(from, change->stage, e)
		       : false;
}

static bool change_owner(struct http_request *rq, const struct desk_call_in *c, const char *email,
			 struct err *e)
{
	struct account_find_row owner;
	struct desk_at at = { c->at.lead, NULL }; /* held, and looked at before */
	int found =
		account_find(db_of(rq), &(struct account_find_in){ email }, rq->arena, &owner, e);

	if (found < 0)
		return false;
	/* Nobody's is refused as another publisher's: neither is told from the other. */
	if (desk_own(db_of(rq), rq->arena, &c->who, &at,
		     found ? owner.account_id : id_new(rq->now_ms), NULL, e))
		return true;
	if (e->kind == ERR_INPUT)
		memcpy(e->field, "/team/-", sizeof("/team/-"));
	return false;
}

struct desk_deal referral_deal(const struct referral_change *c)
{
	return (struct desk_deal){ {
		[DEAL_NAME] = c->name,
		[DEAL_VALUE] = c->value,
		[DEAL_CURRENCY] = c->currency,
		[DEAL_CLOSING_ON] = c->closing,
		[DEAL_NOTES] = c->notes,
		[DEAL_CRM_ID] = c->external_reference_id,
		[DEAL_CAMPAIGN_ID] = c->campaign_id,
		[DEAL_QUALITY] = c->quality,
	} };
}

/* What it is already is no change; a status alone is said of every substatus that it has. */
static bool is_there(const struct referral_change *change, const struct lead_page_row *l)
{
	enum lead_substatus now = lead_substatus_of(str_of(l->substatus));

	return change->substatus ? change->stage == now
				 : lead_status_with(change->stage) == lead_status_with(now);
}

/* The first call looks at what the caller has seen; the lead is held from there on. */
static bool apply(struct http_request *rq, struct desk_call_in *c,
		  const struct referral_change *change, struct err *e)
{
	static const struct desk_deal as_it_is;
	struct desk_deal deal = referral_deal(change);
	bool moves = change->stage != LEAD_SUBSTATUS_NONE && !is_there(change, &c->lead);
	struct desk_at at = c->at;

	if (change->status_reason && !moves)
		return ERR_FIELD(e, ERR_INPUT, "patch.reason", "/statusReason",
				 "A reason is given with a new status or substatus.");
	if (!referral_deal_fits(&deal, e) ||
	    (moves && !referral_in_paths(change_stage(rq, c, change, &deal, e), e)))
		return false;
	if (moves)
		at.expect = NULL;
	return referral_in_paths(desk_set(db_of(rq), rq->arena, &c->who, &at,
					  moves ? &as_it_is : &deal, change->favorite, e),
				 e) &&
	       (!change->member || change_owner(rq, c, change->member, e));
}

bool referral_is_json(const struct http_request *rq)
{
	struct str bare = str_trim(str_upto(rq->content_type, str_find(rq->content_type, ';')));

	return str_ieq_z(bare, "application/json") ||
	       str_ieq_z(bare, "application/json-patch+json");
}

/* Prefer: return=representation, among others. */
bool referral_prefers(const struct http_request *rq, const char *what)
{
	struct str rest = str_of(http_header(rq, "prefer")), part;

	while (rest.n && str_split(&rest, ',', &part))
		if (str_ieq_z(str_trim(part), what))
			return true;
	return false;
}

static bool wants_body(const struct http_request *rq)
{
	return referral_prefers(rq, "return=representation");
}

static bool as_it_is(struct http_request *rq, const struct lead_page_row *lead,
		     struct referral *ret, struct err *e)
{
	return referral_fill(rq, &lead, 1, ret, e);
}

/* As it is now, while nobody else can change it: its eTag is of no change that the caller has not
 * made. */
static bool reply_changed(struct http_request *rq, const struct lead_page_row *was, bool body,
			  struct http_reply *reply, struct err *e)
{
	struct lead_get_in in = { was->publisher_id, was->lead_id };
	struct lead_page_row row;
	struct referral r;
	struct json_out o;
	int found;

	found = lead_get(db_of(rq), &in, rq->arena, &row, e);
	if (found <= 0)
		return found == 0 ? not_found("referral", e) : false;
	if (!as_it_is(rq, &row, &r, e))
		return false;
	http_reply_header(reply, "etag", r.etag);
	if (!body) {
		reply->status = 204;
		return true;
	}
	o = json_reply(reply);
	referral_write(&o, NULL, &r, UINT64_MAX);
	return true;
}

static bool end_changed(struct http_request *rq, struct sql_tx *tx, const struct desk_call_in *c,
			bool body, struct http_reply *reply, struct err *e)
{
	if (!reply_changed(rq, &c->lead, body, reply, e) || !sql_commit(tx, e))
		return false;
	live_wake(worker_of(rq)->api->live);
	return true;
}

static bool read_patch(struct http_request *rq, struct referral_change *ret, struct err *e)
{
	AUTO_JSON patch = NULL;

	if (!referral_is_json(rq))
		return ERR(e, ERR_INPUT, "patch.type",
			   "A patch is application/json-patch+json or application/json.");
	return json_parse(rq->body, &patch, e) && referral_patch_read(rq->arena, patch, ret, e);
}

bool h_referral_set(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct referral_change change;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!read_patch(rq, &change, e) || !desk_begin(rq, &tx, &c, e) ||
	    !apply(rq, &c, &change, e) || !end_changed(rq, &tx, &c, wants_body(rq), reply, e))
		return false;
	if (wants_body(rq))
		http_reply_header(reply, "preference-applied", "return=representation");
	return true;
}

/* ---- PUT ---- */

static bool read_replacement(struct http_request *rq, const struct desk_call_in *c,
			     const struct json *given, struct referral_change *ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	struct json_out o = json_out(&b);
	AUTO_JSON now = NULL;
	struct referral r;

	if (!as_it_is(rq, &c->lead, &r, e))
		return false;
	if (c->at.expect && strcmp(arena_printf(rq->arena, "\"%s\"", c->at.expect), r.etag) != 0)
		return ERR(e, ERR_STALE, "lead.changed",
			   "Somebody else changed this lead meanwhile: look at it again, then "
			   "decide.");
	referral_write(&o, NULL, &r, UINT64_MAX);
	return json_parse(buf_view(&b), &now, e) &&
	       referral_replace_read(rq->arena, now, given, ret, e);
}

bool h_referral_put(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct referral_change change;
	AUTO_JSON given = NULL;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!http_header(rq, "if-match"))
		return ERR_FIELD(e, ERR_UNSEEN, "lead.unseen", "If-Match",
				 "Say with If-Match which state you have read: the eTag.");
	if (!referral_is_json(rq))
		return ERR(e, ERR_INPUT, "patch.type", "A referral is application/json.");
	if (!json_parse(rq->body, &given, e) || !desk_begin(rq, &tx, &c, e) ||
	    !read_replacement(rq, &c, given, &change, e) || !apply(rq, &c, &change, e))
		return false;
	return end_changed(rq, &tx, &c, true, reply, e);
}
