/* What a destination may see of a lead, out of the store. */
#include "outbox/outbox.h"
#include "store/store.h"

static const char *text_of(struct arena *a, const struct json *j, const char *name)
{
	const struct json *v = json_get(j, name);
	return json_kind(v) == JSON_STR ? str_dup(a, json_str(v)) : NULL;
}

/* The texts as received are kept as JSON; they were written by us, so that they can be read. */
static void read_as_received(struct arena *a, const char *text, struct dest_lead *l)
{
	AUTO_JSON j = NULL;
	struct err e;
	if (!text || !json_parse(str_of(text), &j, &e))
		return;
	for (size_t f = 0; f < CONTACT_FIELDS; f++)
		l->raw[f] = text_of(a, j, contact_field_text[f]);
	l->lead_source = text_of(a, j, "leadSource");
	l->action_code = text_of(a, j, "actionCode");
	l->received_offer_title = text_of(a, j, "offerTitle");
	l->description = text_of(a, j, "description");
}

static const char *keep(struct arena *a, const char *text)
{
	return text ? arena_strdup(a, text) : NULL;
}

void outbox_lead_take(struct arena *a, const char *publisher, struct id lead,
		      const struct outbox_lead_row *row, struct dest_lead *ret)
{
	*ret = (struct dest_lead){
		.lead_id = lead,
		.publisher = publisher,
		.offer = arena_printf(a, "%s.%s", publisher, row->offer_id),
		.offer_title = keep(a, row->offer_title),
		.contact = { keep(a, row->first_name), keep(a, row->last_name), keep(a, row->email),
			     keep(a, row->phone), keep(a, row->country), keep(a, row->company),
			     keep(a, row->title) },
		.source = keep(a, row->source),
		.action = keep(a, row->action),
		.kind = kind_of(str_of(row->kind)),
		.test = row->test != 0,
		.dnc = row->dnc != 0,
		.duplicate = (row->flags & FLAG_SENDER_DUPLICATE) != 0,
		.received_at = row->received_at,
	};
	read_as_received(a, row->as_received, ret);
}

int outbox_lead_read(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
		     struct dest_lead *ret, struct err *e)
{
	struct outbox_lead_in in = { publisher, lead };
	struct outbox_lead_row row;
	int found = outbox_lead(db, &in, a, &row, e);

	if (found > 0)
		outbox_lead_take(a, publisher, lead, &row, ret);
	return found;
}
