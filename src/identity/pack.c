/*
 * Cards made small, for an index: seventy bytes instead of four hundred. Hashes are made again when
 * a card is looked at; what many cards have (domain, company, title) is stored once.
 */
#include "identity/index.h"

#define PHONE_BITS 50
#define PHONE_MASK ((UINT64_C(1) << PHONE_BITS) - 1)
#define PACKED_MOST                                                                                \
	(sizeof(struct packed) + sizeof(uint32_t) * (READINGS - 1) * 2 + 3 * (size_t)UINT8_MAX)

/* A text that many cards have. learned: of a company, the label that most of its records have. */
struct text {
	uint32_t hash, learned;
	uint8_t n, script;
	char p[];
};
struct packed {
	uint64_t phone : PHONE_BITS, phone_whole : 1, role : 1, mail : 2, second : 1;
	uint32_t first_sound, last_sound, title_short;
	uint32_t domain, company, title; /* places of texts; 0 none */
	uint16_t country, nickname;
	uint8_t first_n, last_n, user_n, label_at, label_n, brand_at, brand_n, scripts;
	/* then: two more sounds, if second; first, last, user */
};

static uint32_t store_text(struct identity_index *x, const struct term *t)
{
	uint64_t key = index_mix((uint64_t)t->hash << 8 | (uint8_t)t->n);
	struct text *new;
	uint32_t *at;

	if (!t->n)
		return 0;
	for (;; key = index_mix(key + 1)) {
		const struct text *have;

		at = map_put(&x->texts, key);
		if (!*at)
			break;
		have = pool_at(&x->words, *at);
		if (have->hash == t->hash && have->n == t->n && !memcmp(have->p, t->p, t->n))
			return *at;
	}
	*at = pool_take(&x->words, sizeof(*new) + t->n);
	new = pool_at(&x->words, *at);
	new->hash = t->hash;
	new->learned = 0;
	new->n = (uint8_t)t->n;
	new->script = t->script;
	memcpy(new->p, t->p, t->n);
	return *at;
}

uint32_t *pack_learned(struct identity_index *x, const struct term *company)
{
	uint32_t at = store_text(x, company);

	return at ? &((struct text *)pool_at(&x->words, at))->learned : NULL;
}

/* Where a part begins in the whole that it was taken from. */
static uint8_t part_at(const struct term *whole, const struct term *part, uint8_t *ret_n)
{
	const char *found =
		part->n && whole->n ? memmem(whole->p, whole->n, part->p, part->n) : NULL;

	*ret_n = found ? (uint8_t)part->n : 0;
	return found ? (uint8_t)(found - whole->p) : 0;
}

static char *put(char *to, const void *p, size_t n)
{
	if (n)
		memcpy(to, p, n);
	return to + n;
}

uint32_t pack_card(struct identity_index *x, const struct identity_card *c)
{
	char bytes[PACKED_MOST], *end = bytes + sizeof(struct packed);
	struct packed p = { .phone = c->phone & PHONE_MASK,
			    .phone_whole = c->phone_whole,
			    .role = c->role,
			    .mail = c->mail & 3u,
			    .second = c->first_sound.of[1] || c->last_sound.of[1],
			    .first_sound = c->first_sound.of[0],
			    .last_sound = c->last_sound.of[0],
			    .title_short = c->title_short,
			    .domain = store_text(x, &c->domain),
			    .company = store_text(x, &c->company),
			    .title = store_text(x, &c->title),
			    .country = c->country,
			    .nickname = c->nickname,
			    .first_n = (uint8_t)c->first.n,
			    .last_n = (uint8_t)c->last.n,
			    .user_n = (uint8_t)c->user.n,
			    .scripts = (uint8_t)(c->first.script | c->last.script << 4) };
	uint32_t at;

	p.label_at = part_at(&c->domain, &c->label_text, &p.label_n);
	p.brand_at = part_at(&c->company, &c->brand, &p.brand_n);
	memcpy(bytes, &p, sizeof(p));
	if (p.second) {
		end = put(end, &c->first_sound.of[1], sizeof(uint32_t));
		end = put(end, &c->last_sound.of[1], sizeof(uint32_t));
	}
	end = put(end, c->first.p, c->first.n);
	end = put(end, c->last.p, c->last.n);
	end = put(end, c->user.p, c->user.n);
	at = pool_take(&x->cards, (size_t)(end - bytes));
	memcpy(pool_at(&x->cards, at), bytes, (size_t)(end - bytes));
	return at;
}

static struct term term_at(const char **p, uint8_t n, uint8_t script)
{
	struct term t = { .p = n ? *p : NULL, .n = n, .script = script };

	t.hash = text_hash(term_str(&t));
	*p += n;
	return t;
}

static const struct text *stored(const struct identity_index *x, uint32_t at, struct term *ret)
{
	const struct text *t = at ? pool_at(&x->words, at) : NULL;

	if (t)
		*ret = (struct term){ t->p, t->hash, t->n, t->script, 0 };
	return t;
}

static struct term part_of_term(const struct term *whole, uint8_t at, uint8_t n)
{
	const char *p = n ? whole->p + at : NULL;

	return n ? term_at(&p, n, whole->script) : (struct term){ .p = NULL };
}

void unpack_card(const struct identity_index *x, uint32_t record, struct identity_card *ret)
{
	const char *at = pool_at(&x->cards, x->card[record]);
	const struct text *company;
	struct packed p;

	memcpy(&p, at, sizeof(p));
	at += sizeof(p);
	*ret = (struct identity_card){ .phone = p.phone,
				       .phone_whole = p.phone_whole,
				       .role = p.role,
				       .mail = p.mail,
				       .first_sound.of = { p.first_sound },
				       .last_sound.of = { p.last_sound },
				       .title_short = p.title_short,
				       .country = p.country,
				       .nickname = p.nickname };
	if (p.second) {
		memcpy(&ret->first_sound.of[1], at, sizeof(uint32_t));
		memcpy(&ret->last_sound.of[1], at + sizeof(uint32_t), sizeof(uint32_t));
		at += 2 * sizeof(uint32_t);
	}
	ret->first = term_at(&at, p.first_n, p.scripts & 15);
	ret->last = term_at(&at, p.last_n, p.scripts >> 4);
	ret->user = term_at(&at, p.user_n, 0);
	stored(x, p.domain, &ret->domain);
	stored(x, p.title, &ret->title);
	company = stored(x, p.company, &ret->company);
	ret->label_text = part_of_term(&ret->domain, p.label_at, p.label_n);
	ret->brand = part_of_term(&ret->company, p.brand_at, p.brand_n);
	ret->label = ret->label_text.hash;
	ret->label_learned = !ret->label && company ? company->learned : 0;
}
