/* From names of columns to the fields of a lead: a proposal, with how sure and by what. */
#include <stdlib.h>
#include "base/utf8.h"
#include "sheet/header.h"
#include "sheet/json_scan.h"

static const char *const texts[SHEET_FIELDS] = {
	[SHEET_FIRST_NAME] = "firstName",
	[SHEET_LAST_NAME] = "lastName",
	[SHEET_EMAIL] = "email",
	[SHEET_PHONE] = "phone",
	[SHEET_COUNTRY] = "country",
	[SHEET_COMPANY] = "company",
	[SHEET_TITLE] = "title",
	[SHEET_FULL_NAME] = "fullName",
	[SHEET_CONTACT] = "contact",
	[SHEET_LEAD_SOURCE] = "leadSource",
	[SHEET_ACTION_CODE] = "actionCode",
	[SHEET_CALL_TO_ACTION] = "callToAction",
	[SHEET_OFFER_TITLE] = "offerTitle",
	[SHEET_OFFER_ID] = "offerId",
	[SHEET_PUBLISHER_ID] = "publisherId",
	[SHEET_PRODUCT_ID] = "productId",
	[SHEET_DESCRIPTION] = "description",
	[SHEET_RECEIVED_AT] = "receivedAt",
	[SHEET_UPDATED_AT] = "updatedAt",
	[SHEET_STATUS] = "status",
	[SHEET_SUBSTATUS] = "substatus",
	[SHEET_LEAD_ID] = "leadId",
	[SHEET_CUSTOMER_ID] = "customerId",
	[SHEET_PARTNER_ID] = "partnerId",
	[SHEET_LEAD_TYPE] = "leadType",
	[SHEET_PURCHASE_INTENT] = "purchaseIntent",
	[SHEET_DO_NOT_CONTACT] = "doNotContact",
	[SHEET_EMAIL_VALIDITY] = "emailValidity",
	[SHEET_PHONE_VALIDITY] = "phoneValidity",
	[SHEET_OWNER] = "owner",
	[SHEET_VALUE] = "value",
	[SHEET_CURRENCY] = "currency",
	[SHEET_CRM_ID] = "crmId",
	[SHEET_CAMPAIGN_ID] = "campaignId",
	[SHEET_LANGUAGE] = "language",
	[SHEET_WEBSITE] = "website",
	[SHEET_ADDRESS] = "address",
	[SHEET_CITY] = "city",
	[SHEET_REGION] = "region",
	[SHEET_POSTCODE] = "postcode",
	[SHEET_BIRTH_DATE] = "birthDate",
	[SHEET_CODE] = "code",
	[SHEET_IGNORED] = "ignored",
};

const char *sheet_field_text(enum sheet_field f)
{
	return f >= 0 && f < SHEET_FIELDS ? texts[f] : "";
}

enum sheet_field sheet_field_of(struct str text)
{
	for (int f = 0; f < SHEET_FIELDS; f++)
		if (str_eq_z(text, texts[f]))
			return (enum sheet_field)f;
	return SHEET_NO_FIELD;
}

/* The name itself; behind its last dot (JSON); before brackets, a colon or a star. */
static const struct header_row *find(struct str name, const char **ret_why)
{
	const struct header_row *row = header_find(name);
	size_t dot = name.n, mark = 0;

	*ret_why = "name";
	if (row)
		return row;
	while (dot && name.p[dot - 1] != '.')
		dot--;
	*ret_why = "inner";
	row = dot ? header_find(str_from(name, dot)) : NULL;
	if (row)
		return row;
	while (mark < name.n && !strchr("([*:", name.p[mark]))
		mark++;
	*ret_why = "part";
	return mark && mark < name.n ? header_find(str_upto(name, mark)) : NULL;
}

static void guess(struct sheet_guess *g, struct str name)
{
	const char *why;
	const struct header_row *row = find(name, &why);

	*g = (struct sheet_guess){ .field = SHEET_NO_FIELD, .why = "" };
	if (!row)
		return;
	g->field = row->field;
	g->language = row->language;
	g->why = why;
	g->sure = !strcmp(why, "part") ? SHEET_LIKELY : SHEET_SURE;
	g->second = row->flags & HEADER_SECOND;
	if (g->second)
		g->sure = SHEET_LIKELY;
	if (row->flags & (HEADER_WEAK | HEADER_WRONG)) {
		g->sure = SHEET_GUESS;
		g->why = row->flags & HEADER_WRONG ? "mistranslated" : "weak";
	}
}

/* Is there a column that only a person has? Then "Title" and "Name" are a person's too. */
static bool is_of_persons(const struct sheet_map *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->guess[i].sure >= SHEET_LIKELY && m->guess[i].field >= SHEET_FIRST_NAME &&
		    m->guess[i].field <= SHEET_CONTACT)
			return true;
	return false;
}

/* One column of a field is the first, the best and leftmost; the others stand in for it. */
static void rank(struct sheet_map *m)
{
	for (int f = 0; f < SHEET_IGNORED; f++) {
		struct sheet_guess *first = NULL;

		for (size_t i = 0; i < m->n; i++) {
			struct sheet_guess *g = &m->guess[i];

			if (g->field != (enum sheet_field)f)
				continue;
			if (!first || (first->second && !g->second) ||
			    (first->second == g->second && g->sure > first->sure))
				first = g;
		}
		for (size_t i = 0; i < m->n; i++)
			if (m->guess[i].field == (enum sheet_field)f)
				m->guess[i].second = &m->guess[i] != first;
	}
}

static const char *language_of(const struct sheet_map *m)
{
	const char *best = "en";
	size_t most = 0;

	for (size_t i = 0; i < m->n; i++) {
		size_t same = 0;

		for (size_t k = 0; m->guess[i].language && k < m->n; k++)
			same += m->guess[k].language &&
				!strcmp(m->guess[k].language, m->guess[i].language);
		if (same > most) {
			most = same;
			best = m->guess[i].language;
		}
	}
	return best;
}

static bool has_name(const struct str *names, size_t n, struct str wanted)
{
	char one[HEADER_MAX], two[HEADER_MAX];
	struct str folded = header_fold(wanted, one);

	for (size_t i = 0; i < n; i++)
		if (str_eq(header_fold(names[i], two), folded))
			return true;
	return false;
}

const char *header_dialect(const struct str *names, size_t n)
{
	for (const struct header_dialect *d = header_dialects; d->names; d++) {
		struct str rest = str_of(d->names), name;
		unsigned found = 0;

		while (str_split(&rest, '|', &name))
			found += has_name(names, n, name);
		if (found >= d->least)
			return d->dialect;
	}
	return "";
}

void sheet_map(struct arena *a, const struct str *names, size_t n, struct sheet_map *ret)
{
	*ret = (struct sheet_map){ .n = n, .guess = ARENA_ARRAY(a, struct sheet_guess, n + 1) };
	for (size_t i = 0; i < n; i++)
		guess(&ret->guess[i], utf8_trim(names[i]));
	if (is_of_persons(ret))
		for (size_t i = 0; i < n; i++)
			if (ret->guess[i].sure == SHEET_GUESS) {
				ret->guess[i].sure = SHEET_LIKELY;
				if (!strcmp(ret->guess[i].why, "weak"))
					ret->guess[i].why = "beside";
			}
	rank(ret);
	ret->language = language_of(ret);
	ret->dialect = header_dialect(names, n);
}

/* A person as JSON text: the members whose names are known, into fields that are empty. */
static void read_contact(struct arena *a, struct str text, struct str ret[SHEET_FIELDS])
{
	struct json_scan s = { text.p, text.p + text.n, NULL };
	struct str name, value;
	bool escaped;

	if (!json_scan_blanks(&s) || *s.p != '{')
		return;
	s.p++;
	while (json_scan_name(&s, &name, &escaped) == SCAN_DONE) {
		const struct header_row *row = header_find(name);

		escaped = false;
		if (*s.p == '"' ? json_scan_string(&s, &value, &escaped) != SCAN_DONE
				: json_scan_value(&s, &value) != SCAN_DONE)
			return;
		if (escaped)
			value = json_scan_unescape(a, value);
		if (row && row->field <= SHEET_FULL_NAME && !ret[row->field].n &&
		    !str_eq_z(value, "null"))
			ret[row->field] = value;
		if (!json_scan_blanks(&s) || *s.p != ',')
			return;
		s.p++;
	}
}

void sheet_map_row(struct arena *a, const struct sheet_map *m, const struct sheet_row *row,
		   struct str ret[SHEET_FIELDS])
{
	for (int f = 0; f < SHEET_FIELDS; f++)
		ret[f] = STR("");
	for (int second = 0; second < 2; second++)
		for (size_t i = 0; i < m->n && i < row->n; i++) {
			const struct sheet_guess *g = &m->guess[i];

			if (g->field == SHEET_NO_FIELD || g->second != second || ret[g->field].n ||
			    !utf8_trim(row->cell[i]).n)
				continue;
			ret[g->field] = row->cell[i];
		}
	if (ret[SHEET_CONTACT].n)
		read_contact(a, ret[SHEET_CONTACT], ret);
}
