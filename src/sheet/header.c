#include "sheet/header.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include "base/err.h"
#include "base/utf8.h"

#define UNITS 512
#define SLOTS 4096 /* a power of two, several times the names */

struct slot {
	const struct header_row *row;
	struct str name; /* folded; for ever */
};
static struct slot slots[SLOTS];

/* What is kept of a folded name. */
static bool counts(UChar32 c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
}

static int32_t normalize(const UNormalizer2 *(*form)(UErrorCode *), const UChar *from, int32_t n,
			 UChar *to)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *how = form(&e);
	int32_t len = unorm2_normalize(how, from, n, to, UNITS, &e);

	return U_FAILURE(e) ? 0 : len;
}

static struct str fold_unicode(struct str s, char out[HEADER_MAX])
{
	UChar one[UNITS], two[UNITS];
	UErrorCode e = U_ZERO_ERROR;
	int32_t n = 0, kept = 0, bytes = 0;

	u_strFromUTF8WithSub(one, UNITS, &n, s.p, (int32_t)s.n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		return STR("");
	n = normalize(unorm2_getNFKCCasefoldInstance, one, n, two);
	n = normalize(unorm2_getNFDInstance, two, n, one);
	for (int32_t i = 0; i < n;) {
		UChar32 c;

		U16_NEXT(one, i, n, c);
		if ((c < 0x300 || c > 0x36F) && counts(c))
			U16_APPEND_UNSAFE(two, kept, c);
	}
	n = normalize(unorm2_getNFCInstance, two, kept, one);
	u_strToUTF8WithSub(out, HEADER_MAX, &bytes, one, n, 0xFFFD, NULL, &e);
	return U_FAILURE(e) ? STR("") : (struct str){ out, (size_t)bytes };
}

struct str header_fold(struct str name, char out[HEADER_MAX])
{
	size_t n = 0;

	name = utf8_cut(name, HEADER_MAX - 1);
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c >= 0x80)
			return fold_unicode(name, out);
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + ('a' - 'A'));
		if (counts(c))
			out[n++] = (char)c;
	}
	return (struct str){ out, n };
}

static uint32_t hash(struct str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static struct slot *look(struct str folded)
{
	uint32_t at = hash(folded) % SLOTS;

	while (slots[at].row && !str_eq(slots[at].name, folded))
		at = (at + 1) % SLOTS;
	return &slots[at];
}

static void index_rows(void)
{
	for (const struct header_row *row = header_rows; row->names; row++) {
		struct str rest = str_of(row->names), name;

		while (str_split(&rest, '|', &name)) {
			char buf[HEADER_MAX];
			struct str folded = header_fold(name, buf);
			struct slot *slot = look(folded);
			char *kept;

			if (slot->row)
				continue;
			kept = malloc(folded.n + 1);
			if (!kept)
				BUG("out of memory for names of columns");
			memcpy(kept, folded.p, folded.n);
			slot->name = (struct str){ kept, folded.n };
			slot->row = row;
		}
	}
}

const struct header_row *header_find(struct str name)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char buf[HEADER_MAX];
	struct str folded = header_fold(name, buf);

	pthread_once(&once, index_rows);
	return folded.n ? look(folded)->row : NULL;
}

bool header_is_word(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] >= 0x80)
			return header_find(name) != NULL;
	return false;
}
