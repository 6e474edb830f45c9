/* Two cards to a pattern: one level a trait. */
#include <stdio.h>
#include "identity/card.h"
#include "identity/similar.h"

#define LONG_WORDS  0.5 /* shared letters of two texts that are near */
#define SOME_WORDS  0.2
#define USER_LOOKED 64 /* bytes of a mailbox in which a name is looked for */
#define BRAND_WORDS 0.6
#define LIKE_JW     0.92

static bool only_last_digits_differ(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n, same = 0;

	while (same < n && a.p[same] == b.p[same])
		same++;
	for (size_t i = same; i < a.n; i++)
		if (a.p[i] < '0' || a.p[i] > '9')
			return false;
	for (size_t i = same; i < b.n; i++)
		if (b.p[i] < '0' || b.p[i] > '9')
			return false;
	return true;
}

/* One slip, and not anna2 beside anna. */
static bool is_near(const struct term *a, const struct term *b)
{
	struct str x = term_str(a), y = term_str(b);

	return a->n > 3 && b->n > 3 && similar_edits(x, y, 1) <= 1 &&
	       !only_last_digits_differ(x, y);
}

/* Two slips, or as many as leave nearly the same letters. */
static bool is_like(const struct term *a, const struct term *b)
{
	struct str x = term_str(a), y = term_str(b);

	return !only_last_digits_differ(x, y) &&
	       ((a->n > 5 && b->n > 5 && similar_edits(x, y, 2) <= 2) || is_near(a, b) ||
		(a->n > 7 && b->n > 7 && similar_jw(x, y) > LIKE_JW));
}

/* Is the name in the mailbox's? */
static bool is_in(const struct term *name, const struct term *user)
{
	char form[2 * USER_LOOKED];
	struct str u = str_upto(term_str(user), USER_LOOKED);

	return name->n > 1 && memmem(form, sound_write(u, form), name->p, name->n);
}

/* rajesh.kumar beside ramesh.kumar is no slip when each is called so. */
static bool are_named_so(const struct identity_card *a, const struct identity_card *b)
{
	return (!term_same(&a->first, &b->first) && is_in(&a->first, &a->user) &&
		is_in(&b->first, &b->user)) ||
	       (!term_same(&a->last, &b->last) && is_in(&a->last, &a->user) &&
		is_in(&b->last, &b->user));
}

static unsigned compare_email(const struct identity_card *a, const struct identity_card *b)
{
	bool user, domain, corporate = a->mail == MAIL_CORPORATE && b->mail == MAIL_CORPORATE;

	if (!a->mail || !b->mail)
		return 0;
	user = term_same(&a->user, &b->user);
	domain = term_same(&a->domain, &b->domain);
	if (user && domain)
		return a->role ? EMAIL_ROLE : EMAIL_SAME;
	if (user && corporate && a->label == b->label)
		return a->role ? EMAIL_COLLEAGUE : EMAIL_LABEL;
	if (a->role || b->role)
		return domain || (corporate && a->label == b->label) ? EMAIL_COLLEAGUE : 0;
	if (domain && is_near(&a->user, &b->user))
		return are_named_so(a, b) ? EMAIL_COLLEAGUE : EMAIL_NEAR;
	if (!domain && corporate && (user || is_like(&a->user, &b->user)) &&
	    is_like(&a->domain, &b->domain))
		return EMAIL_NEAR_BOTH;
	if (user)
		return EMAIL_USER;
	if (corporate)
		return domain || a->label == b->label ? EMAIL_COLLEAGUE : EMAIL_CORPORATE;
	return a->mail == b->mail ? EMAIL_FREE : EMAIL_MIXED;
}

static unsigned digits_wrong(uint64_t a, uint64_t b)
{
	unsigned wrong = 0;

	for (; a || b; a /= 10, b /= 10)
		wrong += a % 10 != b % 10;
	return wrong;
}

static unsigned compare_phone(const struct identity_card *a, const struct identity_card *b)
{
	uint64_t x = a->phone, y = b->phone;

	if (!x || !y)
		return 0;
	if (!a->phone_whole || !b->phone_whole) {
		x %= 100000000u;
		y %= 100000000u;
	}
	if (x == y)
		return a->phone_shared || b->phone_shared ? PHONE_SHARED : PHONE_SAME;
	if (digits_wrong(x, y) == 1)
		return PHONE_NEAR;
	return a->phone_whole == b->phone_whole ? PHONE_DIFFER : 0;
}

static uint32_t label_of_card(const struct identity_card *c)
{
	return c->label ? c->label : c->label_learned;
}

/* The name of one in the domain of the other: "lasorock" of lasorock-group.com. */
static bool names_domain(const struct identity_card *a, const struct identity_card *b)
{
	return a->brand.n > 4 && b->label_text.n >= a->brand.n &&
	       memcmp(a->brand.p, b->label_text.p, a->brand.n) == 0;
}

static unsigned compare_org(const struct identity_card *a, const struct identity_card *b)
{
	static const uint8_t same[] = { ORG_SAME, ORG_SAME_SOME, ORG_SAME_MANY };
	uint32_t x = label_of_card(a), y = label_of_card(b);
	bool names = a->company.n && b->company.n;

	if ((x && x == y) || (names && term_same(&a->company, &b->company)))
		return a->org_size < b->org_size ? same[b->org_size] : same[a->org_size];
	if (!names) {
		if (names_domain(a, b) || names_domain(b, a))
			return ORG_NEAR;
		return x && y ? ORG_DIFFER : 0;
	}
	if (a->company.script != b->company.script)
		return x && y ? ORG_DIFFER : 0;
	if ((similar_letters(term_str(&a->company), term_str(&b->company)) &&
	     similar_is_fuzzy(term_str(&a->company), term_str(&b->company))) ||
	    (a->brand.n && b->brand.n && term_same(&a->brand, &b->brand) &&
	     similar_words(term_str(&a->company), term_str(&b->company)) > BRAND_WORDS))
		return ORG_NEAR;
	return ORG_DIFFER;
}

static unsigned compare_title(const struct identity_card *a, const struct identity_card *b)
{
	if (!a->title.n || !b->title.n)
		return 0;
	if (term_same(&a->title, &b->title))
		return PLAIN_SAME;
	if ((a->title_short && a->title_short == b->title.hash) ||
	    (b->title_short && b->title_short == a->title.hash))
		return PLAIN_NEAR;
	if (a->title.script != b->title.script)
		return 0;
	return similar_words(term_str(&a->title), term_str(&b->title)) > LONG_WORDS ? PLAIN_NEAR
										    : PLAIN_DIFFER;
}

/* One word, or a number: the same, one slip, or not. */
static unsigned compare_short(const struct term *a, const struct term *b)
{
	if (!a->n || !b->n)
		return 0;
	if (term_same(a, b))
		return PLAIN_SAME;
	if (similar_edits(term_str(a), term_str(b), 1) <= 1)
		return PLAIN_NEAR;
	if (similar_is_fuzzy(term_str(a), term_str(b)) ||
	    (a->n > 5 && b->n > 5 && similar_edits(term_str(a), term_str(b), 2) <= 2))
		return PLAIN_PART;
	return PLAIN_DIFFER;
}

static unsigned compare_long(const struct term *a, const struct term *b)
{
	double share;

	if (!a->n || !b->n)
		return 0;
	if (term_same(a, b))
		return PLAIN_SAME;
	share = similar_words(term_str(a), term_str(b));
	if (share > LONG_WORDS || similar_is_fuzzy(term_str(a), term_str(b)))
		return PLAIN_NEAR;
	return share > SOME_WORDS ? PLAIN_PART : PLAIN_DIFFER;
}

/* Same; one digit or two neighbours wrong, or day and month changed over; two of three parts. */
static unsigned compare_date(uint32_t a, uint32_t b)
{
	char x[12], y[12];
	unsigned same;

	if (!a || !b)
		return 0;
	if (a == b)
		return PLAIN_SAME;
	snprintf(x, sizeof(x), "%08u", a);
	snprintf(y, sizeof(y), "%08u", b);
	if (similar_edits(str_of(x), str_of(y), 1) <= 1 ||
	    (a / 10000 == b / 10000 && a / 100 % 100 == b % 100 && b / 100 % 100 == a % 100))
		return PLAIN_NEAR;
	same = (a / 10000 == b / 10000) + (a / 100 % 100 == b / 100 % 100) + (a % 100 == b % 100);
	return same == 2 || similar_edits(str_of(x), str_of(y), 2) <= 2 ? PLAIN_PART : PLAIN_DIFFER;
}

static void put(identity_pattern *p, enum identity_trait t, unsigned level)
{
	*p |= (identity_pattern)level << (4 * t);
}

static void compare_extra(identity_pattern *p, const struct extra *a, const struct extra *b)
{
	put(p, TRAIT_DATE, compare_date(a->date, b->date));
	put(p, TRAIT_CODE, compare_short(&a->code, &b->code));
	put(p, TRAIT_ADDRESS, compare_long(&a->address, &b->address));
	put(p, TRAIT_CITY, compare_short(&a->city, &b->city));
	put(p, TRAIT_REGION, compare_short(&a->region, &b->region));
	put(p, TRAIT_POSTCODE, compare_short(&a->postcode, &b->postcode));
	put(p, TRAIT_TEXT, compare_long(&a->text, &b->text));
}

identity_pattern identity_compare(const struct identity_card *a, const struct identity_card *b)
{
	identity_pattern p = 0;

	put(&p, TRAIT_NAME, compare_name(a, b));
	put(&p, TRAIT_EMAIL, compare_email(a, b));
	put(&p, TRAIT_PHONE, compare_phone(a, b));
	put(&p, TRAIT_ORG, compare_org(a, b));
	if (a->country && b->country)
		put(&p, TRAIT_COUNTRY, a->country == b->country ? PLAIN_SAME : PLAIN_DIFFER);
	put(&p, TRAIT_TITLE, compare_title(a, b));
	if (a->extra && b->extra)
		compare_extra(&p, a->extra, b->extra);
	return p;
}
