/* What an index counts: how many records, or how many names, have a value; and which domain a
 * company writes from. The same figures as a batch has from all cards together. */
#include "identity/index.h"

enum counted {
	COUNT_NAME = 1, /* records of the value */
	COUNT_ORG,
	COUNT_MAILBOX,
	COUNT_PHONE_NAME, /* records of value and family name */
	COUNT_MAILBOX_NAME,
	COUNT_PHONE_NAMES, /* family names of the value */
	COUNT_MAILBOX_NAMES,
	COUNT_LABEL, /* records of a company with the label */
	COUNT_LABELS /* of a company with any */
};

uint64_t index_mix(uint64_t h)
{
	h ^= h >> 31;
	h *= 0xBF58476D1CE4E5B9u;
	h ^= h >> 29;
	h *= 0x94D049BB133111EBu;
	return h ^ h >> 32;
}

static uint64_t key_of(enum counted what, uint64_t value, uint64_t name)
{
	return index_mix(index_mix(index_mix(value + (uint64_t)what * 0x9E3779B97F4A7C15u)) ^ name);
}

static uint32_t count_of(const struct identity_index *x, uint64_t key)
{
	const uint32_t *n = map_find(&x->counts, key);

	return n ? *n : 0;
}

/* One more, or one fewer; returns how many there are then. */
static uint32_t count_one(struct identity_index *x, uint64_t key, bool take_back)
{
	uint32_t n = count_of(x, key);

	if (!take_back)
		return ++*map_put(&x->counts, key);
	if (n > 1)
		return --*map_put(&x->counts, key);
	map_drop(&x->counts, key);
	return 0;
}

static void count_name(struct identity_index *x, enum counted pair, enum counted names,
		       uint64_t value, uint32_t last, bool take_back)
{
	uint32_t n;

	if (!value || !last)
		return;
	n = count_one(x, key_of(pair, value, last), take_back);
	if (n == !take_back) /* the first of its name came, or the last one went */
		count_one(x, key_of(names, value, 0), take_back);
}

void index_count(struct identity_index *x, const struct identity_card *c, bool take_back)
{
	struct identity_terms t = identity_card_terms(c);

	if (t.name)
		count_one(x, key_of(COUNT_NAME, t.name, 0), take_back);
	if (t.org)
		count_one(x, key_of(COUNT_ORG, t.org, 0), take_back);
	if (t.mailbox && t.last)
		count_one(x, key_of(COUNT_MAILBOX, t.mailbox, 0), take_back);
	count_name(x, COUNT_PHONE_NAME, COUNT_PHONE_NAMES, t.phone, t.last, take_back);
	count_name(x, COUNT_MAILBOX_NAME, COUNT_MAILBOX_NAMES, t.mailbox, t.last, take_back);
}

static bool is_majority(const struct identity_index *x, uint32_t company, uint32_t label,
			uint32_t all)
{
	return count_of(x, key_of(COUNT_LABEL, company, label)) * (uint64_t)2 > all;
}

void index_vote(struct identity_index *x, const struct identity_card *c, bool take_back)
{
	struct identity_terms t = identity_card_terms(c);
	uint32_t all, *learned;

	if (!t.company || !t.label)
		return;
	count_one(x, key_of(COUNT_LABEL, t.company, t.label), take_back);
	all = count_one(x, key_of(COUNT_LABELS, t.company, 0), take_back);
	learned = pack_learned(x, &c->company);
	if (is_majority(x, t.company, t.label, all))
		*learned = t.label;
	else if (*learned && !is_majority(x, t.company, *learned, all))
		*learned = 0;
}

/* Names of the value when the card is among them. */
static uint32_t names_with(const struct identity_index *x, enum counted pair, enum counted names,
			   uint64_t value, uint32_t last)
{
	if (!value || !last)
		return 0;
	return count_of(x, key_of(names, value, 0)) + !count_of(x, key_of(pair, value, last));
}

void index_share(struct identity_index *x, struct identity_card *c)
{
	const uint32_t *learned = pack_learned(x, &c->company);
	struct identity_terms t;
	struct identity_shared s = { 0 };

	if (learned && *learned)
		identity_card_label(c, *learned);
	t = identity_card_terms(c);
	if (t.name)
		s.name_records = count_of(x, key_of(COUNT_NAME, t.name, 0)) + 1;
	if (t.org)
		s.org_records = count_of(x, key_of(COUNT_ORG, t.org, 0)) + 1;
	s.phone_names = names_with(x, COUNT_PHONE_NAME, COUNT_PHONE_NAMES, t.phone, t.last);
	s.mailbox_names = names_with(x, COUNT_MAILBOX_NAME, COUNT_MAILBOX_NAMES, t.mailbox, t.last);
	if (t.mailbox && t.last)
		s.mailbox_records = count_of(x, key_of(COUNT_MAILBOX, t.mailbox, 0)) + 1;
	identity_card_share(c, &s);
}
