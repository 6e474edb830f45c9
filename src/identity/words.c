/* Folded text and its words. */
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include "base/utf8.h"
#include "identity/card.h"
#include "understand/understand.h"

#define TERM_MAX 200 /* bytes of a text that are compared */

/* Latin letters that have no decomposition. */
static const struct {
	uint32_t cp;
	const char *as;
} letters[] = {
	{ 0xE6, "ae" }, { 0xF0, "d" },  { 0xF8, "o" },  { 0xFE, "th" },  { 0x111, "d" },
	{ 0x127, "h" }, { 0x131, "i" }, { 0x142, "l" }, { 0x14B, "ng" }, { 0x153, "oe" },
	{ 0x167, "t" }, { 0x2B9, "" },  { 0x2BC, "" },
};

static const char *plain_letter(uint32_t cp)
{
	for (size_t i = 0; i < LL_COUNT(letters); i++)
		if (letters[i].cp == cp)
			return letters[i].as;
	return NULL;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

struct str words_fold(struct arena *a, struct str raw)
{
	struct str folded = fold_text(a, utf8_cut(utf8_trim(raw), TERM_MAX)), rest;
	char *out;
	size_t to = 0, n;
	uint32_t cp;

	if (is_ascii(folded))
		return folded;
	out = arena_alloc(a, folded.n + 1); /* no letter grows */
	for (rest = folded; rest.n; rest = str_from(rest, n)) {
		const char *as;

		n = utf8_next(rest, &cp);
		as = cp >= 0x80 ? plain_letter(cp) : NULL;
		memcpy(out + to, as ? as : rest.p, as ? strlen(as) : n);
		to += as ? strlen(as) : n;
	}
	return (struct str){ out, to };
}

static bool is_word(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
	return u_isalnum((UChar32)cp) || (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK);
}

static bool is_joiner(uint32_t cp)
{
	return cp == '.' || cp == '\'' || cp == 0x2019 || cp == '`';
}

/* "A/S", "S/A": a slash between two single letters joins them as a dot would. */
static bool joins(struct str rest, size_t run)
{
	return rest.p[0] == '/' && run == 1 && rest.n >= 2 && is_word((unsigned char)rest.p[1]) &&
	       (rest.n == 2 || !is_word((unsigned char)rest.p[2]));
}

void words_split(struct str folded, struct arena *a, struct words *ret)
{
	char *out = arena_alloc(a, folded.n + 1);
	size_t from = 0, to = 0, n;
	uint32_t cp;

	ret->n = 0;
	for (;; folded = str_from(folded, n)) {
		n = folded.n ? utf8_next(folded, &cp) : 0;
		if (n && is_word(cp)) {
			memcpy(out + to, folded.p, n);
			to += n;
			continue;
		}
		if (n && (is_joiner(cp) || joins(folded, to - from)))
			continue;
		if (to > from && ret->n < WORDS_MAX)
			ret->word[ret->n++] = (struct str){ out + from, to - from };
		from = to;
		if (n && cp == '&' && ret->n < WORDS_MAX)
			ret->word[ret->n++] = STR("and");
		if (!n)
			return;
	}
}

struct str words_join(struct arena *a, const struct words *w, const char *between)
{
	size_t n = 0, gap = strlen(between), to = 0;
	char *out;

	for (size_t i = 0; i < w->n; i++)
		n += w->word[i].n + gap;
	out = arena_alloc(a, n + 1);
	for (size_t i = 0; i < w->n; i++) {
		if (i) {
			memcpy(out + to, between, gap);
			to += gap;
		}
		memcpy(out + to, w->word[i].p, w->word[i].n);
		to += w->word[i].n;
	}
	return (struct str){ out, to };
}

static int by_text(const void *x, const void *y)
{
	const struct str *a = x, *b = y;
	int d = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);

	return d ? d : (a->n > b->n) - (a->n < b->n);
}

void words_sort(struct words *w)
{
	qsort(w->word, w->n, sizeof(w->word[0]), by_text);
}

/* FNV-1a with a last mixing step, so that every bit is good for a table. */
uint32_t text_hash(struct str s)
{
	uint64_t h = 14695981039346656037u;

	if (!s.n)
		return 0;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	h ^= h >> 32;
	h *= 0x9E3779B97F4A7C15u;
	h >>= 32;
	return h ? (uint32_t)h : 1;
}

enum script script_of(struct str s)
{
	uint32_t cp;

	for (; s.n; s = str_from(s, utf8_next(s, &cp))) {
		utf8_next(s, &cp);
		if (cp < 0x80 ? (cp >= 'a' && cp <= 'z') : cp < 0x250)
			return SCRIPT_LATIN;
		if (cp >= 0xAC00 && cp <= 0xD7A3)
			return SCRIPT_HANGUL;
		if (fold_is_dense(cp))
			return SCRIPT_HAN;
		if (cp >= 0x250)
			return SCRIPT_OTHER;
	}
	return SCRIPT_NONE;
}

struct term term_of(struct arena *a, struct str s)
{
	struct str cut = utf8_cut(s, TERM_MAX);

	if (!cut.n)
		return (struct term){ .p = NULL };
	return (struct term){ .p = str_dup(a, cut),
			      .hash = text_hash(cut),
			      .n = (uint16_t)cut.n,
			      .script = (uint8_t)script_of(cut) };
}
