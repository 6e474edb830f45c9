/*
 * Source x action x listing -> kind: what the customer did, and what is promised for it. The first
 * row that fits wins. Rows without a source come last: a known action at a source where it is
 * unusual still means what it means.
 */
#include "understand/codes.h"

#include <string.h>

#define FREE_TRIAL "FreeTrial"

#define DAY  (24 * 60)
#define WARM 60

#define ROW(s, a, t, k, ...)                                                                       \
	{                                                                                          \
		.source = s, .action = a, .transactable = t, .kind = KIND_##k, __VA_ARGS__         \
	}

const struct kind_rule kind_rules[] = {
	ROW("AppSource", "PLT", -1, INTEREST, .hot = true, .clock_min = DAY),
	ROW("AppSource", "INS", 1, ACTIVE, .bought = true, .clock_min = DAY),
	ROW("AppSource", "INS", 0, ACTIVE, .clock_min = DAY),
	ROW("AzureMarketplace", "INS", 0, ACTIVE, .clock_min = DAY),
	ROW("AzureMarketplace", "INS", 1, ACTIVE, .bought = true, .clock_min = DAY),
	ROW("AzurePortal", "Create", -1, ACTIVE, .bought = true, .clock_min = DAY),
	ROW(NULL, "StartTestDrive", -1, TRIAL, .clock_min = DAY, .warm_min = WARM),
	ROW(NULL, FREE_TRIAL, -1, TRIAL, .clock_min = DAY, .warm_min = WARM),
	ROW("AppSource", "DNC", -1, INFORMATION, .dnc = true),

	ROW(NULL, "PLT", -1, INTEREST, .unusual = true, .hot = true, .clock_min = DAY),
	ROW(NULL, "INS", 1, ACTIVE, .unusual = true, .bought = true, .clock_min = DAY),
	ROW(NULL, "INS", 0, ACTIVE, .unusual = true, .clock_min = DAY),
	ROW(NULL, "Create", -1, ACTIVE, .unusual = true, .bought = true, .clock_min = DAY),
	ROW(NULL, "DNC", -1, INFORMATION, .unusual = true, .dnc = true),

	ROW(NULL, NULL, -1, UNKNOWN, .clock_min = DAY),
	{ .kind = KIND_NONE },
};

/* Spellings of a free trial, without blanks and punctuation; shown as they came. */
static const char *const trials[] = {
	"freetrial",  "startfreetrial", "trial",    "무료체험",
	"무료평가판", "평가판",         "免费试用", "免費試用",
};

static bool is_trial(const char *action)
{
	char key[64];
	size_t n = 0;

	for (; *action; action++) {
		unsigned char c = (unsigned char)*action;

		if (n == sizeof(key) - 1)
			return false;
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + ('a' - 'A'));
		if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			key[n++] = (char)c;
	}
	key[n] = 0;
	for (size_t i = 0; i < LL_COUNT(trials); i++)
		if (strcmp(key, trials[i]) == 0)
			return true;
	return false;
}

static bool fits(const struct kind_rule *r, const char *source, const char *action,
		 bool transactable)
{
	return (!r->source || strcmp(r->source, source) == 0) &&
	       (!r->action || strcmp(r->action, action) == 0) &&
	       (r->transactable < 0 || r->transactable == transactable);
}

const struct kind_rule *kind_rule_for(const char *source, const char *action, bool transactable)
{
	const struct kind_rule *r = kind_rules;

	if (is_trial(action))
		action = FREE_TRIAL;
	while (!fits(r, source, action, transactable))
		r++;
	return r;
}
