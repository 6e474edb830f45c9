/*
 * The plans of every country's numbers, made at build time by tools/gen-phone-plans from what
 * libphonenumber carries: its patterns as programs for a matcher that walks them without compiling.
 * libphonenumber needs some 20 us a number, this 0.3; it stays the judge of all that is not plain.
 */
#pragma once
#include "base/attr.h"
#include "base/str.h"
#include "understand/phone_code.h"

#define PHONE_NO_CODE UINT32_MAX

struct phone_desc {
	uint32_t lengths; /* bit n: n digits are possible; 0: any number */
	uint32_t code;    /* where the pattern begins in phone_code, or PHONE_NO_CODE */
};
struct phone_plan {
	char region[3];
	uint16_t calling_code;
	bool main;       /* first of the countries that share the calling code */
	bool transforms; /* a national prefix is replaced, not only dropped */
	uint32_t idd;    /* patterns of the exit code and of the national prefix */
	uint32_t prefix;
	uint32_t leading; /* the numbers of a country among those that share its calling code */
	uint32_t local;   /* bit n: n digits are possible inside an area only */
	struct phone_desc general;
	uint16_t first_type, types; /* in phone_types */
};
extern const uint16_t phone_code[];
extern const struct phone_desc phone_types[];
extern const struct phone_plan phone_plans[]; /* sorted by region */
extern const unsigned phone_plan_count;       /* 0 when libphonenumber would not say */

enum phone_verdict { PHONE_UNSURE = 0, PHONE_VALID, PHONE_INVALID };

/*
 * The E.164 form of a number of digits, dialled in region (NULL: unknown) or, with plus, from
 * anywhere. out is written when it is valid. Unsure: libphonenumber has to say.
 */
enum phone_verdict phone_plan_e164(struct str digits, bool plus, const char *region, char *out,
				   size_t size);
