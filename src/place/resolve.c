#include "place/batch.h"

/* An in-batch map from a key to the item that first had it: the batch sees its own customers and
 * leads. */
struct seen {
	struct cell {
		uint64_t hash;
		struct item *item;
	} * cells;
	size_t mask;
};

static struct seen seen_new(struct batch *b)
{
	size_t size = 16;

	while (size < b->item_count * 2)
		size *= 2;
	return (struct seen){ ARENA_ARRAY(b->arena, struct cell, size), size - 1 };
}

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *u = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ u[i]) * 0x100000001B3u;
	return (h ^ 0xFF) * 0x100000001B3u;
}

typedef bool same_fn(const struct item *a, const struct item *b);

/* Puts the item in the place of the last one with the same key, which is returned; NULL: it is the
 * first. */
static struct item *seen_put(struct seen *s, uint64_t hash, struct item *it, same_fn *same)
{
	for (size_t i = hash & s->mask;; i = (i + 1) & s->mask) {
		struct cell *c = &s->cells[i];
		struct item *last = c->item;

		if (last && (c->hash != hash || !same(last, it)))
			continue;
		*c = (struct cell){ hash, it };
		return last;
	}
}

#define MIX_START 0xCBF29CE484222325u

static bool same_engagement(const struct item *a, const struct item *b)
{
	return id_eq(a->customer, b->customer) &&
	       !strcmp(a->receipt->offer_id, b->receipt->offer_id) &&
	       !strcmp(a->touch->action, b->touch->action);
}

static struct item *last_of_engagement(struct seen *s, struct item *it)
{
	uint64_t h = mix(MIX_START, it->customer.b, sizeof(it->customer.b));

	h = mix(h, it->receipt->offer_id, strlen(it->receipt->offer_id));
	h = mix(h, it->touch->action, strlen(it->touch->action));
	return seen_put(s, h, it, same_engagement);
}

struct id place_lead_id(struct id receipt, uint32_t ordinal, int64_t received_at)
{
	return id_derive(receipt, "lead", ordinal, received_at);
}

static struct id item_id(const struct item *it, const char *label)
{
	return id_derive(it->receipt->receipt_id, label, (uint32_t)it->ordinal,
			 it->receipt->received_at);
}

/* Each in its order, so that later ones meet the earlier. */
static void find_customers(struct place_worker *w, struct batch *b)
{
	b->matches = ARENA_ARRAY(b->arena, struct match_item, b->item_count);
	for (size_t i = 0; i < b->item_count; i++) {
		struct item *it = &b->items[i];

		it->match = &b->matches[i];
		*it->match = (struct match_item){ .card = it->card,
						  .test = it->touch->test,
						  .at = it->receipt->received_at,
						  .lead = item_id(it, "lead"),
						  .customer = item_id(it, "customer") };
		match_take(w->match, it->match);
		it->customer = it->match->customer;
		it->new_customer = it->match->new_customer;
	}
}

/*
 * A touch belongs to the lead of the same customer, offer and action that was touched within the
 * window: by an earlier item of this batch, else as the store knows. Contract, section 1. What
 * somebody made is a lead of its own, whose id they were told.
 */
static bool find_leads(struct place_worker *w, struct batch *b, struct err *e)
{
	struct lead_recent_in *ask = ARENA_ARRAY(b->arena, struct lead_recent_in, b->item_count);
	struct lead_recent_row *rows = ARENA_ARRAY(b->arena, struct lead_recent_row, b->item_count);
	bool *found = ARENA_ARRAY(b->arena, bool, b->item_count);
	struct item **asking = ARENA_ARRAY(b->arena, struct item *, b->item_count);
	struct seen seen = seen_new(b);
	size_t n = 0;

	for (size_t i = 0; i < b->item_count; i++) {
		struct item *it = &b->items[i];
		int64_t at = it->receipt->received_at, since = at - b->window_ms;

		it->lead = item_id(it, "lead");
		it->new_lead = true;
		it->after = last_of_engagement(&seen, it);
		if (it->made || (it->after && it->after->receipt->received_at <= since))
			it->after = NULL; /* too long ago, or another one by what was said */
		if (it->made || it->after || it->new_customer)
			continue;
		asking[n] = it;
		ask[n++] = (struct lead_recent_in){
			b->publisher,      it->customer, it->receipt->offer_id,
			it->touch->action, since,        (at + b->window_ms) << SEQ_BITS
		};
	}
	if (n && !lead_recent_batch(w->c.db, ask, n, b->arena, rows, found, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!found[i])
			continue;
		asking[i]->lead = rows[i].lead_id;
		asking[i]->new_lead = false;
	}
	for (size_t i = 0; i < b->item_count; i++) {
		struct item *it = &b->items[i];

		if (!it->after)
			continue;
		it->lead = it->after->lead;
		it->new_lead = false;
	}
	return true;
}

bool batch_resolve(struct place_worker *w, struct batch *b, struct err *e)
{
	if (!match_begin(w->match, w->c.db, b->publisher, b->arena, e))
		return false;
	find_customers(w, b);
	if (!find_leads(w, b, e))
		return false;
	for (size_t i = 0; i < b->item_count; i++) {
		b->matches[i].lead = b->items[i].lead;
		b->matches[i].touch = !b->items[i].new_lead;
	}
	return match_write(w->match, w->c.db, b->arena, b->matches, b->item_count, e);
}
