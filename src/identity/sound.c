/*
 * How a name is read: one coarse code in Latin letters for every script, so that 김민준 and Kim
 * Min-jun, Сергей and Sergey, 王伟 and Wang Wei meet. Hangul by the Revised Romanization, Han as
 * Chinese by the pinyin table that tools/gen-pinyin takes from ICU, and as Japanese by a table of
 * common names: a wrong reading only fails to meet, it never tells two people apart.
 */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "identity/card.h"
#include "identity/pinyin.h"

#define SOUND_MAX 96

/* Letters of Cyrillic from U+0430 to U+045F, folded; then Greek from U+03B1. */
static const char *const cyrillic[] = {
	"a", "b", "v",  "g", "d", "e",  "zh", "z",  "i",  "i",    "k",  "l", "m", "n", "o",  "p",
	"r", "s", "t",  "u", "f", "kh", "ts", "ch", "sh", "shch", "",   "y", "",  "e", "yu", "ya",
	"e", "e", "dj", "g", "e", "z",  "i",  "i",  "j",  "lj",   "nj", "c", "k", "i", "u",  "dz",
};
static const char *const greek[] = {
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k",  "l",  "m", "n",
	"x", "o", "p", "r", "s", "s", "t", "i",  "f", "ch", "ps", "o",
};

static const char *as_latin(uint32_t cp)
{
	if (cp >= 0x430 && cp < 0x430 + LL_COUNT(cyrillic))
		return cyrillic[cp - 0x430];
	if (cp == 0x491)
		return "g";
	if (cp >= 0x3B1 && cp < 0x3B1 + LL_COUNT(greek))
		return greek[cp - 0x3B1];
	return NULL;
}

struct str sound_latin(struct arena *a, struct str folded)
{
	char *out = arena_alloc(a, folded.n * 2 + 1);
	size_t to = 0, n;
	uint32_t cp;

	for (; folded.n; folded = str_from(folded, n)) {
		const char *as;

		n = utf8_next(folded, &cp);
		as = as_latin(cp);
		memcpy(out + to, as ? as : folded.p, as ? strlen(as) : n);
		to += as ? strlen(as) : n;
	}
	return (struct str){ out, to };
}

size_t sound_write(struct str s, char *out)
{
	size_t to = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] == 'y' ? 'i' : s.p[i];

		if (c == 'e' && to && memchr("aou", out[to - 1], 3))
			continue; /* mueller is muller */
		if (c == 'i' && to && out[to - 1] == 'i')
			continue; /* dmitrij, dmitry */
		if (c == 'x') {
			out[to++] = 'k';
			c = 's';
		}
		out[to++] = c;
	}
	return to;
}

struct str sound_form(struct arena *a, struct str latin)
{
	char *out = arena_alloc(a, latin.n * 2 + 1);

	return (struct str){ out, sound_write(latin, out) };
}

/* Two letters that sound as one; in order. */
static const struct {
	char pair[3];
	char as;
} pairs[] = {
	{ "oo", 'u' }, { "ou", 'u' }, { "eo", 'u' }, { "eu", 'u' }, { "ui", 'i' },
	{ "ee", 'i' }, { "sh", 's' }, { "ch", 'j' }, { "ck", 'k' }, { "kh", 'k' },
	{ "ph", 'f' }, { "th", 't' }, { "hn", 'n' }, { "wu", 'u' },
};
static const char from_letters[] = "gdbrcqv", to_letters[] = "ktplkkf";

static char pair_sound(const char *p, size_t left)
{
	for (size_t i = 0; left >= 2 && i < LL_COUNT(pairs); i++)
		if (p[0] == pairs[i].pair[0] && p[1] == pairs[i].pair[1])
			return pairs[i].as;
	return 0;
}

/* The code of a form: g as k, d as t, b as p, r as l; vowels by their usual spellings. */
static uint32_t code_of(struct str form)
{
	char out[SOUND_MAX];
	size_t to = 0;

	for (size_t i = 0; i < form.n && to < SOUND_MAX; i++) {
		char c = pair_sound(form.p + i, form.n - i);
		const char *at;

		if (c)
			i++;
		else
			c = form.p[i];
		if (c == 'w' && i + 1 < form.n && pair_sound(form.p + i + 1, form.n - i - 1) == 'u')
			continue;
		at = c ? strchr(from_letters, c) : NULL;
		if (at)
			c = to_letters[at - from_letters];
		if (c == 'h' && i + 1 == form.n && to)
			break;
		if (!to || out[to - 1] != c)
			out[to++] = c;
	}
	return text_hash((struct str){ out, to });
}

/* Revised Romanization of Korean, by letter. */
static const char *const lead[] = { "g",  "kk", "n", "d",  "tt", "r", "m", "b", "pp", "s",
				    "ss", "",   "j", "jj", "ch", "k", "t", "p", "h" };
static const char *const vowel[] = { "a",  "ae", "ya", "yae", "eo", "e",  "yeo",
				     "ye", "o",  "wa", "wae", "oi", "yo", "u",
				     "wo", "we", "wi", "yu",  "eu", "ui", "i" };
static const char *const tail[] = { "",  "k",  "k", "k", "n", "n", "n", "t", "l", "k",
				    "m", "l",  "l", "l", "p", "l", "m", "p", "p", "t",
				    "t", "ng", "t", "t", "k", "t", "p", "t" };
/* Family names that are written otherwise than they sound; sorted. */
static const struct table_row family_rows[] = {
	{ "노", "noh" }, { "림", "lim" }, { "박", "park" }, { "이", "lee" }, { "임", "lim" },
};
static const struct table family_names = { family_rows, LL_COUNT(family_rows) };

static struct str romanize(struct arena *a, struct str s, bool family)
{
	const char *known = family ? table_find(&family_names, s) : NULL;
	char *out = arena_alloc(a, s.n * 3 + 1);
	size_t to = 0, n;
	uint32_t cp;

	if (known)
		return str_of(known);
	for (; s.n; s = str_from(s, n)) {
		n = utf8_next(s, &cp);
		if (cp < 0xAC00 || cp > 0xD7A3)
			continue;
		cp -= 0xAC00;
		to += (size_t)sprintf(out + to, "%s%s%s", lead[cp / 588], vowel[cp % 588 / 28],
				      tail[cp % 28]);
	}
	return (struct str){ out, to };
}

static struct str as_chinese(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n * 3 + 1);
	size_t to = 0, n;
	uint32_t cp;

	for (; s.n; s = str_from(s, n)) {
		const char *syllable;

		n = utf8_next(s, &cp);
		if (cp < PINYIN_FIRST || cp > PINYIN_LAST)
			return STR("");
		syllable = pinyin_syllables[pinyin_of[cp - PINYIN_FIRST]];
		if (!*syllable)
			return STR("");
		to += (size_t)sprintf(out + to, "%s", syllable);
	}
	return (struct str){ out, to };
}

struct sounds sound_of(struct arena *a, struct str name, enum script script, bool family)
{
	struct sounds r = { { 0 } };
	const char *japanese;

	switch (script) {
	case SCRIPT_LATIN: r.of[0] = code_of(name); break;
	case SCRIPT_HANGUL: r.of[0] = code_of(sound_form(a, romanize(a, name, family))); break;
	case SCRIPT_HAN:
		r.of[0] = code_of(sound_form(a, as_chinese(a, name)));
		japanese =
			table_find(family ? &table_family_readings : &table_given_readings, name);
		r.of[1] = japanese ? code_of(sound_form(a, str_of(japanese))) : 0;
		if (!r.of[0]) {
			r.of[0] = r.of[1];
			r.of[1] = 0;
		}
		break;
	case SCRIPT_NONE:
	case SCRIPT_OTHER: break;
	}
	if (!r.of[0])
		r.of[0] = text_hash(name);
	return r;
}

bool sounds_meet(const struct sounds *a, const struct sounds *b)
{
	for (int i = 0; i < READINGS; i++)
		for (int j = 0; j < READINGS; j++)
			if (a->of[i] && a->of[i] == b->of[j])
				return true;
	return false;
}
