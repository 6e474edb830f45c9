/* What a rematch leaves to a person: its doubts as questions, and those taken back. */
#include "match/rematch.h"

#define AT_ONCE 256 /* of one transaction */
#define ARENA   ((size_t)64 << 20)

static struct id pair_id(struct id rematch, size_t i, int64_t at)
{
	return id_derive(rematch, "pair", (uint32_t)i, at);
}

static struct question question_of(const struct rematch *r, size_t i, struct id rematch, int64_t at)
{
	const struct doubt *d = &r->doubt[i];

	return (struct question){ .pair = pair_id(rematch, i, at),
				  .link = { .one = r->leads.at[d->one],
					    .other = r->leads.at[d->other],
					    .bits = pairs_bits(d->bits),
					    .pattern = (int64_t)d->pattern,
					    .model = r->counts.model },
				  .at = at };
}

/* Whose the leads are by now; without those that are gone, or are one customer's. */
static bool find_customers(struct sql_db *db, struct arena *a, const char *publisher,
			   struct question *q, size_t *n, struct err *e)
{
	struct member_of_in *ask = ARENA_ARRAY(a, struct member_of_in, *n * 2);
	struct member_of_row *rows = ARENA_ARRAY(a, struct member_of_row, *n * 2);
	bool *found = ARENA_ARRAY(a, bool, *n * 2);
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++) {
		ask[2 * i] = (struct member_of_in){ publisher, q[i].link.one };
		ask[2 * i + 1] = (struct member_of_in){ publisher, q[i].link.other };
	}
	if (!member_of_batch(db, ask, *n * 2, a, rows, found, e))
		return false;
	for (size_t i = 0; i < *n; i++) {
		struct id one = rows[2 * i].customer_id, other = rows[2 * i + 1].customer_id;

		if (!found[2 * i] || !found[2 * i + 1] || id_eq(one, other))
			continue;
		q[kept] = q[i];
		q[kept].one = one;
		q[kept++].other = other;
	}
	*n = kept;
	return true;
}

static bool ask_some(struct rematch *r, struct sql_db *db, struct arena *a,
		     const struct customer_who *w, struct id rematch, size_t from, size_t n,
		     struct err *e)
{
	struct question *q = ARENA_ARRAY(a, struct question, n);
	struct customer_asked asked = { NULL, 0, 0 };
	struct match_hold_row hold;
	AUTO_TX tx = { 0 };

	for (size_t i = 0; i < n; i++)
		q[i] = question_of(r, from + i, rematch, w->now_ms);
	if (!sql_begin(db, &tx, e) || match_hold(db, a, &hold, e) < 0 ||
	    !find_customers(db, a, w->publisher, q, &n, e) ||
	    !questions_write(db, a, w->publisher, q, &n, &asked, e) ||
	    !customer_recount(db, a, w->publisher, &asked, e) || !sql_commit(&tx, e))
		return false;
	r->counts.asked += (int64_t)n;
	return true;
}

bool rematch_ask(struct rematch *r, struct sql_db *db, const struct customer_who *w,
		 struct id rematch, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);

	for (size_t from = 0; from < r->doubts; from += AT_ONCE) {
		size_t left = r->doubts - from, n = left < AT_ONCE ? left : AT_ONCE;

		arena_reset(a);
		if (r->o.stop && *r->o.stop)
			return ERR(e, ERR_BUSY, "rematch.stopped", "Matching anew was given up.");
		if (!ask_some(r, db, a, w, rematch, from, n, e))
			return false;
	}
	return true;
}

/* ---- back ---- */

/* One that a person has answered stays, and so does one that was answered and taken back. */
static bool unask_one(struct sql_db *db, struct arena *a, const char *publisher, struct id pair,
		      struct customer_asked *asked, struct err *e)
{
	struct pair_get_row p;
	int found = pair_get(db, &(struct pair_get_in){ publisher, pair }, a, &p, e);

	if (found <= 0)
		return found == 0;
	if (strcmp(p.state, "review") != 0 || p.decided_by)
		return true;
	customer_asked_add(a, asked, p.customer_a);
	customer_asked_add(a, asked, p.customer_b);
	return pair_drop(db, &(struct pair_drop_in){ publisher, pair }, NULL, e);
}

bool rematch_unask(struct sql_db *db, const struct customer_who *w,
		   const struct rematch_get_row *rematch, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);

	for (int64_t at = 0; at < rematch->doubts;) {
		struct customer_asked asked = { NULL, 0, 0 };
		struct match_hold_row hold;
		AUTO_TX tx = { 0 };

		arena_reset(a);
		if (!sql_begin(db, &tx, e) || match_hold(db, a, &hold, e) < 0)
			return false;
		for (int i = 0; i < AT_ONCE && at < rematch->doubts; i++, at++)
			if (!unask_one(
				    db, a, w->publisher,
				    pair_id(rematch->rematch_id, (size_t)at, rematch->started_at),
				    &asked, e))
				return false;
		if (!customer_recount(db, a, w->publisher, &asked, e) || !sql_commit(&tx, e))
			return false;
	}
	return true;
}
