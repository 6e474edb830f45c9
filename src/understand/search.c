/*
 * Text to search tokens, the same for documents and queries: folded words; single characters and
 * pairs of scripts written without blanks; phone numbers, backwards. Tokens are [a-z0-9]+ (what is
 * not ASCII is written as x and its code point in hex), so that every full-text engine cuts them
 * alike.
 */
#include "understand/understand.h"

#include <stdio.h>
#include <unicode/uchar.h>
#include "base/utf8.h"
#include "understand/country_table.h"
#include "understand/fold.h"

#define TOKENS      256
#define SLOTS       512 /* a power of two, twice the tokens */
#define WORD_MAX    64  /* bytes of one token */
#define PHONE_MIN   7
#define PHONE_MAX   15
#define PHONE_GAP   3 /* blanks and signs between two digits */
#define PHONE_SHORT 4 /* the last digits that people remember */

_Static_assert(TOKENS *(WORD_MAX + 1) <= SEARCH_BYTES_MAX, "each token and the blank before it");

struct search {
	struct buf *out;
	uint64_t seen[SLOTS]; /* hashes; 0 is free */
	size_t count;
	char word[WORD_MAX];
	size_t n;
	uint32_t before; /* the dense character before this one, or 0 */
};

static bool is_new(struct search *s, struct str token)
{
	uint64_t hash = country_hash(token) | 1;
	size_t at = hash >> 8 & (SLOTS - 1);

	for (; s->seen[at]; at = (at + 1) & (SLOTS - 1))
		if (s->seen[at] == hash)
			return false;
	s->seen[at] = hash;
	return true;
}

static void emit(struct search *s, struct str token)
{
	if (!token.n || s->count == TOKENS || !is_new(s, token))
		return;
	s->count++;
	if (s->out->n)
		buf_byte(s->out, ' ');
	buf_str(s->out, token);
}

static size_t put_code(char *out, uint32_t cp)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	out[n++] = 'x';
	for (int shift = cp > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4)
		out[n++] = hex[cp >> shift & 15];
	return n;
}

static void end_word(struct search *s)
{
	emit(s, (struct str){ s->word, s->n });
	s->n = 0;
}

static void dense(struct search *s, uint32_t cp)
{
	char token[16];
	size_t n = 0;

	emit(s, (struct str){ token, put_code(token, cp) });
	if (s->before) {
		n = put_code(token, s->before);
		n += put_code(token + n, cp);
		emit(s, (struct str){ token, n });
	}
	s->before = cp;
}

static void letter(struct search *s, uint32_t cp)
{
	if (s->n + 7 > WORD_MAX)
		return;
	if (cp < 0x80)
		s->word[s->n++] = (char)cp;
	else
		s->n += put_code(s->word + s->n, cp);
}

/*
 * The digits of what begins like a phone number, blanks and signs left out; leading zeros are trunk
 * and exit codes. Returns how far it goes, 0 when it is no phone number.
 */
static size_t phone_at(struct str text, char digits[PHONE_MAX + 1], size_t *ret_n)
{
	size_t n = 0, end = 0, all = 0;

	for (size_t at = 0;
	     at < text.n && at <= end + PHONE_GAP && n <= PHONE_MAX && all < 2 * PHONE_MAX; at++) {
		char c = text.p[at];

		if (c >= '0' && c <= '9') {
			all++;
			end = at + 1;
			if (n || c != '0')
				digits[n++] = c;
		} else if (!memchr(" -.()/+", c, 7)) {
			/* Digits in a word are not a number. */
			if (end == at && ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80))
				return 0;
			break;
		}
	}
	*ret_n = n;
	return all >= PHONE_MIN && n >= PHONE_SHORT && n <= PHONE_MAX ? end : 0;
}

/*
 * A number is looked for by an end of it, with or without country and area code. Written backwards
 * an end is a beginning, and what begins so is what every engine finds at once: one word, where
 * every end as a word of its own would be seven, each of them new to the index.
 */
static void phone(struct search *s, const char *digits, size_t n)
{
	char back[PHONE_MAX + 1] = "r";

	for (size_t i = 0; i < n; i++)
		back[i + 1] = digits[n - 1 - i];
	emit(s, (struct str){ digits + n - PHONE_SHORT, PHONE_SHORT });
	emit(s, (struct str){ back, n + 1 });
}

static bool is_word(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
	return u_isalnum((UChar32)cp) || (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK);
}

static void folded(struct search *s, struct str text)
{
	char digits[PHONE_MAX + 1];
	size_t n, len;
	uint32_t cp;

	while (text.n && s->count < TOKENS) {
		if (!s->n && text.p[0] >= '0' && text.p[0] <= '9' &&
		    (len = phone_at(text, digits, &n))) {
			phone(s, digits, n);
			text = str_from(text, len);
			s->before = 0;
			continue;
		}
		len = utf8_next(text, &cp);
		text = str_from(text, len);
		if (fold_is_dense(cp)) {
			end_word(s);
			dense(s, cp);
			continue;
		}
		s->before = 0;
		if (is_word(cp))
			letter(s, cp);
		else
			end_word(s);
	}
	end_word(s);
	s->before = 0;
}

/* As much of text as folds at once, up to a blank if there is one. */
static size_t chunk(struct str text)
{
	size_t n = utf8_cut(text, FOLD_MAX).n;

	if (n == text.n)
		return n;
	if (!n) /* continuation bytes without end */
		return FOLD_MAX;
	for (size_t at = n; at > n / 2; at--)
		if (text.p[at] == ' ' || text.p[at] == '\n')
			return at;
	return n;
}

void search_tokens(struct arena *a, struct str text, struct buf *b)
{
	struct search s = { .out = b };

	while (text.n && s.count < TOKENS) {
		ARENA_SCOPE(a);
		size_t n = chunk(text);

		folded(&s, fold_text(a, str_upto(text, n)));
		text = str_from(text, n);
	}
}
