/* The seven contact fields: names, e-mail, phone, country. */
#include "understand/touch.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/name.h"

static const size_t raw_max[CONTACT_FIELDS] = {
	[CONTACT_FIRST_NAME] = LIMIT_NAME * 4, [CONTACT_LAST_NAME] = LIMIT_NAME * 4,
	[CONTACT_EMAIL] = LIMIT_EMAIL,         [CONTACT_PHONE] = LIMIT_PHONE,
	[CONTACT_COUNTRY] = LIMIT_NAME * 4,    [CONTACT_COMPANY] = LIMIT_NAME * 4,
	[CONTACT_TITLE] = LIMIT_NAME * 4,
};

/* enum label begins with the contact fields in the same order. */
_Static_assert((int)LABEL_FIRST_NAME == (int)CONTACT_FIRST_NAME &&
		       (int)LABEL_TITLE == (int)CONTACT_TITLE,
	       "labels and contact fields");

static void note_field(struct making *m, enum contact_field i, enum rule rule)
{
	touch_note(m, contact_field_text[i], m->t->contact[i], m->t->raw[i], m->f->by[i], rule);
}

/* Names, company, title: text as it is, tidied. */
static void text_field(struct making *m, enum contact_field i, enum rule rule)
{
	unsigned flags = 0;

	if (!touch_has(m, (enum label)i))
		return;
	m->t->contact[i] = name_clean(m->a, str_of(m->t->raw[i]), LIMIT_NAME, &flags);
	if (flags & FLAG_CUT_TEXT && !(m->t->flags & FLAG_CUT_TEXT)) {
		m->t->flags |= FLAG_CUT_TEXT;
		note_field(m, i, RULE_FIELD_CUT);
	}
	note_field(m, i, rule);
}

static void names(struct making *m)
{
	struct touch *t = m->t;
	const char *full;

	text_field(m, CONTACT_FIRST_NAME, RULE_NAME_LABEL);
	text_field(m, CONTACT_LAST_NAME, RULE_NAME_LABEL);
	if (!t->contact[CONTACT_FIRST_NAME] && !t->contact[CONTACT_LAST_NAME] &&
	    touch_has(m, LABEL_FULL_NAME)) {
		const struct pair *from = m->f->by[LABEL_FULL_NAME];

		t->raw[CONTACT_LAST_NAME] =
			touch_raw(m, LABEL_FULL_NAME, "lastName", LIMIT_NAME * 4);
		full = name_clean(m->a, str_of(t->raw[CONTACT_LAST_NAME]), LIMIT_NAME, &t->flags);
		if (full)
			name_split(m->a, full, &t->contact[CONTACT_FIRST_NAME],
				   &t->contact[CONTACT_LAST_NAME]);
		touch_note(m, "firstName", t->contact[CONTACT_FIRST_NAME], full, from,
			   RULE_NAME_SPLIT);
		touch_note(m, "lastName", t->contact[CONTACT_LAST_NAME], full, from,
			   RULE_NAME_SPLIT);
	}
	if (t->contact[CONTACT_FIRST_NAME] && t->contact[CONTACT_LAST_NAME] &&
	    name_scripts_mixed(t->contact[CONTACT_FIRST_NAME], t->contact[CONTACT_LAST_NAME])) {
		t->flags |= FLAG_NAME_SCRIPTS_MIXED;
		note_field(m, CONTACT_LAST_NAME, RULE_NAME_SCRIPTS);
	}
}

static void title(struct making *m)
{
	bool wrong = m->f->by[LABEL_TITLE] && m->f->by[LABEL_TITLE]->row->flags & LABEL_WRONG;

	text_field(m, CONTACT_TITLE, wrong ? RULE_TITLE_MISTRANSLATED : RULE_TEXT_LABEL);
}

static void email(struct making *m)
{
	struct touch *t = m->t;
	const char *clean;

	if (!touch_has(m, LABEL_EMAIL))
		return;
	clean = t->contact[CONTACT_EMAIL] = email_clean(m->a, str_of(t->raw[CONTACT_EMAIL]));
	if (!clean) {
		t->flags |= FLAG_EMAIL_INVALID;
		note_field(m, CONTACT_EMAIL, RULE_EMAIL_INVALID);
		return;
	}
	t->email_key = email_key(m->a, clean);
	note_field(m, CONTACT_EMAIL, t->email_key ? RULE_EMAIL_ADDRESS : RULE_EMAIL_SAMPLE);
}

static void country(struct making *m)
{
	struct touch *t = m->t;
	const char *rule;

	if (!touch_has(m, LABEL_COUNTRY))
		return;
	t->contact[CONTACT_COUNTRY] = country_code(m->a, str_of(t->raw[CONTACT_COUNTRY]), &rule);
	if (!t->contact[CONTACT_COUNTRY])
		t->flags |= FLAG_COUNTRY_UNKNOWN;
	touch_note_token(m, "country", t->contact[CONTACT_COUNTRY], t->raw[CONTACT_COUNTRY],
			 m->f->by[LABEL_COUNTRY], rule);
}

/* True when there is something that could be dialled, understood or not. */
static bool phone(struct making *m)
{
	struct touch *t = m->t;
	const char *rule;

	if (!touch_has(m, LABEL_PHONE))
		return false;
	t->contact[CONTACT_PHONE] =
		phone_e164(m->a, str_of(t->raw[CONTACT_PHONE]), t->contact[CONTACT_COUNTRY], &rule);
	touch_note_token(m, "phone", t->contact[CONTACT_PHONE], t->raw[CONTACT_PHONE],
			 m->f->by[LABEL_PHONE], rule);
	if (rule == rules[RULE_PHONE_INVALID].token || rule == rules[RULE_PHONE_SAMPLE].token)
		t->flags |= FLAG_PHONE_INVALID;
	return t->contact[CONTACT_PHONE] || rule == rules[RULE_PHONE_NO_COUNTRY].token;
}

void touch_contact(struct making *m)
{
	for (int i = 0; i < CONTACT_FIELDS; i++)
		m->t->raw[i] = touch_raw(m, (enum label)i, contact_field_text[i], raw_max[i]);
	names(m);
	email(m);
	country(m);
	if (!phone(m) && !m->t->contact[CONTACT_EMAIL])
		m->t->flags |= FLAG_NO_CONTACT_DATA;
	text_field(m, CONTACT_COMPANY, RULE_TEXT_LABEL);
	title(m);
}
