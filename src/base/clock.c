#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t which, int64_t per_second)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * per_second + t.tv_nsec / (1000000000 / per_second);
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME, 1000);
}

int64_t clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_mono_us(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000000);
}

char *clock_text(int64_t ms, char out[CLOCK_TEXT])
{
	int64_t rest = ((ms % 1000) + 1000) % 1000;
	time_t s = (time_t)(ms / 1000 - (ms % 1000 < 0));
	char text[64];
	struct tm t;

	gmtime_r(&s, &t);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
		 t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)rest);
	memcpy(out, text, CLOCK_TEXT - 1);
	out[CLOCK_TEXT - 1] = 0;
	return out;
}

/* n digits at *z as a number; -1 when they are not all there. */
static int digits(const char **z, int n)
{
	int v = 0;

	while (n--) {
		if (!isdigit((unsigned char)**z))
			return -1;
		v = v * 10 + (*(*z)++ - '0');
	}
	return v;
}

static bool parse_date(const char **z, struct tm *t)
{
	int y, m, d;

	if ((y = digits(z, 4)) < 0 || *(*z)++ != '-' || (m = digits(z, 2)) < 1 || m > 12 ||
	    *(*z)++ != '-' || (d = digits(z, 2)) < 1 || d > 31)
		return false;
	t->tm_year = y - 1900;
	t->tm_mon = m - 1;
	t->tm_mday = d;
	return true;
}

static bool parse_time(const char **z, struct tm *t, int *ret_ms)
{
	int h, m, s, ms = 0, scale = 100;

	if ((h = digits(z, 2)) < 0 || h > 23 || *(*z)++ != ':' || (m = digits(z, 2)) < 0 ||
	    m > 59 || *(*z)++ != ':' || (s = digits(z, 2)) < 0 || s > 60)
		return false;
	if (**z == '.') {
		const char *first = ++*z;

		for (; isdigit((unsigned char)**z); scale /= 10)
			ms += (*(*z)++ - '0') * scale;
		if (*z == first || *z - first > 9)
			return false;
	}
	t->tm_hour = h;
	t->tm_min = m;
	t->tm_sec = s;
	*ret_ms = ms;
	return true;
}

static bool parse_offset(const char **z, int *ret_minutes)
{
	int sign, h, m;

	if (**z == 'Z' || **z == 'z') {
		(*z)++;
		*ret_minutes = 0;
		return true;
	}
	if (**z != '+' && **z != '-')
		return false;
	sign = *(*z)++ == '-' ? -1 : 1;
	if ((h = digits(z, 2)) < 0 || h > 23 || *(*z)++ != ':' || (m = digits(z, 2)) < 0 || m > 59)
		return false;
	*ret_minutes = sign * (h * 60 + m);
	return true;
}

bool clock_parse(const char *z, int64_t *ret_ms)
{
	struct tm t = { 0 }, day;
	int ms = 0, offset = 0;
	time_t s;

	if (!parse_date(&z, &t))
		return false;
	day = t;
	timegm(&day);
	if (day.tm_mday != t.tm_mday)
		return false; /* 31 February */
	if (*z && ((*z != 'T' && *z != 't' && *z != ' ') || (z++, !parse_time(&z, &t, &ms)) ||
		   !parse_offset(&z, &offset)))
		return false;
	if (*z)
		return false;
	s = timegm(&t);
	*ret_ms = ((int64_t)s - offset * 60) * 1000 + ms;
	return true;
}
