/*
 * gen-countries ISO_3166-1.json > countries.c - the table behind country_code(), from ICU's names
 * of every country in every locale, iso-codes' names, and a short list of what people write
 * besides. A name that is two countries' in two languages is left out, unless English, ISO or the
 * list decides.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/udata.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/utf8.h"
#include "understand/country_table.h"
#include "understand/fold.h"

/* Who decides when a name is two countries': the lower. */
enum tier { TIER_CODE = 1, TIER_PEOPLE, TIER_ENGLISH, TIER_LOCALE, TIER_AMBIGUOUS };

static const struct alias {
	const char *alpha2, *name;
} aliases[] = {
	{ "AE", "UAE" },
	{ "CN", "PRC" },
	{ "CN", "P.R. China" },
	{ "CN", "Mainland China" },
	{ "CN", "中华人民共和国" },
	{ "CN", "中華人民共和國" },
	{ "CN", "中國大陸" },
	{ "CN", "中国大陆" },
	{ "CZ", "Czech Republic" },
	{ "DE", "BRD" },
	{ "ES", "Espana" },
	{ "FR", "République française" },
	{ "GB", "UK" },
	{ "GB", "Great Britain" },
	{ "GB", "England" },
	{ "GB", "Scotland" },
	{ "GB", "Wales" },
	{ "GB", "Northern Ireland" },
	{ "GR", "EL" },
	{ "HK", "Hong Kong" },
	{ "HK", "Hongkong" },
	{ "IN", "Bharat" },
	{ "JP", "Nippon" },
	{ "JP", "日本国" },
	{ "KP", "North Korea" },
	{ "KR", "Korea" },
	{ "KR", "Republic of Korea" },
	{ "KR", "South Korea" },
	{ "KR", "대한민국" },
	{ "KR", "한국" },
	{ "KR", "남한" },
	{ "KR", "韩国" },
	{ "KR", "大韩民国" },
	{ "KR", "大韓民國" },
	{ "KR", "南韓" },
	{ "MO", "Macau" },
	{ "NL", "Holland" },
	{ "RU", "Russian Federation" },
	{ "SA", "KSA" },
	{ "TR", "Turkey" },
	{ "TW", "臺灣" },
	{ "TW", "中国台湾" },
	{ "TW", "中华民国" },
	{ "TW", "中華民國" },
	{ "TW", "ROC" },
	{ "US", "America" },
	{ "US", "EUA" },
	{ "US", "EE.UU." },
	{ "US", "États-Unis d'Amérique" },
	{ "US", "Estados Unidos da América" },
	{ "US", "Estados Unidos de América" },
	{ "US", "United States of America" },
	{ "US", "Vereinigte Staaten von Amerika" },
	{ "US", "미합중국" },
	{ "US", "美利坚合众国" },
	{ "VN", "Viet Nam" },
	{ "XK", "XKX" },
};

struct region {
	char alpha2[3];
	char name_en[96];
};
struct entry {
	uint64_t hash;
	unsigned region;
	enum tier tier;
};

static struct region regions[256];
static unsigned region_count;
static struct entry *entries;
static size_t entry_count, entry_room;
static struct arena *scratch;

static void die(const char *why)
{
	fprintf(stderr, "gen-countries: %s\n", why);
	exit(1);
}

static void add(unsigned region, struct str name, enum tier tier)
{
	ARENA_SCOPE(scratch);
	struct str key = fold_key(scratch, name);

	if (!key.n)
		return;
	if (entry_count == entry_room) {
		entry_room = entry_room ? entry_room * 2 : 65536;
		entries = realloc(entries, entry_room * sizeof(*entries));
		if (!entries)
			die("out of memory");
	}
	entries[entry_count++] = (struct entry){ country_hash(key), region, tier };
}

static int by_alpha2(const void *x, const void *y)
{
	return strcmp(((const struct region *)x)->alpha2, ((const struct region *)y)->alpha2);
}

static unsigned region_of(const char *alpha2)
{
	const struct region *r, key = { .alpha2 = { alpha2[0], alpha2[1], 0 } };

	r = bsearch(&key, regions, region_count, sizeof(key), by_alpha2);
	if (!r)
		die("an alias of no country");
	return (unsigned)(r - regions);
}

/* Kosovo has no code of ISO's own, but the one that everybody gives it. */
static void take_regions(const struct json *list)
{
	for (size_t i = 0; i < json_count(list); i++)
		snprintf(regions[region_count++].alpha2, 3, "%s",
			 json_str(json_get(json_at(list, i), "alpha_2")).p);
	snprintf(regions[region_count++].alpha2, 3, "XK");
	qsort(regions, region_count, sizeof(regions[0]), by_alpha2);
}

static void take_iso_names(const struct json *list)
{
	static const struct {
		const char *member;
		enum tier tier;
	} names[] = {
		{ "alpha_3", TIER_CODE },
		{ "name", TIER_ENGLISH },
		{ "official_name", TIER_ENGLISH },
		{ "common_name", TIER_ENGLISH },
	};

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *row = json_at(list, i);
		unsigned region = region_of(json_str(json_get(row, "alpha_2")).p);

		for (size_t n = 0; n < LL_COUNT(names); n++)
			add(region, json_str(json_get(row, names[n].member)), names[n].tier);
	}
}

static struct str utf8(const UChar *u, int32_t n, char *out, int32_t room)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t bytes = 0;

	u_strToUTF8WithSub(out, room, &bytes, u, n, 0xFFFD, NULL, &e);
	return (struct str){ out, U_SUCCESS(e) ? (size_t)bytes : 0 };
}

static void add_units(unsigned region, const UChar *u, int32_t n, enum tier tier)
{
	char text[1024];
	struct str name = utf8(u, n, text, sizeof(text));

	/* ICU answers the code when it has no name. */
	if (str_eq_z(name, regions[region].alpha2))
		return;
	add(region, name, tier);
	if (tier == TIER_ENGLISH && name.n && name.n < sizeof(text) - 4) {
		char with_article[1100];

		snprintf(with_article, sizeof(with_article), "the " STR_FMT, STR_ARG(name));
		add(region, str_of(with_article), tier);
	}
}

static bool is_english(const char *locale)
{
	return strncmp(locale, "en", 2) == 0 && (!locale[2] || locale[2] == '_');
}

static void take_display_names(const char *locale, UDisplayContext length)
{
	UDisplayContext how[] = { UDISPCTX_STANDARD_NAMES, length };
	UErrorCode e = U_ZERO_ERROR;
	ULocaleDisplayNames *names = uldn_openForContext(locale, how, 2, &e);
	UChar name[512];

	if (U_FAILURE(e))
		die("ICU has no display names");
	for (unsigned i = 0; i < region_count; i++) {
		int32_t n = uldn_regionDisplayName(names, regions[i].alpha2, name, 512, &e);

		if (U_SUCCESS(e) && n > 0)
			add_units(i, name, n, is_english(locale) ? TIER_ENGLISH : TIER_LOCALE);
		if (U_SUCCESS(e) && strcmp(locale, "en") == 0 && length == UDISPCTX_LENGTH_FULL)
			utf8(name, n, regions[i].name_en, sizeof(regions[i].name_en));
		e = U_ZERO_ERROR;
	}
	uldn_close(names);
}

/* "Türkiye" beside "Turkey", "Czech Republic" beside "Czechia": CLDR's second names. */
static void take_variants(const char *locale)
{
	UErrorCode e = U_ZERO_ERROR;
	UResourceBundle *all = ures_open(U_ICUDATA_NAME "-region", locale, &e);
	UResourceBundle *table = ures_getByKey(all, "Countries%variant", NULL, &e);

	for (unsigned i = 0; U_SUCCESS(e) && i < region_count; i++) {
		UErrorCode absent = U_ZERO_ERROR;
		int32_t n = 0;
		const UChar *name = ures_getStringByKey(table, regions[i].alpha2, &n, &absent);

		if (U_SUCCESS(absent))
			add_units(i, name, n, is_english(locale) ? TIER_ENGLISH : TIER_LOCALE);
	}
	ures_close(table);
	ures_close(all);
}

static int by_hash(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->tier != b->tier)
		return a->tier < b->tier ? -1 : 1;
	return (int)a->region - (int)b->region;
}

/* One entry a name: the lowest tier decides, a name that two countries have in it is out. */
static size_t settle(void)
{
	size_t to = 0;

	qsort(entries, entry_count, sizeof(*entries), by_hash);
	for (size_t i = 0, next; i < entry_count; i = next) {
		struct entry best = entries[i];

		for (next = i + 1; next < entry_count && entries[next].hash == best.hash; next++)
			if (entries[next].tier == entries[i].tier &&
			    entries[next].region != best.region)
				best.tier = TIER_AMBIGUOUS;
		if (best.tier != TIER_AMBIGUOUS)
			entries[to++] = best;
	}
	return to;
}

static void print(size_t names)
{
	printf("/* Made by tools/gen-countries from ICU %s and iso-codes. */\n", U_ICU_VERSION);
	printf("#include \"understand/country_table.h\"\n\nconst struct country countries[] = {\n");
	for (unsigned i = 0; i < region_count; i++)
		printf("\t{ \"%s\", \"%s\" },\n", regions[i].alpha2, regions[i].name_en);
	printf("};\nconst unsigned country_count = %u;\nconst uint64_t country_names[] = {\n",
	       region_count);
	for (size_t i = 0; i < names; i++)
		printf("0x%016llxu,%c", (unsigned long long)(entries[i].hash | entries[i].region),
		       i % 4 == 3 ? '\n' : ' ');
	printf("\n};\nconst unsigned country_name_count = %zu;\n", names);
}

static struct json *read_iso(const char *path)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "r");
	struct json *all;
	struct err e = { 0 };
	size_t n;

	if (!f)
		die("iso-codes' file cannot be read");
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (!json_parse((struct str){ text, n }, &all, &e))
		die(e.text);
	return all;
}

int main(int argc, char **argv)
{
	struct json *iso;
	const struct json *list;

	if (argc != 2)
		die("usage: gen-countries ISO_3166-1.json");
	scratch = arena_new("gen-countries", 64 << 20);
	iso = read_iso(argv[1]);
	list = json_get(iso, "3166-1");
	take_regions(list);
	take_iso_names(list);
	for (size_t i = 0; i < LL_COUNT(aliases); i++)
		add(region_of(aliases[i].alpha2), str_of(aliases[i].name), TIER_PEOPLE);
	for (int32_t i = 0; i < uloc_countAvailable(); i++) {
		const char *locale = uloc_getAvailable(i);

		take_display_names(locale, UDISPCTX_LENGTH_FULL);
		take_display_names(locale, UDISPCTX_LENGTH_SHORT);
		take_variants(locale);
	}
	print(settle());
	json_free(iso);
	arena_free(scratch);
	free(entries);
	return 0;
}
