#include "market/lead.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REMEMBERED 256 /* people of whom the next duplicate is one */

const struct market_offer market_offers[] = {
	{ MARKET_PUBLISHER, "crm", "Contoso CRM", "contact-me,free-trial", false },
	{ MARKET_PUBLISHER, "field-service", "Contoso Field Service", "contact-me", false },
	{ MARKET_PUBLISHER, "ledger", "Contoso Ledger for small business", "get-it-now", true },
	{ MARKET_PUBLISHER, "linux-hardened", "Contoso Hardened Linux", "create", true },
	{ MARKET_PUBLISHER, "insights", "Contoso Insights", "test-drive,free-trial", false },
	{ NULL, NULL, NULL, NULL, false },
};

struct market {
	uint64_t state;
	const char *tag;
	uint64_t serial; /* people made so far */
	struct person known[REMEMBERED];
	size_t known_count;
};

/* SplitMix64, by its published constants. */
static uint64_t next(struct market *m)
{
	uint64_t z = m->state += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

uint32_t market_below(struct market *m, uint32_t n)
{
	return (uint32_t)((next(m) >> 32) * n >> 32);
}

static double fraction(struct market *m)
{
	return (double)(next(m) >> 11) / 9007199254740992.0;
}

struct market *market_new(struct arena *a, uint64_t seed, const char *tag)
{
	struct market *m = ARENA_NEW(a, struct market);

	m->state = seed;
	m->tag = arena_strdup(a, tag);
	return m;
}

static void put_phone(struct market *m, const char *pattern, char *out, size_t n)
{
	size_t i;

	for (i = 0; pattern[i] && i + 1 < n; i++)
		out[i] = pattern[i] == 'X'   ? (char)('2' + market_below(m, 8))
			 : pattern[i] == 'x' ? (char)('0' + market_below(m, 10))
					     : pattern[i];
	out[i] = 0;
}

/* Who comes: half of them write English. turn counts within a language. */
static const struct {
	enum language language;
	uint64_t turn, turns;
} shares[] = { { ENGLISH, 0, 2 }, { KOREAN, 0, 1 }, { ENGLISH, 1, 2 }, { CHINESE, 0, 1 } };

/*
 * Person number `serial`: every pair of names comes once before any comes again, then with a
 * number, so an address is one person's. The step through the pairs has no factor in common with
 * their count.
 */
#define STEP 37
static struct person invent(struct market *m)
{
	uint64_t serial = m->serial++, who = serial % LL_COUNT(shares);
	enum language l = shares[who].language;
	const struct words *w = &market_words[l];
	uint64_t n = serial / LL_COUNT(shares) * shares[who].turns + shares[who].turn;
	uint64_t pairs = (uint64_t)w->firsts * w->lasts, pair = n * STEP % pairs;
	const struct name *first = &w->first[pair % w->firsts];
	const struct name *last = &w->last[pair / w->firsts];
	const struct name *company = &w->company[market_below(m, (uint32_t)w->companies)];
	struct person p = {
		.language = l, .first = first->text, .last = last->text, .company = company->text
	};
	char number[24] = "";

	if (n >= pairs)
		snprintf(number, sizeof(number), "%" PRIu64, n / pairs + 2);
	snprintf(p.email, sizeof(p.email), "%s.%s%s%s%s@%s.example", first->ascii, last->ascii,
		 number, *m->tag ? "-" : "", m->tag, company->ascii);
	p.country = &w->countries[market_below(m, (uint32_t)w->country_count)];
	put_phone(m, p.country->phone, p.phone, sizeof(p.phone));
	return p;
}

static struct person somebody(struct market *m, bool again)
{
	struct person p;

	if (again && m->known_count)
		return m->known[market_below(m, (uint32_t)m->known_count)];
	p = invent(m);
	if (m->known_count < REMEMBERED)
		m->known[m->known_count++] = p;
	else
		m->known[market_below(m, REMEMBERED)] = p;
	return p;
}

/* ana.vance@company.example writes as ana@vance-mail.example. */
static void move_mailbox(struct person *p)
{
	char was[sizeof(p->email)];
	int user = (int)strcspn(p->email, "@"), first = (int)strcspn(p->email, ".");

	memcpy(was, p->email, sizeof(was));
	if (first < user)
		snprintf(p->email, sizeof(p->email), "%.*s@%.*s-mail.example", first, was,
			 user - first - 1, was + first + 1);
}

/* A private mailbox; no number; or both, and the first name cut short: as people do. */
static void write_otherwise(struct market *m, struct arena *a, struct person *p)
{
	uint32_t how = market_below(m, 3);

	if (how != 0)
		p->phone[0] = 0;
	if (how != 1)
		move_mailbox(p);
	if (how == 2 && p->language == ENGLISH)
		p->first = arena_printf(a, "%c.", p->first[0]);
}

struct market_message market_next(struct market *m, struct arena *a, const struct market_mix *mix,
				  const struct market_offer *offer)
{
	double x = fraction(m);
	const char *token;
	struct person who;
	bool again;

	if (x < mix->broken)
		return broken_message(m, a, offer);
	if (x < mix->broken + mix->tests)
		return market_test_lead(a, (int64_t)(1700000000000 + next(m) % 100000000000u),
					offer, &token);
	again = fraction(m) < mix->duplicates && m->known_count;
	who = somebody(m, again);
	if (again && mix->otherwise > 0 && fraction(m) < mix->otherwise)
		write_otherwise(m, a, &who);
	return lead_message(m, a, offer, who, again);
}
