/* The grammar of LeadSource and every trap on it. */
#include "cases.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *text;
	const char *source, *action; /* canonical */
	const char *offer, *publisher, *id;
} rows[] = {
	{ "the published form", "AppSource-PLT|contoso.crm", "AppSource", "PLT", "contoso.crm",
	  "contoso", "crm" },
	{ "blanks round the bar", "AzureMarketplace-INS | contoso.crm", "AzureMarketplace", "INS",
	  "contoso.crm", "contoso", "crm" },
	{ "AppSource (SPZA) is AppSource", "AppSource (SPZA)-PLT|a.b", "AppSource", "PLT", "a.b",
	  "a", "b" },
	{ "SPZA is AppSource", "SPZA-PLT | a.b", "AppSource", "PLT", "a.b", "a", "b" },
	{ "a bare source", "AzureMarketplace", "AzureMarketplace", "", "", "", "" },
	{ "Create in the portal", "AzurePortal-Create|bitnami.openedxcypress", "AzurePortal",
	  "Create", "bitnami.openedxcypress", "bitnami", "openedxcypress" },
	{ "hyphens inside the offer", "AzureMarketplace-INS|checkpoint.check-point-r77-10sg-byol",
	  "AzureMarketplace", "INS", "checkpoint.check-point-r77-10sg-byol", "checkpoint",
	  "check-point-r77-10sg-byol" },
	{ "an offer that looks like a GUID and is none",
	  "SPZA-INS|docusign.3701c77e-1cfa-4c56-91e6-3ed0b622145", "AppSource", "INS",
	  "docusign.3701c77e-1cfa-4c56-91e6-3ed0b622145", "docusign",
	  "3701c77e-1cfa-4c56-91e6-3ed0b622145" },
	{ "the offer is cut at its first dot", "AppSource-INS|a.b.c", "AppSource", "INS", "a.b.c",
	  "a", "b.c" },
	{ "several bars in an offer's name", "AppSource-PLT|Sales | Service | CRM", "AppSource",
	  "PLT", "Sales | Service | CRM", "", "" },
	{ "a display name with a dot", "AppSource-PLT|CRM 2.0", "AppSource", "PLT", "CRM 2.0", "",
	  "" },
	{ "an escaped bar", "AppSource-PLT\\|a.b", "AppSource", "PLT", "a.b", "a", "b" },
	{ "an escaped bar with blanks", "AppSource-PLT \\| a.b", "AppSource", "PLT", "a.b", "a",
	  "b" },
	{ "a bracket instead of the bar", "AppSource-PLT]a.b", "AppSource", "PLT", "a.b", "a",
	  "b" },
	{ "no offer", "AppSource-PLT", "AppSource", "PLT", "", "", "" },
	{ "no offer behind the bar", "AppSource-PLT|", "AppSource", "PLT", "", "", "" },
	{ "lower case", "azuremarketplace-ins|a.b", "AzureMarketplace", "INS", "a.b", "a", "b" },
	{ "upper case", "APPSOURCE-CREATE|a.b", "AppSource", "Create", "a.b", "a", "b" },
	{ "trailing spaces", "AppSource-PLT|a.b   ", "AppSource", "PLT", "a.b", "a", "b" },
	{ "blanks everywhere", "  AppSource - PLT  |  a.b ", "AppSource", "PLT", "a.b", "a", "b" },
	{ "full-width bar", "AppSource-PLT｜a.b", "AppSource", "PLT", "a.b", "a", "b" },
	{ "full-width hyphen and bar", "AppSource－PLT｜a.b", "AppSource", "PLT", "a.b", "a", "b" },
	{ "full-width letters", "ＡｐｐＳｏｕｒｃｅ－ＰＬＴ｜a.b", "AppSource", "PLT", "a.b", "a",
	  "b" },
	{ "an en dash of a word processor", "AppSource–PLT|a.b", "AppSource", "PLT", "a.b", "a",
	  "b" },
	{ "the retired test drive", "TestDrive-StartTestDrive|a.b", "TestDrive", "StartTestDrive",
	  "a.b", "a", "b" },
	{ "AppExchange", "SFDC-DM|Listing Name", "SFDC", "DM", "Listing Name", "", "" },
	{ "a test lead's tokens", "MSFT_TEST_1-MSFT_TEST_1|My Offer", "MSFT_TEST_1", "MSFT_TEST_1",
	  "My Offer", "", "" },
	{ "Create in Korean", "AzurePortal-만들기|a.b", "AzurePortal", "Create", "a.b", "a", "b" },
	{ "Create in Chinese", "AzurePortal-创建|a.b", "AzurePortal", "Create", "a.b", "a", "b" },
	{ "Subscribe is Create", "AzurePortal-Subscribe|a.b", "AzurePortal", "Create", "a.b", "a",
	  "b" },
	{ "an unknown action stays as it came", "AppSource-ContactMe|a.b", "AppSource", "ContactMe",
	  "a.b", "a", "b" },
	{ "an unknown source stays as it came", "Teams Store-INS|a.b", "Teams Store", "INS", "a.b",
	  "a", "b" },
	{ "free text", "Sample lead source", "Sample lead source", "", "", "", "" },
	{ "empty", "", "", "", "", "", "" },
	{ "only a bar", "|", "", "", "", "", "" },
	{ "only a hyphen", "-", "", "", "", "", "" },
	{ "no source", "-INS|a.b", "", "INS", "a.b", "a", "b" },
};

static const struct row sent_before[] = {
	{ "AppExchange, sent before", "SFDC-dup-DM|Listing Name", "SFDC", "DM", "Listing Name", "",
	  "" },
	{ "dup in capitals", "SFDC-DUP-IN|x", "SFDC", "IN", "x", "", "" },
};

static void check(const struct row *r, bool duplicate)
{
	AUTO_ARENA a = cases_arena();
	struct lead_source l = lead_source_read(str_of(r->text));

	assert_string_equal(source_canonical(a, l.source), r->source);
	assert_string_equal(action_canonical(a, l.action), r->action);
	assert_string_equal(str_dup(a, l.offer), r->offer);
	assert_string_equal(str_dup(a, l.publisher), r->publisher);
	assert_string_equal(str_dup(a, l.offer_id), r->id);
	assert_int_equal(l.duplicate, duplicate);
}

static void reads(void **state)
{
	check(*state, false);
}

static void reads_dup(void **state)
{
	check(*state, true);
}

static void canonical_texts_stay(void **state)
{
	static const char *const texts[] = { "AzureMarketplace", "AzurePortal", "AppSource",
					     "TestDrive" };
	static const char *const codes[] = { "INS", "PLT", "DNC", "Create", "StartTestDrive" };
	AUTO_ARENA a = cases_arena();

	(void)state;
	for (size_t i = 0; i < LL_COUNT(texts); i++)
		assert_string_equal(source_canonical(a, str_of(texts[i])), texts[i]);
	for (size_t i = 0; i < LL_COUNT(codes); i++)
		assert_string_equal(action_canonical(a, str_of(codes[i])), codes[i]);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, reads, rows);
	CASES_ADD(&c, reads_dup, sent_before);
	cases_add(&c, "canonical texts are their own canonical texts", canonical_texts_stay, NULL);
	return CASES_RUN(&c, "lead_source");
}
