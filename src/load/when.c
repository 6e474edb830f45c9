#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "load/parts.h"

#define PARTS 7

/* The numbers of a text, and what else tells what they are. */
struct scan {
	int64_t n[PARTS];
	int digits[PARTS];
	int count;
	char mark; /* between the first two numbers */
	int month; /* by name, 1 to 12 */
	bool month_leads, am, pm;
};

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun",
				      "jul", "aug", "sep", "oct", "nov", "dec" };
static const char *const ams[] = { "am", "a.m.", "오전", "上午", "午前" };
static const char *const pms[] = { "pm", "p.m.", "오후", "下午", "午後" };

static bool begins(struct str s, const char *const *words, size_t n, size_t *ret_length)
{
	for (size_t i = 0; i < n; i++)
		if (str_istarts(s, words[i])) {
			*ret_length = strlen(words[i]);
			return true;
		}
	return false;
}

static int month_of(struct str s)
{
	for (int i = 0; i < 12; i++)
		if (str_istarts(s, months[i]))
			return i + 1;
	return 0;
}

static size_t take_number(struct scan *x, struct str s)
{
	size_t n = 0;
	int64_t v = 0;

	for (; n < s.n && isdigit((unsigned char)s.p[n]); n++)
		if (n < 15)
			v = v * 10 + (s.p[n] - '0');
	x->n[x->count] = v;
	x->digits[x->count++] = (int)n;
	return n;
}

static size_t take_word(struct scan *x, struct str s)
{
	size_t n = 1;

	if (begins(s, ams, LL_COUNT(ams), &n)) {
		x->am = true;
	} else if (begins(s, pms, LL_COUNT(pms), &n)) {
		x->pm = true;
	} else if (isalpha((unsigned char)*s.p)) {
		if (!x->month && month_of(s)) {
			x->month = month_of(s);
			x->month_leads = x->count == 0;
		}
		while (n < s.n && isalpha((unsigned char)s.p[n]))
			n++;
	} else if (x->count == 1 && !x->mark && *s.p != ' ') {
		x->mark = *s.p;
	}
	return n;
}

static bool scan(struct str s, struct scan *x)
{
	*x = (struct scan){ 0 };
	while (s.n) {
		if (isdigit((unsigned char)*s.p)) {
			if (x->count == PARTS)
				return false;
			s = str_from(s, take_number(x, s));
		} else {
			s = str_from(s, take_word(x, s));
		}
	}
	return x->count > 0;
}

/* Seconds or milliseconds since 1970, or 20260121. */
static bool one_number(const struct scan *x, int64_t *ret)
{
	char text[16];

	if (x->digits[0] == 13 || x->digits[0] == 10) {
		*ret = x->digits[0] == 13 ? x->n[0] : x->n[0] * 1000;
		return true;
	}
	if (x->digits[0] != 8)
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)(x->n[0] / 10000),
		 (int)(x->n[0] / 100 % 100), (int)(x->n[0] % 100));
	return clock_parse(text, ret);
}

/* Year, month and day among the first numbers; how many they took, 0 when they are no date. */
static int take_date(const struct scan *x, enum when_order order, int64_t ymd[3])
{
	if (x->month && x->count >= 2) {
		bool year_first = x->digits[0] == 4;

		ymd[0] = x->n[year_first ? 0 : 1];
		ymd[1] = x->month;
		ymd[2] = x->n[year_first ? 1 : 0];
		return 2;
	}
	if (x->count < 3)
		return 0;
	if (x->digits[0] == 4) {
		for (int i = 0; i < 3; i++)
			ymd[i] = x->n[i];
		return 3;
	}
	if (x->digits[2] != 4)
		return 0;
	ymd[0] = x->n[2];
	ymd[1] = x->n[order == WHEN_DAY_FIRST || x->mark == '.' ? 1 : 0];
	ymd[2] = x->n[order == WHEN_DAY_FIRST || x->mark == '.' ? 0 : 1];
	return 3;
}

bool when_read(struct str text, enum when_order order, int64_t *ret)
{
	struct scan x;
	int64_t ymd[3], hms[3] = { 0 };
	char z[64];
	int at;

	text = utf8_trim(text);
	if (!text.n || text.n >= sizeof(z))
		return false;
	snprintf(z, sizeof(z), STR_FMT, STR_ARG(text));
	if (clock_parse(z, ret))
		return true;
	if (!scan(text, &x))
		return false;
	if (x.count == 1)
		return one_number(&x, ret);
	at = take_date(&x, order, ymd);
	if (!at)
		return false;
	for (int i = 0; i < 3 && at + i < x.count; i++)
		hms[i] = x.n[at + i];
	if (x.pm && hms[0] < 12)
		hms[0] += 12;
	if (x.am && hms[0] == 12)
		hms[0] = 0;
	if (ymd[0] > 9999 || ymd[1] > 12 || ymd[2] > 31 || hms[0] > 23 || hms[1] > 59 ||
	    hms[2] > 59)
		return false;
	snprintf(z, sizeof(z), "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)ymd[0], (int)ymd[1],
		 (int)ymd[2], (int)hms[0], (int)hms[1], (int)hms[2]);
	return clock_parse(z, ret);
}

bool when_tells_order(struct str text, enum when_order *ret)
{
	struct scan x;

	if (!scan(utf8_trim(text), &x) || x.month || x.count < 3 || x.digits[2] != 4 ||
	    x.mark == '.')
		return false;
	*ret = x.n[0] > 12 ? WHEN_DAY_FIRST : WHEN_MONTH_FIRST;
	return x.n[0] > 12 || x.n[1] > 12;
}
