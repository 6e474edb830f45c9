/*
 * Working time: which instants somebody works in, by a time zone, hours of the week and days off.
 * Pure but for ICU's tables of time zones, which are the only ones.
 *
 * An instant is working time when the wall clock of the zone shows a time within a span of its
 * weekday, and the day is not off. So an hour that a clock change leaves out is not worked, and one
 * that it repeats is worked twice, as everybody does who works then. A span belongs to the day that
 * it begins on, past midnight too: days off are of that day.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define CALENDAR_SPANS 6 /* of a day */
#define CALENDAR_NEVER INT64_MAX
#define CALENDAR_FAR_MS                                                                            \
	(3660LL * 24 * 3600 * 1000) /* ten years: what takes longer is never done                  \
				     */

/* Minutes since the local midnight; to may be past 1440, into the next day, but no full day after
 * from. */
struct calendar_span {
	int from, to;
};
struct calendar_week {
	struct calendar_span span[7][CALENDAR_SPANS]; /* 0: Monday; rising, apart */
	int n[7];
};
/* year 0: that day of every year. */
struct calendar_day {
	int year, month, day;
};

/* ---- as text: hours.c ---- */

/*
 * "mon-fri 09:00-12:00 13:00-17:30; sat 22:00-06:00": days with their spans, separated by
 * semicolons or line ends; a day that is named again has the spans of both. ERR_INPUT hours. Empty
 * text: no working time at all.
 */
bool calendar_week_parse(struct str text, struct calendar_week *ret, struct err *e) LL_MUST;
/* The same said once in one way: a day a piece, from Monday on; days without hours are not named.
 */
const char *calendar_week_text(struct arena *a, const struct calendar_week *w);
/* "2026-12-25", or "12-25" for every year. ERR_INPUT days. */
bool calendar_day_parse(struct str text, struct calendar_day *ret, struct err *e) LL_MUST;
/* Whether ICU has a zone of this IANA name. */
bool calendar_zone_ok(const char *zone);

/* ---- reckoning: calendar.c ---- */

struct calendar;
/* All is copied. ERR_INPUT timeZone. */
bool calendar_open(const char *zone, const struct calendar_week *week,
		   const struct calendar_day *off, size_t n, struct calendar **ret,
		   struct err *e) LL_MUST;
void calendar_close(struct calendar *c); /* NULL is fine */
static inline void calendar_closep(struct calendar **c)
{
	calendar_close(*c);
	*c = NULL;
}
#define AUTO_CALENDAR LL_CLEANUP(calendar_closep) struct calendar *

/* Working ms from one instant until another; 0 when they do not rise. */
int64_t calendar_worked(struct calendar *c, int64_t from_ms, int64_t to_ms);
/* The first instant at which that many ms were worked since from; CALENDAR_NEVER: not within
 * CALENDAR_FAR_MS. */
int64_t calendar_after(struct calendar *c, int64_t from_ms, int64_t worked_ms);

/* ---- an event for other calendars: ics.c ---- */

struct calendar_guest {
	const char *name, *email; /* name: NULL or "": none; email NULL: nobody */
};
struct calendar_event {
	const char *uid;  /* the same for every version of the event */
	int64_t sequence; /* rises with each version */
	bool cancelled;
	const char *summary, *place, *text; /* NULL or "": none */
	int64_t from_ms, to_ms, stamp_ms;   /* stamp: when this version was made */
	struct calendar_guest host, guest;
};
/*
 * As iCalendar (RFC 5545), in a: an invitation (METHOD:REQUEST, or CANCEL) where host and guest
 * have an address, else METHOD:PUBLISH. Times are UTC, so that no zone has to be described. Text is
 * any UTF-8: control characters are left out, line ends kept.
 */
const char *calendar_ics(struct arena *a, const struct calendar_event *x);
