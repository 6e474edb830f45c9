/* What is known of a lead that somebody enters. */
#include "alert/alert.h"
#include "desk/parts.h"

/* Who enters a lead for themselves needs not be told. */
static bool tell_owner(struct desk_lead *d, const struct desk_new *x, struct err *e)
{
	struct alert_handed told = { ALERT_ASSIGNED, d->id, x->owner, ID_NULL, x->offer };
	AUTO_ENTRY t = { 0 };

	if (id_is_null(x->owner))
		return true;
	desk_tell(&t, d, "owner");
	json_put_z(&t.o, "from", NULL);
	json_put_z(&t.o, "to", x->owner_email);
	desk_put_text(&t, "why", NULL);
	told.entry = t.id;
	return desk_entry_write(&t, d, e) &&
	       (id_eq(x->owner, d->who->user) ||
		alert_hand_over(d->db, d->a, d->who->publisher, &told, 1, d->who->now_ms, e));
}

bool desk_create(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		 const struct desk_new *x, struct err *e)
{
	struct desk_lead d = { .db = db, .a = a, .who = who, .id = lead, .g = desk_nothing() };
	const struct engagement_get_row *g = &d.g;
	struct engagement_new_in in;
	bool any;

	if (!desk_deal_new(&d, &x->deal, &any, e))
		return false;
	any = any || x->favorite || x->accepted;
	in = (struct engagement_new_in){ .publisher = who->publisher,
					 .lead = lead,
					 .name = g->name,
					 .value = g->value,
					 .currency = g->currency,
					 .closing_on = g->closing_on,
					 .notes = g->notes,
					 .crm_id = g->crm_id,
					 .campaign_id = g->campaign_id,
					 .quality = g->quality,
					 .favorite = x->favorite,
					 .accepted_at = x->accepted ? who->now_ms : SQL_NULL_INT,
					 .worked_at = any ? who->now_ms : SQL_NULL_INT,
					 .qualification = x->qualification };
	return ((!any && !x->qualification) || engagement_new(db, &in, NULL, e)) &&
	       tell_owner(&d, x, e);
}
