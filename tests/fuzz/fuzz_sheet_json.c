/* Any bytes as rows of JSON. */
#include "fuzz.h"

#include "sheet_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	check_rows((struct str){ (const char *)data, n },
		   &(struct sheet_options){ .format = SHEET_NDJSON, .encoding = "UTF-8" });
	return 0;
}
