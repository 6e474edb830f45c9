/*
 * What is stored of a touch beside its lead: the texts as received, and the notes. The notes would
 * say most texts three times over; so what follows from the field and the texts is left out, and
 * put back when read.
 *
 * Notes are a JSON list of [field, rule, confidence, from, value, raw]; 0 stands for what is usual
 * of that member, and usual members at the end are left out.
 */
#include "base/json.h"
#include "base/limits.h"
#include "understand/understand.h"

#define MEMBERS 6

/* The usual origin of a field, and the text that its raw value usually is. */
static const struct usual {
	const char *field, *from, *raw_of;
} usuals[] = {
	{ "firstName", "UserDetails.FirstName", "firstName" },
	{ "lastName", "UserDetails.LastName", "lastName" },
	{ "email", "UserDetails.Email", "email" },
	{ "phone", "UserDetails.Phone", "phone" },
	{ "country", "UserDetails.Country", "country" },
	{ "company", "UserDetails.Company", "company" },
	{ "title", "UserDetails.Title", "title" },
	{ "source", "LeadSource", "leadSource" },
	{ "action", "LeadSource", "leadSource" },
	{ "offer", "LeadSource", "leadSource" },
	{ "offerTitle", "OfferTitle", "offerTitle" },
	{ "description", "Description", NULL },
	{ NULL, NULL, NULL },
};

static const struct usual *usual_of(const char *field)
{
	const struct usual *u = usuals;

	while (u->field && strcmp(u->field, field) != 0)
		u++;
	return u;
}

/* The texts by their stored names. */
static const char *text_of(const struct touch *t, const char *name)
{
	for (int f = 0; f < CONTACT_FIELDS; f++)
		if (!strcmp(contact_field_text[f], name))
			return t->raw[f];
	if (!strcmp(name, "leadSource"))
		return t->lead_source;
	return !strcmp(name, "offerTitle") ? t->offer_title : NULL;
}

static void put_text(struct json_out *o, const char *key, const char *text)
{
	if (text)
		json_put_z(o, key, text);
}

const char *touch_texts(struct arena *a, const struct touch *t)
{
	AUTO_BUF b = buf_new(LIMIT_RECORD);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	for (int f = 0; f < CONTACT_FIELDS; f++)
		put_text(&o, contact_field_text[f], t->raw[f]);
	put_text(&o, "leadSource", t->lead_source);
	put_text(&o, "actionCode", t->action_code);
	put_text(&o, "offerTitle", t->offer_title);
	put_text(&o, "productId", t->product_id);
	put_text(&o, "description", t->description);
	json_end_obj(&o);
	MUST(buf_ok(&b));
	return arena_strndup(a, b.p, b.n);
}

static bool same(const char *x, const char *y)
{
	return x == y || (x && y && !strcmp(x, y));
}

/* Members 2 to 5 of one note; how many of them are to be written. */
static int unusual(const struct note *n, const struct usual *u, const char *text,
		   bool is_usual[MEMBERS])
{
	int last = 1;

	is_usual[2] = n->confidence == CONFIDENCE_SURE;
	is_usual[3] = same(n->from, u->from);
	is_usual[4] = same(n->value, text);
	is_usual[5] = same(n->raw, text);
	for (int i = 2; i < MEMBERS; i++)
		if (!is_usual[i])
			last = i;
	return last;
}

static void pack_note(struct json_out *o, const struct note *n, const struct touch *t)
{
	const struct usual *u = usual_of(n->field);
	const char *member[MEMBERS] = { [3] = n->from, [4] = n->value, [5] = n->raw };
	bool is_usual[MEMBERS];
	int last = unusual(n, u, u->raw_of ? text_of(t, u->raw_of) : NULL, is_usual);

	json_list(o, NULL);
	json_put_z(o, NULL, n->field);
	json_put_z(o, NULL, n->rule);
	for (int i = 2; i <= last; i++) {
		if (is_usual[i])
			json_put_int(o, NULL, 0);
		else if (i == 2)
			json_put_int(o, NULL, n->confidence + 1); /* 0 is the usual one */
		else
			json_put_z(o, NULL, member[i]);
	}
	json_end_list(o);
}

const char *notes_pack(struct arena *a, const struct touch *t)
{
	AUTO_BUF b = buf_new(LIMIT_RECORD);
	struct json_out o = json_out(&b);

	json_list(&o, NULL);
	for (size_t i = 0; i < t->note_count; i++)
		pack_note(&o, &t->notes[i], t);
	json_end_list(&o);
	MUST(buf_ok(&b));
	return arena_strndup(a, b.p, b.n);
}

static const char *copy(struct arena *a, const struct json *j)
{
	return json_kind(j) == JSON_STR ? str_dup(a, json_str(j)) : NULL;
}

/* Member i of the list, or what is usual: absent, or the number 0. */
static const char *member_or(struct arena *a, const struct json *list, size_t i, const char *usual)
{
	if (i >= json_count(list) || json_kind(json_at(list, i)) == JSON_INT)
		return usual;
	return copy(a, json_at(list, i));
}

static void unpack_note(struct arena *a, const struct json *list, const struct json *texts,
			struct note *ret)
{
	const char *field = copy(a, json_at(list, 0));
	const struct usual *u = usual_of(field ? field : "");
	const char *text = u->raw_of ? copy(a, json_get(texts, u->raw_of)) : NULL;
	int64_t confidence = json_int(json_at(list, 2));

	*ret = (struct note){
		.field = field,
		.rule = copy(a, json_at(list, 1)),
		.confidence = confidence > 0 && confidence <= CONFIDENCE_SURE + 1
				      ? (enum confidence)(confidence - 1)
				      : CONFIDENCE_SURE,
		.from = member_or(a, list, 3, u->from),
		.value = member_or(a, list, 4, text),
		.raw = member_or(a, list, 5, text),
	};
}

bool notes_unpack(struct arena *a, struct str packed, struct str texts, struct note **ret,
		  size_t *ret_n, struct err *e)
{
	AUTO_JSON list = NULL;
	AUTO_JSON by_name = NULL;
	size_t n;

	if (!json_parse(packed, &list, e) || !json_parse(texts, &by_name, e))
		return false;
	n = json_count(list);
	*ret = ARENA_ARRAY(a, struct note, n);
	for (size_t i = 0; i < n; i++)
		unpack_note(a, json_at(list, i), by_name, &(*ret)[i]);
	*ret_n = n;
	return true;
}
