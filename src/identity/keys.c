/* Blocking keys: what two records of one customer are likely to share one of. */
#include "identity/card.h"

enum key_kind {
	KEY_EMAIL = 1,
	KEY_USER,
	KEY_PHONE,
	KEY_PHONE_LAST,
	KEY_NAME_ORG,
	KEY_LAST_ORG,
	KEY_FIRST_ORG,
	KEY_INITIALS_ORG,
	KEY_NAME_COUNTRY,
	KEY_NAME,
	KEY_CODE,
	KEY_DATE_FIRST,
	KEY_DATE_LAST,
	KEY_DATE_PLACE,
	KEY_LAST_PLACE,
	KEY_FIRST_PLACE,
	KEY_NAME_CITY,
	KEY_ADDRESS,
	KEY_DATE,
	KEY_DOMAIN,
	KEY_LAST,
	KEY_FIRST,
	KEY_KINDS,
};
#define KIND_BITS 31u
#define USER_MIN  3 /* letters of a mailbox that says who it is at any domain */

/* Longer lists are skipped: a finer key finds what is in them. */
static const uint16_t caps[KEY_KINDS] = {
	[KEY_DATE] = 60,         [KEY_DOMAIN] = 16,     [KEY_LAST] = 16,
	[KEY_FIRST] = 16,        [KEY_ADDRESS] = 60,    [KEY_CODE] = 64,
	[KEY_DATE_FIRST] = 60,   [KEY_DATE_LAST] = 60,  [KEY_DATE_PLACE] = 60,
	[KEY_EMAIL] = 400,       [KEY_FIRST_ORG] = 24,  [KEY_FIRST_PLACE] = 60,
	[KEY_INITIALS_ORG] = 24, [KEY_LAST_ORG] = 24,   [KEY_LAST_PLACE] = 60,
	[KEY_NAME] = 24,         [KEY_NAME_CITY] = 100, [KEY_NAME_COUNTRY] = 40,
	[KEY_NAME_ORG] = 200,    [KEY_PHONE] = 64,      [KEY_PHONE_LAST] = 400,
	[KEY_USER] = 40,
};

unsigned identity_key_cap(uint64_t key)
{
	return (key & KIND_BITS) < KEY_KINDS ? caps[key & KIND_BITS] : 0;
}

struct list {
	uint64_t *out;
	size_t n;
};

static uint64_t mix(uint64_t h)
{
	h ^= h >> 31;
	h *= 0xBF58476D1CE4E5B9u;
	h ^= h >> 29;
	h *= 0x94D049BB133111EBu;
	return h ^ h >> 32;
}

/* A key of two or three parts; none when one of them is. */
static void add(struct list *l, enum key_kind kind, uint64_t x, uint64_t y, uint64_t z)
{
	uint64_t key = mix(mix(mix(x + kind) ^ y) ^ z);

	if (!x || !y || !z || l->n == IDENTITY_KEYS)
		return;
	key = (key & ~(uint64_t)KIND_BITS) | kind;
	for (size_t i = 0; i < l->n; i++)
		if (l->out[i] == key)
			return;
	l->out[l->n++] = key;
}

/* First and last in either order. */
static uint64_t pair(uint32_t a, uint32_t b)
{
	if (!a || !b)
		return 0;
	return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

static uint64_t initials(const struct identity_card *c)
{
	if (!c->first.n || !c->last.n || c->first.script != SCRIPT_LATIN)
		return 0;
	return pair((unsigned char)c->first.p[0], (unsigned char)c->last.p[0]);
}

static void name_keys(struct list *l, const struct identity_card *c, uint32_t org)
{
	for (int i = 0; i < READINGS; i++) {
		uint32_t first = c->first_sound.of[i], last = c->last_sound.of[i];

		/* What has one reading only is read so in each. */
		first = first ? first : c->first_sound.of[0];
		last = last ? last : c->last_sound.of[0];
		add(l, KEY_NAME_ORG, pair(first, last), org, 1);
		add(l, KEY_LAST_ORG, last, org, 1);
		add(l, KEY_FIRST_ORG, first, org, 1);
	}
	add(l, KEY_INITIALS_ORG, initials(c), org, 1);
}

static void person_keys(struct list *l, const struct identity_card *c)
{
	uint64_t name[READINGS], tail = c->phone % 100000000u;

	for (int i = 0; i < READINGS; i++) {
		name[i] = pair(c->first_sound.of[i] ? c->first_sound.of[i] : c->first_sound.of[0],
			       c->last_sound.of[i] ? c->last_sound.of[i] : c->last_sound.of[0]);
		add(l, KEY_NAME_COUNTRY, name[i], c->country, 1);
		add(l, KEY_NAME, name[i], 1, 1);
	}
	if (c->mail) {
		add(l, KEY_EMAIL, c->user.hash, c->domain.hash, 1);
		add(l, KEY_USER, c->role || c->user.n < USER_MIN ? 0 : c->user.hash, 1, 1);
	}
	add(l, KEY_DOMAIN, c->label, 1, 1);
	add(l, KEY_LAST, c->last_sound.of[0], 1, 1);
	add(l, KEY_FIRST, c->first_sound.of[0], 1, 1);
	add(l, KEY_PHONE, tail, 1, 1);
	add(l, KEY_PHONE_LAST, tail, c->last_sound.of[0], 1);
	add(l, KEY_PHONE_LAST, tail, c->first_sound.of[0], 1);
}

static void extra_keys(struct list *l, const struct identity_card *c, const struct extra *x)
{
	uint32_t first = c->first_sound.of[0], last = c->last_sound.of[0];

	add(l, KEY_DATE, x->date, 1, 1);
	add(l, KEY_CODE, x->code.hash, 1, 1);
	add(l, KEY_DATE_FIRST, x->date, first, 1);
	add(l, KEY_DATE_LAST, x->date, last, 1);
	add(l, KEY_DATE_FIRST, x->date, last, 1); /* swapped */
	add(l, KEY_DATE_LAST, x->date, first, 1);
	add(l, KEY_DATE_PLACE, x->date, x->postcode.hash, 1);
	add(l, KEY_DATE_PLACE, x->date, x->city.hash, 1);
	add(l, KEY_LAST_PLACE, last, x->postcode.hash, 1);
	add(l, KEY_FIRST_PLACE, first, x->postcode.hash, 1);
	add(l, KEY_NAME_CITY, pair(first, last), x->city.hash, 1);
	add(l, KEY_ADDRESS, x->address.hash, 1, 1);
}

size_t identity_keys(const struct identity_card *c, uint64_t out[IDENTITY_KEYS])
{
	struct list l = { out, 0 };

	person_keys(&l, c);
	name_keys(&l, c, c->company.hash);
	name_keys(&l, c, c->label ? c->label : c->label_learned);
	if (c->extra)
		extra_keys(&l, c, c->extra);
	return l.n;
}
