#include "understand/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include "base/err.h"
#include "base/utf8.h"

/* No code point grows to more than 18 units (U+FDFA, three bytes). */
#define UNITS (FOLD_MAX / 3 * 18 + 64)

static const struct range {
	uint32_t from, to;
} dense[] = {
	{ 0x0E00, 0x0EFF },   /* Thai, Lao */
	{ 0x1000, 0x109F },   /* Myanmar */
	{ 0x1100, 0x11FF },   /* Hangul Jamo */
	{ 0x1780, 0x17FF },   /* Khmer */
	{ 0x2E80, 0x2FDF },   /* Han radicals */
	{ 0x3005, 0x3007 },   /* Han repetition marks and zero */
	{ 0x3041, 0x30FA },   /* Hiragana, Katakana */
	{ 0x30FC, 0x318F },   /* Katakana marks, Bopomofo, Hangul compatibility Jamo */
	{ 0x31A0, 0x31BF },   /* Bopomofo extended */
	{ 0x31F0, 0x31FF },   /* Katakana extensions */
	{ 0x3400, 0x4DBF },   /* Han extension A */
	{ 0x4E00, 0x9FFF },   /* Han */
	{ 0xAC00, 0xD7A3 },   /* Hangul syllables */
	{ 0xF900, 0xFAFF },   /* Han compatibility */
	{ 0x20000, 0x323AF }, /* Han extensions B to H */
};

bool fold_is_dense(uint32_t cp)
{
	if (cp < dense[0].from)
		return false;
	for (size_t i = 0; i < LL_COUNT(dense); i++)
		if (cp <= dense[i].to)
			return cp >= dense[i].from;
	return false;
}

/* What NFKC_Casefold leaves as it is, without asking: most of what is not Latin in a lead. */
static bool stays(uint32_t cp)
{
	return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3) ||
	       (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30A1 && cp <= 0x30FA);
}

static bool is_plain(struct str s)
{
	uint32_t cp;
	size_t n;

	while (s.n) {
		if ((unsigned char)s.p[0] < 0x80) {
			s = str_from(s, 1);
			continue;
		}
		n = utf8_next(s, &cp);
		if (!stays(cp))
			return false;
		s = str_from(s, n);
	}
	return true;
}

static struct str lower(struct arena *a, struct str s)
{
	char *out = arena_strndup(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] + ('a' - 'A'));
	return (struct str){ out, s.n };
}

static int32_t normalize(const UNormalizer2 *how, const UChar *from, int32_t n, UChar *to)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t len = unorm2_normalize(how, from, n, to, UNITS, &e);

	if (U_FAILURE(e) && e != U_BUFFER_OVERFLOW_ERROR)
		BUG("ICU cannot normalise: %s", u_errorName(e));
	return len < UNITS ? len : UNITS;
}

static const UNormalizer2 *normalizer(const UNormalizer2 *(*get)(UErrorCode *))
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *n = get(&e); /* ICU's own, for ever */

	if (U_FAILURE(e))
		BUG("ICU has no normaliser: %s", u_errorName(e));
	/* cppcheck-suppress returnDanglingLifetime; it takes n for a pointer to e */
	return n;
}

static int32_t drop_diacritics(UChar *u, int32_t n)
{
	int32_t to = 0;

	for (int32_t i = 0; i < n; i++)
		if (u[i] < 0x300 || u[i] > 0x36F)
			u[to++] = u[i];
	return to;
}

struct str fold_text(struct arena *a, struct str text)
{
	UChar one[UNITS], two[UNITS];
	UErrorCode e = U_ZERO_ERROR;
	int32_t n, bytes;
	char *out;

	text = utf8_cut(text, FOLD_MAX);
	if (is_plain(text))
		return lower(a, text);
	u_strFromUTF8WithSub(one, UNITS, &n, text.p, (int32_t)text.n, 0xFFFD, NULL, &e);
	n = normalize(normalizer(unorm2_getNFKCCasefoldInstance), one, n, two);
	n = normalize(normalizer(unorm2_getNFDInstance), two, n, one);
	n = drop_diacritics(one, n);
	n = normalize(normalizer(unorm2_getNFCInstance), one, n, two);
	out = arena_alloc(a, (size_t)n * 3 + 1);
	u_strToUTF8WithSub(out, n * 3 + 1, &bytes, two, n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		BUG("ICU cannot convert: %s", u_errorName(e));
	return (struct str){ out, (size_t)bytes };
}

static bool counts(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
	return u_isalnum((UChar32)cp) || (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK);
}

struct str fold_key(struct arena *a, struct str text)
{
	struct str folded = fold_text(a, text), rest = folded;
	char *out = arena_alloc(a, folded.n + 1);
	size_t to = 0, n;
	uint32_t cp;

	while (rest.n) {
		n = utf8_next(rest, &cp);
		if (counts(cp)) {
			memcpy(out + to, rest.p, n);
			to += n;
		}
		rest = str_from(rest, n);
	}
	return (struct str){ out, to };
}
