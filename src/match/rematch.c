/* The plan of a rematch: all leads read, in an order that only what they say decides, and
 * clustered. */
#include "match/rematch.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>

#define ARENA ((size_t)64 << 20)

static void told(const struct rematch *r, int64_t done, int64_t of)
{
	if (r->o.progress)
		r->o.progress(r->o.ctx, done, of);
}

static bool stopped(const struct rematch *r, struct err *e)
{
	return r->o.stop && *r->o.stop &&
	       !ERR(e, ERR_BUSY, "rematch.stopped", "Matching anew was given up.");
}

/* ---- reading ---- */

struct reading {
	struct rematch *r;
	struct sql_db *db;
	bool test, end;
	struct id after;   /* of real leads */
	int64_t after_seq; /* of test leads */
	int64_t all;
};

static bool read_page(struct reading *rd, struct arena *a, int max, struct match_leads_row **ret,
		      size_t *ret_n, struct err *e)
{
	struct match_leads_in all = { rd->r->publisher, rd->after, max };
	struct match_tests_in tests = { rd->r->publisher, rd->after_seq, max };

	if (!(rd->test ? match_tests(rd->db, &tests, a, ret, ret_n, e)
		       : match_leads(rd->db, &all, a, ret, ret_n, e)))
		return false;
	rd->end = *ret_n < (size_t)max;
	if (*ret_n) {
		rd->after = (*ret)[*ret_n - 1].lead_id;
		rd->after_seq = (*ret)[*ret_n - 1].seq;
	}
	return true;
}

static uint64_t mix(uint64_t h, const char *text)
{
	for (const char *p = text ? text : "\x01"; *p; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001B3u;
	return (h ^ 0xFF) * 0x100000001B3u;
}

static uint64_t hash_of_lead(const struct match_leads_row *l)
{
	uint64_t h = 0xCBF29CE484222325u;
	const char *const text[] = { l->first_name, l->last_name, l->email, l->phone,
				     l->country,    l->company,   l->title };

	for (size_t i = 0; i < LL_COUNT(text); i++)
		h = mix(h, text[i]);
	h ^= h >> 29;
	h *= 0x94D049BB133111EBu;
	return h ^ h >> 32;
}

static void take(struct rematch *r, const struct match_leads_row *l)
{
	uint32_t customer = ids_find(&r->customers, l->customer_id);

	if (r->leads.n == r->room) {
		r->room = r->room ? r->room * 2 : 4096;
		r->hash = realloc(r->hash, r->room * sizeof(*r->hash));
		r->from = realloc(r->from, r->room * sizeof(*r->from));
		MUST(r->hash && r->from);
	}
	r->hash[r->leads.n] = hash_of_lead(l);
	r->from[r->leads.n] =
		customer == IDS_NONE ? ids_add(&r->customers, l->customer_id) : customer;
	ids_add(&r->leads, l->lead_id);
}

static int fill(void *ctx, struct arena *a, struct identity_record *out, int max, struct err *e)
{
	struct reading *rd = ctx;
	int n = 0;

	while (!n && !rd->end) {
		struct match_leads_row *rows;
		size_t m;

		if (stopped(rd->r, e) || !read_page(rd, a, max, &rows, &m, e))
			return -1;
		for (size_t i = 0; i < m; i++) {
			if ((rows[i].test != 0) != rd->test)
				continue;
			take(rd->r, &rows[i]);
			out[n++] = base_record(&rows[i]);
		}
		told(rd->r, rd->r->leads.n, rd->all * 3);
	}
	return n;
}

struct ranked {
	uint64_t hash;
	struct id id;
	uint32_t i;
};

/* Leads that say the same are exchangeable: then their ids decide. */
static int by_content(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return id_order(a->id, b->id);
}

static void put_in_order(struct rematch *r, bool test)
{
	uint32_t first = r->first[test], n = r->leads.n - first;
	struct ranked *ranked = calloc(n + 1, sizeof(*ranked));
	uint32_t *order = calloc(n + 1, sizeof(*order));

	r->place = realloc(r->place, (r->leads.n + 1) * sizeof(*r->place));
	MUST(ranked && order && r->place);
	for (uint32_t i = 0; i < n; i++)
		ranked[i] = (struct ranked){ r->hash[first + i], r->leads.at[first + i], i };
	qsort(ranked, n, sizeof(*ranked), by_content);
	for (uint32_t k = 0; k < n; k++) {
		order[k] = ranked[k].i;
		r->place[first + ranked[k].i] = k;
	}
	identity_batch_order(r->batch[test], order);
	free(ranked);
	free(order);
}

static bool read_all(struct rematch *r, struct sql_db *db, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);
	struct match_count_row count;

	if (match_count(db, &(struct match_count_in){ r->publisher }, a, &count, e) < 0)
		return false;
	for (int t = 0; t < 2; t++) {
		struct reading rd = {
			.r = r, .db = db, .test = t, .after_seq = -1, .all = count.n + 1
		};

		r->first[t] = r->leads.n;
		if (!identity_batch_read(r->batch[t], fill, &rd, e))
			return false;
		put_in_order(r, t);
	}
	r->known = r->customers.n;
	r->counts.leads = r->leads.n;
	r->counts.customers = r->customers.n;
	return true;
}

/* ---- clustering ---- */

/* lead: at each place of the batch. */
static void take_doubts(struct rematch *r, int t, const uint32_t *lead)
{
	size_t n;
	const struct identity_doubt *d = identity_batch_doubts(r->batch[t], &r->limits, &n);

	r->doubt = realloc(r->doubt, (r->doubts + n + 1) * sizeof(*r->doubt));
	MUST(r->doubt);
	for (size_t i = 0; i < n; i++)
		r->doubt[r->doubts++] =
			(struct doubt){ lead[d[i].one], lead[d[i].other], d[i].pattern, d[i].bits };
}

static void run(struct rematch *r)
{
	r->cluster = calloc(r->leads.n + 1, sizeof(*r->cluster));
	MUST(r->cluster);
	for (int t = 0; t < 2; t++) {
		uint32_t first = r->first[t], n = (uint32_t)identity_batch_count(r->batch[t]);
		uint32_t *lead = calloc(n + 1, sizeof(*lead)); /* at each place */

		MUST(lead);
		if (t || !r->o.learn)
			identity_batch_use(r->batch[t], &r->model);
		identity_batch_run(r->batch[t], &r->limits);
		if (!t && r->o.learn) {
			r->model = *identity_batch_model(r->batch[t]);
			r->counts.learned = identity_batch_facts(r->batch[t]).learned;
		}
		for (uint32_t i = 0; i < n; i++)
			lead[r->place[first + i]] = first + i;
		for (uint32_t i = 0; i < n; i++)
			r->cluster[first + i] =
				lead[identity_batch_cluster(r->batch[t], r->place[first + i])];
		take_doubts(r, t, lead);
		free(lead);
	}
	r->counts.review = (int64_t)r->doubts;
}

/* ---- all of it ---- */

static bool choose_model(struct rematch *r, struct sql_db *db, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);
	struct rematch_model_row row = { .model = 0 };

	if (r->o.model == REMATCH_MODEL_NOW &&
	    rematch_model(db, &(struct rematch_model_in){ r->publisher }, a, &row, e) < 0)
		return false;
	r->counts.model = r->o.model == REMATCH_MODEL_NOW ? row.model : r->o.model;
	return customer_model(db, a, r->publisher, r->counts.model, &r->model, e);
}

static void choose_limits(struct rematch *r)
{
	double more = isnan(r->o.join) ? 0 : r->o.join - identity_limits_default.join;

	r->limits = identity_limits_default;
	r->limits.join += more;
	r->limits.review += more;
	r->limits.average += more;
}

/* What a plan that is made needs no more: nearly all. */
static void free_work(struct rematch *r)
{
	for (int t = 0; t < 2; t++) {
		identity_batch_free(r->batch[t]);
		r->batch[t] = NULL;
	}
	free(r->hash);
	free(r->from);
	free(r->place);
	free(r->cluster);
	free(r->pinned);
	free(r->overridden);
	free(r->veto);
	r->hash = NULL;
	r->from = r->place = r->cluster = NULL;
	r->pinned = r->overridden = NULL;
	r->veto = NULL;
}

bool rematch_plan(struct sql_db *db, const struct rematch_options *o, struct rematch **ret,
		  struct err *e)
{
	struct rematch *r = calloc(1, sizeof(*r));

	MUST(r);
	r->o = *o;
	snprintf(r->publisher, sizeof(r->publisher), "%s", o->publisher);
	r->o.publisher = r->publisher; /* the caller's may go */
	for (int t = 0; t < 2; t++)
		r->batch[t] = identity_batch_new(base_threads(o->threads));
	choose_limits(r);
	if (!choose_model(r, db, e) || !read_all(r, db, e) || !rematch_hear(r, db, e)) {
		rematch_free(r);
		return false;
	}
	run(r);
	if (stopped(r, e)) {
		rematch_free(r);
		return false;
	}
	if (r->o.learn)
		r->counts.model = r->counts.learned ? REMATCH_MODEL_NOW : 0;
	rematch_compare(r);
	r->compared = identity_batch_facts(r->batch[0]).compared;
	free_work(r);
	told(r, 1, 1);
	*ret = r;
	return true;
}

void rematch_free(struct rematch *r)
{
	if (!r)
		return;
	free_work(r);
	ids_free(&r->leads);
	ids_free(&r->customers);
	free(r->move);
	free(r->group);
	free(r->doubt);
	free(r);
}

const struct rematch_counts *rematch_counts(const struct rematch *r)
{
	return &r->counts;
}

const struct identity_model *rematch_model_used(const struct rematch *r)
{
	return &r->model;
}

size_t rematch_changes(const struct rematch *r)
{
	return r->groups;
}

struct rematch_change rematch_change(const struct rematch *r, size_t i)
{
	const struct group *g = &r->group[i];
	struct rematch_change c = { .kind = g->kind,
				    .from = r->customers.at[g->from],
				    .to = g->to < r->known ? r->customers.at[g->to] : ID_NULL,
				    .leads = g->n,
				    .linked = g->linked };

	if (g->linked)
		c.why = (struct customer_link){ .one = r->leads.at[g->one],
						.other = r->leads.at[g->other],
						.bits = pairs_bits(g->bits),
						.pattern = (int64_t)g->pattern,
						.model = r->counts.model };
	return c;
}
