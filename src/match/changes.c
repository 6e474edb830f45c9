/*
 * From clusters to moves. Customers and clusters that share a lead hang together in components;
 * within each, a cluster gets the customer that has most of it, one with a user's own values before
 * all, and whoever is elsewhere moves there.
 */
#include "match/rematch.h"

#include <stdlib.h>
#include "base/unionfind.h"

#define COMPARED 16 /* leads of each side, for the link that is told */
#define NOBODY   UINT32_MAX

struct row { /* leads of one cluster that are of one customer */
	uint32_t root, cluster, customer, n;
	bool overridden;
};
struct diff {
	struct rematch *r;
	uint32_t *parent; /* of customers */
	uint8_t *state;   /* of a component's root */
	uint32_t *lead;   /* those of components that change, by root, cluster and customer */
	uint32_t leads;
	struct row *row;
	size_t rows;
	uint32_t *target; /* customer of each cluster, by its lead */
	bool *taken;      /* customers that a cluster has */
	uint32_t *alone;  /* leads of a customer, to see who is emptied */
};
enum { CHANGES = 1, HELD = 2 };

static void *room(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	MUST(p);
	return p;
}

/* ---- what changes ---- */

/* Customers that share a cluster hang together. */
static void find_components(struct diff *d)
{
	const struct rematch *r = d->r;

	for (uint32_t c = 0; c < r->known; c++)
		d->parent[c] = c;
	for (uint32_t i = 0; i < r->leads.n; i++)
		union_join(d->parent, r->from[i], r->from[r->cluster[i]]);
}

static void mark(struct diff *d, uint32_t customer, uint8_t what)
{
	d->state[union_root(d->parent, customer)] |= what;
}

static void find_changes(struct diff *d)
{
	const struct rematch *r = d->r;
	uint32_t *own = room(r->known, sizeof(*own)), *kept = room(r->leads.n, sizeof(*kept));

	for (uint32_t i = 0; i < r->leads.n; i++) {
		uint32_t c = r->from[i], k = r->cluster[i];

		if (!own[c])
			own[c] = k + 1;
		if (own[c] != k + 1 || c != r->from[k])
			mark(d, c, CHANGES);
		/* Two customers with a user's own values in one cluster. */
		if (r->overridden[c] && !kept[k])
			kept[k] = c + 1;
		if (r->overridden[c] && kept[k] != c + 1)
			mark(d, c, HELD);
	}
	for (size_t i = 0; i < r->vetoes; i++)
		if (r->cluster[r->veto[i].one] == r->cluster[r->veto[i].other] &&
		    r->from[r->veto[i].one] != r->from[r->veto[i].other])
			mark(d, r->from[r->veto[i].one], HELD);
	free(own);
	free(kept);
}

struct key {
	uint32_t root, cluster, customer, lead;
};

static int by_key(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	if (a->cluster != b->cluster)
		return a->cluster < b->cluster ? -1 : 1;
	if (a->customer != b->customer)
		return a->customer < b->customer ? -1 : 1;
	return a->lead < b->lead ? -1 : 1;
}

static void gather(struct diff *d)
{
	struct rematch *r = d->r;
	struct key *key;
	uint32_t n = 0;

	for (uint32_t c = 0; c < r->known; c++)
		r->counts.held += d->state[union_root(d->parent, c)] == (CHANGES | HELD);
	for (uint32_t i = 0; i < r->leads.n; i++)
		n += d->state[union_root(d->parent, r->from[i])] == CHANGES;
	key = room(n, sizeof(*key));
	d->lead = room(n, sizeof(*d->lead));
	d->row = room(n, sizeof(*d->row));
	for (uint32_t i = 0; i < r->leads.n; i++) {
		uint32_t root = union_root(d->parent, r->from[i]);

		d->alone[r->from[i]]++;
		if (d->state[root] == CHANGES)
			key[d->leads++] = (struct key){ root, r->cluster[i], r->from[i], i };
	}
	qsort(key, n, sizeof(*key), by_key);
	for (uint32_t i = 0; i < n; i++) {
		const struct key *k = &key[i];
		struct row *last = d->rows ? &d->row[d->rows - 1] : NULL;

		d->lead[i] = k->lead;
		if (last && last->cluster == k->cluster && last->customer == k->customer)
			last->n++;
		else
			d->row[d->rows++] = (struct row){ k->root, k->cluster, k->customer, 1,
							  r->overridden[k->customer] };
	}
	free(key);
}

/* ---- which customer a cluster gets ---- */

static _Thread_local const struct rematch *sorting; /* of the comparison below */

static int by_claim(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	if (a->overridden != b->overridden)
		return a->overridden ? -1 : 1;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	if (a->customer != b->customer)
		return id_order(sorting->customers.at[a->customer],
				sorting->customers.at[b->customer]);
	return id_order(sorting->leads.at[a->cluster], sorting->leads.at[b->cluster]);
}

static void assign(struct diff *d)
{
	struct rematch *r = d->r;
	uint32_t next = r->known;

	for (size_t i = 0; i < d->rows; i++) {
		struct row *w = &d->row[i];

		if (d->target[w->cluster] != NOBODY || d->taken[w->customer])
			continue;
		d->target[w->cluster] = w->customer;
		d->taken[w->customer] = true;
	}
	for (size_t i = 0; i < d->rows; i++)
		if (d->target[d->row[i].cluster] == NOBODY)
			d->target[d->row[i].cluster] = next++;
	r->counts.split = next - r->known;
}

/* ---- moves, next to each other when they go the same way ---- */

struct move {
	uint32_t root, from, to, lead;
};

static int by_way(const void *x, const void *y)
{
	const struct move *a = x, *b = y;

	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return a->lead < b->lead ? -1 : 1;
}

static struct group *open_group(struct rematch *r, const struct move *m, uint32_t first)
{
	struct group *g = &r->group[r->groups++];

	*g = (struct group){ .root = m->root, .from = m->from, .to = m->to, .first = first };
	return g;
}

static void make_moves(struct diff *d)
{
	struct rematch *r = d->r;
	struct move *move = room(d->leads, sizeof(*move));
	struct group *g = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->leads; i++) {
		uint32_t lead = d->lead[i], to = d->target[r->cluster[lead]];

		if (to != r->from[lead])
			move[n++] = (struct move){ union_root(d->parent, r->from[lead]),
						   r->from[lead], to, lead };
	}
	qsort(move, n, sizeof(*move), by_way);
	r->move = room(n, sizeof(*r->move));
	r->group = room(n, sizeof(*r->group));
	r->counts.moved = n;
	for (uint32_t i = 0; i < n; i++) {
		if (!g || g->from != move[i].from || g->to != move[i].to)
			g = open_group(r, &move[i], i);
		r->move[i] = move[i].lead;
		g->n++;
		r->counts.merged += !--d->alone[move[i].from] && !d->taken[move[i].from];
	}
	free(move);
}

/* ---- what spoke for it ---- */

/* Leads of the customer that stay, or that the group left behind. */
static uint32_t others(const struct diff *d, const struct group *g, uint32_t out[COMPARED])
{
	const struct rematch *r = d->r;
	uint32_t at = g->to < r->known ? g->to : g->from, n = 0, from = 0, to = d->leads;

	while (from < to) { /* the component's first lead */
		uint32_t mid = (from + to) / 2;

		if (union_root(d->parent, r->from[d->lead[mid]]) < g->root)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < d->leads && n < COMPARED; from++) {
		uint32_t lead = d->lead[from];

		if (union_root(d->parent, r->from[lead]) != g->root)
			break;
		if (r->from[lead] == at && d->target[r->cluster[lead]] == at)
			out[n++] = lead;
	}
	return n;
}

static void weigh(const struct diff *d, struct group *g)
{
	const struct rematch *r = d->r;
	uint32_t other[COMPARED], n = others(d, g, other);

	for (uint32_t i = 0; i < g->n && i < COMPARED; i++) {
		uint32_t lead = r->move[g->first + i];
		bool test = lead >= r->first[1];

		for (uint32_t k = 0; k < n; k++) {
			identity_pattern p;
			double w;

			if ((other[k] >= r->first[1]) != test)
				continue;
			p = identity_batch_compare(r->batch[test], r->place[lead],
						   r->place[other[k]]);
			w = identity_evidence(&r->model, p);
			if (g->linked && w <= g->bits)
				continue;
			g->linked = true;
			g->one = lead;
			g->other = other[k];
			g->pattern = p;
			g->bits = w;
		}
	}
}

static void tell_kind(const struct diff *d, struct group *g)
{
	if (g->to >= d->r->known)
		g->kind = REMATCH_SPLIT;
	else
		g->kind = d->taken[g->from] ? REMATCH_MOVE : REMATCH_MERGE;
}

void rematch_compare(struct rematch *r)
{
	struct diff d = { .r = r };

	d.parent = room(r->known, sizeof(*d.parent));
	d.state = room(r->known, sizeof(*d.state));
	d.taken = room(r->known, sizeof(*d.taken));
	d.alone = room(r->known, sizeof(*d.alone));
	d.target = room(r->leads.n, sizeof(*d.target));
	memset(d.target, 0xFF, r->leads.n * sizeof(*d.target));
	find_components(&d);
	find_changes(&d);
	gather(&d);
	sorting = r;
	if (d.rows)
		qsort(d.row, d.rows, sizeof(*d.row), by_claim);
	assign(&d);
	make_moves(&d);
	for (size_t i = 0; i < r->groups; i++) {
		tell_kind(&d, &r->group[i]);
		weigh(&d, &r->group[i]);
	}
	free(d.parent);
	free(d.state);
	free(d.taken);
	free(d.alone);
	free(d.target);
	free(d.lead);
	free(d.row);
}
