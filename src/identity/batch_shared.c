/*
 * What only many records tell: which domain a company writes from (by majority, so that one wrong
 * lead joins no two companies), and which numbers and mailboxes more than one family of names uses.
 */
#include "identity/batch.h"

#include <stdlib.h>

#define NAMES_A_NUMBER  2  /* family names; with more it is a switchboard */
#define NAMES_A_MAILBOX 3  /* with more it is an office's */
#define RARE_NAME       6  /* records that have it */
#define SOME_RECORDS    12 /* of a company; with more it is not a small one */
#define MANY_RECORDS    120

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

struct learned {
	uint64_t company;
	uint32_t label;
};

static int by_company(const void *key, const void *row)
{
	uint64_t a = *(const uint64_t *)key, b = ((const struct learned *)row)->company;

	return a < b ? -1 : a > b;
}

static void learn_labels(struct identity_batch *b, struct row *r)
{
	struct learned *l = batch_alloc(sizeof(*l), b->n);
	size_t n = 0, known = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->card[i]->company.n && b->card[i]->label)
			r[n++] = (struct row){ b->card[i]->company.hash, b->card[i]->label, 0 };
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		uint32_t label;

		to = run_end(r, n, from);
		label = majority(r, from, to);
		if (label)
			l[known++] = (struct learned){ r[from].key, label };
	}
	for (size_t i = 0; i < b->n; i++) {
		struct identity_card *c = b->card[i];
		uint64_t company = c->company.hash;
		const struct learned *found =
			company && !c->label ? bsearch(&company, l, known, sizeof(*l), by_company)
					     : NULL;

		if (found)
			c->label_learned = found->label;
	}
	free(l);
}

static size_t values_in(const struct row *r, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += i == from || r[i].value != r[i - 1].value;
	return n;
}

static void learn_numbers(struct identity_batch *b, struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct identity_card *c = b->card[i];

		if (c->phone && c->last_sound.of[0])
			r[n++] = (struct row){ c->phone % 100000000u, c->last_sound.of[0],
					       (uint32_t)i };
	}
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		to = run_end(r, n, from);
		if (values_in(r, from, to) > NAMES_A_NUMBER)
			for (size_t i = from; i < to; i++)
				b->card[r[i].i]->phone_shared = true;
	}
}

static void learn_mailboxes(struct identity_batch *b, struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct identity_card *c = b->card[i];

		if (c->mail && c->last_sound.of[0])
			r[n++] = (struct row){ (uint64_t)c->user.hash << 32 | c->domain.hash,
					       c->last_sound.of[0], (uint32_t)i };
	}
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		to = run_end(r, n, from);
		if (values_in(r, from, to) > NAMES_A_MAILBOX &&
		    to - from < 2 * values_in(r, from, to))
			for (size_t i = from; i < to; i++)
				b->card[r[i].i]->role = true;
	}
}

static void learn_companies(struct identity_batch *b, struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct identity_card *c = b->card[i];
		uint32_t org = c->label           ? c->label
			       : c->label_learned ? c->label_learned
						  : c->company.hash;

		if (org)
			r[n++] = (struct row){ org, 0, (uint32_t)i };
	}
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		to = run_end(r, n, from);
		for (size_t i = from; i < to; i++)
			b->card[r[i].i]->org_size = to - from > MANY_RECORDS   ? 2
						    : to - from > SOME_RECORDS ? 1
									       : 0;
	}
}

static void learn_names(struct identity_batch *b, struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct identity_card *c = b->card[i];

		if (c->first.n && c->last.n)
			r[n++] = (struct row){ (uint64_t)c->first_sound.of[0] << 32 |
						       c->last_sound.of[0],
					       0, (uint32_t)i };
	}
	qsort(r, n, sizeof(*r), by_key);
	for (size_t from = 0, to; from < n; from = to) {
		to = run_end(r, n, from);
		for (size_t i = from; i < to && to - from <= RARE_NAME; i++)
			b->card[r[i].i]->name_rare = true;
	}
}

void batch_learn_shared(struct identity_batch *b)
{
	struct row *r = batch_alloc(sizeof(*r), b->n);

	learn_labels(b, r);
	learn_numbers(b, r);
	learn_mailboxes(b, r);
	learn_companies(b, r);
	learn_names(b, r);
	free(r);
}
