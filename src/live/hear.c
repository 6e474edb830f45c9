#include "live/parts.h"

#include <string.h>

void hear_event(struct buf *b, const struct change_since_row *row, const char *publisher)
{
	char id[ID_TEXT], ref[ID_TEXT];

	buf_printf(
		b,
		"id: %s\nevent: %s\ndata: {\"id\":\"%s\",\"publisher\":\"%s\",\"what\":\"%s\"}\n\n",
		id_text(row->change_id, id), row->noun, id_text(row->ref, ref), publisher,
		row->what);
}

bool hear_begin(struct hearing *h, struct err *e)
{
	return reach_parts(h->db, h->arena, &h->reach, h->publisher, &h->parts, &h->n, e);
}

/* What is not said of a lead may be of any. Of notifications each hears that they have some. */
int hear_may(const struct hearing *h, const struct change_since_row *row, struct err *e)
{
	struct reach_lead_row lead;
	int found;

	if (h->reach.kind == REACH_ALL)
		return 1;
	if (!strcmp(row->noun, "notification"))
		return id_is_null(row->ref) || id_eq(row->ref, h->reach.holder);
	if (strcmp(row->noun, "lead") != 0)
		return 0;
	found = reach_lead(h->db, &(struct reach_lead_in){ h->publisher, row->ref }, h->arena,
			   &lead, e);
	if (found <= 0)
		return found;
	return reach_holds(h->parts, h->n, lead.owner_id, lead.team_id, lead.offer_id);
}

bool hear_write(struct hearing *h, const struct change_since_row *rows, size_t n, struct buf *b,
		struct err *e)
{
	if (!hear_begin(h, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		int may = hear_may(h, &rows[i], e);

		if (may < 0)
			return false;
		if (may)
			hear_event(b, &rows[i], h->publisher);
	}
	return true;
}
