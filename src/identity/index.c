/* An index: records, the groups they are in, and what can be taken back of both. */
#include "identity/index.h"

#include <stdlib.h>

#define ARENA_CLEAN ((size_t)1 << 30) /* a cap: cards of one call */
#define CLEAN_STEP  256

struct identity_index *identity_index_new(void)
{
	return batch_alloc(sizeof(struct identity_index), 1);
}

void identity_index_free(struct identity_index *x)
{
	if (!x)
		return;
	map_free(&x->keys);
	map_free(&x->counts);
	map_free(&x->texts);
	pool_free(&x->cards);
	pool_free(&x->words);
	pool_free(&x->lists);
	counts_free(&x->seen);
	free(x->card);
	free(x->group);
	free(x->next);
	free(x->first);
	free(x->met);
	free(x->step);
	free(x);
}

/* One array of 32 bits a number, with room for more. */
static void widen(uint32_t **array, uint32_t room)
{
	*array = realloc(*array, room * sizeof(uint32_t));
	MUST(*array);
}

static uint32_t wider(uint32_t room)
{
	return room ? room + room / 2 : 64;
}

uint32_t identity_index_group_new(struct identity_index *x)
{
	if (x->groups == x->group_room) {
		x->group_room = wider(x->group_room);
		widen(&x->first, x->group_room);
		widen(&x->met, x->group_room);
	}
	MUST(x->groups < INT32_MAX);
	x->first[x->groups] = IDENTITY_NONE;
	x->met[x->groups] = 0;
	return x->groups++;
}

static void link_to(struct identity_index *x, uint32_t record, uint32_t group)
{
	x->group[record] = group;
	x->next[record] = x->first[group];
	x->first[group] = record;
}

static void unlink_from(struct identity_index *x, uint32_t record)
{
	uint32_t *at = &x->first[x->group[record]];

	while (*at != record)
		at = &x->next[*at];
	*at = x->next[record];
	x->group[record] = IDENTITY_NONE;
}

uint32_t identity_index_put(struct identity_index *x, const struct identity_card *c, uint32_t group)
{
	uint32_t record = x->records;

	if (group == IDENTITY_NONE)
		group = identity_index_group_new(x);
	if (record == x->record_room) {
		x->record_room = wider(x->record_room);
		widen(&x->card, x->record_room);
		widen(&x->group, x->record_room);
		widen(&x->next, x->record_room);
	}
	x->card[record] = pack_card(x, c);
	link_to(x, record, group);
	index_vote(x, c, false);
	x->records++;
	x->living++;
	return record;
}

/* Cards of many records, made by several threads. */
struct cleaning {
	const struct identity_record *record;
	struct identity_card **card;
	struct arena *cards[BATCH_THREADS], *scratch[BATCH_THREADS];
};

static void clean_some(void *ctx, unsigned worker, size_t chunk, size_t from, size_t to)
{
	struct cleaning *c = ctx;

	(void)chunk;
	for (size_t i = from; i < to; i++)
		c->card[i] = identity_card_new(c->cards[worker], c->scratch[worker], &c->record[i]);
}

void identity_index_put_all(struct identity_index *x, const struct identity_record *r,
			    const uint32_t *group, size_t n, unsigned threads)
{
	struct cleaning c = { .record = r, .card = batch_alloc(sizeof(struct identity_card *), n) };

	MUST(threads && threads <= BATCH_THREADS);
	for (unsigned i = 0; i < threads; i++) {
		c.cards[i] = arena_new("identity", ARENA_CLEAN);
		c.scratch[i] = arena_new("identity-scratch", ARENA_CLEAN);
	}
	batch_parallel(threads, n, CLEAN_STEP, clean_some, &c);
	for (size_t i = 0; i < n; i++)
		identity_index_put(x, c.card[i], group[i]);
	for (unsigned i = 0; i < threads; i++) {
		arena_free(c.cards[i]);
		arena_free(c.scratch[i]);
	}
	free(c.card);
}

/* What it has in common with others can be told once its company's label is known. */
static void settle(struct identity_index *x, uint32_t record)
{
	struct identity_card c;

	unpack_card(x, record, &c);
	index_count(x, &c, false);
	keys_add(x, &c, x->group[record]);
}

void identity_index_settle(struct identity_index *x)
{
	for (uint32_t i = 0; i < x->records; i++)
		settle(x, i);
}

uint32_t identity_index_add(struct identity_index *x, const struct identity_card *c, uint32_t group)
{
	uint32_t record = identity_index_put(x, c, group);

	settle(x, record);
	return record;
}

static void forget(struct identity_index *x, uint32_t record)
{
	struct identity_card c;

	unpack_card(x, record, &c);
	index_count(x, &c, true);
	index_vote(x, &c, true);
	unlink_from(x, record);
	x->living--;
}

void identity_index_remove(struct identity_index *x, uint32_t record)
{
	MUST(!x->marked);
	if (x->group[record] != IDENTITY_NONE)
		forget(x, record);
}

void identity_index_move(struct identity_index *x, uint32_t record, uint32_t group)
{
	struct identity_card c;
	uint32_t from = x->group[record];

	if (from == IDENTITY_NONE || from == group)
		return;
	index_note(x, (struct step){ .record = record, .group = from });
	unlink_from(x, record);
	link_to(x, record, group);
	unpack_card(x, record, &c);
	keys_add(x, &c, group);
}

void index_note(struct identity_index *x, struct step s)
{
	if (!x->marked)
		return;
	if (x->steps == x->step_room) {
		x->step_room = x->step_room ? x->step_room * 2 : 1024;
		x->step = realloc(x->step, x->step_room * sizeof(*x->step));
		MUST(x->step);
	}
	x->step[x->steps++] = s;
}

void identity_index_mark(struct identity_index *x)
{
	MUST(!x->marked);
	x->marked = true;
	x->steps = 0;
	x->mark_records = x->records;
	x->mark_groups = x->groups;
	x->mark_chunks = x->cards.chunks;
	x->mark_used = x->cards.used;
}

void identity_index_keep(struct identity_index *x)
{
	x->marked = false;
}

void identity_index_rewind(struct identity_index *x)
{
	if (!x->marked)
		return;
	x->marked = false;
	while (x->steps) {
		const struct step *s = &x->step[--x->steps];

		if (s->key) {
			keys_take_back(x, s->key, s->group);
		} else {
			unlink_from(x, s->record);
			link_to(x, s->record, s->group);
		}
	}
	while (x->records > x->mark_records)
		forget(x, --x->records);
	x->groups = x->mark_groups;
	pool_rewind(&x->cards, x->mark_chunks, x->mark_used);
}

uint32_t identity_index_group(const struct identity_index *x, uint32_t record)
{
	return x->group[record];
}

uint32_t identity_index_records(const struct identity_index *x)
{
	return x->records;
}

uint32_t identity_index_groups(const struct identity_index *x)
{
	return x->groups;
}

uint32_t identity_index_living(const struct identity_index *x)
{
	return x->living;
}

uint32_t identity_index_first(const struct identity_index *x, uint32_t group)
{
	return x->first[group];
}

uint32_t identity_index_next(const struct identity_index *x, uint32_t record)
{
	return x->next[record];
}

size_t identity_index_bytes(const struct identity_index *x)
{
	return sizeof(*x) + map_bytes(&x->keys) + map_bytes(&x->counts) + map_bytes(&x->texts) +
	       pool_bytes(&x->cards) + pool_bytes(&x->words) + pool_bytes(&x->lists) +
	       x->record_room * 3 * sizeof(uint32_t) + x->group_room * 2 * sizeof(uint32_t) +
	       x->step_room * sizeof(*x->step);
}
