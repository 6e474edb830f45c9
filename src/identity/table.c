#include "identity/table.h"

#include <stdlib.h>

static int compare(struct str key, const char *row)
{
	int d = strncmp(key.p, row, key.n);

	return d ? d : row[key.n] ? -1 : 0;
}

static int by_key(const void *key, const void *row)
{
	return compare(*(const struct str *)key, ((const struct table_row *)row)->key);
}

const char *table_find(const struct table *t, struct str key)
{
	const struct table_row *r = bsearch(&key, t->row, t->n, sizeof(*r), by_key);

	return r ? r->value : NULL;
}

static int by_form(const void *key, const void *row)
{
	return compare(*(const struct str *)key, ((const struct nickname *)row)->form);
}

uint16_t nickname_of(struct str folded)
{
	const struct nickname *r =
		folded.n ? bsearch(&folded, nicknames, nickname_count, sizeof(*r), by_form) : NULL;

	return r ? (uint16_t)(r - nicknames) : 0;
}

bool nickname_same(uint16_t a, uint16_t b)
{
	const uint16_t *x = nicknames[a].group, *y = nicknames[b].group;

	for (int i = 0; a && b && i < NICKNAME_GROUPS && x[i]; i++)
		for (int j = 0; j < NICKNAME_GROUPS && y[j]; j++)
			if (x[i] == y[j])
				return true;
	return false;
}
