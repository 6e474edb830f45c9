/* Two names, first and last together: swapped order, short forms, slips, other scripts. */
#include "identity/card.h"
#include "identity/similar.h"

enum part { PART_MISSING = 0, PART_SAME, PART_SHORT, PART_FUZZY, PART_LOOSE, PART_DIFFER };

#define PREFIX_MIN  3 /* letters of a name that can be a longer one's short form */
#define LOOSE_MIN   5 /* letters of a name that may have two slips */
#define LOOSE_JW    0.88
#define DOUBLE_MIN  4  /* letters of a surname that can be half of a double one */
#define DENSE_FUZZY 12 /* bytes of a Han or Hangul name in which one character may be wrong */

static bool is_prefix(const struct term *shorter, const struct term *longer)
{
	return shorter->n < longer->n && memcmp(shorter->p, longer->p, shorter->n) == 0 &&
	       (shorter->n == 1 || shorter->n >= PREFIX_MIN);
}

static bool is_fuzzy(const struct term *a, const struct term *b)
{
	if (a->script != SCRIPT_LATIN && (a->n < DENSE_FUZZY || b->n < DENSE_FUZZY))
		return false;
	return similar_is_fuzzy(term_str(a), term_str(b));
}

/* Two slips in a longer name. */
static bool is_loose(const struct term *a, const struct term *b)
{
	return similar_edits(term_str(a), term_str(b), 2) <= 2 ||
	       similar_jw(term_str(a), term_str(b)) >= LOOSE_JW;
}

static enum part part_of(const struct term *a, const struct term *b)
{
	if (!a->n || !b->n)
		return PART_MISSING;
	if (term_same(a, b))
		return PART_SAME;
	if (!similar_letters(term_str(a), term_str(b)))
		return PART_DIFFER;
	if (a->script != SCRIPT_LATIN || a->n < LOOSE_MIN || b->n < LOOSE_MIN)
		return is_fuzzy(a, b) ? PART_FUZZY : PART_DIFFER;
	/* What is no loose likeness is no close one. */
	return !is_loose(a, b) ? PART_DIFFER : is_fuzzy(a, b) ? PART_FUZZY : PART_LOOSE;
}

static enum part first_part(const struct identity_card *a, const struct identity_card *b)
{
	enum part p = part_of(&a->first, &b->first);

	if (p < PART_FUZZY)
		return p;
	if (nickname_same(a->nickname, b->nickname) || is_prefix(&a->first, &b->first) ||
	    is_prefix(&b->first, &a->first))
		return PART_SHORT;
	return p;
}

static bool contains(const struct term *whole, const struct term *half)
{
	return half->n >= DOUBLE_MIN && half->n < whole->n &&
	       memmem(whole->p, whole->n, half->p, half->n);
}

static bool scripts_differ(const struct term *a, const struct term *b)
{
	return a->n && b->n && a->script != b->script && a->script && b->script;
}

/* Only that they are read alike says something: there is more than one way to read a character. */
static unsigned by_sound(const struct identity_card *a, const struct identity_card *b)
{
	bool first = sounds_meet(&a->first_sound, &b->first_sound),
	     last = sounds_meet(&a->last_sound, &b->last_sound);

	if ((first && last) || (sounds_meet(&a->first_sound, &b->last_sound) &&
				sounds_meet(&a->last_sound, &b->first_sound)))
		return NAME_READING;
	if (last && (!a->first.n || !b->first.n))
		return NAME_LAST_ONLY;
	return 0;
}

static bool is_swapped(const struct identity_card *a, const struct identity_card *b)
{
	enum part x = part_of(&a->first, &b->last), y = part_of(&a->last, &b->first);

	return (x == PART_SAME && (y == PART_SAME || y == PART_FUZZY)) ||
	       (x == PART_FUZZY && y == PART_SAME);
}

/* One of the four is missing: a surname may stand in the wrong column. */
static unsigned with_missing(enum part first, enum part last, const struct identity_card *a,
			     const struct identity_card *b)
{
	if (first == PART_MISSING && last == PART_MISSING)
		return part_of(&a->first, &b->last) == PART_SAME ||
				       part_of(&a->last, &b->first) == PART_SAME
			       ? NAME_PART_FUZZY
			       : 0;
	if (first == PART_MISSING)
		return last == PART_SAME ? NAME_LAST_ONLY
		       : last == PART_FUZZY || last == PART_LOOSE ||
				       part_of(&a->last, &b->first) == PART_SAME ||
				       part_of(&a->first, &b->last) == PART_SAME
			       ? NAME_PART_FUZZY
			       : NAME_DIFFER;
	return first == PART_SAME ? NAME_FIRST_ONLY
	       : first != PART_DIFFER || part_of(&a->first, &b->last) == PART_SAME ||
			       part_of(&a->last, &b->first) == PART_SAME
		       ? NAME_PART_FUZZY
		       : NAME_DIFFER;
}

static const uint8_t both[PART_DIFFER + 1][PART_DIFFER + 1] = {
	/* [first][last] */
	[PART_SAME] = { [PART_SAME] = NAME_SAME,
			[PART_FUZZY] = NAME_FUZZY,
			[PART_LOOSE] = NAME_LOOSE,
			[PART_DIFFER] = NAME_FIRST_SAME },
	[PART_SHORT] = { [PART_SAME] = NAME_SHORT,
			 [PART_FUZZY] = NAME_FUZZY_BOTH,
			 [PART_LOOSE] = NAME_LOOSE,
			 [PART_DIFFER] = NAME_DIFFER },
	[PART_FUZZY] = { [PART_SAME] = NAME_FUZZY,
			 [PART_FUZZY] = NAME_FUZZY_BOTH,
			 [PART_LOOSE] = NAME_LOOSE,
			 [PART_DIFFER] = NAME_DIFFER },
	[PART_LOOSE] = { [PART_SAME] = NAME_LOOSE,
			 [PART_FUZZY] = NAME_LOOSE,
			 [PART_LOOSE] = NAME_LOOSE,
			 [PART_DIFFER] = NAME_DIFFER },
	[PART_DIFFER] = { [PART_SAME] = NAME_LAST_SAME,
			  [PART_FUZZY] = NAME_DIFFER,
			  [PART_LOOSE] = NAME_DIFFER,
			  [PART_DIFFER] = NAME_DIFFER },
};

unsigned compare_name(const struct identity_card *a, const struct identity_card *b)
{
	enum part first, last;
	unsigned level;

	if (scripts_differ(&a->first, &b->first) || scripts_differ(&a->last, &b->last))
		return by_sound(a, b);
	first = first_part(a, b);
	last = part_of(&a->last, &b->last);
	if (first == PART_MISSING || last == PART_MISSING)
		return with_missing(first, last, a, b);
	level = both[first][last];
	if ((level == NAME_FIRST_SAME || (level == NAME_LOOSE && first == PART_SAME)) &&
	    (contains(&a->last, &b->last) || contains(&b->last, &a->last)))
		return NAME_DOUBLE;
	if (level == NAME_SAME && a->name_rare && b->name_rare)
		return NAME_RARE;
	if (level >= NAME_LAST_SAME && level != NAME_LOOSE && is_swapped(a, b))
		return NAME_SWAPPED;
	return level;
}
