#include "sheet/encoding.h"

#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include "base/err.h"
#include "base/utf8.h"
#include "sheet/header.h"

#define ICU_WEIGHT   1.0 /* what a full confidence of ICU's detector adds */
#define WORD_WEIGHT  2.5 /* what a known name of a column adds */
#define NEAR         0.5 /* closer than this, another encoding may be meant */
#define UTF8_RATIO   20  /* valid sequences for each broken one, to be UTF-8 nevertheless */
#define HEADER_CELLS 64

const char *encoding_utf16(struct str s)
{
	size_t zeros[2] = { 0, 0 };

	for (size_t i = 0; i < s.n; i++)
		zeros[i % 2] += !s.p[i];
	/* Delimiters, blanks, digits and line ends have a zero byte, in any language. */
	if (zeros[0] + zeros[1] < 3 || (zeros[0] + zeros[1]) * 30 < s.n)
		return NULL;
	if (zeros[1] > zeros[0] * 10)
		return "UTF-16LE";
	return zeros[0] > zeros[1] * 10 ? "UTF-16BE" : NULL;
}

/* Sequences that are UTF-8, and bytes that are not; one cut off at the end is neither. */
static void count_utf8(struct str s, size_t *ret_good, size_t *ret_bad)
{
	*ret_good = *ret_bad = 0;
	while (s.n) {
		unsigned char c = (unsigned char)s.p[0];
		size_t n = c < 0xC2 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 1;

		if (n > s.n)
			return;
		if (c >= 0x80 && n > 1 && utf8_valid(str_upto(s, n))) {
			++*ret_good;
		} else if (c >= 0x80) {
			++*ret_bad;
			n = 1;
		}
		s = str_from(s, n);
	}
}

/* A sample as one encoding has it. */
struct trial {
	UChar *text;
	int32_t n;
	double score;
	const struct encoding_row *row;
};

static struct trial decode(const struct encoding_row *row, struct str s)
{
	UErrorCode e = U_ZERO_ERROR;
	UConverter *c = ucnv_open(row->encoding, &e);
	struct trial t = { .text = malloc((s.n + 1) * sizeof(UChar)), .row = row };

	if (U_FAILURE(e) || !t.text)
		BUG("no converter from %s", row->encoding);
	t.n = ucnv_toUChars(c, t.text, (int32_t)s.n + 1, s.p, (int32_t)s.n, &e);
	ucnv_close(c);
	if (t.n > (int32_t)s.n)
		t.n = (int32_t)s.n;
	if (t.n && t.text[t.n - 1] == 0xFFFD)
		t.n--; /* the sample ends within a character */
	return t;
}

/* A set of the characters of the plane that all of these encodings have. */
struct letters {
	uint8_t bit[65536 / 8];
};

static void letters_of(struct letters *l, const char *utf8)
{
	struct str s = str_of(utf8);
	uint32_t cp;

	memset(l, 0, sizeof(*l));
	while (s.n) {
		size_t n = utf8_next(s, &cp);

		if (cp < 0x10000)
			l->bit[cp / 8] |= (uint8_t)(1 << cp % 8);
		s = str_from(s, n);
	}
}

static bool is_ascii_letter(UChar c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static double script_weight(const struct encoding_row *row, UChar c)
{
	switch (row->script) {
	case SCRIPT_LATIN: return c < 0x250 || (c >= 0x300 && c < 0x370) ? 0.5 : -1;
	case SCRIPT_OTHER: return -1; /* its letters are all in the list */
	case SCRIPT_HANGUL: return c >= 0xAC00 && c <= 0xD7A3 ? 1 : -1;
	case SCRIPT_HAN: return c >= 0x4E00 && c <= 0x9FFF ? 0.5 : -1;
	case SCRIPT_JAPANESE: return c >= 0x4E00 && c <= 0x9FFF ? 0.5 : -1;
	}
	return -1;
}

/* What a character that is no ASCII and not in the list tells. */
static double char_weight(const struct encoding_row *row, UChar c)
{
	if (c == 0xFFFD)
		return -10;
	if ((c >= 0x80 && c < 0xA0) || (c >= 0xE000 && c <= 0xF8FF) || U_IS_SURROGATE(c) ||
	    !u_isdefined(c))
		return -6;
	if (u_isalpha(c) || (c >= 0x300 && c < 0x370))
		return script_weight(row, c);
	if (c == 0xA0 || (c >= 0x2010 && c <= 0x2026) ||
	    (row->script >= SCRIPT_HANGUL && ((c >= 0x3000 && c <= 0x3020) || c >= 0xFF00)))
		return 0.5;
	return -2;
}

/* The character among its neighbours: scripts do not change within a word, nor does case jump. */
static double place_weight(const struct trial *t, int32_t i)
{
	UChar c = t->text[i], before = i ? t->text[i - 1] : ' ';
	UChar after = i + 1 < t->n ? t->text[i + 1] : ' ';
	double w = 0;

	if (u_isupper(c) && u_islower(before))
		w -= 2;
	if (t->row->script == SCRIPT_LATIN)
		return before >= 0xC0 && after >= 0xC0 && u_isalpha(before) ? w - 1.5 : w;
	if (is_ascii_letter(before) || is_ascii_letter(after))
		w -= 2;
	return w;
}

static double score(const struct trial *t, const struct letters *l, size_t high)
{
	double sum = 0;

	for (int32_t i = 0; i < t->n; i++) {
		UChar c = t->text[i];
		double w;

		if (c < 0x80)
			continue;
		w = l->bit[c / 8] >> c % 8 & 1 ? t->row->weight : char_weight(t->row, c);
		w += place_weight(t, i);
		/* Two bytes, two votes: scores of all encodings are by byte. */
		sum += t->row->script >= SCRIPT_HANGUL && !(c >= 0xFF61 && c <= 0xFF9F) ? 2 * w : w;
	}
	return sum / (double)high + t->row->prior;
}

/* Cells of the first line that are known names of columns and not ASCII. */
static double word_score(const struct trial *t)
{
	char line[4096];
	int32_t n = 0, bytes;
	UErrorCode e = U_ZERO_ERROR;
	struct str rest;
	double words = 0;

	while (n < t->n && n < 1000 && t->text[n] != '\n' && t->text[n] != '\r')
		n++;
	u_strToUTF8WithSub(line, sizeof(line), &bytes, t->text, n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		return 0;
	rest = (struct str){ line, (size_t)bytes };
	for (size_t cells = 0; rest.n && cells < HEADER_CELLS; cells++) {
		size_t to = 0;

		while (to < rest.n && !strchr(",;\t|\"", rest.p[to]))
			to++;
		words += header_is_word(str_upto(rest, to));
		rest = str_from(rest, to + 1);
	}
	return words * WORD_WEIGHT;
}

static double icu_score(const struct encoding_row *row, const UCharsetMatch **found, int32_t n)
{
	double best = 0;

	for (int32_t i = 0; i < n; i++) {
		UErrorCode e = U_ZERO_ERROR;
		const char *name = ucsdet_getName(found[i], &e);
		int32_t sure = ucsdet_getConfidence(found[i], &e);

		for (size_t k = 0; U_SUCCESS(e) && k < LL_COUNT(row->icu) && row->icu[k]; k++)
			if (!strcmp(name, row->icu[k]) && sure > best)
				best = sure;
	}
	return best / 100 * ICU_WEIGHT;
}

/* The best score that one of the encoding's rows gives; *row moves behind them. */
static struct trial try(const struct encoding_row **row, struct str s, size_t high,
			const UCharsetMatch **found, int32_t found_n)
{
	struct trial t = decode(*row, s);
	struct letters *l = malloc(sizeof(*l));
	const char *encoding = (*row)->encoding;
	double best = -1000, icu = 0;

	if (!l)
		BUG("out of memory for telling an encoding");
	for (; (*row)->encoding && !strcmp((*row)->encoding, encoding); ++*row) {
		double now;

		t.row = *row;
		letters_of(l, t.row->letters);
		now = score(&t, l, high);
		best = now > best ? now : best;
		icu = icu > 0 ? icu : icu_score(t.row, found, found_n);
	}
	free(l);
	t.score = best + icu + word_score(&t);
	return t;
}

static bool same_text(const struct trial *a, const struct trial *b)
{
	return a->n == b->n && !u_memcmp(a->text, b->text, a->n);
}

static const char *try_all(struct str s, size_t high, bool *ret_sure)
{
	UErrorCode e = U_ZERO_ERROR;
	UCharsetDetector *d = ucsdet_open(&e);
	const UCharsetMatch **found;
	int32_t found_n = 0;
	struct trial best = { .score = -1000, .row = encoding_rows }, second = { .score = -1000 };

	ucsdet_setText(d, s.p, (int32_t)s.n, &e);
	found = ucsdet_detectAll(d, &found_n, &e);
	if (U_FAILURE(e))
		found_n = 0;
	for (const struct encoding_row *row = encoding_rows; row->encoding;) {
		struct trial t = try(&row, s, high, found, found_n);

		if (t.score > best.score) {
			struct trial was = best;

			best = t;
			t = was;
		}
		/* Two encodings that say the same are no doubt. */
		if (t.text && t.score > second.score && !same_text(&t, &best)) {
			struct trial was = second;

			second = t;
			t = was;
		}
		free(t.text);
	}
	ucsdet_close(d);
	*ret_sure = best.score - second.score >= NEAR && best.score > 1;
	free(best.text);
	free(second.text);
	return best.row->encoding;
}

const char *encoding_tell(struct str s, bool *ret_sure)
{
	size_t good, bad, high = 0;

	count_utf8(s, &good, &bad);
	*ret_sure = !bad;
	if (good && bad * UTF8_RATIO <= good)
		return "UTF-8";
	for (size_t i = 0; i < s.n; i++)
		high += (unsigned char)s.p[i] >= 0x80;
	if (!high)
		return "UTF-8";
	return try_all(s, high, ret_sure);
}
