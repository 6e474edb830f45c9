/* Any bytes as a file of rows: told by itself, and as CSV in UTF-8. */
#include "fuzz.h"

#include "sheet_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str bytes = { (const char *)data, n };

	check_rows(bytes, NULL);
	check_rows(bytes, &(struct sheet_options){ .format = SHEET_CSV, .encoding = "UTF-8" });
	return 0;
}
