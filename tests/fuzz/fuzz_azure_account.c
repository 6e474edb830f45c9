/* Any text as a connection string: an account that can be signed for, or an error that says why. */
#include "fuzz.h"

#include "dest/azure_account.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 1 << 24);
	struct azure_account acc;
	struct err e = { 0 };
	if (!azure_account_parse(a, arena_strndup(a, data, n), &acc, &e)) {
		MUST(e.kind == ERR_INPUT && strcmp(e.field, "connectionString") == 0 && e.text[0]);
		return 0;
	}
	MUST(acc.endpoint && acc.endpoint[0]);
	MUST(acc.sas || (acc.name && acc.key.n));
	if (!acc.sas)
		MUST(azure_authorization(a, &acc, "Thu, 01 Jan 1970 00:00:00 GMT", "/x"));
	return 0;
}
