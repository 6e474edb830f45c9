/* Whose the new leads of a batch are. */
#include "place/batch.h"

/* Whose it was made for, as long as they may own it. */
static bool give_to(struct place_worker *w, struct batch *b, struct item *it, struct err *e)
{
	struct id owner;
	bool may;

	if (!it->made || !it->touch->owner || !id_parse(str_of(it->touch->owner), &owner))
		return true;
	if (!assign_to(w->c.db, b->arena, b->publisher, owner, &it->own, &may, e))
		return false;
	it->choice = may ? &it->own : NULL;
	return true;
}

/* To whom it was made for, else by the rules of the publisher, each in its order. */
bool batch_give(struct place_worker *w, struct batch *b, struct err *e)
{
	for (size_t i = 0; i < b->item_count; i++) {
		struct item *it = &b->items[i];
		const struct assign_lead lead = { it->lead, it->receipt->offer_id,
						  it->touch->contact[CONTACT_COUNTRY] };

		it->choice = NULL;
		if (!give_to(w, b, it, e))
			return false;
		if (!it->choice && b->assign && it->new_lead && it->given &&
		    !assign_pick(b->assign, &lead, &it->choice, e))
			return false;
	}
	return true;
}

bool batch_list(struct place_worker *w, struct batch *b, const struct lead_put_in *leads,
		struct err *e)
{
	for (size_t i = 0; i < b->item_count; i++) {
		const struct item *it = &b->items[i];
		struct engagement_seq_in in;

		if (!it->new_lead)
			continue;
		in = (struct engagement_seq_in){ b->publisher, it->lead, leads->seq };
		leads++;
		if (it->made && !engagement_seq(w->c.db, &in, NULL, e))
			return false;
	}
	return true;
}
