/* Connection strings as Azure shows them, and the signature that the emulator accepts. */
#include "dest/azure_account.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "base/hash.h"

#define KEY                                                                                        \
	"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2traw=="

static struct arena *arena;

static struct azure_account parse(const char *text)
{
	struct azure_account acc = { .endpoint = NULL };
	struct err e = { 0 };
	if (!azure_account_parse(arena, text, &acc, &e))
		fail_msg("%s: %s", text, e.text);
	return acc;
}

static void reads_the_portal_form(void **state)
{
	(void)state;
	struct azure_account acc = parse("DefaultEndpointsProtocol=https;AccountName=contoso1;"
					 "AccountKey=" KEY ";EndpointSuffix=core.windows.net");
	assert_string_equal(acc.endpoint, "https://contoso1.table.core.windows.net");
	assert_string_equal(acc.name, "contoso1");
	assert_int_equal(acc.key.n, 64);
	assert_null(acc.sas);
}

static void takes_any_case_order_blanks_and_strangers(void **state)
{
	(void)state;
	struct azure_account acc = parse(";;ACCOUNTKEY=" KEY "; accountname = contoso1 ;What=ever;"
					 "endpointSuffix=core.chinacloudapi.cn;;");
	assert_string_equal(acc.endpoint, "https://contoso1.table.core.chinacloudapi.cn");
	assert_int_equal(acc.key.n, 64);
}

static void prefers_the_table_endpoint(void **state)
{
	(void)state;
	struct azure_account acc =
		parse("AccountName=contoso1;AccountKey=" KEY
		      ";TableEndpoint=https://contoso1.table.cosmos.azure.com:443/");
	assert_string_equal(acc.endpoint, "https://contoso1.table.cosmos.azure.com:443");
}

static void takes_a_shared_access_signature(void **state)
{
	(void)state;
	struct azure_account acc =
		parse("TableEndpoint=https://c.table.core.windows.net/;"
		      "SharedAccessSignature=?sv=2019-02-02&tn=leads&sig=a%2Fb%3D");
	assert_string_equal(acc.sas, "sv=2019-02-02&tn=leads&sig=a%2Fb%3D");
	assert_null(acc.name);
}

static void knows_the_emulator(void **state)
{
	(void)state;
	struct azure_account acc = parse("UseDevelopmentStorage=true");
	assert_string_equal(acc.endpoint, "http://127.0.0.1:10002/devstoreaccount1");
	assert_string_equal(acc.name, "devstoreaccount1");
	assert_int_equal(acc.key.n, 64);
	acc = parse("UseDevelopmentStorage=TRUE;DevelopmentStorageProxyUri=http://10.1.2.3/");
	assert_string_equal(acc.endpoint, "http://10.1.2.3:10002/devstoreaccount1");
}

static void says_what_is_missing(void **state)
{
	static const struct {
		const char *text, *code;
	} list[] = {
		{ "", "azure.account" },
		{ "hello", "azure.account" },
		{ "AccountKey=" KEY, "azure.account" },
		{ "AccountName=contoso1", "azure.credential" },
		{ "AccountName=contoso1;AccountKey=", "azure.credential" },
		{ "AccountName=contoso1;AccountKey=not base64", "azure.key" },
		{ "AccountName=con/toso;AccountKey=" KEY, "azure.account" },
		{ "AccountName=contoso1;AccountKey=" KEY ";DefaultEndpointsProtocol=ftp",
		  "azure.protocol" },
		{ "TableEndpoint=https://x.example;AccountKey=" KEY, "azure.account" },
		{ "UseDevelopmentStorage=false", "azure.account" },
		{ "TableEndpoint=/;AccountName=x;AccountKey=" KEY, "azure.endpoint" },
	};
	(void)state;
	for (size_t i = 0; i < LL_COUNT(list); i++) {
		struct azure_account acc;
		struct err e = { 0 };
		if (azure_account_parse(arena, list[i].text, &acc, &e))
			fail_msg("%s was taken", list[i].text);
		assert_string_equal(e.code, list[i].code);
		assert_string_equal(e.field, "connectionString");
		assert_null(strstr(e.text, KEY));
	}
}

static void writes_dates_in_english(void **state)
{
	char out[AZURE_DATE];
	(void)state;
	assert_string_equal(azure_http_date(784111777000, out), "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_string_equal(azure_http_date(0, out), "Thu, 01 Jan 1970 00:00:00 GMT");
}

/* Made with openssl: printf '%s\n/devstoreaccount1/devstoreaccount1/Leads' "$D" | openssl dgst … */
static void signs_with_the_account_twice_for_the_emulator(void **state)
{
	(void)state;
	struct azure_account acc = parse("UseDevelopmentStorage=true");
	assert_string_equal(
		azure_authorization(arena, &acc, "Sat, 21 Nov 2026 10:00:00 GMT",
				    "/devstoreaccount1/Leads"),
		"SharedKeyLite devstoreaccount1:nuwOotjvU640S5u7kmpKLYzmVzIS3kSzBuAE+Y0TnqE=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_portal_form),
		cmocka_unit_test(takes_any_case_order_blanks_and_strangers),
		cmocka_unit_test(prefers_the_table_endpoint),
		cmocka_unit_test(takes_a_shared_access_signature),
		cmocka_unit_test(knows_the_emulator),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(writes_dates_in_english),
		cmocka_unit_test(signs_with_the_account_twice_for_the_emulator),
	};
	crypto_start();
	arena = arena_new("test", 4 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
