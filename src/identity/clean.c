/* A record's comparable form. */
#include "identity/card.h"
#include "understand/understand.h"

static const char *const field_names[IDENTITY_FIELDS] = {
	[IDENTITY_ADDRESS] = "address", [IDENTITY_CITY] = "city",
	[IDENTITY_CODE] = "code",       [IDENTITY_COMPANY] = "company",
	[IDENTITY_COUNTRY] = "country", [IDENTITY_DATE] = "date",
	[IDENTITY_EMAIL] = "email",     [IDENTITY_FIRST] = "first",
	[IDENTITY_FULL] = "full",       [IDENTITY_LAST] = "last",
	[IDENTITY_PHONE] = "phone",     [IDENTITY_POSTCODE] = "postcode",
	[IDENTITY_REGION] = "region",   [IDENTITY_TEXT] = "text",
	[IDENTITY_TITLE] = "title",
};
#define TAIL_RAW 7 /* a number of fewer is none */

const char *identity_field_name(enum identity_field f)
{
	return field_names[f];
}

bool identity_field_of(struct str name, enum identity_field *ret)
{
	for (int i = 0; i < IDENTITY_FIELDS; i++) {
		if (str_ieq_z(name, field_names[i])) {
			*ret = (enum identity_field)i;
			return true;
		}
	}
	return false;
}

static uint64_t digits_of(struct str s, size_t *ret_n, unsigned *ret_distinct)
{
	uint64_t v = 0;
	unsigned seen = 0;

	*ret_n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			continue;
		v = (v * 10 + (uint64_t)(s.p[i] - '0')) % 1000000000000000000u;
		seen |= 1u << (s.p[i] - '0');
		(*ret_n)++;
	}
	*ret_distinct = (unsigned)__builtin_popcount(seen);
	return v;
}

static void clean_phone(struct arena *scratch, struct str raw, const char *country,
			struct identity_card *c)
{
	const char *rule = "", *e164;
	unsigned distinct;
	uint64_t digits;
	size_t n;

	if (!raw.n)
		return;
	e164 = phone_e164(scratch, raw, country, &rule);
	digits = digits_of(e164 ? str_of(e164) : raw, &n, &distinct);
	/* One or two different digits, or Microsoft's sample, are what is typed to get on. */
	if (distinct < 3 || (!e164 && (n < TAIL_RAW || !strcmp(rule, "phone.sample"))))
		return;
	c->phone_whole = e164 != NULL;
	c->phone = e164 ? digits : digits % 100000000u;
}

struct identity_card *identity_card_new(struct arena *a, struct arena *scratch,
					const struct identity_record *r)
{
	ARENA_SCOPE(scratch);
	struct identity_card *c = ARENA_NEW(a, struct identity_card);
	const char *rule, *country = NULL;

	if (r->value[IDENTITY_COUNTRY].n)
		country = country_code(scratch, r->value[IDENTITY_COUNTRY], &rule);
	if (country)
		c->country = (uint16_t)((unsigned char)country[0] << 8 | (unsigned char)country[1]);
	clean_name(a, scratch, r, c);
	clean_email(a, scratch, r->value[IDENTITY_EMAIL], c);
	clean_phone(scratch, r->value[IDENTITY_PHONE], country, c);
	clean_company(a, scratch, r->value[IDENTITY_COMPANY], c);
	clean_title(a, scratch, r->value[IDENTITY_TITLE], c);
	clean_extra(a, scratch, r, c);
	return c;
}
