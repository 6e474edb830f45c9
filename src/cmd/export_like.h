/* export --like: a file that another program exported, with our edits. */
#pragma once
#include "cmd/cmd.h"

struct export_like {
	const char *file, *out; /* out NULL: standard output, all in one */
	const char *publisher, *offer;
};
bool export_like(struct cmd *c, const struct export_like *x, struct err *e) LL_MUST;
