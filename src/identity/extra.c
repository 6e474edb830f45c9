/* What contact lists hold besides: addresses, places, dates, codes, any text. */
#include "identity/card.h"

static struct term words_term(struct arena *a, struct arena *scratch, struct str raw,
			      const char *between)
{
	struct words w;

	words_split(words_fold(scratch, raw), scratch, &w);
	return term_of(a, words_join(scratch, &w, between));
}

static unsigned number(struct str s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++)
		n = n * 10 + (unsigned)(s.p[i] - '0');
	return n;
}

/* The groups of digits: up to 3. */
static size_t digit_groups(struct str s, struct str out[3])
{
	size_t n = 0, i = 0;

	while (i < s.n && n < 3) {
		size_t from = i;

		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i > from && i - from <= 8)
			out[n++] = (struct str){ s.p + from, i - from };
		if (i == from)
			i++;
	}
	return n;
}

static uint32_t packed(unsigned year, unsigned month, unsigned day)
{
	if (month > 12 && day <= 12) { /* the other way round */
		unsigned swap = month;

		month = day;
		day = swap;
	}
	return year * 10000 + month % 100 * 100 + day % 100;
}

/* 19710624, 1971-06-24, 24.06.1971, 06/24/1971, 1971; 0 when it is no date. */
static uint32_t date_of(struct str raw)
{
	struct str g[3];
	size_t n = digit_groups(raw, g);

	if (n == 1 && g[0].n == 8) {
		unsigned d = number(g[0]);

		return d / 10000 >= 1000 && d / 10000 < 3000 && d / 100 % 100 <= 31
			       ? d
			       : packed(d % 10000, d / 10000 % 100, d / 1000000);
	}
	if (n == 1 && g[0].n == 4)
		return number(g[0]) * 10000;
	if (n == 3 && g[0].n == 4)
		return packed(number(g[0]), number(g[1]), number(g[2]));
	if (n == 3 && g[2].n == 4)
		return packed(number(g[2]), number(g[1]), number(g[0]));
	return 0;
}

void clean_extra(struct arena *a, struct arena *scratch, const struct identity_record *r,
		 struct identity_card *c)
{
	struct extra *x;
	bool any = false;

	for (int f = IDENTITY_ADDRESS; f < IDENTITY_FIELDS; f++)
		any = any || r->value[f].n;
	if (!any)
		return;
	x = c->extra = ARENA_NEW(a, struct extra);
	x->address = words_term(a, scratch, r->value[IDENTITY_ADDRESS], " ");
	x->city = words_term(a, scratch, r->value[IDENTITY_CITY], "");
	x->region = words_term(a, scratch, r->value[IDENTITY_REGION], "");
	x->postcode = words_term(a, scratch, r->value[IDENTITY_POSTCODE], "");
	x->code = words_term(a, scratch, r->value[IDENTITY_CODE], "");
	x->text = words_term(a, scratch, r->value[IDENTITY_TEXT], " ");
	x->date = date_of(r->value[IDENTITY_DATE]);
}
