/* How near two texts are: edits, Jaro and Winkler's measure, shared words. On code points. */
#pragma once
#include "base/str.h"

/*
 * Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, no part
 * edited twice (Damerau 1964, restricted). Above max: max + 1, found early. Texts are looked at up
 * to 64 code points.
 */
unsigned similar_edits(struct str a, struct str b, unsigned max);
/* Winkler (1990): 0 to 1, prefix weight 0.1 up to four letters. */
double similar_jw(struct str a, struct str b);
/*
 * Cheap, before the others: false when more than four letters are in one text only, which two edits
 * cannot do. True of all that is not ASCII.
 */
bool similar_letters(struct str a, struct str b);
/* One edit, or Jaro-Winkler from 0.92 with more than three letters. */
bool similar_is_fuzzy(struct str a, struct str b);
/* Words of one that the other has too, or nearly: 0 to 1 of the longer one's letters. Words are
 * set apart by one blank. */
double similar_words(struct str a, struct str b);
