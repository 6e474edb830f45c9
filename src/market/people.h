/* Invented names, companies, titles, places and words, by language. Private to market/. */
#pragma once
#include "market/market.h"

enum language { ENGLISH, KOREAN, CHINESE, LANGUAGES };

struct name {
	const char *text, *ascii; /* as written, and as it stands in an address */
};
struct country {
	const char *forms[4]; /* how the country arrives, NULL-ended */
	const char *phone;    /* X a digit from 2 to 9, x any digit */
};
struct words {
	const struct name *first, *last, *company;
	size_t firsts, lasts, companies;
	const char *const *titles, *const *notes; /* NULL-ended */
	const struct country *countries;
	size_t country_count;
	bool last_comes_first;
};
extern const struct words market_words[LANGUAGES];
