/*
 * Text made comparable: compatibility forms and case are folded (NFKC_Casefold of Unicode), the
 * diacritics of Latin, Greek and Cyrillic letters are dropped. "Côte d’Ivoire", "COTE D'IVOIRE" and
 * the full-width form fold to one text. Shared with tools/gen-countries, so that the table made at
 * build time and the text that is looked up go through the same code.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define FOLD_MAX 1000 /* bytes of text that are looked at; the rest is cut */

struct str fold_text(struct arena *a, struct str text);
/* The same, and of it only letters, digits and marks: for labels and names that are looked up. */
struct str fold_key(struct arena *a, struct str text);
/* Han, Kana, Hangul and other scripts written without blanks between words. */
bool fold_is_dense(uint32_t cp);
