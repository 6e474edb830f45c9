/* What the grammar of LeadSource knows beyond its public face. */
#pragma once
#include "understand/understand.h"

bool source_is_known(struct arena *a, struct str s);
/* Takes "dup-" away; true when it was there. */
bool action_without_dup(struct str *action);
