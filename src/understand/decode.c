#include "understand/decode.h"

#include "base/limits.h"
#include "base/utf8.h"

/* Contact fields are looked for among a person's, the others beside it. */
static unsigned rank(const struct block *b, enum label label)
{
	bool contact = label <= LABEL_FULL_NAME;

	if (b->contact)
		return contact ? 0 : 1;
	if (b->root)
		return contact ? 1 : 0;
	return 2;
}

static unsigned score(const struct pairs *p, const struct pair *v)
{
	return rank(&p->block[v->block], v->row->label) * 2 + !!(v->row->flags & LABEL_SECOND);
}

/* Two spellings of one value are none. */
static bool is_same(struct arena *a, const struct pair *x, const struct pair *y)
{
	ARENA_SCOPE(a);
	bool ignored = false;
	struct str s = utf8_trim(str_of(pair_text(a, x, LIMIT_TEXT, &ignored, &ignored)));
	struct str t = utf8_trim(str_of(pair_text(a, y, LIMIT_TEXT, &ignored, &ignored)));
	const char *from, *to, *rule;

	if (str_eq(s, t))
		return true;
	if (x->row->label == LABEL_EMAIL)
		return str_ieq(s, t);
	if (x->row->label != LABEL_COUNTRY)
		return false;
	from = country_code(a, s, &rule);
	to = country_code(a, t, &rule);
	return from && to && strcmp(from, to) == 0;
}

static bool is_rival(const struct pairs *p, const struct pair *v)
{
	return score(p, v) < 4 && !(v->row->flags & LABEL_SECOND);
}

static void take(struct arena *a, const struct pairs *p, struct fields *f, const struct pair *v)
{
	enum label label = v->row->label;
	const struct pair *now = f->by[label];
	bool blank = pair_is_blank(a, v), filled = now && f->filled & 1u << label;
	bool better = !now || (filled ? !blank && score(p, v) < score(p, now) : !blank);

	if (filled && !blank && is_rival(p, v) && is_rival(p, now) && !is_same(a, v, now))
		f->against[label] = better ? now : v;
	if (!better)
		return;
	f->by[label] = v;
	if (!blank)
		f->filled |= 1u << label;
}

#define MAKES_A_LEAD                                                                               \
	(1u << LABEL_FIRST_NAME | 1u << LABEL_LAST_NAME | 1u << LABEL_EMAIL | 1u << LABEL_PHONE |  \
	 1u << LABEL_COUNTRY | 1u << LABEL_COMPANY | 1u << LABEL_TITLE | 1u << LABEL_FULL_NAME |   \
	 1u << LABEL_LEAD_SOURCE)

static void sort_out(struct arena *a, struct decoded *d)
{
	const struct pairs *p = &d->pairs;

	d->count = p->record_count;
	d->fields = ARENA_ARRAY(a, struct fields, d->count);
	for (uint32_t i = 0; i < p->pair_count; i++) {
		const struct pair *v = &p->pair[i];
		const struct block *b = &p->block[v->block];
		struct fields *f = &d->fields[b->record];
		bool misplaced = v->row->flags & LABEL_WEAK && !b->contact && !b->person;

		if (v->row->label < LABELS_READ && !misplaced)
			take(a, p, f, v);
		else if (f->unread_count < UNKNOWN_SHOWN)
			f->unread[f->unread_count++] = v;
	}
	d->leads = 0;
	for (size_t i = 0; i < d->count; i++) {
		d->fields[i].cut = p->record[i].cut;
		d->fields[i].lead = d->fields[i].filled & MAKES_A_LEAD;
		d->leads += d->fields[i].lead;
	}
}

/* A JSON text that holds the JSON: some flows encode twice. */
static struct str unwrapped(struct arena *a, struct str s)
{
	bool broken = false;

	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return s;
	return str_trim(coding_json(a, (struct str){ s.p + 1, s.n - 2 }, s.n, &broken));
}

static bool read_json(struct decoded *d, struct str s, struct err *why)
{
	struct err second = { 0 };

	d->dialect = DIALECT_JSON;
	if (pairs_read_json(&d->pairs, s, false, why))
		return true;
	if (str_eq_z(str_of(why->code), "body.too-many"))
		return false;
	pairs_clear(&d->pairs);
	if (!pairs_read_json(&d->pairs, s, true, &second))
		return false; /* the first error is the one to show */
	*why = (struct err){ 0 };
	return true;
}

static bool read_any(struct decoded *d, struct str s, struct err *why)
{
	if (s.p[0] == '{' || s.p[0] == '[')
		return read_json(d, s, why);
	if (pairs_is_form(s)) {
		d->dialect = DIALECT_FORM;
		return pairs_read_form(&d->pairs, s, why);
	}
	if (text_is_binary(s))
		return ERR(why, ERR_INPUT, "body.not-text",
			   "The body is not text in any encoding that can be told.");
	d->dialect = DIALECT_LABELS;
	return pairs_read_labels(&d->pairs, s, why);
}

static const enum label row_labels[ROW_TEXTS] = {
	[ROW_FIRST_NAME] = LABEL_FIRST_NAME,
	[ROW_LAST_NAME] = LABEL_LAST_NAME,
	[ROW_EMAIL] = LABEL_EMAIL,
	[ROW_PHONE] = LABEL_PHONE,
	[ROW_COUNTRY] = LABEL_COUNTRY,
	[ROW_COMPANY] = LABEL_COMPANY,
	[ROW_TITLE] = LABEL_TITLE,
	[ROW_FULL_NAME] = LABEL_FULL_NAME,
	[ROW_LEAD_SOURCE] = LABEL_LEAD_SOURCE,
	[ROW_ACTION_CODE] = LABEL_ACTION_CODE,
	[ROW_OFFER_TITLE] = LABEL_OFFER_TITLE,
	[ROW_DESCRIPTION] = LABEL_DESCRIPTION,
	[ROW_PRODUCT_ID] = LABEL_PRODUCT_ID,
};

/* What its columns mean was settled when the file was imported. */
static bool read_row(struct decoded *d, struct str s)
{
	struct row_body *row = ARENA_NEW(d->pairs.a, struct row_body);
	struct label_row *rows = ARENA_ARRAY(d->pairs.a, struct label_row, ROW_TEXTS);
	uint32_t block;

	if (!row_read(d->pairs.a, s, row) || !pairs_add_record(&d->pairs, &block))
		return false;
	d->dialect = DIALECT_ROW;
	d->row = row;
	for (int f = 0; f < ROW_TEXTS; f++) {
		rows[f].label = row_labels[f];
		if (row->value[f].n)
			pairs_add(&d->pairs, (struct pair){ .key = row->column[f],
							    .value = row->value[f],
							    .row = &rows[f],
							    .block = block });
	}
	return true;
}

enum shape decode(struct arena *a, struct str body, struct str content_type, struct decoded *ret,
		  struct err *why)
{
	struct str s;

	*ret = (struct decoded){ .pairs = { .a = a }, .text = text_decode(a, body, content_type) };
	s = unwrapped(a, utf8_trim(ret->text.utf8));
	if (!s.n) {
		LL_IGNORE(ERR(why, ERR_INPUT, "body.empty", "The body is empty."));
		return SHAPE_NO_LEAD;
	}
	if (!(str_eq_z(content_type, ROW_CONTENT_TYPE) && read_row(ret, s)) &&
	    !read_any(ret, s, why))
		return SHAPE_UNREADABLE;
	sort_out(a, ret);
	if (ret->leads)
		return SHAPE_LEAD;
	LL_IGNORE(ERR(why, ERR_INPUT, "body.no-lead",
		      "The body can be read, but there is no lead in it: neither a contact field "
		      "such as Email or "
		      "LastName with a value, nor a LeadSource."));
	return SHAPE_NO_LEAD;
}
