/* A country's name in any language, or its code, to ISO 3166-1 alpha-2. */
#include "understand/understand.h"

#include <stdlib.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "understand/country_table.h"
#include "understand/fold.h"
#include "understand/rules.h"

static int by_alpha2(const void *key, const void *row)
{
	return memcmp(key, ((const struct country *)row)->alpha2, 2);
}

static const struct country *with_code(char a, char b)
{
	const char key[2] = { (char)(a & ~32), (char)(b & ~32) };

	return bsearch(key, countries, country_count, sizeof(countries[0]), by_alpha2);
}

static const struct country *with_name(struct arena *a, struct str text)
{
	struct str key = fold_key(a, text);
	uint64_t hash = country_hash(key);
	unsigned low = 0, high = country_name_count;

	while (low < high) {
		unsigned mid = low + (high - low) / 2;

		if (country_names[mid] < hash)
			low = mid + 1;
		else
			high = mid;
	}
	if (!key.n || low == country_name_count || (country_names[low] & ~(uint64_t)0xFF) != hash)
		return NULL;
	return &countries[country_names[low] & 0xFF];
}

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* "Brasil (BR)", "Schweiz/Suisse", "Seoul, Korea": the pieces that are a country, when they agree.
 */
static const struct country *with_part(struct arena *a, struct str text)
{
	const struct country *found = NULL;
	size_t from = 0;

	for (size_t at = 0; at <= text.n; at++) {
		struct str piece = str_trim((struct str){ text.p + from, at - from });
		const struct country *c;

		if (at < text.n && !memchr("()/,;|", text.p[at], 6))
			continue;
		from = at + 1;
		c = piece.n == 2 && is_letter(piece.p[0]) && is_letter(piece.p[1])
			    ? with_code(piece.p[0], piece.p[1])
			    : with_name(a, piece);
		if (c && found && c != found)
			return NULL;
		if (c)
			found = c;
	}
	return found;
}

const char *country_code(struct arena *a, struct str text, const char **ret_rule)
{
	ARENA_SCOPE(a); /* what is found is in the table */
	struct str s = utf8_cut(utf8_trim(text), LIMIT_NAME);
	const struct country *c = NULL;
	enum rule rule = RULE_COUNTRY_UNKNOWN;

	if (s.n == 2 && is_letter(s.p[0]) && is_letter(s.p[1])) {
		c = with_code(s.p[0], s.p[1]);
		rule = RULE_COUNTRY_CODE;
	}
	if (!c) {
		c = with_name(a, s);
		rule = s.n == 3 && is_letter(s.p[0]) ? RULE_COUNTRY_CODE : RULE_COUNTRY_NAME;
	}
	if (!c) {
		c = with_part(a, s);
		rule = RULE_COUNTRY_PART;
	}
	*ret_rule = rules[c ? rule : RULE_COUNTRY_UNKNOWN].token;
	return c ? c->alpha2 : NULL;
}

const char *country_name_en(const char *alpha2)
{
	const struct country *c =
		alpha2 && strlen(alpha2) == 2 ? with_code(alpha2[0], alpha2[1]) : NULL;

	return c ? c->name_en : NULL;
}
