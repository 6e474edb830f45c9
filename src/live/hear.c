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

static bool is_lead(const struct change_since_row *row)
{
	return strcmp(row->noun, "lead") == 0;
}

bool hear_page(struct sql_db *db, struct arena *a, const char *publisher,
	       const struct change_since_row *rows, size_t n, struct hear_page *ret, struct err *e)
{
	struct reach_lead_in *asks = ARENA_ARRAY(a, struct reach_lead_in, n);
	struct reach_lead_row *leads = ARENA_ARRAY(a, struct reach_lead_row, n);
	bool *found = ARENA_ARRAY(a, bool, n);
	size_t count = 0, at = 0;

	*ret = (struct hear_page){ publisher, rows, n, ARENA_ARRAY(a, struct reach_lead_row, n),
				   ARENA_ARRAY(a, bool, n) };
	for (size_t i = 0; i < n; i++)
		if (is_lead(&rows[i]))
			asks[count++] = (struct reach_lead_in){ publisher, rows[i].ref };
	if (count && !reach_lead_batch(db, asks, count, a, leads, found, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_lead(&rows[i]))
			continue;
		ret->leads[i] = leads[at];
		ret->found[i] = found[at++];
	}
	return true;
}

bool hear_begin(struct sql_db *db, struct arena *a, const struct reach *r, const char *publisher,
		struct hearing *ret, struct err *e)
{
	*ret = (struct hearing){ .reach = *r };
	return reach_parts(db, a, r, publisher, &ret->parts, &ret->n, e);
}

/* What is not said of a lead may be of any. Of notifications each hears that they have some. */
bool hear_may(const struct hearing *h, const struct hear_page *p, size_t i)
{
	const struct change_since_row *row = &p->rows[i];
	const struct reach_lead_row *lead;

	if (h->reach.kind == REACH_ALL)
		return true;
	if (!strcmp(row->noun, "notification"))
		return id_is_null(row->ref) || id_eq(row->ref, h->reach.holder);
	if (!p->leads || !p->found[i])
		return false;
	lead = &p->leads[i];
	return reach_holds(h->parts, h->n, lead->owner_id, lead->team_id, lead->offer_id);
}

void hear_write(const struct hearing *h, const struct hear_page *p, struct buf *b)
{
	for (size_t i = 0; i < p->n; i++)
		if (hear_may(h, p, i))
			hear_event(b, &p->rows[i], p->publisher);
}
