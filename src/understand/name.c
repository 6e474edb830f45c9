/* Names, companies and titles: as people write them, without what cannot be seen. */
#include "understand/name.h"

#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "understand/understand.h"

/* Bytes that are looked at: characters of up to four bytes, and as many that cannot be seen. */
#define NAME_BYTES (LIMIT_NAME * 8)

static bool is_blank(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0xA0 ||
	       cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/*
 * Invisible marks: soft hyphen, zero-width space, word joiner, byte order mark, and the controls
 * that turn the direction of what follows. The joiners U+200C and U+200D stay: Persian and Indic
 * need them.
 */
static bool is_hidden(uint32_t cp)
{
	return cp == 0xAD || cp == 0x180E || cp == 0x200B || cp == 0x200E || cp == 0x200F ||
	       cp == 0x2060 || cp == 0xFEFF || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* Blanks collapse to one, hidden marks go. out holds s.n bytes. */
static size_t tidy(struct str s, char *out)
{
	size_t to = 0, n;
	bool gap = false;
	uint32_t cp;

	while (s.n) {
		n = utf8_next(s, &cp);
		if (is_blank(cp)) {
			gap = to > 0;
		} else if (!is_hidden(cp)) {
			if (gap)
				out[to++] = ' ';
			gap = false;
			memcpy(out + to, s.p, n);
			to += n;
		}
		s = str_from(s, n);
	}
	return to;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* At most max characters, and no mark without its letter at the end. */
static struct str cut_characters(struct str s, size_t max, unsigned *flags)
{
	struct str rest = s;
	size_t at = 0, n;
	uint32_t cp;

	for (size_t i = 0; rest.n; i++) {
		n = utf8_next(rest, &cp);
		if (!(U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK))
			at = (size_t)(rest.p - s.p);
		if (i == max) {
			*flags |= FLAG_CUT_TEXT;
			return utf8_trim(str_upto(s, at));
		}
		rest = str_from(rest, n);
	}
	return s;
}

/* Composed into out, if it is not. */
static struct str composed(struct str s, char out[NAME_BYTES * 9])
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
	UChar from[NAME_BYTES + 1], to[NAME_BYTES * 3 + 1]; /* NFC makes three of one at most */
	int32_t n, bytes;

	u_strFromUTF8WithSub(from, NAME_BYTES + 1, &n, s.p, (int32_t)s.n, 0xFFFD, NULL, &e);
	if (unorm2_isNormalized(nfc, from, n, &e) && U_SUCCESS(e))
		return s;
	n = unorm2_normalize(nfc, from, n, to, NAME_BYTES * 3 + 1, &e);
	u_strToUTF8WithSub(out, NAME_BYTES * 9, &bytes, to, n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		BUG("ICU cannot compose: %s", u_errorName(e));
	return (struct str){ out, (size_t)bytes };
}

const char *name_clean(struct arena *a, struct str text, size_t max, unsigned *flags)
{
	char tidied[NAME_BYTES], whole[NAME_BYTES * 9];
	struct str s = utf8_cut(text, NAME_BYTES);

	if (s.n < text.n)
		*flags |= FLAG_CUT_TEXT;
	s = (struct str){ tidied, tidy(s, tidied) };
	if (!is_ascii(s))
		s = composed(utf8_trim(s), whole);
	if (s.n > max)
		s = cut_characters(s, max, flags);
	return s.n ? str_dup(a, s) : NULL;
}

/* Scripts that one name may mix are one. */
static UScriptCode family(UScriptCode s)
{
	return s == USCRIPT_HIRAGANA || s == USCRIPT_KATAKANA ? USCRIPT_HAN : s;
}

/* The script of the first letter that has one. */
static UScriptCode script_of(const char *name)
{
	struct str s = str_of(name);
	UErrorCode e = U_ZERO_ERROR;
	UScriptCode code;
	uint32_t cp;

	while (s.n) {
		s = str_from(s, utf8_next(s, &cp));
		code = uscript_getScript((UChar32)cp, &e);
		if (U_SUCCESS(e) && code != USCRIPT_COMMON && code != USCRIPT_INHERITED)
			return family(code);
	}
	return USCRIPT_COMMON;
}

bool name_scripts_mixed(const char *first, const char *last)
{
	UScriptCode f, l;

	if (is_ascii(str_of(first)) && is_ascii(str_of(last)))
		return false;
	f = script_of(first);
	l = script_of(last);
	return f != l && f != USCRIPT_COMMON && l != USCRIPT_COMMON;
}

static bool is_family_first(const char *name)
{
	UScriptCode s = script_of(name);

	return s == USCRIPT_HAN || s == USCRIPT_HANGUL;
}

static void halves(struct arena *a, const char *full, size_t at, size_t skip, const char **ret_left,
		   const char **ret_right)
{
	*ret_left = str_dup(a, utf8_trim((struct str){ full, at }));
	*ret_right = str_dup(a, utf8_trim(str_of(full + at + skip)));
}

void name_split(struct arena *a, const char *full, const char **ret_first, const char **ret_last)
{
	const char *comma = strchr(full, ','), *blank = strrchr(full, ' ');

	*ret_first = NULL;
	*ret_last = full;
	if (comma && comma > full && comma[1])
		halves(a, full, (size_t)(comma - full), 1, ret_last, ret_first);
	else if (blank && is_family_first(full))
		halves(a, full, strcspn(full, " "), 1, ret_last, ret_first);
	else if (blank)
		halves(a, full, (size_t)(blank - full), 1, ret_first, ret_last);
}
