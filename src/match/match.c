/* Publishers, and the batch at hand. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/metric.h"
#include "match/base.h"
#include "store/store.h"

#define THREADS_MAX 64
#define GONE_MOST   50000 /* removed records that are carried along, beside a quarter of all */

struct publisher {
	char name[132];
	int64_t term;
	struct base *base; /* NULL: not known, or being read */
};
struct match {
	struct match_config c;
	struct warm *warm;
	struct publisher *list;
	size_t n, room;
	_Atomic bool never; /* stops nothing: for reading in the call */
	/* The batch at hand. */
	struct publisher *at;
	struct match_item *items;
	size_t item_count;
	struct customer_asked asked; /* by its pairs */
};

unsigned base_threads(unsigned asked)
{
	long n = asked ? (long)asked : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

struct match *match_new(const struct match_config *c)
{
	struct match *m = calloc(1, sizeof(*m));

	MUST(m);
	m->c = *c;
	m->c.threads = base_threads(m->c.threads);
	if (m->c.db)
		m->warm = warm_start(&m->c);
	return m;
}

void match_free(struct match *m)
{
	if (!m)
		return;
	warm_stop(m->warm);
	for (size_t i = 0; i < m->n; i++)
		base_free(m->list[i].base);
	free(m->list);
	free(m);
}

static struct publisher *publisher_of(struct match *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->list[i].name, name))
			return &m->list[i];
	if (m->n == m->room) {
		m->room = m->room ? m->room * 2 : 16;
		m->list = realloc(m->list, m->room * sizeof(*m->list));
		MUST(m->list);
	}
	m->list[m->n] = (struct publisher){ .term = 0 };
	snprintf(m->list[m->n].name, sizeof(m->list[m->n].name), "%s", name);
	return &m->list[m->n++];
}

static void forget(struct publisher *p)
{
	base_free(p->base);
	p->base = NULL;
}

void match_forget(struct match *m, const char *publisher)
{
	forget(publisher_of(m, publisher));
}

/* Touches leave a record behind each: when they are too many it is cheaper to read all anew. */
static bool is_worn(const struct base *b)
{
	uint64_t all = 0, living = 0;

	for (int t = 0; t < 2; t++) {
		all += identity_index_records(b->side[t].index);
		living += identity_index_living(b->side[t].index);
	}
	return all - living > GONE_MOST + living / 4;
}

static bool read_now(struct match *m, struct sql_db *db, struct publisher *p, struct err *e)
{
	struct base *b = base_new();

	if (base_read(b, db, p->name, m->c.threads, &m->never, e)) {
		p->base = b;
		return true;
	}
	base_free(b);
	return false;
}

int match_ready(struct match *m, struct sql_db *db, const char *publisher, int64_t term,
		struct err *e)
{
	struct publisher *p = publisher_of(m, publisher);

	if (p->base && (p->term != term || is_worn(p->base)))
		forget(p);
	p->term = term;
	if (p->base)
		return 1;
	if (!m->warm)
		return read_now(m, db, p, e) ? 1 : -1;
	p->base = warm_take(m->warm, publisher, term);
	return p->base ? 1 : 0;
}

/* ---- a batch ---- */

bool match_begin(struct match *m, struct sql_db *db, const char *publisher, struct arena *a,
		 struct err *e)
{
	struct publisher *p = publisher_of(m, publisher);
	struct match_hold_row row;
	int found = match_hold(db, a, &row, e);

	if (found == 0)
		return ERR(e, ERR_STORE, "store.version", "The row 'customers' is gone.");
	if (found < 0 || !base_follow(p->base, db, publisher, row.n, a, e))
		return false;
	base_mark(p->base);
	m->at = p;
	return true;
}

/* Its customer: that of the group it joins, or its own. */
void match_take(struct match *m, struct match_item *it)
{
	struct base *b = m->at->base;
	struct side *s = &b->side[it->test];
	struct identity_limits l =
		identity_limits_for(&identity_limits_arriving, identity_index_living(s->index));
	int64_t began = clock_mono_us();

	identity_index_match(s->index, &b->model, &l, it->card, &it->found);
	metric_seen(METRIC_MATCH_SECONDS, clock_mono_us() - began);
	it->group = it->found.join.group;
	it->new_customer = it->group == IDENTITY_NONE;
	if (it->new_customer)
		it->group = base_group(s, it->customer);
	else
		it->customer = s->customers.at[it->group];
	it->record = identity_index_add(s->index, it->card, it->group);
	ids_add(&s->leads, it->lead);
}

bool match_write(struct match *m, struct sql_db *db, struct arena *a, struct match_item *items,
		 size_t n, struct err *e)
{
	struct base *b = m->at->base;
	struct pairs p = {
		.base = b, .publisher = m->at->name, .db = db, .a = a, .items = items, .n = n
	};

	m->items = items;
	m->item_count = n;
	for (size_t i = 0; i < n; i++) {
		struct match_item *it = &items[i];
		const struct identity_link *j = &it->found.join;

		it->matched = ID_NULL;
		it->model = b->model_number;
		if (it->new_customer)
			continue;
		it->matched = pairs_lead(&p, it->test, j->record);
		it->bits = pairs_bits(j->bits);
		it->pattern = (int64_t)j->pattern;
	}
	if (!pairs_write(&p, e))
		return false;
	m->asked = p.asked;
	return true;
}

bool match_join(struct match *m, struct sql_db *db, struct arena *a, bool apart, int64_t now_ms,
		struct err *e)
{
	struct pairs p = { .base = m->at->base,
			   .publisher = m->at->name,
			   .db = db,
			   .a = a,
			   .items = m->items,
			   .n = m->item_count };

	return customer_recount(db, a, m->at->name, &m->asked, e) &&
	       (apart || joins_write(&p, now_ms, e));
}

static void drop_touches(struct match *m)
{
	for (size_t i = 0; i < m->item_count; i++) {
		const struct match_item *it = &m->items[i];
		struct side *s = &m->at->base->side[it->test];

		if (it->touch)
			identity_index_remove(s->index, it->record);
	}
}

void match_end(struct match *m, enum match_end what)
{
	struct publisher *p = m->at;

	if (!p)
		return;
	if (what == MATCH_TAKE_BACK) {
		base_take_back(p->base);
	} else if (what == MATCH_KEEP) {
		base_keep(p->base);
		drop_touches(m);
	} else {
		forget(p);
	}
	m->at = NULL;
	m->items = NULL;
	m->item_count = 0;
	m->asked = (struct customer_asked){ NULL, 0, 0 };
}
