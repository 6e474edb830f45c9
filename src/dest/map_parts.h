/* The pieces of the mapping. Private to dest/map*.c. */
#pragma once
#include "dest/dest.h"

bool map_lead_knows(struct str name);
/* Trimmed; the empty view when the lead has none. */
struct str map_lead_text(const struct dest_call *c, struct str name);

/* At most DEST_VALUE_MAX bytes; *ret_cut: it would be more, and ends in an ellipsis. */
struct str map_expand(const struct dest_call *c, struct str template, bool *ret_cut);

/* "to[:type] = from" of the setting. */
struct map_line {
	struct str to, from;
	enum dest_type type;
	bool typed;
};
/* The next line that can be read; false at the end. */
bool map_next_line(struct str *rest, struct map_line *ret);
/* Whether lines of the setting (NULL: none) give that field a value, in any case of letters. */
bool map_writes(const char *mapping, const char *field);
