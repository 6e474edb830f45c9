/* Hours of the week and days off, as people write them. */
#include "calendar/calendar.h"

#include "base/buf.h"

#define DAY_MINUTES (24 * 60)

static const char *const days[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static bool bad(struct err *e, const char *why, struct str what)
{
	return ERR_FIELD(e, ERR_INPUT, "calendar.hours", "hours",
			 "%s: \"" STR_FMT "\". Hours are written as mon-fri 09:00-12:00 "
			 "13:00-17:30; sat 22:00-06:00.",
			 why, STR_ARG(str_upto(what, 40)));
}

static int day_of(struct str s)
{
	for (int i = 0; i < 7; i++)
		if (str_ieq_z(s, days[i]))
			return i;
	return -1;
}

/* Digits alone: no signs. */
static bool number(struct str s, size_t digits, int *ret)
{
	int64_t n;

	if (s.n != digits || s.p[0] == '+' || s.p[0] == '-' || !str_int(s, &n))
		return false;
	*ret = (int)n;
	return true;
}

static bool time_of(struct str s, int *ret)
{
	size_t colon = str_find(s, ':');
	int h, m;

	if (colon + 3 != s.n || !number(str_upto(s, colon), 2, &h) ||
	    !number(str_from(s, colon + 1), 2, &m) || m > 59 || h * 60 + m > DAY_MINUTES)
		return false;
	*ret = h * 60 + m;
	return true;
}

/* Until an earlier time of the clock, or the same: over midnight. */
static bool span_of(struct str s, struct calendar_span *ret)
{
	size_t dash = str_find(s, '-');

	if (!time_of(str_upto(s, dash), &ret->from) || !time_of(str_from(s, dash + 1), &ret->to) ||
	    ret->from == DAY_MINUTES || ret->from == ret->to)
		return false;
	if (ret->to < ret->from)
		ret->to += DAY_MINUTES;
	return true;
}

/* In its place, so that they rise. */
static bool add_span(struct calendar_week *w, int day, struct calendar_span s)
{
	int i = w->n[day];

	if (i == CALENDAR_SPANS)
		return false;
	for (; i > 0 && w->span[day][i - 1].from > s.from; i--)
		w->span[day][i] = w->span[day][i - 1];
	w->span[day][i] = s;
	w->n[day]++;
	return true;
}

/* The next word of blanks and line; empty: none. */
static struct str word(struct str *rest)
{
	struct str s;

	*rest = str_trim(*rest);
	s = str_upto(*rest, str_find(*rest, ' '));
	*rest = str_from(*rest, s.n);
	return s;
}

static bool parse_line(struct str line, struct calendar_week *w, struct err *e)
{
	struct str rest = line, name = word(&rest), text;
	size_t dash = str_find(name, '-');
	int first = day_of(str_upto(name, dash));
	int last = dash == name.n ? first : day_of(str_from(name, dash + 1));
	struct calendar_span s;

	if (first < 0 || last < first)
		return bad(e, "These are no days", name);
	if (!str_trim(rest).n)
		return bad(e, "These days have no hours", name);
	while ((text = word(&rest)).n) {
		if (!span_of(text, &s))
			return bad(e, "This is no span of time", text);
		for (int day = first; day <= last; day++)
			if (!add_span(w, day, s))
				return bad(e, "A day has at most six spans", text);
	}
	return true;
}

/* Spans are apart, also those that reach into the next day. */
static bool check(const struct calendar_week *w, struct err *e)
{
	for (int day = 0; day < 7; day++) {
		int next = (day + 1) % 7;

		for (int i = 0; i < w->n[day]; i++) {
			bool last = i + 1 == w->n[day];
			int end = w->span[day][i].to;

			if (last ? w->n[next] && end > w->span[next][0].from + DAY_MINUTES
				 : end > w->span[day][i + 1].from)
				return bad(e, "Spans overlap", str_of(days[day]));
		}
	}
	return true;
}

bool calendar_week_parse(struct str text, struct calendar_week *ret, struct err *e)
{
	struct calendar_week w = { 0 };
	struct str lines, line;

	while (str_split(&text, '\n', &lines))
		while (str_split(&lines, ';', &line))
			if (str_trim(line).n && !parse_line(str_trim(line), &w, e))
				return false;
	if (!check(&w, e))
		return false;
	*ret = w;
	return true;
}

const char *calendar_week_text(struct arena *a, const struct calendar_week *w)
{
	AUTO_BUF b = buf_new(4096);

	for (int day = 0; day < 7; day++) {
		if (w->n[day])
			buf_printf(&b, "%s%s", b.n ? ";" : "", days[day]);
		for (int i = 0; i < w->n[day]; i++) {
			int from = w->span[day][i].from, to = w->span[day][i].to;

			if (to > DAY_MINUTES)
				to -= DAY_MINUTES;
			buf_printf(&b, " %02d:%02d-%02d:%02d", from / 60, from % 60, to / 60,
				   to % 60);
		}
	}
	MUST(buf_ok(&b));
	return str_dup(a, buf_view(&b));
}

static int days_in(int year, int month)
{
	static const int n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = !year || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));

	return n[month - 1] + (month == 2 && leap);
}

bool calendar_day_parse(struct str text, struct calendar_day *ret, struct err *e)
{
	struct calendar_day d = { 0 };
	bool yearly = text.n == 5;
	struct str rest = yearly ? text : str_from(text, 5);

	if ((!yearly && (text.n != 10 || text.p[4] != '-' ||
			 !number(str_upto(text, 4), 4, &d.year) || d.year < 1970)) ||
	    rest.p[2] != '-' || !number(str_upto(rest, 2), 2, &d.month) ||
	    !number(str_from(rest, 3), 2, &d.day) || d.month < 1 || d.month > 12 || d.day < 1 ||
	    d.day > days_in(d.year, d.month))
		return ERR_FIELD(e, ERR_INPUT, "calendar.day", "days",
				 "\"" STR_FMT "\" is no day: write 2026-12-25, or 12-25 for every "
				 "year.",
				 STR_ARG(str_upto(text, 40)));
	*ret = d;
	return true;
}
