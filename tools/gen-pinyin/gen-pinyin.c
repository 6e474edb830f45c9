/* gen-pinyin > pinyin.c - how Han characters of names are read in Mandarin, by ICU's
 * transliterator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utrans.h>
#include "identity/pinyin.h"

#define SYLLABLES 2000

static char syllables[SYLLABLES][8];
static unsigned count = 1; /* the first is "", of what has no reading */

static unsigned row_of(const char *syllable)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(syllables[i], syllable) == 0)
			return i;
	if (count == SYLLABLES) {
		fprintf(stderr, "gen-pinyin: too many syllables\n");
		exit(1);
	}
	strcpy(syllables[count], syllable);
	return count++;
}

static unsigned read_one(UTransliterator *t, UChar cp)
{
	UChar text[32] = { cp };
	int32_t n = 1, limit = 1;
	char out[8] = { 0 };
	UErrorCode e = U_ZERO_ERROR;
	int to = 0;

	utrans_transUChars(t, text, &n, 32, 0, &limit, &e);
	if (U_FAILURE(e))
		return 0;
	for (int32_t i = 0; i < n && to < 7; i++)
		if ((text[i] | 32) >= 'a' && (text[i] | 32) <= 'z')
			out[to++] = (char)(text[i] | 32);
	return row_of(out);
}

int main(void)
{
	static const UChar id[] = u"Han-Latin/Names; NFD; [:Mn:] Remove; Latin-ASCII";
	UErrorCode e = U_ZERO_ERROR;
	UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &e);

	if (U_FAILURE(e)) {
		fprintf(stderr, "gen-pinyin: ICU: %s\n", u_errorName(e));
		return 1;
	}
	printf("#include \"identity/pinyin.h\"\n\nconst uint16_t pinyin_of[] = {\n");
	for (unsigned cp = PINYIN_FIRST; cp <= PINYIN_LAST; cp++)
		printf("%u,%c", read_one(t, (UChar)cp), cp % 16 == 15 ? '\n' : ' ');
	printf("};\nconst char pinyin_syllables[][8] = {\n");
	for (unsigned i = 0; i < count; i++)
		printf("\t\"%s\",\n", syllables[i]);
	printf("};\n");
	utrans_close(t);
	return 0;
}
