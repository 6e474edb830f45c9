/* Countries in any language, and the traps on them. */
#include "cases.h"
#include "understand/country_table.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *text, *code, *rule;
} rows[] = {
	{ "US", "US", "US", "country.code" },
	{ "USA", "USA", "US", "country.code" },
	{ "lower case", "us", "US", "country.code" },
	{ "U.S.A.", "U.S.A.", "US", "country.name" },
	{ "blanks around", "  US \t", "US", "country.code" },
	{ "UK", "UK", "GB", "country.name" },
	{ "GB", "GB", "GB", "country.code" },
	{ "EUA is Portuguese", "EUA", "US", "country.code" },
	{ "the United States in Korean", "미국", "US", "country.name" },
	{ "the United States in Chinese", "美国", "US", "country.name" },
	{ "the United States in traditional Chinese", "美國", "US", "country.name" },
	{ "the United States in French", "États-Unis", "US", "country.name" },
	{ "without accents", "Etats-Unis", "US", "country.name" },
	{ "the United States in Arabic", "الولايات المتحدة", "US", "country.name" },
	{ "an article", "The Netherlands", "NL", "country.name" },
	{ "the official name", "United States of America", "US", "country.name" },
	{ "Korea, Republic of", "Korea, Republic of", "KR", "country.name" },
	{ "Republic of Korea", "Republic of Korea", "KR", "country.name" },
	{ "South Korea", "South Korea", "KR", "country.name" },
	{ "Korea in its own words", "대한민국", "KR", "country.name" },
	{ "Korea in short", "한국", "KR", "country.name" },
	{ "Korea in Japanese", "韓国", "KR", "country.name" },
	{ "HK", "HK", "HK", "country.code" },
	{ "Hong Kong", "Hong Kong", "HK", "country.name" },
	{ "Hong Kong in Chinese", "香港", "HK", "country.name" },
	{ "Taiwan in traditional Chinese", "台灣", "TW", "country.name" },
	{ "Taiwan written the older way", "臺灣", "TW", "country.name" },
	{ "Germany in German", "Deutschland", "DE", "country.name" },
	{ "Japan in Japanese", "日本", "JP", "country.name" },
	{ "Ivory Coast with a typographic apostrophe", "Côte d’Ivoire", "CI", "country.name" },
	{ "Ivory Coast in ASCII capitals", "COTE D'IVOIRE", "CI", "country.name" },
	{ "full-width letters", "ＵＳ", "US", "country.name" },
	{ "two names", "Schweiz/Suisse", "CH", "country.part" },
	{ "a name and its code", "Brasil (BR)", "BR", "country.part" },
	{ "two countries are none", "Germany/France", NULL, "country.unknown" },
	{ "ZZ is no country", "ZZ", NULL, "country.unknown" },
	{ "empty", "", NULL, "country.unknown" },
	{ "blank", "   ", NULL, "country.unknown" },
	{ "no country", "Narnia", NULL, "country.unknown" },
	{ "a placeholder", "n/a", NULL, "country.unknown" },
	{ "a number", "410", NULL, "country.unknown" },
	{ "markup", "<script>", NULL, "country.unknown" },
};

static void tells(void **state)
{
	const struct row *r = *state;
	AUTO_ARENA a = cases_arena();
	const char *rule = NULL;

	same_text(country_code(a, str_of(r->text), &rule), r->code);
	assert_string_equal(rule, r->rule);
}

static void codes_and_english_names_come_back(void **state)
{
	AUTO_ARENA a = cases_arena();
	const char *rule;

	(void)state;
	assert_int_equal(country_count, 250); /* ISO 3166-1 and Kosovo */
	for (unsigned i = 0; i < country_count; i++) {
		same_text(country_code(a, str_of(countries[i].alpha2), &rule), countries[i].alpha2);
		same_text(country_code(a, str_of(countries[i].name_en), &rule),
			  countries[i].alpha2);
		same_text(country_name_en(countries[i].alpha2), countries[i].name_en);
	}
	assert_null(country_name_en("ZZ"));
	assert_null(country_name_en(NULL));
}

static void names_are_sorted(void **state)
{
	(void)state;
	assert_true(country_name_count > 20000);
	for (unsigned i = 1; i < country_name_count; i++)
		assert_true(country_names[i - 1] >> 8 < country_names[i] >> 8);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, tells, rows);
	cases_add(&c, "every code and English name is understood",
		  codes_and_english_names_come_back, NULL);
	cases_add(&c, "the names are sorted and unique", names_are_sorted, NULL);
	return CASES_RUN(&c, "country");
}
