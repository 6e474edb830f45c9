#include "alarm/alarm.h"

#define DAY_MS  86400000LL
#define AT_ONCE (3 * DAY_MS) /* a silence that is shorter is none */
#define TIMES   3

bool alarm_is_silent(const int64_t *at, size_t n, int64_t now_ms)
{
	int64_t longest = 0, silence;

	if (n < ALARM_RHYTHM_MIN)
		return false;
	for (size_t i = 1; i < n; i++)
		if (at[i - 1] - at[i] > longest)
			longest = at[i - 1] - at[i];
	silence = now_ms - at[0];
	return silence > AT_ONCE && silence > TIMES * longest;
}
