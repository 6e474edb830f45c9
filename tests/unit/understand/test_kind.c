/* The table of kinds: contract, section 1, row by row. */
#include "cases.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *source, *action;
	bool transactable;
	enum kind kind;
	bool bought, hot, dnc, unusual;
	int clock, warm;
} rows[] = {
	{ "contact me", "AppSource", "PLT", false, KIND_INTEREST, .hot = true, .clock = 1440 },
	{ "contact me, transactable offer", "AppSource", "PLT", true, KIND_INTEREST, .hot = true,
	  .clock = 1440 },
	{ "bought on AppSource", "AppSource", "INS", true, KIND_ACTIVE, .bought = true,
	  .clock = 1440 },
	{ "got on AppSource", "AppSource", "INS", false, KIND_ACTIVE, .clock = 1440 },
	{ "got on Azure Marketplace", "AzureMarketplace", "INS", false, KIND_ACTIVE,
	  .clock = 1440 },
	{ "bought on Azure Marketplace", "AzureMarketplace", "INS", true, KIND_ACTIVE,
	  .bought = true, .clock = 1440 },
	{ "created in the portal", "AzurePortal", "Create", false, KIND_ACTIVE, .bought = true,
	  .clock = 1440 },
	{ "a test drive from any source", "AppSource", "StartTestDrive", false, KIND_TRIAL,
	  .clock = 1440, .warm = 60 },
	{ "a test drive from its own source", "TestDrive", "StartTestDrive", false, KIND_TRIAL,
	  .clock = 1440, .warm = 60 },
	{ "a free trial", "AppSource", "FreeTrial", false, KIND_TRIAL, .clock = 1440, .warm = 60 },
	{ "a free trial in words", "AzureMarketplace", "Free trial", false, KIND_TRIAL,
	  .clock = 1440, .warm = 60 },
	{ "a free trial in Chinese", "AppSource", "免费试用", false, KIND_TRIAL, .clock = 1440,
	  .warm = 60 },
	{ "do not contact", "AppSource", "DNC", false, KIND_INFORMATION, .dnc = true },
	{ "contact me from the portal is unusual", "AzurePortal", "PLT", false, KIND_INTEREST,
	  .hot = true, .unusual = true, .clock = 1440 },
	{ "do not contact from Azure is unusual", "AzureMarketplace", "DNC", false,
	  KIND_INFORMATION, .dnc = true, .unusual = true },
	{ "installation in the portal is unusual", "AzurePortal", "INS", true, KIND_ACTIVE,
	  .bought = true, .unusual = true, .clock = 1440 },
	{ "Create on AppSource is unusual", "AppSource", "Create", false, KIND_ACTIVE,
	  .bought = true, .unusual = true, .clock = 1440 },
	{ "an unknown code", "AppSource", "CONTACTME", false, KIND_UNKNOWN, .clock = 1440 },
	{ "no code", "AzureMarketplace", "", false, KIND_UNKNOWN, .clock = 1440 },
};

static void has_kind(void **state)
{
	const struct row *r = *state;
	const struct kind_rule *k = kind_rule_for(r->source, r->action, r->transactable);

	assert_int_equal(k->kind, r->kind);
	assert_int_equal(k->bought, r->bought);
	assert_int_equal(k->hot, r->hot);
	assert_int_equal(k->dnc, r->dnc);
	assert_int_equal(k->unusual, r->unusual);
	assert_int_equal(k->clock_min, r->clock);
	assert_int_equal(k->warm_min, r->warm);
}

static void every_pair_has_a_rule(void **state)
{
	const struct kind_rule *last = kind_rules;

	(void)state;
	while (last[1].kind != KIND_NONE)
		last++;
	assert_null(last->source);
	assert_null(last->action);
	assert_int_equal(last->transactable, -1);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, has_kind, rows);
	cases_add(&c, "the last rule fits everything", every_pair_has_a_rule, NULL);
	return CASES_RUN(&c, "kind");
}
