/* A record that arrives: which groups share a key with it, how like their members are, and what
 * follows of that. */
#include "identity/index.h"

#include <math.h>
#include <stdlib.h>

#define GROUPS_LOOKED  64 /* those of the shortest lists first */
#define PAIRS_COMPARED 64
#define MEMBERS        10 /* of a group: those that came last */
#define CROSS          8  /* members of each of two groups that may be one */
#define LEARN_LEAST    1000

struct candidate {
	uint32_t group;
	struct identity_link link; /* the heaviest */
};
struct question {
	struct identity_index *x;
	const struct identity_model *m;
	const struct identity_card *card;
	struct candidate at[GROUPS_LOOKED];
	struct identity_candidate sum[GROUPS_LOOKED];
	size_t n;
	unsigned compared;
};

static int by_length(const void *a, const void *b)
{
	const struct key_list *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void next_question(struct identity_index *x)
{
	if (++x->question)
		return;
	memset(x->met, 0, x->groups * sizeof(*x->met));
	x->question = 1;
}

static double weigh(struct question *q, const struct identity_card *c, struct identity_card *other,
		    identity_pattern *ret)
{
	/* What the arriving card was told of a value holds for whoever has the value too. */
	other->name_rare = q->card->name_rare;
	other->role =
		other->role || (q->card->role && other->mail && term_same(&c->user, &other->user) &&
				term_same(&c->domain, &other->domain));
	*ret = identity_compare(c, other);
	q->compared++;
	return identity_evidence(q->m, *ret);
}

/* Its members against the card; what links them best. */
static void look_at(struct question *q, uint32_t group)
{
	struct candidate *c = &q->at[q->n];
	struct identity_candidate sum = { 0 };
	unsigned looked = 0;

	*c = (struct candidate){ .group = group, .link = { .group = group } };
	for (uint32_t r = q->x->first[group]; r != IDENTITY_NONE && looked < MEMBERS;
	     r = q->x->next[r], looked++) {
		struct identity_card other;
		identity_pattern p;
		double w;

		unpack_card(q->x, r, &other);
		w = weigh(q, q->card, &other, &p);
		counts_add(&q->x->seen, p, 1);
		if (!looked || w > c->link.bits)
			c->link = (struct identity_link){ group, r, p, w };
		identity_candidate_add(&sum, w);
	}
	if (looked)
		q->sum[q->n++] = sum;
}

static void look_around(struct question *q)
{
	uint64_t key[IDENTITY_KEYS];
	struct key_list list[IDENTITY_KEYS];
	size_t n = identity_keys(q->card, key);

	for (size_t i = 0; i < n; i++)
		keys_list(q->x, key[i], &list[i]);
	if (n)
		qsort(list, n, sizeof(*list), by_length);
	next_question(q->x);
	for (size_t i = 0; i < n; i++) {
		const uint32_t *group = list[i].group ? list[i].group : &list[i].own;

		for (uint32_t k = 0; k < list[i].n; k++) {
			if (q->n == GROUPS_LOOKED || q->compared >= PAIRS_COMPARED)
				return;
			if (q->x->met[group[k]] == q->x->question)
				continue;
			q->x->met[group[k]] = q->x->question;
			look_at(q, group[k]);
		}
	}
}

/* The average between members of two groups. */
static double between(struct question *q, uint32_t a, uint32_t b)
{
	double sum = 0;
	unsigned n = 0, i = 0;

	for (uint32_t r = q->x->first[a]; r != IDENTITY_NONE && i < CROSS; r = q->x->next[r], i++) {
		struct identity_card one;
		unsigned k = 0;

		unpack_card(q->x, r, &one);
		for (uint32_t s = q->x->first[b]; s != IDENTITY_NONE && k < CROSS;
		     s = q->x->next[s], k++, n++) {
			struct identity_card other;

			unpack_card(q->x, s, &other);
			sum += identity_clamped(
				identity_evidence(q->m, identity_compare(&one, &other)));
			q->compared++;
		}
	}
	return n ? sum / n : -1;
}

/* The best of the others that the record would join too, when nothing speaks against it. */
static size_t second_group(struct question *q, const struct identity_limits *l, size_t joined)
{
	size_t best = q->n;

	for (size_t i = 0; i < q->n; i++)
		if (i != joined && identity_may_merge(l, &q->sum[i], 0) &&
		    (best == q->n || identity_candidate_score(&q->sum[i]) >
					     identity_candidate_score(&q->sum[best])))
			best = i;
	if (best == q->n || !identity_may_merge(l, &q->sum[best],
						between(q, q->at[joined].group, q->at[best].group)))
		return q->n;
	return best;
}

static struct identity_link link_of(const struct question *q, size_t i)
{
	return i < q->n ? q->at[i].link
			: (struct identity_link){ .group = IDENTITY_NONE, .record = IDENTITY_NONE };
}

void identity_index_match(struct identity_index *x, const struct identity_model *m,
			  const struct identity_limits *l, const struct identity_card *c,
			  struct identity_found *ret)
{
	struct identity_card own = *c;
	struct question q = { .x = x, .m = m, .card = &own };
	size_t joined, review;

	index_share(x, &own);
	look_around(&q);
	joined = identity_decide(l, q.sum, q.n, &review);
	*ret = (struct identity_found){ .join = link_of(&q, joined),
					.review = link_of(&q, review),
					.merge = link_of(&q, q.n) };
	if (joined < q.n)
		ret->merge = link_of(&q, second_group(&q, l, joined));
	ret->compared = q.compared;
}

bool identity_index_learn(const struct identity_index *x, struct identity_model *ret)
{
	struct counts all = { .room = 0 };
	uint64_t n = 0;
	bool learned;

	for (size_t i = 0; i < x->seen.room; i++) {
		const struct identity_count *c = &x->seen.at[i];

		if (c->n)
			counts_add(&all, c->pattern, c->n);
		n += c->n;
	}
	counts_sort(&all);
	learned = n >= LEARN_LEAST && identity_learn(all.at, all.used, ret);
	counts_free(&all);
	return learned;
}
