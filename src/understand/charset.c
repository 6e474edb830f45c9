#include "understand/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include "base/limits.h"
#include "base/utf8.h"

#define LABEL_MAX   40
#define GROWTH      3 /* bytes of UTF-8 that one byte becomes at most */
#define WORDS_MAX   8192
#define FOREIGN_MIN 8  /* bytes beyond ASCII: fewer say nothing */
#define SURE        50 /* of 100, in ICU's measure */
#define AHEAD       20 /* of the next that the bytes are valid in */

struct charset {
	const char *name, *icu;
	const char *labels[8]; /* lower case */
};

/* By name. */
static const struct charset charsets[] = {
	{ "Big5", "windows-950-2000", { "big5", "big-5", "cp950", "windows-950", "x-x-big5" } },
	{ "EUC-JP", "euc-jp-2007", { "euc-jp", "eucjp", "x-euc-jp" } },
	{ "GB18030", "gb18030", { "gb18030" } },
	{ "GBK",
	  "windows-936-2000",
	  { "gbk", "gb2312", "cp936", "windows-936", "x-gbk", "gb_2312-80", "ms936" } },
	{ "ISO-8859-15", "iso-8859-15", { "iso-8859-15", "latin9", "latin-9" } },
	{ "ISO-8859-2", "iso-8859-2", { "iso-8859-2", "latin2" } },
	{ "ISO-8859-5", "iso-8859-5", { "iso-8859-5" } },
	{ "ISO-8859-7", "iso-8859-7", { "iso-8859-7" } },
	{ "KOI8-R", "koi8-r", { "koi8-r", "koi8" } },
	{ "Shift_JIS",
	  "ibm-943_P15A-2003",
	  { "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "cp932", "ms932",
	    "ms_kanji" } },
	{ "windows-1250", "windows-1250", { "windows-1250", "cp1250", "x-cp1250" } },
	{ "windows-1251", "windows-1251", { "windows-1251", "cp1251", "x-cp1251" } },
	{ "windows-1252",
	  "windows-1252",
	  { "windows-1252", "cp1252", "iso-8859-1", "latin1", "x-cp1252", "iso8859-1", "iso_8859-1",
	    "us-ascii" } },
	{ "windows-1253", "windows-1253", { "windows-1253", "cp1253" } },
	{ "windows-1254", "windows-1254", { "windows-1254", "cp1254", "iso-8859-9", "latin5" } },
	{ "windows-1255",
	  "windows-1255",
	  { "windows-1255", "cp1255", "iso-8859-8", "iso-8859-8-i" } },
	{ "windows-1256", "windows-1256", { "windows-1256", "cp1256", "iso-8859-6" } },
	{ "windows-1257", "windows-1257", { "windows-1257", "cp1257", "iso-8859-13" } },
	{ "windows-1258", "windows-1258", { "windows-1258", "cp1258" } },
	{ "windows-874", "windows-874-2000", { "windows-874", "cp874", "tis-620", "iso-8859-11" } },
	{ "windows-949",
	  "windows-949-2000",
	  { "euc-kr", "windows-949", "cp949", "ks_c_5601-1987", "uhc", "ms949", "ksc5601",
	    "x-windows-949" } },
};

const char *charset_name(const struct charset *c)
{
	return c->name;
}

const struct charset *charset_of(struct str label)
{
	for (size_t i = 0; i < LL_COUNT(charsets); i++)
		for (size_t l = 0; l < LL_COUNT(charsets[i].labels) && charsets[i].labels[l]; l++)
			if (str_ieq_z(label, charsets[i].labels[l]))
				return &charsets[i];
	return NULL;
}

struct str charset_label(struct str header)
{
	for (; header.n; header = str_from(header, 1))
		if (str_istarts(header, "charset=")) {
			struct str s = str_from(header, 8);

			if (str_starts(s, "\"")) {
				s = str_from(s, 1);
				return str_trim(str_upto(s, str_find(s, '"')));
			}
			return str_trim(str_upto(s, str_find(s, ';')));
		}
	return STR("");
}

bool charset_read(struct arena *a, const struct charset *c, struct str in, struct str *ret,
		  bool *ret_broken)
{
	static const char replaced[] = "\xEF\xBF\xBD";
	UErrorCode code = U_ZERO_ERROR;
	UConverter *from = in.n <= LIMIT_CONVERT ? ucnv_open(c->icu, &code) : NULL;
	int32_t room = (int32_t)(in.n * GROWTH + 1), n;
	char *out;

	if (!from)
		return false;
	out = arena_alloc(a, (size_t)room);
	n = ucnv_toAlgorithmic(UCNV_UTF8, from, out, room, in.p, (int32_t)in.n, &code);
	ucnv_close(from);
	if (U_FAILURE(code))
		return false;
	*ret = (struct str){ out, (size_t)n };
	if (memmem(out, (size_t)n, replaced, sizeof(replaced) - 1))
		*ret_broken = true;
	return true;
}

/* ---- nobody says ---- */

static bool is_foreign(char c)
{
	return (unsigned char)c >= 0x80;
}

static bool parts_words(char c)
{
	return !is_foreign(c) && (c <= ' ' || memchr("\",:;=&<>{}[]", c, 12));
}

/* The words that are not ASCII: labels and addresses would make everything look like English. */
static struct str foreign_words(struct arena *a, struct str in, size_t *ret_foreign)
{
	char *out = arena_alloc(a, WORDS_MAX + 2);
	size_t n = 0;

	*ret_foreign = 0;
	while (in.n && n < WORDS_MAX) {
		size_t size = 0, foreign = 0;

		for (; size < in.n && !parts_words(in.p[size]); size++)
			foreign += is_foreign(in.p[size]);
		if (foreign && size <= WORDS_MAX - n) {
			memcpy(out + n, in.p, size);
			n += size;
			out[n++] = ' ';
			*ret_foreign += foreign;
		}
		in = str_from(in, size + 1);
	}
	return (struct str){ out, n };
}

/* UTF-8 with a slip in it is no other encoding; of Korean a third comes out valid by chance. */
static bool is_mostly_utf8(struct str in)
{
	size_t good = 0, bad = 0;

	while (in.n) {
		uint32_t cp;
		size_t n = utf8_next(in, &cp);

		if (is_foreign(in.p[0]))
			*(n > 1 ? &good : &bad) += n;
		in = str_from(in, n);
	}
	return good > bad;
}

static bool fits(struct arena *a, const struct charset *c, struct str in)
{
	ARENA_SCOPE(a);
	struct str ignored;
	bool broken = false;

	return charset_read(a, c, in, &ignored, &broken) && !broken;
}

/* The best match, unless another one that fits too is near. */
static const struct charset *best_of(struct arena *a, const UCharsetMatch *const *all, int32_t n,
				     struct str words)
{
	const struct charset *best = NULL;
	int32_t confidence = 0;

	for (int32_t i = 0; i < n; i++) {
		UErrorCode code = U_ZERO_ERROR;
		const struct charset *c = charset_of(str_of(ucsdet_getName(all[i], &code)));
		int32_t now = ucsdet_getConfidence(all[i], &code);

		if (U_FAILURE(code) || !c || c == best || !fits(a, c, words))
			continue;
		if (best)
			return confidence - now >= AHEAD ? best : NULL;
		if (now < SURE)
			return NULL;
		best = c;
		confidence = now;
	}
	return best;
}

const struct charset *charset_guess(struct arena *a, struct str in)
{
	ARENA_SCOPE(a);
	UErrorCode code = U_ZERO_ERROR;
	const struct charset *best = NULL;
	UCharsetDetector *detector;
	size_t foreign;
	struct str words = foreign_words(a, in, &foreign);
	int32_t n = 0;

	if (foreign < FOREIGN_MIN || is_mostly_utf8(words))
		return NULL;
	detector = ucsdet_open(&code);
	if (U_FAILURE(code))
		return NULL;
	ucsdet_setText(detector, words.p, (int32_t)words.n, &code);
	const UCharsetMatch **all = ucsdet_detectAll(detector, &n, &code);
	if (U_SUCCESS(code))
		best = best_of(a, (const UCharsetMatch *const *)all, n, words);
	ucsdet_close(detector);
	return best;
}
