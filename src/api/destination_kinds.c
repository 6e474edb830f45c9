/* Kinds of destinations as tables: they draw the form and the editor of the mapping. */
#include "api/handlers.h"

static const char *const type_texts[] = {
	[FIELD_STR] = "text",      [FIELD_INT] = "int", [FIELD_BOOL] = "bool",
	[FIELD_CHOICE] = "choice", [FIELD_URL] = "url", [FIELD_EMAIL] = "email",
	[FIELD_TIME] = "time",     [FIELD_ID] = "id",   [FIELD_STRS] = "list",
	[FIELD_OBJ] = "object",
};

static void write_setting(struct json_out *o, const struct field *f)
{
	json_obj(o, NULL);
	json_put_z(o, "name", f->name);
	json_put_z(o, "type", type_texts[f->type]);
	json_put_bool(o, "required", f->flags & FIELD_REQUIRED);
	json_put_bool(o, "secret", f->flags & FIELD_SECRET);
	json_put_z(o, "default", f->def);
	if (f->min | f->max) {
		json_put_int(o, "min", f->min);
		json_put_int(o, "max", f->max);
	}
	if (f->choices) {
		json_list(o, "choices");
		for (const char *const *c = f->choices; *c; c++)
			json_put_z(o, NULL, *c);
		json_end_list(o);
	}
	json_put_z(o, "help", f->help);
	json_end_obj(o);
}

/* The default mapping in the language of the setting, and what a template may name. */
static void write_mapping(struct json_out *o, const struct dest_driver *d)
{
	json_list(o, "mapping");
	for (const struct dest_map_row *r = d->map; r && r->to; r++) {
		json_obj(o, NULL);
		json_put_z(o, "field", r->to);
		json_put_z(o, "template", r->from);
		json_put_z(o, "type", dest_type_text(r->type));
		json_put_int_but(o, "max", r->max, 0);
		json_end_obj(o);
	}
	json_end_list(o);
	json_list(o, "leadFields");
	for (const char *const *name = dest_map_names(); d->map && *name; name++)
		json_put_z(o, NULL, *name);
	json_end_list(o);
}

static void write_kind(struct json_out *o, const struct dest_driver *d)
{
	json_obj(o, NULL);
	json_put_z(o, "kind", d->kind);
	json_list(o, "settings");
	for (const struct field *f = d->settings; f->name; f++)
		if (!(f->flags & FIELD_HIDDEN))
			write_setting(o, f);
	json_end_list(o);
	json_put_bool(o, "describes", d->describe != NULL);
	write_mapping(o, d);
	json_end_obj(o);
}

bool h_destination_kinds(struct http_request *rq, const void *input, struct http_reply *reply,
			 struct err *e)
{
	const struct bare_list *in = input;
	struct short_page page = short_page(in->after, in->limit);
	struct json_out o = json_reply(reply);

	(void)rq;
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (const struct dest_driver *const *d = dest_drivers; *d; d++)
		if (short_page_takes(&page, (*d)->kind))
			write_kind(&o, *d);
	return short_page_end(&page, &o, e);
}
