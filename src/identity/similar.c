#include "identity/similar.h"

#include <stdlib.h>
#include "base/utf8.h"

#define POINTS   64
#define FUZZY_JW 0.92
#define ONE_ONLY 4

static unsigned points(struct str s, uint32_t out[POINTS])
{
	unsigned n = 0;

	while (s.n && n < POINTS) {
		if ((unsigned char)s.p[0] < 0x80) {
			out[n++] = (unsigned char)s.p[0];
			s = (struct str){ s.p + 1, s.n - 1 };
		} else {
			s = str_from(s, utf8_next(s, &out[n++]));
		}
	}
	return n;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static unsigned edits(const uint32_t *a, unsigned n, const uint32_t *b, unsigned m, unsigned max)
{
	unsigned row[3][POINTS + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];

	if (n > m + max || m > n + max)
		return max + 1;
	for (unsigned j = 0; j <= m; j++)
		last[j] = j;
	for (unsigned i = 1; i <= n; i++) {
		unsigned best = now[0] = i, *swap;

		for (unsigned j = 1; j <= m; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
			best = now[j] < best ? now[j] : best;
		}
		if (best > max)
			return max + 1;
		swap = before;
		before = last;
		last = now;
		now = swap;
	}
	return last[m] <= max ? last[m] : max + 1;
}

unsigned similar_edits(struct str a, struct str b, unsigned max)
{
	uint32_t x[POINTS], y[POINTS];
	unsigned n = points(a, x), m = points(b, y);

	return edits(x, n, y, m, max);
}

static double jaro(const uint32_t *a, unsigned n, const uint32_t *b, unsigned m)
{
	unsigned reach = (n > m ? n : m) / 2, same = 0, moved = 0, k = 0;
	uint64_t used_a = 0, used_b = 0;

	if (!n || !m)
		return 0;
	reach = reach ? reach - 1 : 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned from = i > reach ? i - reach : 0,
			 to = i + reach + 1 < m ? i + reach + 1 : m;

		for (unsigned j = from; j < to; j++) {
			if (a[i] != b[j] || used_b >> j & 1)
				continue;
			used_a |= (uint64_t)1 << i;
			used_b |= (uint64_t)1 << j;
			same++;
			break;
		}
	}
	if (!same)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		if (!(used_a >> i & 1))
			continue;
		while (!(used_b >> k & 1))
			k++;
		moved += a[i] != b[k++];
	}
	return ((double)same / n + (double)same / m + ((double)same - (double)moved / 2) / same) /
	       3;
}

static double winkler(const uint32_t *x, unsigned n, const uint32_t *y, unsigned m)
{
	double d = jaro(x, n, y, m);
	unsigned prefix = 0;

	while (prefix < 4 && prefix < n && prefix < m && x[prefix] == y[prefix])
		prefix++;
	return d + prefix * 0.1 * (1 - d);
}

double similar_jw(struct str a, struct str b)
{
	uint32_t x[POINTS], y[POINTS];
	unsigned n = points(a, x), m = points(b, y);

	return winkler(x, n, y, m);
}

static uint32_t letters_of(struct str s, unsigned *ret_high)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < s.n; i++) {
		mask |= 1u << (s.p[i] & 31);
		*ret_high |= (unsigned char)s.p[i] & 0x80u;
	}
	return mask;
}

bool similar_letters(struct str a, struct str b)
{
	unsigned high = 0;
	uint32_t one_only = letters_of(a, &high) ^ letters_of(b, &high);

	return high || __builtin_popcount(one_only) <= ONE_ONLY;
}

bool similar_is_fuzzy(struct str a, struct str b)
{
	uint32_t x[POINTS], y[POINTS];
	unsigned n = points(a, x), m = points(b, y);

	if (n > 2 * m || m > 2 * n)
		return false;
	if (n < 2 || m < 2)
		return false;
	return edits(x, n, y, m, 1) <= 1 || (n > 3 && m > 3 && winkler(x, n, y, m) >= FUZZY_JW);
}

#define WORDS 24

static unsigned split(struct str s, struct str out[WORDS])
{
	struct str piece;
	unsigned n = 0;

	while (n < WORDS && str_split(&s, ' ', &piece))
		if (piece.n)
			out[n++] = piece;
	return n;
}

double similar_words(struct str a, struct str b)
{
	struct str x[WORDS], y[WORDS];
	unsigned n = split(a, x), m = split(b, y);
	size_t all_x = 0, all_y = 0, shared = 0;
	uint32_t used = 0;

	for (unsigned j = 0; j < m; j++)
		all_y += y[j].n;
	for (unsigned i = 0; i < n; i++) {
		all_x += x[i].n;
		for (unsigned j = 0; j < m; j++) {
			if (used >> j & 1)
				continue;
			if (str_eq(x[i], y[j]) ||
			    (x[i].n > 3 && y[j].n > 3 && similar_is_fuzzy(x[i], y[j]))) {
				used |= 1u << j;
				shared += x[i].n < y[j].n ? x[i].n : y[j].n;
				break;
			}
		}
	}
	if (!all_x || !all_y)
		return 0;
	return (double)shared / (double)(all_x > all_y ? all_x : all_y);
}
