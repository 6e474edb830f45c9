/*
 * reckon - answers lines of the standard input: ZONE, HOURS, DAYS (by commas), then W FROM TO or A
 * FROM MS, separated by tabs. W: ms worked; A: the instant, or "never". For test_worked.py.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "calendar/calendar.h"

#define FIELDS 6

static int64_t answer(struct calendar *c, const struct str *f)
{
	int64_t from = 0, x = 0;

	MUST(str_int(f[4], &from) && str_int(f[5], &x));
	return str_eq_z(f[3], "W") ? calendar_worked(c, from, x) : calendar_after(c, from, x);
}

static bool one(struct str line, struct err *e)
{
	struct calendar_day off[64];
	struct calendar_week week;
	AUTO_CALENDAR c = NULL;
	struct str f[FIELDS], day;
	char zone[64];
	size_t n = 0;
	int64_t x;

	for (size_t i = 0; i < FIELDS; i++)
		MUST(str_split(&line, '\t', &f[i]));
	snprintf(zone, sizeof(zone), STR_FMT, STR_ARG(f[0]));
	while (str_split(&f[2], ',', &day))
		if (day.n && !calendar_day_parse(day, &off[n++], e))
			return false;
	if (!calendar_week_parse(f[1], &week, e) || !calendar_open(zone, &week, off, n, &c, e))
		return false;
	x = answer(c, f);
	if (x == CALENDAR_NEVER)
		puts("never");
	else
		printf("%" PRId64 "\n", x);
	return true;
}

int main(void)
{
	static char line[4096];
	struct err e;

	while (fgets(line, sizeof(line), stdin))
		if (!one(str_trim(str_of(line)), &e)) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
	return 0;
}
