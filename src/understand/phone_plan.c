#include "understand/phone_plan.h"

#include <stdio.h>
#include <stdlib.h>

#define DIGITS_MIN 2
#define DIGITS_MAX 17 /* libphonenumber's; E.164 has 15 */

/* Returns how many digits the pattern takes, -1 when it does not match; whole: all of them or none.
 */
static int run(const uint16_t *pc, struct str s, size_t at, bool whole)
{
	for (;;) {
		unsigned operand = *pc & PHONE_OPERAND;
		int n;

		switch (*pc & PHONE_OP) {
		case PHONE_DIGIT:
			if (at == s.n || !(operand >> (s.p[at] - '0') & 1))
				return -1;
			at++;
			pc++;
			break;
		case PHONE_JUMP:
			if (!operand && at < s.n)
				return -1;
			pc += operand ? operand : 1;
			break;
		case PHONE_FORK:
			n = run(pc + 1, s, at, whole);
			if (n >= 0)
				return n;
			pc += operand;
			break;
		default: return whole && at < s.n ? -1 : (int)at;
		}
	}
}

static int take(uint32_t code, struct str s)
{
	return code == PHONE_NO_CODE ? -1 : run(phone_code + code, s, 0, false);
}

static bool matches(uint32_t code, struct str s)
{
	return code != PHONE_NO_CODE && run(phone_code + code, s, 0, true) >= 0;
}

static bool is_possible(const struct phone_desc *d, size_t n)
{
	return !d->lengths || d->lengths >> n & 1;
}

static bool has_type(const struct phone_plan *p, struct str nsn)
{
	if (!is_possible(&p->general, nsn.n) || !matches(p->general.code, nsn))
		return false;
	for (unsigned i = 0; i < p->types; i++) {
		const struct phone_desc *d = &phone_types[p->first_type + i];

		if (is_possible(d, nsn.n) && matches(d->code, nsn))
			return true;
	}
	return false;
}

/*
 * Valid in one of the countries that share the main one's calling code: the first that claims the
 * number, by its leading digits or by a type, decides.
 */
static bool is_valid(const struct phone_plan *main, struct str nsn)
{
	if (has_type(main, nsn))
		return true;
	for (unsigned i = 0; i < phone_plan_count; i++) {
		const struct phone_plan *p = &phone_plans[i];

		if (p->calling_code != main->calling_code || p == main)
			continue;
		if (p->leading != PHONE_NO_CODE ? take(p->leading, nsn) >= 0 : has_type(p, nsn))
			return has_type(p, nsn);
	}
	return false;
}

static int by_region(const void *key, const void *row)
{
	return strcmp(key, ((const struct phone_plan *)row)->region);
}

static const struct phone_plan *plan_of(const char *region)
{
	return bsearch(region, phone_plans, phone_plan_count, sizeof(phone_plans[0]), by_region);
}

static const struct phone_plan *plan_called(unsigned code)
{
	for (unsigned i = 0; i < phone_plan_count; i++)
		if (phone_plans[i].calling_code == code && phone_plans[i].main)
			return &phone_plans[i];
	return NULL;
}

/* The plan by the calling code that the digits begin with; no code begins another one. */
static const struct phone_plan *take_calling_code(struct str *digits)
{
	unsigned code = 0;

	for (size_t n = 1; n <= 3 && n < digits->n; n++) {
		const struct phone_plan *p;

		code = code * 10 + (unsigned)(digits->p[n - 1] - '0');
		p = plan_called(code);
		if (p) {
			*digits = str_from(*digits, n);
			return p;
		}
	}
	return NULL;
}

/* Drops the national prefix as libphonenumber does; false when it would do more than that. */
static bool drop_prefix(const struct phone_plan *p, struct str *nsn)
{
	int n = take(p->prefix, *nsn);
	struct str rest;

	if (n <= 0)
		return true;
	if (p->transforms)
		return false;
	rest = str_from(*nsn, (size_t)n);
	if (!matches(p->general.code, *nsn) || matches(p->general.code, rest))
		*nsn = rest;
	return true;
}

static bool is_too_long(const struct phone_plan *p, size_t n)
{
	return p->general.lengths && p->general.lengths >> n == 0;
}

/* The same for a whole number: with the prefix when it is too short without it. */
static bool drop_prefix_of_whole(const struct phone_plan *p, struct str *nsn)
{
	struct str rest = *nsn;

	if (!drop_prefix(p, &rest))
		return false;
	if (is_too_long(p, rest.n) ||
	    (is_possible(&p->general, rest.n) && !(p->local >> rest.n & 1)))
		*nsn = rest;
	return true;
}

/* "16175550100" in the US: the calling code without its plus. *p becomes the main plan of it. */
static bool drop_calling_code(const struct phone_plan **p, struct str *nsn)
{
	char code[8];
	struct str rest;
	int n = snprintf(code, sizeof(code), "%u", (*p)->calling_code);

	if (!str_starts(*nsn, code))
		return true;
	rest = str_from(*nsn, (size_t)n);
	if (!drop_prefix(*p, &rest))
		return false;
	if ((!matches((*p)->general.code, *nsn) && matches((*p)->general.code, rest)) ||
	    is_too_long(*p, nsn->n)) {
		*nsn = rest;
		*p = plan_called((*p)->calling_code);
	}
	return true;
}

enum phone_verdict phone_plan_e164(struct str digits, bool plus, const char *region, char *out,
				   size_t size)
{
	const struct phone_plan *p;
	int n;

	if (digits.n < DIGITS_MIN || digits.n > DIGITS_MAX)
		return PHONE_UNSURE;
	if (plus)
		p = take_calling_code(&digits);
	else
		p = region ? plan_of(region) : NULL;
	if (!p || (!plus && (take(p->idd, digits) > 0 || !drop_calling_code(&p, &digits))))
		return PHONE_UNSURE;
	if (!p || !drop_prefix_of_whole(p, &digits) || digits.n < DIGITS_MIN)
		return PHONE_UNSURE;
	if (!is_valid(plan_called(p->calling_code), digits))
		return PHONE_INVALID;
	n = snprintf(out, size, "+%u" STR_FMT, p->calling_code, STR_ARG(digits));
	return n > 0 && (size_t)n < size ? PHONE_VALID : PHONE_UNSURE;
}
