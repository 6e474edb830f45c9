/* A phone number to E.164, by the plan of its country. */
#include "understand/understand.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/phone_plan.h"
#include "understand/phone_shim.h"
#include "understand/rules.h"

/* Digits that stand for no number; the first is Microsoft's own sample. */
static const char *const samples[] = { "1234567890", "123456789", "12345678", "0123456789" };

struct dialled {
	struct str digits; /* full-width ones too, as ASCII */
	bool plus;         /* there is one in front */
	bool plain;        /* nothing else but blanks, hyphens, dots, slashes and brackets */
};

static struct dialled dialled(struct arena *a, struct str text)
{
	struct dialled d = { .digits = STR(""), .plain = true };
	char *out = arena_alloc(a, text.n + 1);
	bool first = true;
	uint32_t cp;

	for (; text.n; first = false) {
		text = str_from(text, utf8_next(text, &cp));
		if (cp >= 0xFF01 && cp <= 0xFF5E)
			cp -= 0xFF01 - '!';
		if (cp >= '0' && cp <= '9')
			out[d.digits.n++] = (char)cp;
		else if (cp == '+' && first)
			d.plus = true;
		else if (cp >= 0x80 || !memchr(" -./()", (int)cp, 6))
			d.plain = false;
	}
	d.digits.p = out;
	return d;
}

static bool is_repeated(struct str digits)
{
	for (size_t i = 1; i < digits.n; i++)
		if (digits.p[i] != digits.p[0])
			return false;
	return true;
}

static bool is_sample(struct str digits)
{
	for (size_t i = 0; i < LL_COUNT(samples); i++)
		if (str_eq_z(digits, samples[i]))
			return true;
	return digits.n >= 5 && is_repeated(digits);
}

static const char *found(struct arena *a, const char *e164, enum rule rule, const char **ret_rule)
{
	*ret_rule = rules[rule].token;
	return e164 ? arena_strdup(a, e164) : NULL;
}

/* text as dialled in country2 (NULL: unknown); what is not plain is for libphonenumber to judge. */
static bool by_plan(struct arena *a, struct str text, const struct dialled *d, const char *country2,
		    char out[PHONE_E164])
{
	enum phone_verdict v =
		d->plain ? phone_plan_e164(d->digits, d->plus, country2, out, PHONE_E164)
			 : PHONE_UNSURE;

	if (v != PHONE_UNSURE)
		return v == PHONE_VALID;
	return phone_shim_e164(str_dup(a, text), country2 ? country2 : "ZZ", out);
}

/*
 * Digits that come out of a system which has dropped the plus, or with the exit code that most of
 * the world dials: only a guess, and only when they are plainly valid.
 */
static bool as_international(const struct dialled *d, char out[PHONE_E164])
{
	struct str digits = str_from(d->digits, str_starts(d->digits, "00") ? 2 : 0);

	return d->plain && !d->plus && digits.n >= 10 && digits.p[0] != '0' &&
	       phone_plan_e164(digits, true, NULL, out, PHONE_E164) == PHONE_VALID;
}

const char *phone_e164(struct arena *a, struct str text, const char *country2,
		       const char **ret_rule)
{
	struct str s = utf8_cut(utf8_trim(text), LIMIT_PHONE);
	struct dialled d = dialled(a, s);
	char e164[PHONE_E164];

	if (!d.digits.n || (is_repeated(d.digits) && d.digits.p[0] == '0'))
		return found(a, NULL, RULE_PHONE_ABSENT, ret_rule);
	if (is_sample(d.digits))
		return found(a, NULL, RULE_PHONE_SAMPLE, ret_rule);
	if ((country2 || d.plus) && by_plan(a, s, &d, country2, e164))
		return found(a, e164, RULE_PHONE_PLAN, ret_rule);
	if (as_international(&d, e164))
		return found(a, e164, RULE_PHONE_INTERNATIONAL, ret_rule);
	return found(a, NULL, country2 || d.plus ? RULE_PHONE_INVALID : RULE_PHONE_NO_COUNTRY,
		     ret_rule);
}
