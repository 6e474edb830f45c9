/* Private to alarm/: one mail to one person, through the relay. */
#pragma once
#include "alarm/alarm.h"

enum alarm_told {
	TOLD_FAILED = -1, /* *e says why: no mail could be made */
	TOLD_NOBODY,      /* the relay is not there: no use in going on */
	TOLD_NOT,         /* it does not take this one now */
	TOLD              /* it has the mail, or will never take one for them */
};
/* relay.c; id: of the Message-ID. Waits for the relay. */
enum alarm_told alarm_relay(struct arena *a, const char *to, const struct alarm_text *words,
			    const char *id, int64_t now_ms, struct err *e);
