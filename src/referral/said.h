/* Private to referral/: what a new referral says, value by value, as it is kept. */
#pragma once
#include "referral/parts.h"

#define REFERRAL_SAID_MAX 400 /* values of one referral */

/* Always false. The field is the path, or its beginning. */
bool referral_refuse(const char *code, const char *path, const char *what, struct err *e);
/* What is at a path and below it, to x->said, which has room for REFERRAL_SAID_MAX. path: a short
 * one, of a table. */
bool referral_say(struct arena *a, const char *path, const struct json *v, struct referral_new *x,
		  struct err *e) LL_MUST;
