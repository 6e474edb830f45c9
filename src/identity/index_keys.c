/*
 * Keys to groups. Most keys have one group, which stands in the map itself; of more a list is kept,
 * up to the cap of the key's kind: then the key is closed for ever, because a finer one finds what
 * is in it.
 */
#include "identity/index.h"

#define LIST   0x80000000u
#define CLOSED UINT32_MAX

/* Groups that a list has room for; a list is its count and its groups. */
static const uint16_t room_of[LIST_CLASSES] = { 2,  3,  4,  6,   8,   12,  16,
						24, 40, 64, 100, 160, 250, LIST_MOST };

static unsigned class_of(uint32_t n)
{
	unsigned c = 0;

	while (room_of[c] < n)
		c++;
	return c;
}

static uint32_t *list_at(const struct identity_index *x, uint32_t value)
{
	return pool_at(&x->lists, value & ~LIST);
}

static uint32_t list_new(struct identity_index *x, unsigned class)
{
	uint32_t at = x->free_list[class];

	if (!at)
		return pool_take(&x->lists, (1 + (size_t)room_of[class]) * sizeof(uint32_t));
	x->free_list[class] = *(uint32_t *)pool_at(&x->lists, at);
	return at;
}

static void list_free(struct identity_index *x, uint32_t value, uint32_t n)
{
	uint32_t *list = list_at(x, value);
	unsigned class = class_of(n);

	list[0] = x->free_list[class];
	x->free_list[class] = value & ~LIST;
}

/* What was merged into others is not counted against the cap. */
static uint32_t without_empty(const struct identity_index *x, uint32_t *group, uint32_t n)
{
	uint32_t to = 0;

	for (uint32_t i = 0; i < n; i++)
		if (x->first[group[i]] != IDENTITY_NONE)
			group[to++] = group[i];
	return to;
}

/* The list with one more group; it may have moved. */
static uint32_t list_add(struct identity_index *x, uint32_t value, uint32_t group, unsigned cap)
{
	uint32_t *list = list_at(x, value), n = list[0], at;

	if (n >= cap) {
		uint32_t left = without_empty(x, list + 1, n);

		if (left >= cap) {
			list_free(x, value, n);
			return CLOSED;
		}
		/* The room that a shorter count would tell is less than it has: never more. */
		list[0] = n = left;
	}
	if (n < room_of[class_of(n)]) {
		list[1 + n] = group;
		list[0]++;
		return value;
	}
	at = list_new(x, class_of(n + 1));
	memcpy(pool_at(&x->lists, at), list, (1 + (size_t)n) * sizeof(*list));
	list_free(x, value, n);
	list = pool_at(&x->lists, at);
	list[1 + n] = group;
	list[0] = n + 1;
	return at | LIST;
}

static bool has(const uint32_t *group, uint32_t n, uint32_t wanted)
{
	for (uint32_t i = 0; i < n; i++)
		if (group[i] == wanted)
			return true;
	return false;
}

/* False when the key has the group, or is closed. */
static bool key_add(struct identity_index *x, uint64_t key, uint32_t group)
{
	uint32_t *value = map_put(&x->keys, key);

	if (!*value) {
		*value = group + 1;
		return true;
	}
	if (*value == CLOSED || *value == group + 1)
		return false;
	if (!(*value & LIST)) {
		uint32_t at = list_new(x, 0), *list = pool_at(&x->lists, at);

		list[0] = 2;
		list[1] = *value - 1;
		list[2] = group;
		*value = at | LIST;
		return true;
	}
	if (has(list_at(x, *value) + 1, list_at(x, *value)[0], group))
		return false;
	*value = list_add(x, *value, group, identity_key_cap(key));
	return *value != CLOSED;
}

void keys_add(struct identity_index *x, const struct identity_card *c, uint32_t group)
{
	uint64_t key[IDENTITY_KEYS];
	size_t n = identity_keys(c, key);

	for (size_t i = 0; i < n; i++)
		if (key_add(x, key[i], group))
			index_note(x, (struct step){ .key = key[i], .group = group });
}

void keys_take_back(struct identity_index *x, uint64_t key, uint32_t group)
{
	uint32_t *value = map_find(&x->keys, key), *list, n;

	if (!value || *value == CLOSED)
		return;
	if (!(*value & LIST)) {
		if (*value == group + 1)
			map_drop(&x->keys, key);
		return;
	}
	list = list_at(x, *value);
	n = list[0];
	for (uint32_t i = n; i; i--) {
		if (list[i] != group)
			continue;
		memmove(list + i, list + i + 1, (n - i) * sizeof(*list));
		list[0]--;
		break;
	}
}

void keys_list(const struct identity_index *x, uint64_t key, struct key_list *ret)
{
	const uint32_t *value = map_find(&x->keys, key);

	*ret = (struct key_list){ .key = key };
	if (!value || *value == CLOSED)
		return;
	if (*value & LIST) {
		ret->group = list_at(x, *value) + 1;
		ret->n = list_at(x, *value)[0];
		return;
	}
	ret->own = *value - 1;
	ret->n = 1;
}
