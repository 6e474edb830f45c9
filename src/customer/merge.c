/* What a user does to customers: merge, split, a verdict on a pair; and the matcher's own merge. */
#include "customer/parts.h"

#define LIVING_STEPS 1000 /* merges one behind the other; more is a circle */
#define MERGE_MAX    100
#define PART_ALL     256 /* pairs between two parts: all of them, or a star when there are more */

int customer_living(struct sql_db *db, struct arena *a, const char *publisher, struct id customer,
		    struct id *ret, struct err *e)
{
	struct customer_state_row row;

	for (int i = 0; i < LIVING_STEPS; i++) {
		int found = customer_state(db, &(struct customer_state_in){ publisher, customer },
					   a, &row, e);

		if (found <= 0)
			return found;
		if (id_is_null(row.merged_into)) {
			*ret = customer;
			return 1;
		}
		customer = row.merged_into;
	}
	ERR(e, ERR_STORE, "customer.circle", "Merged customers point in a circle.");
	return -1;
}

static bool living(struct sql_db *db, struct arena *a, const char *publisher, struct id customer,
		   struct id *ret, struct err *e)
{
	char text[ID_TEXT];
	int found = customer_living(db, a, publisher, customer, ret, e);

	return found > 0 ||
	       (found == 0 && ERR(e, ERR_NOT_FOUND, "not-found", "There is no customer %s.",
				  id_text(customer, text)));
}

/* ---- merge ---- */

struct merging {
	struct sql_db *db;
	struct arena *a;
	const struct customer_who *w;
	struct id ids[MERGE_MAX]; /* living, each once */
	size_t n;
	struct id into;
	struct moves moves;
	struct pairs pairs;
};

static bool has(const struct merging *m, struct id id)
{
	for (size_t i = 0; i < m->n; i++)
		if (id_eq(m->ids[i], id))
			return true;
	return false;
}

static bool gather(struct merging *m, const struct id *customers, size_t n, struct err *e)
{
	struct id id;

	if (n > MERGE_MAX)
		return ERR_FIELD(e, ERR_INPUT, "customers.many", "customers",
				 "At most %d customers are merged at once.", MERGE_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!living(m->db, m->a, m->w->publisher, customers[i], &id, e))
			return false;
		if (!has(m, id))
			m->ids[m->n++] = id;
	}
	if (m->n < 2)
		return ERR_FIELD(e, ERR_INPUT, "customers.one", "customers",
				 "These are one customer already; name two or more.");
	return true;
}

/* The one with the most leads; of equals the oldest. */
static bool choose_into(struct merging *m, struct err *e)
{
	struct customer_state_row best = { .leads = -1 }, row;

	for (size_t i = 0; i < m->n; i++) {
		struct customer_state_in in = { m->w->publisher, m->ids[i] };

		if (customer_state(m->db, &in, m->a, &row, e) < 0)
			return false;
		if (row.leads > best.leads ||
		    (row.leads == best.leads && row.created_at < best.created_at))
			best = row;
	}
	m->into = best.customer_id;
	return true;
}

/* Pairs that keep two of them apart: left as they are they refuse the regroup. */
static bool overrule_vetoes(struct merging *m, struct err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		struct pair_of_customer_in in = { m->w->publisher, m->ids[i] };
		struct pair_get_row *rows;
		size_t n;

		if (!pair_of_customer(m->db, &in, m->a, &rows, &n, e))
			return false;
		for (size_t k = 0; k < n; k++) {
			const struct pair_get_row *p = &rows[k];
			/* Each is found from both its sides. */
			bool between = id_eq(p->customer_a, m->ids[i]) && has(m, p->customer_b);

			if (between && !strcmp(p->state, "different") &&
			    !pairs_set(m->db, m->a, m->w, &m->pairs, p, "same", e))
				return false;
		}
	}
	return true;
}

static bool move_all(struct merging *m, struct err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		struct member_list_row *rows;
		size_t n;

		if (id_eq(m->ids[i], m->into))
			continue;
		if (!member_list(m->db, &(struct member_list_in){ m->w->publisher, m->ids[i] },
				 m->a, &rows, &n, e))
			return false;
		for (size_t k = 0; k < n; k++)
			moves_add(m->a, &m->moves,
				  (struct customer_move){ rows[k].lead_id, m->ids[i], m->into });
	}
	return true;
}

bool customer_merge(struct sql_db *db, struct arena *a, const struct customer_who *w,
		    const struct id *customers, size_t n, struct id into, bool overrule,
		    struct customer_change *ret, struct err *e)
{
	struct merging m = { .db = db, .a = a, .w = w };
	int64_t order;

	if (!customer_lock(db, a, &order, e) || !gather(&m, customers, n, e))
		return false;
	if (id_is_null(into) ? !choose_into(&m, e) : !living(db, a, w->publisher, into, &m.into, e))
		return false;
	if (!has(&m, m.into))
		return ERR_FIELD(e, ERR_INPUT, "customers.into", "into",
				 "into must be one of the customers that are merged.");
	if ((overrule && !overrule_vetoes(&m, e)) || !move_all(&m, e) ||
	    !regroup_now(db, a, w, "merge", order, &m.moves, &m.pairs, ret, e))
		return false;
	ret->customer = m.into;
	return true;
}

bool customer_join(struct sql_db *db, struct arena *a, const struct customer_who *w,
		   const struct id customers[2], const struct customer_link *why,
		   struct customer_change *ret, struct err *e)
{
	struct merging m = { .db = db, .a = a, .w = w };
	int64_t order;

	if (!customer_lock(db, a, &order, e) || !gather(&m, customers, 2, e) ||
	    !choose_into(&m, e) || !pairs_tell(db, a, w, &m.pairs, why, "same", e) ||
	    !move_all(&m, e) || !regroup_now(db, a, w, "match", order, &m.moves, &m.pairs, ret, e))
		return false;
	ret->customer = m.into;
	return true;
}

/* ---- split ---- */

static bool is_in(const struct id *list, size_t n, struct id x)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i], x))
			return true;
	return false;
}

struct parting {
	struct id *stay, *go;
	size_t stays, goes;
};

static bool part(struct arena *a, const struct member_list_row *rows, size_t n,
		 const struct id *leads, size_t wanted, struct parting *p, struct err *e)
{
	char text[ID_TEXT];

	*p = (struct parting){ ARENA_ARRAY(a, struct id, n), ARENA_ARRAY(a, struct id, n), 0, 0 };
	for (size_t i = 0; i < n; i++) {
		if (is_in(leads, wanted, rows[i].lead_id))
			p->go[p->goes++] = rows[i].lead_id;
		else
			p->stay[p->stays++] = rows[i].lead_id;
	}
	for (size_t i = 0; i < wanted; i++)
		if (!is_in(p->go, p->goes, leads[i]))
			return ERR_FIELD(e, ERR_INPUT, "split.lead", "leads",
					 "%s is not a lead of this customer.",
					 id_text(leads[i], text));
	if (!p->goes)
		return ERR_FIELD(e, ERR_INPUT, "split.none", "leads",
				 "Name the leads that go to a customer of their own.");
	return p->stays ||
	       ERR_FIELD(e, ERR_INPUT, "split.all", "leads", "At least one lead has to stay.");
}

/* So that nothing joins the parts again, whichever leads of theirs are compared. */
static bool keep_apart(struct sql_db *db, struct arena *a, const struct customer_who *w,
		       const struct parting *p, struct pairs *pairs, struct err *e)
{
	bool all = p->goes * p->stays <= PART_ALL;

	for (size_t i = 0; i < p->goes; i++)
		for (size_t k = 0; k < p->stays; k++)
			if ((all || !i || !k) &&
			    !pairs_part(db, a, w, pairs, p->go[i], p->stay[k], e))
				return false;
	return true;
}

bool customer_split(struct sql_db *db, struct arena *a, const struct customer_who *w,
		    struct id customer, const struct id *leads, size_t n,
		    struct customer_change *ret, struct err *e)
{
	struct moves moves = { NULL, 0, 0 };
	struct pairs pairs = { NULL, 0, 0 };
	struct member_list_row *rows;
	struct parting p;
	size_t members;
	int64_t order;

	if (!customer_lock(db, a, &order, e) ||
	    !living(db, a, w->publisher, customer, &customer, e) ||
	    !member_list(db, &(struct member_list_in){ w->publisher, customer }, a, &rows, &members,
			 e) ||
	    !part(a, rows, members, leads, n, &p, e) || !keep_apart(db, a, w, &p, &pairs, e))
		return false;
	ret->customer = id_new(w->now_ms);
	for (size_t i = 0; i < p.goes; i++)
		moves_add(a, &moves, (struct customer_move){ p.go[i], customer, ret->customer });
	return regroup_now(db, a, w, "split", order, &moves, &pairs, ret, e);
}

/* ---- verdicts ---- */

static bool find_pair(struct sql_db *db, struct arena *a, const struct customer_who *w,
		      struct id pair, struct pair_get_row *ret, struct err *e)
{
	int found = pair_get(db, &(struct pair_get_in){ w->publisher, pair }, a, ret, e);

	if (found <= 0)
		return found == 0 && ERR(e, ERR_NOT_FOUND, "not-found", "There is no such match.");
	if (strcmp(ret->state, "review") != 0)
		return ERR(e, ERR_CONFLICT, "match.decided",
			   "This match was decided before (%s%s%s). Undo that first.", ret->state,
			   ret->decided_by ? ", by " : "", ret->decided_by ? ret->decided_by : "");
	return true;
}

static bool same(struct merging *m, const struct pair_get_row *p, struct err *e)
{
	struct id both[2] = { p->customer_a, p->customer_b };

	return gather(m, both, 2, e) && choose_into(m, e) &&
	       pairs_set(m->db, m->a, m->w, &m->pairs, p, "same", e) && move_all(m, e);
}

/* Every open question between the two customers has the same answer. */
static bool different(struct merging *m, const struct pair_get_row *p, struct err *e)
{
	struct pair_of_customer_in in = { m->w->publisher, p->customer_a };
	struct pair_get_row *rows;
	size_t n;

	m->into = p->customer_a;
	if (!pair_of_customer(m->db, &in, m->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool between = id_eq(rows[i].customer_a, p->customer_b) ||
			       id_eq(rows[i].customer_b, p->customer_b);

		if (between && !strcmp(rows[i].state, "review") &&
		    !pairs_set(m->db, m->a, m->w, &m->pairs, &rows[i], "different", e))
			return false;
	}
	return true;
}

bool customer_verdict(struct sql_db *db, struct arena *a, const struct customer_who *w,
		      struct id pair, bool is_same, struct customer_change *ret, struct err *e)
{
	struct merging m = { .db = db, .a = a, .w = w };
	struct pair_get_row p;
	int64_t order;

	if (!customer_lock(db, a, &order, e) || !find_pair(db, a, w, pair, &p, e) ||
	    (is_same ? !same(&m, &p, e) : !different(&m, &p, e)) ||
	    !regroup_now(db, a, w, is_same ? "same" : "different", order, &m.moves, &m.pairs, ret,
			 e))
		return false;
	ret->customer = m.into;
	return true;
}
