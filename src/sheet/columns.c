/* The columns of a file: few, looked up by name for every value of every JSON row. */
#include "base/utf8.h"
#include "sheet/parts.h"

static uint32_t hash(struct str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static void place(struct columns *c, uint32_t i)
{
	uint32_t at = hash(c->name[i]) & (c->slots - 1);

	while (c->slot[at])
		at = (at + 1) & (c->slots - 1);
	c->slot[at] = i + 1;
}

static void grow(struct columns *c)
{
	uint32_t cap = c->cap ? c->cap * 4 : 64;
	struct str *name = ARENA_ARRAY(c->a, struct str, cap);
	struct str *raw = ARENA_ARRAY(c->a, struct str, cap);

	if (c->n) {
		memcpy(name, c->name, c->n * sizeof(*name));
		memcpy(raw, c->raw, c->n * sizeof(*raw));
	}
	c->name = name;
	c->raw = raw;
	c->cap = cap;
	c->slots = cap * 2;
	c->slot = ARENA_ARRAY(c->a, uint32_t, c->slots);
	for (uint32_t i = 0; i < c->n; i++)
		place(c, i);
}

bool columns_add(struct columns *c, struct str raw, struct err *e)
{
	struct str kept = { arena_strndup(c->a, raw.p, raw.n), raw.n };

	if (c->n == LIMIT_SHEET_COLUMNS)
		return ERR(e, ERR_TOO_LARGE, "sheet.columns",
			   "There are more than %d columns. Leave out those that are not needed.",
			   LIMIT_SHEET_COLUMNS);
	if (c->n == c->cap)
		grow(c);
	c->raw[c->n] = kept;
	c->name[c->n] = utf8_trim(kept);
	place(c, c->n++);
	return true;
}

uint32_t columns_find(const struct columns *c, struct str name, uint32_t hint)
{
	if (hint < c->n && str_eq(c->name[hint], name))
		return hint;
	if (!c->slots)
		return UINT32_MAX;
	for (uint32_t at = hash(name) & (c->slots - 1); c->slot[at]; at = (at + 1) & (c->slots - 1))
		if (str_eq(c->name[c->slot[at] - 1], name))
			return c->slot[at] - 1;
	return UINT32_MAX;
}
