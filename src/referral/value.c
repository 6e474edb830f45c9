/* Values as a filter writes them, each for the kind of thing that it is compared with. */
#include "base/clock.h"
#include "referral/parts.h"

static bool refuse(const struct path *p, const char *what, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "odata.value", "$filter", "%s is compared with %s.", p->name,
			 what);
}

static bool digits(struct str s, size_t at, size_t n, int64_t *ret)
{
	int64_t sum = 0;

	if (at + n > s.n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		sum = sum * 10 + (s.p[i] - '0');
	}
	*ret = sum;
	return true;
}

/*
 * RFC 3339 with 0 to 7 digits of a second, or a bare date. The whole second is clock_parse()'s; the
 * rest is counted here, because the original counts finer than ms.
 */
static bool read_ticks(struct str s, int64_t *ret)
{
	char text[40];
	size_t point = str_find(s, '.'), n = 0;
	int64_t ms, fraction = 0;

	if (s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (point < s.n) {
		while (point + 1 + n < s.n && s.p[point + 1 + n] >= '0' &&
		       s.p[point + 1 + n] <= '9')
			n++;
		if (!n || n > 7 || !digits(s, point + 1, n, &fraction))
			return false;
		memmove(text + point, text + point + 1 + n, s.n - point - n);
	}
	if (!clock_parse(text, &ms))
		return false;
	for (; n && n < 7; n++)
		fraction *= 10;
	*ret = ms * TICKS_A_MS + fraction;
	return true;
}

static bool is_decimal(struct str s)
{
	size_t whole, point;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_from(s, 1);
	for (whole = 0; whole < s.n && s.p[whole] >= '0' && s.p[whole] <= '9'; whole++)
		;
	if (!whole || whole == s.n)
		return whole > 0;
	for (point = whole + 1; point < s.n && s.p[point] >= '0' && s.p[point] <= '9'; point++)
		;
	return s.p[whole] == '.' && point == s.n && point > whole + 1;
}

/* Without its sign and the zeros that say nothing; *ret_point: digits before the point. */
static struct str bare(struct str s, bool *ret_negative, size_t *ret_point)
{
	size_t point;

	*ret_negative = s.n && s.p[0] == '-';
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_from(s, 1);
	while (s.n && s.p[0] == '0')
		s = str_from(s, 1);
	point = str_find(s, '.');
	if (point < s.n)
		while (s.n > point && (s.p[s.n - 1] == '0' || s.n == point + 1))
			s.n--;
	*ret_point = point < s.n ? point : s.n;
	if (!s.n)
		*ret_negative = false;
	return s;
}

int decimal_compare(struct str x, struct str y)
{
	bool less, other;
	size_t a, b, n;
	int way;

	x = bare(x, &less, &a);
	y = bare(y, &other, &b);
	if (less != other)
		return less ? -1 : 1;
	n = x.n < y.n ? x.n : y.n;
	way = a != b ? (a < b ? -1 : 1) : n ? memcmp(x.p, y.p, n) : 0;
	if (!way)
		way = (x.n > y.n) - (x.n < y.n);
	return less ? -way : way;
}

/* A text as written, its doubled quotes made one; lower: without case. */
static struct str unquote(struct arena *a, struct str s, bool lower)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		out[n++] = lower && c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
		i += c == '\'';
	}
	return (struct str){ out, n };
}

static bool read_word(const struct path *p, struct str text, struct err *e)
{
	for (const char *const *w = p->words; *w; w++)
		if (str_eq_z(text, *w))
			return true;
	return ERR_FIELD(e, ERR_INPUT, "odata.word", "$filter", "%s has no such value.", p->name);
}

static bool read_id(const struct path *p, struct literal *v, struct err *e)
{
	struct id id;

	return id_parse(v->text, &id) || refuse(p, "a GUID, in quotes or bare", e);
}

bool literal_read(struct arena *a, const struct path *p, const struct token *t, struct literal *ret,
		  struct err *e)
{
	bool text = t->kind == TOKEN_TEXT, bare_value = t->kind == TOKEN_VALUE;
	struct literal v = { .text = text ? unquote(a, t->text,
						    p->type == PATH_EMAIL || p->type == PATH_ID)
					  : unquote(a, t->text, p->type == PATH_ID) };
	bool ok = false;

	if (t->kind == TOKEN_NAME && str_eq_z(t->text, "null")) {
		*ret = (struct literal){ .null = true };
		return true;
	}
	v.truth = t->kind == TOKEN_NAME && str_eq_z(t->text, "true");
	switch (p->type) {
	case PATH_TEXT:
	case PATH_EMAIL: ok = text || refuse(p, "a text in quotes", e); break;
	case PATH_WORD:
		ok = (text || refuse(p, "one of its values in quotes", e)) &&
		     read_word(p, v.text, e);
		break;
	case PATH_ID:
		ok = (text || bare_value || refuse(p, "a GUID, in quotes or bare", e)) &&
		     read_id(p, &v, e);
		break;
	case PATH_TIME:
		ok = ((text || bare_value) && read_ticks(t->text, &v.ticks)) ||
		     refuse(p, "a time such as 2026-11-22T10:00:00.0000000Z", e);
		break;
	case PATH_NUMBER:
		ok = (bare_value && is_decimal(t->text)) || refuse(p, "a number", e);
		break;
	case PATH_BOOL:
		ok = v.truth || (t->kind == TOKEN_NAME && str_eq_z(t->text, "false")) ||
		     refuse(p, "true or false", e);
		break;
	case PATH_NONE:
	case PATH_TEAM: ok = refuse(p, "nothing: it has members, see any and all", e); break;
	}
	if (ok)
		*ret = v;
	return ok;
}
