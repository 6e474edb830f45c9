#include "dump.h"

#include "base/json.h"

/* One member a line; empty ones are left out. */
static void put(struct buf *b, const char *indent, const char *name, const char *value)
{
	struct json_out o = json_out(b);

	if (!value)
		return;
	buf_printf(b, "%s", indent);
	json_put_z(&o, name, value);
	buf_z(b, ",\n");
}

static void put_fields(struct buf *b, const char *name, const char *const *fields)
{
	buf_printf(b, "    \"%s\": {\n", name);
	for (int i = 0; i < CONTACT_FIELDS; i++)
		put(b, "      ", contact_field_text[i], fields[i]);
	buf_z(b, "    },\n");
}

static void put_flags(struct buf *b, const struct touch *t)
{
	buf_z(b, "    \"flags\": \"");
	for (unsigned i = 0, n = 0; i < FLAG_COUNT; i++)
		if (t->flags & 1u << i)
			buf_printf(b, "%s%s", n++ ? "," : "", flag_text((enum flag)(1u << i)));
	buf_z(b, "\"\n");
}

void dump_touches(struct buf *b, const struct touch *t, size_t n)
{
	buf_z(b, "[\n");
	for (size_t i = 0; i < n; i++, t++) {
		buf_z(b, "  {\n");
		put(b, "    ", "kind", kind_text(t->kind));
		put(b, "    ", "source", t->source);
		put(b, "    ", "action", t->action);
		put(b, "    ", "leadSource", t->lead_source);
		put(b, "    ", "actionCode", t->action_code);
		put(b, "    ", "publisher", t->offer_publisher);
		put(b, "    ", "offerId", t->offer_id);
		put(b, "    ", "offerName", t->offer_name);
		put(b, "    ", "offerTitle", t->offer_title);
		put(b, "    ", "productId", t->product_id);
		put(b, "    ", "description", t->description);
		put(b, "    ", "emailKey", t->email_key);
		buf_printf(b, "    \"test\": %s, \"dnc\": %s, \"hot\": %s,\n",
			   t->test ? "true" : "false", t->dnc ? "true" : "false",
			   t->hot ? "true" : "false");
		put_fields(b, "asReceived", t->raw);
		put_fields(b, "contact", t->contact);
		put_flags(b, t);
		buf_z(b, i + 1 < n ? "  },\n" : "  }\n");
	}
	buf_z(b, "]\n");
}

void dump_notes(struct buf *b, const struct touch *t)
{
	for (size_t i = 0; i < t->note_count; i++) {
		const struct note *n = &t->notes[i];

		buf_printf(b, "%s = %s, from %s \"%s\", rule %s, %s\n", n->field,
			   n->value ? n->value : "-", n->from ? n->from : "-", n->raw ? n->raw : "",
			   n->rule, confidence_text(n->confidence));
	}
}
