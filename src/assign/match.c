/* Which rules a lead meets. */
#include <stdlib.h>
#include <string.h>
#include "assign/parts.h"

static const char *const classes[] = {
	[ASSIGN_CLASS_NONE] = "",   [ASSIGN_PAIR] = "pair",       [ASSIGN_OFFER] = "offer",
	[ASSIGN_MARKET] = "market", [ASSIGN_DEFAULT] = "default",
};

const char *assign_class_text(enum assign_class c)
{
	return classes[c];
}

/* In the order of the enum. */
const char *const assign_ways[] = { "person", "team", "round-robin", "least-load", NULL };

const char *assign_way_text(enum assign_way w)
{
	return w == ASSIGN_WAY_NONE ? "" : assign_ways[w - 1];
}

enum assign_way assign_way_of(const char *text)
{
	for (size_t i = 0; assign_ways[i]; i++)
		if (!strcmp(assign_ways[i], text))
			return (enum assign_way)(i + 1);
	return ASSIGN_WAY_NONE;
}

enum assign_class assign_class_of(const struct assign_rule *r)
{
	if (*r->offer)
		return r->country_count ? ASSIGN_PAIR : ASSIGN_OFFER;
	return r->country_count ? ASSIGN_MARKET : ASSIGN_DEFAULT;
}

static int by_condition(const void *a, const void *b)
{
	const struct assign_condition *x = a, *y = b;
	int by = strcmp(x->offer, y->offer);

	return by ? by : strcmp(x->country, y->country);
}

void assign_rules_index(struct arena *a, struct assign_rules *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < rules->n; i++)
		n += rules->all[i].country_count ? rules->all[i].country_count : 1;
	rules->by = ARENA_ARRAY(a, struct assign_condition, n + 1);
	rules->by_n = 0;
	for (size_t i = 0; i < rules->n; i++) {
		const struct assign_rule *r = &rules->all[i];

		for (size_t k = 0; k < r->country_count; k++)
			rules->by[rules->by_n++] =
				(struct assign_condition){ r->offer, r->countries[k], r };
		if (!r->country_count)
			rules->by[rules->by_n++] = (struct assign_condition){ r->offer, "", r };
	}
	qsort(rules->by, rules->by_n, sizeof(*rules->by), by_condition);
}

static void meet(struct assign_match *m, const struct assign_rules *rules, const char *offer,
		 const char *country)
{
	const struct assign_condition key = { offer, country, NULL };
	const struct assign_condition *found;

	found = bsearch(&key, rules->by, rules->by_n, sizeof(key), by_condition);
	if (found)
		m->rule[m->n++] = found->rule;
}

struct assign_match assign_match(const struct assign_rules *rules, const char *offer,
				 const char *country)
{
	struct assign_match m = { .n = 0 };
	bool told = country && *country;

	if (!rules->by_n)
		return m;
	if (told)
		meet(&m, rules, offer, country);
	meet(&m, rules, offer, "");
	if (told)
		meet(&m, rules, "", country);
	meet(&m, rules, "", "");
	return m;
}
