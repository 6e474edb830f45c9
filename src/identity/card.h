/* A card from inside: folded texts, their hashes, and what was derived. 1,000,000 stay in memory.
 */
#pragma once
#include "identity/identity.h"
#include "identity/table.h"

enum script { SCRIPT_NONE = 0, SCRIPT_LATIN, SCRIPT_HANGUL, SCRIPT_HAN, SCRIPT_OTHER };

struct term {
	const char *p; /* NULL when n is 0 */
	uint32_t hash; /* of the text; 0 when empty */
	uint16_t n;
	uint8_t script;
	uint8_t flags;
};
static inline bool term_same(const struct term *a, const struct term *b)
{
	return a->hash == b->hash && a->n == b->n && (!a->n || memcmp(a->p, b->p, a->n) == 0);
}
static inline struct str term_str(const struct term *t)
{
	return (struct str){ t->p ? t->p : "", t->n };
}

enum mail_class { MAIL_NONE = 0, MAIL_CORPORATE, MAIL_FREE, MAIL_DISPOSABLE };

/* Sounds: hashes of how a name is read in Latin letters; 0 is none. Han has two: as Chinese, and
 * as Japanese when the name is a known one. */
#define READINGS 2
struct sounds {
	uint32_t of[READINGS];
};

struct extra {
	struct term address, city, region, postcode, code, text;
	uint32_t date; /* yyyymmdd with 0 for what is unknown; 0 none */
};

struct identity_card {
	struct term first, last;
	struct sounds first_sound, last_sound;
	struct term user, domain; /* of the e-mail; domain as a whole */
	uint32_t label;           /* hash of the domain's own part, when corporate */
	uint32_t label_learned;   /* or: the label that others of this company have */
	uint64_t phone;           /* digits as a number; 0 none */
	struct term label_text;
	struct term company, brand; /* without legal forms; its first word */
	struct term title;
	uint32_t title_short; /* hash of its initials */
	uint16_t country;     /* two letters; 0 none */
	uint16_t nickname;    /* of the first name; 0 none */
	uint8_t mail;         /* enum mail_class */
	bool role;            /* the mailbox is an office's, not a person's */
	bool phone_whole;     /* E.164, not only the last digits */
	bool name_rare;       /* few records have it */
	uint8_t org_size;     /* 0 few, 1 some, 2 many records have the company */
	bool phone_shared;    /* many names were seen with it */
	struct extra *extra;  /* NULL when there is none of it */
};

/* words.c: folded text, and words of it. */
#define WORDS_MAX 24
struct words {
	struct str word[WORDS_MAX];
	size_t n;
};
/* Lower case, no marks, ø as o, ł as l: views of a. */
struct str words_fold(struct arena *a, struct str raw);
/* Letters and digits, separated by all else; dots and apostrophes join. */
void words_split(struct str folded, struct arena *a, struct words *ret);
struct str words_join(struct arena *a, const struct words *w, const char *between);
void words_sort(struct words *w);
struct term term_of(struct arena *a, struct str s); /* copies */
uint32_t text_hash(struct str s);                   /* never 0 but for the empty text */
enum script script_of(struct str s);

/* sound.c */
/* The compared form of a Latin name: ae, oe, ue as a, o, u; y as i; x as ks. */
struct str sound_form(struct arena *a, struct str latin);
size_t sound_write(struct str latin, char *out); /* the same into 2 x latin.n bytes */
struct sounds sound_of(struct arena *a, struct str name, enum script script, bool family);
bool sounds_meet(const struct sounds *a, const struct sounds *b);
/* Cyrillic and Greek letters as Latin ones. */
struct str sound_latin(struct arena *a, struct str folded);

/* The parts of clean.c. */
void clean_name(struct arena *a, struct arena *scratch, const struct identity_record *r,
		struct identity_card *c);
void clean_email(struct arena *a, struct arena *scratch, struct str raw, struct identity_card *c);
void clean_company(struct arena *a, struct arena *scratch, struct str raw, struct identity_card *c);
void clean_title(struct arena *a, struct arena *scratch, struct str raw, struct identity_card *c);
void clean_extra(struct arena *a, struct arena *scratch, const struct identity_record *r,
		 struct identity_card *c);

/* compare_name.c */
unsigned compare_name(const struct identity_card *a, const struct identity_card *b);

/* Levels. */
enum name_level {
	NAME_SAME = 1,
	NAME_SWAPPED,
	NAME_SHORT,
	NAME_FUZZY,
	NAME_FUZZY_BOTH,
	NAME_LAST_ONLY,
	NAME_FIRST_ONLY,
	NAME_PART_FUZZY,
	NAME_DOUBLE,
	NAME_READING,
	NAME_LAST_SAME,
	NAME_FIRST_SAME,
	NAME_DIFFER,
	NAME_RARE,  /* the same, and hardly anybody else has it */
	NAME_LOOSE, /* both parts resemble */
};
enum email_level {
	EMAIL_SAME = 1,
	EMAIL_ROLE,
	EMAIL_LABEL,
	EMAIL_USER,
	EMAIL_NEAR,
	EMAIL_NEAR_BOTH,
	EMAIL_COLLEAGUE,
	EMAIL_CORPORATE,
	EMAIL_FREE,
	EMAIL_MIXED
};
enum phone_level { PHONE_SAME = 1, PHONE_SHARED, PHONE_NEAR, PHONE_DIFFER };
enum org_level {
	ORG_SAME = 1,
	ORG_NEAR,
	ORG_DIFFER,
	ORG_SAME_SOME, /* the same, with tens of records */
	ORG_SAME_MANY, /* with hundreds: namesakes are likely there */
};
enum plain_level { PLAIN_SAME = 1, PLAIN_NEAR, PLAIN_PART, PLAIN_DIFFER };
