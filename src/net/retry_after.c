/* Retry-After (RFC 9110, 10.2.3) in every form seen: seconds, fractions of a second, HTTP date. */
#include "net/transfer.h"
#include <ctype.h>
#include <curl/curl.h>

#define LONGEST_S                                                                                  \
	(30LL * 24 * 3600) /* whoever says more means "never"; the caller caps further             \
			    */

/* "120", "0.5": digits with at most one point. A fraction is rounded up to a whole ms. */
static bool seconds(const char *z, int64_t *ret_ms)
{
	int64_t whole = 0, milli = 0, unit = 100;
	bool any = false, more = false;
	for (; isdigit((unsigned char)*z); z++, any = true)
		whole = whole > LONGEST_S ? whole : whole * 10 + (*z - '0');
	if (*z == '.')
		for (z++; isdigit((unsigned char)*z); z++, any = true, unit /= 10) {
			milli += (*z - '0') * unit;
			more |= unit == 0 && *z != '0';
		}
	if (!any || *z)
		return false;
	*ret_ms = whole >= LONGEST_S ? LONGEST_S * 1000 : whole * 1000 + milli + (more ? 1 : 0);
	return true;
}

/* The year of an HTTP date has four digits (RFC 9110, 5.6.7): 9999-12-31T23:59:59Z. */
#define LAST_DATE_S 253402300799

bool net_http_date(const char *value, int64_t *ret_ms)
{
	if (!isalpha((unsigned char)value[0])) /* every HTTP date begins with the name of a day */
		return false;
	time_t at = curl_getdate(value, NULL);
	if (at < 0 || at > LAST_DATE_S)
		return false;
	*ret_ms = (int64_t)at * 1000;
	return true;
}

int64_t net_retry_after(const char *value, int64_t now_ms)
{
	char text[65];
	struct str s = str_trim(str_of(value));
	int64_t ms;
	if (s.n >= sizeof(text))
		return -1;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (seconds(text, &ms))
		return ms;
	if (!net_http_date(text, &ms))
		return -1;
	ms -= now_ms;
	if (ms > LONGEST_S * 1000)
		return LONGEST_S * 1000;
	return ms > 0 ? ms : 0;
}
