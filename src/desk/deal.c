/* What is known of the deal: each field with the words or the form it may have. */
#include <string.h>
#include "desk/parts.h"

const char *const desk_field_name[DEAL_FIELDS] = {
	[DEAL_NAME] = "name",
	[DEAL_VALUE] = "value",
	[DEAL_CURRENCY] = "currency",
	[DEAL_TIME_FRAME] = "purchaseTimeFrame",
	[DEAL_CLOSING_ON] = "closingOn",
	[DEAL_NOTES] = "notes",
	[DEAL_CRM_ID] = "crmId",
	[DEAL_CAMPAIGN_ID] = "campaignId",
	[DEAL_QUALITY] = "quality",
	[DEAL_PURCHASE_INTENT] = "purchaseIntent",
};

static const char *const time_frames[] = { "within-1-month", "1-3-months",     "3-6-months",
					   "6-12-months",    "over-12-months", NULL };
/* Partner Center's own texts: its filter of leads, and its bulk file. */
static const char *const qualities[] = { "High", "Low", NULL };
static const char *const intents[] = { "Yes", "No", "Have not decided", NULL };

const char *const *desk_field_words(enum desk_field f)
{
	switch (f) {
	case DEAL_TIME_FRAME: return time_frames;
	case DEAL_QUALITY: return qualities;
	case DEAL_PURCHASE_INTENT: return intents;
	case DEAL_NAME:
	case DEAL_VALUE:
	case DEAL_CURRENCY:
	case DEAL_CLOSING_ON:
	case DEAL_NOTES:
	case DEAL_CRM_ID:
	case DEAL_CAMPAIGN_ID:
	case DEAL_FIELDS: break;
	}
	return NULL;
}

struct desk_deal desk_deal_of(struct arena *a, const struct engagement_get_row *g)
{
	int decimals = g->currency ? desk_currency_decimals(str_of(g->currency)) : -1;
	bool valued = g->value != SQL_NULL_INT && decimals >= 0;

	return (struct desk_deal){ {
		[DEAL_NAME] = g->name,
		[DEAL_VALUE] = valued ? desk_money_text(a, g->value, decimals) : NULL,
		[DEAL_CURRENCY] = g->currency,
		[DEAL_TIME_FRAME] = g->time_frame,
		[DEAL_CLOSING_ON] = g->closing_on,
		[DEAL_NOTES] = g->notes,
		[DEAL_CRM_ID] = g->crm_id,
		[DEAL_CAMPAIGN_ID] = g->campaign_id,
		[DEAL_QUALITY] = g->quality,
		[DEAL_PURCHASE_INTENT] = g->purchase_intent,
	} };
}

/* ---- checks ---- */

/* A day of the calendar, as ISO 8601 has it. */
static bool is_day(const char *z)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int part[3] = { 0, 0, 0 }, at = 0;
	bool leap;

	if (strlen(z) != 10)
		return false;
	for (int i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (z[i] != '-')
				return false;
			at++;
			continue;
		}
		if (z[i] < '0' || z[i] > '9')
			return false;
		part[at] = part[at] * 10 + (z[i] - '0');
	}
	leap = (part[0] % 4 == 0 && part[0] % 100 != 0) || part[0] % 400 == 0;
	return part[0] >= 1900 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 &&
	       part[2] <= days[part[1] - 1] + (part[1] == 2 && leap);
}

static bool check_words(enum desk_field f, const char *text, struct err *e)
{
	const char *const *w = desk_field_words(f);

	if (!text || !w)
		return true;
	for (; *w; w++)
		if (!strcmp(*w, text))
			return true;
	return ERR_FIELD(e, ERR_INPUT, "field.choice", desk_field_name[f],
			 "%s must be one of the known words.", desk_field_name[f]);
}

/* The value in the smallest unit of its currency. */
static bool read_value(const struct desk_deal *x, int64_t *ret, struct err *e)
{
	const char *value = x->value[DEAL_VALUE], *currency = x->value[DEAL_CURRENCY];
	int decimals = currency ? desk_currency_decimals(str_of(currency)) : -1;

	*ret = SQL_NULL_INT;
	if (currency && decimals < 0)
		return ERR_FIELD(e, ERR_INPUT, "deal.currency", "currency",
				 "currency must be a code of ISO 4217, such as EUR.");
	if (!value)
		return true;
	if (!currency)
		return ERR_FIELD(e, ERR_INPUT, "deal.currency", "currency",
				 "A value wants its currency.");
	if (!desk_money_parse(str_of(value), decimals, ret))
		return ERR_FIELD(e, ERR_INPUT, "deal.value", "value",
				 "value must be a number such as 12000.50, with at most %d digits "
				 "behind the point for %s.",
				 decimals, currency);
	return true;
}

static bool check(const struct desk_deal *x, int64_t *ret_value, struct err *e)
{
	const char *day = x->value[DEAL_CLOSING_ON];

	for (int f = 0; f < DEAL_FIELDS; f++)
		if (!check_words((enum desk_field)f, x->value[f], e))
			return false;
	if (day && !is_day(day))
		return ERR_FIELD(e, ERR_INPUT, "deal.day", "closingOn",
				 "closingOn must be a day such as 2027-03-31.");
	return read_value(x, ret_value, e);
}

/* ---- writing ---- */

static bool same(const char *x, const char *y)
{
	return x == y || (x && y && !strcmp(x, y));
}

static void tell_changes(struct desk_entry *t, const struct desk_deal *was,
			 const struct desk_deal *is)
{
	json_list(&t->o, "changes");
	for (int f = 0; f < DEAL_FIELDS; f++) {
		if (same(was->value[f], is->value[f]))
			continue;
		json_obj(&t->o, NULL);
		json_put_z(&t->o, "field", desk_field_name[f]);
		json_put_z(&t->o, "from", was->value[f]);
		json_put_z(&t->o, "to", is->value[f]);
		json_end_obj(&t->o);
	}
	json_end_list(&t->o);
}

static void store(struct engagement_get_row *g, const struct desk_deal *x, int64_t value)
{
	g->name = x->value[DEAL_NAME];
	g->value = value;
	g->currency = x->value[DEAL_CURRENCY];
	g->time_frame = x->value[DEAL_TIME_FRAME];
	g->closing_on = x->value[DEAL_CLOSING_ON];
	g->notes = x->value[DEAL_NOTES];
	g->crm_id = x->value[DEAL_CRM_ID];
	g->campaign_id = x->value[DEAL_CAMPAIGN_ID];
	g->quality = x->value[DEAL_QUALITY];
	g->purchase_intent = x->value[DEAL_PURCHASE_INTENT];
}

static bool take_deal(struct desk_lead *d, const struct desk_deal *deal, struct desk_deal *ret_was,
		      struct desk_deal *ret_is, bool *ret_any, struct err *e)
{
	struct desk_deal is = *ret_was = desk_deal_of(d->a, &d->g);
	int64_t value;

	*ret_any = false;
	for (int f = 0; f < DEAL_FIELDS; f++) {
		const char *text = deal->value[f];

		if (text)
			is.value[f] = *text ? text : NULL;
	}
	if (!check(&is, &value, e))
		return false;
	store(&d->g, &is, value);
	*ret_is = desk_deal_of(d->a, &d->g); /* 12000 of euros is 12000.00 */
	for (int f = 0; f < DEAL_FIELDS; f++)
		*ret_any |= !same(ret_was->value[f], ret_is->value[f]);
	return true;
}

typedef bool tell_fn(struct desk_entry *t, const struct desk_lead *d, struct err *e);

static bool put_deal(struct desk_lead *d, const struct desk_deal *deal, tell_fn *told,
		     bool *ret_any, struct err *e)
{
	struct desk_deal was, is;
	AUTO_ENTRY t = { 0 };

	if (!take_deal(d, deal, &was, &is, ret_any, e))
		return false;
	if (!*ret_any)
		return true;
	desk_tell(&t, d, "deal");
	tell_changes(&t, &was, &is);
	return told(&t, d, e);
}

bool desk_deal_put(struct desk_lead *d, const struct desk_deal *deal, bool *ret_any, struct err *e)
{
	return put_deal(d, deal, desk_told, ret_any, e);
}

bool desk_deal_new(struct desk_lead *d, const struct desk_deal *deal, bool *ret_any, struct err *e)
{
	return put_deal(d, deal, desk_entry_write, ret_any, e);
}

bool desk_set(struct sql_db *db, struct arena *a, const struct desk_who *who,
	      const struct desk_at *at, const struct desk_deal *deal, int favorite, struct err *e)
{
	struct desk_lead d;
	AUTO_ENTRY t = { 0 };
	bool any, marks;

	if (!desk_open(&d, db, a, who, at->lead, at->expect, e) ||
	    !desk_deal_put(&d, deal, &any, e))
		return false;
	marks = favorite >= 0 && favorite != (int)d.g.favorite;
	if (!any && !marks)
		return true;
	if (marks) {
		d.g.favorite = favorite;
		desk_tell(&t, &d, "favorite");
		json_put_bool(&t.o, "favorite", favorite != 0);
		if (!desk_told(&t, &d, e))
			return false;
	}
	d.g.worked_at = who->now_ms;
	return desk_write(&d, any, e);
}
