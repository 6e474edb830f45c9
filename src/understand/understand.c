#include "understand/understand.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/test_lead.h"
#include "understand/touch.h"

#define KEY_SHOWN   64  /* bytes of a body's own label in a note */
#define VALUE_SHOWN 200 /* bytes of a value that was not read */

/* A key of the body for people: repaired, cut. */
static struct str shown(struct arena *a, struct str key)
{
	bool changed;

	key = utf8_cut(key, KEY_SHOWN);
	return utf8_valid(key) ? key : str_of(utf8_repair(a, key, &changed));
}

/* "UserDetails.Country" */
static const char *place_of(struct making *m, const struct pair *v)
{
	const struct block *b = &m->body->pairs.block[v->block];
	struct str outer = shown(m->a, b->key), inner = shown(m->a, v->key);
	char *out = arena_alloc(m->a, outer.n + inner.n + 2);

	if (outer.n) {
		memcpy(out, outer.p, outer.n);
		out[outer.n++] = '.';
	}
	memcpy(out + outer.n, inner.p, inner.n);
	return out;
}

static void note(struct making *m, struct note n, const struct pair *from)
{
	if (m->notes_n == NOTES_A_TOUCH)
		return;
	n.from = from ? place_of(m, from) : NULL;
	m->notes[m->notes_n++] = n;
}

void touch_note(struct making *m, const char *field, const char *value, const char *raw,
		const struct pair *from, enum rule rule)
{
	const struct rule_row *r = &rules[rule];

	note(m,
	     (struct note){ .field = field,
			    .value = value,
			    .raw = raw,
			    .rule = r->token,
			    .confidence = r->confidence },
	     from);
}

void touch_note_token(struct making *m, const char *field, const char *value, const char *raw,
		      const struct pair *from, const char *token)
{
	enum rule rule = 0;

	while (rules[rule].token != token)
		rule++;
	touch_note(m, field, value, raw, from, rule);
}

bool touch_has(const struct making *m, enum label label)
{
	return m->f->filled & 1u << label;
}

static void contradiction(struct making *m, enum label label, const char *name, const char *kept,
			  size_t max)
{
	const struct pair *other = m->f->against[label];
	bool ignored = false;

	if (!other)
		return;
	m->t->flags |= FLAG_FIELD_CONFLICT;
	touch_note(m, name, kept, pair_text(m->a, other, max, &ignored, &ignored), other,
		   RULE_FIELD_CONFLICT);
}

const char *touch_raw(struct making *m, enum label label, const char *name, size_t max)
{
	const struct pair *v = m->f->by[label];
	bool repaired = false, cut = false;
	const char *text;

	if (!v)
		return NULL;
	text = pair_text(m->a, v, max, &repaired, &cut);
	if (repaired) {
		m->t->flags |= FLAG_REPAIRED_TEXT;
		touch_note(m, name, NULL, NULL, v, RULE_FIELD_REPAIRED);
	}
	if (cut) {
		m->t->flags |= FLAG_CUT_TEXT;
		touch_note(m, name, NULL, NULL, v, RULE_FIELD_CUT);
	}
	if (!m->body->pairs.block[v->block].root && !m->body->pairs.block[v->block].contact)
		touch_note(m, name, NULL, NULL, v, RULE_FIELD_NESTED);
	contradiction(m, label, name, text, max);
	return text;
}

static void body_notes(struct making *m)
{
	static const enum rule dialects[] = {
		[DIALECT_NONE] = RULE_BODY_LABELS, [DIALECT_JSON] = RULE_BODY_JSON,
		[DIALECT_FORM] = RULE_BODY_FORM,   [DIALECT_LABELS] = RULE_BODY_LABELS,
		[DIALECT_ROW] = RULE_BODY_ROW,
	};
	static const char *const names[] = { [DIALECT_NONE] = NULL,
					     [DIALECT_JSON] = "JSON",
					     [DIALECT_FORM] = "form",
					     [DIALECT_LABELS] = "labels",
					     [DIALECT_ROW] = "row" };
	const struct decoded *d = m->body;

	if (d->pairs.mended)
		m->t->flags |= FLAG_REPAIRED_JSON;
	touch_note(m, "body", names[d->dialect], NULL, NULL,
		   d->pairs.mended ? RULE_BODY_JSON_MENDED : dialects[d->dialect]);
	if (str_starts(str_of(d->text.encoding), "UTF-16"))
		touch_note(m, "body", d->text.encoding, NULL, NULL, RULE_BODY_UTF16);
	else if (!str_eq_z(str_of(d->text.encoding), "UTF-8"))
		touch_note(m, "body", d->text.encoding, NULL, NULL,
			   d->text.guessed ? RULE_BODY_CHARSET_GUESSED : RULE_BODY_CHARSET);
	if (d->text.guessed || d->text.broken)
		m->t->flags |= FLAG_REPAIRED_TEXT;
	if (d->text.broken)
		touch_note(m, "body", NULL, NULL, NULL, RULE_FIELD_REPAIRED);
	if (d->text.multipart)
		touch_note(m, "body", "multipart/form-data", NULL, NULL, RULE_BODY_MULTIPART);
	if (m->f->cut) {
		m->t->flags |= FLAG_CUT_TEXT;
		touch_note(m, "body", NULL, NULL, NULL, RULE_FIELD_CUT);
	}
}

static void unread(struct making *m)
{
	for (unsigned i = 0; i < m->f->unread_count; i++) {
		bool ignored = false;
		const struct pair *v = m->f->unread[i];

		touch_note(m, "other", NULL, pair_text(m->a, v, VALUE_SHOWN, &ignored, &ignored), v,
			   RULE_FIELD_UNKNOWN);
	}
}

bool test_lead_token(struct str s)
{
	static const char token[] = "MSFT_TEST_";

	return memmem(s.p, s.n, token, sizeof(token) - 1) != NULL;
}

static void test_lead(struct making *m)
{
	struct touch *t = m->t;
	const char *const where[] = {
		t->raw[CONTACT_FIRST_NAME],
		t->raw[CONTACT_LAST_NAME],
		t->raw[CONTACT_EMAIL],
		t->raw[CONTACT_COMPANY],
		t->raw[CONTACT_TITLE],
		t->lead_source,
		t->description,
	};

	for (size_t i = 0; i < LL_COUNT(where); i++)
		if (where[i] && test_lead_token(str_of(where[i]))) {
			t->test = true;
			t->flags |= FLAG_TEST;
			touch_note(m, "test", "true", where[i], NULL, RULE_TEST_TOKEN);
			return;
		}
}

static const char *row_text(struct making *m, enum row_field f)
{
	struct str s = m->body->row->value[f];

	return s.n ? str_dup(m->a, str_upto(s, LIMIT_CODE)) : NULL;
}

/* What only a row of a file says. */
static void row_fields(struct making *m)
{
	if (m->body->dialect != DIALECT_ROW)
		return;
	m->t->status = row_text(m, ROW_STATUS);
	m->t->substatus = row_text(m, ROW_SUBSTATUS);
	m->t->owner = row_text(m, ROW_OWNER);
	m->t->dnc |= m->body->row->value[ROW_DO_NOT_CONTACT].n > 0;
}

static void make_touch(struct arena *a, const struct decoded *d, const struct fields *f,
		       const struct offer_facts *offer, struct touch *t)
{
	struct making m;
	struct note *notes;

	m.a = a;
	m.body = d;
	m.f = f;
	m.offer = offer;
	m.t = t;
	m.notes_n = 0;
	body_notes(&m);
	touch_codes(&m);
	touch_contact(&m);
	row_fields(&m);
	test_lead(&m);
	unread(&m);
	notes = ARENA_ARRAY(a, struct note, m.notes_n);
	memcpy(notes, m.notes, m.notes_n * sizeof(*notes));
	t->notes = notes;
	t->note_count = m.notes_n;
}

enum shape understand_shape(struct arena *a, struct str body, struct str content_type,
			    struct err *why)
{
	struct decoded d;

	return decode(a, body, content_type, &d, why);
}

bool understand(struct arena *a, struct str body, struct str content_type,
		const struct offer_facts *offer, struct touch **ret, size_t *ret_n, struct err *e)
{
	struct decoded d;
	struct touch *touches;
	size_t n = 0;

	if (decode(a, body, content_type, &d, e) != SHAPE_LEAD)
		return false;
	touches = ARENA_ARRAY(a, struct touch, d.leads);
	for (size_t i = 0; i < d.count; i++)
		if (d.fields[i].lead)
			make_touch(a, &d, &d.fields[i], offer, &touches[n++]);
	*ret = touches;
	*ret_n = n;
	return true;
}
