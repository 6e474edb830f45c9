/*
 * What only many records tell: which domain a company writes from (by majority, so that one wrong
 * lead joins no two companies), and how many records or names have a value.
 */
#include "identity/batch.h"

#include <stdlib.h>

struct row {
	uint64_t key;
	uint32_t value, i;
};

static int by_key(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return a->i < b->i ? -1 : a->i > b->i;
}

static size_t run_end(const struct row *r, size_t n, size_t from)
{
	size_t to = from;

	while (to < n && r[to].key == r[from].key)
		to++;
	return to;
}

/* The value that more than half of a run have; 0 none. */
static uint32_t majority(const struct row *r, size_t from, size_t to)
{
	for (size_t i = from, next; i < to; i = next) {
		for (next = i; next < to && r[next].value == r[i].value; next++)
			continue;
		if ((next - i) * 2 > to - from)
			return r[i].value;
	}
	return 0;
}

static int by_company(const void *key, const void *row)
{
	uint64_t a = *(const uint64_t *)key, b = ((const struct row *)row)->key;

	return a < b ? -1 : a > b;
}

static void learn_labels(struct identity_batch *b, struct row *r)
{
	size_t n = 0, known = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct identity_terms t = identity_card_terms(b->card[i]);

		if (t.company && t.label)
			r[n++] = (struct row){ t.company, t.label, 0 };
	}
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		uint32_t label;

		to = run_end(r, n, from);
		label = majority(r, from, to);
		if (label)
			r[known++] = (struct row){ r[from].key, label, 0 };
	}
	for (size_t i = 0; i < b->n; i++) {
		uint64_t company = identity_card_terms(b->card[i]).company;
		const struct row *found =
			company ? bsearch(&company, r, known, sizeof(*r), by_company) : NULL;

		if (found)
			identity_card_label(b->card[i], found->value);
	}
}

/* Which of its terms are counted, and where that is written. */
enum counted { COUNT_NAME, COUNT_ORG, COUNT_PHONE, COUNT_MAILBOX, COUNTED };

static uint64_t term_of_card(const struct identity_terms *t, enum counted what)
{
	switch (what) {
	case COUNT_NAME: return t->name;
	case COUNT_ORG: return t->org;
	case COUNT_PHONE: return t->last ? t->phone : 0;
	case COUNT_MAILBOX: return t->last ? t->mailbox : 0;
	case COUNTED: break;
	}
	return 0;
}

static void write_count(struct identity_shared *s, enum counted what, unsigned records,
			unsigned names)
{
	switch (what) {
	case COUNT_NAME: s->name_records = records; break;
	case COUNT_ORG: s->org_records = records; break;
	case COUNT_PHONE: s->phone_names = names; break;
	case COUNT_MAILBOX:
		s->mailbox_names = names;
		s->mailbox_records = records;
		break;
	case COUNTED: break;
	}
}

static void count(struct identity_batch *b, struct row *r, enum counted what,
		  struct identity_shared *shared)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct identity_terms t = identity_card_terms(b->card[i]);
		uint64_t key = term_of_card(&t, what);

		if (key)
			r[n++] = (struct row){ key, t.last, (uint32_t)i };
	}
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		unsigned names = 0;

		to = run_end(r, n, from);
		for (size_t i = from; i < to; i++)
			names += i == from || r[i].value != r[i - 1].value;
		for (size_t i = from; i < to; i++)
			write_count(&shared[r[i].i], what, (unsigned)(to - from), names);
	}
}

void batch_learn_shared(struct identity_batch *b)
{
	struct row *r = batch_alloc(sizeof(*r), b->n);
	struct identity_shared *shared = batch_alloc(sizeof(*shared), b->n);

	learn_labels(b, r);
	for (int what = 0; what < COUNTED; what++)
		count(b, r, (enum counted)what, shared);
	for (size_t i = 0; i < b->n; i++)
		identity_card_share(b->card[i], &shared[i]);
	free(shared);
	free(r);
}
