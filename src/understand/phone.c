/* A phone number to E.164, by the plan of its country. */
#include "understand/understand.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/phone_shim.h"
#include "understand/rules.h"

/* Digits that stand for no number; the first is Microsoft's own sample. */
static const char *const samples[] = { "1234567890", "123456789", "12345678", "0123456789" };

/* The ASCII digits of text, full-width ones too, behind a + if it begins with one. */
static struct str digits_of(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n + 2);
	size_t n = 0;
	uint32_t cp;

	while (text.n) {
		text = str_from(text, utf8_next(text, &cp));
		if (cp >= 0xFF10 && cp <= 0xFF19)
			cp -= 0xFF10 - '0';
		if (cp >= '0' && cp <= '9')
			out[n++] = (char)cp;
	}
	return (struct str){ out, n };
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

const char *phone_e164(struct arena *a, struct str text, const char *country2,
		       const char **ret_rule)
{
	struct str s = utf8_cut(utf8_trim(text), LIMIT_PHONE), digits = digits_of(a, s);
	bool plus = str_starts(s, "+") || str_starts(s, "＋");
	const char *z = str_dup(a, s);
	char e164[PHONE_E164];

	if (!digits.n || (is_repeated(digits) && digits.p[0] == '0'))
		return found(a, NULL, RULE_PHONE_ABSENT, ret_rule);
	if (is_sample(digits))
		return found(a, NULL, RULE_PHONE_SAMPLE, ret_rule);
	if ((country2 || plus) && phone_shim_e164(z, country2 ? country2 : "ZZ", e164))
		return found(a, e164, RULE_PHONE_PLAN, ret_rule);
	/* Digits as they come out of a system that has dropped the plus. */
	if (!plus && digits.n >= 10 && digits.p[0] != '0' &&
	    phone_shim_e164(arena_printf(a, "+" STR_FMT, STR_ARG(digits)), "ZZ", e164))
		return found(a, e164, RULE_PHONE_INTERNATIONAL, ret_rule);
	return found(a, NULL, country2 || plus ? RULE_PHONE_INVALID : RULE_PHONE_NO_COUNTRY,
		     ret_rule);
}
