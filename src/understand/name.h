/* Names beyond name_clean(). */
#pragma once
#include "base/arena.h"

/* A first and a last name in different scripts: 约翰 with Smith. */
bool name_scripts_mixed(const char *first, const char *last);
/*
 * One text for both names: "Smith, John"; "John Smith"; family name first in Han, Kana and Hangul.
 * One word alone is the last name. A guess.
 */
void name_split(struct arena *a, const char *full, const char **ret_first, const char **ret_last);
