/* One person's message about one offer. Private to market/. */
#pragma once
#include "market/people.h"

struct person {
	enum language language;
	const char *first, *last, *company;
	const struct country *country;
	char email[128], phone[32];
};

/* again: the same person as in an earlier message, never with its bytes. */
struct market_message lead_message(struct market *m, struct arena *a,
				   const struct market_offer *offer, struct person p, bool again);
struct market_message broken_message(struct market *m, struct arena *a,
				     const struct market_offer *offer);
