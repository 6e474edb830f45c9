/* Kind hubspot: its records read back, by a search for those that have changed. */
#include "dest/hubspot.h"
#include "dest/rows.h"

#define PAGE 100 /* what every version of the search gives */

static const struct dest_rule follow_rules[] = {
	{ 401, 401, NULL, OUTCOME_CONFIG, .token = "unauthorized",
	  .words = "The token is refused: make a new one over there, and set it here." },
	{ 403, 403, NULL, OUTCOME_CONFIG, .token = "no-read-access",
	  .words = "The token lacks the right crm.objects.contacts.read." },
	{ 429, 429, "DAILY", OUTCOME_RETRY, true, 3600000, .token = "daily-quota" },
	{ 0, 0, NULL, OUTCOME_NONE, .token = NULL },
};

/*
 * Where a list goes on: at the time of the last record, as a question of its own. An offset into a
 * list that is sorted by change would shift with each change, and ends at 10,000; it is only used
 * while a whole page has one time. "MS" or "MS OFFSET".
 */
struct place {
	int64_t since;
	const char *after;
};

static struct place place_of(const struct dest_call *c)
{
	struct str rest = str_of(c->next), piece;
	struct place p = { c->since_ms, NULL };

	if (!c->next)
		return p;
	if (!str_split(&rest, ' ', &piece) || !str_int(piece, &p.since))
		p.since = c->since_ms;
	p.after = rest.n ? str_dup(c->arena, rest) : NULL;
	return p;
}

static struct str search(const struct dest_call *c)
{
	struct place p = place_of(c);
	static const char *const properties[] = { "hs_lead_status", "lifecyclestage",
						  "hubspot_owner_id", "lastmodifieddate",
						  "notes_last_contacted" };
	AUTO_BUF b = buf_new(2048);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_list(&o, "filterGroups");
	json_obj(&o, NULL);
	json_list(&o, "filters");
	json_obj(&o, NULL);
	json_put_z(&o, "propertyName", "lastmodifieddate");
	json_put_z(&o, "operator", "GTE");
	json_put_z(&o, "value", arena_printf(c->arena, "%lld", (long long)p.since));
	json_end_obj(&o);
	json_end_list(&o);
	json_end_obj(&o);
	json_end_list(&o);
	json_list(&o, "sorts");
	json_obj(&o, NULL);
	json_put_z(&o, "propertyName", "lastmodifieddate");
	json_put_z(&o, "direction", "ASCENDING");
	json_end_obj(&o);
	json_end_list(&o);
	json_list(&o, "properties");
	for (size_t i = 0; i < LL_COUNT(properties); i++)
		json_put_z(&o, NULL, properties[i]);
	json_end_list(&o);
	json_put_int(&o, "limit", PAGE);
	if (p.after)
		json_put_z(&o, "after", p.after);
	json_end_obj(&o);
	return dest_body(c->arena, &b);
}

static bool follow_prepare(const struct dest_call *c, struct net_request *ret, struct err *e)
{
	*ret = dest_request(c, "POST", hubspot_url(c, "/search"));
	ret->reply_max = HUBSPOT_REPLY_MAX;
	ret->body = search(c);
	return hubspot_authorize(c, ret, e) && dest_json_headers(ret, e);
}

/* First row that fits wins; "" is any. Both properties have these values until somebody adds own.
 */
static const struct {
	const char *lead_status, *stage;
	enum dest_standing standing;
} standings[] = {
	{ "", "customer", DEST_WON },          { "", "evangelist", DEST_WON },
	{ "UNQUALIFIED", "", DEST_LOST },      { "OPEN_DEAL", "", DEST_QUALIFIED },
	{ "", "opportunity", DEST_QUALIFIED }, { "NEW", "", DEST_OPEN },
};

static enum dest_standing standing_of(struct str lead_status, struct str stage)
{
	for (size_t i = 0; i < LL_COUNT(standings); i++)
		if ((!*standings[i].lead_status ||
		     str_eq_z(lead_status, standings[i].lead_status)) &&
		    (!*standings[i].stage || str_eq_z(stage, standings[i].stage)))
			return standings[i].standing;
	return lead_status.n ? DEST_WORKING : DEST_OPEN;
}

/* The owner comes as a number; whose it is would take another right. */
static bool read_record(const struct dest_call *c, const struct json *j, struct dest_record *r)
{
	const struct json *p = json_get(j, "properties");
	struct str status = json_str(json_get(p, "hs_lead_status"));
	struct str stage = json_str(json_get(p, "lifecyclestage"));
	struct str owner = json_str(json_get(p, "hubspot_owner_id"));

	r->remote_id = str_dup(c->arena, json_scalar(c->arena, json_get(j, "id")));
	r->status = dest_words(c, status.n ? status : stage);
	r->owner =
		owner.n ? dest_words(c, str_of(arena_printf(c->arena, "#" STR_FMT, STR_ARG(owner))))
			: NULL;
	r->changed_at = dest_time(c, json_str(json_get(p, "lastmodifieddate")));
	r->contacted_at = dest_time(c, json_str(json_get(p, "notes_last_contacted")));
	r->standing = standing_of(status, stage);
	return true;
}

static bool follow_read(const struct dest_call *c, const struct json *answer,
			struct dest_records *ret)
{
	const struct json *after = json_get(json_get(json_get(answer, "paging"), "next"), "after");
	struct str next = json_scalar(c->arena, after);

	int64_t first, last;

	if (!dest_take_records(c, json_get(answer, "results"), read_record, ret))
		return false;
	if (!next.n || !ret->n)
		return true;
	first = ret->all[0].changed_at;
	last = ret->all[ret->n - 1].changed_at;
	ret->next = last > first ? arena_printf(c->arena, "%lld", (long long)last)
				 : arena_printf(c->arena, "%lld " STR_FMT, (long long)first,
						STR_ARG(next));
	return true;
}

const struct dest_follow hubspot_follow = { .rules = follow_rules,
					    .status = "hs_lead_status",
					    .prepare = follow_prepare,
					    .read = follow_read };
