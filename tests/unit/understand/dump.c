#include "dump.h"

#include "base/json.h"

const struct offer_facts dump_offer = { "contoso", "crm", "Contoso CRM", false };

struct dump {
	struct buf *b;
	int depth;
	bool comma;
};

static void line(struct dump *d)
{
	buf_z(d->b, d->comma ? ",\n" : "\n");
	for (int i = 0; i < d->depth; i++)
		buf_z(d->b, "  ");
	d->comma = true;
}

static void open_with(struct dump *d, const char *text)
{
	line(d);
	buf_z(d->b, text);
	d->depth++;
	d->comma = false;
}

static void close_with(struct dump *d, char c)
{
	d->depth--;
	d->comma = false;
	line(d);
	buf_byte(d->b, c);
}

/* A member, or an element when name is NULL; what is absent is left out. */
static void put(struct dump *d, const char *name, const char *value)
{
	struct json_out o = json_out(d->b);

	if (!value)
		return;
	line(d);
	json_put_z(&o, name, value);
}

static void put_bool(struct dump *d, const char *name, bool value)
{
	struct json_out o = json_out(d->b);

	line(d);
	json_put_bool(&o, name, value);
}

static void put_fields(struct dump *d, const char *open, const char *const *fields)
{
	open_with(d, open);
	for (int i = 0; i < CONTACT_FIELDS; i++)
		put(d, contact_field_text[i], fields[i]);
	close_with(d, '}');
}

static void put_flags(struct dump *d, unsigned flags)
{
	open_with(d, "\"flags\":[");
	for (unsigned i = 0; i < FLAG_COUNT; i++)
		if (flags & 1u << i)
			put(d, NULL, flag_text((enum flag)(1u << i)));
	close_with(d, ']');
}

static void put_notes(struct arena *a, struct dump *d, const struct touch *t)
{
	open_with(d, "\"understanding\":[");
	for (size_t i = 0; i < t->note_count; i++) {
		const struct note *n = &t->notes[i];

		put(d, NULL,
		    arena_printf(a, "%s = %s <- %s: %s [%s, %s]", n->field,
				 n->value ? n->value : "?", n->from ? n->from : "",
				 n->raw ? n->raw : "", n->rule, confidence_text(n->confidence)));
	}
	close_with(d, ']');
}

static void put_touch(struct arena *a, struct dump *d, const struct touch *t)
{
	open_with(d, "{");
	put(d, "kind", kind_text(t->kind));
	put(d, "source", t->source);
	put(d, "action", t->action);
	put(d, "leadSource", t->lead_source);
	put(d, "actionCode", t->action_code);
	put(d, "offerPublisher", t->offer_publisher);
	put(d, "offerId", t->offer_id);
	put(d, "offerName", t->offer_name);
	put(d, "offerTitle", t->offer_title);
	put(d, "productId", t->product_id);
	put(d, "description", t->description);
	put_bool(d, "hot", t->hot);
	put_bool(d, "doNotContact", t->dnc);
	put_bool(d, "test", t->test);
	put_fields(d, "\"asReceived\":{", t->raw);
	put_fields(d, "\"contact\":{", t->contact);
	put(d, "emailKey", t->email_key);
	put_flags(d, t->flags);
	put_notes(a, d, t);
	close_with(d, '}');
}

void dump_body(struct arena *a, struct buf *out, struct str body)
{
	struct dump d = { .b = out, .depth = 1 };
	struct touch *t;
	struct err e = { 0 };
	size_t n;

	if (!understand(a, body, STR(""), &dump_offer, &t, &n, &e)) {
		buf_byte(out, '{');
		put(&d, "code", e.code);
		put(&d, "problem", e.text);
		buf_z(out, "\n}\n");
		return;
	}
	buf_byte(out, '[');
	for (size_t i = 0; i < n; i++)
		put_touch(a, &d, &t[i]);
	buf_z(out, "\n]\n");
}
