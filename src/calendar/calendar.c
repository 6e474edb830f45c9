/* Between two changes of its clock a zone has one offset, so that days are plain numbers. */
#include "calendar/calendar.h"

#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define MINUTE   60000LL
#define DAY      (24 * 60 * MINUTE)
#define ZONE_MAX 64

struct calendar {
	UCalendar *zone;
	struct calendar_week week;
	bool any;      /* there is working time at all */
	int64_t *days; /* off, as days since 1970, rising */
	size_t n;
	uint32_t yearly[13]; /* off every year: bits of days by month */
};

static bool to_utf16(const char *zone, UChar out[ZONE_MAX])
{
	size_t n = strlen(zone);

	for (size_t i = 0; i < n; i++)
		if (zone[i] < 0x21 || zone[i] > 0x7E)
			return false;
	if (!n || n >= ZONE_MAX)
		return false;
	u_charsToUChars(zone, out, (int32_t)n + 1);
	return true;
}

bool calendar_zone_ok(const char *zone)
{
	UChar id[ZONE_MAX], canonical[ZONE_MAX * 2];
	UErrorCode code = U_ZERO_ERROR;
	UBool known = false;

	if (!to_utf16(zone, id))
		return false;
	ucal_getCanonicalTimeZoneID(id, -1, canonical, ZONE_MAX * 2, &known, &code);
	return U_SUCCESS(code) && known && strcmp(zone, "Etc/Unknown") != 0;
}

/* ---- days: proleptic Gregorian, as days since 1970-01-01 ----
 * After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t day_number(int y, int m, int d)
{
	int64_t year = y - (m <= 2), era = floor_div(year, 400);
	int64_t yoe = year - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void month_and_day(int64_t number, int *ret_month, int *ret_day)
{
	int64_t z = number + 719468, doe = z - floor_div(z, 146097) * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_off(const struct calendar *c, int64_t day)
{
	int month, dom;

	month_and_day(day, &month, &dom);
	return (c->yearly[month] >> dom & 1) ||
	       (c->n && bsearch(&day, c->days, c->n, sizeof(day), by_number));
}

static void take_days(struct calendar *c, const struct calendar_day *off, size_t n)
{
	c->days = calloc(n + 1, sizeof(*c->days));
	MUST(c->days);
	for (size_t i = 0; i < n; i++)
		if (off[i].year)
			c->days[c->n++] = day_number(off[i].year, off[i].month, off[i].day);
		else
			c->yearly[off[i].month] |= UINT32_C(1) << off[i].day;
	qsort(c->days, c->n, sizeof(*c->days), by_number);
}

bool calendar_open(const char *zone, const struct calendar_week *week,
		   const struct calendar_day *off, size_t n, struct calendar **ret, struct err *e)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar id[ZONE_MAX];
	struct calendar *c;

	if (!calendar_zone_ok(zone) || !to_utf16(zone, id))
		return ERR_FIELD(e, ERR_INPUT, "calendar.zone", "timeZone",
				 "There is no such time zone: give its IANA name, such as "
				 "Europe/Berlin.");
	c = calloc(1, sizeof(*c));
	MUST(c);
	c->zone = ucal_open(id, -1, "en_US", UCAL_GREGORIAN, &code);
	if (U_FAILURE(code)) {
		free(c);
		return ERR(e, ERR_BUG, "calendar.open", "%s", u_errorName(code));
	}
	c->week = *week;
	for (int i = 0; i < 7; i++)
		c->any |= week->n[i] > 0;
	take_days(c, off, n);
	*ret = c;
	return true;
}

void calendar_close(struct calendar *c)
{
	if (!c)
		return;
	ucal_close(c->zone);
	free(c->days);
	free(c);
}

/* ---- the walk over spans, in instants ---- */

struct walk {
	struct calendar *c;
	int64_t end;
	int64_t from, to, offset; /* the stretch of one offset */
	int64_t day;              /* local; its span i is next */
	int i;
};

/* The stretch that begins at an instant; days of the one before it may reach into it. */
static void enter(struct walk *w, int64_t at)
{
	UErrorCode code = U_ZERO_ERROR;
	UDate next;

	ucal_setMillis(w->c->zone, (UDate)at, &code);
	w->offset = ucal_get(w->c->zone, UCAL_ZONE_OFFSET, &code) +
		    ucal_get(w->c->zone, UCAL_DST_OFFSET, &code);
	w->from = at;
	w->to = w->end;
	if (ucal_getTimeZoneTransitionDate(w->c->zone, UCAL_TZ_TRANSITION_NEXT, &next, &code) &&
	    next < (UDate)w->end)
		w->to = (int64_t)next;
	MUST(U_SUCCESS(code) && w->to > w->from);
	w->day = floor_div(at + w->offset, DAY) - 1;
	w->i = 0;
}

/* The next span of working time, cut to what is walked over; false: there is none. */
static bool walk_next(struct walk *w, int64_t *ret_from, int64_t *ret_to)
{
	for (;;) {
		int weekday = (int)(((w->day + 3) % 7 + 7) % 7); /* 1970 began on a Thursday */
		int64_t start = w->day * DAY - w->offset, from, to;

		if (start >= w->to) {
			if (w->to >= w->end)
				return false;
			enter(w, w->to);
			continue;
		}
		if (w->i >= w->c->week.n[weekday] || (!w->i && is_off(w->c, w->day))) {
			w->day++;
			w->i = 0;
			continue;
		}
		from = start + w->c->week.span[weekday][w->i].from * MINUTE;
		to = start + w->c->week.span[weekday][w->i++].to * MINUTE;
		*ret_from = from > w->from ? from : w->from;
		*ret_to = to < w->to ? to : w->to;
		if (*ret_from < *ret_to)
			return true;
	}
}

int64_t calendar_worked(struct calendar *c, int64_t from_ms, int64_t to_ms)
{
	struct walk w = { .c = c, .end = to_ms };
	int64_t from, to, sum = 0;

	if (from_ms >= to_ms || !c->any)
		return 0;
	enter(&w, from_ms);
	while (walk_next(&w, &from, &to))
		sum += to - from;
	return sum;
}

int64_t calendar_after(struct calendar *c, int64_t from_ms, int64_t worked_ms)
{
	struct walk w = { .c = c, .end = from_ms + CALENDAR_FAR_MS };
	int64_t from, to;

	if (worked_ms <= 0)
		return from_ms;
	if (!c->any)
		return CALENDAR_NEVER;
	enter(&w, from_ms);
	while (walk_next(&w, &from, &to)) {
		if (worked_ms <= to - from)
			return from + worked_ms;
		worked_ms -= to - from;
	}
	return CALENDAR_NEVER;
}
