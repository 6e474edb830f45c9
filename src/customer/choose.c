/*
 * The golden record's rules. Values of a field are grouped; the groups go through the field's rules
 * in order, each keeps those with its highest score, and the one that leaves a single group has
 * decided. First and last name are chosen together, so that no name is made of two.
 */
#include <stdlib.h>
#include "customer/customer.h"
#include "identity/identity.h"
#include "understand/understand.h"

#define PARTS 2 /* fields that are chosen together at most */

struct group {
	const char *part[PARTS];
	const struct customer_lead *latest;
	unsigned leads;
	struct identity_worth worth;
	unsigned form_leads; /* leads with the same form */
	bool out;
};

struct choice {
	struct arena *a, *scratch;
	struct group *group;
	size_t n;
	int parts;
};

/* ---- scores ---- */

static int64_t by_worth(const struct group *g)
{
	return g->worth.rank;
}

static int64_t by_form(const struct group *g)
{
	return g->form_leads;
}

static int64_t by_leads(const struct group *g)
{
	return g->leads;
}

static int64_t by_parts(const struct group *g)
{
	return (g->part[0] != NULL) + (g->part[1] != NULL);
}

static int64_t by_length(const struct group *g)
{
	int64_t n = 0;

	for (int i = 0; i < PARTS; i++)
		for (const char *p = g->part[i]; p && *p; p++)
			n += ((unsigned char)*p & 0xC0) != 0x80; /* letters, not bytes */
	return n;
}

static int64_t by_time(const struct group *g)
{
	return g->latest->received_at;
}

/* How far the customer had come when it said so. */
static int64_t step_of(const struct customer_lead *l)
{
	static const char *const steps[] = { "DNC", "PLT", "StartTestDrive", "INS", "Create" };

	for (size_t i = 0; i < LL_COUNT(steps); i++)
		if (!strcmp(l->action, steps[i]))
			return (int64_t)i;
	return 0;
}

static int64_t by_step(const struct group *g)
{
	return step_of(g->latest);
}

static int64_t by_seq(const struct group *g)
{
	return g->latest->seq;
}

/* ---- the table ---- */

struct rule {
	const char *token;
	int64_t (*score)(const struct group *g);
};
#define LATEST                                                                                     \
	{ "latest", by_time }, { "further-step", by_step },                                        \
	{                                                                                          \
		"last-received", by_seq                                                            \
	}
static const struct rule name_rules[] = {
	{ "both-names", by_parts },
	{ "no-initial", by_worth },
	{ "longest", by_length },
	{ "most-leads", by_leads },
	LATEST,
	{ NULL, NULL },
};
static const struct rule worth_rules[] = {
	{ "better-kind", by_worth },
	LATEST,
	{ NULL, NULL },
};
static const struct rule company_rules[] = {
	{ "better-kind", by_worth },
	{ "most-leads", by_form },
	{ "most-usual-spelling", by_leads },
	LATEST,
	{ NULL, NULL },
};
static const struct rule country_rules[] = {
	{ "most-leads", by_leads },
	LATEST,
	{ NULL, NULL },
};
static const struct rule title_rules[] = { LATEST, { NULL, NULL } };

static const struct {
	const struct rule *rules;
	enum identity_field kind;
} fields[CONTACT_FIELDS] = {
	[CONTACT_COMPANY] = { company_rules, IDENTITY_COMPANY },
	[CONTACT_COUNTRY] = { country_rules, IDENTITY_COUNTRY },
	[CONTACT_EMAIL] = { worth_rules, IDENTITY_EMAIL },
	[CONTACT_FIRST_NAME] = { name_rules, IDENTITY_FIRST },
	[CONTACT_LAST_NAME] = { name_rules, IDENTITY_LAST },
	[CONTACT_PHONE] = { worth_rules, IDENTITY_PHONE },
	[CONTACT_TITLE] = { title_rules, IDENTITY_TITLE },
};

/* ---- groups ---- */

static const char *text_of(const struct customer_lead *l, enum contact_field f)
{
	return l->contact[f] && *l->contact[f] ? l->contact[f] : NULL;
}

static bool same(const char *x, const char *y)
{
	return x == y || (x && y && !strcmp(x, y));
}

static bool is_later(const struct customer_lead *a, const struct customer_lead *b)
{
	if (a->received_at != b->received_at)
		return a->received_at > b->received_at;
	if (step_of(a) != step_of(b))
		return step_of(a) > step_of(b);
	return a->seq > b->seq;
}

static void add(struct choice *c, const struct customer_lead *l, const char *const part[PARTS])
{
	struct group *g = c->group, *end = c->group + c->n;

	while (g < end && (!same(g->part[0], part[0]) || !same(g->part[1], part[1])))
		g++;
	if (g == end) {
		*g = (struct group){ .part = { part[0], part[1] }, .latest = l };
		c->n++;
	}
	g->leads++;
	if (is_later(l, g->latest))
		g->latest = l;
}

/* The values of parts fields from f on. */
static struct choice gather(struct arena *a, struct arena *scratch,
			    const struct customer_lead *leads, size_t n, enum contact_field f,
			    int parts)
{
	struct choice c = { a, scratch, ARENA_ARRAY(a, struct group, n), 0, parts };

	for (size_t i = 0; i < n; i++) {
		const char *part[PARTS] = { NULL };

		for (int p = 0; p < parts; p++)
			part[p] = text_of(&leads[i], (enum contact_field)((int)f + p));
		if (part[0] || part[1])
			add(&c, &leads[i], part);
	}
	return c;
}

/* What the rules compare; asked for only when there are two to choose from. */
static void weigh(struct choice *c, enum contact_field f)
{
	for (size_t i = 0; i < c->n; i++) {
		struct group *g = &c->group[i];

		g->worth = (struct identity_worth){ .rank = UINT32_MAX };
		for (int p = 0; p < c->parts; p++) {
			struct identity_worth w;

			if (!g->part[p])
				continue;
			w = identity_worth(c->a, c->scratch, fields[(int)f + p].kind,
					   str_of(g->part[p]));
			if (w.rank < g->worth.rank)
				g->worth = w;
		}
	}
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->n; k++)
			if (str_eq(c->group[i].worth.form, c->group[k].worth.form))
				c->group[i].form_leads += c->group[k].leads;
}

static size_t keep_best(struct choice *c, const struct rule *r)
{
	int64_t best = INT64_MIN;
	size_t left = 0;

	for (size_t i = 0; i < c->n; i++)
		if (!c->group[i].out && r->score(&c->group[i]) > best)
			best = r->score(&c->group[i]);
	for (size_t i = 0; i < c->n; i++) {
		c->group[i].out |= r->score(&c->group[i]) < best;
		left += !c->group[i].out;
	}
	return left;
}

static const struct group *choose(struct choice *c, enum contact_field f, const char **ret_rule)
{
	const struct rule *r = fields[f].rules;
	const struct group *g = c->group;

	*ret_rule = "only-value";
	if (c->n < 2)
		return c->n ? g : NULL;
	weigh(c, f);
	while (keep_best(c, r) > 1 && r[1].token)
		r++;
	*ret_rule = r->token;
	while (g->out)
		g++;
	return g;
}

/* ---- the record ---- */

static int more_leads(const void *a, const void *b)
{
	const struct golden_value *x = a, *y = b;

	if (x->leads != y->leads)
		return x->leads < y->leads ? 1 : -1;
	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return strcmp(x->text, y->text);
}

static void list_values(struct arena *a, const struct choice *c, struct golden_field *out)
{
	struct golden_value *v = ARENA_ARRAY(a, struct golden_value, c->n);

	for (size_t i = 0; i < c->n; i++)
		v[i] = (struct golden_value){ c->group[i].part[0], c->group[i].latest->lead,
					      c->group[i].latest->received_at, c->group[i].leads };
	qsort(v, c->n, sizeof(*v), more_leads);
	out->values = v;
	out->value_count = c->n;
}

static void take(struct golden_field *out, const struct group *g, int part, const char *rule)
{
	out->text = g->part[part];
	out->lead = g->latest->lead;
	out->rule = rule;
}

static void override(struct golden_field *out, const struct customer_override *o)
{
	out->text = o->value;
	out->lead = ID_NULL;
	out->rule = "set-by-user";
}

void customer_golden(struct arena *a, struct arena *scratch, const struct customer_lead *leads,
		     size_t n, const struct customer_override overrides[CONTACT_FIELDS],
		     struct golden *ret)
{
	struct choice names = gather(a, scratch, leads, n, CONTACT_FIRST_NAME, PARTS);
	const char *rule, *email;
	const struct group *name = choose(&names, CONTACT_FIRST_NAME, &rule);

	memset(ret, 0, sizeof(*ret));
	for (int p = 0; name && p < PARTS; p++)
		if (name->part[p])
			take(&ret->field[CONTACT_FIRST_NAME + p], name, p, rule);
	for (int f = 0; f < CONTACT_FIELDS; f++) {
		struct choice c = gather(a, scratch, leads, n, (enum contact_field)f, 1);
		struct golden_field *out = &ret->field[f];
		const struct group *g;

		list_values(a, &c, out);
		if (!out->text) {
			g = choose(&c, (enum contact_field)f, &rule);
			if (g)
				take(out, g, 0, rule);
		}
		if (overrides && overrides[f].value)
			override(out, &overrides[f]);
	}
	email = ret->field[CONTACT_EMAIL].text;
	ret->email_key = email ? email_key(a, email) : NULL;
}
