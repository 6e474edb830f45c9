/* Test leads of the marketplace carry the token MSFT_TEST_ and digits nearly everywhere. */
#pragma once
#include "base/str.h"

bool test_lead_token(struct str s); /* is it anywhere in s */
