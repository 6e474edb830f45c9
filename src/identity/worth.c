/* What single values are worth to one who shows them. */
#include "base/utf8.h"
#include "identity/card.h"

#define INITIAL_LETTERS 2 /* "J", "J." */

static unsigned email_worth(const struct identity_card *c)
{
	if (!c->user.n)
		return 0;
	if (c->mail == MAIL_DISPOSABLE)
		return 1;
	if (c->role)
		return 2;
	return c->mail == MAIL_CORPORATE ? 4 : 3;
}

static unsigned letters(struct str s)
{
	unsigned n = 0;
	uint32_t cp;

	for (; s.n; s = str_from(s, utf8_next(s, &cp)))
		n++;
	return n;
}

/* "J" and "J." stand for a name; 王 is one. */
static unsigned name_worth(struct str value)
{
	uint32_t cp = 0;

	if (!value.n)
		return 0;
	utf8_next(value, &cp);
	if (letters(value) > INITIAL_LETTERS || cp >= 0x2E80)
		return 2;
	return letters(value) == INITIAL_LETTERS && value.p[value.n - 1] != '.' ? 2 : 1;
}

struct identity_worth identity_worth(struct arena *a, struct arena *scratch, enum identity_field f,
				     struct str value)
{
	struct identity_record r = { .value = { { "", 0 } } };
	const struct identity_card *c;

	if (f >= IDENTITY_FIELDS)
		return (struct identity_worth){ 0, STR("") };
	r.value[f] = value;
	switch (f) {
	case IDENTITY_EMAIL:
		c = identity_card_new(a, scratch, &r);
		return (struct identity_worth){ email_worth(c), term_str(&c->user) };
	case IDENTITY_PHONE:
		c = identity_card_new(a, scratch, &r);
		return (struct identity_worth){ c->phone ? 1u + c->phone_whole : 0, STR("") };
	case IDENTITY_COMPANY:
		c = identity_card_new(a, scratch, &r);
		return (struct identity_worth){ c->company.n > 0, term_str(&c->company) };
	case IDENTITY_FIRST:
	case IDENTITY_LAST: return (struct identity_worth){ name_worth(value), STR("") };
	case IDENTITY_FULL:
	case IDENTITY_COUNTRY:
	case IDENTITY_TITLE:
	case IDENTITY_ADDRESS:
	case IDENTITY_CITY:
	case IDENTITY_REGION:
	case IDENTITY_POSTCODE:
	case IDENTITY_DATE:
	case IDENTITY_CODE:
	case IDENTITY_TEXT:
	case IDENTITY_FIELDS: break;
	}
	return (struct identity_worth){ value.n > 0, STR("") };
}
